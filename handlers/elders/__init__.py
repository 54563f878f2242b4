"""What elders do: register, learn, report, see their page, undo, take back their data."""

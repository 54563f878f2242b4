"""What elders do: register, learn, report, look at their own page, undo, and take back their data."""

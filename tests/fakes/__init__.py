"""Stand-ins for the outside world, spoken to through real sockets."""

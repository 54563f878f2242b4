"""What officers do: pull the tally of a period."""

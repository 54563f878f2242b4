"""What a turn of talk costs: `make bench`, or `python -m benchmarks`."""

"""What happened: frozen records, and the SQL that keeps them beside the code that reads them back.

Floor 1: knows neither the content nor anything above it. One SQL text serves SQLite and
PostgreSQL; only `sqlite.py` and `postgres.py` know a driver.
"""

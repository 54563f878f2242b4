"""Tests speak like people: see `talking.py`."""

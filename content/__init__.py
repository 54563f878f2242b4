"""What educators and officers write: TOML files, loaded and checked whole when the program starts.

Floor 1: knows nothing above it, and nothing of storage.
"""

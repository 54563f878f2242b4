"""What `python -m bot COMMAND` can do, a room for each kind of command."""

"""What the bot says and does.

Floor 2: imports no channel library, no SQL, no environment and no clock. An `Event` and the state
of a talk come in; replies and a new state go out; what is kept is kept through `storage`.
"""

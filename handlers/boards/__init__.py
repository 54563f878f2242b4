"""The officers' boards: what a browser shows of the figures, as data; known to no HTTP."""

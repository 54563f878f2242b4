"""The running program: knows everyone, known by none."""

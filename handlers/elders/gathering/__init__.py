"""Gatherings as people meet them: the invitation, their answer, what is coming, the reminder."""

"""Gatherings of a leader or an officer: inviting, who comes, changes, who came, what came of it."""

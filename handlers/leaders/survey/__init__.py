"""Asking many people a few questions: writing them, for whom and until when, and what was found."""

"""Reporting what was done: by buttons or in one sentence, always confirmed before it is kept.

The questions in order: which kind, how much, when, is that much right, is it new, what else is to
be told, is it all right. Each is a module here; `draft` is what is known of the report so far.
"""

"""The shape of every content file: what educators and officers may write, and nothing else.

A key that is not listed here is refused with its file and name, so a typing mistake never hides.
"""

"""From Vietnamese text to values: folding, numbers, days, and the reader of reports.

Each stage is a module that can be used and tested alone; the words they know are data in
`content/vocabulary.toml` and `content/activities.toml`.
"""

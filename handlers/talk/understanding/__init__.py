"""From Vietnamese text to values, in stages that can each be used and tested alone.

text (folding) -> tokens -> spelling -> numbers, days -> amounts -> clauses -> reader. The words
they know are data in `content/vocabulary.toml` and `content/activities.toml`.
"""

"""From Vietnamese text to values, in stages that can each be used and tested alone.

text (folding) -> tokens -> spelling -> numbers, calendars, days, corrections (of days)
-> lookalikes, measures, things, amounts -> verbs, denials, who, clauses -> sentence
-> belonging, occasions, drafting, certainty, plainness -> items, reader. The words they know are
data in `content/vocabulary.toml` and `content/activities.toml`.
"""

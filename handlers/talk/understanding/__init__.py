"""From Vietnamese text to values, in stages that can each be used and tested alone.

What a sentence is made of:

- text (folding), tokens, naming (people called Bao or Tá), spelling
- lexicon: every word that has a meaning
- numbers, and writing them back; calendars, dates, moons, days; corrections (of days)
- things (trees, listed or not), measures, lookalikes, quantities, amounts

What is said with it:

- verbs, denials, who, clauses, sentence
- topics (the tree spoken of), sharing (so many for each), belonging (to which activity), occasions,
  uncounted

What may be counted:

- items, drafts, drafting (sums, corrections, losses), received (and then planted)
- plainness, certainty
- reader: all stages in a row

The words they know are data in `content/vocabulary.toml` and `content/activities.toml`.
"""

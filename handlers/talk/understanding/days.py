"""Days as people tell them: hôm nay, hôm qua, 12/3. Never in the future."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from handlers.talk.understanding.text import fold

_DATE = re.compile(r"\b(\d{1,2})\s*[/.-]\s*(\d{1,2})(?:\s*[/.-]\s*(\d{4}|\d{2}))?\b")


class DayReader:
    """Reads a day from a sentence."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self._known = {f" {fold(words)} ": back for words, back in known.items()}

    def read(self, text: str, today: date) -> date | None:
        """The day a sentence names, or None when it names none or one that has not come yet."""
        folded = f" {fold(text)} "
        for words, back in self._known.items():
            if words in folded:
                return today - timedelta(days=back)
        written = _DATE.search(text)
        return _written(written, today) if written else None


def _written(match: re.Match[str], today: date) -> date | None:
    day, month, year = match.groups()
    try:
        if year is None:
            this_year = date(today.year, int(month), int(day))
            return this_year if this_year <= today else date(today.year - 1, int(month), int(day))
        full = int(year) + (2000 if len(year) == 2 else 0)
        told = date(full, int(month), int(day))
    except ValueError:
        return None
    return told if told <= today else None

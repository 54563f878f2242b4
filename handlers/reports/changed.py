"""What a later freeze of a period changed, in lines."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from content.loader import Content
from handlers.reports import progress
from handlers.reports.tables import Moved, Tally
from handlers.talk.understanding.numbers import in_digits


def lines(tally: Tally, content: Content) -> list[str]:
    """A line for each figure of the running horizon that is not as in the freeze before."""
    moved = {one.target: one for one in tally.revision.moved} if tally.revision else {}
    return [
        content.phrases[key].format(
            number=tally.number - 1, name=content.phrases[f"tally.{row.target.indicator}"], **told
        )
        for row in progress.current(tally, content)
        if row.target.id in moved
        for key, told in _told(moved[row.target.id])
    ]


def _told(one: Moved) -> Iterator[tuple[str, dict[str, str]]]:
    """The phrase of each change, and what fills it in; a sum only where its part is the same."""
    for span in ("in_period", "cumulative"):
        was, now = getattr(one.was, span), getattr(one.now, span)
        if was != now:
            yield (
                f"tally.moved_{span}",
                {
                    "low": in_digits(was.reported),
                    "reported": in_digits(now.reported),
                    "high": in_digits(was.confirmed),
                    "confirmed": in_digits(now.confirmed),
                },
            )
            break
    if one.people_was != one.people_now:
        low, high = (
            "–" if people is None else in_digits(Decimal(people))
            for people in (one.people_was, one.people_now)
        )
        yield "tally.moved_people", {"low": low, "high": high}

"""The weeks of a tally's year, each beside the same week of the year before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.reports.periods import week_of
from handlers.reports.tables import Tally


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the year, and the key of the same week a year before."""

    number: int
    key: str
    label: str
    start: date
    before: str


def of_year(tally: Tally) -> list[Week]:
    """The weeks of the year from the first to the one that the tally ends in."""
    last = week_of(tally.counted_to)
    number_of_last = int(last.key[-2:])
    return [
        Week(
            number,
            f"{last.year}-W{number:02}",
            f"{number}/{last.year}",
            date.fromisocalendar(last.year, number, 1),
            f"{last.year - 1}-W{number:02}",
        )
        for number in range(1, number_of_last + 1)
    ]


def indicators(tally: Tally) -> list[str]:
    """What is done week by week; what only stands has no weeks."""
    return list(dict.fromkeys(r.target.indicator for r in tally.rows if r.target.basis != "stock"))

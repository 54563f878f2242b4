"""The periods that are reported on: 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026, all."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from content.models.plan import Plan

_KEY = re.compile(
    r"(?P<year>\d{4})"
    r"(?:-(?:W(?P<week>\d{2})|Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<month>\d{2})))?"
)


@dataclass(frozen=True, slots=True)
class Period:
    """Some days in a row, both ends included."""

    key: str
    label: str
    start: date
    end: date
    #: The year it is reported in: a week has the year of its ISO number.
    year: int
    is_week: bool = False


def week_of(day: date) -> Period:
    """The week of a day, from its Monday to its Sunday."""
    year, week, weekday = day.isocalendar()
    monday = day - timedelta(days=weekday - 1)
    return Period(
        f"{year}-W{week:02}",
        f"Tuần {week}/{year}",
        monday,
        monday + timedelta(days=6),
        year,
        is_week=True,
    )


def parse(key: str, plan: Plan) -> Period:
    """The period behind a key; ValueError when there is no such period."""
    key = key.strip().upper()
    if key == "ALL":
        start = min(horizon.start for horizon in plan.horizons)
        end = max(horizon.end for horizon in plan.horizons)
        return Period("all", "Cả chương trình", start, end, start.year)
    match = _KEY.fullmatch(key)
    if match is None:
        raise ValueError(key)
    year = int(match["year"])
    if match["week"]:
        try:
            return week_of(date.fromisocalendar(year, int(match["week"]), 1))
        except OverflowError:
            raise ValueError(key) from None
    if match["month"]:
        month = int(match["month"])
        return _months(key, f"Tháng {month}/{year}", year, month, month)
    if match["quarter"]:
        last = int(match["quarter"]) * 3
        return _months(key, f"Quý {match['quarter']}/{year}", year, last - 2, last)
    if match["half"]:
        last = int(match["half"]) * 6
        return _months(
            key, f"6 tháng {'đầu' if last == 6 else 'cuối'} năm {year}", year, last - 5, last
        )
    return _months(key, f"Năm {year}", year, 1, 12)


def _months(key: str, label: str, year: int, first: int, last: int) -> Period:
    end = date(year, last, calendar.monthrange(year, last)[1])
    return Period(key, label, date(year, first, 1), end, year)

"""Days of the sun's and the moon's calendar: the latest that is not to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import lunar_vn


@dataclass(frozen=True, slots=True)
class Dated:
    """The latest such day, or None where there is none yet."""

    on: date | None
    #: It exists in the year that was said, and has not come.
    to_come: bool = False
    #: There is no such day at all, or the year had to be guessed to be last year.
    doubtful: bool = False


def latest(today: date, month: int, day: int, year: int | None = None) -> Dated:
    """The latest such day that is not to come."""
    found = _day(year or today.year, month, day)
    if found and found <= today:
        return Dated(found)
    if year:
        return Dated(None, to_come=found is not None, doubtful=found is None)
    return Dated(_day(today.year - 1, month, day), doubtful=True)


def latest_lunar(today: date, month: int | None, day: int) -> date | None:
    """The latest such day of the moon's calendar that is not to come."""
    now = lunar_vn.solar_to_lunar(today)
    if month is None:
        candidates = [(now.year, now.month), *_months_before(now.year, now.month, 2)]
    else:
        candidates = [(now.year, month), (now.year - 1, month)]
    for year, of_month in candidates:
        try:
            found = lunar_vn.lunar_to_solar(lunar_vn.LunarDate(day, of_month, year))
        except ValueError:
            continue
        if found <= today:
            return found
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _months_before(year: int, month: int, count: int) -> list[tuple[int, int]]:
    months = []
    for _ in range(count):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        months.append((year, month))
    return months

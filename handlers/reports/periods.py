"""The periods that are reported on: 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026, all.

Months and longer ones end on the day the program closes its months: with the 14th, November is from
15 October to 14 November, and a year from 15 December to 14 December.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from content.models.plan import Plan, Target
from handlers.talk.understanding.text import fold

_KEY = re.compile(
    r"(?P<year>\d{4})"
    r"(?:-(?:W(?P<week>\d{2})|Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<month>\d{2})))?",
    re.ASCII,
)

#: A key of each kind, by the word that people have for it; and how a year ends a folded label.
_KINDS = {"tuan": "2000-W01", "thang": "2000-01", "quy": "2000-Q1", "nam": "2000"}
_YEAR = re.compile(r" ?\d{4}$")
#: How letters of offices write numbers: tháng 01, quý IV.
_ZERO, _ROMAN = re.compile(r"\b0(?=\d\b)"), ("i", "ii", "iii", "iv")
#: Days of other years may not be days that can be counted with.
_YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Period:
    """Some days in a row, both ends included."""

    key: str
    label: str
    start: date
    end: date
    #: The year it is reported in: a week has the year of its ISO number, the program its last.
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
    """The period behind a key; ValueError when there is no such period, in this century."""
    period = _period(key.strip().upper(), plan)
    if period.year not in _YEARS:
        raise ValueError(key)
    return period


def _period(key: str, plan: Plan) -> Period:
    if key == "ALL":
        spans = [_closed(one.start, one.end, plan) for one in plan.horizons]
        start, end = min(first for first, _ in spans), max(last for _, last in spans)
        return Period("all", "Cả chương trình", start, end, end.year)
    match = _KEY.fullmatch(key)
    if match is None or not int(match["year"]):
        raise ValueError(key)
    year = int(match["year"])
    if match["week"]:
        try:
            return week_of(date.fromisocalendar(year, int(match["week"]), 1))
        except OverflowError:
            raise ValueError(key) from None
    if match["month"]:
        month = int(match["month"])
        return _months(plan, key, f"Tháng {month}/{year}", year, month, month)
    if match["quarter"]:
        last = int(match["quarter"]) * 3
        return _months(plan, key, f"Quý {match['quarter']}/{year}", year, last - 2, last)
    if match["half"]:
        last = int(match["half"]) * 6
        label = f"6 tháng {'đầu' if last == 6 else 'cuối'} năm {year}"
        return _months(plan, key, label, year, last - 5, last)
    return _months(plan, key, f"Năm {year}", year, 1, 12)


def _months(plan: Plan, key: str, label: str, year: int, first: int, last: int) -> Period:
    end = date(year, last, calendar.monthrange(year, last)[1])
    return Period(key, label, *_closed(date(year, first, 1), end, plan), year)


def _closed(start: date, end: date, plan: Plan) -> tuple[date, date]:
    """Whole months as the program closes them; days that begin or end no month stay."""
    day = plan.months_close_on
    if day is None:
        return start, end
    if start.day == 1:
        start = (start - timedelta(days=1)).replace(day=day) + timedelta(days=1)
    if (end + timedelta(days=1)).day == 1:
        end = end.replace(day=day)
    return start, end


def said(text: str, today: date, plan: Plan) -> Period:
    """The period that a text names by its key, or by its label as people type it: tháng 10.

    Without a year it is the last such one that has begun. ValueError when it names none.
    """
    try:
        return parse(text, plan)
    except ValueError:
        told = _ZERO.sub("", fold(text))
    kind, _, which = told.partition(" ")
    number, _, rest = which.partition(" ")
    if kind == "quy" and number in _ROMAN:
        told = f"quy {_ROMAN.index(number) + 1} {rest}".strip()
    if kind in _KINDS and which in {"nay", "truoc"}:
        running = holding(_KINDS[kind], today, plan)
        return running if which == "nay" else before(running, plan) or running
    for one in _around(today, told, plan):
        label = fold(one.label)
        bare = _YEAR.sub("", label)
        same = told.replace(" nam ", " ") == label.replace(" nam ", " ")
        if same or (one.start <= today and told in {bare, bare.removesuffix(" nam")}):
            return one
    raise ValueError(text)


def _around(today: date, told: str, plan: Plan) -> Iterator[Period]:
    """The periods of a year that is told, else of this year and the last, the latest first."""
    parts = [f"-W{number:02}" for number in range(53, 0, -1)]
    parts += [f"-{number:02}" for number in range(12, 0, -1)]
    parts += ["-Q4", "-Q3", "-Q2", "-Q1", "-H2", "-H1", ""]
    year = _YEAR.search(told)
    years = (int(year[0]),) if year else (today.year + 1, today.year, today.year - 1)
    for number in years:
        for part in parts:
            with suppress(ValueError):  # few years have a week 53
                yield parse(f"{number:04}{part}", plan)
    yield _period("ALL", plan)


def year_of(period: Period, plan: Plan) -> Period:
    """The year, as the program counts it, that a period is a part of; of a week, most of it."""
    if period.is_week:
        return holding("2000", period.start + timedelta(days=3), plan)
    return _period(f"{period.year}", plan)


def weeks_begin(week: Period, plan: Plan) -> date:
    """The first day of the whole weeks that make up a week's year: they add up to its figures."""
    return week_of(year_of(week, plan).start + timedelta(days=3)).start


def horizon(target: Target, plan: Plan) -> tuple[date, date]:
    """The first and the last day of a target's horizon, its months closed as all are."""
    found = next(one for one in plan.horizons if one.id == target.horizon)
    return _closed(found.start, found.end, plan)


def holding(key: str, day: date, plan: Plan) -> Period:
    """The period of the same kind as a key's that a day is in: its week, its quarter, its year."""
    if key == "all" or "W" in key:
        return _period("ALL", plan) if key == "all" else week_of(day)
    if plan.months_close_on is not None and day.day > plan.months_close_on:
        day = day.replace(day=28) + timedelta(days=4)  # counted in the next month
    kind = key[5:6]
    forms = {
        "": f"{day.year}",
        "Q": f"{day.year}-Q{(day.month + 2) // 3}",
        "H": f"{day.year}-H{(day.month + 5) // 6}",
    }
    return _period(forms.get(kind, f"{day.year}-{day.month:02}"), plan)


def before(period: Period, plan: Plan) -> Period | None:
    """The period before; None for the whole program."""
    if period.key == "all":
        return None
    return holding(period.key, period.start - timedelta(days=1), plan)


def a_year_before(period: Period, plan: Plan) -> Period | None:
    """The same period of the year before; None where there is none, as of most weeks 53."""
    if period.key == "all":
        return None
    try:
        return _period(f"{period.year - 1}{period.key[4:]}", plan)
    except ValueError:
        return None

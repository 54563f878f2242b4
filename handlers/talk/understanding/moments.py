"""Moments to come, as people tell them: "chiều thứ sáu 2 giờ", "mai 7h", "8 giờ ngày 25/12"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.numbers import NumberReader
from handlers.talk.understanding.tokens import Phrases, Token, flags, same_exactly

#: A day of this year that was longer ago is meant for the next one.
_LONG_AGO = timedelta(days=180)
#: An hour without a part of the day: these are of the afternoon, these may be of either half.
_AFTERNOON, _EITHER = range(1, 5), range(5, 7)
_NOON, _HOURS, _MINUTES = 12, 24, 60
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Coming:
    """The moments that a text may mean, the nearest first, and what it did not say of them."""

    moments: tuple[datetime, ...] = ()
    has_day: bool = False
    has_hour: bool = False
    #: All that it may mean is over.
    past: bool = False
    #: It names a day of the moon's calendar.
    lunar: bool = False


class MomentReader:
    """Reads a day and an hour that have not come yet."""

    def __init__(self, known: Vocabulary, numbers: NumberReader) -> None:
        words = known.moments
        ago = {said: -days for said, days in known.days.items() if days}
        self._days = Phrases({**ago, **words.days})
        self._weekdays = Phrases(known.weekdays, same_exactly)
        self._weeks, self._halves = Phrases(words.weeks), Phrases(words.parts)
        self._this_month = flags(known.calendar.this_month)
        self._next_month = flags(words.next_month)
        self._day_words = flags([*known.calendar.day_words, *known.calendar.lunar_day])
        self._hour, self._half, self._less = map(flags, (words.hour, words.half, words.less))
        self._lunar, self._numbers = flags(words.lunar), numbers

    def read(self, tokens: Sequence[Token], now: datetime) -> Coming:
        """What a text says, told at `now` in the zone of its days."""
        days: list[set[date]] = []
        clocks: list[tuple[int, int]] = []
        part, at = "", 0
        while at < len(tokens):
            clock, used = self._clock(tokens, at)
            if clock:
                clocks.append(clock)
                at += used
                continue
            day, used = self._day(tokens, at, now.date())
            if used:
                days += [day] if day else []
                at += used
                continue
            half = self._halves.at(tokens, at)
            part = half.value if half else part
            at += half.length if half else 1
        if self._lunar.search(tokens):
            return Coming(lunar=True)
        return _joined(days, clocks, part, now)

    def _clock(self, tokens: Sequence[Token], at: int) -> tuple[tuple[int, int] | None, int]:
        """The hour and minutes at a place ("7h30", "2 giờ kém 15", "2 rưỡi"), and their length."""
        number = self._numbers.read(tokens, at)
        if not number or number.value % 1 or not 0 <= number.value < _HOURS:
            return None, 0
        hour, after = int(number.value), at + number.length
        said = self._hour.at(tokens, after)
        after += said.length if said else 0
        half = self._half.at(tokens, after)
        if half:
            return (hour, 30), after + half.length - at
        if not said:
            return None, 0
        less = self._less.at(tokens, after)
        start = after + (less.length if less else 0)
        minutes = self._numbers.read(tokens, start)
        end = start + (minutes.length if minutes else 0)
        if not minutes or minutes.value % 1 or not 0 <= minutes.value < _MINUTES:
            return (hour, 0), after - at
        if end < len(tokens) and tokens[end].bare in _OF_A_DATE:
            return (hour, 0), after - at  # "7 giờ 25/12"
        past = hour * _MINUTES + int(minutes.value) * (-1 if less else 1)
        return divmod(past % (_HOURS * _MINUTES), _MINUTES), end - at

    def _day(self, tokens: Sequence[Token], at: int, today: date) -> tuple[set[date], int]:
        """The days that the words at a place may name, and how many words these are."""
        told = self._days.at(tokens, at)
        if told:
            return {today + timedelta(days=told.value)}, told.length
        named = self._weekdays.at(tokens, at)
        if named:
            return self._weekday(tokens, at, named.value, named.length, today)
        return self._date(tokens, at, today)

    def _weekday(
        self, tokens: Sequence[Token], at: int, weekday: int, length: int, today: date
    ) -> tuple[set[date], int]:
        week = self._weeks.at(tokens, at + length)
        this_weeks = today + timedelta(days=weekday - today.weekday())
        if week:
            return {this_weeks + timedelta(weeks=week.value)}, length + week.length
        if this_weeks == today:  # today, or in a week?
            return {today, today + timedelta(weeks=1)}, length
        ahead = (weekday - today.weekday()) % _WEEK
        return {today + timedelta(days=ahead)}, length

    def _date(self, tokens: Sequence[Token], at: int, today: date) -> tuple[set[date], int]:
        """A day of the sun's calendar: "ngày 25 tháng 12", "25/12", "ngày 25"."""
        lead = self._day_words.at(tokens, at)
        start = at + (lead.length if lead else 0)
        day = self._whole(tokens, start)
        if day is None:
            return set(), 0
        number, after = day
        near = self._this_month.at(tokens, after) or self._next_month.at(tokens, after)
        if near:
            first = today.replace(day=1)
            if self._next_month.at(tokens, after):
                first = _next_first(first)
            return _on(first.year, first.month, number), after + near.length - at
        month = self._behind(tokens, after, {"/", "-", "thang"})
        if month is None:
            return (_next_such(today, number), after - at) if lead else (set(), 0)
        year = self._behind(tokens, month[1], {"/", "-", "nam"})
        end = year[1] if year else month[1]
        if year:
            return _on(year[0] + (0 if year[0] > 99 else 2000), month[0], number), end - at
        found = _on(today.year, month[0], number)
        if all(one < today - _LONG_AGO for one in found):
            found = _on(today.year + 1, month[0], number)
        return found, end - at

    def _whole(self, tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
        """A whole number at a place, and where it ends; figures stand alone: 25/12 is no part."""
        if at >= len(tokens):
            return None
        if tokens[at].text.isdecimal() and len(tokens[at].text) <= 4:
            return int(tokens[at].text), at + 1
        number = self._numbers.read(tokens, at)
        if not number or number.value % 1 or not 1 <= number.value <= 31:
            return None
        return int(number.value), at + number.length

    def _behind(self, tokens: Sequence[Token], at: int, signs: set[str]) -> tuple[int, int] | None:
        if at >= len(tokens) or tokens[at].bare not in signs:
            return None
        return self._whole(tokens, at + 1)


#: Behind what looks like minutes these make a date of it.
_OF_A_DATE = {"/", "-", "thang"}


def _on(year: int, month: int, day: int) -> set[date]:
    try:
        return {date(year, month, day)}
    except ValueError:
        return set()


def _next_first(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _next_such(today: date, day: int) -> set[date]:
    """The next such day of a month, of those that have it."""
    first = today.replace(day=1)
    for _ in range(3):
        found = _on(first.year, first.month, day)
        if found and max(found) >= today:
            return found
        first = _next_first(first)
    return set()


def _joined(
    days: list[set[date]], clocks: list[tuple[int, int]], part: str, now: datetime
) -> Coming:
    """Days told twice must agree: where they do not, all of them are possible."""
    on = set.intersection(*days) or set.union(*days) if days else set()
    hours = {time(*one) for clock in clocks for one in _of_day(*clock, part)}
    found = sorted(datetime.combine(day, hour, tzinfo=now.tzinfo) for day in on for hour in hours)
    to_come = tuple(one for one in found if one > now)
    past = bool(found and not to_come) or bool(on and max(on) < now.date())
    return Coming(to_come, has_day=bool(on), has_hour=bool(hours), past=past)


def _of_day(hour: int, minute: int, part: str) -> list[tuple[int, int]]:
    """The times of day that an hour may mean in a part of the day, or without one."""
    if hour >= _NOON:
        return [(hour, minute)]
    if part == "morning":
        return [(hour, minute)]
    if part == "noon":
        return [(hour + (_NOON if hour <= 2 else 0), minute)]
    if part in {"afternoon", "evening"} or hour in _AFTERNOON:
        return [(hour + _NOON, minute)] if hour else []
    if hour in _EITHER:
        return [(hour, minute), (hour + _NOON, minute)]
    return [(hour, minute)]

"""Days as people tell them: hôm qua, thứ ba tuần trước, rằm tháng bảy, 12/3. Never to come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import lunar_vn

from content.models import Activities, Vocabulary
from handlers.talk.understanding.numbers import Number, NumberReader
from handlers.talk.understanding.tokens import Phrases, Token

_DAY_AND_MONTH = re.compile(r"(\d{1,2})\.(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Day:
    """A day found among tokens; `on` is None for words about time that name no past day."""

    on: date | None
    start: int
    length: int
    #: The words name a day that has not come yet.
    to_come: bool = False


class DayReader:
    """Finds the days a sentence names."""

    def __init__(self, known: Vocabulary, kinds: Activities, numbers: NumberReader) -> None:
        self._units = _set([word for unit in kinds.units for word in unit.words])
        words = known.calendar
        self._numbers = numbers
        self._told = Phrases(known.days)
        self._weekdays = Phrases(known.weekdays)
        self._months = Phrases(words.months)
        self._vague = _set(words.vague)
        self._recent, self._next_week = _set(words.recent), _set(words.next_week)
        self._last_week = _set(words.last_week)
        self._ago, self._ago_before = _set(words.ago), _set(words.ago_before)
        self._day_words, self._week_words = _set(words.day_words), _set(words.week_words)
        self._lunar_day, self._full_moon = _set(words.lunar_day), _set(words.full_moon)
        self._lunar = _set(words.lunar)

    def find(self, tokens: Sequence[Token], today: date) -> list[Day]:
        """Every mention of a day, in order."""
        found: list[Day] = []
        place = 0
        while place < len(tokens):
            day = self._at(tokens, place, today)
            if day:
                found.append(day)
                place += day.length
            else:
                place += 1
        return found

    def _at(self, tokens: Sequence[Token], at: int, today: date) -> Day | None:
        vague = self._vague.at(tokens, at)
        told = self._told.at(tokens, at)
        if vague and (not told or vague.length >= told.length):
            return Day(None, at, vague.length)
        if told:
            return Day(today - timedelta(days=told.value), at, told.length)
        return (
            self._weekday(tokens, at, today)
            or self._days_ago(tokens, at, today)
            or self._lunar_date(tokens, at, today)
            or self._calendar_date(tokens, at, today)
        )

    def _weekday(self, tokens: Sequence[Token], at: int, today: date) -> Day | None:
        named = self._weekdays.at(tokens, at)
        if not named or (named.length == 1 and not tokens[at].bare.isascii()):
            return None
        after = at + named.length
        this_weeks = today - timedelta(days=today.weekday() - named.value)
        last_week = self._last_week.at(tokens, after)
        if last_week:
            day = this_weeks - timedelta(days=7)
            return Day(day, at, named.length + last_week.length)
        coming = self._next_week.at(tokens, after)
        if coming:
            return Day(None, at, named.length + coming.length, to_come=True)
        day = this_weeks if this_weeks <= today else this_weeks - timedelta(days=7)
        recent = self._recent.at(tokens, after)
        if recent and day == today:
            day -= timedelta(days=7)
        return Day(day, at, named.length + (recent.length if recent else 0))

    def _days_ago(self, tokens: Sequence[Token], at: int, today: date) -> Day | None:
        lead = self._ago_before.at(tokens, at)
        start = at + lead.length if lead else at
        number = self._numbers.read(tokens, start) if start < len(tokens) else None
        if not number or number.value % 1 or number.value > 366:
            return None
        after = start + number.length
        if self._told.at(tokens, after):
            return None  # "bác Tám hôm qua": a name before a day
        unit = self._day_words.at(tokens, after)
        weeks = None if unit else self._week_words.at(tokens, after)
        counted = unit or weeks
        if not counted:
            return None
        after += counted.length
        tail = self._ago.at(tokens, after)
        if not tail and not lead:
            return None
        days = int(number.value) * (7 if weeks else 1)
        return Day(today - timedelta(days=days), at, after + (tail.length if tail else 0) - at)

    def _lunar_date(self, tokens: Sequence[Token], at: int, today: date) -> Day | None:
        full = self._full_moon.at(tokens, at)
        first_ten = None if full else self._lunar_day.at(tokens, at)
        if full:
            day, after = 15, at + full.length
        elif first_ten:
            number = (
                self._numbers.read(tokens, at + first_ten.length)
                if at + first_ten.length < len(tokens)
                else None
            )
            if not number or not 1 <= number.value <= 10 or number.value % 1:
                return None
            day, after = int(number.value), at + first_ten.length + number.length
        else:
            return self._told_lunar(tokens, at, today)
        month, used = self._month(tokens, after)
        after += used
        marked = self._lunar.at(tokens, after)
        if marked:
            after += marked.length
        if first_ten and not marked and month is not None and tokens[after - used].bare != "tet":
            # "mùng 5 tháng 3": said of both calendars; the sun's is the one on paper forms.
            return Day(_past(today, month, day), at, after - at)
        return Day(_lunar_past(today, month, day), at, after - at)

    def _told_lunar(self, tokens: Sequence[Token], at: int, today: date) -> Day | None:
        """A day and month that are said to be the moon's: "12 tháng 3 âm"."""
        if not tokens[at].is_number:
            return None
        number = self._numbers.read(tokens, at)
        if not number or not 1 <= number.value <= 30 or number.value % 1:
            return None
        month, used = self._month(tokens, at + number.length)
        after = at + number.length + used
        marked = self._lunar.at(tokens, after) if month else None
        if not month or not marked:
            return None
        return Day(_lunar_past(today, month, int(number.value)), at, after + marked.length - at)

    def _month(self, tokens: Sequence[Token], at: int) -> tuple[int | None, int]:
        """The month at a place ("tháng bảy", "tháng giêng", "/7"), and how many tokens it took."""
        holiday = self._months.at(tokens, at)
        if holiday:
            return holiday.value, holiday.length
        if at + 1 >= len(tokens) or tokens[at].bare not in {"thang", "/"}:
            return None, 0
        named = self._months.at(tokens, at + 1)
        if named:
            return named.value, 1 + named.length
        number = self._numbers.read(tokens, at + 1)
        if number and 1 <= number.value <= 12 and number.value % 1 == 0:
            return int(number.value), 1 + number.length
        if tokens[at + 1].text == "tư":
            return 4, 2
        return None, 0

    def _calendar_date(self, tokens: Sequence[Token], at: int, today: date) -> Day | None:
        lead = self._day_words.at(tokens, at)
        start = at + lead.length if lead else at
        if start >= len(tokens):
            return None
        dotted = _DAY_AND_MONTH.fullmatch(tokens[start].text) if lead else None
        if dotted:
            return Day(_past(today, int(dotted[2]), int(dotted[1])), at, start + 1 - at)
        written = tokens[start].text
        number = (
            Number(Decimal(written), 1)  # 1/2 is a date here, and not a half
            if written.isdecimal() and len(written) <= 2
            else self._numbers.read(tokens, start)
        )
        if not number or not 1 <= number.value <= 99 or number.value % 1 or number.length > 2:
            return None
        after = start + number.length
        month, used = self._numeric_month(tokens, after, dashed=bool(lead))
        if month is None:
            return self._day_alone(tokens, lead, int(number.value), at, after, today)
        after += used
        if not lead and self._units.at(tokens, after):
            return None  # "1/2 kg" is a half
        year, used = self._year(tokens, after)
        day = _past(today, month, int(number.value), year)
        to_come = day is None and _exists(today, month, int(number.value), year)
        return Day(day, at, after + used - at, to_come=to_come)

    def _numeric_month(
        self, tokens: Sequence[Token], at: int, *, dashed: bool
    ) -> tuple[int | None, int]:
        if at + 1 < len(tokens) and tokens[at].text in ({"/", "-"} if dashed else {"/"}):
            text = tokens[at + 1].text
            return (int(text), 2) if text.isdecimal() and len(text) <= 2 else (None, 0)
        return self._month(tokens, at)

    def _year(self, tokens: Sequence[Token], at: int) -> tuple[int | None, int]:
        if at + 1 < len(tokens) and tokens[at].text in {"/", "-", "năm"}:
            text = tokens[at + 1].text
            if text.isdecimal() and len(text) in {2, 4}:
                return int(text) + (2000 if len(text) == 2 else 0), 2
        return None, 0

    def _day_alone(
        self, tokens: Sequence[Token], lead: object, number: int, at: int, after: int, today: date
    ) -> Day | None:
        """The latest such day of a month ("hôm 12", "ngày 5"), unless an amount follows."""
        if not lead or number > 31 or (after < len(tokens) and not tokens[after].is_sign):
            follows = tokens[after].bare if lead and number <= 31 and after < len(tokens) else ""
            if follows not in {"toi", "nha", "trong", "vua", "phan", "da", "minh"}:
                return None
        month = today.replace(day=1)
        for _ in range(3):
            try:
                day = month.replace(day=number)
            except ValueError:
                day = None
            if day and day <= today:
                return Day(day, at, after - at)
            month = (month - timedelta(days=1)).replace(day=1)
        return None


def _set(words: Sequence[str]) -> Phrases[bool]:
    return Phrases(dict.fromkeys(words, True))


def _exists(today: date, month: int, day: int, year: int | None) -> bool:
    try:
        date(year or today.year, month, day)
    except ValueError:
        return False
    return True


def _past(today: date, month: int, day: int, year: int | None = None) -> date | None:
    """The latest such day that is not to come; None when there is none."""
    years = [year] if year else [today.year, today.year - 1]
    for one in years:
        try:
            found = date(one, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None


def _lunar_past(today: date, month: int | None, day: int) -> date | None:
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


def _months_before(year: int, month: int, count: int) -> list[tuple[int, int]]:
    months = []
    for _ in range(count):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        months.append((year, month))
    return months

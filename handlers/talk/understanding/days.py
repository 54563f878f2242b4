"""Days as people tell them: hôm qua, thứ ba tuần trước, rằm tháng bảy, 12/3. Never to come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from content.models import Activities, Vocabulary
from handlers.talk.understanding.calendars import Dated, latest, latest_lunar
from handlers.talk.understanding.numbers import Number, NumberReader
from handlers.talk.understanding.tokens import Phrases, Token, flags

_DAY_AND_MONTH = re.compile(r"(\d{1,2})\.(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Day:
    """A day found among tokens; `on` is None for words about time that name no past day."""

    on: date | None
    start: int
    length: int
    #: The words name a day that has not come yet.
    to_come: bool = False
    #: The words name no day that exists ("31/2"), or one of last year without saying the year.
    doubtful: bool = False


class DayReader:
    """Finds the days a sentence names."""

    def __init__(self, known: Vocabulary, kinds: Activities, numbers: NumberReader) -> None:
        self._units = flags([word for unit in kinds.units for word in unit.words])
        words = known.calendar
        self._numbers = numbers
        self._told = Phrases(known.days)
        self._weekdays = Phrases(known.weekdays)
        self._months = Phrases(words.months)
        self._vague, self._so_far = flags(words.vague), flags(words.so_far)
        self._recent, self._next_week = flags(words.recent), flags(words.next_week)
        self._last_week = flags(words.last_week)
        self._last_month, self._this_month = flags(words.last_month), flags(words.this_month)
        self._this = flags(words.this)
        self._ago, self._ago_before = flags(words.ago), flags(words.ago_before)
        self._day_words, self._week_words = flags(words.day_words), flags(words.week_words)
        self._lunar_day, self._full_moon = flags(words.lunar_day), flags(words.full_moon)
        self._lunar = flags(words.lunar)

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
        length = named.length + (recent.length if recent else 0)
        this = self._this.at(tokens, after)
        if this:
            return Day(None, at, named.length + this.length)  # the last one, or the next?
        if day == today:
            # Said today, the day's own name alone is today or a week ago: no day is told.
            return Day(day - timedelta(days=7) if recent else None, at, length)
        return Day(day, at, length)

    def _days_ago(self, tokens: Sequence[Token], at: int, today: date) -> Day | None:
        lead = self._ago_before.at(tokens, at)
        start = at + lead.length if lead else at
        number = self._numbers.read(tokens, start) if start < len(tokens) else None
        if not number or number.value % 1 or number.value > 366:
            return None
        after = start + number.length
        so_far = self._so_far.at(tokens, after)
        if so_far:
            return Day(None, at, after + so_far.length - at)
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
            return self._dated(tokens, latest(today, month, day), at, after)
        near = self._last_month.at(tokens, after) or self._this_month.at(tokens, after)
        return Day(
            latest_lunar(today, month, day),
            at,
            after - at,
            doubtful=near is not None and not marked,  # of the sun's month, or of the moon's?
        )

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
        return Day(latest_lunar(today, month, int(number.value)), at, after + marked.length - at)

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
            found = latest(today, int(dotted[2]), int(dotted[1]))
            return self._dated(tokens, found, at, start + 1)
        number = self._day_number(tokens, start)
        if number is None:
            return None
        day, after = int(number.value), start + number.length
        near = self._near_month(tokens, day, at, after, today, bare=not lead)
        if near:
            return near
        month, used = self._numeric_month(tokens, after, dashed=bool(lead))
        if month is None:
            return self._day_alone(tokens, lead, day, at, after, today)
        return self._with_month(tokens, day, month, at, after + used, today, bare=not lead)

    def _day_number(self, tokens: Sequence[Token], at: int) -> Number | None:
        """A number that could be a day of a month."""
        written = tokens[at].text
        number = (
            Number(Decimal(written), 1)  # 1/2 is a date here, and not a half
            if written.isdecimal() and len(written) <= 2
            else self._numbers.read(tokens, at)
        )
        if not number or not 1 <= number.value <= 99 or number.value % 1 or number.length > 2:
            return None
        return number

    def _with_month(
        self,
        tokens: Sequence[Token],
        day: int,
        month: int,
        at: int,
        after: int,
        today: date,
        *,
        bare: bool,
    ) -> Day | None:
        if bare and self._units.at(tokens, after):
            return None  # "1/2 kg" is a half
        year, used = self._year(tokens, after)
        return self._dated(tokens, latest(today, month, day, year), at, after + used)

    def _dated(self, tokens: Sequence[Token], found: Dated, at: int, end: int) -> Day:
        """A date, which "này" behind it makes one of this year."""
        this = self._this.at(tokens, end)
        to_come = found.to_come or bool(this and found.doubtful and found.on)
        length = end + (this.length if this else 0) - at
        on = None if to_come else found.on
        return Day(on, at, length, to_come=to_come, doubtful=found.doubtful and not to_come)

    def _near_month(
        self, tokens: Sequence[Token], day: int, at: int, after: int, today: date, *, bare: bool
    ) -> Day | None:
        """A day of last month or this one: "28 tháng trước", "ngày 3 tháng này"."""
        last, this = self._last_month.at(tokens, after), self._this_month.at(tokens, after)
        month = last or this
        if not month or (bare and day <= 12):
            return None  # "2 tháng trước" is two months ago
        first = today.replace(day=1)
        if last:
            first = (first - timedelta(days=1)).replace(day=1)
        end = after + month.length
        return self._dated(tokens, latest(today, first.month, day, first.year), at, end)

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

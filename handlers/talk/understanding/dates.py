"""Days of the calendar: "12/3", "ngày 5 tháng 3", "các ngày 16, 18, 20 tháng này"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from content.models.activity import Activities
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.calendars import Dated, latest
from handlers.talk.understanding.numbers import Number, NumberReader
from handlers.talk.understanding.tokens import Phrases, Token, flags

#: What stands between days told together.
_BETWEEN_DAYS = {",", "va", "voi"}
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


class DateReader:
    """Reads days of the sun's calendar, and the months of both."""

    def __init__(self, known: Vocabulary, kinds: Activities, numbers: NumberReader) -> None:
        words = known.calendar
        verbs = (verb for one in kinds.activities for verb in one.verbs)
        self._verbs = flags([verb.removesuffix("…").strip() for verb in verbs])
        self._units = flags([word for unit in kinds.units for word in unit.words])
        self._numbers, self._months = numbers, Phrases(words.months)
        self._last_month, self._this_month = flags(words.last_month), flags(words.this_month)
        self._this, self._day_words = flags(words.this), flags(words.day_words)
        self._several = flags(words.several)

    def in_a_row(self, tokens: Sequence[Token], at: int, today: date) -> list[Day]:
        """Days of a month told together: "các ngày 16, 18, 20 tháng này"."""
        lead = self._several.at(tokens, at)
        ends: list[tuple[int, int]] = []
        place = at + lead.length if lead else len(tokens)
        while place < len(tokens):
            number = self._numbers.read(tokens, place)
            if not number or number.value % 1 or not 1 <= number.value <= 31:
                break
            place += number.length
            ends.append((int(number.value), place))
            if place >= len(tokens) or tokens[place].bare not in _BETWEEN_DAYS:
                break
            place += 1
        if len(ends) < 2:
            return []
        last = ends[-1][1]
        near = self._last_month.at(tokens, last) or self._this_month.at(tokens, last)
        month, used = self._numeric_month(tokens, last, dashed=True)
        of_last = self._last_month.at(tokens, last) is not None
        ends[-1] = (ends[-1][0], last + (near.length if near else used))
        if of_last:
            month = (today.replace(day=1) - timedelta(days=1)).month
        starts = [at, *(end for _, end in ends)]
        return [
            Day(_day_of(today, day, month), start, end - start)
            for (day, end), start in zip(ends, starts, strict=False)
        ]

    def at(self, tokens: Sequence[Token], at: int, today: date) -> Day | None:
        """The day of the calendar that is told at a place."""
        lead = self._day_words.at(tokens, at)
        start = at + lead.length if lead else at
        if start >= len(tokens):
            return None
        dotted = _DAY_AND_MONTH.fullmatch(tokens[start].text) if lead else None
        if dotted:
            found = latest(today, int(dotted[2]), int(dotted[1]))
            return self.dated(tokens, found, at, start + 1)
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

    def month(self, tokens: Sequence[Token], at: int) -> tuple[int | None, int]:
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

    def dated(self, tokens: Sequence[Token], found: Dated, at: int, end: int) -> Day:
        """A date, which "này" behind it makes one of this year."""
        this = self._this.at(tokens, end)
        to_come = found.to_come or bool(this and found.doubtful and found.on)
        length = end + (this.length if this else 0) - at
        on = None if to_come else found.on
        return Day(on, at, length, to_come=to_come, doubtful=found.doubtful and not to_come)

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
        return self.dated(tokens, latest(today, month, day, year), at, after + used)

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
        return self.dated(tokens, latest(today, first.month, day, first.year), at, end)

    def _numeric_month(
        self, tokens: Sequence[Token], at: int, *, dashed: bool
    ) -> tuple[int | None, int]:
        if at + 1 < len(tokens) and tokens[at].text in ({"/", "-"} if dashed else {"/"}):
            text = tokens[at + 1].text
            return (int(text), 2) if text.isdecimal() and len(text) <= 2 else (None, 0)
        return self.month(tokens, at)

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
            verb = self._verbs.at(tokens, after) if follows else None
            if not verb and follows not in {"toi", "nha", "vua", "da", "minh"}:
                return None
        day = _day_of(today, number, None)
        return Day(day, at, after - at) if day else None


def _day_of(today: date, number: int, month: int | None) -> date | None:
    """The latest such day of a month, or of the latest months."""
    if month:
        return latest(today, month, number).on
    first = today.replace(day=1)
    for _ in range(3):
        try:
            day = first.replace(day=number)
        except ValueError:
            day = None
        if day and day <= today:
            return day
        first = (first - timedelta(days=1)).replace(day=1)
    return None

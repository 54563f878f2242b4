"""Days of the moon's calendar: "rằm tháng bảy", "mùng 3 Tết", "giỗ tổ"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.calendars import latest, latest_lunar
from handlers.talk.understanding.dates import DateReader, Day
from handlers.talk.understanding.numbers import NumberReader
from handlers.talk.understanding.tokens import Phrases, Token, flags, same_exactly

#: A day of the moon this long ago may as well be the next, which is near.
_FAR = 330


class MoonReader:
    """Reads days of the moon's calendar, by their number or by their feast."""

    def __init__(self, known: Vocabulary, numbers: NumberReader, dates: DateReader) -> None:
        words = known.calendar
        self._numbers, self._dates = numbers, dates
        self._lunar_day, self._full_moon = flags(words.lunar_day), flags(words.full_moon)
        self._lunar, self._coming = flags(words.lunar), flags(words.coming)
        self._last_month, self._this_month = flags(words.last_month), flags(words.this_month)
        self._feasts = Phrases(words.feasts, same_exactly)

    def feast(self, tokens: Sequence[Token], at: int, today: date) -> Day | None:
        """A feast of the moon's calendar, by its name: "giỗ tổ", "giỗ tổ mùng 10 tháng 3"."""
        feast = self._feasts.at(tokens, at)
        if not feast:
            return None
        day, month = feast.value
        end = at + feast.length
        if self._coming.at(tokens, end):
            return Day(None, at, feast.length, to_come=True)
        dated = self.numbered(tokens, end, today) or self._dates.at(tokens, end, today)
        length = feast.length + (dated.length if dated else 0)
        return Day(latest_lunar(today, month, day), at, length)

    def numbered(self, tokens: Sequence[Token], at: int, today: date) -> Day | None:
        """A day told by its number: "rằm", "mùng 3 tháng 2 âm"."""
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
        month, used = self._dates.month(tokens, after)
        after += used
        marked = self._lunar.at(tokens, after)
        if marked:
            after += marked.length
        if first_ten and not marked and month is not None and tokens[after - used].bare != "tet":
            # "mùng 5 tháng 3": said of both calendars; the sun's is the one on paper forms.
            found = latest(today, month, day)
            if self._is_of_feast(tokens, after, day, month):
                found = replace(found, on=latest_lunar(today, month, day))
            return self._dates.dated(tokens, found, at, after)
        coming = self._coming.at(tokens, after)
        if coming and not self._so_far_behind(tokens, after + coming.length):
            return Day(None, at, after + coming.length - at, to_come=True)
        near = self._last_month.at(tokens, after) or self._this_month.at(tokens, after)
        on = latest_lunar(today, month, day)
        # Of the sun's month, or of the moon's? Of last year, or to come?
        doubtful = (near is not None and not marked) or _is_far(today, on)
        return Day(on, at, after - at, doubtful=doubtful)

    def _told_lunar(self, tokens: Sequence[Token], at: int, today: date) -> Day | None:
        """A day and month that are said to be the moon's: "12 tháng 3 âm"."""
        if not tokens[at].is_number:
            return None
        number = self._numbers.read(tokens, at)
        if not number or not 1 <= number.value <= 30 or number.value % 1:
            return None
        month, used = self._dates.month(tokens, at + number.length)
        after = at + number.length + used
        marked = self._lunar.at(tokens, after) if month else None
        if not month or not marked:
            return None
        return Day(latest_lunar(today, month, int(number.value)), at, after + marked.length - at)

    def _is_of_feast(self, tokens: Sequence[Token], at: int, day: int, month: int) -> bool:
        """Whether the feast of that day is named behind it: "mùng 10 tháng 3 giỗ tổ"."""
        places = range(at, min(at + 3, len(tokens)))
        feasts = [self._feasts.at(tokens, place) for place in places]
        return any(feast is not None and feast.value == (day, month) for feast in feasts)

    @staticmethod
    def _so_far_behind(tokens: Sequence[Token], at: int) -> bool:
        return at < len(tokens) and tokens[at].bare in {"nay", "gio", "hom", "ngay"}


def _is_far(today: date, on: date | None) -> bool:
    return on is not None and (today - on).days > _FAR

"""Days as people tell them: hôm qua, thứ ba tuần trước, rằm tháng bảy, 12/3. Never to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from content.models.activity import Activities
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.dates import DateReader, Day
from handlers.talk.understanding.moons import MoonReader
from handlers.talk.understanding.numbers import NumberReader
from handlers.talk.understanding.text import fold
from handlers.talk.understanding.tokens import Phrases, Token, flags, same_exactly

#: Nobody reports what was longer ago; more may be an amount before "tháng trước".
_MOST_YEARS = 12


class DayReader:
    """Finds the days a sentence names."""

    def __init__(self, known: Vocabulary, kinds: Activities, numbers: NumberReader) -> None:
        self._dates = DateReader(known, kinds, numbers)
        self._moons = MoonReader(known, numbers, self._dates)
        self._units = flags([word for unit in kinds.units for word in unit.words])
        words = known.calendar
        self._selves = {fold(word) for word in known.people.self_}
        self._numbers, self._alive = numbers, flags(known.talk.alive)
        self._told = Phrases(known.days)
        self._weekdays = Phrases(known.weekdays, same_exactly)
        self._vague, self._so_far = flags(words.vague), flags(words.so_far)
        self._recent, self._next_week = flags(words.recent), flags(words.next_week)
        self._weeks_ago = Phrases(
            {
                **dict.fromkeys(words.last_week, 1),
                **dict.fromkeys(words.week_before_last, 2),
            }
        )
        self._this, self._after_event = flags(words.this), flags(words.after_event)
        self._ago, self._ago_before = flags(words.ago), flags(words.ago_before)
        self._day_words, self._week_words = flags(words.day_words), flags(words.week_words)

    def find(self, tokens: Sequence[Token], today: date) -> list[Day]:
        """Every mention of a day, in order."""
        found: list[Day] = []
        place = 0
        while place < len(tokens):
            day = self._at(tokens, place, today)
            days = self._dates.in_a_row(tokens, place, today) or ([day] if day else [])
            found += days
            place = days[-1].start + days[-1].length if days else place + 1
        return found

    def _at(self, tokens: Sequence[Token], at: int, today: date) -> Day | None:
        found, told = self._vague.at(tokens, at), self._told.at(tokens, at)
        if found and told is None and self._may_be_self(tokens[at]):
            found = None  # "toi hom nay": I, today
        vague = found.length if found else self._long_ago(tokens, at)
        if vague and (not told or vague >= told.length):
            return Day(None, at, vague)
        if told and told.length == 1 and self._alive.at(tokens, at + 1):
            return Day(None, at, 1)  # "nay còn sống 66 cây": now
        if told:
            named = told.value == 0 and self._told.at(tokens, at + told.length)
            if named:  # "hồi chiều hôm kia"
                on = today - timedelta(days=named.value)
                return Day(on, at, told.length + named.length)
            return Day(today - timedelta(days=told.value), at, told.length)
        return (
            self._weekday(tokens, at, today)
            or self._moons.feast(tokens, at, today)
            or self._days_ago(tokens, at, today)
            or self._moons.numbered(tokens, at, today)
            or self._dates.at(tokens, at, today)
        )

    def _is_no_week(self, tokens: Sequence[Token], at: int, length: int) -> bool:
        """Whether what looks like "next" is not: "chủ nhật sau đám cưới", "thu 4 toi trong"."""
        if self._after_event.at(tokens, at + length):
            return True
        more = at + length < len(tokens) and not tokens[at + length].is_sign
        return length == 1 and more and self._may_be_self(tokens[at])

    def _may_be_self(self, token: Token) -> bool:
        """Whether a word typed without accents may be the speaker."""
        return not (token.exact or token.accented) and token.bare in self._selves

    def _long_ago(self, tokens: Sequence[Token], at: int) -> int:
        """The length of months or years that are counted: "5 năm rồi", "hai tháng trước"."""
        number = self._numbers.read(tokens, at)
        if not number or number.value > _MOST_YEARS:
            return 0
        after = at + number.length
        if after >= len(tokens) or tokens[after].bare not in {"nam", "thang"}:
            return 0
        ago = self._ago.at(tokens, after + 1)
        return number.length + 1 + ago.length if ago else 0

    def _weekday(self, tokens: Sequence[Token], at: int, today: date) -> Day | None:
        named = self._weekdays.at(tokens, at)
        if not named or (named.length == 1 and not tokens[at].bare.isascii()):
            return None
        after = at + named.length
        counted = tokens[after - 1].is_number and not tokens[at].accented and named.length > 1
        if counted and self._units.at(tokens, after):
            return None  # "thu 6 lạng pin"
        this_weeks = today - timedelta(days=today.weekday() - named.value)
        return self._in_week(tokens, at, after, this_weeks, today)

    def _in_week(
        self, tokens: Sequence[Token], at: int, after: int, this_weeks: date, today: date
    ) -> Day | None:
        """A day of the week with the words behind it that tell of which week."""
        length = after - at
        ago = self._weeks_ago.at(tokens, after)
        if ago:
            return Day(this_weeks - timedelta(weeks=ago.value), at, length + ago.length)
        day = this_weeks if this_weeks <= today else this_weeks - timedelta(days=7)
        coming, this = self._next_week.at(tokens, after), self._this.at(tokens, after)
        if coming and self._is_no_week(tokens, after, coming.length):
            coming = this = None
        until = coming and self._weekdays.at(tokens, after + coming.length)
        if coming and not until:
            return Day(None, at, length + coming.length, to_come=True)
        if this and not until:
            return Day(None, at, length + this.length)  # the last one, or the next?
        recent = self._recent.at(tokens, after)
        length += recent.length if recent else 0
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

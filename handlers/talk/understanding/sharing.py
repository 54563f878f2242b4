"""What is told of each: "năm người mỗi người ba cây", "các ngày 16, 18 mỗi ngày 1 túi".

Where it is plain how many each are, the amount is counted for all; where not, the bot asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.amounts import Told
from handlers.talk.understanding.numbers import NumberReader
from handlers.talk.understanding.sentence import Sentence
from handlers.talk.understanding.things import ThingReader
from handlers.talk.understanding.tokens import Token, flags

#: No report is of more days in a row.
_MOST_DAYS = 31
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Share:
    """What an amount is told of each of: so many, some days, or some trees."""

    times: Decimal = Decimal(1)
    days: tuple[date, ...] = ()
    things: tuple[str, ...] = ()
    #: Where the number that it is multiplied by stands.
    factor: int | None = None


class ShareReader:
    """Finds what there is an amount of each of."""

    def __init__(self, known: Vocabulary, numbers: NumberReader, things: ThingReader) -> None:
        words, people = known.sharing, known.not_amounts.people
        self._numbers, self._things = numbers, things
        self._each = flags(words.each)
        self._days, self._kinds = flags(words.days), flags(words.kinds)
        self._counted = flags(words.counted)
        self._people, self._persons = flags([*people, *known.people.counted]), flags(words.persons)
        self._from, self._until = flags(words.from_), flags(words.until)
        self._not_counted = flags(known.not_amounts.after_these)

    def find(self, said: Sentence, told: Told) -> Share | None:
        """What an amount is of each of; None where none is said, or it is not plain."""
        clause = said.clause_of(told)
        start = max(clause.start, said.end_before(told.start))
        for place in range(start, told.start):
            each = self._each.at(said.tokens, place)
            if each:
                return self._of(said, place, place + each.length, told)
        return None

    def _of(self, said: Sentence, at: int, of: int, told: Told) -> Share | None:
        if self._days.at(said.tokens, of):
            days = self._named_days(said)
            if len(days) > 1:
                return Share(days=days)
            if days:
                return None
        if self._kinds.at(said.tokens, of):
            names = self._things.named_in_a_row(said.tokens[:at])
            return Share(things=tuple(names)) if len(names) > 1 else None
        return self._factor(said.tokens, at, of, told)

    def _factor(self, tokens: Sequence[Token], at: int, of: int, told: Told) -> Share | None:
        """How many there are of what the amount is of each of, if one number says so."""
        outside = [place for place in range(len(tokens)) if not at <= place < told.end]
        found: dict[int, tuple[Decimal, int]] = {}
        for place in outside:
            number = self._numbers.read(tokens, place)
            if not number or number.value % 1 or not 1 < number.value <= _MOST:
                continue
            covered = any(start < place < start + length for start, (_, length) in found.items())
            if not covered and self._is_same(tokens, place + number.length, of):
                found[place] = (number.value, number.length)
        if len({value for value, _ in found.values()}) != 1:
            return None
        place, (value, _) = next(iter(found.items()))
        return Share(times=value, factor=place)

    def _is_same(self, tokens: Sequence[Token], at: int, of: int) -> bool:
        """Whether what is counted at a place is what the amount is of each of."""
        if at >= len(tokens) or of >= len(tokens) or tokens[at].is_sign:
            return False
        if self._persons.at(tokens, of):
            return self._people.at(tokens, at) is not None
        return tokens[at].text == tokens[of].text and self._counted.at(tokens, of) is not None

    def _named_days(self, said: Sentence) -> tuple[date, ...]:
        """The days that are named, with those between when they are the ends of a row."""
        named = [day for day in said.days if day.on]
        days = tuple(dict.fromkeys(day.on for day in named if day.on))
        if len(named) == 2 and len(days) == 2 and days[0] < days[1]:
            first, last = named
            starts = self._from.at(said.tokens, first.start - 1) if first.start else None
            link = said.tokens[first.start + first.length : last.start]
            ends = len(link) == 1 and self._until.at(link, 0) is not None
            span = (days[1] - days[0]).days
            if starts and ends and span < _MOST_DAYS:
                return tuple(days[0] + timedelta(days=one) for one in range(span + 1))
        return days

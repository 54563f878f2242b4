"""What was plainly done, once, though nothing tells how much: "hôm nay tôi phân loại rác rồi"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from content.models.activity import Activities
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.clauses import Clause
from handlers.talk.understanding.lookalikes import Ending
from handlers.talk.understanding.numbers import NumberReader
from handlers.talk.understanding.sentence import Sentence
from handlers.talk.understanding.tokens import Token, flags


class Uncounted:
    """Knows the words that tell how much or how often, if only loosely, and that it is over."""

    def __init__(self, known: Vocabulary, kinds: Activities, numbers: NumberReader) -> None:
        units = [word for one in kinds.units for word in (one.name, *one.words)]
        self._loosely = flags([*known.approximate.few, *known.calendar.week_words])
        self._units = flags(units)
        self._denies = flags([*known.talk.any, *known.talk.not_behind])
        self._not_done = flags(known.talk.not_done)
        self._each, self._happened = flags(known.talk.each), flags(known.talk.happened)
        self._no_numbers = flags(known.not_amounts.words)
        self._hours = flags(known.not_amounts.before_these)
        self._numbered = Ending(known.not_amounts.after_these)
        self._self = flags([*known.people.self_, *known.people.first_time])
        self._numbers = numbers

    def holds(self, said: Sentence, clause: Clause, on: date | None) -> bool:
        """Whether something was plainly done, once, and nothing tells how much of it."""
        if clause.planned or clause.question or clause.negated or clause.unclear:
            return False
        behind = said.tokens[clause.end : clause.end + 1]  # "rồi" may begin the next clause
        whole = [*said.tokens[clause.start : clause.end], *behind]
        dated = {place for day in said.days for place in range(day.start, day.start + day.length)}
        part = [said.tokens[at] for at in range(clause.start, clause.end) if at not in dated]
        if any(self._counts(part, place) for place in range(len(part))):
            return False
        if self._not_done.search(whole) or self._denies.search(part) or self._is_weighed(said):
            return False
        if self._is_loose(part) or self._each.search(whole):
            return False
        return on is not None or self._happened.search([*part, *behind]) is not None

    def _is_weighed(self, said: Sentence) -> bool:
        """Whether a figure without accents around it may be an amount: "gom rac, thu 34 kg"."""
        told = {place for one in said.amounts for place in range(one.start, one.end)}
        return any(
            token.is_number and not token.exact and place not in told
            for place, token in enumerate(said.tokens)
            if self._units.at(said.tokens, place + 1)
        )

    def _is_loose(self, part: Sequence[Token]) -> bool:
        """Whether some words tell how much; typed without accents, "tai nha" is no tải."""
        if self._loosely.search(part):
            return True
        found = (place for place in range(len(part)) if self._units.at(part, place))
        return any(part[place].exact or part[place].accented for place in found)

    def _counts(self, part: Sequence[Token], at: int) -> bool:
        """Whether a number stands at a place that is neither hours nor, without accents, a name."""
        number = self._numbers.read(part, at)
        if number is None or self._hours.at(part, at + number.length):
            return False
        if self._numbered.ends_at(part, at) or self._no_numbers.at(part, at):
            return False
        return part[at].exact or part[at].is_number or not self._self.at(part, at)

"""What is not told by an amount: a meeting one went to, a first purchase, people one helped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from content.models.activity import Activities, Activity
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.clauses import Clause
from handlers.talk.understanding.items import Amount
from handlers.talk.understanding.lookalikes import Ending
from handlers.talk.understanding.numbers import NumberReader
from handlers.talk.understanding.tokens import Token, flags
from handlers.talk.understanding.verbs import Verb
from handlers.talk.understanding.who import WhoReader

#: Nobody goes to more meetings than this before telling of them.
MOST_TIMES = 10


class OccasionReader:
    """Finds such activities in a clause, and how many times or people they make."""

    def __init__(self, known: Vocabulary, kinds: Activities, numbers: NumberReader) -> None:
        people = set(known.not_amounts.people)
        of_people = {one.key for one in kinds.units if people & {one.name, *one.words}}
        self._once = {one.key for one in kinds.activities if one.amount != "asked"}
        self._first = {one.key for one in kinds.activities if one.amount == "first"}
        self._of_people = {one.key for one in kinds.activities if one.units[0] in of_people}
        self._people, self._not = flags(known.people.counted), flags(known.talk.not_)
        self._in_vain = flags(known.talk.in_vain)
        self._self = flags([*known.people.self_, *known.people.first_time])
        self._with = flags([*known.people.with_, ","])
        self._couple = flags(known.people.couple)
        self._who = WhoReader(known.people)
        self._happened = flags(known.talk.happened)
        often = {one.units[0] for one in kinds.activities if one.amount != "asked"}
        self._often = flags([word for one in kinds.units if one.key in often for word in one.words])
        dated = [*known.calendar.day_words, *known.calendar.lunar_day, "lúc", "năm"]
        self._numbered = Ending([*known.not_amounts.never_after, *dated])
        self._numbers = numbers

    def is_occasion(self, key: str) -> bool:
        """Whether an activity is not told by an amount and a unit."""
        return key in self._once or key in self._of_people

    def find(self, tokens: Sequence[Token], clause: Clause) -> list[Verb]:
        """The verbs of the occasions that took place in a clause.

        One that nothing links to the first is what that was about: "dạy bà Lan quét mã".
        """
        part = tokens[clause.start : clause.end]
        if clause.planned or clause.question or clause.negated or self._in_vain.search(part):
            return []
        found = [verb for verb in clause.verbs if self._took_place(tokens, clause, verb)]
        return [verb for verb in found if verb is found[0] or self._with.at(tokens, verb.place - 1)]

    def _took_place(self, tokens: Sequence[Token], clause: Clause, verb: Verb) -> bool:
        if not self.is_occasion(verb.activity or ""):
            return False
        if self._not.search(tokens[clause.start : verb.place]):
            return False
        if verb.activity in self._of_people and verb.place + verb.length >= clause.end:
            return False  # "tu quet ma day": đấy, and not dạy
        # A skill is one's own: that a child buys things online is no report.
        return not (clause.who == "other" and verb.activity in self._once)

    def amount(
        self, tokens: Sequence[Token], clause: Clause, verb: Verb, kind: Activity
    ) -> Amount | None:
        """Once, or the people who were helped; None where these must be asked for."""
        unit = kind.units[0]
        if kind.key in self._first:
            return Amount(quantity=Decimal(1), unit_of_measure=unit)
        if kind.key in self._once:
            times = self._times(tokens[clause.start : clause.end])
            return Amount(quantity=Decimal(1) if times is None else times, unit_of_measure=unit)
        at = verb.place + verb.length
        after = tokens[at : clause.end]
        for place in range(len(after)):
            number = self._numbers.read(after, place)
            if number and self._people.at(after, place + number.length):
                return Amount(quantity=number.value, unit_of_measure=unit)
        persons = self._persons(after)
        return Amount(quantity=Decimal(persons), unit_of_measure=unit) if persons else None

    def _times(self, part: Sequence[Token]) -> Decimal | None:
        """How many times it is said to have been: "dự 2 buổi họp"."""
        for place in range(len(part)):
            number = self._numbers.read(part, place)
            if number is None or not self._often.at(part, place + number.length):
                continue
            if number.value % 1 or number.value > MOST_TIMES or self._numbered.ends_at(part, place):
                continue  # "thứ 2 buổi chiều", "năm 2026 lần đầu"
            return number.value
        return None

    def _persons(self, after: Sequence[Token]) -> int:
        """How many people are named in a row: "bà Hoa với ông Bình"."""
        place = persons = 0
        couple = self._couple.at(after, 0)
        if couple:
            place, persons = couple.length, 2
            place += self._who.person(after, place)
        while length := self._who.person(after, place):
            persons, place = persons + 1, place + length
            linked = self._with.at(after, place)
            if not linked:
                break  # "ông Bảy hàng xóm" is one
            place += linked.length
        return persons

    def is_sure(self, tokens: Sequence[Token], clause: Clause, verb: Verb, on: date | None) -> bool:
        """Whether it is plain that it took place, and a first time that it was the speaker's."""
        if verb.activity not in self._once:
            return True
        before = tokens[clause.start : verb.place]
        if not tokens[verb.place].exact and any(
            self._people.at(before, place) and place and before[place - 1].is_number
            for place in range(len(before))
        ):
            return False  # "nha ba Ba co 10 nguoi toi hop"
        part = tokens[clause.start : clause.end]
        took_place = on is not None or self._happened.search(part) is not None
        took_place = took_place or self._times(part) is not None
        own = verb.activity not in self._first or self._self.search(part) is not None
        return took_place and own

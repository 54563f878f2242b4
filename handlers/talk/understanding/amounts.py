"""Amounts in a sentence: a number, its unit of measure and what it is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from content.models.activity import Activities
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.dates import Day
from handlers.talk.understanding.lookalikes import Ending, Lookalikes
from handlers.talk.understanding.measures import Measures
from handlers.talk.understanding.numbers import Number, NumberReader
from handlers.talk.understanding.quantities import BEFORE_AMOUNT, QuantityReader, thousands
from handlers.talk.understanding.things import ThingReader
from handlers.talk.understanding.tokens import Found, Phrases, Token, flags

#: Higher numbers are no hamlet's or day's own.
_MOST_HAMLETS = 40
#: What a kilo costs is more than this; nobody reports so many right before "một cân".
_LEAST_PRICE = 500
#: Words that a number in a list can stand before: "mít 2, xoài 3 trồng sáng nay".
_ONWARD = {"trong", "roi", "nhe", "va", "voi"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An amount as it stands in a sentence. `quantity` is None when only its place was found."""

    quantity: Decimal | None
    #: Key of the unit of measure, or None where none was said.
    unit: str | None
    what: str | None
    start: int
    end: int
    #: Said without being sure: khoảng, vài chục, ba bốn.
    approximate: bool = False
    negative: bool = False

    @property
    def bare(self) -> bool:
        """A number and nothing else."""
        return self.unit is None and self.what is None


class AmountReader:
    """Finds the amounts of a sentence."""

    def __init__(
        self, known: Vocabulary, kinds: Activities, things: ThingReader, numbers: NumberReader
    ) -> None:
        self._numbers = numbers
        self._measures = Measures(known, kinds)
        self._units = self._measures.words
        self._things = things
        named = [one.units for one in kinds.activities if one.things]
        self._of_things = {unit for units in named for unit in units}
        self._pieces = [
            unit for one in kinds.activities if not one.things for unit in one.own_units
        ]
        self._selves = flags(known.people.self_)
        self._no_six = Ending(known.not_amounts.no_six_after)
        self._lookalikes = Lookalikes(known.not_amounts)
        verbs = [verb.removesuffix("…").strip() for one in kinds.activities for verb in one.verbs]
        self._no_numbers = flags(
            one for one in (*known.talk.other_verbs, *verbs, *known.not_amounts.words) if " " in one
        )
        says = known.approximate
        self._few = Phrases(says.few)
        self._classifiers = flags(known.classifiers.words)
        self._quantities = QuantityReader(says, numbers, self._measures, things, self._lookalikes)
        self._about_after = flags(says.after)
        self._and_some = flags(says.and_some)

    def unit_named(self, tokens: Sequence[Token], among: Sequence[str]) -> str | None:
        """The unit of these that is named in some tokens: "nhặt chai: 27"."""
        found = [self._units.at(tokens, place, among) for place in range(len(tokens))]
        return next((one.value for one in found if one), None)

    def find(self, tokens: Sequence[Token], days: Sequence[Day]) -> list[Told]:
        """Every amount, in order; nothing inside the mention of a day is one."""
        taken = {place for day in days for place in range(day.start, day.start + day.length)}
        taken.add(len(tokens))
        found: list[Told] = []
        place = 0
        while place < len(tokens):
            floor = found[-1].end if found and not found[-1].bare else 0
            told = None if place in taken else self._at(tokens, place, taken, floor)
            if told:
                told = _before_days(told, taken)
                found.append(told)
            place = max(place + 1, told.end if told else 0, self._past(tokens, place))
        return found

    def _past(self, tokens: Sequence[Token], at: int) -> int:
        """Where to look on after a number that is no amount: not in the middle of it."""
        if tokens[at].is_number:
            telephone = self._lookalikes.end_of_telephone(tokens, at)
            return max(telephone, self._lookalikes.end_of_other(tokens, at + 1))
        thing = self._things.at(tokens, at)
        if thing and thing.length > 2:
            return at + thing.length  # "bưởi năm roi" are no five
        number = self._numbers.read(tokens, at)
        return self._lookalikes.end_of_other(tokens, at + number.length) if number else at + 1

    def _at(self, tokens: Sequence[Token], at: int, taken: set[int], floor: int) -> Told | None:
        few = self._few.at(tokens, at)
        if few and not (at == 0 and few.value == 0 and self._is_spoken_of(tokens, few.length)):
            return self._few_of(tokens, at, few)
        number = self._number(tokens, at)
        if number is None:
            return self._without_number(tokens, at, taken)
        if self._lookalikes.is_code(tokens, at) or self._lookalikes.is_list_number(tokens, at):
            return None
        return self._counted(tokens, at, number, taken, floor)

    def _counted(
        self, tokens: Sequence[Token], at: int, number: Number, taken: set[int], floor: int
    ) -> Told | None:
        """The amount that begins with a number, unless the words around it explain it."""
        if number.value == 1 and self._is_price(tokens, at):
            return None
        low, after, ranged = self._quantities.spanned(tokens, at, number)
        some = self._and_some.at(tokens, after)
        if some and self._units.at(tokens, after + some.length):
            after, ranged = after + some.length, True
        after += self._classifier(tokens, after)
        until = after if after in taken else len(tokens)  # "trồng 50 hôm qua" are no 50 days
        unit = self._units.at(tokens[:until], after)
        if self._is_explained(tokens[:until], at, after, number, unit):
            return None
        # "xom 4 bao cao": the number of a hamlet, where an amount could stand as well.
        low_number = number.value <= _MOST_HAMLETS
        numbered = low_number and self._lookalikes.is_numbered(tokens, at)
        numbered = numbered or self._may_be_dozens(tokens, at, number)
        about = ranged or self._quantities.is_about(tokens, at) or numbered
        if unit and not self._measures.has_tenths(unit.value):
            low *= thousands(tokens[at])
        edge = min(place for place in taken if place >= min(after, len(tokens)))
        told = self._told(tokens[:edge], at, after, low, unit, about=about, floor=floor)
        if unit or not told.what:
            return told
        # "đào 20 hố" are no peach trees; "hai me con" is typed by a mother and her child.
        spelt_bare = not tokens[at].is_number and not tokens[at].exact
        closed = told.end == after and not self._is_open(tokens, after, taken)
        return replace(told, what=None, end=after) if spelt_bare or closed else told

    def _number(self, tokens: Sequence[Token], at: int) -> Number | None:
        """The number at a place, without a last word that is rather its unit: "2 ta rac"."""
        if not tokens[at].is_number and not tokens[at].exact and self._is_word(tokens, at):
            return None
        number = self._numbers.read(tokens, at)
        if number and self._has_tons(tokens, at, number):
            return self._numbers.read(tokens[: at + 1], at)
        again = tokens[at].text == "nua"  # "them 6 cay nua"
        if number is None or (again and not self._units.at(tokens, at + number.length)):
            return None
        last = at + number.length - 1
        if tokens[last].exact or tokens[last].accented:
            return number
        if not self._units.at(tokens, last) or self._units.at(tokens, last + 1):
            return number
        return self._numbers.read(tokens[:last], at) if last > at else None

    def _is_word(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a number typed without accents is rather a word: "bon phan", "ba om"."""
        if self._no_numbers.at(tokens, at):
            return True
        if tokens[at].text == "sau" and self._no_six.ends_at(tokens, at):
            return True
        after = tokens[at + 1 : at + 2]
        if after and after[0].is_number and tokens[at].bare in {"bon", "bay"}:
            return True  # bón, bày
        number = self._numbers.read(tokens, at)
        if number and number.length > 1:
            return False  # "ba muoi cay"
        alone = self._selves.at(tokens, at) and not self._units.at(tokens, at + 1)
        return bool(alone) and not (at and tokens[at - 1].bare in BEFORE_AMOUNT)

    def _may_be_dozens(self, tokens: Sequence[Token], at: int, number: Number) -> bool:
        """Whether "ta" may be dozens, as something is counted by the piece: "vo chai mot ta"."""
        after = tokens[at + number.length : at + number.length + 1]
        if not after or after[0].text != "ta" or after[0].exact:
            return False
        return self.unit_named(tokens[:at], self._pieces) is not None

    def _has_tons(self, tokens: Sequence[Token], at: int, number: Number) -> bool:
        """Whether "ta" in a number is a tạ and no dozen: "3 ta ruoi rac"."""
        tons = number.length > 1 and tokens[at + 1].text == "ta" and not tokens[at + 1].exact
        return tons and self._units.at(tokens, at + number.length) is None

    def _is_price(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a price stands before "one": "4.000 một cân"."""
        end = at - 1 if at and self._units.at(tokens, at - 1, {"dong"}) else at
        price = self._numbers.read(tokens[:end], end - 1) if end else None
        return price is not None and price.value >= _LEAST_PRICE

    def _is_open(self, tokens: Sequence[Token], at: int, taken: set[int]) -> bool:
        """Whether nothing that a number could count stands at a place."""
        if at >= len(tokens) or at in taken or tokens[at].is_sign or tokens[at].is_number:
            return True
        return self._things.at(tokens, at) is not None or tokens[at].bare in _ONWARD

    def _is_explained(
        self, tokens: Sequence[Token], at: int, after: int, number: Number, unit: Found[str] | None
    ) -> bool:
        """Whether the words around a number make it something else than an amount."""
        if unit:
            other = self._lookalikes.counts_other(tokens, after, unit.length)
            return other or self._lookalikes.is_ordinal(tokens, at)
        no_amount = self._lookalikes.is_no_amount(tokens, at, after, number)
        return no_amount and not self._things.at(tokens, after)

    def _classifier(self, tokens: Sequence[Token], at: int) -> int:
        """The length of a word between a number and its unit that changes nothing."""
        found = self._classifiers.at(tokens, at)
        return found.length if found and self._units.at(tokens, at + found.length) else 0

    def _without_number(self, tokens: Sequence[Token], at: int, taken: set[int]) -> Told | None:
        """A unit whose number is left out or stands behind: "cân rưỡi", "tạ hai", "cây 12"."""
        unit = self._units.at(tokens, at)
        if unit is None:
            return None
        after = at + unit.length
        if self._numbers.is_half(tokens, after) and self._measures.has_halves(unit.value):
            after, quantity = after + 1, Decimal("1.5")
        else:
            number = self._numbers.read(tokens, after)
            if number is None and self._measures.has_tenths(unit.value):
                number = self._numbers.following(tokens, after)
            if number is None or self._units.at(tokens, after + number.length):
                return None
            if after in taken:
                return None  # "cây năm ngoái"
            after += number.length
            pieces = self._classifiers.at(tokens, after)  # "chai nhựa 15 cái"
            after += pieces.length if pieces else 0
            if self._measures.has_tenths(unit.value) and number.simple and tokens[at].accented:
                quantity = 1 + number.value / 10
            elif pieces or self._is_closed(tokens, at, after, taken):
                quantity = number.value
            else:
                return None
        return Told(quantity=quantity, unit=unit.value, what=None, start=at, end=after)

    @staticmethod
    def _is_closed(tokens: Sequence[Token], start: int, end: int, taken: set[int]) -> bool:
        """Whether the words stand alone between signs, as in a list: "cây 12, rác 4"."""
        opened = start == 0 or tokens[start - 1].is_sign
        return opened and (end in taken or end == len(tokens) or tokens[end].is_sign)

    def _told(
        self,
        tokens: Sequence[Token],
        start: int,
        after: int,
        quantity: Decimal | None,
        unit: Found[str] | None,
        *,
        about: bool,
        floor: int = 0,
    ) -> Told:
        end = after
        if unit:
            end = after + unit.length
            if quantity is not None:
                quantity, end = self._quantities.with_rest(tokens, end, quantity, unit.value)
        what = None
        if unit is None or unit.value in self._of_things:
            before = self._things.before(tokens, floor, start, unlisted=unit is not None)
            what, behind = self._things.behind(tokens, end, direct=unit is None)
            if before and what and self._begins_next(tokens, behind):
                what = before  # "lòn bon 19 cây dó bầu 26 cây"
            else:
                what, end = what or before, behind
        if unit and end == after + unit.length and self._measures.has_tenths(unit.value):
            about = about or self._numbers.may_follow(tokens, end)
        loose = self._about_after.at(tokens, end)
        end += loose.length if loose else 0
        sign = (
            start > 0
            and tokens[start - 1].text in {"-", "âm"}
            and (tokens[start].glued or tokens[start - 1].text == "âm")
        )
        negative = sign and not (start > 1 and tokens[start - 2].is_number)
        return Told(
            quantity=quantity,
            unit=unit.value if unit else None,
            what=what,
            start=start,
            end=end,
            approximate=about or bool(loose),
            negative=negative,
        )

    def _begins_next(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether another amount stands right behind a name."""
        return at < len(tokens) and self._numbers.read(tokens, at) is not None

    def _is_spoken_of(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether trees stand first that something is told of: "mấy cây keo trồng năm ngoái"."""
        unit = self._units.at(tokens, at)
        return unit is not None and self._things.at(tokens, at + unit.length) is not None

    def _few_of(self, tokens: Sequence[Token], at: int, few: Found[int]) -> Told | None:
        """A likely number, or none, for words such as "vài chục cây" and "mấy cây"."""
        after = at + few.length
        scale = self._numbers.scale(tokens, after)
        quantity = Decimal(few.value) * (scale.value if scale else 1) if few.value else None
        after += scale.length if scale else 0
        after += self._classifier(tokens, after)
        unit = self._units.at(tokens, after)
        if unit is None:
            return None
        return self._told(tokens, at, after, quantity, unit, about=True)


def _before_days(told: Told, taken: set[int]) -> Told:
    """The amount without what belongs to a day: "5 cây hồi sáng" are no anise trees."""
    overlap = [place for place in range(told.start, told.end) if place in taken]
    return replace(told, what=None, end=overlap[0]) if overlap else told

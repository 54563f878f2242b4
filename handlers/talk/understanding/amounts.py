"""Amounts in a sentence: a number, its unit of measure and what it is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from content.models import Activities, Vocabulary
from handlers.talk.understanding.days import Day
from handlers.talk.understanding.lookalikes import Ending, Lookalikes
from handlers.talk.understanding.measures import Measures
from handlers.talk.understanding.numbers import Number, NumberReader
from handlers.talk.understanding.things import ThingReader
from handlers.talk.understanding.tokens import Found, Phrases, Token, flags

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
        self, known: Vocabulary, kinds: Activities, species: Sequence[str], numbers: NumberReader
    ) -> None:
        self._numbers = numbers
        self._measures = Measures(known, kinds)
        self._units = self._measures.words
        self._things = ThingReader(known, species)
        named = [one.units for one in kinds.activities if one.things]
        self._of_things = {unit for units in named for unit in units}
        self._lookalikes = Lookalikes(known.not_amounts)
        self._no_numbers = flags([verb for verb in known.talk.other_verbs if " " in verb])
        says = known.approximate
        self._few = Phrases(says.few)
        self._classifiers = flags(known.classifiers.words)
        self._about, self._about_scale = Ending(says.before), Ending(says.before_scale)
        self._about_after, self._or = flags(says.after), flags(says.or_)
        self._and_some = flags(says.and_some)

    def find(self, tokens: Sequence[Token], days: Sequence[Day]) -> list[Told]:
        """Every amount, in order; nothing inside the mention of a day is one."""
        taken = {place for day in days for place in range(day.start, day.start + day.length)}
        found: list[Told] = []
        place = 0
        while place < len(tokens):
            told = None if place in taken else self._at(tokens, place, taken)
            if told:
                told = _before_days(told, taken)
                found.append(told)
            place = max(place + 1, told.end if told else 0, self._past(tokens, place))
        return found

    def _past(self, tokens: Sequence[Token], at: int) -> int:
        """Where to look on after a number that is no amount: not in the middle of it."""
        if tokens[at].is_number:
            return self._lookalikes.end_of_telephone(tokens, at)
        thing = self._things.at(tokens, at)
        if thing and thing.length > 2:
            return at + thing.length  # "bưởi năm roi" are no five
        number = self._numbers.read(tokens, at)
        return at + number.length if number else at + 1

    def _at(self, tokens: Sequence[Token], at: int, taken: set[int]) -> Told | None:
        few = self._few.at(tokens, at)
        if few:
            return self._few_of(tokens, at, few)
        number = self._number(tokens, at)
        if number is None:
            return self._without_number(tokens, at)
        if self._lookalikes.is_code(tokens, at) or self._lookalikes.is_list_number(tokens, at):
            return None
        return self._counted(tokens, at, number, taken)

    def _counted(
        self, tokens: Sequence[Token], at: int, number: Number, taken: set[int]
    ) -> Told | None:
        """The amount that begins with a number, unless the words around it explain it."""
        low, after, ranged = self._range(tokens, at, number)
        some = self._and_some.at(tokens, after)
        if some and self._units.at(tokens, after + some.length):
            after, ranged = after + some.length, True
        after += self._classifier(tokens, after)
        until = after if after in taken else len(tokens)  # "trồng 50 hôm qua" are no 50 days
        unit = self._units.at(tokens[:until], after)
        if self._is_explained(tokens[:until], at, after, number, unit):
            return None
        # "xom 4 bao cao": the number of a hamlet, where an amount could stand as well.
        about = ranged or self._is_about(tokens, at) or self._lookalikes.is_numbered(tokens, at)
        told = self._told(tokens, at, after, low, unit, about=about)
        if unit or not told.what:
            return told
        # "đào 20 hố" are no peach trees; "hai me con" is typed by a mother and her child.
        spelt_bare = not tokens[at].is_number and not tokens[at].exact
        closed = told.end == after and not self._is_open(tokens, after, taken)
        return replace(told, what=None, end=after) if spelt_bare or closed else told

    def _number(self, tokens: Sequence[Token], at: int) -> Number | None:
        """The number at a place, without a last word that is rather its unit: "2 ta rac"."""
        if not tokens[at].exact and self._no_numbers.at(tokens, at):
            return None  # "bon phan": bón phân
        number = self._numbers.read(tokens, at)
        last = at + number.length - 1 if number else at
        if number is None or tokens[last].exact or tokens[last].accented:
            return number
        if not self._units.at(tokens, last) or self._units.at(tokens, last + 1):
            return number
        return self._numbers.read(tokens[:last], at) if last > at else None

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

    def _is_about(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether the words before a number, or its first word, leave it open."""
        if self._about.ends_at(tokens, at) or tokens[at].text == "mươi":
            return True
        if self._numbers.scale(tokens, at) and self._about_scale.ends_at(tokens, at):
            return True
        # "tam muoi": tám mươi, or tầm mười; "mười mười": a number said twice.
        doubled = self._about.ends_at(tokens[: at + 1], at + 1)
        if doubled and self._numbers.read(tokens, at + 1):
            return True
        return at > 0 and self._ends_number(tokens, at)

    def _ends_number(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether another number stands right before this one."""
        before = self._numbers.read(tokens[:at], at - 1)
        if before is None or self._lookalikes.is_code(tokens, at - 1):
            return False
        return not self._lookalikes.is_no_amount(tokens, at - 1, at, before)

    def _without_number(self, tokens: Sequence[Token], at: int) -> Told | None:
        """A unit whose number is left out or stands behind: "cân rưỡi", "tạ hai", "cây 12"."""
        unit = self._units.at(tokens, at)
        if unit is None:
            return None
        after = at + unit.length
        if self._numbers.is_half(tokens, after) and self._measures.has_halves(unit.value):
            after, quantity = after + 1, Decimal("1.5")
        else:
            number = self._numbers.read(tokens, after)
            if number is None or self._units.at(tokens, after + number.length):
                return None
            after += number.length
            if self._measures.has_tenths(unit.value) and number.simple and tokens[at].accented:
                quantity = 1 + number.value / 10
            elif self._is_closed(tokens, at, after):
                quantity = number.value
            else:
                return None
        return Told(quantity=quantity, unit=unit.value, what=None, start=at, end=after)

    @staticmethod
    def _is_closed(tokens: Sequence[Token], start: int, end: int) -> bool:
        """Whether the words stand alone between signs, as in a list: "cây 12, rác 4"."""
        opened = start == 0 or tokens[start - 1].is_sign
        return opened and (end == len(tokens) or tokens[end].is_sign)

    def _told(
        self,
        tokens: Sequence[Token],
        start: int,
        after: int,
        quantity: Decimal | None,
        unit: Found[str] | None,
        *,
        about: bool,
    ) -> Told:
        end = after
        if unit:
            end = after + unit.length
            if quantity is not None:
                quantity, end = self._with_rest(tokens, end, quantity, unit.value)
        what = None
        if unit is None or unit.value in self._of_things:
            what, end = self._things.behind(tokens, end, direct=unit is None)
            what = what or self._things.before(tokens, start)
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

    def _range(self, tokens: Sequence[Token], at: int, number: Number) -> tuple[Decimal, int, bool]:
        """The lower end of a range ("ba bốn", "5-6"), where it ends, and if it is one."""
        after = at + number.length
        linked = self._or.at(tokens, after)
        start = after + (linked.length if linked else 0)
        if start >= len(tokens) or not (linked or number.simple):
            return number.value, after, False
        if tokens[start - 1].text == "," or (not linked and tokens[start].is_number):
            return number.value, after, False
        upper = self._numbers.read(tokens, start)
        if upper is None or upper.value <= number.value:
            return number.value, after, False
        end = start + upper.length
        low = number.value
        if number.simple and not upper.simple and upper.value >= 10 and not linked:
            # "ba bốn chục" is thirty or forty.
            first = upper.value.scaleb(-(len(str(int(upper.value))) - 1))
            low = number.value * upper.value / first if first else number.value
        if not linked and not self._units.at(tokens, end) and not self._things.at(tokens, end):
            return number.value, after, False
        return low, end, True

    def _with_rest(
        self, tokens: Sequence[Token], at: int, quantity: Decimal, unit: str
    ) -> tuple[Decimal, int]:
        """The amount with the part behind its unit: "2kg5", "hai cân rưỡi", "hai cân ba lạng"."""
        if self._numbers.is_half(tokens, at):
            half = self._measures.has_halves(unit)
            return (quantity + Decimal("0.5"), at + 1) if half else (quantity, at)
        rest = self._numbers.read(tokens, at) if at < len(tokens) else None
        if not rest or rest.value % 1:
            return quantity, at
        after = at + rest.length
        smaller = self._units.at(tokens, after)
        if smaller:
            times = self._measures.part_of(smaller.value, unit)
            end = after + smaller.length
            return (quantity + rest.value * times, end) if times else (quantity, at)
        if rest.simple and rest.value < 10 and self._measures.has_tenths(unit):
            return quantity + rest.value / 10, after
        return quantity, at


def _before_days(told: Told, taken: set[int]) -> Told:
    """The amount without what belongs to a day: "5 cây hồi sáng" are no anise trees."""
    overlap = [place for place in range(told.start, told.end) if place in taken]
    return replace(told, what=None, end=overlap[0]) if overlap else told

"""Amounts in a sentence: a number, its unit of measure and what it is of.

A number that only looks like an amount (an age, an hour, a hamlet's number, cô Bảy) is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from content.models import Activities, Vocabulary
from handlers.talk.understanding.days import Day
from handlers.talk.understanding.numbers import Number, NumberReader
from handlers.talk.understanding.tokens import Found, Phrases, Token

#: Figures this long without a separator are a telephone number or a code.
_LONGEST_FIGURE = 8
#: Words that stand between a unit and what it is of: "5 cây giống keo", "gốc cây nhãn".
_FILLERS = {"cay", "giong", "con", "non", "moi", "goc", "loai", "ta"}


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


class AmountReader:
    """Finds the amounts of a sentence."""

    def __init__(
        self, known: Vocabulary, kinds: Activities, species: Sequence[str], numbers: NumberReader
    ) -> None:
        self._numbers = numbers
        self._units = Phrases(
            [(word, unit.key) for unit in kinds.units for word in (unit.name, *unit.words)]
        )
        self._divisible = {unit.key for unit in kinds.units if unit.divisible}
        self._things = Phrases({name.lower(): name for name in species})
        words, says = known.not_amounts, known.approximate
        self._after_these = _ends(words.after_these)
        self._titles = _ends(words.titles)
        self._before_these, self._people = _set(words.before_these), _set(words.people)
        self._few = Phrases(says.few)
        self._classifiers = _set(known.classifiers.words)
        self._about = _ends(says.before)
        self._about_after, self._or = _set(says.after), _set(says.or_)

    def find(self, tokens: Sequence[Token], days: Sequence[Day]) -> list[Told]:
        """Every amount, in order; nothing inside the mention of a day is one."""
        taken = {place for day in days for place in range(day.start, day.start + day.length)}
        found: list[Told] = []
        place = 0
        while place < len(tokens):
            told = None if place in taken else self._at(tokens, place)
            if told:
                found.append(told)
            place = max(place + 1, told.end if told else 0, self._past(tokens, place))
        return found

    def _past(self, tokens: Sequence[Token], at: int) -> int:
        """Where to look on after a number that is no amount: not in the middle of it."""
        if not tokens[at].is_number:
            number = self._numbers.read(tokens, at)
            return at + number.length if number else at + 1
        end = at + 1
        if len(tokens[at].text) >= 3 and tokens[at].text.startswith("0"):
            while end < len(tokens) and (tokens[end].is_number or tokens[end].text in {".", "-"}):
                end += 1  # a telephone number in groups
        return end

    def _at(self, tokens: Sequence[Token], at: int) -> Told | None:
        few = self._few.at(tokens, at)
        if few:
            return self._few_of(tokens, at, few)
        number = self._numbers.read(tokens, at)
        if number is None:
            return self._one_and_a_half(tokens, at)
        if self._is_code(tokens, at):
            return None
        low, after, ranged = self._range(tokens, at, number)
        classifier = self._classifiers.at(tokens, after)
        if classifier and self._units.at(tokens, after + classifier.length):
            after += classifier.length
        unit = self._units.at(tokens, after)
        if unit is None and self._no_amount(tokens, at, after, number):
            return None
        if unit and self._never_amount(tokens, at):
            return None
        about = ranged or bool(_before(self._about, tokens, at)) or tokens[at].text == "mươi"
        return self._told(tokens, at, after, low, unit, about=about)

    def _one_and_a_half(self, tokens: Sequence[Token], at: int) -> Told | None:
        """A unit and a half without its number: "cân rưỡi", "tạ rưỡi"."""
        unit = self._units.at(tokens, at)
        after = at + unit.length if unit else at
        if unit is None or unit.value not in self._divisible:
            return None
        if not self._numbers.is_half(tokens, after):
            return None
        what, end = self._what(tokens, after + 1, direct=False)
        quantity = Decimal("1.5")
        return Told(quantity=quantity, unit=unit.value, what=what, start=at, end=end)

    def _told(
        self,
        tokens: Sequence[Token],
        start: int,
        after: int,
        quantity: Decimal | None,
        unit: Found[str] | None,
        *,
        about: bool,
    ) -> Told | None:
        end = after
        if unit:
            end = after + unit.length
            if quantity is not None and unit.value in self._divisible:
                quantity, end = self._with_rest(tokens, end, quantity)
        what, end = self._what(tokens, end, direct=unit is None)
        what = what or self._what_before(tokens, start)
        loose = self._about_after.at(tokens, end)
        end += loose.length if loose else 0
        sign = start > 0 and tokens[start - 1].text == "-" and tokens[start].glued
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
        self, tokens: Sequence[Token], at: int, quantity: Decimal
    ) -> tuple[Decimal, int]:
        """The amount with the part behind its unit: "2kg5", "3 ký 2", "hai cân rưỡi"."""
        if self._numbers.is_half(tokens, at):
            return quantity + Decimal("0.5"), at + 1
        rest = self._numbers.read(tokens, at) if at < len(tokens) else None
        whole_unit = rest and self._units.at(tokens, at + rest.length)
        if rest and rest.simple and rest.value < 10 and rest.value % 1 == 0 and not whole_unit:
            return quantity + rest.value / 10, at + rest.length
        return quantity, at

    def _what(self, tokens: Sequence[Token], at: int, *, direct: bool) -> tuple[str | None, int]:
        place = at
        while (
            not direct and place < len(tokens) and tokens[place].bare in _FILLERS and place < at + 2
        ):
            thing = self._things.at(tokens, place)
            if thing:
                break
            place += 1
        thing = self._things.at(tokens, place)
        return (thing.value, place + thing.length) if thing else (None, at)

    def _what_before(self, tokens: Sequence[Token], at: int) -> str | None:
        """What an amount is of, when that stands before it: "bạch đàn 60 cây"."""
        for start in range(max(0, at - 3), at):
            thing = self._things.at(tokens, start)
            typed = " ".join(token.text for token in tokens[start:at])
            if thing and start + thing.length == at and typed == thing.value:
                return thing.value
        return None

    def _is_code(self, tokens: Sequence[Token], at: int) -> bool:
        """A telephone number, a year, a hamlet in figures glued to letters."""
        text = tokens[at].text
        if not tokens[at].is_number:
            return False
        if text.isdecimal() and (len(text) > _LONGEST_FIGURE or (len(text) > 2 and text[0] == "0")):
            return True
        year = at > 0 and tokens[at - 1].bare == "nam" and len(text) == 4
        return year or (tokens[at].glued and at > 0 and tokens[at - 1].text == "/")

    def _never_amount(self, tokens: Sequence[Token], at: int) -> bool:
        return at > 0 and tokens[at - 1].bare in {"thu", "thang"} and tokens[at - 1].text in {
            "thứ", "tháng", "thu", "thang",
        }  # fmt: skip

    def _no_amount(self, tokens: Sequence[Token], at: int, after: int, number: Number) -> bool:
        if self._things.at(tokens, after):
            return False
        if _before(self._after_these, tokens, at):
            return True
        if number.simple and not tokens[at].is_number and _before(self._titles, tokens, at):
            return True
        return bool(self._before_these.at(tokens, after) or self._people.at(tokens, after))


def _set(words: Sequence[str]) -> Phrases[bool]:
    return Phrases(dict.fromkeys(words, True))


def _ends(words: Sequence[str]) -> tuple[Phrases[bool], int]:
    """Phrases to be looked for just before a place, and the length of the longest."""
    return _set(words), max(len(word.split()) for word in words)


def _before(known: tuple[Phrases[bool], int], tokens: Sequence[Token], at: int) -> bool:
    """Whether one of the phrases ends exactly where a place begins."""
    phrases, longest = known
    for start in range(max(0, at - longest), at):
        found = phrases.at(tokens, start)
        if found and start + found.length == at:
            return True
    return False

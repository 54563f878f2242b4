"""How much a number and the words around it say: ranges, parts behind a unit, rough numbers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from content.models.vocabulary import ApproximateWords
from handlers.talk.understanding.lookalikes import Ending, Lookalikes
from handlers.talk.understanding.measures import Measures
from handlers.talk.understanding.numbers import Number, NumberReader
from handlers.talk.understanding.text import fold
from handlers.talk.understanding.things import ThingReader
from handlers.talk.understanding.tokens import Token, flags

#: Behind these, a word that is a number, typed without accents, is one ("sau" is six).
BEFORE_AMOUNT = {
    "xong",
    "duoc",
    "dc",
    "gom",
    "nhat",
    "trong",
    "luom",
    "loai",
    "them",
    "co",
    "va",
    "voi",
    ",",
}


class QuantityReader:
    """Reads what belongs to a number but the number itself."""

    def __init__(
        self,
        says: ApproximateWords,
        numbers: NumberReader,
        measures: Measures,
        things: ThingReader,
        lookalikes: Lookalikes,
    ) -> None:
        self._numbers, self._measures, self._things = numbers, measures, things
        self._units, self._lookalikes = measures.words, lookalikes
        self._about, self._about_scale = Ending(says.before), Ending(says.before_scale)
        self._or, self._not_bare = flags(says.or_), {fold(word) for word in says.not_bare}

    def spanned(
        self, tokens: Sequence[Token], at: int, number: Number
    ) -> tuple[Decimal, int, bool]:
        """The lower end of a range ("ba bốn", "5-6"), where it ends, and if it is one."""
        after = at + number.length
        if after + 1 < len(tokens) and tokens[after].text == "+":
            more = self._numbers.read(tokens, after + 1)
            if more:  # "20 + 15 cây"
                return number.value + more.value, after + 1 + more.length, False
        linked = self._or.at(tokens, after)
        start = after + (linked.length if linked else 0)
        if start >= len(tokens) or not (linked or number.simple):
            return number.value, after, False
        if tokens[start - 1].text == "," or (not linked and tokens[start].is_number):
            return number.value, after, False
        upper = self._numbers.read(tokens, start)
        weighed = not tokens[start].exact and self._units.at(tokens, start)  # "2 ta" are no 2 to 12
        if upper is None or upper.value <= number.value or weighed:
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

    def with_rest(
        self, tokens: Sequence[Token], at: int, quantity: Decimal, unit: str
    ) -> tuple[Decimal, int]:
        """The amount with the part behind its unit: "2kg5", "hai cân rưỡi", "hai cân ba lạng"."""
        if self._numbers.is_half(tokens, at):
            half = self._measures.has_halves(unit)
            return (quantity + Decimal("0.5"), at + 1) if half else (quantity, at)
        rest = self._numbers.read(tokens, at) if at < len(tokens) else None
        said_behind = rest is None and self._measures.has_tenths(unit)
        if said_behind:
            rest = self._numbers.following(tokens, at)
        if not rest or rest.value % 1:
            return quantity, at
        after = at + rest.length
        smaller = self._units.at(tokens, after)
        if smaller and not said_behind and not (tokens[at].is_number and tokens[at].glued):
            times = self._measures.part_of(smaller.value, unit)
            if times:
                return quantity + rest.value * times, after + smaller.length
            if tokens[at].is_number:
                return quantity, at
        if rest.simple and rest.value < 10 and self._measures.has_tenths(unit):
            return quantity + rest.value / 10, after
        return quantity, at

    def is_about(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether the words before a number, or its first word, leave it open."""
        if tokens[at].text == "mươi" or self._is_unsure(tokens, at):
            return True
        if self._things.ends_at(tokens, at) or (at > 1 and tokens[at - 2].bare == "moi"):
            return False  # "tre bát độ 36 gốc", "mỗi hàng mười cây"
        if self._about.ends_at(tokens, at) and tokens[at - 1].text not in self._not_bare:
            return True
        if self._numbers.scale(tokens, at) and self._about_scale.ends_at(tokens, at):
            return True
        # "tam muoi": tám mươi, or tầm mười; "mười mười": a number said twice.
        doubled = self._about.ends_at(tokens[: at + 1], at + 1)
        if doubled and self._numbers.read(tokens, at + 1):
            return True
        return at > 0 and self._ends_number(tokens, at)

    @staticmethod
    def _is_unsure(tokens: Sequence[Token], at: int) -> bool:
        """Whether a number without accents may be another word: "rac sau bao", "bun ao bon cay"."""
        if tokens[at].text not in {"sau", "bon"} or tokens[at].exact or at == 0:
            return False
        return tokens[at - 1].bare not in BEFORE_AMOUNT

    def _ends_number(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether another number stands right before this one."""
        before = self._numbers.read(tokens[:at], at - 1)
        if before is None or self._lookalikes.is_code(tokens, at - 1):
            return False
        return not self._lookalikes.is_no_amount(tokens, at - 1, at, before)


def thousands(token: Token) -> int:
    """What a figure with a comma before its last three digits is in: "1,200 cây" are no 1.2."""
    whole, _, rest = token.text.partition(",")
    return 1000 if whole.isdecimal() and whole != "0" and len(rest) == len("000") else 1

"""Numbers as Vietnamese people write and say them; the way back is in `writing`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from content.models.vocabulary import NumberWords
from handlers.talk.understanding.text import fold
from handlers.talk.understanding.tokens import (
    Found,
    Phrases,
    Token,
    flags,
    same_exactly,
    tokens_of,
)
from handlers.talk.understanding.writing import in_digits, in_words

__all__ = ["Number", "NumberReader", "in_digits", "in_words"]

_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_GROUPED_BY_COMMA = re.compile(r"\d{1,3}(?:,\d{3}){2,}")
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
_FIGURES = frozenset("0123456789½¼¾")
_PARTS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}

#: Nothing is added to a dozen but its half: "một tạ hai mươi cân" without accents.
_DOZEN = 12
#: More digits than any honest amount; reading stops there instead of building huge numbers.
_MOST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Number:
    """A number found among tokens: its value, and how many tokens it took."""

    value: Decimal
    length: int
    #: A bare digit in words or figures (what a range such as "ba bốn" is made of).
    simple: bool = False


class _Growing:
    """A number as its words come in.

    Whole thousands, the group under way, and a figure whose place the next word will tell.
    """

    def __init__(self) -> None:
        self.total, self.group = Decimal(0), Decimal(0)
        self.figure: Decimal | None = None
        #: The scale of the last word (1 after a figure that stands in its place, 0 at first).
        self.scale = 0
        #: The last word was "linh": the next figure counts ones, and a number cannot end here.
        self.open_ended = False
        #: Nothing more can follow ("rưỡi").
        self.over = False

    @property
    def begun(self) -> bool:
        return self.scale > 0 or self.figure is not None

    def add_figure(self, figure: Decimal, *, in_figures: bool) -> bool:
        if self.figure is not None or self.scale == 1 or (self.scale and figure >= 10):
            return False
        if (in_figures or self.scale == _DOZEN) and self.scale and not self.open_ended:
            return False
        if self.open_ended:
            self.group, self.scale, self.open_ended = self.group + figure, 1, False
        else:
            self.figure = figure
        return True

    def add_ones(self, ones: Decimal) -> bool:
        """Tens and ones with the word for ten left out: "bốn nhăm", "hai tư"."""
        if self.figure is None or self.scale or not 2 <= self.figure <= 9:
            return False
        self.group, self.figure, self.scale = self.figure * 10 + ones, None, 1
        return True

    def add_contracted(self, tens: int) -> bool:
        """Tens said as one word before their ones: "hăm lăm"."""
        if self.begun and self.scale < 100:
            return False
        self.group, self.scale = self.group + tens, 10
        return True

    def add_scale(self, scale: int) -> bool:
        if self.open_ended:
            return False
        ten_after_hundreds = scale == 10 and self.scale >= 100
        of_the_group = scale >= 1000 and self.group > 0
        if self.figure is None and self.begun and not (ten_after_hundreds or of_the_group):
            return False
        if scale >= 1000:
            counted = self.group + (self.figure or 0) if self.begun else Decimal(1)
            self.total, self.group = self.total + counted * scale, Decimal(0)
        else:
            self.group += (1 if self.figure is None else self.figure) * scale
        self.figure, self.scale = None, scale
        return True

    def add_zero(self) -> bool:
        self.open_ended = self.scale >= 100 and self.figure is None and not self.open_ended
        return self.open_ended

    def add_half(self) -> bool:
        self.over = self.scale > 1 and self.figure is None and not self.open_ended
        if self.over:
            self.group += Decimal(self.scale) / 2
        return self.over

    def value(self) -> Decimal:
        if self.figure is None:
            return self.total + self.group
        # "trăm hai" is 120 and "nghìn hai" 1200; after tens, or alone, a figure is itself.
        short = self.scale >= 100 and self.figure < 10
        place = Decimal(self.scale) / 10 if short else Decimal(1)
        return self.total + self.group + self.figure * place


class NumberReader:
    """Reads numbers from tokens."""

    def __init__(self, known: NumberWords) -> None:
        self._digits = Phrases(known.digits, same_exactly)
        self._following = Phrases(known.following, same_exactly)
        self._scales = Phrases(known.scales, same_exactly)
        self._scales_behind = Phrases(known.scales_behind, same_exactly)
        self._contracted = Phrases(known.contracted, same_exactly)
        self._short = known.short
        begins = (known.digits, known.scales, known.contracted, known.joints.half_alone)
        #: What a number can begin with; most words are none, and looked at no further.
        self._first = {fold(word) for words in begins for word in words}
        self._zero = flags(known.joints.zero)
        self._half = flags(known.joints.half)
        self._half_alone = flags(known.joints.half_alone)

    def read(self, tokens: Sequence[Token], at: int) -> Number | None:
        """The longest number that starts at token `at`, or None.

        Understands 1.200 and 1,5, 10k and 1/2, mixes such as "2 trăm", tens ("hai mươi lăm"), and
        the short forms "trăm hai" (120), "nghìn rưỡi" (1500), "hai chục rưỡi" (25).
        """
        if at >= len(tokens):
            return None
        if not (tokens[at].bare in self._first or tokens[at].text[0] in _FIGURES):
            return None
        special = self._special(tokens, at)
        if special:
            return special
        growing, length = _Growing(), 0
        for place in range(at, len(tokens)):
            if not self._takes(growing, tokens, place):
                break
            if not growing.open_ended:
                length = place - at + 1
            if growing.over:
                break
        if not length:
            return None
        simple = length == 1 and growing.figure is not None
        return Number(growing.value(), length, simple)

    def whole(self, text: str) -> Decimal | None:
        """The number that a text is, or None when it is anything more or less than one number."""
        tokens = tokens_of(text)
        if tokens and tokens[-1].text == ".":
            tokens = tokens[:-1]
        found = self.read(tokens, 0)
        return found.value if found and found.length == len(tokens) else None

    def scale(self, tokens: Sequence[Token], at: int) -> Found[int] | None:
        """The scale word at a place (chục, trăm), or None."""
        return self._scales.at(tokens, at)

    def following(self, tokens: Sequence[Token], at: int) -> Number | None:
        """A figure that is only said behind something: "cân tư", "ký mốt"."""
        found = self._following.at(tokens, at)
        if not found or not found.value or not tokens[at].accented:
            return None
        return Number(Decimal(found.value), 1, simple=True)

    def may_follow(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether accents might make a word such a figure: "can tu" may be cân tư."""
        found = self._following.at(tokens, at)
        return found is not None and not tokens[at].accented and not tokens[at].exact

    def is_half(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether the token means a half of the unit before it ("hai cân rưỡi")."""
        return bool(self._half.at(tokens, at))

    def _special(  # noqa: PLR0911 - one line a notation reads best
        self, tokens: Sequence[Token], at: int
    ) -> Number | None:
        token = tokens[at]
        if token.text in _PARTS:
            return Number(_PARTS[token.text], 1)
        if self._half_alone.at(tokens, at):
            half = self._scales.at(tokens, at + 1)  # "nửa tá"
            return Number(Decimal(half.value if half else 1) / 2, 2 if half else 1)
        if not token.is_number:
            return None
        after = [one.text for one in tokens[at + 1 : at + 3]]
        if (
            after[:1] == ["/"]
            and len(after) == 2
            and (token.text, after[1]) in {("1", "2"), ("1", "4"), ("3", "4")}
        ):
            return Number(Decimal(token.text) / Decimal(after[1]), 3)
        value = _figure(token)
        if value is not None and after and after[0] in self._short and tokens[at + 1].glued:
            scale = self._short[after[0]]
            if len(after) == 2 and after[1].isdecimal() and tokens[at + 2].glued:
                return Number(value * scale + Decimal(f"0.{after[1]}") * scale, 3)  # 1k2
            return Number(value * scale, 2)
        if value is not None and after and after[0] in _PARTS:
            return Number(value + _PARTS[after[0]], 2)
        return None

    def _takes(  # noqa: PLR0911 - one line a kind of word reads best
        self, growing: _Growing, tokens: Sequence[Token], at: int
    ) -> bool:
        """Let a number grow by one word; False when the word is not part of it."""
        token = tokens[at]
        if token.is_number:
            value = _figure(token)
            scaled = self._scales.at(tokens, at + 1)
            follows = scaled is not None and scaled.value < growing.scale  # "4 trăm 2 chục"
            return value is not None and growing.add_figure(value, in_figures=not follows)
        if token.is_sign:
            return False
        digit = self._digits.at(tokens, at)
        ones = None if digit or not growing.begun else self._following.at(tokens, at)
        if ones and growing.figure is not None:
            return ones.value > 0 and growing.add_ones(Decimal(ones.value))
        if digit and digit.value == 1 and growing.scale >= 100 and not growing.open_ended:
            # "nghìn một trăm", and "trăm mốt" is 110; but "15 nghìn một cây" is a price.
            return self._scales.at(tokens, at + 1) is not None and growing.add_figure(
                Decimal(1), in_figures=False
            )
        digit = digit or ones
        if digit:
            return growing.add_figure(Decimal(digit.value), in_figures=False)
        contracted = self._contracted.at(tokens, at)
        if contracted:
            return growing.add_contracted(contracted.value)
        scale = self._scales.at(tokens, at)
        if growing.figure is not None:
            scale = scale or self._scales_behind.at(tokens, at)
        if scale:
            return growing.add_scale(scale.value)
        if self._zero.at(tokens, at):
            return growing.add_zero()
        return bool(self._half.at(tokens, at)) and growing.add_half()


def _figure(token: Token) -> Decimal | None:
    """The value of a number written in figures, the Vietnamese way: 1.200 and 1,5."""
    text = token.text
    if len(text) > _MOST_DIGITS:
        return None
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _GROUPED_BY_COMMA.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return None

"""Numbers as Vietnamese people write and say them, and the way back into words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from content.models import NumberWords
from handlers.talk.understanding.text import fold

_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")

#: More digits than any honest amount; reading stops there instead of building huge numbers.
_MOST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Number:
    """A number found in a list of words: its value and how many words it took."""

    value: Decimal
    length: int


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

    def add_figure(self, figure: Decimal) -> bool:
        if self.figure is not None or self.scale == 1 or (self.scale and figure >= 10):
            return False
        if self.open_ended:
            self.group, self.scale, self.open_ended = self.group + figure, 1, False
        else:
            self.figure = figure
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
    """Reads numbers from folded words."""

    def __init__(self, known: NumberWords) -> None:
        self._digits = {fold(word): value for word, value in known.digits.items()}
        self._following = {fold(word): value for word, value in known.following.items()}
        self._scales = {fold(word): value for word, value in known.scales.items()}
        self._zero = {fold(word) for word in known.joints.zero}
        self._half = {fold(word) for word in known.joints.half}

    def read(self, words: Sequence[str], at: int) -> Number | None:
        """The longest number that starts at word `at`, or None.

        Understands 1.200 and 1,5, mixes such as "2 trăm", tens ("hai mươi lăm"), and the short
        forms "trăm hai" (120), "nghìn rưỡi" (1500), "hai chục rưỡi" (25).
        """
        growing, length = _Growing(), 0
        for place, word in enumerate(words[at:], 1):
            if not self._takes(growing, word):
                break
            if not growing.open_ended:
                length = place
            if growing.over:
                break
        return Number(growing.value(), length) if length else None

    def _takes(self, growing: _Growing, word: str) -> bool:
        """Let a number grow by one word; False when the word is not part of it."""
        figure = self._figure(word, after=growing.begun)
        if figure is not None:
            return growing.add_figure(figure)
        if word in self._scales:
            return growing.add_scale(self._scales[word])
        if word in self._zero:
            return growing.add_zero()
        return word in self._half and growing.add_half()

    def _figure(self, word: str, *, after: bool) -> Decimal | None:
        """The value of one word that is a figure or a digit's name."""
        if word in self._digits:
            return Decimal(self._digits[word])
        if after and word in self._following:
            return Decimal(self._following[word])
        if len(word) > _MOST_DIGITS:
            return None
        if _GROUPED.fullmatch(word):
            return Decimal(word.replace(".", "").replace(",", "."))
        if _PLAIN.fullmatch(word):
            return Decimal(word.replace(",", "."))
        return None


_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu", "tỷ")


def in_words(value: Decimal) -> str:
    """A number as it is said: 15 is "mười lăm", 1005 is "một nghìn không trăm linh năm"."""
    whole, _, fraction = f"{value.normalize():f}".partition(".")
    said = _whole_in_words(int(whole))
    return (
        f"{said} phẩy {' '.join(_DIGITS[int(digit)] for digit in fraction)}" if fraction else said
    )


def _whole_in_words(value: int) -> str:
    if value == 0:
        return _DIGITS[0]
    groups: list[int] = []
    while value:
        value, group = divmod(value, 1000)
        groups.append(group)
    parts: list[str] = []
    for place in range(len(groups) - 1, -1, -1):
        if groups[place]:
            said = _group_in_words(groups[place], first=not parts)
            parts.append(f"{said} {_GROUPS[place]}".strip())
    return " ".join(parts)


def _group_in_words(group: int, *, first: bool) -> str:
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    parts: list[str] = []
    if hundreds or not first:
        parts.append(f"{_DIGITS[hundreds]} trăm")
    if tens == 0 and ones and parts:
        parts.append("linh")
    elif tens == 1:
        parts.append("mười")
    elif tens > 1:
        parts.append(f"{_DIGITS[tens]} mươi")
    if ones:
        after_tens = {1: "mốt", 4: "tư", 5: "lăm"} if tens > 1 else {5: "lăm"} if tens == 1 else {}
        parts.append(after_tens.get(ones, _DIGITS[ones]))
    return " ".join(parts)


def in_digits(value: Decimal) -> str:
    """A number as it is written in Vietnamese: 1200 is "1.200", 2.5 is "2,5"."""
    return f"{value.normalize():,f}".replace(",", " ").replace(".", ",").replace(" ", ".")

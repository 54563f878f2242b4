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
        total, group, last_scale, position = Decimal(0), Decimal(0), 0, at
        pending: Decimal | None = None  # a digit whose place is not known yet
        while position < len(words):
            word = words[position]
            after_zero = position > at and words[position - 1] in self._zero
            value = self._figure(word, after=position > at)
            if value is not None:
                if pending is not None or (group and last_scale == 0):
                    break
                if last_scale and not after_zero and value >= 10:
                    break
                pending = value if not after_zero else None
                if after_zero:
                    group, last_scale = group + value, 1
            elif word in self._scales:
                scale = self._scales[word]
                if pending is None and position > at and (scale > 10 or last_scale in (0, 10)):
                    if scale < 1000 or not group:
                        break
                    pending = Decimal(0)
                if scale >= 1000:
                    total += (group + (pending if pending is not None else 1 - bool(group))) * scale
                    group = Decimal(0)
                else:
                    group += (1 if pending is None else pending) * scale
                pending, last_scale = None, scale
            elif word in self._half and last_scale:
                group += Decimal(last_scale) / 2
                position += 1
                break
            elif not (word in self._zero and position > at and last_scale >= 100):
                break
            position += 1
        while position > at and words[position - 1] in self._zero:
            position -= 1
        if pending is not None:
            # "trăm hai" is 120 and "nghìn hai" 1200; after tens, or alone, a digit is itself.
            short = last_scale >= 100 and pending < 10
            group += pending * (Decimal(last_scale) / 10 if short else 1)
        return Number(total + group, position - at) if position > at else None

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

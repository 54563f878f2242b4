"""Numbers as they are said and written back to people."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu", "tỷ")


def in_words(value: Decimal) -> str:
    """A number as it is said: 15 is "mười lăm", 1005 is "một nghìn không trăm linh năm".

    ValueError for less than nothing.
    """
    if value < 0:
        raise ValueError(f"{value} has no words")
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

"""Addresses in the network and telephone numbers in a message, and which of them are to be feared.

What is found stands for an idea of its own: a link that only looks like a bank's is "link_fake".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from content.models.scams import Links

#: Telephone numbers from abroad: "+371", "+88 245 678 12", "00375…"; not "+500.000đ", not "+84".
_ABROAD = re.compile(
    r"(?<![\w.])(?:\+\s?(?!84(?!069)|\d{1,3}[.,]\d{3}\b)[1-9]\d{2,}|00[\s.-]?[1-9]\d{2})"
    r"(?:[\s.-]?[\dx]{2,})*+(?!\d|[.,]\d|\s?(?:vnd|vnđ|đ|d|k|tr|triệu|đồng|điểm)\b)",
    re.IGNORECASE,
)
_PREMIUM = re.compile(r"(?<!\d)1900(?:[\s.]?[\dx]{2,4})*(?!\d)", re.IGNORECASE)
_NUMBERS = (("foreign_phone", _ABROAD), ("premium_phone", _PREMIUM))
_BY_IP = re.compile(r"(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}")
#: Letters and figures that are put in the place of others.
_ALIKE = str.maketrans("0134578", "oleastb")
_PAIRS = (("rn", "m"), ("vv", "w"))
#: Shorter names must stand alone in an address: "evn-hoantien" but not "evniture".
_SHORT_NAME = 4
#: Names this long are known with one letter wrong.
_NEAR_NAME = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """Something found in a text: from where to where, and the ideas it stands for."""

    start: int
    end: int
    ideas: tuple[str, ...]


class Marks:
    """Finds links and telephone numbers in a text."""

    def __init__(self, known: Links) -> None:
        self._known = known
        endings = "|".join(map(re.escape, sorted({*known.endings, *known.cheap}, key=len)[::-1]))
        self._link = re.compile(
            r"(?:h(?:tt|xx)ps?\s?:\s?//|www\.)[^\s<>\"“”]+"
            rf"|(?<![\w@.])(?:[\w-]+\.)+(?:{endings})(?![\w@-])(?:[:/][^\s<>\"“”]*)?"
            r"|(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?=[:/])[^\s]*"
            r"|[\w-]+\.apk\b",
            re.IGNORECASE,
        )

    def find(self, text: str) -> Iterator[Mark]:
        """Every link and every number to be feared, in order."""
        links = [Mark(*m.span(), self._of(m[0])) for m in self._link.finditer(text)]
        taken = [(mark.start, mark.end) for mark in links]
        numbers = [
            Mark(*m.span(), (idea,))
            for idea, shape in _NUMBERS
            for m in shape.finditer(text)
            if not any(start <= m.start() < end for start, end in taken)
        ]
        yield from sorted([*links, *numbers], key=lambda mark: mark.start)

    def _of(self, link: str) -> tuple[str, ...]:
        app = ("apk",) if re.search(r"\.apk\b", link, re.IGNORECASE) else ()
        host = re.sub(r"^h(?:tt|xx)ps?\s?:\s?//", "", link.casefold())
        host = re.split(r"[/?#:]", host)[0].rpartition("@")[2].removeprefix("www.").strip(".,;!)")
        return app if app and host.endswith(".apk") else (*app, self._host(host))

    def _host(self, host: str) -> str:
        known = self._known
        if _under(host, known.official):
            return "link_official"
        if _BY_IP.fullmatch(host) or not host.isascii() or self._pretends(host):
            return "link_fake"
        if _under(host, known.shorteners):
            return "link_hidden"
        return "link_odd" if host.rpartition(".")[2] in known.cheap else "link_strange"

    def _pretends(self, host: str) -> bool:
        """Whether a name is in an address that its owner does not have."""
        if _under(host, self._known.shorteners):
            shortener = next(one for one in self._known.shorteners if _under(host, (one,)))
            host = host.removesuffix(shortener)
        labels = host.split(".")[:-1]
        pieces = {piece for label in labels for piece in re.split(r"[-_]", label)}
        pieces |= {label.replace("-", "") for label in labels}
        pieces |= {_undisguised(piece) for piece in pieces}
        return any(_is_like(piece, name) for piece in pieces for name in self._known.names)


def _under(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _undisguised(piece: str) -> str:
    for pair, meant in _PAIRS:
        piece = piece.replace(pair, meant)
    plain = unicodedata.normalize("NFD", piece).translate(_ALIKE)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _is_like(piece: str, name: str) -> bool:
    if piece == name:
        return True
    if len(name) <= _SHORT_NAME:
        return False
    return name in piece or (len(name) >= _NEAR_NAME and _one_letter_apart(piece, name))


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter more, less, or in the place of another makes two words the same."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    same = next(
        (i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short)
    )
    rest = short[same:] if len(short) < len(long) else short[same + 1 :]
    return long[same + 1 :] == rest

"""The shape of what gives a scam away, and of the numbers to call."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date
from typing import Annotated, Self

from pydantic import Field, HttpUrl, StringConstraints, model_validator

from content.models.fields import Key, Line, Strict

#: What is found otherwise than by ideas told in words: links, numbers, and the likeness to scams.
FOUND = frozenset(
    {
        "link_fake", "link_hidden", "link_odd", "link_strange", "link_official", "apk",
        "foreign_phone", "premium_phone", "code",
        "alike",
    }
)  # fmt: skip
#: Ideas that must stand near each other, in any order: "ask secret".
Pattern = Annotated[str, StringConstraints(pattern=r"^[a-z_]+( [a-z_]+)*$")]
Words = Annotated[tuple[Line, ...], Field(min_length=1)]
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$")]
Address = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class Sign(Strict):
    """One sign of a scam: why it is one, who says so, and the ideas it is found by.

    A strong one alone is a warning; a weak one is told when there is a warning.
    """

    key: Key
    why: Line
    sources: Annotated[tuple[HttpUrl, ...], Field(min_length=1)]
    strong: tuple[Pattern, ...] = ()
    weak: tuple[Pattern, ...] = ()

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if not self.strong and not self.weak:
            raise ValueError(f"{self.key}: neither strong nor weak: nothing finds this sign")
        return self


class Denials(Strict):
    """Words that turn what follows into its opposite: "đừng đọc mã"."""

    #: They deny the next few words.
    far: Words
    #: They deny the next two words.
    near: Words
    #: Words with a denial in them that deny nothing: "nếu không", "ứng dụng" typed "ung dung".
    none: Words
    reach: int = Field(gt=0)


class Links(Strict):
    """What is known of addresses in the network."""

    #: Addresses of authorities, banks and shops, and of all below them.
    official: Annotated[tuple[Address, ...], Field(min_length=1)]
    #: Names that only their owners have a right to in an address.
    names: Annotated[tuple[Domain, ...], Field(min_length=1)]
    #: Services that hide where a link leads.
    shorteners: Annotated[tuple[Address, ...], Field(min_length=1)]
    #: Endings that cost next to nothing and are used for a few days.
    cheap: Annotated[tuple[Domain, ...], Field(min_length=1)]
    #: Endings by which an address without "http" is known for one.
    endings: Annotated[tuple[Domain, ...], Field(min_length=1)]


class Scams(Strict):
    """Everything the reader of suspicious messages knows."""

    #: Within so many words ideas belong together.
    reach: int = Field(gt=0)
    ideas: dict[Key, Words]
    #: Ideas made of others: any one of the patterns.
    compounds: dict[Key, tuple[Pattern, ...]]
    denials: Denials
    #: A message found by one of these warns others of scams; only its links can betray it.
    warnings: tuple[Pattern, ...]
    #: A message found by one of these tells of money or codes already given away.
    lost: tuple[Pattern, ...]
    #: A text found by one of these cries for help: somebody wants a code from the person now.
    cries: tuple[Pattern, ...]
    links: Links
    signs: Annotated[tuple[Sign, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        simple = FOUND | set(self.ideas) | {f"no_{idea}" for idea in self.ideas}
        made = [pattern for some in self.compounds.values() for pattern in some]
        self._check(made, simple)
        every = [*self.warnings, *self.lost, *self.cries]
        every += [pattern for sign in self.signs for pattern in (*sign.strong, *sign.weak)]
        self._check(every, simple | set(self.compounds))
        keys = [sign.key for sign in self.signs]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"signs.{key}: two signs have this key")
        return self

    @staticmethod
    def _check(patterns: Iterable[str], known: Container[str]) -> None:
        for pattern in patterns:
            for idea in pattern.split():
                if idea not in known:
                    raise ValueError(f"{pattern!r}: there is no idea {idea!r}")


class Messages(Strict):
    """Messages to learn from: what scams are like, and what is honest."""

    scams: Words
    honest: Words


class Hotline(Strict):
    """One number to call: whom it reaches, for what, and who says so."""

    number: Line
    whom: Line
    purpose: Line
    source: HttpUrl
    checked_on: date
    #: Whether an officer called it and found it answering; others are not told to people.
    checked: bool = False


class Hotlines(Strict):
    """Every number to call."""

    hotlines: tuple[Hotline, ...]

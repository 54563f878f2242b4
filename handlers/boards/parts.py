"""What a board is made of: text, tables, charts, links and forms, told as data.

One template shows them all, so that every board is read, printed and operated in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

#: What was asked for in the address of a board, or told in a form.
Asked = Mapping[str, str]

#: Where all boards are.
PATH = "/trang"
#: How many rows of a list stand on one board.
ROWS = 50


def at(board: str, /, **asked: object) -> str:
    """The address of a board; what is empty is left out."""
    path = f"{PATH}/{board}" if board else PATH
    told = {key: str(value) for key, value in asked.items() if value not in {None, ""}}
    return f"{path}?{urlencode(told)}" if told else path


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table; with `go` it leads to what stands behind it."""

    text: str
    note: str = ""
    go: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table; the first cell of each row is its heading."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    foot: Sequence[Cell] = ()
    #: What stands in its place when there are no rows.
    empty: str = ""
    #: Few and short columns: it stays a table on a phone.
    narrow: bool = False
    part: Literal["grid"] = "grid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Sentences, under a heading if there is one."""

    lines: Sequence[str]
    heading: str = ""
    tone: Literal["plain", "warning", "good"] = "plain"
    part: Literal["lines"] = "lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart as SVG, and what it shows in words."""

    svg: str
    told: str
    part: Literal["chart"] = "chart"


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go; `here` when it is the one that is shown."""

    label: str
    go: str
    here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Places to go, of one kind."""

    label: str
    links: Sequence[Link]
    part: Literal["links"] = "links"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing a form asks for; `wrong` says what is wrong with what was told."""

    name: str
    label: str
    kind: Literal["text", "select", "words", "check", "file"] = "text"
    value: str = ""
    options: Sequence[tuple[str, str]] = ()
    hint: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Something to be told; it changes something unless it only `asks`."""

    go: str
    button: str
    fields: Sequence[Field] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)
    heading: str = ""
    asks: bool = False
    #: For who hears the board and does not see it: what the button is about.
    about: str = ""
    #: One field below the other, with room to write.
    tall: bool = False
    part: Literal["form"] = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One thing to be decided: what it is, pictures of it, and what can be done."""

    heading: str
    lines: Sequence[str]
    forms: Sequence[Form] = ()
    #: Photos, each with what it is.
    photos: Sequence[Link] = ()
    part: Literal["card"] = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as people read it in the chat, with what comes with it."""

    told: str
    lines: Sequence[str]
    #: What its button says.
    button: str
    photo: Link | None = None
    #: A voice to listen to.
    voice: Link | None = None
    file: Link | None = None
    part: Literal["message"] = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far something has come, as a bar and in words; with a total of 0 nobody knows."""

    done: int
    total: int
    told: str
    part: Literal["progress"] = "progress"


Part = Grid | Lines | Chart | Links | Form | Card | Message | Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One board as it is shown."""

    title: str
    parts: Sequence[Part]
    #: While something goes on: after so many seconds the board is shown again by itself.
    again: int = 0
    #: Then it goes on to here instead.
    then: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """Something was changed: where to go on, and the key of what is told there."""

    go: str
    told: str


def pages(asked: Asked, total: int, rows: int = ROWS) -> tuple[int, int]:
    """The number of the page that is asked for, from 1 on, and how many there are."""
    last = max(-(-total // rows), 1)
    told = asked.get("trang", "")
    number = int(told) if told.isdecimal() and len(told) < 9 else 1
    return min(max(number, 1), last), last

"""The drawings a card can show: what each takes, and how long its texts may be.

A class here and a template of the same name in content/pictures/lessons belong together.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from content.models.fields import Line, Strict

_ICONS = Path(__file__).parent.parent / "pictures" / "lessons" / "parts" / "icons.svg"


@lru_cache(maxsize=1)
def icons() -> tuple[str, ...]:
    """The names of the small figures that a drawing may show."""
    return tuple(re.findall(r'<symbol id="(\w+)"', _ICONS.read_text(encoding="utf-8")))


def _there_is(name: str) -> str:
    if name not in icons():
        raise ValueError(f"no icon is called {name!r}; there are: {', '.join(icons())}")
    return name


def _for_everybody(text: str) -> str:
    if "{" in text or "}" in text:
        raise ValueError("a picture is the same for everybody: no {bác} and no other braces in it")
    return text


Icon = Annotated[str, AfterValidator(_there_is)]
Words = Annotated[Line, AfterValidator(_for_everybody)]
Label = Annotated[Words, Field(max_length=12)]
Title = Annotated[Words, Field(max_length=20)]
Short = Annotated[Words, Field(max_length=28)]
Long = Annotated[Words, Field(max_length=40)]


def _must_be_one_of(key: str, chosen: str | None, known: list[str]) -> None:
    if chosen is not None and chosen not in known:
        raise ValueError(f"{key}: {chosen!r} is none of: {', '.join(known)}")


class Drawn(Strict):
    """What every drawing has: the name of its template, and what is filled in there."""

    drawing: str

    @property
    def template(self) -> str:
        """The template, as it is called in content/pictures."""
        return f"lessons/{self.drawing}"

    @property
    def values(self) -> dict[str, Any]:
        """What the template is filled in with, as JSON has it."""
        return self.model_dump(mode="json", exclude={"drawing"})


class PhoneList(Drawn):
    """Lines of words on a phone, one of which is pressed."""

    drawing: Literal["dien_thoai"]
    title: Title
    rows: Annotated[tuple[Short, ...], Field(min_length=2, max_length=4)]
    press: str | None = None

    @model_validator(mode="after")
    def _press_is_a_row(self) -> Self:
        _must_be_one_of("press", self.press, list(self.rows))
        return self


class App(Strict):
    """A small figure on the home screen and what stands under it."""

    icon: Icon
    name: Label


class HomeScreen(Drawn):
    """Four small figures on a phone, one of which is pressed."""

    drawing: Literal["man_hinh_chinh"]
    apps: Annotated[tuple[App, ...], Field(min_length=4, max_length=4)]
    press: str | None = None

    @model_validator(mode="after")
    def _press_is_an_app(self) -> Self:
        _must_be_one_of("press", self.press, [app.name for app in self.apps])
        return self


class Filled(Strict):
    """A filled-in place on a screen."""

    label: Title
    value: Short


class Button(Drawn):
    """A screen to read and a large button to press."""

    drawing: Literal["nut_bam"]
    title: Title
    fields: Annotated[tuple[Filled, ...], Field(max_length=2)] = ()
    look: tuple[str, ...] = ()
    button: Annotated[Words, Field(max_length=24)] | None = None
    press: bool = False

    @model_validator(mode="after")
    def _there_is_something(self) -> Self:
        for label in self.look:
            _must_be_one_of("look", label, [one.label for one in self.fields])
        if not self.fields and self.button is None:
            raise ValueError("fields or button: there is nothing to show")
        return self


class Message(Strict):
    """One message on a screen."""

    text: Long
    mine: bool = False
    link: bool = False
    bad: bool = False


class Chat(Drawn):
    """Messages on a phone; a cheat's are marked red."""

    drawing: Literal["tin_nhan"]
    name: Title
    messages: Annotated[tuple[Message, ...], Field(min_length=1, max_length=3)]


class Call(Drawn):
    """Someone is calling."""

    drawing: Literal["cuoc_goi"]
    caller: Title
    says: Annotated[Words, Field(max_length=40)] | None = None
    press: Literal["nghe", "tat"] | None = None
    bad: bool = False


class Slider(Drawn):
    """A bar with a knob that is drawn to the right."""

    drawing: Literal["thanh_keo"]
    title: Title
    icon: Icon
    less: Annotated[Words, Field(max_length=6)]
    more: Annotated[Words, Field(max_length=6)]
    sample: Annotated[Words, Field(max_length=24)] | None = None


class Figure(Strict):
    """A small figure drawn large."""

    icon: Icon
    text: Annotated[Words, Field(max_length=36)]
    bad: bool = False


class Figures(Drawn):
    """One to three figures, each with a few words."""

    drawing: Literal["bieu_tuong"]
    icons: Annotated[tuple[Figure, ...], Field(min_length=1, max_length=3)]


class Deed(Strict):
    """Something to do, or not to do."""

    icon: Icon
    text: Short


class DoAndDoNot(Drawn):
    """What to do beside what not to do."""

    drawing: Literal["nen_khong"]
    do: Annotated[tuple[Deed, ...], Field(min_length=1, max_length=2)]
    do_not: Annotated[tuple[Deed, ...], Field(min_length=1, max_length=2)]


class Steps(Drawn):
    """Two to four things to do one after another."""

    drawing: Literal["cac_buoc"]
    steps: Annotated[tuple[Deed, ...], Field(min_length=2, max_length=4)]


class Bin(Strict):
    """A bin and what goes into it."""

    name: Label
    icon: Icon
    items: Annotated[tuple[Label, ...], Field(max_length=3)] = ()


class Bins(Drawn):
    """Two or three bins; when one is spoken of, the others are pale."""

    drawing: Literal["thung_rac"]
    bins: Annotated[tuple[Bin, ...], Field(min_length=2, max_length=3)]
    here: str | None = None

    @model_validator(mode="after")
    def _here_is_a_bin(self) -> Self:
        _must_be_one_of("here", self.here, [bin_.name for bin_ in self.bins])
        return self


class Planting(Drawn):
    """A tree and the ground, cut open."""

    drawing: Literal["trong_cay"]
    stage: Literal["dao_ho", "dat_cay", "lap_dat", "rao"]
    text: Short
    label: Label | None = None


class Notebook(Drawn):
    """A page with columns."""

    drawing: Literal["so_ghi"]
    title: Title
    heads: Annotated[tuple[Label, ...], Field(min_length=2, max_length=4)]
    rows: Annotated[tuple[tuple[str, ...], ...], Field(min_length=1, max_length=3)]
    total: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _every_row_has_every_column(self) -> Self:
        for row in (*self.rows, *((self.total,) if self.total else ())):
            if len(row) != len(self.heads):
                raise ValueError(f"a row has {len(row)} places under {len(self.heads)} heads")
            _for_everybody("".join(row))
        return self


class ProductLabel(Drawn):
    """What stands on a parcel of goods."""

    drawing: Literal["nhan_hang"]
    name: Title
    lines: Annotated[tuple[Title, ...], Field(min_length=1, max_length=3)]
    stars: Annotated[int, Field(ge=1, le=5)] | None = None
    qr: bool = False


Drawing = Annotated[
    PhoneList
    | HomeScreen
    | Button
    | Chat
    | Call
    | Slider
    | Figures
    | DoAndDoNot
    | Steps
    | Bins
    | Planting
    | Notebook
    | ProductLabel,
    Field(discriminator="drawing"),
]
#: Reads a drawing wherever it is written.
DRAWING: TypeAdapter[Drawn] = TypeAdapter(Drawing)

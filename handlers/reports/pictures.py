"""Drawings: SVG templates in content/pictures, filled in and drawn as PNG.

A template begins with a comment of values to try it with: `{# {"name": "Lan", …} #}`. Those of
lessons/ are filled in by the cards, and take what content/models/drawing.py says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

import resvg_py
import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from PIL import ImageFont

from content.checks import lessons
from content.loader import ROOT, Content
from content.models.drawing import DRAWING, Drawn
from handlers.talk.understanding.numbers import in_digits

FOLDER = ROOT / "pictures"
#: How many drawings are held: those of all lessons, and the pages that are opened again.
HELD = 256
#: The smallest letters of a lesson's picture: a width of 1080 is shown at 330 to 360 on a phone.
SMALLEST = 54

_FONT = files("font_roboto").joinpath("files")
FONTS = [str(_FONT.joinpath(f"Roboto-{weight}.ttf")) for weight in ("Regular", "Bold", "Black")]
#: The widest of our letters, at a size of 100.
_MEASURED = ImageFont.truetype(FONTS[-1], 100, layout_engine=ImageFont.Layout.BASIC)
#: How far lines of letters of 1 are apart.
_LINE = 1.16
#: How many times larger letters must be to be worth one more line.
_A_LINE_LESS = 1.15
_TRIED_WITH = re.compile(r"\A{#(.*?)#}", re.DOTALL)


def draw(name: str, values: Mapping[str, Any]) -> bytes:
    """The PNG of one drawing. Takes a tenth of a second; ValueError when it cannot be drawn."""
    return _draw(name, json.dumps(dict(values), sort_keys=True))


def svg(name: str, values: Mapping[str, Any]) -> str:
    """One drawing as SVG; ValueError when it cannot be filled in."""
    try:
        return templates().get_template(f"{name}.svg").render(values)
    except TemplateError as error:
        raise ValueError(str(error)) from error


@lru_cache(maxsize=HELD)
def _draw(name: str, values: str) -> bytes:
    # Only our own font: a machine may have none, or one without Vietnamese letters.
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg(name, json.loads(values)),
            skip_system_fonts=True,
            font_files=FONTS,
            font_family="Roboto",
        )
    )


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The templates, with what they can ask for."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined
    )
    environment.filters |= {"fit": fit, "lines": lines, "digits": _digits}
    environment.filters |= {"block": block, "shares": shares, "qr": qr}
    return environment


def problems() -> list[str]:
    """What is wrong with the drawings, a sentence each: every one is drawn with its own values."""
    found: list[str] = []
    for name in names():
        try:
            draw(name, tried_with(name))
        except ValueError as error:
            found.append(f"content/pictures/{name}.svg: {error}")
    return found


def names() -> list[str]:
    """The name of every drawing."""
    paths = [*FOLDER.glob("*.svg"), *FOLDER.glob("lessons/*.svg")]
    return sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in paths)


def problems_of_cards(content: Content) -> list[str]:
    """What is wrong with the pictures of lessons, a sentence each: every one is drawn."""
    found: list[str] = []
    files = {lesson.id: file for file, lesson in lessons(content.tracks)}
    for lesson_id, number, drawn in of_cards(content):
        try:
            draw(drawn.template, drawn.values)
        except ValueError as error:
            found.append(f"{files[lesson_id]}: cards.{number}.picture: {error}")
    return found


def of_cards(content: Content) -> Iterator[tuple[str, int, Drawn]]:
    """Every picture of a lesson: the lesson's id, the card as a problem counts it, the picture."""
    for lesson in content.lessons.values():
        for number, card in enumerate(lesson.cards):
            if card.picture:
                yield lesson.id, number, card.picture


def tried_with(name: str) -> Mapping[str, Any]:
    """The values that stand in the heading of a drawing; ValueError when they are no good."""
    heading = _TRIED_WITH.match((FOLDER / f"{name}.svg").read_text(encoding="utf-8"))
    if heading is None:
        raise ValueError('must begin with values to try it with: {# {"name": "Lan"} #}')
    values: dict[str, Any] = json.loads(heading[1])
    folder, _, drawing = name.rpartition("/")
    return DRAWING.validate_python({"drawing": drawing, **values}).values if folder else values


def fit(text: str, width: float, largest: float) -> float:
    """The size of letters at which a line fits a width: the largest, or what a long line allows."""
    return min(largest, round(100 * width / (_MEASURED.getlength(text) or 1), 1))


def lines(text: str, longest: int) -> list[str]:
    """A text in one line, or in two of about the same length when it is longer than `longest`."""
    words = text.split()
    if len(text) <= longest or len(words) < 2:
        return [text]
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return list(min(halves, key=lambda two: max(map(len, two))))


@dataclass(frozen=True, slots=True)
class Block:
    """A text as it is written into a box: the size of its letters, and its lines."""

    size: int
    lines: list[str]


def block(text: str, width: float, height: float, largest: int) -> Block:
    """A text in letters that fit a box, large and in few lines.

    ValueError when they would be too small to be read on a phone.
    """
    # A space that must not be broken stays.
    words, fitting = text.split(" "), []
    for size in range(largest, SMALLEST - 1, -2):
        broken = _broken(words, 100 * width / size)
        if broken and size * (1 + _LINE * (len(broken) - 1)) <= height:
            fitting.append(Block(size, broken))
    if not fitting:
        raise ValueError(f"“{text}” is too long to be read on a phone, say it shorter")
    best = max(fitting, key=lambda one: one.size * _A_LINE_LESS ** -len(one.lines))
    return Block(best.size, _even(best.lines, words, 100 * width / best.size))


def _broken(words: list[str], width: float) -> list[str] | None:
    """Words in lines no wider than a width; None when one is wider."""
    if any(_MEASURED.getlength(word) > width for word in words):
        return None
    broken: list[str] = []
    for word in words:
        longer = f"{broken[-1]} {word}" if broken else word
        if broken and _MEASURED.getlength(longer) <= width:
            broken[-1] = longer
        else:
            broken.append(word)
    return broken


def _even(broken: list[str], words: list[str], width: float) -> list[str]:
    """The same number of lines, of about the same width."""
    while (narrower := _broken(words, width := width * 0.96)) and len(narrower) == len(broken):
        broken = narrower
    return broken


def shares(table: Sequence[Sequence[str]], width: float) -> list[float]:
    """How wide each column of a table is, by its longest cell."""
    needed = [max(map(_MEASURED.getlength, column)) + 40 for column in zip(*table, strict=True)]
    return [width * one / sum(needed) for one in needed]


@dataclass(frozen=True, slots=True)
class Squares:
    """A QR code as it is drawn: how many squares wide with its quiet edge, and the dark ones."""

    side: int
    path: str


def qr(text: str) -> Squares:
    """The QR code of a text."""
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    dark = ((x, y) for y, row in enumerate(rows) for x, one in enumerate(row) if one)
    return Squares(len(rows), "".join(f"M{x} {y}h1v1h-1z" for x, y in dark))


def _digits(number: int) -> str:
    return in_digits(Decimal(number))

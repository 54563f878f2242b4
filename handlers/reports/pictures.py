"""Drawings: SVG templates in content/pictures, filled in and drawn as PNG.

A template begins with a comment of values to try it with: `{# {"name": "Lan", …} #}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

import resvg_py
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from content.loader import ROOT
from handlers.talk.understanding.numbers import in_digits

FOLDER = ROOT / "pictures"
#: How many drawings are held, for messages that are sent again and pages that are opened again.
HELD = 64
#: How wide a letter of the font is on average, as a part of its size; bold and generous.
LETTER = 0.57

_FONT = files("font_roboto").joinpath("files")
FONTS = [str(_FONT.joinpath(f"Roboto-{weight}.ttf")) for weight in ("Regular", "Bold", "Black")]
_TRIED_WITH = re.compile(r"\A{#(.*?)#}", re.DOTALL)


def draw(name: str, values: Mapping[str, Any]) -> bytes:
    """The PNG of one drawing. Takes a tenth of a second; ValueError when it cannot be drawn."""
    return _draw(name, json.dumps(dict(values), sort_keys=True))


@lru_cache(maxsize=HELD)
def _draw(name: str, values: str) -> bytes:
    try:
        svg = templates().get_template(f"{name}.svg").render(json.loads(values))
    except TemplateError as error:
        raise ValueError(f"{name}.svg: {error}") from error
    # Only our own font: a machine may have none, or one without Vietnamese letters.
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, skip_system_fonts=True, font_files=FONTS, font_family="Roboto"
        )
    )


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The templates, with what they can ask for."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined
    )
    environment.filters |= {"fit": fit, "lines": lines, "digits": _digits}
    return environment


def problems() -> list[str]:
    """What is wrong with the drawings, a sentence each: every one is drawn with its own values."""
    found: list[str] = []
    for path in sorted(FOLDER.glob("*.svg")):
        tried_with = _TRIED_WITH.match(path.read_text(encoding="utf-8"))
        if tried_with is None:
            told = 'must begin with values to try it with: {# {"name": "Lan"} #}'
            found.append(f"content/pictures/{path.name}: {told}")
            continue
        try:
            draw(path.stem, json.loads(tried_with[1]))
        except ValueError as error:
            found.append(f"content/pictures/{path.name}: {error}")
    return found


def fit(text: str, width: float, largest: float) -> float:
    """The size of letters at which a line fits a width: the largest, or what a long line allows."""
    return min(largest, round(width / (LETTER * max(len(text), 1)), 1))


def lines(text: str, longest: int) -> list[str]:
    """A text in one line, or in two of about the same length when it is longer than `longest`."""
    words = text.split()
    if len(text) <= longest or len(words) < 2:
        return [text]
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return list(min(halves, key=lambda two: max(map(len, two))))


def _digits(number: int) -> str:
    return in_digits(Decimal(number))

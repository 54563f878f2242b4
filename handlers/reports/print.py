"""What is printed: a card for each person with a QR of their own, and the poster of a unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import segno
from fpdf import FPDF

_FONTS = files("font_roboto").joinpath("files")
#: An A4 page in millimetres, its margin, and how many cards stand on it.
_WIDTH, _HEIGHT, _MARGIN = 210.0, 297.0, 10.0
_COLUMNS, _ROWS = 2, 4
_QR, _GAP = 42.0, 4.0
#: How large a QR of a poster is, where so many stand in a row.
_SIZES = {1: 110.0, 2: 85.0, 3: 62.0}
#: From a line under it to the next.
_LINE = 9.0
#: Sizes in points: of a name, and down to what a long one may shrink.
_NAME, _SMALLEST = 22, 14
_GREEN = (44, 100, 55)
#: A QR that is still read when a quarter of it is dirty or folded.
_CORRECTION = "q"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One person's card: how they are called, where they live, and what its QR opens."""

    form: str
    name: str
    unit: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A QR of a poster, what stands under it, and what is done once it is scanned."""

    url: str
    label: str
    then: str = ""


def cards(people: Sequence[Card], operator: str, say: Mapping[str, str]) -> bytes:
    """A PDF with a card for each person, eight on a page, to be cut apart."""
    page = _paper()
    wide, high = (_WIDTH - 2 * _MARGIN) / _COLUMNS, (_HEIGHT - 2 * _MARGIN) / _ROWS
    for number, person in enumerate(people):
        place = number % (_COLUMNS * _ROWS)
        if place == 0:
            page.add_page()
        x = _MARGIN + wide * (place % _COLUMNS)
        y = _MARGIN + high * (place // _COLUMNS)
        _card(page, person, (x, y, wide, high), operator, say)
    return bytes(page.output())


def _card(
    page: FPDF,
    person: Card,
    box: tuple[float, float, float, float],
    operator: str,
    say: Mapping[str, str],
) -> None:
    x, y, wide, high = box
    page.set_draw_color(170)
    page.set_dash_pattern(dash=1.5, gap=1.5)
    page.rect(x, y, wide, high)
    _line(page, operator, x + _GAP, y + 3, wide - 2 * _GAP, 10, color=_GREEN)
    _qr(page, person.url, x + _GAP, y + 11, _QR)
    left, room = x + _GAP + _QR + _GAP, wide - _QR - 3 * _GAP
    page.set_xy(left, y + 13)
    form = person.form[:1].upper() + person.form[1:]
    _block(page, form, left, room, 16, bold=False)
    _block(page, person.name, left, room, _NAME, bold=True)
    _block(page, person.unit, left, room, 14, bold=False)
    _line(page, say["print.scan"], x + _GAP, y + high - 14, wide - 2 * _GAP, 12, bold=True)
    _line(page, say["print.lost"], x + _GAP, y + high - 8, wide - 2 * _GAP, 10)


def poster(
    unit: str, links: Sequence[Link], operator: str, steps: Iterable[str], say: Mapping[str, str]
) -> bytes:
    """A PDF page to hang up: one to three QR codes, and how to begin."""
    page = _paper()
    page.add_page()
    room = _WIDTH - 2 * _MARGIN
    _line(page, operator, _MARGIN, 14, room, 18, color=_GREEN, align="C")
    _line(page, say["print.title"], _MARGIN, 27, room, 34, bold=True, align="C")
    _line(page, unit, _MARGIN, 45, room, 26, align="C")
    page.set_y(_codes(page, links, say) + 10)
    for number, step in enumerate(steps, 1):
        page.set_x(_MARGIN + 8)
        page.set_font("Roboto", "", 24)
        page.multi_cell(
            room - 16, 11, f"{number}. {step}", align="L", new_x="LMARGIN", new_y="NEXT"
        )
        page.ln(3)
    page.set_y(_HEIGHT - 32)
    page.set_fill_color(255, 243, 205)
    page.set_font("Roboto", "B", 18)
    page.multi_cell(room, 10, say["print.never"], align="C", fill=True)
    return bytes(page.output())


def _codes(page: FPDF, links: Sequence[Link], say: Mapping[str, str]) -> float:
    """The QR codes of a poster in a row, what stands under each, and how far down that goes."""
    wide, size, top = (_WIDTH - 2 * _MARGIN) / len(links), _SIZES[len(links)], 61.0
    if len(links) > 1:
        _line(page, say["print.one_is_enough"], _MARGIN, top, _WIDTH - 2 * _MARGIN, 20, align="C")
        top += 11
    under = top + size + 1
    for number, link in enumerate(links):
        x = _MARGIN + wide * number
        _qr(page, link.url, x + (wide - size) / 2, top, size)
        _line(page, link.label, x, under, wide, 22, bold=True, align="C")
        for place, line in enumerate(link.then.splitlines(), 1):
            _line(page, line, x, under + _LINE * place, wide, 20, align="C")
    return under + _LINE * (1 + max(len(link.then.splitlines()) for link in links))


def _paper() -> FPDF:
    page = FPDF(format="A4")
    page.set_auto_page_break(auto=False)
    page.set_margin(_MARGIN)
    for style, name in (("", "Regular"), ("B", "Bold")):
        page.add_font("Roboto", style, str(_FONTS.joinpath(f"Roboto-{name}.ttf")))
    return page


def _qr(page: FPDF, url: str, x: float, y: float, size: float) -> None:
    """A QR code as squares, with the quiet edge it needs inside `size`."""
    rows = list(segno.make(url, error=_CORRECTION, micro=False).matrix_iter(border=2))
    side = size / len(rows)
    page.set_fill_color(0)
    for down, row in enumerate(rows):
        start = None
        for across, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = across
            elif not dark and start is not None:
                page.rect(x + start * side, y + down * side, (across - start) * side, side, "F")
                start = None


def _line(
    page: FPDF,
    text: str,
    x: float,
    y: float,
    room: float,
    points: float,
    *,
    bold: bool = False,
    color: tuple[int, int, int] = (0, 0, 0),
    align: str = "L",
) -> None:
    """One line, made smaller until it fits."""
    page.set_text_color(*color)
    page.set_font("Roboto", "B" if bold else "", points)
    while page.get_string_width(text) > room - 2 and page.font_size_pt > 6:
        page.set_font_size(page.font_size_pt - 0.5)
    page.set_xy(x, y)
    page.cell(room, page.font_size * 1.2, text, align=align)
    page.set_text_color(0)


def _block(page: FPDF, text: str, x: float, room: float, points: float, *, bold: bool) -> None:
    """Words in as many lines as they need; smaller ones when a single word is too long."""
    page.set_font("Roboto", "B" if bold else "", points)
    longest = max(text.split(), key=page.get_string_width, default="")
    lines = 3
    while page.font_size_pt > _SMALLEST and (
        page.get_string_width(longest) > room - 2
        or page.get_string_width(text) > (lines - 1) * room
    ):
        page.set_font_size(page.font_size_pt - 1)
    page.set_x(x)
    high = page.font_size * 1.2
    page.multi_cell(room, high, text, align="L", new_x="LEFT", new_y="NEXT")

"""Plain tables as a workbook: real numbers, and texts that stay texts whatever they begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

#: What a spreadsheet would take for a formula.
_LIKE_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CELL = 32_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, its head, how wide its columns are, and its lines."""

    name: str
    head: Sequence[str]
    widths: Sequence[float]
    lines: Sequence[Sequence[str | int | Decimal]]


def make(sheets: Sequence[Sheet]) -> bytes:
    """The bytes of a workbook of these tables."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for one in sheets:
        sheet = book.create_sheet(one.name)
        for number, line in enumerate([one.head, *one.lines], 1):
            for place, value in enumerate(line, 1):
                cell = sheet.cell(number, place)
                assert isinstance(cell, Cell)  # noqa: S101 - no cells are merged
                if isinstance(value, str):
                    put_text(cell, value)
                else:
                    cell.value = value
                cell.font = Font(bold=number == 1)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
        for place, width in enumerate(one.widths, 1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.freeze_panes = "A2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def put_text(cell: Cell, text: str) -> None:
    """Write a text into a cell, of which no spreadsheet makes a formula."""
    text = ILLEGAL_CHARACTERS_RE.sub(" ", text)[:_LONGEST_CELL]
    cell.value = text
    cell.data_type = "s"
    if text.startswith(_LIKE_FORMULA):
        cell.quotePrefix = True

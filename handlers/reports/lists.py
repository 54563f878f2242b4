"""Lists that somebody filled in a spreadsheet: an empty one to fill, and one read row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException

from handlers.talk.understanding.text import fold, tidy

#: The longest text of a cell that can be a name or a place.
LONGEST = 200
_WIDTH = 24


class NotAListError(Exception):
    """The file is no workbook, or has not the columns; the message is a key of a phrase."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


@dataclass(frozen=True, slots=True)
class Row:
    """One filled row: its number in the sheet, and its words by column."""

    number: int
    words: Mapping[str, str]
    #: The columns whose cells cannot be read: a formula, too long a text.
    unread: frozenset[str]


def template(columns: Mapping[str, str], rows: Sequence[Sequence[str]], about: str) -> bytes:
    """A list with its columns (by key), rows to go on from, and a second sheet about it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has one
    sheet.append(list(columns.values()))
    for row in rows:
        sheet.append(list(row))
    for number, column in enumerate(sheet.columns):
        column[0].font = Font(bold=True)
        sheet.column_dimensions["ABCDEFGH"[number]].width = _WIDTH
        for cell in column:
            cell.number_format = "@"  # text: a telephone number keeps its first 0
    sheet.freeze_panes = "A2"
    told = book.create_sheet("Cách điền")
    for line in about.splitlines():
        told.append([line])
    told.column_dimensions["A"].width = 100
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def at(say: Mapping[str, str], number: int, column: str, why: str) -> str:
    """What is wrong, with its row and column."""
    return say["importing.at"].format(number=number, name=column, why=why)


def read(file: Path, columns: Mapping[str, str]) -> list[Row]:
    """The filled rows of the first sheet; NotAListError when it is not such a list."""
    try:
        book = load_workbook(BytesIO(file.read_bytes()), read_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows()
        heads = [fold(_words(cell) or "") for cell in next(rows, ())]
    except (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError) as error:
        raise NotAListError("importing.no_workbook") from error
    missing = [name for name in columns.values() if fold(name) not in heads]
    if missing:
        raise NotAListError("importing.no_columns", names=", ".join(missing))
    places = {key: heads.index(fold(name)) for key, name in columns.items()}
    found = []
    for number, cells in enumerate(rows, 2):
        words = {key: _words(cells[at]) if at < len(cells) else "" for key, at in places.items()}
        unread = frozenset(key for key, word in words.items() if word is None)
        plain = {key: word or "" for key, word in words.items()}
        if unread or any(plain.values()):
            found.append(Row(number, plain, unread))
    return found


def _words(cell: Cell | MergedCell) -> str | None:
    """What is written in a cell; None for what is no text: a formula, an error."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in {"f", "e"}:
        return None
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str | int) or len(str(value)) > LONGEST:
        return None
    return tidy(str(value))

"""Lists that somebody filled in a spreadsheet: an empty one to fill, and one read row by row."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils.exceptions import InvalidFileException

from handlers.talk.understanding.text import fold, tidy

#: The longest text of a cell that can be a name or a place.
LONGEST = 200
#: What a workbook may hold once unpacked: 20,000 rows of a list have a third of it.
LARGEST = 25 * 1024 * 1024
#: The same for each row where there may be so many: to mark what is wrong, a workbook is held whole
#: in 30 times the memory (measured: 23 MB, 35 seconds and 680 MB).
LARGEST_ROW = 4096
#: The last row that a spreadsheet has. A file may say any number, and all rows before it are gone
#: through.
LAST_ROW = 1_048_576
_WIDTH, _WIDE = 24, 60
#: What openpyxl raises on a file that is torn, locked, or something else by the name of a workbook.
_BROKEN = (
    *(BadZipFile, InvalidFileException, ParseError, zlib.error, EOFError, OSError),
    *(LookupError, ValueError, TypeError, AttributeError, RuntimeError),
)


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


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a row, with its number in the sheet."""

    row: int
    told: str

    def __str__(self) -> str:
        """The sentence."""
        return self.told


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


def read(file: bytes, columns: Mapping[str, str], most: int | None = None) -> list[Row]:
    """The filled rows of the first sheet; NotAListError when it is not such a list.

    So it is when more than `most` rows are filled.
    """
    try:
        with ZipFile(BytesIO(file)) as packed:
            largest = LARGEST if most is None else most * LARGEST_ROW
            if sum(one.file_size for one in packed.infolist()) > largest:
                raise NotAListError("importing.too_large")
        return _rows(file, columns, most)
    except _BROKEN as error:
        raise NotAListError("importing.no_workbook") from error


def _rows(file: bytes, columns: Mapping[str, str], most: int | None) -> list[Row]:
    rows = load_workbook(BytesIO(file), read_only=True).worksheets[0].iter_rows()
    heads = [fold(_words(cell) or "") for cell in next(rows, ())]
    missing = [name for name in columns.values() if fold(name) not in heads]
    if missing:
        raise NotAListError("importing.no_columns", names=", ".join(missing))
    places = {key: heads.index(fold(name)) for key, name in columns.items()}
    found = list[Row]()
    for number, cells in enumerate(rows, 2):
        if number > LAST_ROW:
            raise NotAListError("importing.no_workbook")
        words = {key: _words(cells[at]) if at < len(cells) else "" for key, at in places.items()}
        unread = frozenset(key for key, word in words.items() if word is None)
        plain = {key: word or "" for key, word in words.items()}
        if unread or any(plain.values()):
            found.append(Row(number, plain, unread))
        if most is not None and len(found) > most:
            raise NotAListError("importing.too_many", count=most)
    return found


def marked(file: bytes, wrong: Sequence[tuple[int, str]], head: str) -> bytes:
    """The same workbook with what is wrong beside each row, in one more column under `head`."""
    book = load_workbook(BytesIO(file))
    sheet = book.worksheets[0]
    column = sheet.max_column + 1
    told: dict[int, list[str]] = {}
    for row, words in wrong:
        told.setdefault(row, []).append(words)
    for row, lines in {1: [head], **told}.items():
        cell = sheet.cell(row, column, "\n".join(lines))
        cell.font, cell.alignment = Font(bold=True, color="B00020"), Alignment(wrap_text=True)
    sheet.column_dimensions[cell.column_letter].width = _WIDE
    out = BytesIO()
    book.save(out)
    return out.getvalue()


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

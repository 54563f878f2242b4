"""The list of units from a spreadsheet, as the file of content that it becomes.

A unit that merged into another keeps its row: the other is its parent from then on, and `until` its
last day. So what was done in it adds up to the other, and nobody new is registered there.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime

from pydantic import ValidationError

from content.loader import Content
from content.models.plan import Unit
from handlers.reports.lists import Row, at, read
from handlers.talk.understanding.text import fold

#: Columns by key; their names are phrases.
COLUMNS = ("code", "unit_name", "parent", "until", "checked")
_HEAD = (
    "# Danh sách nơi ở, nhập từ bảng tính ngày {day}: python -m bot import units FILE.xlsx\n"
    "# code in trong mã QR: đã phát thì không đổi. Nơi đã nhập vào nơi khác: giữ lại,\n"
    "# parent là nơi mới, until là ngày cuối; số liệu cũ cộng vào nơi mới.\n"
)


def columns(content: Content) -> dict[str, str]:
    """The names of the columns, by key."""
    return {key: content.phrases[f"importing.column_{key}"] for key in COLUMNS}


def as_rows(content: Content) -> list[list[str]]:
    """The units as they are now, to be corrected in a spreadsheet."""
    said = content.vocabulary.answers
    return [
        [
            one.code,
            one.name,
            one.parent or "",
            f"{one.until:%d/%m/%Y}" if one.until else "",
            (said.yes if one.checked else said.no)[0],
        ]
        for one in content.units.values()
    ]


def understood(
    content: Content, file: bytes, in_use: Collection[str]
) -> tuple[list[Unit], list[str]]:
    """The units of a file, and a sentence for each cell that cannot be taken.

    A unit `in_use`, in which something was counted or somebody lives, must not be missing.
    """
    names, say, problems = columns(content), content.phrases, list[str]()
    found: dict[str, Unit] = {}

    def wrong(row: Row, key: str, why: str) -> None:
        told = say[f"importing.wrong_{why}"].format(words=row.words[key])
        problems.append(at(say, row.number, names[key], told))

    rows = read(file, names)
    codes = {row.words["code"] for row in rows}
    for row in rows:
        one = _unit(content, row)
        for key in (*row.unread, *([one] if isinstance(one, str) else [])):
            wrong(row, key, "unread" if key in row.unread else f"{key}_of_unit")
        if isinstance(one, str) or row.unread:
            continue
        if one.code in found:
            wrong(row, "code", "twice")
        if one.parent is not None and one.parent not in codes:
            wrong(row, "parent", "parent_of_unit")
        found[one.code] = one
    problems += [
        say["importing.loop"].format(code=one.code) for one in found.values() if _loops(found, one)
    ]
    if not problems and sum(one.parent is None for one in found.values()) != 1:
        problems.append(say["importing.one_root"])
    problems += [
        say["importing.unit_missing"].format(code=code, name=content.units[code].name)
        for code in content.units
        if code in in_use and code not in codes
    ]
    return list(found.values()), problems


def _loops(found: dict[str, Unit], one: Unit) -> bool:
    """Whether a unit is, through others, a part of itself."""
    above, seen = found.get(one.parent or ""), set[str]()
    while above is not None and above.code not in seen:
        seen.add(above.code)
        above = found.get(above.parent or "")
    return one.code in seen


def _unit(content: Content, row: Row) -> Unit | str:
    """One row as a unit, or the key of the first column that is wrong."""
    words, said = row.words, content.vocabulary.answers
    until = _day(words["until"])
    if words["until"] and until is None:
        return "until"
    checked = fold(words["checked"])
    if checked not in {"", "x", *map(fold, (*said.yes, *said.no))}:
        return "checked"
    before = content.units.get(words["code"])
    try:
        return Unit(
            code=words["code"],
            name=words["unit_name"],
            parent=words["parent"] or None,
            until=until,
            formed_from=before.formed_from if before else None,
            checked=checked in {"x", *map(fold, said.yes)},
        )
    except ValidationError as error:
        where = str(error.errors()[0]["loc"][0])
        return {"name": "unit_name"}.get(where, where)


def _day(words: str) -> date | None:
    """A day written 31/12/2026; None for anything else."""
    try:
        return datetime.strptime(words, "%d/%m/%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def as_file(units: Collection[Unit], source: str, day: date) -> str:
    """The units as the TOML file of content."""
    blocks = [_HEAD.format(day=f"{day:%d/%m/%Y}"), f"source = {_text(source)}\n"]
    for one in units:
        lines = [f"code = {_text(one.code)}", f"name = {_text(one.name)}"]
        lines += [f"parent = {_text(one.parent)}"] if one.parent else []
        lines += [f"formed_from = {_text(one.formed_from)}"] if one.formed_from else []
        lines += [f"until = {one.until.isoformat()}"] if one.until else []
        lines += [f"checked = {str(one.checked).lower()}"]
        blocks.append("[[units]]\n" + "\n".join(lines) + "\n")
    return "\n".join(blocks)


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)

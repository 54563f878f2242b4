"""A list of members from a spreadsheet: each row is read, and all of them are added or none."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from content.loader import Content
from handlers.elders.wording import LONGEST_NAME, read_phone, written_well
from handlers.reports.lists import Row, Wrong, at, read, template
from handlers.talk.understanding.text import fold
from storage import members
from storage.database import Tx
from storage.members import Member

#: Columns by key; their names are phrases.
COLUMNS = ("name", "form", "unit", "over60", "phone", "agreed")
CHANNEL = "import"
Same = Literal["refuse", "keep", "new"]


@dataclass(frozen=True, slots=True)
class NewMember:
    """A row that can be added."""

    row: int
    name: str
    form: str
    unit: str
    over60: bool
    phone: str | None


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import went: how many were added, how many were there, and what stands against it."""

    added: int = 0
    kept: int = 0
    problems: tuple[Wrong, ...] = ()


def columns(content: Content) -> dict[str, str]:
    """The names of the columns, by key."""
    return {key: content.phrases[f"importing.column_{key}"] for key in COLUMNS}


def empty_list(content: Content, unit: str = "", rows: int = 0) -> bytes:
    """A list to be filled, with the name of a unit in its first rows."""
    filled = [[unit if key == "unit" else "" for key in COLUMNS]] * rows
    return template(columns(content), filled, content.phrases["importing.about"])


def understood(
    content: Content,
    file: bytes,
    units: Collection[str] | None = None,
    most: int | None = None,
) -> tuple[list[NewMember], list[Wrong]]:
    """The rows of a file as people to add, and a sentence for each cell that cannot be taken.

    Only into `units` people may be added (None: all); `most` rows are taken in at a time.
    """
    reader = _Reader(content, units)
    people = [reader.read(row) for row in read(file, columns(content), most) if _filled(row)]
    return [one for one in people if one is not None], reader.problems


def _filled(row: Row) -> bool:
    """Whether a row tells of somebody: the name of the unit is there beforehand."""
    return bool(row.unread) or any(words for key, words in row.words.items() if key != "unit")


class _Reader:
    """Reads rows, and gathers what is wrong with them."""

    def __init__(self, content: Content, allowed: Collection[str] | None) -> None:
        self._say, self._names, self._allowed = content.phrases, columns(content), allowed
        self.problems: list[Wrong] = []
        units = [unit for unit in content.units.values() if unit.parent]
        self._units = _once((fold(word), unit.code) for unit in units for word in _names(unit.name))
        self._units |= {fold(code): code for code in content.units}
        forms = content.forms.values()
        self._forms = {fold(form.person): form.key for form in forms}
        answers = content.vocabulary.answers
        self._yes = {"x", *map(fold, answers.yes)}
        self._no = set(map(fold, answers.no))

    def read(self, row: Row) -> NewMember | None:
        """One row; None when something is wrong with it."""
        before = len(self.problems)
        for key in sorted(row.unread):
            self._wrong(row, key, "unread")
        name, phone = row.words["name"], row.words["phone"]
        if not name and "name" not in row.unread:
            self._wrong(row, "name", "empty")
        elif len(name) > LONGEST_NAME or not all(c.isalpha() or c in " .'-" for c in name):
            self._wrong(row, "name", "name")
        form = self._one_of(row, "form", self._forms)
        unit = self._one_of(row, "unit", self._units)
        if unit is not None and self._allowed is not None and unit not in self._allowed:
            self._wrong(row, "unit", "elsewhere")
        over60, agreed = self._yes_or_no(row, "over60"), self._yes_or_no(row, "agreed")
        if agreed is False:
            self._wrong(row, "agreed", "not_agreed")
        # A spreadsheet takes the first 0 of a number away.
        read_as = read_phone(phone) or read_phone(f"0{phone}") if phone else None
        if phone and read_as is None:
            self._wrong(row, "phone", "phone")
        if len(self.problems) > before or form is None or unit is None or over60 is None:
            return None
        return NewMember(row.number, written_well(name), form, unit, over60, read_as)

    def _one_of(self, row: Row, key: str, known: Mapping[str, str]) -> str | None:
        words = row.words[key]
        found = known.get(fold(words))
        if found is None and key not in row.unread:
            self._wrong(row, key, key if words else "empty")
        return found

    def _yes_or_no(self, row: Row, key: str) -> bool | None:
        words = fold(row.words[key])
        if words in self._yes:
            return True
        if words in self._no:
            return False
        if key not in row.unread:
            self._wrong(row, key, "yes_or_no" if words else "empty")
        return None

    def _wrong(self, row: Row, key: str, why: str) -> None:
        told = self._say[f"importing.wrong_{why}"].format(words=row.words[key])
        self.problems.append(Wrong(row.number, at(self._say, row.number, self._names[key], told)))


def _names(unit: str) -> set[str]:
    """A unit by its whole name, and without the word for its kind: "Xóm Gò Vũ", "Gò Vũ"."""
    return {unit, unit.partition(" ")[2] or unit}


def _once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What stands for one thing alone."""
    found: dict[str, set[str]] = {}
    for name, code in pairs:
        found.setdefault(name, set()).add(code)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


async def already(tx: Tx, content: Content, people: Sequence[NewMember]) -> dict[NewMember, str]:
    """Those who are there already (name, unit, no other number), in the book or in a row before."""
    there = await members.of_units(tx, {one.unit for one in people})
    known: dict[tuple[str, str], list[tuple[str, str, str | None]]] = {}
    for one in there:
        known.setdefault(_key(one), []).append(
            (content.phrases["importing.there"], one.person.name, one.phone)
        )
    found = {}
    for person in people:
        before = known.setdefault((fold(person.name), person.unit), [])
        where = next(
            (
                at
                for at, name, phone in before
                if (phone in {None, person.phone} or not person.phone)
                and _one_name(name, person.name)
            ),
            None,
        )
        if where is not None:
            found[person] = where
        row = content.phrases["importing.row"].format(number=person.row)
        before.append((row, person.name, person.phone))
    return found


async def keep(
    tx: Tx,
    content: Content,
    people: Sequence[NewMember],
    same: Same,
    now: datetime,
    by: int | None = None,
) -> Imported:
    """Add people, with the consent they gave through somebody (`by`, where that is known).

    Who is there already is refused, kept or added.
    """
    there = await already(tx, content, people)
    if there and same == "refuse":
        say, column = content.phrases, columns(content)["name"]
        why = {
            one: say["importing.wrong_same"].format(name=one.name, where=there[one])
            for one in there
        }
        return Imported(problems=tuple(Wrong(o.row, at(say, o.row, column, why[o])) for o in there))
    new = [one for one in people if one not in there or same == "new"]
    for person in new:
        await members.add(
            tx,
            name=person.name,
            form=person.form,
            unit=person.unit,
            over60=person.over60,
            phone=person.phone,
            consent_version=content.plan.consent_version,
            channel=CHANNEL,
            by=by,
            now=now,
        )
    return Imported(added=len(new), kept=len(people) - len(new))


def _one_name(one: str, other: str) -> bool:
    """Whether two that fold alike are one name: Nam is not Năm, "nguyen van nam" may be both."""
    names = [name.casefold() for name in (one, other)]
    letters = [sorted(unicodedata.normalize("NFD", name)) for name in names]
    return letters[0] == letters[1] or fold(one) in names


def _key(one: Member) -> tuple[str, str]:
    return fold(one.person.name), one.person.unit

"""Taking in a leader's list, message by message: what was read before, and more lines."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

from handlers.elders.report.draft import SAME_WITHIN
from handlers.leaders.doer import DoerReader, Member
from handlers.leaders.namesakes import told_apart
from handlers.leaders.pasted import Line, ListReader
from handlers.leaders.rows import Row, marked, pack, row_of, unpack
from handlers.talk import rights
from handlers.talk.flow import Data, Said
from handlers.talk.scene import Scene, day_begins
from handlers.talk.sharers import called
from handlers.talk.understanding.text import fold
from storage import people, reports
from storage.database import Tx
from storage.people import Person

#: More lines than this are a second list.
MOST_LINES = 500
#: How many lines that could not be read come back.
SHOWN_UNREAD = 30
#: A message so long may be a part of a longer one, torn inside a line (Telegram's limit is 4096).
PART = range(3_500, 4_097)
#: Before what this program hands to itself. Nobody can type it: each process makes its own.
_OURS = secrets.token_hex()
_NOTHING: Data = {"rows": pack([]), "on": None, "torn": "", "which": [], "who": None}


async def begin(tx: Tx, scene: Scene, argument: str) -> Data:
    """Start with nothing or with what was typed; or `go_on`, with more lines to what was read.

    A line that may be of several people waits for `who` it is of, and is read again then.
    """
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to report for others
    ours = argument.startswith(_OURS)
    before = json.loads(argument.removeprefix(_OURS)) if ours else {**_NOTHING, "text": argument}
    rows, lines = unpack(before["rows"]), list(Said.of(before["text"]).lines)
    here = lines[: max(MOST_LINES - len(rows), 0)]
    people = await _people(tx, scene, person)
    told = [one for one in people if one.id == before["who"]] or people
    more = bool(here) and before["who"] is None
    read, torn = _read(_reader(scene, person, told), here, before["torn"] if more else "")
    rows += [row_of(scene, one) for one in read if not one.problem]
    open_ = [(one.words, one.doer.among) for one in read if one.doer and one.doer.among]
    asked = {id_ for _, ids in open_ for id_ in ids}
    twins = asked | {row.person_id for row in rows}
    names = await told_apart(tx, scene, [one for one in people if one.id in twins])
    unread = [
        [one.words[:80], one.problem] for one in read if one.problem and one.problem != "which"
    ]
    rows = await mark(tx, scene, person, rows, before["on"])
    return {
        "rows": pack(rows),
        "count": len(rows),
        "on": before["on"],
        "torn": torn if more else before["torn"],
        "unread": unread[:SHOWN_UNREAD],
        "unread_more": max(len(unread) - SHOWN_UNREAD, 0),
        "cut": len(lines) - len(here),
        "which": [
            *before["which"],
            *([words, [[id_, names[id_]] for id_ in ids]] for words, ids in open_),
        ],
        "who": None,
        "from": 0,
        "called": {
            str(one.id): names[one.id]
            for one in people
            if one.id in names and names[one.id] != called(scene, one)
        },
    }


def go_on(data: Data) -> str:
    """The argument with which `begin` goes on."""
    return _OURS + json.dumps({key: data[key] for key in (*_NOTHING, "text")})


def _units(scene: Scene, person: Person) -> set[str]:
    codes = rights.units(person, "proxy", scene.content)
    return set(scene.content.units) if codes is None else codes


async def _people(tx: Tx, scene: Scene, person: Person) -> list[Person]:
    """Whom the lines may be of."""
    return [
        Person(id=id_, name=name, form=form, unit=unit, over60=None)
        for id_, name, unit, form in await people.taking_part(tx, _units(scene, person))
    ]


def _reader(scene: Scene, person: Person, told: Sequence[Person]) -> ListReader:
    content, units = scene.content, _units(scene, person)
    members = [
        Member(one.id, one.name, one.unit, content.forms[one.form].person)
        if one.form in content.forms
        else Member(one.id, one.name, one.unit, "")
        for one in told
    ]
    home = _home(person, units, content.root_unit.code)
    return ListReader(scene, DoerReader(scene, members, units, home))


def _home(person: Person, units: set[str], root: str) -> str:
    """Where people belong whose place is not told: where the leader lives, or leads."""
    if person.unit in units:
        return person.unit
    granted = [grant.unit for grant in person.grants if grant.unit in units]
    return granted[0] or root if granted else root


def _read(reader: ListReader, lines: list[str], torn: str) -> tuple[list[Line], str]:
    """The lines as they were read, and the last one if it may be torn.

    `torn` is how the message before ended: unless it is typed again, the first line is its rest.
    """
    read = [reader.read(line) for line in lines]
    if torn and lines and not fold(lines[0]).startswith(fold(torn)):
        read[0] = [Line(words=lines[0], problem="torn")]
    torn = ""
    if len("\n".join(lines)) in PART and (
        reader.is_open(lines[-1]) or read[-1][0].problem in {"unclear", "amount"}
    ):
        torn = lines[-1]
        read[-1] = [Line(words=torn, problem="torn")]
    return [one for line in read for one in line], torn


async def mark(tx: Tx, scene: Scene, person: Person, rows: list[Row], on: str | None) -> list[Row]:
    """The rows; those like a report of the last days, whoever told it, are marked."""
    doers = {row.person_id for row in rows if row.person_id is not None}
    since = day_begins(scene.today - SAME_WITHIN)
    told = await reports.told_of(tx, doers, person.id, since)
    return marked(rows, told, on or scene.today.isoformat())

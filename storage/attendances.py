"""Who came to a gathering, and that it is evidence that they were informed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from storage import announcements, learning
from storage.database import Tx, to_text
from storage.gatherings import Gathering
from storage.people import Person

#: What this kind of evidence is called.
EVIDENCE = "gathering"
#: So many wrong codes a person may type on one day.
MOST_WRONG = 5


@dataclass(frozen=True, slots=True)
class Guest:
    """Someone who is invited to a gathering or came to it."""

    person: Person
    answer: str | None
    came: bool


async def everyone(tx: Tx, id_: int) -> list[Guest]:
    """Everyone invited to a gathering, and whoever else came; but for those who left."""
    rows = await tx.fetch(
        "SELECT p.id, p.name, p.form, p.unit, p.over60, i.answer, a.person_id AS came"
        " FROM people p"
        " LEFT JOIN invitations i ON i.person_id = p.id AND i.gathering_id = $1"
        " LEFT JOIN attendances a ON a.person_id = p.id AND a.gathering_id = $1"
        " WHERE p.withdrawn_at IS NULL"
        " AND (i.person_id IS NOT NULL OR a.person_id IS NOT NULL) ORDER BY p.id",
        id_,
    )
    return [
        Guest(announcements.person_in(row), row["answer"], row["came"] is not None) for row in rows
    ]


async def came(tx: Tx, one: Gathering, who: Person, day: date, now: datetime) -> bool:
    """Note that someone came, once: they were informed, unless they are staff. False if noted."""
    noted = await tx.execute(
        "INSERT INTO attendances (gathering_id, person_id, at) VALUES ($1, $2, $3)"
        " ON CONFLICT (gathering_id, person_id) DO NOTHING",
        one.id,
        who.id,
        to_text(now),
    )
    if noted and who.over60 is not None:  # staff serve the program and are not counted
        await learning.inform(tx, who.id, EVIDENCE, str(one.id), who.unit, day)
    return bool(noted)


async def did_not_come(tx: Tx, one: Gathering, person_id: int) -> bool:
    """Take back that someone came, and what it was evidence of; False if it was not noted."""
    noted = await tx.execute(
        "DELETE FROM attendances WHERE gathering_id = $1 AND person_id = $2", one.id, person_id
    )
    if noted:
        await learning.take_back(tx, person_id, EVIDENCE, str(one.id))
    return bool(noted)


async def count(tx: Tx, person_id: int) -> int:
    """To how many gatherings a person answered or came."""
    row = await tx.fetch_one(
        "SELECT COUNT(*) AS gatherings FROM (SELECT gathering_id FROM invitations"
        " WHERE person_id = $1 AND answer IS NOT NULL"
        " UNION SELECT gathering_id FROM attendances WHERE person_id = $1) one",
        person_id,
    )
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return int(row["gatherings"])


async def how_many_came(tx: Tx, id_: int) -> int:
    """How many people are noted as having come."""
    row = await tx.fetch_one(
        "SELECT COUNT(*) AS people FROM attendances WHERE gathering_id = $1", id_
    )
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return int(row["people"])


async def tries_left(tx: Tx, person_id: int, day: date) -> int:
    """How many more codes a person may type on a day."""
    row = await tx.fetch_one(
        "SELECT wrong FROM wrong_codes WHERE person_id = $1 AND day = $2",
        person_id,
        day.isoformat(),
    )
    return max(0, MOST_WRONG - int(row["wrong"])) if row else MOST_WRONG


async def typed_wrong(tx: Tx, person_id: int, day: date) -> None:
    """Note that a person typed a wrong code."""
    await tx.execute(
        "INSERT INTO wrong_codes (person_id, day, wrong) VALUES ($1, $2, 1)"
        " ON CONFLICT (person_id) DO UPDATE SET day = excluded.day,"
        " wrong = CASE WHEN wrong_codes.day = excluded.day THEN wrong_codes.wrong + 1 ELSE 1 END",
        person_id,
        day.isoformat(),
    )

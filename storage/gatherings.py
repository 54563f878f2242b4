"""Gatherings: when and where, who is invited and what they answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from storage import announcements
from storage.announcements import Recipient
from storage.database import Row, Tx, from_text, to_text
from storage.reminders import MAY_COME, Moment, allowed

#: What a person answers to an invitation.
YES, NO, RIDE = "yes", "no", "ride"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """A meeting, a class, a planting day: what people are invited to."""

    id: int
    author_id: int
    #: One of content/gatherings.toml, and how this one is called.
    kind: str
    name: str
    #: Whose people it is for, and which of them.
    unit: str
    audience: str
    at: datetime
    place: str
    #: How often it was moved or called off.
    changes: int
    off_at: datetime | None
    #: The batch of the reports of what came of it.
    result: int | None


@dataclass(frozen=True, slots=True)
class Invited:
    """A gathering, and what a person answered to its invitation (None: nothing yet)."""

    to: Gathering
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """How many people are invited to a gathering, and how many of them answered what."""

    invited: int
    yes: int
    no: int
    ride: int

    @property
    def open(self) -> int:
        """How many have not answered."""
        return self.invited - self.yes - self.no - self.ride


def outbox_key(id_: int, person_id: int, part: str = "") -> str:
    """The name under which an invitation goes out to a person, once; so does what follows it."""
    return f"gathering:{id_}:{person_id}{part}"


async def add(
    tx: Tx,
    *,
    author_id: int,
    kind: str,
    name: str,
    unit: str,
    at: datetime,
    place: str,
    audience: str,
    eve: date | None,
    to: Iterable[int],
) -> Gathering:
    """Keep a gathering and who is invited to it."""
    row = await tx.fetch_one(
        "INSERT INTO gatherings (author_id, kind, name, unit, at, place, audience, eve, changes)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) RETURNING *",
        author_id,
        kind,
        name,
        unit,
        to_text(at),
        place,
        audience,
        eve and eve.isoformat(),
    )
    assert row is not None  # noqa: S101 - an INSERT … RETURNING gives its row
    await tx.execute_many(
        "INSERT INTO invitations (gathering_id, person_id) VALUES ($1, $2)",
        [(row["id"], person_id) for person_id in to],
    )
    return _gathering(row)


def _gathering(row: Row) -> Gathering:
    return Gathering(
        id=row["id"],
        author_id=row["author_id"],
        kind=row["kind"],
        name=row["name"],
        unit=row["unit"],
        audience=row["audience"],
        at=from_text(row["at"]),
        place=row["place"],
        changes=row["changes"],
        off_at=None if row["off_at"] is None else from_text(row["off_at"]),
        result=row["result"],
    )


async def get(tx: Tx, id_: int) -> Gathering | None:
    """One gathering; None where there is none, or whoever made it took everything back."""
    row = await tx.fetch_one("SELECT * FROM gatherings WHERE id = $1 AND place <> ''", id_)
    return _gathering(row) if row else None


async def for_person(
    tx: Tx, person_id: int, units: Collection[str], since: datetime, limit: int
) -> list[Invited]:
    """What a person is invited to that begins after `since`, the nearest first.

    Whoever came to one of `units` only later is invited like everybody there.
    """
    codes = sorted(units)
    marks = ", ".join(f"${number}" for number in range(4, len(codes) + 4)) or "NULL"
    rows = await tx.fetch(
        "SELECT g.*, i.answer FROM gatherings g LEFT JOIN invitations i"  # noqa: S608 - numbered marks
        " ON i.gathering_id = g.id AND i.person_id = $1"
        " WHERE g.at > $2 AND g.off_at IS NULL AND g.place <> '' AND g.author_id <> $1"
        f" AND (i.person_id IS NOT NULL OR (g.audience = 'all' AND g.unit IN ({marks})))"
        " ORDER BY g.at, g.id LIMIT $3",
        person_id,
        to_text(since),
        limit,
        *codes,
    )
    return [Invited(_gathering(row), row["answer"]) for row in rows]


async def of_units(
    tx: Tx, units: Collection[str] | None, since: datetime, limit: int
) -> list[Gathering]:
    """The gatherings of some units (None: of all) that begin after `since`, the nearest first."""
    codes = sorted(units or ())
    marks = ", ".join(f"${number}" for number in range(3, len(codes) + 3)) or "NULL"
    inside = "TRUE" if units is None else f"unit IN ({marks})"
    rows = await tx.fetch(
        f"SELECT * FROM gatherings WHERE at > $1 AND off_at IS NULL AND place <> '' AND {inside}"  # noqa: S608 - numbered marks
        " ORDER BY at, id LIMIT $2",
        to_text(since),
        limit,
        *codes,
    )
    return [_gathering(row) for row in rows]


async def answer(tx: Tx, id_: int, person_id: int, answered: str, now: datetime) -> None:
    """Keep what a person answers to an invitation; the last answer holds."""
    await tx.execute(
        "INSERT INTO invitations (gathering_id, person_id, answer, answered_at)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT (gathering_id, person_id)"
        " DO UPDATE SET answer = excluded.answer, answered_at = excluded.answered_at",
        id_,
        person_id,
        answered,
        to_text(now),
    )


async def answers(tx: Tx, id_: int) -> Answers:
    """How many are invited, and what they answered."""
    row = await tx.fetch_one(
        "SELECT COUNT(*) AS invited, COUNT(CASE WHEN i.answer = 'yes' THEN 1 END) AS yes,"
        " COUNT(CASE WHEN i.answer = 'no' THEN 1 END) AS no,"
        " COUNT(CASE WHEN i.answer = 'ride' THEN 1 END) AS ride"
        " FROM invitations i JOIN people p ON p.id = i.person_id"
        " WHERE i.gathering_id = $1 AND p.withdrawn_at IS NULL",
        id_,
    )
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return Answers(invited=row["invited"], yes=row["yes"], no=row["no"], ride=row["ride"])


async def who_answered(tx: Tx, id_: int, answered: str) -> list[tuple[str, str, str]]:
    """Name, key of the form and unit of everyone who gave an answer, in the order of answering."""
    rows = await tx.fetch(
        "SELECT p.name, p.form, p.unit FROM invitations i JOIN people p ON p.id = i.person_id"
        " WHERE i.gathering_id = $1 AND i.answer = $2 AND p.withdrawn_at IS NULL"
        " ORDER BY i.answered_at, p.id",
        id_,
        answered,
    )
    return [(row["name"], row["form"], row["unit"]) for row in rows]


# --- changes


async def move(
    tx: Tx, one: Gathering, at: datetime, place: str, eve: date | None
) -> Gathering | None:
    """Move a gathering; at another time everybody is asked anew. None if it changed meanwhile."""
    row = await tx.fetch_one(
        "UPDATE gatherings SET at = $3, place = $4, eve = $5, changes = changes + 1"
        " WHERE id = $1 AND changes = $2 AND off_at IS NULL RETURNING *",
        one.id,
        one.changes,
        to_text(at),
        place,
        eve and eve.isoformat(),
    )
    if row and at != one.at:
        await tx.execute(
            "UPDATE invitations SET answer = NULL, answered_at = NULL WHERE gathering_id = $1",
            one.id,
        )
    return _gathering(row) if row else None


async def call_off(tx: Tx, one: Gathering, now: datetime) -> Gathering | None:
    """Call a gathering off; None if it changed meanwhile."""
    row = await tx.fetch_one(
        "UPDATE gatherings SET off_at = $3, changes = changes + 1"
        " WHERE id = $1 AND changes = $2 AND off_at IS NULL RETURNING *",
        one.id,
        one.changes,
        to_text(now),
    )
    return _gathering(row) if row else None


async def take_back(tx: Tx, id_: int) -> None:
    """Take back every message about a gathering that has not gone out yet."""
    await tx.execute(
        "UPDATE outbox SET state = 'failed', problem = 'no longer needed'"
        " WHERE state = 'waiting' AND dedupe_key LIKE $1",
        f"gathering:{id_}:%",
    )


async def guests(tx: Tx, id_: int) -> list[Recipient]:
    """Everyone who is invited to a gathering, and where they can be reached."""
    invited = "SELECT person_id FROM invitations WHERE gathering_id = $1"
    return await announcements.among(tx, invited, id_)


# --- the evening before


def reminder_key(one: Gathering, person_id: int) -> str:
    """The name under which a person is reminded of a gathering."""
    return outbox_key(one.id, person_id, f":eve{one.changes}")


def list_key(one: Gathering) -> str:
    """The name under which it is told who comes."""
    return f"gathering:{one.id}:list{one.changes}"


async def to_remind(tx: Tx, at: Moment, limit: int) -> list[tuple[int, Invited]]:
    """Whoever may come to a gathering tomorrow, was not reminded of it and may be now."""
    rows = await tx.fetch(
        "SELECT g.*, i.person_id, i.answer FROM invitations i"  # noqa: S608 - constant text
        " JOIN gatherings g ON g.id = i.gathering_id"
        f" WHERE {MAY_COME} AND g.eve = $3 AND g.at > $1 AND NOT EXISTS"
        " (SELECT 1 FROM outbox o WHERE o.dedupe_key = 'gathering:' || CAST(g.id AS TEXT) || ':'"
        " || CAST(i.person_id AS TEXT) || ':eve' || CAST(g.changes AS TEXT))"
        f" AND {allowed('i.person_id', 3)} ORDER BY g.at, i.person_id LIMIT $2",
        to_text(at.now),
        limit,
        *at.args(),
    )
    return [(row["person_id"], Invited(_gathering(row), row["answer"])) for row in rows]


async def to_list(tx: Tx, start: datetime, end: datetime, limit: int) -> list[Gathering]:
    """The gatherings between two instants of which it was not told yet who comes."""
    rows = await tx.fetch(
        "SELECT g.* FROM gatherings g WHERE g.at >= $1 AND g.at < $2 AND g.off_at IS NULL"
        " AND g.place <> '' AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.dedupe_key ="
        " 'gathering:' || CAST(g.id AS TEXT) || ':list' || CAST(g.changes AS TEXT))"
        " ORDER BY g.at, g.id LIMIT $3",
        to_text(start),
        to_text(end),
        limit,
    )
    return [_gathering(row) for row in rows]


# --- at a gathering


async def show_code(tx: Tx, one: Gathering, code: str) -> str:
    """The code that people type at a gathering: the one it has, else this new one."""
    await tx.execute("UPDATE gatherings SET code = $2 WHERE id = $1 AND code IS NULL", one.id, code)
    row = await tx.fetch_one("SELECT code FROM gatherings WHERE id = $1", one.id)
    assert row is not None  # noqa: S101 - it was read a moment ago
    return str(row["code"])


async def by_code(tx: Tx, code: str, start: datetime, end: datetime) -> list[Gathering]:
    """The gatherings between two instants at which this code was shown."""
    rows = await tx.fetch(
        "SELECT * FROM gatherings WHERE code = $1 AND at BETWEEN $2 AND $3"
        " AND off_at IS NULL AND place <> '' ORDER BY id",
        code,
        to_text(start),
        to_text(end),
    )
    return [_gathering(row) for row in rows]


async def has_result(tx: Tx, id_: int, batch: int) -> None:
    """Note which reports tell what came of a gathering."""
    await tx.execute("UPDATE gatherings SET result = $2 WHERE id = $1", id_, batch)


def result_key(one: Gathering) -> str:
    """The name under which its result is asked for."""
    return f"gathering:{one.id}:result"


async def without_result(
    tx: Tx, at: Moment, start: datetime, end: datetime, limit: int
) -> list[Gathering]:
    """The gatherings between two instants without a result, whose author may be asked for it now.

    Each once.
    """
    rows = await tx.fetch(
        "SELECT g.* FROM gatherings g WHERE g.at BETWEEN $1 AND $2 AND g.off_at IS NULL"  # noqa: S608 - constant text
        " AND g.place <> '' AND g.result IS NULL AND NOT EXISTS (SELECT 1 FROM outbox o"
        " WHERE o.dedupe_key = 'gathering:' || CAST(g.id AS TEXT) || ':result')"
        f" AND {allowed('g.author_id', 4)} ORDER BY g.at, g.id LIMIT $3",
        to_text(start),
        to_text(end),
        limit,
        *at.args(),
    )
    return [_gathering(row) for row in rows]

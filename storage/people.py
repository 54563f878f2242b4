"""People, their addresses on channels, what they agreed to, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.database import Row, Tx, from_text, to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One right given to a person: a role, over one unit (None: the whole program)."""

    role: str
    unit: str | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who has registered."""

    id: int
    name: str
    #: Key of the form of address in content/phrases.toml ("bac", "ong", "ba" …).
    form: str
    unit: str
    #: None for staff, who serve the program but do not take part in it.
    over60: bool | None
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A person's place on a channel, and the state of the talk there (JSON text)."""

    channel: str
    address: str
    person: Person | None
    talk: str
    last_at: datetime


_SELECT_PERSON = (
    "p.id, p.name, p.form, p.unit, p.over60, g.role, g.unit AS grant_unit, g.agency AS grant_agency"
)


def _person(rows: list[Row]) -> Person:
    first = rows[0]
    return Person(
        id=first["id"],
        name=first["name"],
        form=first["form"],
        unit=first["unit"],
        over60=None if first["over60"] is None else bool(first["over60"]),
        grants=tuple(
            Grant(role=row["role"], unit=row["grant_unit"], agency=row["grant_agency"])
            for row in rows
            if row["role"] is not None
        ),
    )


async def address(tx: Tx, channel: str, at: str) -> Address | None:
    """The address, with its person and that person's rights; None for a first contact."""
    rows = await tx.fetch(
        f"SELECT a.talk, a.last_at, {_SELECT_PERSON} FROM addresses a "  # noqa: S608 - constant text
        "LEFT JOIN people p ON p.id = a.person_id "
        "LEFT JOIN grants g ON g.person_id = p.id "
        "WHERE a.channel = $1 AND a.address = $2 ORDER BY g.id",
        channel,
        at,
    )
    if not rows:
        return None
    return Address(
        channel=channel,
        address=at,
        person=None if rows[0]["id"] is None else _person(rows),
        talk=rows[0]["talk"],
        last_at=from_text(rows[0]["last_at"]),
    )


async def keep_talk(tx: Tx, channel: str, at: str, talk: str, now: datetime) -> None:
    """Keep the state of the talk at an address; a person who writes again is no longer stopped."""
    await tx.execute(
        "INSERT INTO addresses (channel, address, talk, last_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (channel, address) DO UPDATE "
        "SET talk = excluded.talk, last_at = excluded.last_at, stopped_at = NULL",
        channel,
        at,
        talk,
        to_text(now),
    )


async def replace_talk(tx: Tx, channel: str, at: str, talk: str) -> None:
    """Change the state of the talk from our side, leaving when the person last wrote as it is."""
    await tx.execute(
        "UPDATE addresses SET talk = $3 WHERE channel = $1 AND address = $2", channel, at, talk
    )


async def forget_address(tx: Tx, channel: str, at: str) -> None:
    """Forget an address, the talk there, and everything that was said there."""
    await tx.execute("DELETE FROM outbox WHERE channel = $1 AND address = $2", channel, at)
    await tx.execute("DELETE FROM addresses WHERE channel = $1 AND address = $2", channel, at)


async def mark_stopped(tx: Tx, channel: str, at: str, now: datetime) -> None:
    """Note that the person has stopped the bot on this channel; they are not written to again."""
    await tx.execute(
        "UPDATE addresses SET stopped_at = $3 WHERE channel = $1 AND address = $2",
        channel,
        at,
        to_text(now),
    )


async def register(
    tx: Tx,
    *,
    channel: str,
    at: str,
    name: str,
    form: str,
    unit: str,
    unit_words: str | None,
    over60: bool | None,
    consent_version: str,
    now: datetime,
) -> int:
    """Add a person with their consent and their first address; the person's id."""
    row = await tx.fetch_one(
        "INSERT INTO people (name, form, unit, unit_words, over60, registered_at) "
        "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        name,
        form,
        unit,
        unit_words,
        None if over60 is None else int(over60),
        to_text(now),
    )
    assert row is not None  # noqa: S101 - an INSERT … RETURNING gives its row
    person_id = int(row["id"])
    await keep_talk(tx, channel, at, "{}", now)
    await tx.execute(
        "UPDATE addresses SET person_id = $3 WHERE channel = $1 AND address = $2",
        channel,
        at,
        person_id,
    )
    await _consent(tx, person_id, consent_version, channel, now, given=True)
    return person_id


async def rename(tx: Tx, person_id: int, name: str) -> None:
    """Correct a person's name."""
    await tx.execute("UPDATE people SET name = $2 WHERE id = $1", person_id, name)


async def withdraw(tx: Tx, person_id: int, version: str, channel: str, now: datetime) -> None:
    """Take a person out: name, words and addresses go; numbers stay, without a name."""
    await _consent(tx, person_id, version, channel, now, given=False)
    await tx.execute(
        "UPDATE people SET name = '', form = '', unit_words = NULL, withdrawn_at = $2 "
        "WHERE id = $1",
        person_id,
        to_text(now),
    )
    await tx.execute(
        "UPDATE reports SET words = '', understood = '{}' WHERE person_id = $1", person_id
    )
    await tx.execute("DELETE FROM grants WHERE person_id = $1", person_id)
    # Who reviews has read the name and the words of this person: those messages go, and with them
    # the place in a review. What was written to the person goes too; only the goodbye goes out.
    await tx.execute(
        "DELETE FROM outbox WHERE (channel, address) IN "
        "(SELECT a.channel, a.address FROM addresses a JOIN grants g ON g.person_id = a.person_id)"
    )
    await tx.execute(
        "UPDATE addresses SET talk = '{}' WHERE person_id IN (SELECT person_id FROM grants)"
    )
    await tx.execute(
        "DELETE FROM outbox WHERE person_id = $1 OR EXISTS (SELECT 1 FROM addresses a "
        "WHERE a.person_id = $1 AND a.channel = outbox.channel AND a.address = outbox.address)",
        person_id,
    )
    await tx.execute("DELETE FROM addresses WHERE person_id = $1", person_id)


async def _consent(
    tx: Tx, person_id: int, version: str, channel: str, now: datetime, *, given: bool
) -> None:
    await tx.execute(
        "INSERT INTO consents (person_id, version, given, channel, at) VALUES ($1, $2, $3, $4, $5)",
        person_id,
        version,
        int(given),
        channel,
        to_text(now),
    )


async def agreed_at(tx: Tx, person_id: int) -> datetime:
    """When a person gave the consent that holds now."""
    row = await tx.fetch_one(
        "SELECT MAX(at) AS at FROM consents WHERE person_id = $1 AND given = 1", person_id
    )
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return from_text(row["at"])


async def registered_by_unit(tx: Tx, start: datetime, end: datetime) -> dict[str, int]:
    """How many people took part, in each unit itself, at some instant from `start` to `end`."""
    rows = await tx.fetch(
        "SELECT unit, COUNT(*) AS people FROM people "
        "WHERE over60 IS NOT NULL AND registered_at < $2 "
        "AND (withdrawn_at IS NULL OR withdrawn_at >= $1) GROUP BY unit",
        to_text(start),
        to_text(end),
    )
    return {row["unit"]: int(row["people"]) for row in rows}


async def to_ask_this_week(
    tx: Tx,
    monday: str,
    sunday: str,
    key: str,
    *,
    registered_before: datetime,
    silent_since: datetime,
) -> list[Address]:
    """Where to ask whoever has not been heard from between two days and was not asked under `key`.

    One address a person: the one they wrote from last. People who have stopped the bot are left
    out, and so are staff, those who registered later, and those who wrote since `silent_since`.
    """
    rows = await tx.fetch(
        f"SELECT a.channel, a.address, a.talk, a.last_at, {_SELECT_PERSON} "  # noqa: S608 - constant text
        "FROM people p JOIN addresses a ON a.person_id = p.id "
        "LEFT JOIN grants g ON g.person_id = p.id "
        "WHERE p.withdrawn_at IS NULL AND p.over60 IS NOT NULL AND a.stopped_at IS NULL "
        "AND p.registered_at < $4 AND a.last_at < $5 "
        "AND NOT EXISTS (SELECT 1 FROM addresses b WHERE b.person_id = p.id"
        " AND b.last_at > a.last_at AND b.stopped_at IS NULL) "
        "AND NOT EXISTS (SELECT 1 FROM heard h WHERE h.person_id = p.id"
        " AND h.day BETWEEN $1 AND $2) "
        "AND NOT EXISTS (SELECT 1 FROM outbox o"
        " WHERE o.dedupe_key = $3 || ':' || CAST(p.id AS TEXT)) "
        "ORDER BY p.id, g.id",
        monday,
        sunday,
        key,
        to_text(registered_before),
        to_text(silent_since),
    )
    people: dict[int, list[Row]] = {}
    for row in rows:
        people.setdefault(row["id"], []).append(row)
    return [
        Address(
            channel=of_one[0]["channel"],
            address=of_one[0]["address"],
            person=_person(of_one),
            talk=of_one[0]["talk"],
            last_at=from_text(of_one[0]["last_at"]),
        )
        for of_one in people.values()
    ]

"""Members as a leader lists them: who takes part in some units, and where each can be reached."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from storage import consents
from storage.database import Row, Tx, to_text
from storage.people import Person

#: How somebody left, with all they did staying in the counts.
MOVED, DIED = "moved", "died"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Someone who takes part, as their leader sees them."""

    person: Person
    #: The telephone number a leader wrote down, digits only.
    phone: str | None = None
    #: The channels on which they can be written to now.
    channels: tuple[str, ...] = ()
    #: Whether they have an address anywhere, stopped or not.
    known: bool = False
    #: Whether they ever reported or learnt anything.
    active: bool = False


_ACTIVE = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} t WHERE t.person_id = p.id)"  # noqa: S608 - constant text
    for table in ("heard", "progress", "evidence")
)
_SELECT = (
    "SELECT p.id, p.name, p.form, p.unit, p.over60, p.phone, p.left_as, "  # noqa: S608 - constant text
    f"CASE WHEN {_ACTIVE} THEN 1 ELSE 0 END AS active FROM people p"
)
_ADDRESSES = (
    "SELECT s.person_id, a.channel, a.stopped_at FROM sharers s JOIN addresses a"
    " ON a.channel = s.channel AND a.address = s.address JOIN people p ON p.id = s.person_id"
)


async def of_units(tx: Tx, units: Collection[str]) -> list[Member]:
    """Everyone who takes part in some units."""
    marks = ", ".join(f"${number}" for number in range(1, len(units) + 1)) or "NULL"
    which = f"p.withdrawn_at IS NULL AND p.over60 IS NOT NULL AND p.unit IN ({marks})"
    return await _members(tx, which, *sorted(units))


async def get(tx: Tx, person_id: int) -> Member | None:
    """Someone who takes part, by id; None for anybody else."""
    which = "p.withdrawn_at IS NULL AND p.over60 IS NOT NULL AND p.id = $1"
    return next(iter(await _members(tx, which, person_id)), None)


async def left(tx: Tx, person_id: int) -> Member | None:
    """Someone who moved away or died, by id; None for anybody else."""
    return next(iter(await _members(tx, "p.left_as IS NOT NULL AND p.id = $1", person_id)), None)


async def _members(tx: Tx, which: str, *values: object) -> list[Member]:
    places: dict[int, list[Row]] = {}
    for row in await tx.fetch(f"{_ADDRESSES} WHERE {which} ORDER BY a.channel", *values):
        places.setdefault(row["person_id"], []).append(row)
    rows = await tx.fetch(f"{_SELECT} WHERE {which} ORDER BY p.id", *values)
    return [_member(row, places.get(row["id"], [])) for row in rows]


def _member(row: Row, places: list[Row]) -> Member:
    person = Person(
        id=row["id"],
        name=row["name"],
        form=row["form"],
        unit=row["unit"],
        over60=None if row["over60"] is None else bool(row["over60"]),
    )
    open_ = dict.fromkeys(one["channel"] for one in places if one["stopped_at"] is None)
    return Member(
        person=person,
        phone=row["phone"],
        channels=tuple(open_),
        known=bool(places),
        active=bool(row["active"]),
    )


async def add(
    tx: Tx,
    *,
    name: str,
    form: str,
    unit: str,
    over60: bool,
    phone: str | None,
    consent_version: str,
    channel: str,
    by: int | None,
    now: datetime,
) -> int:
    """Add a person who agreed to it through someone; the person's id. They have no address yet."""
    row = await tx.fetch_one(
        "INSERT INTO people (name, form, unit, over60, phone, registered_at) "
        "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        name,
        form,
        unit,
        int(over60),
        phone,
        to_text(now),
    )
    assert row is not None  # noqa: S101 - an INSERT … RETURNING gives its row
    person_id, version = int(row["id"]), f"{consents.THROUGH_LEADER}{consent_version}"
    await consents.keep(tx, person_id, version, channel, now, given=True, by=by)
    return person_id


async def added(tx: Tx, by: int, at: datetime) -> list[int]:
    """Whom somebody added at one instant, with the consent that they passed on."""
    rows = await tx.fetch(
        "SELECT c.person_id FROM consents c JOIN people p ON p.id = c.person_id"
        " WHERE c.by_id = $1 AND c.at = $2 AND p.registered_at = $2 ORDER BY c.person_id",
        by,
        to_text(at),
    )
    return [row["person_id"] for row in rows]


async def move(tx: Tx, person_id: int, unit: str) -> None:
    """Let a person belong to another unit from now on; what they did stays where it was done."""
    await tx.execute(
        "UPDATE people SET unit = $2, unit_words = NULL WHERE id = $1", person_id, unit
    )


async def leave(tx: Tx, person_id: int, left_as: str, now: datetime) -> bool:
    """Note that a person moved away or died; False when they take no part already.

    Nothing more is sent to them. Where others use their phone, one of those talks there now.
    """
    done = await tx.execute(
        "UPDATE people SET withdrawn_at = $2, left_as = $3 WHERE id = $1 AND withdrawn_at IS NULL",
        person_id,
        to_text(now),
        left_as,
    )
    if not done:
        return False
    await tx.execute(
        "UPDATE outbox SET state = 'failed', problem = 'left' "
        "WHERE person_id = $1 AND state = 'waiting'",
        person_id,
    )
    await tx.execute(
        "UPDATE addresses SET talk = '{}', person_id ="
        " (SELECT MIN(s.person_id) FROM sharers s JOIN people p ON p.id = s.person_id"
        " WHERE s.channel = addresses.channel AND s.address = addresses.address"
        " AND p.withdrawn_at IS NULL) WHERE person_id = $1",
        person_id,
    )
    return True


async def come_back(tx: Tx, person_id: int) -> bool:
    """Undo `leave`; False when there is nothing to undo."""
    done = await tx.execute(
        "UPDATE people SET withdrawn_at = NULL, left_as = NULL "
        "WHERE id = $1 AND left_as IS NOT NULL",
        person_id,
    )
    await tx.execute(
        "UPDATE addresses SET person_id = $1 WHERE person_id IS NULL AND EXISTS"
        " (SELECT 1 FROM sharers s WHERE s.person_id = $1 AND s.channel = addresses.channel"
        " AND s.address = addresses.address)",
        person_id,
    )
    return bool(done)


async def units_in_use(tx: Tx) -> set[str]:
    """The units in which somebody was registered, something was counted, or a right was given."""
    tables = ("people", "counts", "heard", "grants", "invites")
    every = " UNION ".join(f"SELECT unit FROM {table}" for table in tables)  # noqa: S608 - constant text
    return {row["unit"] for row in await tx.fetch(every) if row["unit"] is not None}

"""How many people each unit really has, as officers entered it with its day and its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from storage.database import Row, Tx, to_text

#: Everyone whom the plan wants informed; people of 60 or over; members of the association.
ALL, OVER60, MEMBERS = "all", "over60", "members"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The number of people of one kind in one unit (those of units below it included) on a day."""

    unit: str
    kind: str
    people: int
    day: date
    #: Where the number comes from, in words.
    source: str


async def add(tx: Tx, new: Roster, by: int, now: datetime) -> None:
    """Keep a number beside the earlier ones."""
    await tx.execute(
        "INSERT INTO rosters (unit, kind, people, day, source, by_id, at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        new.unit,
        new.kind,
        new.people,
        new.day.isoformat(),
        new.source,
        by,
        to_text(now),
    )


def _roster(row: Row) -> Roster:
    return Roster(
        unit=row["unit"],
        kind=row["kind"],
        people=row["people"],
        day=date.fromisoformat(row["day"]),
        source=row["source"],
    )


async def holding_on(tx: Tx, day: date) -> list[Roster]:
    """The number that holds on a day for each unit and kind: the last one up to it, by day.

    Where the first number is of a later day, that one. Of one day, the one entered last.
    """
    rows = await tx.fetch(
        "SELECT unit, kind, people, day, source FROM rosters ORDER BY unit, kind, day, id"
    )
    holding: dict[tuple[str, str], Roster] = {}
    for one in map(_roster, rows):
        key = (one.unit, one.kind)
        if one.day <= day or key not in holding:
            holding[key] = one
    return list(holding.values())


async def history(tx: Tx, unit: str, limit: int) -> list[Roster]:
    """What was entered for a unit, newest first."""
    rows = await tx.fetch(
        "SELECT unit, kind, people, day, source FROM rosters WHERE unit = $1 "
        "ORDER BY id DESC LIMIT $2",
        unit,
        limit,
    )
    return [_roster(row) for row in rows]

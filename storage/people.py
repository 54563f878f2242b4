"""People, and what they may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from storage.database import Row, Tx, to_text


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


#: What is read of people `p` with their grants `g`, a row a grant.
COLUMNS = (
    "p.id, p.name, p.form, p.unit, p.over60, g.role, g.unit AS grant_unit, g.agency AS grant_agency"
)


def one_of(rows: list[Row]) -> Person:
    """The person in the rows of one."""
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


def all_of(rows: list[Row]) -> list[Person]:
    """The people in the rows of several, in their order."""
    by_id: dict[int, list[Row]] = {}
    for row in rows:
        by_id.setdefault(row["id"], []).append(row)
    return [one_of(of_one) for of_one in by_id.values()]


async def get(tx: Tx, person_id: int) -> Person | None:
    """Someone registered, by id; None when they took everything back."""
    rows = await tx.fetch(
        f"SELECT {COLUMNS} FROM people p LEFT JOIN grants g ON g.person_id = p.id "  # noqa: S608 - constant text
        "WHERE p.id = $1 AND p.withdrawn_at IS NULL ORDER BY g.id",
        person_id,
    )
    return one_of(rows) if rows else None


async def rename(tx: Tx, person_id: int, name: str) -> None:
    """Correct a person's name."""
    await tx.execute("UPDATE people SET name = $2 WHERE id = $1", person_id, name)


async def holders(tx: Tx, roles: Collection[str], units: Collection[str]) -> list[int]:
    """Everyone who has one of some roles over one of some units, or over the whole program."""
    these, those = sorted(roles), sorted(units)
    marks = [f"${number}" for number in range(1, len(these) + len(those) + 1)]
    rows = await tx.fetch(
        "SELECT DISTINCT person_id FROM grants "  # noqa: S608 - numbered marks
        "WHERE person_id NOT IN (SELECT id FROM people WHERE withdrawn_at IS NOT NULL) "
        f"AND role IN ({', '.join(marks[: len(these)])}) "
        f"AND (unit IS NULL OR unit IN ({', '.join(marks[len(these) :])})) ORDER BY person_id",
        *these,
        *those,
    )
    return [row["person_id"] for row in rows]


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


async def taking_part(tx: Tx, units: Collection[str]) -> list[tuple[int, str, str, str]]:
    """Everyone registered in some units: id, name, unit, and key of the form of address."""
    marks = ", ".join(f"${number}" for number in range(1, len(units) + 1))
    rows = await tx.fetch(
        "SELECT id, name, unit, form FROM people "  # noqa: S608 - numbered marks
        f"WHERE withdrawn_at IS NULL AND over60 IS NOT NULL AND unit IN ({marks or 'NULL'}) "
        "ORDER BY id",
        *sorted(units),
    )
    return [(row["id"], row["name"], row["unit"], row["form"]) for row in rows]

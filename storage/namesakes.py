"""What tells people of one name apart: what is kept of them anyway, and nothing more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from storage.database import Tx, from_text


@dataclass(frozen=True, slots=True)
class Entry:
    """Someone in the book of a unit."""

    id: int
    name: str
    form: str
    unit: str
    #: The telephone number a leader wrote down, digits only.
    phone: str | None
    #: When they came into the book.
    since: datetime


async def book(tx: Tx, units: Collection[str]) -> list[Entry]:
    """Everyone who takes part in some units."""
    marks = ", ".join(f"${number}" for number in range(1, len(units) + 1)) or "NULL"
    rows = await tx.fetch(
        "SELECT id, name, form, unit, phone, registered_at FROM people"  # noqa: S608 - numbered marks
        f" WHERE withdrawn_at IS NULL AND over60 IS NOT NULL AND unit IN ({marks}) ORDER BY id",
        *sorted(units),
    )
    return [
        Entry(
            id=row["id"],
            name=row["name"],
            form=row["form"],
            unit=row["unit"],
            phone=row["phone"],
            since=from_text(row["registered_at"]),
        )
        for row in rows
    ]

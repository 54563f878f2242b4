"""Help that people asked for with the practice of a lesson, until someone has given it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from storage.database import Row, Tx, to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpRequest:
    """One person's wish for help with one lesson."""

    id: int
    person_id: int
    #: Who asks, as the person is called: name and key of the form of address.
    name: str
    form: str
    lesson: str
    unit: str
    is_open: bool


_SELECT = (
    "SELECT h.id, h.person_id, p.name, p.form, h.lesson, h.unit, h.solved_at "
    "FROM help_requests h JOIN people p ON p.id = h.person_id"
)


def _request(row: Row) -> HelpRequest:
    return HelpRequest(
        id=row["id"],
        person_id=row["person_id"],
        name=row["name"],
        form=row["form"],
        lesson=row["lesson"],
        unit=row["unit"],
        is_open=row["solved_at"] is None,
    )


async def ask(tx: Tx, person_id: int, lesson: str, unit: str, now: datetime) -> int | None:
    """Keep a request for help; its id, or None while the same one is still open."""
    row = await tx.fetch_one(
        "INSERT INTO help_requests (person_id, lesson, unit, asked_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (person_id, lesson) WHERE solved_at IS NULL DO NOTHING RETURNING id",
        person_id,
        lesson,
        unit,
        to_text(now),
    )
    return int(row["id"]) if row else None


async def note_told(tx: Tx, id_: int, helper: int) -> None:
    """Note that somebody was told of a request; once is enough."""
    await tx.execute(
        "INSERT INTO help_told (request_id, person_id) VALUES ($1, $2) "
        "ON CONFLICT (request_id, person_id) DO NOTHING",
        id_,
        helper,
    )


async def left_alone(tx: Tx, roles: Collection[str]) -> list[HelpRequest]:
    """The open requests, oldest first, of which nobody was told who still has one of some roles."""
    marks = ", ".join(f"${number}" for number in range(1, len(roles) + 1))
    rows = await tx.fetch(
        f"{_SELECT} WHERE h.solved_at IS NULL AND NOT EXISTS (SELECT 1 FROM help_told t"  # noqa: S608 - numbered marks
        " JOIN people q ON q.id = t.person_id AND q.withdrawn_at IS NULL"
        f" JOIN grants g ON g.person_id = t.person_id AND g.role IN ({marks})"
        " WHERE t.request_id = h.id) ORDER BY h.id",
        *sorted(roles),
    )
    return [_request(row) for row in rows]


async def get(tx: Tx, id_: int) -> HelpRequest | None:
    """One request, open or not."""
    row = await tx.fetch_one(f"{_SELECT} WHERE h.id = $1", id_)
    return _request(row) if row else None


async def open_in(tx: Tx, units: Collection[str], but: int) -> list[HelpRequest]:
    """The open requests of some units, oldest first; not one's own (`but`)."""
    marks = ", ".join(f"${number}" for number in range(2, len(units) + 2))
    rows = await tx.fetch(
        f"{_SELECT} WHERE h.solved_at IS NULL AND h.person_id <> $1 "
        f"AND h.unit IN ({marks or 'NULL'}) ORDER BY h.id",
        but,
        *sorted(units),
    )
    return [_request(row) for row in rows]


async def solve(tx: Tx, id_: int, by: int, now: datetime) -> bool:
    """Note that help was given, by whom and when; False when the request is not open."""
    return bool(
        await tx.execute(
            "UPDATE help_requests SET solved_at = $2, solved_by = $3 "
            "WHERE id = $1 AND solved_at IS NULL",
            id_,
            to_text(now),
            by,
        )
    )


async def needs_no_more(tx: Tx, person_id: int, lesson: str, now: datetime) -> None:
    """Close a person's open request about a lesson: they managed it without."""
    await tx.execute(
        "UPDATE help_requests SET solved_at = $3 "
        "WHERE person_id = $1 AND lesson = $2 AND solved_at IS NULL",
        person_id,
        lesson,
        to_text(now),
    )

"""Lessons left half-way: where people put them off, and where their talk stopped."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from storage.database import Tx, to_text
from storage.reminders import Moment, allowed


def reminder_key(person_id: int) -> str:
    """The name of the one reminder of lessons that the outbox keeps of a person."""
    return f"lesson:{person_id}"


_NOT_REMINDED = (
    "NOT EXISTS (SELECT 1 FROM outbox o WHERE o.dedupe_key = 'lesson:' || CAST({} AS TEXT))"
)


async def put_off(
    tx: Tx, at: Moment, lessons: Collection[str], since: datetime, until: datetime
) -> dict[int, str]:
    """Whoever may be reminded of one of some lessons, begun in a span and not finished; the latest.

    Nobody who still has a reminder of a lesson in the outbox.
    """
    args = [to_text(since), to_text(until), *at.args()]
    marks = ", ".join(f"${len(args) + number}" for number, _ in enumerate(lessons, 1))
    rows = await tx.fetch(
        "SELECT r.person_id, r.lesson FROM progress r WHERE r.finished_at IS NULL"  # noqa: S608 - constant text
        f" AND r.started_at BETWEEN $1 AND $2 AND r.lesson IN ({marks or 'NULL'})"
        f" AND {_NOT_REMINDED.format('r.person_id')} AND {allowed('r.person_id', 3)}"
        " ORDER BY r.started_at, r.lesson",
        *args,
        *lessons,
    )
    return {row["person_id"]: row["lesson"] for row in rows}


async def stopped(tx: Tx, at: Moment, since: datetime, until: datetime) -> dict[int, str]:
    """The talks, as JSON, of whoever may be reminded and wrote last in a span, in a lesson.

    Nobody who still has a reminder of a lesson in the outbox.
    """
    rows = await tx.fetch(
        "SELECT a.person_id, a.talk FROM addresses a"  # noqa: S608 - constant text
        " WHERE a.person_id IS NOT NULL AND a.last_at BETWEEN $1 AND $2"
        """ AND a.talk LIKE '%"lesson": "%'"""
        f" AND {_NOT_REMINDED.format('a.person_id')} AND {allowed('a.person_id', 3)}"
        " ORDER BY a.last_at",
        to_text(since),
        to_text(until),
        *at.args(),
    )
    return {row["person_id"]: row["talk"] for row in rows}

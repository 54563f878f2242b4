"""When each learnt skill is asked about again, and whom to remind of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from storage.consents import agreed
from storage.database import Tx
from storage.reminders import Moment, allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """A skill of a person that is asked about again; `card` is JSON of the scheduler's own."""

    person_id: int
    skill: str
    card: str
    due_on: date


async def start(tx: Tx, recall: Recall) -> None:
    """Begin to ask about a skill; nothing changes for one that is asked about already."""
    await tx.execute(
        "INSERT INTO recalls (person_id, skill, card, due_on) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (person_id, skill) DO NOTHING",
        recall.person_id,
        recall.skill,
        recall.card,
        recall.due_on.isoformat(),
    )


async def move(tx: Tx, recall: Recall) -> None:
    """Keep when a skill is asked about next, after it was."""
    await tx.execute(
        "UPDATE recalls SET card = $3, due_on = $4, reminded_on = NULL "
        "WHERE person_id = $1 AND skill = $2",
        recall.person_id,
        recall.skill,
        recall.card,
        recall.due_on.isoformat(),
    )


async def due(tx: Tx, person_id: int, today: date) -> list[Recall]:
    """What a person is to be asked about, the longest due first."""
    rows = await tx.fetch(
        "SELECT skill, card, due_on FROM recalls WHERE person_id = $1 AND due_on <= $2 "
        "ORDER BY due_on, skill",
        person_id,
        today.isoformat(),
    )
    return [
        Recall(
            person_id=person_id,
            skill=row["skill"],
            card=row["card"],
            due_on=date.fromisoformat(row["due_on"]),
        )
        for row in rows
    ]


async def to_remind(
    tx: Tx,
    at: Moment,
    skills: Collection[str],
    *,
    reminded_before: date,
    agreed_to: str,
    limit: int,
) -> list[tuple[int, str]]:
    """Whom to remind of which of some skills now: one skill a person, what is due longest first.

    Left out is who was reminded of any skill on or after a day, and who did not agree to a version
    of the words of consent: that skills are kept was not in the first ones.
    """
    args = [at.today.isoformat(), reminded_before.isoformat(), limit, *at.args(), agreed_to]
    marks = ", ".join(f"${len(args) + number}" for number, _ in enumerate(skills, 1))
    rows = await tx.fetch(
        "SELECT d.person_id, d.skill FROM (SELECT r.person_id, r.skill, r.due_on, ROW_NUMBER() OVER"  # noqa: S608 - constant text
        " (PARTITION BY r.person_id ORDER BY r.due_on, r.skill) AS place FROM recalls r "
        f"WHERE r.due_on <= $1 AND r.reminded_on IS NULL AND r.skill IN ({marks or 'NULL'}) "
        "AND NOT EXISTS (SELECT 1 FROM recalls o"
        " WHERE o.person_id = r.person_id AND o.reminded_on >= $2) "
        f"AND {agreed('r.person_id', 'CAST($8 AS TEXT)')} "
        f"AND {allowed('r.person_id', 4)}) d "
        "WHERE d.place = 1 ORDER BY d.due_on, d.person_id LIMIT $3",
        *args,
        *skills,
    )
    return [(row["person_id"], row["skill"]) for row in rows]


async def note_reminder(tx: Tx, person_id: int, skill: str, today: date) -> None:
    """Remember that a person was reminded: once for each time a skill is due."""
    await tx.execute(
        "UPDATE recalls SET reminded_on = $3 WHERE person_id = $1 AND skill = $2",
        person_id,
        skill,
        today.isoformat(),
    )

"""Lessons under way, skills at their three levels, and the evidence that a person was informed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from storage.database import Tx, to_text
from storage.reports import THOUSANDTHS, count

AWARENESS, DIGITAL_SKILLS = "awareness", "digital_skills"
PEOPLE = "người"
CHAT = "chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a person is in one lesson; `card` counts from 0."""

    lesson: str
    card: int
    finished: bool
    practised: bool


async def progress(tx: Tx, person_id: int) -> dict[str, Progress]:
    """Every lesson a person has opened."""
    rows = await tx.fetch(
        "SELECT lesson, card, finished_at, practised_at FROM progress WHERE person_id = $1",
        person_id,
    )
    return {
        row["lesson"]: Progress(
            lesson=row["lesson"],
            card=row["card"],
            finished=row["finished_at"] is not None,
            practised=row["practised_at"] is not None,
        )
        for row in rows
    }


async def keep_place(tx: Tx, person_id: int, lesson: str, card: int, now: datetime) -> None:
    """Remember the card at which a person left a lesson."""
    await tx.execute(
        "INSERT INTO progress (person_id, lesson, card, started_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (person_id, lesson) DO UPDATE SET card = excluded.card",
        person_id,
        lesson,
        card,
        to_text(now),
    )


async def finish(
    tx: Tx, person_id: int, lesson: str, right_answers: int, now: datetime, *, practised: bool
) -> None:
    """Remember a lesson as finished; doing it again keeps the first day and the better result."""
    await tx.execute(
        "INSERT INTO progress (person_id, lesson, card, right_answers, started_at, finished_at,"
        " practised_at) VALUES ($1, $2, 0, $3, $4, $4, $5) "
        "ON CONFLICT (person_id, lesson) DO UPDATE SET card = 0,"
        " right_answers = CASE WHEN progress.right_answers > excluded.right_answers"
        " THEN progress.right_answers ELSE excluded.right_answers END,"
        " finished_at = COALESCE(progress.finished_at, excluded.finished_at),"
        " practised_at = COALESCE(progress.practised_at, excluded.practised_at)",
        person_id,
        lesson,
        right_answers,
        to_text(now),
        to_text(now) if practised else None,
    )


async def reach(
    tx: Tx, person_id: int, skill: str, level: str, unit: str, day: date, required: Iterable[str]
) -> None:
    """Remember that a person reached a level of a skill, and count them once they have them all."""
    await tx.lock(f"skills:{person_id}")
    before = standing(await _skills(tx, person_id), required)
    await tx.execute(
        "INSERT INTO skills (person_id, skill, level, unit, day) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (person_id, skill, level) DO NOTHING",
        person_id,
        skill,
        level,
        unit,
        day.isoformat(),
    )
    after = standing(await _skills(tx, person_id), required)
    await count(
        tx,
        measure=DIGITAL_SKILLS,
        unit_of_measure=PEOPLE,
        unit=unit,
        day=day.isoformat(),
        source=CHAT,
        reported=THOUSANDTHS * (after[0] - before[0]),
        confirmed=THOUSANDTHS * (after[1] - before[1]),
    )


async def _skills(tx: Tx, person_id: int) -> set[tuple[str, str]]:
    rows = await tx.fetch("SELECT skill, level FROM skills WHERE person_id = $1", person_id)
    return {(row["skill"], row["level"]) for row in rows}


def standing(skills: set[tuple[str, str]], required: Iterable[str]) -> tuple[int, int]:
    """(1 if the person says they can do every required skill, 1 if all are confirmed)."""
    needed = list(required)
    says = all({(skill, "says"), (skill, "confirmed")} & skills for skill in needed)
    confirmed = all((skill, "confirmed") in skills for skill in needed)
    return int(says), int(confirmed)


async def inform(tx: Tx, person_id: int, kind: str, ref: str, unit: str, day: date) -> None:
    """Keep a piece of evidence that a person was informed; the first one counts the person."""
    await tx.lock(f"evidence:{person_id}")
    first = await tx.fetch_one("SELECT 1 AS one FROM evidence WHERE person_id = $1", person_id)
    await tx.execute(
        "INSERT INTO evidence (person_id, kind, ref, unit, day) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (person_id, kind, ref) DO NOTHING",
        person_id,
        kind,
        ref,
        unit,
        day.isoformat(),
    )
    if first is None:
        # The chat itself watched this happen, so it is confirmed as soon as it is reported.
        await count(
            tx,
            measure=AWARENESS,
            unit_of_measure=PEOPLE,
            unit=unit,
            day=day.isoformat(),
            source=CHAT,
            reported=THOUSANDTHS,
            confirmed=THOUSANDTHS,
        )

"""Lessons under way, and the evidence that a person was informed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from storage.database import Tx, from_text, to_text
from storage.reports import THOUSANDTHS, count

AWARENESS, PEOPLE, CHAT = "awareness", "người", "chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a person is in one lesson; `card` counts from 0."""

    lesson: str
    card: int
    finished_at: datetime | None
    practised: bool
    #: How often it was finished.
    times: int
    #: How many of the quiz were right, the best time.
    right: int
    #: The question of the quiz that waits, counting from 0; None among the cards.
    question: int | None
    #: How many were right so far, in a quiz that was left.
    right_so_far: int

    @property
    def finished(self) -> bool:
        """Whether the lesson was finished at least once."""
        return self.finished_at is not None

    @property
    def in_the_middle(self) -> bool:
        """Whether it was left before its end, the first time or once more."""
        return not self.finished or self.card > 0 or self.question is not None


async def progress(tx: Tx, person_id: int) -> dict[str, Progress]:
    """Every lesson a person has opened, those finished last first."""
    rows = await tx.fetch(
        "SELECT lesson, card, finished_at, practised_at, times, right_answers, question,"
        " right_so_far "
        "FROM progress WHERE person_id = $1 "
        "ORDER BY COALESCE(finished_at, '') DESC, started_at, lesson",
        person_id,
    )
    return {
        row["lesson"]: Progress(
            lesson=row["lesson"],
            card=row["card"],
            finished_at=from_text(row["finished_at"]) if row["finished_at"] else None,
            practised=row["practised_at"] is not None,
            times=row["times"],
            right=row["right_answers"] or 0,
            question=row["question"],
            right_so_far=row["right_so_far"],
        )
        for row in rows
    }


async def keep_place(
    tx: Tx,
    person_id: int,
    lesson: str,
    card: int,
    now: datetime,
    *,
    question: int | None = None,
    right_so_far: int = 0,
) -> None:
    """Remember the card at which a person left a lesson, or the question and what was right."""
    await tx.execute(
        "INSERT INTO progress (person_id, lesson, card, started_at, question, right_so_far) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person_id, lesson) DO UPDATE SET"
        " card = excluded.card, question = excluded.question,"
        " right_so_far = excluded.right_so_far",
        person_id,
        lesson,
        card,
        to_text(now),
        question,
        right_so_far,
    )


async def finish(
    tx: Tx, person_id: int, lesson: str, right_answers: int, now: datetime, *, practised: bool
) -> None:
    """Remember a lesson as finished; doing it again keeps the first day and the better result."""
    await tx.execute(
        "INSERT INTO progress (person_id, lesson, card, right_answers, started_at, finished_at,"
        " practised_at, times) VALUES ($1, $2, 0, $3, $4, $4, $5, 1) "
        "ON CONFLICT (person_id, lesson) DO UPDATE SET card = 0, question = NULL,"
        " right_so_far = 0, times = progress.times + 1,"
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


async def practise(tx: Tx, person_id: int, lesson: str, now: datetime) -> None:
    """Remember that the practice of a finished lesson was done after all."""
    await tx.execute(
        "UPDATE progress SET practised_at = $3 "
        "WHERE person_id = $1 AND lesson = $2 AND practised_at IS NULL AND finished_at IS NOT NULL",
        person_id,
        lesson,
        to_text(now),
    )


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
        await _count(tx, unit, day.isoformat(), 1)


async def take_back(tx: Tx, person_id: int, kind: str, ref: str) -> None:
    """Remove a piece of evidence; what then comes first counts the person, if there is any."""
    await tx.lock(f"evidence:{person_id}")
    await count_person(tx, person_id, times=-1)
    await tx.execute(
        "DELETE FROM evidence WHERE person_id = $1 AND kind = $2 AND ref = $3",
        person_id,
        kind,
        ref,
    )
    await count_person(tx, person_id, times=1)


async def count_person(tx: Tx, person_id: int, *, times: int) -> None:
    """Add (1) or take away (-1) what a person's first piece of evidence is counted for."""
    first = await tx.fetch_one(
        "SELECT unit, day FROM evidence WHERE person_id = $1 ORDER BY id LIMIT 1", person_id
    )
    if first is not None:
        await _count(tx, first["unit"], first["day"], times)


async def _count(tx: Tx, unit: str, day: str, times: int) -> None:
    # The chat itself watched this happen, so it is confirmed as soon as it is reported.
    await count(
        tx,
        measure=AWARENESS,
        unit_of_measure=PEOPLE,
        unit=unit,
        day=day,
        source=CHAT,
        reported=times * THOUSANDTHS,
        confirmed=times * THOUSANDTHS,
    )

"""Questions and what became of them: a question is its steps, and no step is ever changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from storage.database import Row, Tx, from_text, to_text

ASKED, UNCLEAR, PASSED, ANSWERED, CLOSED = "asked", "unclear", "passed", "answered", "closed"
#: Whoever has it was reminded of it.
CHASED = "chased"
#: After these it waits for an answer.
OPEN = (ASKED, UNCLEAR, PASSED, CHASED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened to a question."""

    step: str
    #: With whom it lies now: the leaders of the unit, or an agency by its key.
    desk: str
    words: str
    #: Who did it; None for what the program did by itself.
    by_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question with all its steps, oldest first."""

    id: int
    person_id: int
    #: Who asks, as the person is called: name and key of the form of address.
    name: str
    form: str
    unit: str
    subject: str
    steps: tuple[Step, ...]

    @property
    def number(self) -> int:
        """The number of the last step: whoever adds one says which was the last one seen."""
        return len(self.steps)

    @property
    def desk(self) -> str:
        """With whom it lies."""
        return self.steps[-1].desk

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.steps[-1].step in OPEN

    @property
    def asked(self) -> Step:
        """What the person said last."""
        return self._last(ASKED, UNCLEAR)

    @property
    def arrived(self) -> Step:
        """What brought it to where it lies."""
        return self._last(ASKED, UNCLEAR, PASSED)

    @property
    def chased_at(self) -> datetime | None:
        """When whoever has it was last reminded; None if not since it arrived there."""
        last = self.steps[-1]
        return last.at if last.step == CHASED else None

    def _last(self, *steps: str) -> Step:
        return next(one for one in reversed(self.steps) if one.step in steps)


_SELECT = (
    "SELECT q.id, q.person_id, p.name, p.form, q.unit, q.subject,"
    " s.step, s.desk, s.words, s.by_id, s.at "
    "FROM questions q JOIN people p ON p.id = q.person_id "
    "JOIN question_steps s ON s.question_id = q.id"
)
_IN_ORDER = "ORDER BY q.id, s.number"


def _questions(rows: Iterable[Row]) -> list[Question]:
    found = []
    for _, of_one in groupby(rows, key=lambda row: row["id"]):
        steps = list(of_one)
        first = steps[0]
        found.append(
            Question(
                id=first["id"],
                person_id=first["person_id"],
                name=first["name"],
                form=first["form"],
                unit=first["unit"],
                subject=first["subject"],
                steps=tuple(map(_step, steps)),
            )
        )
    return found


def _step(row: Row) -> Step:
    return Step(
        step=row["step"],
        desk=row["desk"],
        words=row["words"],
        by_id=row["by_id"],
        at=from_text(row["at"]),
    )


async def ask(tx: Tx, person_id: int, unit: str, subject: str, step: Step) -> Question:
    """Keep a new question with its first step."""
    row = await tx.fetch_one(
        "INSERT INTO questions (person_id, unit, subject) VALUES ($1, $2, $3) RETURNING id",
        person_id,
        unit,
        subject,
    )
    assert row is not None  # noqa: S101 - an INSERT … RETURNING gives its row
    await _keep(tx, row["id"], 1, step)
    kept = await get(tx, row["id"])
    assert kept is not None  # noqa: S101 - it was kept a moment ago
    return kept


async def add(tx: Tx, question: Question, step: Step) -> Question | None:
    """The question with one more step; None when something else happened to it meanwhile."""
    kept = await _keep(tx, question.id, question.number + 1, step)
    return await get(tx, question.id) if kept else None


async def _keep(tx: Tx, question_id: int, number: int, step: Step) -> bool:
    return bool(
        await tx.execute(
            "INSERT INTO question_steps (question_id, number, step, desk, words, by_id, at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (question_id, number) DO NOTHING",
            question_id,
            number,
            step.step,
            step.desk,
            step.words,
            step.by_id,
            to_text(step.at),
        )
    )


async def get(tx: Tx, id_: int) -> Question | None:
    """One question; None when there is none, or its person took everything back."""
    rows = await tx.fetch(
        f"{_SELECT} WHERE q.id = $1 AND p.withdrawn_at IS NULL {_IN_ORDER}",
        id_,
    )
    return next(iter(_questions(rows)), None)


async def count(tx: Tx, person_id: int) -> int:
    """How many questions a person asked."""
    row = await tx.fetch_one(
        "SELECT COUNT(*) AS questions FROM questions WHERE person_id = $1", person_id
    )
    return int(row["questions"]) if row else 0


async def answered(tx: Tx, person_id: int, since: datetime) -> list[Question]:
    """The questions of a person that were answered, or closed, since an instant; latest first."""
    rows = await tx.fetch(f"{_SELECT} WHERE q.person_id = $1 {_IN_ORDER}", person_id)
    found = [one for one in _questions(rows) if not one.is_open and one.steps[-1].at >= since]
    return sorted(found, key=lambda one: one.steps[-1].at, reverse=True)


async def waiting(tx: Tx) -> list[Question]:
    """Every question that waits for an answer, oldest first."""
    marks = ", ".join(f"'{step}'" for step in OPEN)
    rows = await tx.fetch(
        f"{_SELECT} WHERE p.withdrawn_at IS NULL AND"  # noqa: S608 - constant text
        " (SELECT l.step FROM question_steps l WHERE l.question_id = q.id"
        f" ORDER BY l.number DESC LIMIT 1) IN ({marks}) {_IN_ORDER}"
    )
    return _questions(rows)


async def every(tx: Tx) -> list[Question]:
    """Every question ever asked, oldest first; of who took everything back without their words."""
    return _questions(await tx.fetch(f"{_SELECT} {_IN_ORDER}"))


async def forget_enclosed(tx: Tx, before: datetime) -> None:
    """Delete the photos and voices of questions that were answered or closed before an instant."""
    done = (
        "SELECT l.question_id FROM question_steps l WHERE l.at < $1"  # noqa: S608 - constant text
        f" AND l.step IN ('{ANSWERED}', '{CLOSED}') AND l.number ="
        " (SELECT MAX(n.number) FROM question_steps n WHERE n.question_id = l.question_id)"
    )
    await tx.execute(f"DELETE FROM photos WHERE question_id IN ({done})", to_text(before))  # noqa: S608 - constant text
    await tx.execute(
        f"DELETE FROM enclosures WHERE EXISTS (SELECT 1 FROM ({done}) d"  # noqa: S608 - constant text
        " WHERE enclosures.belongs_to LIKE 'question:' || CAST(d.question_id AS TEXT) || ':%')",
        to_text(before),
    )

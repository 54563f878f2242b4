"""What was answered to surveys, counted: at its end whole, and in steps while a survey is open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from storage.database import Tx

#: A group of fewer people is not shown; and so many join at once what is shown of an open survey.
SMALLEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many people of one unit gave the same answer to a question.

    The answer is the number of a choice from 1, a number, or words; "" for words whose writer took
    everything back. None: skipped; while the survey is open also what is not shown yet.
    """

    number: int
    unit: str
    answer: str | None
    people: int


async def asked(tx: Tx, id_: int, units: Collection[str] | None) -> int:
    """How many people of some units (None: of all) a survey asks."""
    rows = await tx.fetch(
        "SELECT unit, COUNT(*) AS people FROM respondents WHERE survey_id = $1 GROUP BY unit", id_
    )
    return sum(row["people"] for row in rows if units is None or row["unit"] in units)


async def counts(tx: Tx, id_: int, units: Collection[str] | None, *, whole: bool) -> list[Count]:
    """Every answer given in some units (None: in all), counted: `whole`, or as far as shown."""
    answer = "answer" if whole else "shown"
    rows = await tx.fetch(
        f"SELECT number, unit, {answer} AS answer, COUNT(*) AS people FROM survey_answers"  # noqa: S608 - constant text
        f" WHERE survey_id = $1 GROUP BY number, unit, {answer} ORDER BY number, unit, {answer}",
        id_,
    )
    return [
        Count(number=row["number"], unit=row["unit"], answer=row["answer"], people=row["people"])
        for row in rows
        if units is None or row["unit"] in units
    ]


async def step(tx: Tx, id_: int, number: int) -> None:
    """Let results show what people answered, or changed, where enough of them did since.

    So that who looks before and after one answer learns nothing of it: a unit of which enough is
    shown to stand by itself goes on by its own people, all others together by theirs.
    """
    await tx.lock(f"survey:{id_}:{number}")
    rows = await tx.fetch(
        "SELECT unit, COUNT(shown) AS shown,"
        " SUM(CASE WHEN answer IS DISTINCT FROM shown THEN 1 ELSE 0 END) AS waiting"
        " FROM survey_answers WHERE survey_id = $1 AND number = $2 GROUP BY unit",
        id_,
        number,
    )
    alone = [[row] for row in rows if row["shown"] >= SMALLEST]
    others = [row for row in rows if row["shown"] < SMALLEST]
    await tx.execute_many(
        "UPDATE survey_answers SET shown = answer"
        " WHERE survey_id = $1 AND number = $2 AND unit = $3",
        [
            (id_, number, row["unit"])
            for group in (*alone, others)
            if sum(row["waiting"] for row in group) >= SMALLEST
            for row in group
        ],
    )


async def end_steps(tx: Tx, today: date) -> None:
    """Forget how the results of surveys that are closed were shown before."""
    await tx.execute(
        "UPDATE survey_answers SET shown = NULL WHERE shown IS NOT NULL AND survey_id IN"
        " (SELECT id FROM surveys WHERE closed_at IS NOT NULL OR last_day < $1)",
        today.isoformat(),
    )

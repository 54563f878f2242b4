"""Figures from outside the chat, entered by officers from a paper, counted as their own source.

A figure is of some days and is counted on the last of them: nobody knows how it fell on the others.
It is never changed: one that is wrong is taken back and entered anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from storage.database import Row, Tx, to_text
from storage.reports import OUTSIDE, THOUSANDTHS, count


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFigure:
    """What a paper says, about to be kept."""

    measure: str
    unit_of_measure: str
    unit: str
    quantity: Decimal
    first_day: date
    last_day: date
    #: The paper's number, its day, and whose it is, in words.
    paper: str
    paper_day: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(NewFigure):
    """A figure as it is kept."""

    id: int


async def add(tx: Tx, new: NewFigure, by: int, now: datetime) -> int:
    """Keep a figure and count it; its id."""
    row = await tx.fetch_one(
        "INSERT INTO outside (measure, unit_of_measure, unit, quantity, first_day, last_day, paper,"
        " paper_day, source, by_id, at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
        new.measure,
        new.unit_of_measure,
        new.unit,
        int(new.quantity * THOUSANDTHS),
        new.first_day.isoformat(),
        new.last_day.isoformat(),
        new.paper,
        new.paper_day.isoformat(),
        new.source,
        by,
        to_text(now),
    )
    assert row is not None  # noqa: S101 - an INSERT … RETURNING gives its row
    await _count(tx, new, 1)
    return int(row["id"])


async def take_back(tx: Tx, figure_id: int, by: int, now: datetime) -> bool:
    """Take a figure out of the counts; False if it no longer stands."""
    await tx.lock(f"outside:{figure_id}")
    figure = await get(tx, figure_id)
    if figure is None:
        return False
    await tx.execute(
        "UPDATE outside SET taken_back_by = $2, taken_back_at = $3 WHERE id = $1",
        figure_id,
        by,
        to_text(now),
    )
    await _count(tx, figure, -1)
    return True


async def _count(tx: Tx, figure: NewFigure, sign: int) -> None:
    thousandths = sign * int(figure.quantity * THOUSANDTHS)
    await count(
        tx,
        measure=figure.measure,
        unit_of_measure=figure.unit_of_measure,
        unit=figure.unit,
        day=figure.last_day.isoformat(),
        source=OUTSIDE,
        reported=thousandths,
        # It was confirmed by whoever signed the paper.
        confirmed=thousandths,
    )


def _figure(row: Row) -> Figure:
    return Figure(
        id=row["id"],
        measure=row["measure"],
        unit_of_measure=row["unit_of_measure"],
        unit=row["unit"],
        quantity=Decimal(row["quantity"]) / THOUSANDTHS,
        first_day=date.fromisoformat(row["first_day"]),
        last_day=date.fromisoformat(row["last_day"]),
        paper=row["paper"],
        paper_day=date.fromisoformat(row["paper_day"]),
        source=row["source"],
    )


async def get(tx: Tx, figure_id: int) -> Figure | None:
    """One figure that stands, or None."""
    row = await tx.fetch_one(
        "SELECT * FROM outside WHERE id = $1 AND taken_back_at IS NULL", figure_id
    )
    return None if row is None else _figure(row)


async def standing(tx: Tx, start: date, end: date) -> list[Figure]:
    """The figures that are counted between two days, both included."""
    rows = await tx.fetch(
        "SELECT * FROM outside WHERE last_day BETWEEN $1 AND $2 AND taken_back_at IS NULL "
        "ORDER BY last_day, id",
        start.isoformat(),
        end.isoformat(),
    )
    return [_figure(row) for row in rows]


async def of_unit(tx: Tx, measure: str, unit: str) -> list[Figure]:
    """The figures of one measure that stand for a unit, newest first."""
    rows = await tx.fetch(
        "SELECT * FROM outside WHERE measure = $1 AND unit = $2 AND taken_back_at IS NULL "
        "ORDER BY id DESC",
        measure,
        unit,
    )
    return [_figure(row) for row in rows]

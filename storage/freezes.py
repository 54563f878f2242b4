"""Tallies as they were frozen: kept byte for byte, never changed, each later one a new revision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from storage.database import Row, Tx, from_text, to_text
from storage.reports import THOUSANDTHS


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """One revision of a period: when it was frozen, and the tally as JSON text."""

    period: str
    revision: int
    made_at: datetime
    #: The number of the last report there was: what has a later one was told later.
    last_report: int
    tally: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """What was told after a freeze about earlier days, in one unit, of one activity."""

    unit: str
    activity: str
    unit_of_measure: str
    reports: int
    quantity: Decimal


async def one_by_one(tx: Tx, period: str) -> None:
    """Let others who freeze a period wait, and whatever would change a figure meanwhile."""
    await tx.lock(f"freeze:{period}")
    for table in ("reports", "counts"):
        await tx.lock_table(table)


async def add(
    tx: Tx, period: str, revision: int, tally: str, by: int | None, now: datetime
) -> None:
    """Keep a revision; `by` is None where nobody in the chat froze it."""
    await tx.execute(
        "INSERT INTO freezes (period, revision, made_at, by_id, tally, last_report) "
        "SELECT $1, $2, $3, $4, $5, COALESCE(MAX(id), 0) FROM reports",
        period,
        revision,
        to_text(now),
        by,
        tally,
    )


def _freeze(row: Row) -> Freeze:
    return Freeze(
        period=row["period"],
        revision=row["revision"],
        made_at=from_text(row["made_at"]),
        last_report=row["last_report"],
        tally=row["tally"],
    )


async def get(tx: Tx, period: str, revision: int | None = None) -> Freeze | None:
    """One revision of a period, the last one unless it is told which; None where there is none."""
    row = await tx.fetch_one(
        "SELECT period, revision, made_at, last_report, tally FROM freezes "
        "WHERE period = $1 AND ($2 = 0 OR revision = $2) ORDER BY revision DESC LIMIT 1",
        period,
        revision or 0,
    )
    return None if row is None else _freeze(row)


async def every(tx: Tx) -> list[tuple[str, int, datetime, str]]:
    """The period, the number, the instant and the name of who, of every freeze, the latest first.

    The name is empty where nobody in the chat froze it, or who did is erased.
    """
    rows = await tx.fetch(
        "SELECT f.period, f.revision, f.made_at, COALESCE(p.name, '') AS name "
        "FROM freezes f LEFT JOIN people p ON p.id = f.by_id "
        "ORDER BY f.made_at DESC, f.revision DESC"
    )
    return [
        (row["period"], row["revision"], from_text(row["made_at"]), row["name"]) for row in rows
    ]


async def frozen_by(tx: Tx, period: str, revision: int) -> str:
    """The name of who froze a revision; empty where that is nobody in the chat, or erased."""
    row = await tx.fetch_one(
        "SELECT p.name FROM freezes f JOIN people p ON p.id = f.by_id "
        "WHERE f.period = $1 AND f.revision = $2",
        period,
        revision,
    )
    return "" if row is None else str(row["name"])


async def late(tx: Tx, start: date, end: date, after: int) -> list[Late]:
    """What stands of some days, both included, and was told after the report of a number.

    A correction of what was told before is not late.
    """
    rows = await tx.fetch(
        "SELECT unit, activity, unit_of_measure, COUNT(*) AS reports,"
        " CAST(SUM(quantity) AS BIGINT) AS quantity FROM reports "
        "WHERE done_on BETWEEN $1 AND $2 AND id > $3 AND replaces IS NULL"
        " AND status IN ('reported', 'confirmed') "
        "GROUP BY unit, activity, unit_of_measure ORDER BY unit, activity, unit_of_measure",
        start.isoformat(),
        end.isoformat(),
        after,
    )
    return [
        Late(
            unit=row["unit"],
            activity=row["activity"],
            unit_of_measure=row["unit_of_measure"],
            reports=int(row["reports"]),
            quantity=Decimal(row["quantity"]) / THOUSANDTHS,
        )
        for row in rows
    ]

"""Reports of what was done, and the counts kept beside them in the same transaction.

Quantities are whole thousandths (5 trees are 5000, 2,5 kg are 2500), so sums are exact on both
databases and in any order.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from storage.database import Row, Tx, from_text, to_text

THOUSANDTHS = 1000

REPORTED, CONFIRMED, REJECTED, SUPERSEDED = "reported", "confirmed", "rejected", "superseded"
SELF = "self"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """What a person says was done, about to be kept."""

    person_id: int | None
    unit: str
    activity: str
    quantity: Decimal
    unit_of_measure: str
    what: str | None
    done_on: date
    source: str
    #: The person's own words, and what was understood from them (JSON text).
    words: str
    understood: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report as it is kept. Nothing in it changes but its status and its review."""

    id: int
    person_id: int | None
    unit: str
    activity: str
    quantity: Decimal
    unit_of_measure: str
    what: str | None
    done_on: date
    source: str
    words: str
    status: str
    reported_at: datetime
    reporter: str | None = None


async def add(tx: Tx, new: NewReport, now: datetime) -> int:
    """Keep a report and count it; its id."""
    row = await tx.fetch_one(
        "INSERT INTO reports (person_id, unit, activity, quantity, unit_of_measure, what, done_on,"
        " source, words, understood, status, reported_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
        new.person_id,
        new.unit,
        new.activity,
        int(new.quantity * THOUSANDTHS),
        new.unit_of_measure,
        new.what,
        new.done_on.isoformat(),
        new.source,
        new.words,
        new.understood,
        REPORTED,
        to_text(now),
    )
    assert row is not None  # noqa: S101 - an INSERT … RETURNING gives its row
    report = await get(tx, int(row["id"]))
    assert report is not None  # noqa: S101 - it was inserted a moment ago
    await _count(tx, report, before=None, after=REPORTED)
    if new.person_id is not None:
        await hear(tx, new.person_id, new.unit, new.done_on)
    return report.id


async def hear(tx: Tx, person_id: int, unit: str, day: date) -> None:
    """Note that a person has been heard from for a day, even if only to say nothing was done."""
    await tx.execute(
        "INSERT INTO heard (person_id, day, unit) VALUES ($1, $2, $3) "
        "ON CONFLICT (person_id, day) DO NOTHING",
        person_id,
        day.isoformat(),
        unit,
    )


_SELECT = (
    "SELECT r.id, r.person_id, r.unit, r.activity, r.quantity, r.unit_of_measure, r.what,"
    " r.done_on, r.source, r.words, r.status, r.reported_at, p.name AS reporter "
    "FROM reports r LEFT JOIN people p ON p.id = r.person_id "
)


def _report(row: Row) -> Report:
    return Report(
        id=row["id"],
        person_id=row["person_id"],
        unit=row["unit"],
        activity=row["activity"],
        quantity=Decimal(row["quantity"]) / THOUSANDTHS,
        unit_of_measure=row["unit_of_measure"],
        what=row["what"],
        done_on=date.fromisoformat(row["done_on"]),
        source=row["source"],
        words=row["words"],
        status=row["status"],
        reported_at=from_text(row["reported_at"]),
        reporter=row["reporter"],
    )


async def get(tx: Tx, report_id: int) -> Report | None:
    """One report, or None."""
    row = await tx.fetch_one(f"{_SELECT} WHERE r.id = $1", report_id)
    return None if row is None else _report(row)


async def of_person(tx: Tx, person_id: int, limit: int) -> list[Report]:
    """A person's latest reports that still stand, newest first."""
    rows = await tx.fetch(
        f"{_SELECT} WHERE r.person_id = $1 AND r.status IN ('reported', 'confirmed') "
        "ORDER BY r.id DESC LIMIT $2",
        person_id,
        limit,
    )
    return [_report(row) for row in rows]


async def unreviewed(
    tx: Tx, units: Collection[str] | None, reviewer_id: int, limit: int
) -> tuple[list[Report], int]:
    """The oldest reports that wait for a review in some units (None: in all), and how many wait.

    Nobody reviews a report of their own, so the reviewer's are left out.
    """
    where = "r.status = 'reported' AND (r.person_id IS NULL OR r.person_id <> $1)"
    codes = sorted(units or ())
    if units is not None:
        marks = ", ".join(f"${number}" for number in range(2, len(codes) + 2))
        where += f" AND r.unit IN ({marks or 'NULL'})"
    rows = await tx.fetch(
        f"{_SELECT} WHERE {where} ORDER BY r.id LIMIT ${len(codes) + 2}",
        reviewer_id,
        *codes,
        limit,
    )
    total = await tx.fetch_one(
        f"SELECT COUNT(*) AS reports FROM reports r WHERE {where}",  # noqa: S608 - numbered marks
        reviewer_id,
        *codes,
    )
    return [_report(row) for row in rows], int(total["reports"]) if total else 0


async def change_status(
    tx: Tx,
    report_id: int,
    *,
    to: str,
    by: int,
    now: datetime,
    reason: str | None = None,
) -> bool:
    """Confirm, reject or supersede a report and count the change; False if it no longer stands."""
    await tx.lock(f"report:{report_id}")
    report = await get(tx, report_id)
    if report is None or report.status in {REJECTED, SUPERSEDED, to}:
        return False
    await tx.execute(
        "UPDATE reports SET status = $2, reviewer_id = $3, reviewed_at = $4, reason = $5 "
        "WHERE id = $1",
        report_id,
        to,
        by,
        to_text(now),
        reason,
    )
    await _count(tx, report, before=report.status, after=to)
    return True


def _counted(status: str | None) -> tuple[int, int]:
    return {REPORTED: (1, 0), CONFIRMED: (1, 1)}.get(status or "", (0, 0))


async def _count(tx: Tx, report: Report, *, before: str | None, after: str) -> None:
    was, now_is = _counted(before), _counted(after)
    quantity = int(report.quantity * THOUSANDTHS)
    await count(
        tx,
        measure=report.activity,
        unit_of_measure=report.unit_of_measure,
        unit=report.unit,
        day=report.done_on.isoformat(),
        source=report.source,
        reported=quantity * (now_is[0] - was[0]),
        confirmed=quantity * (now_is[1] - was[1]),
    )


async def count(
    tx: Tx,
    *,
    measure: str,
    unit_of_measure: str,
    unit: str,
    day: str,
    source: str,
    reported: int,
    confirmed: int,
) -> None:
    """Add (or, when negative, take away) thousandths to the counts of one unit and day."""
    if reported == confirmed == 0:
        return
    await tx.execute(
        "INSERT INTO counts (measure, unit_of_measure, unit, day, source, reported, confirmed) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) "
        "ON CONFLICT (measure, unit_of_measure, unit, day, source) DO UPDATE "
        "SET reported = counts.reported + excluded.reported,"
        " confirmed = counts.confirmed + excluded.confirmed",
        measure,
        unit_of_measure,
        unit,
        day,
        source,
        reported,
        confirmed,
    )

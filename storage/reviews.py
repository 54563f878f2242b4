"""Reports that wait for a review, and what became of those that no longer stand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from storage import reports
from storage.database import Tx
from storage.reports import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How many reports no longer stand as they were told."""

    corrected: int = 0
    taken_back: int = 0
    refused: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            corrected=self.corrected + other.corrected,
            taken_back=self.taken_back + other.taken_back,
            refused=self.refused + other.refused,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The reports of one activity: how many were told, wait for a review, stand no longer."""

    reports: int = 0
    waiting: int = 0
    changes: Changes = Changes()

    def __add__(self, other: Told) -> Told:
        return Told(
            reports=self.reports + other.reports,
            waiting=self.waiting + other.waiting,
            changes=self.changes + other.changes,
        )


async def told(tx: Tx, start: date, end: date) -> dict[tuple[str, str], Told]:
    """By unit and activity, what became of the reports of some days, both included.

    A report that another has taken the place of is corrected, also when it was refused before.
    """
    rows = await tx.fetch(
        "SELECT r.unit, r.activity, COUNT(*) AS reports,"
        " SUM(CASE WHEN r.status = $3 THEN 1 ELSE 0 END) AS waiting,"
        " SUM(CASE WHEN n.id IS NULL OR r.status NOT IN ($4, $5) THEN 0 ELSE 1 END) AS corrected,"
        " SUM(CASE WHEN n.id IS NULL AND r.status = $4 THEN 1 ELSE 0 END) AS taken_back,"
        " SUM(CASE WHEN n.id IS NULL AND r.status = $5 THEN 1 ELSE 0 END) AS refused "
        "FROM reports r LEFT JOIN reports n ON n.replaces = r.id "
        "WHERE r.done_on BETWEEN $1 AND $2 GROUP BY r.unit, r.activity",
        start.isoformat(),
        end.isoformat(),
        reports.REPORTED,
        reports.SUPERSEDED,
        reports.REJECTED,
    )
    return {
        (row["unit"], row["activity"]): Told(
            reports=int(row["reports"]),
            waiting=int(row["waiting"]),
            changes=Changes(
                corrected=int(row["corrected"]),
                taken_back=int(row["taken_back"]),
                refused=int(row["refused"]),
            ),
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a review: the oldest, doubtful ones first, and how many in all."""

    first: list[Report]
    total: int
    doubtful: int


async def unreviewed(
    tx: Tx,
    units: Collection[str] | None,
    activities: Collection[str] | None,
    reviewer_id: int,
    limit: int,
) -> Waiting:
    """What waits for a review in some units and of some activities (None: in all, of all).

    Nobody reviews what they did or told themselves, so the reviewer's own are left out.
    """
    where = (
        "r.status = 'reported' AND (r.person_id IS NULL OR r.person_id <> $1)"
        " AND (r.reported_by IS NULL OR r.reported_by <> $1)"
    )
    codes: list[str] = []
    for column, some in (("unit", units), ("activity", activities)):
        if some is not None:
            first = len(codes) + 2
            codes += sorted(some)
            marks = ", ".join(f"${number}" for number in range(first, len(codes) + 2))
            where += f" AND r.{column} IN ({marks or 'NULL'})"
    rows = await tx.fetch(
        f"{reports.SELECT} WHERE {where} ORDER BY CASE WHEN r.doubts = '' THEN 1 ELSE 0 END, r.id "
        f"LIMIT ${len(codes) + 2}",
        reviewer_id,
        *codes,
        limit,
    )
    total = await tx.fetch_one(
        "SELECT COUNT(*) AS reports,"  # noqa: S608 - numbered marks
        " COALESCE(SUM(CASE WHEN r.doubts = '' THEN 0 ELSE 1 END), 0) AS doubtful "
        f"FROM reports r WHERE {where}",
        reviewer_id,
        *codes,
    )
    assert total is not None  # noqa: S101 - an aggregate always gives a row
    return Waiting(
        [reports.report_of(row) for row in rows], int(total["reports"]), int(total["doubtful"])
    )

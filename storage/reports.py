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
#: Who told: the person, someone for them, a gathering's result, an officer with a paper.
SELF, PROXY, GATHERING, OUTSIDE = "self", "proxy", "gathering", "outside"
#: What makes a report worth a second look: a large amount, one that may be the same as another,
#: one that may be of a whole group.
LARGE, AGAIN, GROUP = "large", "again", "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """What a person says was done, about to be kept."""

    #: Who did it, when that is one registered person.
    person_id: int | None
    #: Who told it.
    reported_by: int | None
    #: Who did it, in words, when that is nobody registered: a name, a chi hội.
    on_behalf_of: str | None = None
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
    doubts: tuple[str, ...] = ()
    #: The checks that were answered with yes.
    checks: tuple[str, ...] = ()
    #: The report that this one corrects.
    replaces: int | None = None
    #: What this is a follow-up of: an activity and a month ("trees:2026-08").
    follows: str | None = None
    #: The number of the list it was told in.
    batch: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report as it is kept. Nothing in it changes but its status and its review."""

    id: int
    person_id: int | None
    reported_by: int | None
    on_behalf_of: str | None
    unit: str
    activity: str
    quantity: Decimal
    unit_of_measure: str
    what: str | None
    done_on: date
    source: str
    words: str
    doubts: tuple[str, ...]
    checks: tuple[str, ...]
    follows: str | None
    batch: int | None
    status: str
    reason: str | None
    reported_at: datetime
    #: Who did it, by name, when that is known.
    doer: str | None = None

    @property
    def stands(self) -> bool:
        """Whether it is counted."""
        return self.status in {REPORTED, CONFIRMED}


async def add(tx: Tx, new: NewReport, now: datetime) -> int:
    """Keep a report and count it; its id."""
    row = await tx.fetch_one(
        "INSERT INTO reports (person_id, reported_by, on_behalf_of, unit, activity, quantity,"
        " unit_of_measure, what, done_on, source, words, understood, doubts, checks, replaces,"
        " follows, batch, status, reported_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
        " $11, $12, $13, $14, $15, $16, $17, $18, $19) RETURNING id",
        new.person_id,
        new.reported_by,
        new.on_behalf_of,
        new.unit,
        new.activity,
        int(new.quantity * THOUSANDTHS),
        new.unit_of_measure,
        new.what,
        new.done_on.isoformat(),
        new.source,
        new.words,
        new.understood,
        ",".join(new.doubts),
        ",".join(new.checks),
        new.replaces,
        new.follows,
        new.batch,
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


SELECT = (
    "SELECT r.*, COALESCE(p.name, r.on_behalf_of) AS doer "
    "FROM reports r LEFT JOIN people p ON p.id = r.person_id "
)
_STANDS = "r.status IN ('reported', 'confirmed')"


def report_of(row: Row) -> Report:
    """A report as it was read."""
    return Report(
        id=row["id"],
        person_id=row["person_id"],
        reported_by=row["reported_by"],
        on_behalf_of=row["on_behalf_of"],
        unit=row["unit"],
        activity=row["activity"],
        quantity=Decimal(row["quantity"]) / THOUSANDTHS,
        unit_of_measure=row["unit_of_measure"],
        what=row["what"],
        done_on=date.fromisoformat(row["done_on"]),
        source=row["source"],
        words=row["words"],
        doubts=_listed(row["doubts"]),
        checks=_listed(row["checks"]),
        follows=row["follows"],
        batch=row["batch"],
        status=row["status"],
        reason=row["reason"],
        reported_at=from_text(row["reported_at"]),
        doer=row["doer"],
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


async def get(tx: Tx, report_id: int) -> Report | None:
    """One report, or None."""
    row = await tx.fetch_one(f"{SELECT} WHERE r.id = $1", report_id)
    return None if row is None else report_of(row)


async def of_person(tx: Tx, person_id: int, limit: int) -> list[Report]:
    """A person's latest reports that still stand, newest first."""
    rows = await tx.fetch(
        f"{SELECT} WHERE r.person_id = $1 AND {_STANDS} ORDER BY r.id DESC LIMIT $2",
        person_id,
        limit,
    )
    return [report_of(row) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What a person did of one activity, in one unit of measure, as far as it stands."""

    activity: str
    unit_of_measure: str
    reports: int
    quantity: Decimal


async def totals(tx: Tx, person_id: int) -> list[Total]:
    """All that a person did, by activity and unit of measure."""
    rows = await tx.fetch(
        "SELECT r.activity, r.unit_of_measure, COUNT(*) AS reports,"  # noqa: S608 - constant text
        " CAST(SUM(r.quantity) AS BIGINT) AS quantity FROM reports r "
        f"WHERE r.person_id = $1 AND {_STANDS} GROUP BY r.activity, r.unit_of_measure",
        person_id,
    )
    return [
        Total(
            activity=row["activity"],
            unit_of_measure=row["unit_of_measure"],
            reports=int(row["reports"]),
            quantity=Decimal(row["quantity"]) / THOUSANDTHS,
        )
        for row in rows
    ]


async def told_by(tx: Tx, person_id: int, limit: int, skip: int = 0) -> list[Report]:
    """The latest standing reports that a person told, of themself or for others, newest first."""
    rows = await tx.fetch(
        f"{SELECT} WHERE r.reported_by = $1 AND {_STANDS} ORDER BY r.id DESC LIMIT $2 OFFSET $3",
        person_id,
        limit,
        skip,
    )
    return [report_of(row) for row in rows]


async def of_person_since(tx: Tx, person_id: int, since: datetime, limit: int) -> list[Report]:
    """What a person did, told since an instant, as far as it stands; newest first."""
    rows = await tx.fetch(
        f"{SELECT} WHERE r.person_id = $1 AND {_STANDS} AND r.reported_at >= $2 "
        "ORDER BY r.id DESC LIMIT $3",
        person_id,
        to_text(since),
        limit,
    )
    return [report_of(row) for row in rows]


async def done_in(
    tx: Tx, person_id: int, activity: str, unit_of_measure: str, start: date, end: date
) -> int:
    """How much of an activity a person did between two days, both included; whole ones."""
    row = await tx.fetch_one(
        "SELECT CAST(COALESCE(SUM(r.quantity), 0) AS BIGINT) AS quantity FROM reports r "  # noqa: S608 - constant text
        f"WHERE r.person_id = $1 AND r.activity = $2 AND r.unit_of_measure = $3 AND {_STANDS} "
        "AND r.done_on BETWEEN $4 AND $5",
        person_id,
        activity,
        unit_of_measure,
        start.isoformat(),
        end.isoformat(),
    )
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return int(row["quantity"]) // THOUSANDTHS


async def told_by_people(tx: Tx, units: Collection[str], activity: str, day: date) -> Decimal:
    """How much of an activity people of some units told of a day, or had told for them."""
    codes = sorted(units)
    marks = ", ".join(f"${number}" for number in range(3, len(codes) + 3)) or "NULL"
    row = await tx.fetch_one(
        "SELECT CAST(COALESCE(SUM(r.quantity), 0) AS BIGINT) AS quantity FROM reports r "  # noqa: S608 - numbered marks
        f"WHERE r.activity = $1 AND r.done_on = $2 AND {_STANDS} "
        f"AND r.source IN ('{SELF}', '{PROXY}') AND r.unit IN ({marks})",
        activity,
        day.isoformat(),
        *codes,
    )
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return Decimal(row["quantity"]) / THOUSANDTHS


async def following(tx: Tx, person_id: int, planted: str) -> Report | None:
    """A person's latest look at what was planted ("trees:2026-08"), as far as it stands."""
    row = await tx.fetch_one(
        f"{SELECT} WHERE r.person_id = $1 AND r.follows = $2 AND {_STANDS} "
        "ORDER BY r.id DESC LIMIT 1",
        person_id,
        planted,
    )
    return None if row is None else report_of(row)


async def is_replaced(tx: Tx, report_id: int) -> bool:
    """Whether another report, counted or not, has taken the place of a report."""
    row = await tx.fetch_one("SELECT 1 AS one FROM reports WHERE replaces = $1", report_id)
    return row is not None


async def of_batch(tx: Tx, batch: int) -> list[Report]:
    """The standing reports of one list."""
    rows = await tx.fetch(f"{SELECT} WHERE r.batch = $1 AND {_STANDS} ORDER BY r.id", batch)
    return [report_of(row) for row in rows]


async def next_batch(tx: Tx) -> int:
    """A number for a new list of reports."""
    await tx.lock("batches")
    row = await tx.fetch_one("SELECT COALESCE(MAX(batch), 0) + 1 AS batch FROM reports")
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return int(row["batch"])


async def ever_did(tx: Tx, person_id: int, activity: str) -> Report | None:
    """A person's first standing report of an activity, or None."""
    row = await tx.fetch_one(
        f"{SELECT} WHERE r.person_id = $1 AND r.activity = $2 AND {_STANDS} ORDER BY r.id LIMIT 1",
        person_id,
        activity,
    )
    return None if row is None else report_of(row)


async def change_status(
    tx: Tx,
    report_id: int,
    *,
    to: str,
    by: int,
    now: datetime,
    reason: str | None = None,
    only: str | None = None,
) -> bool:
    """Confirm, reject or supersede a report and count the change; False if it no longer stands.

    With `only`, it is changed only from that status: who looked at it may have been overtaken.
    What the report was before, and who changed it when and why, stays in its reviews.
    """
    await tx.lock(f"report:{report_id}")
    report = await get(tx, report_id)
    if report is None or report.status in {REJECTED, SUPERSEDED, to}:
        return False
    if only is not None and report.status != only:
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
    await tx.execute(
        "INSERT INTO reviews (report_id, status, by_id, at, reason) VALUES ($1, $2, $3, $4, $5)",
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


async def told_of(
    tx: Tx, person_ids: Collection[int], reported_by: int, since: datetime
) -> list[Report]:
    """The standing reports since an instant that some people did, or that one person told."""
    ids = sorted(person_ids)
    marks = ", ".join(f"${number}" for number in range(3, len(ids) + 3))
    rows = await tx.fetch(
        f"{SELECT} WHERE (r.person_id IN ({marks or 'NULL'}) OR r.reported_by = $2) "
        f"AND {_STANDS} AND r.reported_at >= $1 ORDER BY r.id",
        to_text(since),
        reported_by,
        *ids,
    )
    return [report_of(row) for row in rows]

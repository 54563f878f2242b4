"""What figures are made of, one by one: reports, people who were informed or learnt, entries.

The counts say how much; the grounds say what, where, by whom and in which words. For the same days,
units and measures their sums are the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from storage.database import Row, Tx, from_text
from storage.learning import CHAT
from storage.registers import REGISTER, added
from storage.reports import CONFIRMED, REPORTED, THOUSANDTHS
from storage.skills import SAYS, counted, of_everyone

ONE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One thing that figures count, and how much of each it adds."""

    kind: Literal["report", "informed", "skilled", "entry", "paper"]
    id: int
    day: date
    unit: str
    source: str
    reported: Decimal
    confirmed: Decimal
    #: An activity, a lesson, a register: what it is a ground for.
    measure: str
    unit_of_measure: str = ""
    #: The amount as it was told; of an entry, how many people.
    quantity: Decimal = Decimal(0)
    #: A tree, or the name of an entry.
    what: str | None = None
    words: str = ""
    status: str = ""
    #: Who did it, by name; who told or decided what it is now, by name and role.
    doer: str | None = None
    reviewer: str | None = None
    reviewer_role: str | None = None
    reviewed_at: datetime | None = None
    reason: str | None = None
    doubts: tuple[str, ...] = ()
    #: When a report was told, and whether it corrects one told before.
    told_at: datetime | None = None
    corrects: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which reports, or which people who were informed: of some days, units and kinds."""

    start: date
    end: date
    #: The units; None for all. With `others` also what is of none of these known ones.
    units: Collection[str] | None = None
    others: Collection[str] = ()
    #: Activities, each in a unit of measure; none for all.
    kinds: Collection[tuple[str, str]] = ()
    statuses: Collection[str] = (REPORTED, CONFIRMED)

    def where(self, table: str, day: str) -> tuple[str, list[object]]:
        """The condition in SQL, and its arguments from $1 on."""
        args: list[object] = [self.start.isoformat(), self.end.isoformat()]

        def marks(values: Iterable[str]) -> str:
            listed = sorted(values)
            args.extend(listed)
            first = len(args) - len(listed) + 1
            return ", ".join(f"${number}" for number in range(first, len(args) + 1)) or "NULL"

        parts = [f"{table}.{day} BETWEEN $1 AND $2"]
        if self.units is not None:
            units = f"{table}.unit IN ({marks(self.units)})"
            if self.others:
                units = f"({units} OR {table}.unit NOT IN ({marks(self.others)}))"
            parts.append(units)
        if table == "r":
            parts.append(f"r.status IN ({marks(self.statuses)})")
        if self.kinds:
            pairs = " OR ".join(
                f"(r.activity = {marks([activity])} AND r.unit_of_measure = {marks([measure])})"
                for activity, measure in sorted(self.kinds)
            )
            parts.append(f"({pairs})")
        return " AND ".join(parts), args


@dataclass(frozen=True, slots=True)
class Sum:
    """How many grounds there are, and what they add up to."""

    grounds: int = 0
    reported: Decimal = Decimal(0)
    confirmed: Decimal = Decimal(0)

    def __add__(self, other: Sum) -> Sum:
        return Sum(
            self.grounds + other.grounds,
            self.reported + other.reported,
            self.confirmed + other.confirmed,
        )


def summed(grounds: Collection[Ground]) -> Sum:
    """The sum of some grounds."""
    return Sum(
        len(grounds),
        sum((one.reported for one in grounds), Decimal(0)),
        sum((one.confirmed for one in grounds), Decimal(0)),
    )


# --- reports

_REPORTS = (
    "SELECT r.*, COALESCE(p.name, r.on_behalf_of) AS doer, v.name AS reviewer,"
    " (SELECT MIN(g.role) FROM grants g WHERE g.person_id = r.reviewer_id) AS reviewer_role "
    "FROM reports r LEFT JOIN people p ON p.id = r.person_id "
    "LEFT JOIN people v ON v.id = r.reviewer_id "
)


async def sum_of_reports(tx: Tx, which: Which) -> Sum:
    """The sum of some reports."""
    where, args = which.where("r", "done_on")
    row = await tx.fetch_one(
        "SELECT COUNT(*) AS grounds,"  # noqa: S608 - numbered marks
        " CAST(COALESCE(SUM(CASE WHEN r.status IN ('reported', 'confirmed')"
        " THEN r.quantity ELSE 0 END), 0) AS BIGINT) AS reported,"
        " CAST(COALESCE(SUM(CASE WHEN r.status = 'confirmed' THEN r.quantity ELSE 0 END), 0)"
        f" AS BIGINT) AS confirmed FROM reports r WHERE {where}",
        *args,
    )
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return Sum(
        int(row["grounds"]),
        Decimal(row["reported"]) / THOUSANDTHS,
        Decimal(row["confirmed"]) / THOUSANDTHS,
    )


async def reports(tx: Tx, which: Which, limit: int, skip: int) -> list[Ground]:
    """Some reports, the latest days first."""
    where, args = which.where("r", "done_on")
    rows = await tx.fetch(
        f"{_REPORTS} WHERE {where} ORDER BY r.done_on DESC, r.id DESC "
        f"LIMIT {limit:d} OFFSET {skip:d}",
        *args,
    )
    return [_report(row) for row in rows]


async def reports_after(
    tx: Tx, which: Which, after: Ground | None, upto: int, limit: int
) -> list[Ground]:
    """The next of some reports in the same order, none with a number above one: to read them all.

    Where the last one stood is found in an index, so that each reading takes as long as the first.
    """
    there = which if after is None else replace(which, end=after.day)
    where, args = there.where("r", "done_on")
    if after is not None:
        where += f" AND (r.done_on < $2 OR r.id < {after.id:d})"
    rows = await tx.fetch(
        f"{_REPORTS} WHERE {where} AND r.id <= {upto:d} "
        f"ORDER BY r.done_on DESC, r.id DESC LIMIT {limit:d}",
        *args,
    )
    return [_report(row) for row in rows]


async def last_report(tx: Tx) -> int:
    """The number of the last report there is."""
    row = await tx.fetch_one("SELECT COALESCE(MAX(id), 0) AS last FROM reports")
    return int(row["last"]) if row else 0


def _report(row: Row) -> Ground:
    quantity = Decimal(row["quantity"]) / THOUSANDTHS
    status = row["status"]
    reviewed = status != REPORTED
    return Ground(
        kind="report",
        id=row["id"],
        day=date.fromisoformat(row["done_on"]),
        unit=row["unit"],
        source=row["source"],
        reported=quantity if status in {REPORTED, CONFIRMED} else Decimal(0),
        confirmed=quantity if status == CONFIRMED else Decimal(0),
        measure=row["activity"],
        unit_of_measure=row["unit_of_measure"],
        quantity=quantity,
        what=row["what"],
        words=row["words"],
        status=status,
        doer=row["doer"] or None,
        reviewer=(row["reviewer"] or None) if reviewed else None,
        reviewer_role=row["reviewer_role"] if reviewed else None,
        reviewed_at=from_text(row["reviewed_at"]) if row["reviewed_at"] else None,
        reason=row["reason"],
        doubts=tuple(filter(None, row["doubts"].split(","))),
        told_at=from_text(row["reported_at"]),
        corrects=row["replaces"] is not None,
    )


# --- people who were informed, people who have the skills


async def informed(tx: Tx, which: Which) -> list[Ground]:
    """Everyone who was informed, each where and when it was first shown."""
    where, args = which.where("e", "day")
    rows = await tx.fetch(
        "SELECT e.id, e.day, e.unit, e.kind, e.ref, p.name "  # noqa: S608 - numbered marks
        "FROM evidence e JOIN people p ON p.id = e.person_id "
        "WHERE e.id = (SELECT MIN(f.id) FROM evidence f WHERE f.person_id = e.person_id) "
        f"AND {where} ORDER BY e.day DESC, e.id DESC",
        *args,
    )
    return [
        Ground(
            kind="informed",
            id=row["id"],
            day=date.fromisoformat(row["day"]),
            unit=row["unit"],
            source=CHAT,
            reported=ONE,
            confirmed=ONE,
            measure=row["kind"],
            what=row["ref"],
            doer=row["name"] or None,
        )
        for row in rows
    ]


async def skilled(tx: Tx, required: Collection[str], reported_at: str = SAYS) -> list[Ground]:
    """Everyone who counts as having the required skills, each where and when it came about."""
    names = {
        row["id"]: row["name"]
        for row in await tx.fetch(
            "SELECT DISTINCT p.id, p.name FROM people p JOIN skills s ON s.person_id = p.id"
        )
    }
    return [
        Ground(
            kind="skilled",
            id=person,
            day=date.fromisoformat(day),
            unit=unit,
            source=CHAT,
            reported=Decimal(both[0]),
            confirmed=Decimal(both[1]),
            measure="skills",
            doer=names.get(person) or None,
        )
        for person, reached in (await of_everyone(tx)).items()
        for (unit, day), both in counted(reached, required, reported_at).items()
    ]


# --- registers


async def changes(tx: Tx) -> list[Ground]:
    """Every change of an entry in a register that adds to a figure, or takes away from it."""
    rows = await tx.fetch(
        "SELECT e.id, e.register, e.rule, e.unit_of_measure, e.name, e.unit, e.people,"
        " c.was, c.state, c.day, c.at, c.reason, d.name AS decider,"
        " (SELECT MIN(g.role) FROM grants g WHERE g.person_id = c.person_id) AS role "
        "FROM register_changes c JOIN register_entries e ON e.id = c.entry_id "
        "JOIN people d ON d.id = c.person_id ORDER BY c.day DESC, e.id DESC, c.number DESC"
    )
    found = []
    for row in rows:
        reported, confirmed = added(row["rule"], row["people"], row["was"], row["state"])
        if reported or confirmed:
            found.append(
                Ground(
                    kind="entry",
                    id=row["id"],
                    day=date.fromisoformat(row["day"]),
                    unit=row["unit"],
                    source=REGISTER,
                    reported=Decimal(reported) / THOUSANDTHS,
                    confirmed=Decimal(confirmed) / THOUSANDTHS,
                    measure=row["register"],
                    unit_of_measure=row["unit_of_measure"],
                    quantity=Decimal(row["people"]),
                    what=row["name"],
                    status=row["state"],
                    reviewer=row["decider"] or None,
                    reviewer_role=row["role"],
                    reviewed_at=from_text(row["at"]),
                    reason=row["reason"],
                )
            )
    return found

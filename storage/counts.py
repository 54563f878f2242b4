"""The counts behind every tally, and the proof that they equal a full count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from storage.database import Tx
from storage.learning import AWARENESS, CHAT, PEOPLE
from storage.registers import REGISTER, added
from storage.reports import THOUSANDTHS
from storage.skills import DIGITAL_SKILLS, SAYS, counted, of_everyone

Key = tuple[str, str, str, str, str]
Sums = dict[Key, tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A sum over some days, for one measure in one unit."""

    measure: str
    unit_of_measure: str
    unit: str
    source: str
    reported: Decimal
    confirmed: Decimal


async def between(tx: Tx, start: date, end: date) -> list[Count]:
    """The sums over the days from `start` to `end`, both included."""
    rows = await tx.fetch(
        "SELECT measure, unit_of_measure, unit, source,"
        " CAST(SUM(reported) AS BIGINT) AS reported, CAST(SUM(confirmed) AS BIGINT) AS confirmed "
        "FROM counts WHERE day BETWEEN $1 AND $2 "
        "GROUP BY measure, unit_of_measure, unit, source ORDER BY measure, unit, unit_of_measure",
        start.isoformat(),
        end.isoformat(),
    )
    return [
        Count(
            measure=row["measure"],
            unit_of_measure=row["unit_of_measure"],
            unit=row["unit"],
            source=row["source"],
            reported=Decimal(row["reported"]) / THOUSANDTHS,
            confirmed=Decimal(row["confirmed"]) / THOUSANDTHS,
        )
        for row in rows
    ]


async def heard_by_unit(tx: Tx, start: date, end: date) -> dict[str, int]:
    """How many different people of each unit were heard from between two days."""
    rows = await tx.fetch(
        "SELECT unit, COUNT(DISTINCT person_id) AS people FROM heard "
        "WHERE day BETWEEN $1 AND $2 GROUP BY unit",
        start.isoformat(),
        end.isoformat(),
    )
    return {row["unit"]: int(row["people"]) for row in rows}


async def recount(tx: Tx, required_skills: Iterable[str], reported_at: str = SAYS) -> list[str]:
    """Count everything again from what is kept of each thing; a sentence per difference.

    `reported_at` is the level of the required skills at which a person counts as reported.
    """
    kept, full = await _kept(tx), await _full(tx, tuple(required_skills), reported_at)
    return [
        f"{'/'.join(key)}: kept {kept.get(key, (0, 0))}, counted again {full.get(key, (0, 0))}"
        for key in sorted(kept.keys() | full.keys())
        if kept.get(key, (0, 0)) != full.get(key, (0, 0))
    ]


async def rebuild(tx: Tx, required_skills: Iterable[str], reported_at: str = SAYS) -> None:
    """Replace the kept counts by a full count."""
    for table in ("reports", "evidence", "skills", "register_changes", "counts"):
        await tx.lock_table(table)
    full = await _full(tx, tuple(required_skills), reported_at)
    await tx.execute("DELETE FROM counts")
    await tx.execute_many(
        "INSERT INTO counts (measure, unit_of_measure, unit, day, source, reported, confirmed) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [(*key, *sums) for key, sums in full.items()],
    )


async def _kept(tx: Tx) -> Sums:
    rows = await tx.fetch(
        "SELECT measure, unit_of_measure, unit, day, source, reported, confirmed FROM counts"
    )
    return {
        (r["measure"], r["unit_of_measure"], r["unit"], r["day"], r["source"]): (
            int(r["reported"]),
            int(r["confirmed"]),
        )
        for r in rows
    }


async def _full(tx: Tx, required: tuple[str, ...], reported_at: str) -> Sums:
    return {
        **await _from_reports(tx),
        **await _from_evidence(tx),
        **await _from_skills(tx, required, reported_at),
        **await _from_registers(tx),
    }


async def _from_reports(tx: Tx) -> Sums:
    rows = await tx.fetch(
        "SELECT activity, unit_of_measure, unit, done_on, source,"
        " CAST(SUM(quantity) AS BIGINT) AS reported,"
        " CAST(SUM(CASE WHEN status = 'confirmed' THEN quantity ELSE 0 END) AS BIGINT)"
        " AS confirmed "
        "FROM reports WHERE status IN ('reported', 'confirmed') "
        "GROUP BY activity, unit_of_measure, unit, done_on, source"
    )
    return {
        (r["activity"], r["unit_of_measure"], r["unit"], r["done_on"], r["source"]): (
            int(r["reported"]),
            int(r["confirmed"]),
        )
        for r in rows
    }


async def _from_evidence(tx: Tx) -> Sums:
    rows = await tx.fetch(
        "SELECT unit, day, COUNT(*) AS people FROM evidence e "
        "WHERE id = (SELECT MIN(id) FROM evidence f WHERE f.person_id = e.person_id) "
        "GROUP BY unit, day"
    )
    return {
        (AWARENESS, PEOPLE, r["unit"], r["day"], CHAT): (
            int(r["people"]) * THOUSANDTHS,
            int(r["people"]) * THOUSANDTHS,
        )
        for r in rows
    }


async def _from_skills(tx: Tx, required: tuple[str, ...], reported_at: str) -> Sums:
    sums: Sums = {}
    for reached in (await of_everyone(tx)).values():
        for (unit, day), both in counted(reached, required, reported_at).items():
            key = (DIGITAL_SKILLS, PEOPLE, unit, day, CHAT)
            reported, confirmed = sums.get(key, (0, 0))
            sums[key] = (
                reported + THOUSANDTHS * both[0],
                confirmed + THOUSANDTHS * both[1],
            )
    return sums


async def _from_registers(tx: Tx) -> Sums:
    rows = await tx.fetch(
        "SELECT e.register, e.rule, e.unit_of_measure, e.unit, e.people, c.was, c.state, c.day "
        "FROM register_changes c JOIN register_entries e ON e.id = c.entry_id"
    )
    sums: Sums = {}
    for row in rows:
        key = (row["register"], row["unit_of_measure"], row["unit"], row["day"], REGISTER)
        reported, confirmed = added(row["rule"], row["people"], row["was"], row["state"])
        before = sums.get(key, (0, 0))
        sums[key] = (before[0] + reported, before[1] + confirmed)
    return {key: both for key, both in sums.items() if both != (0, 0)}

"""Skills at their three levels, and whom they make count toward the target."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from storage.database import Row, Tx, to_text
from storage.learning import CHAT, PEOPLE
from storage.reports import THOUSANDTHS, count

DIGITAL_SKILLS = "digital_skills"
LEARNT, SAYS, CONFIRMED = "learnt", "says", "confirmed"
#: Each level contains the ones before it.
LEVELS = (LEARNT, SAYS, CONFIRMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A level of a skill that a person reached, and still has."""

    skill: str
    level: str
    unit: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A skill that somebody saw; it stands until it is taken back."""

    id: int
    person_id: int
    skill: str
    unit: str
    by_id: int
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Who confirmed a skill, as what (helper, leader, officer, or from vneid), and when."""

    by: int
    source: str
    at: datetime


#: Where and on which day someone counts, as reported and as confirmed.
Counted = dict[tuple[str, str], tuple[int, int]]


def counted(reached: Iterable[Reached], required: Iterable[str], reported_at: str) -> Counted:
    """Where and when one person, who reached levels in this order, came to count.

    It is with the last required skill at a level: at `reported_at` as reported, at confirmed as
    confirmed.
    """
    needed, in_order = set(required), list(reached)
    found: Counted = {}
    for column, level in enumerate((reported_at, CONFIRMED)):
        first: dict[str, Reached] = {}
        for one in in_order:
            if one.skill in needed and LEVELS.index(one.level) >= LEVELS.index(level):
                first.setdefault(one.skill, one)
        if needed and len(first) == len(needed):
            last = list(first.values())[-1]
            both = list(found.get((last.unit, last.day), (0, 0)))
            both[column] += 1
            found[last.unit, last.day] = (both[0], both[1])
    return found


async def reach(
    tx: Tx,
    person_id: int,
    skill: str,
    level: str,
    unit: str,
    day: date,
    required: Collection[str],
    reported_at: str = SAYS,
    *,
    seen: Seen | None = None,
) -> int | None:
    """Remember that a person reached a level of a skill; its id, or None if they had it before.

    They are counted once they have every required skill. `seen` tells who confirmed it.
    """
    before = await _before(tx, person_id, required, reported_at)
    row = await tx.fetch_one(
        "INSERT INTO skills (person_id, skill, level, unit, day, source, by_id, at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
        "ON CONFLICT (person_id, skill, level) WHERE taken_back_at IS NULL DO NOTHING RETURNING id",
        person_id,
        skill,
        level,
        unit,
        day.isoformat(),
        seen.source if seen else None,
        seen.by if seen else None,
        to_text(seen.at) if seen else None,
    )
    await _count_change(tx, person_id, before, required, reported_at)
    return int(row["id"]) if row else None


async def take_back(
    tx: Tx,
    confirmation: Confirmation,
    *,
    by: int,
    now: datetime,
    required: Collection[str],
    reported_at: str = SAYS,
) -> bool:
    """Take back a confirmation, which leaves the counts of its own day; False if it was before."""
    before = await _before(tx, confirmation.person_id, required, reported_at)
    done = await tx.execute(
        "UPDATE skills SET taken_back_at = $2, taken_back_by = $3 "
        "WHERE id = $1 AND taken_back_at IS NULL",
        confirmation.id,
        to_text(now),
        by,
    )
    await _count_change(tx, confirmation.person_id, before, required, reported_at)
    return bool(done)


async def _before(tx: Tx, person_id: int, required: Collection[str], reported_at: str) -> Counted:
    await tx.lock(f"skills:{person_id}")
    return counted(await of_person(tx, person_id), required, reported_at)


async def count_person(
    tx: Tx, person_id: int, required: Collection[str], reported_at: str, *, times: int
) -> None:
    """Add (1) or take away (-1) what a person's skills are counted for."""
    for (unit, day), both in counted(await of_person(tx, person_id), required, reported_at).items():
        await _add(tx, unit, day, (times * both[0], times * both[1]))


async def _add(tx: Tx, unit: str, day: str, both: tuple[int, int]) -> None:
    await count(
        tx,
        measure=DIGITAL_SKILLS,
        unit_of_measure=PEOPLE,
        unit=unit,
        day=day,
        source=CHAT,
        reported=THOUSANDTHS * both[0],
        confirmed=THOUSANDTHS * both[1],
    )


async def _count_change(
    tx: Tx, person_id: int, before: Counted, required: Collection[str], reported_at: str
) -> None:
    after = counted(await of_person(tx, person_id), required, reported_at)
    for unit, day in before.keys() | after.keys():
        was, now = before.get((unit, day), (0, 0)), after.get((unit, day), (0, 0))
        await _add(tx, unit, day, (now[0] - was[0], now[1] - was[1]))


def _reached(row: Row) -> Reached:
    return Reached(skill=row["skill"], level=row["level"], unit=row["unit"], day=row["day"])


async def of_person(tx: Tx, person_id: int) -> list[Reached]:
    """The levels a person has reached, in order."""
    rows = await tx.fetch(
        "SELECT skill, level, unit, day FROM skills "
        "WHERE person_id = $1 AND taken_back_at IS NULL ORDER BY id",
        person_id,
    )
    return [_reached(row) for row in rows]


async def of_everyone(tx: Tx) -> dict[int, list[Reached]]:
    """The levels everyone has reached, in order, by person."""
    rows = await tx.fetch(
        "SELECT person_id, skill, level, unit, day FROM skills "
        "WHERE taken_back_at IS NULL ORDER BY id"
    )
    found: dict[int, list[Reached]] = {}
    for row in rows:
        found.setdefault(row["person_id"], []).append(_reached(row))
    return found


def levels(reached: Iterable[Reached]) -> dict[str, str]:
    """The highest level of each skill."""
    highest: dict[str, str] = {}
    for one in reached:
        before = highest.get(one.skill, one.level)
        highest[one.skill] = max(before, one.level, key=LEVELS.index)
    return highest


async def confirmation(tx: Tx, id_: int) -> Confirmation | None:
    """One confirmation, taken back or not."""
    row = await tx.fetch_one(f"{_CONFIRMATIONS} AND id = $2", CONFIRMED, id_)
    return _confirmation(row) if row else None


async def latest_by(tx: Tx, by: int) -> Confirmation | None:
    """What somebody confirmed last and has not taken back."""
    row = await tx.fetch_one(
        f"{_CONFIRMATIONS} AND by_id = $2 AND taken_back_at IS NULL ORDER BY id DESC LIMIT 1",
        CONFIRMED,
        by,
    )
    return _confirmation(row) if row else None


_CONFIRMATIONS = (
    "SELECT id, person_id, skill, unit, by_id, taken_back_at FROM skills "
    "WHERE by_id IS NOT NULL AND level = $1"
)


def _confirmation(row: Row) -> Confirmation:
    return Confirmation(
        id=row["id"],
        person_id=row["person_id"],
        skill=row["skill"],
        unit=row["unit"],
        by_id=row["by_id"],
        stands=row["taken_back_at"] is None,
    )


async def waiting(tx: Tx, units: Collection[str], but: int, limit: int) -> list[int]:
    """People of some units who learnt a skill that nobody confirmed, who say they can do it first.

    `but` is left out: nobody confirms themselves.
    """
    marks = ", ".join(f"${number}" for number in range(4, len(units) + 4))
    rows = await tx.fetch(
        "SELECT s.person_id, MAX(CASE s.level WHEN $2 THEN 1 ELSE 0 END) AS says,"  # noqa: S608 - numbered marks
        " MAX(s.id) AS last FROM skills s JOIN people p ON p.id = s.person_id "
        f"WHERE p.withdrawn_at IS NULL AND p.id <> $1 AND p.unit IN ({marks or 'NULL'}) "
        "AND s.taken_back_at IS NULL AND NOT EXISTS (SELECT 1 FROM skills c"
        " WHERE c.person_id = s.person_id AND c.skill = s.skill AND c.level = $3"
        " AND c.taken_back_at IS NULL) "
        f"GROUP BY s.person_id ORDER BY says DESC, last DESC LIMIT {limit:d}",
        but,
        SAYS,
        CONFIRMED,
        *sorted(units),
    )
    return [row["person_id"] for row in rows]

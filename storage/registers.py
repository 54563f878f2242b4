"""The registers of models and jobs: entries that are proposed, approved, paused, resumed and ended.

An entry itself never changes. Each change of its state is a row of its history, with who made it
and from which day it holds; the state of an entry is that of its last change. The counts beside
reports are changed in the same transaction, on the day from which the change holds, so that their
sum up to a day is what stood on that day.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from storage.database import Row, Tx, to_text
from storage.reports import THOUSANDTHS, count

PROPOSED, APPROVED, REFUSED = "proposed", "approved", "refused"
PAUSED, ENDED = "paused", "ended"

#: How a register counts: entries that stand on a day, or people on the day it began.
ENTRIES, PEOPLE = "entries", "people"
#: The source of its counts.
REGISTER = "register"

#: Which states follow a state. An approval can be taken back as long as nothing came after it.
_NEXT = {
    PROPOSED: {APPROVED, REFUSED},
    APPROVED: {PAUSED, ENDED, PROPOSED},
    PAUSED: {APPROVED, ENDED},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry about to be proposed."""

    register: str
    #: How it counts, and in what, as its register said when it was proposed.
    rule: str
    unit_of_measure: str
    name: str
    unit: str
    #: The place in words.
    place: str
    people: int
    #: The day from which it works.
    since: date
    words: str
    proposer_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(NewEntry):
    """An entry as it stands: what was proposed, and its last change."""

    id: int
    #: The number of its last change: who decides says which one was seen.
    number: int
    was: str | None
    state: str
    #: The day from which the last change holds.
    day: date
    reason: str

    @property
    def just_approved(self) -> bool:
        """Whether nothing has happened since the approval, so that it can be taken back."""
        return self.state == APPROVED and self.was == PROPOSED

    def may_become(self, state: str) -> bool:
        """Whether a state can follow the present one."""
        following = state in _NEXT.get(self.state, ())
        return following and (state != PROPOSED or self.just_approved)


async def one_by_one(tx: Tx, register: str, unit: str) -> None:
    """Let others who propose for a unit's register wait: they will see what is proposed here."""
    await tx.lock(f"propose:{register}:{unit}")


async def propose(tx: Tx, new: NewEntry, now: datetime) -> int:
    """Keep a new entry and count it as reported; its id."""
    row = await tx.fetch_one(
        "INSERT INTO register_entries (register, rule, unit_of_measure, name, unit, place, people,"
        " since, words, proposer_id) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        new.register,
        new.rule,
        new.unit_of_measure,
        new.name,
        new.unit,
        new.place,
        new.people,
        new.since.isoformat(),
        new.words,
        new.proposer_id,
    )
    assert row is not None  # noqa: S101 - an INSERT … RETURNING gives its row
    entry_id = int(row["id"])
    await _add_change(tx, entry_id, 1, None, PROPOSED, new.since, new.proposer_id, now, "")
    await _count(tx, new, None, PROPOSED, new.since)
    return entry_id


async def change(
    tx: Tx,
    entry_id: int,
    *,
    seen: int,
    to: str,
    by: int,
    now: datetime,
    day: date | None = None,
    reason: str = "",
) -> bool:
    """Add a change to an entry and count it; False when it cannot be.

    It cannot when another change came after the one that was `seen`, when the state does not
    follow, when it would hold from before the last change, or when the proposer approves or
    refuses. What is decided about a proposal holds from the day the entry works; a pause, a
    resumption or an end holds from its own `day`.
    """
    await tx.lock(f"register:{entry_id}")
    entry = await get(tx, entry_id)
    if entry is None or entry.number != seen or not entry.may_become(to):
        return False
    if entry.state == PROPOSED and by == entry.proposer_id:
        return False
    holds_from = entry.since if PROPOSED in {entry.state, to} else day
    if holds_from is None or holds_from < entry.day:
        return False
    await _add_change(tx, entry_id, seen + 1, entry.state, to, holds_from, by, now, reason)
    await _count(tx, entry, entry.state, to, holds_from)
    return True


async def _add_change(
    tx: Tx,
    entry_id: int,
    number: int,
    was: str | None,
    state: str,
    day: date,
    person_id: int,
    now: datetime,
    reason: str,
) -> None:
    await tx.execute(
        "INSERT INTO register_changes (entry_id, number, was, state, day, person_id, at, reason) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        entry_id,
        number,
        was,
        state,
        day.isoformat(),
        person_id,
        to_text(now),
        reason,
    )


_SELECT = (
    "SELECT e.*, c.number, c.was, c.state, c.day, c.reason "
    "FROM register_entries e JOIN register_changes c ON c.entry_id = e.id "
    "WHERE c.number = (SELECT MAX(d.number) FROM register_changes d WHERE d.entry_id = e.id)"
)


def _entry(row: Row) -> Entry:
    return Entry(
        id=row["id"],
        register=row["register"],
        rule=row["rule"],
        unit_of_measure=row["unit_of_measure"],
        name=row["name"],
        unit=row["unit"],
        place=row["place"],
        people=row["people"],
        since=date.fromisoformat(row["since"]),
        words=row["words"],
        proposer_id=row["proposer_id"],
        number=row["number"],
        was=row["was"],
        state=row["state"],
        day=date.fromisoformat(row["day"]),
        reason=row["reason"],
    )


async def get(tx: Tx, entry_id: int) -> Entry | None:
    """One entry as it stands, or None."""
    row = await tx.fetch_one(f"{_SELECT} AND e.id = $1", entry_id)
    return None if row is None else _entry(row)


async def entries(tx: Tx, states: Collection[str]) -> list[Entry]:
    """Every entry in one of some states, in the order they were proposed.

    All of them: a register grows by tens a year, and who may see which is no question for SQL.
    """
    marks = ", ".join(f"${number}" for number in range(1, len(states) + 1))
    rows = await tx.fetch(f"{_SELECT} AND c.state IN ({marks}) ORDER BY e.id", *sorted(states))
    return [_entry(row) for row in rows]


async def decided_by(tx: Tx, day: date) -> list[Entry]:
    """Every entry that was approved by a day, as it stood on that day."""
    rows = await tx.fetch(
        "SELECT e.*, c.number, c.was, c.state, c.day, c.reason "
        "FROM register_entries e JOIN register_changes c ON c.entry_id = e.id "
        "WHERE c.number = (SELECT MAX(d.number) FROM register_changes d"
        " WHERE d.entry_id = e.id AND d.day <= $1) AND c.state IN ($2, $3, $4) ORDER BY e.id",
        day.isoformat(),
        APPROVED,
        PAUSED,
        ENDED,
    )
    return [_entry(row) for row in rows]


def added(rule: str, people: int, was: str | None, state: str) -> tuple[int, int]:
    """What a change adds to (reported, confirmed), in thousandths; negative when it takes away."""
    before, after = _worth(rule, people, was), _worth(rule, people, state)
    return after[0] - before[0], after[1] - before[1]


def _worth(rule: str, people: int, state: str | None) -> tuple[int, int]:
    if rule == PEOPLE:
        one, confirmed = people * THOUSANDTHS, {APPROVED, PAUSED, ENDED}
    else:
        one, confirmed = THOUSANDTHS, {APPROVED}
    if state in confirmed:
        return one, one
    return (one, 0) if state == PROPOSED else (0, 0)


async def _count(tx: Tx, entry: NewEntry, was: str | None, state: str, day: date) -> None:
    reported, confirmed = added(entry.rule, entry.people, was, state)
    await count(
        tx,
        measure=entry.register,
        unit_of_measure=entry.unit_of_measure,
        unit=entry.unit,
        day=day.isoformat(),
        source=REGISTER,
        reported=reported,
        confirmed=confirmed,
    )

"""The lines of a leader's list as they were read: kept in the talk, compared with what is known.

Hundreds of lines wait in a talk that is written anew at every message, so they are kept small.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date
from decimal import Decimal

from handlers.elders.report.draft import SAME_WITHIN
from handlers.leaders.pasted import Line
from handlers.talk import packing
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold
from storage import reports
from storage.reports import Report


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was done, as a line of the list told it."""

    words: str
    name: str
    person_id: int | None
    unit: str
    #: Whether the name tells of someone who may not have agreed to be in the book.
    private: bool
    activity: str
    quantity: str
    measure: str
    what: str | None
    #: The day that the line itself told.
    on: str | None
    doubts: tuple[str, ...] = ()

    def day(self, on: str | None) -> date:
        """The day it was done; `on` is the day of the lines that tell none."""
        return date.fromisoformat(self.on or on or "")

    def place(self, on: str | None) -> tuple[str, ...]:
        """Where it is counted, to be sorted by."""
        return self.activity, self.unit, self.day(on).isoformat(), self.measure


def row_of(scene: Scene, line: Line) -> Row:
    """A line that was read."""
    assert line.amount is not None  # noqa: S101 - only lines that were read
    assert line.doer is not None  # noqa: S101 - the same
    activity = scene.content.activity(line.activity)
    most = scene.content.plausible_max(activity, line.amount.unit_of_measure)
    # What a group did may well be more than one person can.
    large = not line.doer.group and most is not None and line.amount.quantity > most
    return Row(
        words=line.words,
        name=line.doer.name,
        person_id=line.doer.person_id,
        unit=line.doer.unit,
        private=line.doer.private,
        activity=line.activity,
        quantity=str(line.amount.quantity),
        measure=line.amount.unit_of_measure,
        what=line.amount.what,
        on=line.on.isoformat() if line.on else None,
        doubts=(reports.LARGE,) if large else (),
    )


def pack(rows: Iterable[Row]) -> str:
    """Rows as a short text."""
    return packing.pack([astuple(row) for row in rows])


def unpack(packed: str) -> list[Row]:
    """The rows that `pack` made short."""
    read = (Row(*values) for values in packing.unpack(packed))
    return [replace(row, doubts=tuple(row.doubts)) for row in read]


def new_report(
    row: Row, on: str | None, reported_by: int, batch: int, *, named: bool
) -> reports.NewReport:
    """A row as a report; unless people agreed to be `named`, without the words about them."""
    keys = ("activity", "quantity", "measure", "what", "on")
    registered = row.person_id is not None
    return reports.NewReport(
        person_id=row.person_id,
        reported_by=reported_by,
        on_behalf_of=row.name if not registered and (named or not row.private) else None,
        unit=row.unit,
        activity=row.activity,
        quantity=Decimal(row.quantity),
        unit_of_measure=row.measure,
        what=row.what,
        done_on=row.day(on),
        source=reports.PROXY,
        words=row.words if named or registered else "",
        understood=json.dumps({key: getattr(row, key) for key in keys}, ensure_ascii=False),
        doubts=row.doubts,
        batch=batch,
    )


# --- told before


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of one doer, kind and amount: of what, on which day, and by a report or not."""

    what: str | None
    on: date
    #: Kept as a number only: it may be of any one person.
    nameless: bool = False


class Known:
    """What was told before, by doer, kind and amount."""

    def __init__(self, told: Iterable[Report]) -> None:
        self._told: dict[tuple[object, ...], list[_Told]] = defaultdict(list)
        for one in told:
            doer = one.person_id or fold(one.on_behalf_of or "")
            key = (doer or ("nameless", one.unit), one.activity, one.quantity, one.unit_of_measure)
            self._told[key].append(_Told(one.what, one.done_on, nameless=not doer))

    def has(self, row: Row, day: date) -> bool:
        """Whether something alike was told; a number without a name answers for one line only."""
        amount = (row.activity, Decimal(row.quantity), row.measure)
        doers: list[object] = [row.person_id or fold(row.name)]
        doers += [] if row.person_id else [("nameless", row.unit)]
        for doer in doers:
            told = self._told.get((doer, *amount), [])
            found = next((one for one in told if _alike(row, day, one)), None)
            if found:
                if found.nameless:
                    told.remove(found)
                return True
        return False


def _alike(row: Row, day: date, told: _Told) -> bool:
    """Perhaps the same; what is done every day, one at a time, is only doubted on its own day."""
    apart = abs(day - told.on)
    near = not apart or (apart <= SAME_WITHIN and Decimal(row.quantity) > 1)
    return near and (row.what == told.what or not (row.what and told.what))


def marked(rows: Sequence[Row], told: Iterable[Report], on: str) -> list[Row]:
    """The rows; those that stand twice, or are like a report told before, with a doubt more.

    `on` is the day of the rows that tell none.
    """
    known, seen, found = Known(told), set[tuple[object, ...]](), []
    for row in rows:
        doer = row.person_id or fold(row.name)
        same = (doer, row.activity, Decimal(row.quantity), row.measure, row.what, row.on)
        again = known.has(row, row.day(on)) or same in seen
        seen.add(same)
        doubts = {*row.doubts, reports.AGAIN} if again else row.doubts
        found.append(replace(row, doubts=tuple(sorted(doubts))))
    return found

"""Freezing a period: its table is kept byte for byte, and shown from then on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256

from content.loader import Content
from handlers.reports import figures, forms, scoping
from handlers.reports.periods import Period
from handlers.reports.tables import LateReports, Moved, Revision, Spans, Tally, TargetRow
from handlers.reports.thawing import thaw
from handlers.talk.scene import ZONE
from storage import freezes
from storage.database import Tx
from storage.freezes import Freeze
from storage.reviews import Changes, Told


class NotFrozenError(Exception):
    """A period that cannot be frozen now; `why` is open, overtaken, same, moved or unexplained."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def shown(
    tx: Tx,
    content: Content,
    period: Period,
    *,
    units: Collection[str] | None,
    agencies: Collection[str] | None,
    now: datetime,
    today: date,
    revision: int | None = None,
) -> Tally:
    """A period as it is to be shown: frozen if it was, else counted now.

    KeyError for a revision that there is none of.
    """
    kept = await freezes.get(tx, period.key, revision)
    if kept is not None:
        return scoping.scoped(thaw(kept.tally, content), content, units, agencies)
    if revision is not None:
        raise KeyError(revision)
    return await figures.tally(
        tx, content, period, units=units, agencies=agencies, now=now, today=today
    )


async def kept_text(tx: Tx, period: Period, revision: int | None = None) -> str | None:
    """The JSON text of a frozen period, byte for byte; None where it is not frozen."""
    kept = await freezes.get(tx, period.key, revision)
    return None if kept is None else kept.tally


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be frozen now: the whole tally, and the revision before it."""

    tally: Tally
    before: Freeze | None

    @property
    def number(self) -> int:
        """The number it would get."""
        return self.before.revision + 1 if self.before else 1

    def was(self, content: Content) -> tuple[TargetRow, ...]:
        """The rows of the revision before; none for a first freeze."""
        if self.before is None:
            return ()
        return scoping.scoped(thaw(self.before.tally, content), content, None, None).rows


async def draft(tx: Tx, content: Content, period: Period, *, now: datetime, today: date) -> Draft:
    """What would be frozen now. NotFrozenError: the period is open, or nothing has changed."""
    if period.end >= today:
        raise NotFrozenError("open")
    before = await freezes.get(tx, period.key)
    counted = await figures.tally(
        tx, content, period, units=None, agencies=None, now=now.astimezone(ZONE), today=today
    )
    if before and fingerprint(counted, content) == fingerprint(
        scoping.scoped(thaw(before.tally, content), content, None, None), content
    ):
        raise NotFrozenError("same")
    return Draft(counted, before)


def fingerprint(tally: Tally, content: Content) -> str:
    """The same for two tallies when all that they count is.

    What was frozen before it was kept by activity tells what became of reports for a unit alone.
    """
    units = tuple(
        replace(one, told={"": Told(waiting=one.waiting, changes=one.changes)})
        for one in tally.units
    )
    made_at = datetime.min.replace(tzinfo=UTC)
    bare = replace(tally, made_at=made_at, units=units, number=0, revision=None)
    return sha256(forms.as_json(bare, content).encode()).hexdigest()


async def freeze(
    tx: Tx,
    content: Content,
    period: Period,
    *,
    now: datetime,
    today: date,
    by: int | None = None,
    why: str = "",
    seen: tuple[int, str] | None = None,
) -> int:
    """Freeze a period; the number of the revision.

    With `seen` (the number of the draft that was looked at, and its fingerprint) only while that is
    still what is counted. NotFrozenError: the period is open, nothing has changed since the last
    freeze, someone else has frozen it since the look (overtaken), figures have moved since it, or
    it was frozen before and `why` it is again is not told (unexplained).
    """
    await freezes.one_by_one(tx, period.key)
    made = await draft(tx, content, period, now=now, today=today)
    if seen is not None and made.number != seen[0]:
        raise NotFrozenError("overtaken")
    if seen is not None and fingerprint(made.tally, content) != seen[1]:
        raise NotFrozenError("moved")
    if made.before and not why.strip():
        raise NotFrozenError("unexplained")
    tally = replace(
        made.tally,
        number=made.number,
        revision=await _revision(tx, content, made, why) if made.before else None,
    )
    text = forms.as_json(tally, content)
    await freezes.add(tx, period.key, made.number, text, by, now)
    return made.number


async def _revision(tx: Tx, content: Content, made: Draft, why: str) -> Revision:
    assert made.before is not None  # noqa: S101 - a first freeze changes nothing
    old, new = thaw(made.before.tally, content), made.tally
    was = {row.target.id: row for row in made.was(content)}
    late = await freezes.late(tx, new.period.start, new.period.end, made.before.last_report)
    return Revision(
        why=why,
        moved=tuple(
            one for row in new.rows if (one := _moved(was.get(row.target.id), row)) is not None
        ),
        late=tuple(
            LateReports(
                unit=one.unit if one.unit in content.units else content.root_unit.code,
                measure=one.activity,
                reports=one.reports,
                amount=one.quantity,
            )
            for one in late
        ),
        changes=Changes(
            corrected=new.changes.corrected - old.changes.corrected,
            taken_back=new.changes.taken_back - old.changes.taken_back,
            refused=new.changes.refused - old.changes.refused,
        ),
    )


def _moved(was: TargetRow | None, row: TargetRow) -> Moved | None:
    moved = Moved(
        target=row.target.id,
        was=was.spans if was else Spans(),
        now=row.spans,
        people_was=was.roster.people if was and was.roster else None,
        people_now=row.roster.people if row.roster else None,
    )
    same = moved.was == moved.now and moved.people_was == moved.people_now
    return None if same else moved

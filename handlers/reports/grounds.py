"""What stands behind a figure of the tally: every report, person, entry and paper it counts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import date

from content.loader import Content
from content.models.plan import Target
from handlers.reports.figures import Span, days, home, measures, reported_as
from handlers.reports.periods import Period, week_of
from storage import grounds, outside
from storage.counts import Count
from storage.database import Store, Tx
from storage.grounds import Ground, Sum, Which
from storage.learning import AWARENESS
from storage.reports import OUTSIDE
from storage.skills import DIGITAL_SKILLS

#: How many reports are read at a time when all are wanted, so that nobody else waits long.
AT_ONCE = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A figure of a tally: an indicator, over some days, in some units."""

    indicator: str
    days: Span
    units: Collection[str]


def cell(
    content: Content, target: Target, period: Period, span: str, units: Collection[str], today: date
) -> Cell:
    """The figure of a target; `span` is one of its four, or a week (2026-W14) of its curve.

    ValueError when it is neither.
    """
    spans = days(content, target, period, today)
    if span in spans:
        return Cell(indicator=target.indicator, days=spans[span], units=units)
    year, _, number = span.partition("-W")
    week = week_of(date.fromisocalendar(int(year), int(number), 1))
    end = min(week.end, period.end, today)
    return Cell(indicator=target.indicator, days=(week.start, end), units=units)


def which(content: Content, cell_: Cell) -> Which:
    """The reports, or the people, that a figure may count; what is of no known unit is the root's.

    `kinds` is empty where reports do not add to it.
    """
    start, end = cell_.days
    root = content.root_unit.code
    return Which(
        start=start,
        end=end,
        units=cell_.units,
        others=tuple(content.units) if root in cell_.units else (),
        kinds=reported_as(content, cell_.indicator),
    )


async def few(tx: Tx, content: Content, cell_: Cell) -> list[Ground]:
    """What is not told in reports, the latest days first: papers, people, entries of registers."""
    start, end = cell_.days
    if end < start:
        return []
    found = [*await _papers(tx, content, cell_)]
    if not reported_as(content, cell_.indicator):
        found += [
            one
            for one in await _not_reports(tx, content, cell_)
            if start <= one.day <= end and home(content, one.unit) in cell_.units
        ]
    return sorted(found, key=lambda one: (one.day, one.id), reverse=True)


async def _not_reports(tx: Tx, content: Content, cell_: Cell) -> list[Ground]:
    if cell_.indicator == AWARENESS:
        return await grounds.informed(tx, which(content, cell_))
    if cell_.indicator == DIGITAL_SKILLS:
        skills = content.plan.skills
        return await grounds.skilled(tx, skills.required, skills.reported_at)
    registers = {one.key for one in content.registers if one.indicator == cell_.indicator}
    return [one for one in await grounds.changes(tx) if one.measure in registers]


async def _papers(tx: Tx, content: Content, cell_: Cell) -> list[Ground]:
    counts = measures(content, cell_.indicator)
    found = []
    for one in await outside.standing(tx, *cell_.days):
        as_count = Count(
            measure=one.measure,
            unit_of_measure=one.unit_of_measure,
            unit=one.unit,
            source=OUTSIDE,
            reported=one.quantity,
            confirmed=one.quantity,
        )
        if counts(as_count) and home(content, one.unit) in cell_.units:
            found.append(
                Ground(
                    kind="paper",
                    id=one.id,
                    day=one.last_day,
                    unit=one.unit,
                    source=OUTSIDE,
                    reported=one.quantity,
                    confirmed=one.quantity,
                    measure=one.measure,
                    unit_of_measure=one.unit_of_measure,
                    quantity=one.quantity,
                    what=one.source,
                    words=one.paper,
                )
            )
    return found


async def total(tx: Tx, content: Content, cell_: Cell) -> Sum:
    """How many grounds a figure has, and what they add up to: the figure itself."""
    found = grounds.summed(await few(tx, content, cell_))
    if reported_as(content, cell_.indicator):
        found += await grounds.sum_of_reports(tx, which(content, cell_))
    return found


async def some(tx: Tx, content: Content, cell_: Cell, limit: int, skip: int) -> list[Ground]:
    """Some of a figure's grounds: papers first, then reports; the latest days first."""
    first = await few(tx, content, cell_)
    shown = first[skip : skip + limit]
    if reported_as(content, cell_.indicator) and len(shown) < limit:
        behind = max(skip - len(first), 0)
        left = limit - len(shown)
        shown += await grounds.reports(tx, which(content, cell_), left, behind)
    return shown


async def every(store: Store, content: Content, cell_: Cell) -> AsyncIterator[list[Ground]]:
    """All grounds of a figure, some at a time, each time in a short transaction of its own."""
    async with store.read() as tx:
        upto, first = await grounds.last_report(tx), await few(tx, content, cell_)
    yield first
    if reported_as(content, cell_.indicator):
        async for some_ in every_report(store, which(content, cell_), upto):
            yield some_


async def every_report(store: Store, of: Which, upto: int) -> AsyncIterator[list[Ground]]:
    """All of some reports up to a number, some at a time."""
    after: Ground | None = None
    while True:
        async with store.read() as tx:
            found = await grounds.reports_after(tx, of, after, upto, AT_ONCE)
        if not found:
            return
        after = found[-1]
        yield found

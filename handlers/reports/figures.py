"""The tally of a period: pure figures, each beside the target it is counted against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from content.loader import Content
from content.models import Target
from handlers.reports.periods import Period
from storage import counts, people
from storage.counts import Count
from storage.database import Tx


@dataclass(frozen=True, slots=True)
class Figures:
    """What people reported, and the part of it that someone confirmed."""

    reported: Decimal = Decimal(0)
    confirmed: Decimal = Decimal(0)

    def __add__(self, other: Figures) -> Figures:
        return Figures(self.reported + other.reported, self.confirmed + other.confirmed)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """One target of the plan with its figures: in the period, and counted up as its basis says."""

    target: Target
    lead: str
    in_period: Figures
    cumulative: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit's own figures (units below it have their own rows)."""

    code: str
    name: str
    #: People registered there, and how many of them were heard from in the period.
    expected: int
    heard_from: int
    values: dict[str, Figures]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The counted table of one period."""

    program: str
    period: Period
    made_at: datetime
    rows: tuple[TargetRow, ...]
    units: tuple[UnitRow, ...]


async def tally(
    tx: Tx,
    content: Content,
    period: Period,
    *,
    units: Collection[str],
    agency: str | None,
    now: datetime,
    today: date,
) -> Tally:
    """Count a period in some units, for the targets an agency leads or coordinates (None: all)."""
    as_of = min(period.end, today)
    sums = _Sums(tx, units)
    rows = [
        TargetRow(
            target=target,
            lead=content.plan.agency(target.lead).name,
            in_period=await sums.of(content, target, period.start, period.end),
            cumulative=await sums.of(content, target, _counted_from(content, target, as_of), as_of),
        )
        for target in content.plan.targets
        if agency is None or concerns(content, target, agency)
    ]
    return Tally(
        program=content.plan.id,
        period=period,
        made_at=now,
        rows=tuple(rows),
        units=await _unit_rows(tx, content, period, units),
    )


def concerns(content: Content, target: Target, agency: str) -> bool:
    """Whether an agency leads or coordinates a target."""
    known = content.plan.agency(agency)
    names = {known.name, *known.also}
    return target.lead == agency or not names.isdisjoint(target.coordinating)


def _counted_from(content: Content, target: Target, as_of: date) -> date:
    """The first day that a target's basis counts."""
    horizon = next(one for one in content.plan.horizons if one.id == target.horizon)
    match target.basis:
        case "per_year":
            return date(as_of.year, 1, 1)
        case "cumulative":
            return horizon.start
        case "stock" | "share":
            # What stands, and who was reached, does not begin anew with a horizon.
            return date.min


class _Sums:
    """Sums over spans of days, each asked of the database once."""

    def __init__(self, tx: Tx, units: Collection[str]) -> None:
        self._tx, self._units = tx, units
        self._known: dict[tuple[date, date], list[Count]] = {}

    async def of(self, content: Content, target: Target, start: date, end: date) -> Figures:
        span = (start, end)
        if span not in self._known:
            self._known[span] = await _between(self._tx, content, start, end)
        wanted = _measures(content, target)
        return total(self._known[span], lambda one: one.unit in self._units and wanted(one))


async def _between(tx: Tx, content: Content, start: date, end: date) -> list[Count]:
    """The counts of some days; those of a unit no longer on the list belong to the whole."""
    root = content.root_unit.code
    return [
        one if one.unit in content.units else replace(one, unit=root)
        for one in await counts.between(tx, start, end)
    ]


def _measures(content: Content, target: Target) -> Callable[[Count], bool]:
    """Which counts add up to a target: reports of its activities, or its register or evidence."""
    counting = {
        (activity.key, activity.units[0])
        for activity in content.activities.activities
        if activity.evidence_for == target.indicator and activity.role == "counts"
    }
    if counting:
        return lambda one: (one.measure, one.unit_of_measure) in counting
    return lambda one: one.measure == target.indicator


def total(counted: Iterable[Count], wanted: Callable[[Count], bool]) -> Figures:
    """The sum of the counts that are wanted."""
    return sum(
        (Figures(one.reported, one.confirmed) for one in counted if wanted(one)), start=Figures()
    )


async def _unit_rows(
    tx: Tx, content: Content, period: Period, units: Collection[str]
) -> tuple[UnitRow, ...]:
    counted = await _between(tx, content, period.start, period.end)
    registered = await people.registered_by_unit(tx)
    heard = await counts.heard_by_unit(tx, period.start, period.end)
    main = {activity.key: activity.units[0] for activity in content.activities.activities}
    values: dict[str, dict[str, Figures]] = defaultdict(lambda: dict.fromkeys(main, Figures()))
    for one in counted:
        # Amounts in different units of measure are never added; each has its own name.
        usual = main.get(one.measure, one.unit_of_measure) == one.unit_of_measure
        key = one.measure if usual else f"{one.measure}_{one.unit_of_measure}"
        figures = Figures(one.reported, one.confirmed)
        values[one.unit][key] = values[one.unit].get(key, Figures()) + figures
    return tuple(
        UnitRow(
            code=unit.code,
            name=unit.name,
            expected=registered.get(unit.code, 0),
            heard_from=heard.get(unit.code, 0),
            values=values[unit.code],
        )
        for unit in content.units.values()
        if unit.code in units
    )

"""The tally of a period: pure figures, each beside the target it is counted against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from content.loader import Content
from content.models.plan import Target
from handlers.reports.periods import Period
from handlers.talk.scene import day_begins
from storage import counts, people, reports
from storage.counts import Count
from storage.database import Tx
from storage.registers import REGISTER
from storage.reports import Changes


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
    #: Reports of the period that no longer stand as they were told, and are not in the figures.
    changes: Changes


async def tally(
    tx: Tx,
    content: Content,
    period: Period,
    *,
    units: Collection[str] | None,
    agencies: Collection[str] | None,
    now: datetime,
    today: date,
) -> Tally:
    """Count a period in some units, for targets that some agencies lead or coordinate.

    None stands for all units, and for all targets.
    """
    within = set(content.units) if units is None else set(units)
    sums = _Sums(tx, content, within)
    rows = [
        TargetRow(
            target=target,
            lead=content.plan.agency(target.lead).name,
            in_period=await sums.of(
                target, *_in_horizon(content, target, period.start, period.end)
            ),
            cumulative=await sums.of(target, *_counted_up(content, target, period, today)),
        )
        for target in content.plan.targets
        if agencies is None or any(concerns(content, target, agency) for agency in agencies)
    ]
    return Tally(
        program=content.plan.id,
        period=period,
        made_at=now,
        rows=tuple(rows),
        units=await _unit_rows(tx, content, period, within),
        changes=await _changes(tx, content, period, within),
    )


async def _changes(tx: Tx, content: Content, period: Period, units: set[str]) -> Changes:
    of_units = await reports.changes(tx, period.start, period.end)
    return sum(
        (one for unit, one in of_units.items() if _home(content, unit) in units), start=Changes()
    )


def concerns(content: Content, target: Target, agency: str) -> bool:
    """Whether an agency leads or coordinates a target."""
    known = content.plan.agency(agency)
    names = {known.name, *known.also}
    return target.lead == agency or not names.isdisjoint(target.coordinating)


def _in_horizon(content: Content, target: Target, start: date, end: date) -> tuple[date, date]:
    """The days of a span on which a target counts. What stands or who was reached always counts."""
    if target.basis in {"stock", "share"}:
        return start, end
    horizon = next(one for one in content.plan.horizons if one.id == target.horizon)
    return max(start, horizon.start), min(end, horizon.end)


def _counted_up(content: Content, target: Target, period: Period, today: date) -> tuple[date, date]:
    """The days that a target's basis counts up to the end of a period, or to today."""
    end = min(period.end, today)
    match target.basis:
        case "per_year" if period.is_week:
            # The weeks of a year add up to its cumulative figure: a year of whole weeks.
            start = date.fromisocalendar(period.year, 1, 1)
        case "per_year":
            start = min(period.start, date(period.year, 1, 1))
        case "cumulative" | "stock" | "share":
            start = date.min
    return _in_horizon(content, target, start, end)


class _Sums:
    """Sums over spans of days, each asked of the database once."""

    def __init__(self, tx: Tx, content: Content, units: set[str]) -> None:
        self._tx, self._content, self._units = tx, content, units
        self._known: dict[tuple[date, date], list[Count]] = {}

    async def of(self, target: Target, start: date, end: date) -> Figures:
        span = (start, end)
        if span not in self._known:
            self._known[span] = await _between(self._tx, self._content, start, end)
        wanted = _measures(self._content, target)
        return total(self._known[span], lambda one: one.unit in self._units and wanted(one))


async def _between(tx: Tx, content: Content, start: date, end: date) -> list[Count]:
    """The counts of some days; those of a unit no longer on the list belong to the whole."""
    return [
        replace(one, unit=_home(content, one.unit)) for one in await counts.between(tx, start, end)
    ]


def _home(content: Content, unit: str) -> str:
    return unit if unit in content.units else content.root_unit.code


def _by_home(content: Content, people_of: dict[str, int]) -> dict[str, int]:
    """People by unit, those of a unit no longer on the list with the whole."""
    found: dict[str, int] = defaultdict(int)
    for unit, number in people_of.items():
        found[_home(content, unit)] += number
    return found


def _measures(content: Content, target: Target) -> Callable[[Count], bool]:
    """Which counts add up to a target: reports of its activities, its registers, or evidence."""
    counting = {
        (activity.key, activity.units[0])
        for activity in content.activities.activities
        if activity.evidence_for == target.indicator and activity.role == "counts"
    }
    if counting:
        return lambda one: (one.measure, one.unit_of_measure) in counting
    lists = {one.key for one in content.registers if one.indicator == target.indicator}
    if lists:
        return lambda one: one.source == REGISTER and one.measure in lists
    return lambda one: one.measure == target.indicator


def total(counted: Iterable[Count], wanted: Callable[[Count], bool]) -> Figures:
    """The sum of the counts that are wanted."""
    return sum(
        (Figures(one.reported, one.confirmed) for one in counted if wanted(one)), start=Figures()
    )


async def _unit_rows(
    tx: Tx, content: Content, period: Period, units: set[str]
) -> tuple[UnitRow, ...]:
    counted = await _between(tx, content, period.start, period.end)
    start, end = day_begins(period.start), day_begins(period.end + timedelta(days=1))
    registered = _by_home(content, await people.registered_by_unit(tx, start, end))
    heard = _by_home(content, await counts.heard_by_unit(tx, period.start, period.end))
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

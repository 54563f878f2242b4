"""The tally of a period: counted whole, then shown as far as someone may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from content.loader import Content
from content.models.plan import Target
from handlers.reports.periods import (
    Period,
    a_year_before,
    before,
    horizon,
    week_of,
    weeks_begin,
    year_of,
)
from handlers.reports.scoping import scoped
from handlers.reports.tables import (
    BySource,
    Figures,
    ListedEntry,
    Spans,
    Tally,
    TargetRow,
    UnitRow,
)
from handlers.talk.scene import day_begins
from storage import counts, outside, people, registers, reviews, rosters
from storage.counts import Count
from storage.database import Tx
from storage.registers import REGISTER, Entry
from storage.reviews import Told
from storage.rosters import Roster

Span = tuple[date, date]


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
    return scoped(await _whole(tx, content, period, now, today), content, units, agencies)


async def _whole(tx: Tx, content: Content, period: Period, now: datetime, today: date) -> Tally:
    end = min(period.end, today)
    units = await _unit_rows(tx, content, period, today)
    papers = await outside.standing(tx, date.min, end)
    return Tally(
        program=content.plan.id,
        period=period,
        made_at=now,
        counted_to=end,
        rows=tuple(
            TargetRow(target=one, lead=content.plan.agency(one.lead).name)
            for one in content.plan.targets
        ),
        units=units,
        entries=tuple(_listed(content, one) for one in await registers.decided_by(tx, end)),
        papers=tuple(replace(one, unit=home(content, one.unit)) for one in papers),
    )


def _listed(content: Content, entry: Entry) -> ListedEntry:
    return ListedEntry(
        register=entry.register,
        name=entry.name,
        unit=home(content, entry.unit),
        place=entry.place,
        people=entry.people,
        unit_of_measure=entry.unit_of_measure,
        since=entry.since,
        state=entry.state,
        day=entry.day,
    )


# --- which days a target counts


def _in_horizon(content: Content, target: Target, start: date, end: date) -> Span:
    """The days of a span on which a target counts. What stands or who was reached always counts."""
    if target.basis in {"stock", "share"}:
        return start, end
    first, last = horizon(target, content.plan)
    return max(start, first), min(end, last)


def _counted_up(content: Content, target: Target, period: Period, today: date) -> Span:
    """The days that a target's basis counts up to the end of a period, or to today."""
    end = min(period.end, today)
    match target.basis:
        case "per_year" if period.is_week:
            start = weeks_begin(period, content.plan)
        case "per_year":
            start = min(period.start, year_of(period, content.plan).start)
        case "cumulative" | "stock" | "share":
            start = date.min
    return _in_horizon(content, target, start, end)


def days(content: Content, target: Target, period: Period, today: date) -> dict[str, Span]:
    """The days that each of a target's figures counts; from a later to an earlier one for none."""
    last, year = before(period, content.plan), a_year_before(period, content.plan)
    nothing = (date.max, date.min)
    return {
        "in_period": _in_horizon(content, target, period.start, period.end),
        "cumulative": _counted_up(content, target, period, today),
        "last_period": _in_horizon(content, target, last.start, last.end) if last else nothing,
        "last_year": _in_horizon(content, target, year.start, year.end) if year else nothing,
    }


class _Sums:
    """Sums over spans of days by unit, each asked of the database once."""

    def __init__(self, tx: Tx, content: Content) -> None:
        self._tx, self._content = tx, content
        self._known: dict[Span, list[Count]] = {}

    async def of(self, target: Target, span: Span) -> dict[tuple[str, str], Figures]:
        """The figures of a target over some days, by unit and source."""
        if span not in self._known:
            self._known[span] = await _between(self._tx, self._content, *span)
        wanted = measures(self._content, target.indicator)
        found: dict[tuple[str, str], Figures] = defaultdict(Figures)
        for one in self._known[span]:
            if wanted(one):
                found[one.unit, one.source] += Figures(one.reported, one.confirmed)
        return found

    async def spans(
        self, target: Target, period: Period, today: date
    ) -> dict[str, dict[str, Spans]]:
        """A target's figures by unit and source."""
        found: dict[str, dict[str, Spans]] = defaultdict(lambda: defaultdict(Spans))
        for name, span in days(self._content, target, period, today).items():
            for (unit, source), figures in (await self.of(target, span)).items():
                before_this = found[unit][source]
                found[unit][source] = before_this + Spans(**{name: figures})
        return found


async def _between(tx: Tx, content: Content, start: date, end: date) -> list[Count]:
    """The counts of some days; those of a unit no longer on the list belong to the whole."""
    if end < start:
        return []
    return [
        replace(one, unit=home(content, one.unit)) for one in await counts.between(tx, start, end)
    ]


def home(content: Content, unit: str) -> str:
    """Where a unit is counted: what is no longer on the list belongs to the whole."""
    return unit if unit in content.units else content.root_unit.code


def _by_home(content: Content, people_of: Mapping[str, int]) -> dict[str, int]:
    """Numbers by unit, those of a unit no longer on the list with the whole."""
    found: dict[str, int] = defaultdict(int)
    for unit, number in people_of.items():
        found[home(content, unit)] += number
    return found


def reported_as(content: Content, indicator: str) -> set[tuple[str, str]]:
    """The activities, each in its unit of measure, whose reports add up to an indicator."""
    return {
        (activity.key, activity.units[0])
        for activity in content.activities.activities
        if activity.evidence_for == indicator and activity.role == "counts"
    }


def measures(content: Content, indicator: str) -> Callable[[Count], bool]:
    """Which counts add up to an indicator: reports of activities, registers, or evidence."""
    counting = reported_as(content, indicator)
    if counting:
        return lambda one: (one.measure, one.unit_of_measure) in counting
    lists = {one.key for one in content.registers if one.indicator == indicator}
    if lists:
        return lambda one: one.source == REGISTER and one.measure in lists
    return lambda one: one.measure == indicator


def total(counted: Iterable[Count], wanted: Callable[[Count], bool]) -> Figures:
    """The sum of the counts that are wanted."""
    return sum(
        (Figures(one.reported, one.confirmed) for one in counted if wanted(one)), start=Figures()
    )


# --- units


async def _unit_rows(tx: Tx, content: Content, period: Period, today: date) -> tuple[UnitRow, ...]:
    start, end = day_begins(period.start), day_begins(period.end + timedelta(days=1))
    registered = _by_home(content, await people.registered_by_unit(tx, start, end))
    heard = _by_home(content, await counts.heard_by_unit(tx, period.start, period.end))
    told: dict[str, dict[str, Told]] = defaultdict(lambda: defaultdict(Told))
    for (unit, activity), one in (await reviews.told(tx, period.start, period.end)).items():
        told[home(content, unit)][activity] += one
    values = await _values(tx, content, period)
    sums = _Sums(tx, content)
    targets: dict[str, dict[str, BySource]] = defaultdict(dict)
    for target in content.plan.targets:
        for code, by_source in (await sums.spans(target, period, today)).items():
            targets[code][target.id] = {
                source: spans for source, spans in sorted(by_source.items()) if spans
            }
    weeks = await _weeks(tx, content, period, today)
    holding: dict[str, dict[str, Roster]] = defaultdict(dict)
    for roster in await rosters.holding_on(tx, min(period.end, today)):
        holding[roster.unit][roster.kind] = roster
    return tuple(
        UnitRow(
            code=unit.code,
            name=unit.name,
            parent=unit.parent,
            expected=registered.get(unit.code, 0),
            heard_from=heard.get(unit.code, 0),
            values=values[unit.code],
            targets={id_: one for id_, one in targets[unit.code].items() if one},
            weeks=weeks[unit.code],
            rosters=holding[unit.code],
            told=told[unit.code],
            until=unit.until,
        )
        for unit in content.units.values()
    )


async def _values(tx: Tx, content: Content, period: Period) -> dict[str, dict[str, Figures]]:
    """What was done in the period, by unit and activity."""
    main = {activity.key: activity.units[0] for activity in content.activities.activities}
    values: dict[str, dict[str, Figures]] = defaultdict(lambda: dict.fromkeys(main, Figures()))
    for one in await _between(tx, content, period.start, period.end):
        # Amounts in different units of measure are never added; each has its own name.
        usual = main.get(one.measure, one.unit_of_measure) == one.unit_of_measure
        key = one.measure if usual else f"{one.measure}_{one.unit_of_measure}"
        figures = Figures(one.reported, one.confirmed)
        values[one.unit][key] = values[one.unit].get(key, Figures()) + figures
    return values


async def _weeks(
    tx: Tx, content: Content, period: Period, today: date
) -> dict[str, dict[str, dict[str, Figures]]]:
    """By unit, indicator and week, what was done in the period's year up to its end.

    And in the whole year before, to compare with.
    """
    end = min(period.end, today)
    year = week_of(end).year
    start = date.fromisocalendar(year - 1, 1, 1)
    wanted = {one: measures(content, one) for one in {t.indicator for t in content.plan.targets}}
    found: dict[str, dict[str, dict[str, Figures]]] = defaultdict(lambda: defaultdict(dict))
    for one in await counts.by_day(tx, start, end):
        unit, week = home(content, one.unit), week_of(one.day).key
        for indicator, is_of in wanted.items():
            if is_of(one):
                weeks = found[unit][indicator]
                weeks[week] = weeks.get(week, Figures()) + Figures(one.reported, one.confirmed)
    return found

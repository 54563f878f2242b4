"""The tally of a period: counted whole, then shown as far as someone may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from content.loader import Content
from content.models.plan import Target
from handlers.reports.periods import Period, a_year_before, before, horizon, week_of, year_of
from handlers.reports.tables import (
    BySource,
    Figures,
    ListedEntry,
    Spans,
    Tally,
    TargetRow,
    UnitRow,
    added,
)
from handlers.talk.scene import day_begins
from storage import counts, outside, people, registers, reviews, rosters
from storage.counts import Count
from storage.database import Tx
from storage.registers import REGISTER, Entry
from storage.reviews import Changes
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


def scoped(
    tally: Tally,
    content: Content,
    units: Collection[str] | None,
    agencies: Collection[str] | None,
) -> Tally:
    """The part of a whole tally that is of some units and some agencies' targets."""
    within = [one for one in tally.units if units is None or one.code in units]
    rows = [
        replace(
            row,
            sources=added(one.targets.get(row.target.id, {}) for one in within),
            roster=_denominator(row.target, within),
        )
        for row in tally.rows
        if agencies is None or any(concerns(content, row.target, agency) for agency in agencies)
    ]
    indicators = {row.target.indicator for row in rows}
    codes = {one.code for one in within}
    of_all = agencies is None
    lists = {one.key for one in content.registers if of_all or one.indicator in indicators}
    ids = {row.target.id for row in rows}
    revision = tally.revision
    if revision is not None:
        moved = tuple(one for one in revision.moved if units is None and one.target in ids)
        late = tuple(one for one in revision.late if one.unit in codes)
        revision = replace(revision, moved=moved, late=late)
    return replace(
        tally,
        rows=tuple(rows),
        units=tuple(within),
        entries=tuple(one for one in tally.entries if one.unit in codes and one.register in lists),
        papers=tuple(
            one
            for one in tally.papers
            if one.unit in codes and (of_all or _indicator(content, one.measure) in indicators)
        ),
        revision=revision,
        part=_part(content, units, agencies),
    )


def _part(content: Content, units: Collection[str] | None, agencies: Collection[str] | None) -> str:
    """Whose figures these are: the highest of the units, and the agencies; empty: of all."""
    names: list[str] = []
    if units is not None and content.root_unit.code not in units:
        known = [content.units[code] for code in sorted(units) if code in content.units]
        names += [one.name for one in known if one.parent not in units]
    names += [content.plan.agency(key).name for key in sorted(agencies or ())]
    return ", ".join(names)


def _denominator(target: Target, units: Sequence[UnitRow]) -> Roster | None:
    """How many people a share is of: the top unit's number, or the sum if every other has one."""
    if target.roster is None or not units:
        return None
    codes = {one.code for one in units}
    top, *others = sorted(units, key=lambda one: one.parent in codes)
    alone = not others or others[0].parent in codes
    if alone and (whole := top.rosters.get(target.roster)):
        return whole
    leaves = others if alone and others else units
    known = [one.rosters.get(target.roster) for one in leaves]
    told = [one for one in known if one is not None]
    if not told or len(told) < len(known):
        return None
    oldest = min(told, key=lambda one: one.day)
    sources = "; ".join(dict.fromkeys(one.source for one in told))
    people_in_all = sum(one.people for one in told)
    return replace(oldest, unit=top.code, people=people_in_all, source=sources)


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


def concerns(content: Content, target: Target, agency: str) -> bool:
    """Whether an agency leads or coordinates a target."""
    known = content.plan.agency(agency)
    names = {known.name, *known.also}
    return target.lead == agency or not names.isdisjoint(target.coordinating)


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
            # The weeks of a year add up to its cumulative figure: a year of whole weeks.
            start = date.fromisocalendar(period.year, 1, 1)
        case "per_year":
            start = min(period.start, year_of(period.year, content.plan).start)
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


def _indicator(content: Content, measure: str) -> str | None:
    """The indicator that a measure of figures from outside adds to."""
    for activity in content.activities.activities:
        if activity.key == measure:
            return activity.evidence_for
    return measure


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
    waiting = await reviews.waiting_by_unit(tx, period.start, period.end)
    changes: dict[str, Changes] = defaultdict(Changes)
    for unit, one in (await reviews.changes(tx, period.start, period.end)).items():
        changes[home(content, unit)] += one
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
            waiting=_by_home(content, waiting).get(unit.code, 0),
            changes=changes[unit.code],
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

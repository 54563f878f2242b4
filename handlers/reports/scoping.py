"""The part of a tally that someone may see: some units, and the targets of some agencies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from content.loader import Content
from content.models.plan import Target
from handlers.reports.tables import Tally, TargetRow, UnitRow, added
from storage.rosters import Roster


def concerns(content: Content, target: Target, agency: str) -> bool:
    """Whether an agency leads or coordinates a target."""
    known = content.plan.agency(agency)
    names = {known.name, *known.also}
    return target.lead == agency or not names.isdisjoint(target.coordinating)


def indicators(content: Content, agencies: Collection[str]) -> set[str]:
    """What the targets measure that some agencies lead or coordinate."""
    return {
        target.indicator
        for target in content.plan.targets
        if any(concerns(content, target, agency) for agency in agencies)
    }


def activities(content: Content, agencies: Collection[str]) -> set[str]:
    """What people report that adds to targets of some agencies, or illustrates them."""
    measured = indicators(content, agencies)
    return {one.key for one in content.activities.activities if one.evidence_for in measured}


def scoped(
    tally: Tally,
    content: Content,
    units: Collection[str] | None,
    agencies: Collection[str] | None,
) -> Tally:
    """The part of a whole tally that is of some units and some agencies' targets; None: of all."""
    if units is not None:
        tally = _of_units(tally, content, units)
    if agencies is not None:
        tally = _of_agencies(tally, content, agencies)
    rows = tuple(_summed(row, tally) for row in tally.rows)
    return replace(tally, rows=rows, part=_part(content, units, agencies))


def _summed(row: TargetRow, tally: Tally) -> TargetRow:
    return replace(
        row,
        sources=added(one.targets.get(row.target.id, {}) for one in tally.units),
        roster=_denominator(row.target, tally.units, tally.counted_to),
    )


def _of_units(tally: Tally, content: Content, units: Collection[str]) -> Tally:
    whole = content.root_unit.code in units
    of_all = {} if whole else {row.target.id: _summed(row, tally).cumulative for row in tally.rows}
    revision = tally.revision
    if revision is not None:  # what moved is known of the whole alone
        late = tuple(one for one in revision.late if one.unit in units)
        revision = replace(revision, moved=(), late=late)
    return replace(
        tally,
        rows=tuple(replace(row, whole=of_all.get(row.target.id)) for row in tally.rows),
        units=tuple(one for one in tally.units if one.code in units),
        entries=tuple(one for one in tally.entries if one.unit in units),
        papers=tuple(one for one in tally.papers if one.unit in units),
        revision=revision,
    )


def _of_agencies(tally: Tally, content: Content, agencies: Collection[str]) -> Tally:
    rows = [row for row in tally.rows if any(concerns(content, row.target, a) for a in agencies)]
    ids, seen = {row.target.id for row in rows}, {row.target.indicator for row in rows}
    measures = _measures(content, seen)
    revision = tally.revision
    if revision is not None:
        moved = tuple(one for one in revision.moved if one.target in ids)
        late = tuple(one for one in revision.late if one.measure in measures)
        revision = replace(revision, moved=moved, late=late)
    return replace(
        tally,
        rows=tuple(rows),
        units=tuple(
            replace(
                one,
                values={key: told for key, told in one.values.items() if key in measures},
                targets={id_: told for id_, told in one.targets.items() if id_ in ids},
                weeks={key: told for key, told in one.weeks.items() if key in seen},
                told={key: told for key, told in one.told.items() if key in measures},
            )
            for one in tally.units
        ),
        entries=tuple(one for one in tally.entries if one.register in measures),
        papers=tuple(one for one in tally.papers if one.measure in measures),
        revision=revision,
    )


def _measures(content: Content, seen: Collection[str]) -> set[str]:
    """Everything that adds to some indicators or illustrates them, as a unit's values name it."""
    found = {*seen, *(one.key for one in content.registers if one.indicator in seen)}
    for one in content.activities.activities:
        if one.evidence_for in seen:
            found |= {one.key, *(f"{one.key}_{unit}" for unit in one.units)}
    return found


def _part(content: Content, units: Collection[str] | None, agencies: Collection[str] | None) -> str:
    """Whose figures these are: the highest of the units, and the agencies; empty: of all."""
    names: list[str] = []
    if units is not None and content.root_unit.code not in units:
        known = [content.units[code] for code in sorted(units) if code in content.units]
        names += [one.name for one in known if one.parent not in units]
    names += [content.plan.agency(key).name for key in sorted(agencies or ())]
    return ", ".join(names)


# --- how many people a share is of


def _denominator(target: Target, units: Sequence[UnitRow], day: date) -> Roster | None:
    """The numbers that together are all people of some units on a day, as one; None: not known."""
    if target.roster is None or not units:
        return None
    codes = {one.code for one in units}
    tops = [one for one in units if one.parent not in codes]
    told = _numbers(tops, units, target.roster, day)
    if not told:
        return None
    oldest = min(told, key=lambda one: one.day)
    sources = "; ".join(dict.fromkeys(one.source for one in told))
    return replace(
        oldest, unit=tops[0].code, people=sum(one.people for one in told), source=sources
    )


def _numbers(
    some: Sequence[UnitRow], units: Sequence[UnitRow], kind: str, day: date
) -> list[Roster]:
    """The numbers that make up some units; none when one of them is not known.

    A unit's own number holds the people of those below it, but of one that merged only if it was
    counted after that; without it, those below that are still there make up a unit.
    """
    found: list[Roster] = []
    for unit in some:
        own = unit.rosters.get(kind)
        below = [one for one in units if one.parent == unit.code]
        if own is None:
            below = [one for one in below if one.until is None or one.until >= day]
        else:
            below = [one for one in below if one.until is not None and one.until >= own.day]
        told = _numbers(below, units, kind, day)
        if (own is None or below) and not told:
            return []
        found += [*([own] if own else []), *told]
    return found

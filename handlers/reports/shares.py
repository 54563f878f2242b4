"""The trees of one unit this year, beside what its share of the plan's target would be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from content.loader import Content
from content.models.plan import Target
from handlers.reports.figures import total
from handlers.reports.periods import holding, horizon
from storage import counts
from storage.database import Tx


@dataclass(frozen=True, slots=True)
class Share:
    """What a unit reported this year, and what it would have to if all units did the same."""

    reported: Decimal
    goal: int
    #: The target is one number for several years, of which this is a year's part.
    of_years: bool


def is_trees(content: Content, activity: str, measure: str) -> bool:
    """Whether amounts of an activity add up to the target of trees planted."""
    known = {one.key: one for one in content.activities.activities}.get(activity)
    return (
        known is not None
        and known.evidence_for == "trees"
        and known.role == "counts"
        and measure == known.units[0]
    )


async def of_unit(tx: Tx, content: Content, unit: str, today: date) -> Share | None:
    """The share of a unit and those below it; None for the whole program, or without a target."""
    target = _target(content, today)
    if target is None or unit not in content.units or unit == content.root_unit.code:
        return None
    within = content.within(unit)
    year = holding("2000", today, content.plan)  # as the program counts it
    counted = await counts.between(tx, year.start, today)
    reported = total(
        counted,
        lambda one: one.unit in within and is_trees(content, one.measure, one.unit_of_measure),
    ).reported
    of_years = target.basis != "per_year"
    years = _years(content, target) if of_years else 1
    return Share(reported, -(-target.goal // (years * _parts(content, unit))), of_years)


def _target(content: Content, today: date) -> Target | None:
    for one in content.plan.targets:
        first, last = horizon(one, content.plan)
        if one.indicator == "trees" and first <= today <= last:
            return one
    return None


def _years(content: Content, target: Target) -> int:
    horizon = next(one for one in content.plan.horizons if one.id == target.horizon)
    return horizon.end.year - horizon.start.year + 1


def _parts(content: Content, code: str) -> int:
    """Of how many equal parts of the program a unit is one, of those that there are today."""
    parent = content.units[code].parent
    if parent is None:
        return 1
    beside = [one for one in content.units.values() if one.parent == parent and not one.until]
    return _parts(content, parent) * (len(beside) or 1)

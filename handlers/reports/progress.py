"""What a tally's figures mean beside its goals: shares, what is still needed, what looks wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Literal

from content.loader import Content
from content.models.plan import Plan, Target
from handlers.reports.periods import horizon, year_of
from handlers.reports.tables import Figures, Tally, TargetRow, UnitRow

#: A unit that told at least so much is looked at when it tells far less, or far more.
WORTH_A_LOOK = 20
#: Less than a quarter is a steep fall, more than ten times as much a jump.
FALL, JUMP = Decimal("0.25"), Decimal(10)
_TENTH = Decimal("0.1")


def toward_goal(target: Target, content: Content) -> Literal["reported", "confirmed"]:
    """Which of the two figures counts toward the goal."""
    says = target.indicator == "digital_skills" and content.plan.skills.counts != "confirmed"
    return "reported" if says else "confirmed"


def counted(target: Target, figures: Figures, content: Content) -> Decimal:
    """The one figure that counts toward the goal."""
    return figures.reported if toward_goal(target, content) == "reported" else figures.confirmed


def percent_of_people(row: TargetRow, content: Content) -> Decimal | None:
    """The share of people, in percent; None where no roster says of how many."""
    if row.roster is None or row.target.basis != "share":
        return None
    return _percent(counted(row.target, row.cumulative, content), Decimal(row.roster.people))


def percent_of_goal(row: TargetRow, content: Content, goal: int | None = None) -> Decimal | None:
    """How much of the goal (or of the high end of a range) is reached, in percent.

    None where that is a share of people that no roster tells, and for some units where the goal is
    an amount: that is the whole program's, and the plan divides it among nobody.
    """
    reached: Decimal | None = counted(row.target, row.cumulative, content)
    if row.target.basis == "share":
        reached = percent_of_people(row, content)
    elif row.whole is not None:
        return None
    return None if reached is None else _percent(reached, Decimal(goal or row.target.goal))


def percent_of_whole(row: TargetRow, content: Content) -> Decimal | None:
    """What some units did of what was done in all, in percent.

    None for the whole itself, where that is nothing yet, and for a share of people.
    """
    if row.whole is None or row.target.basis == "share":
        return None
    whole = counted(row.target, row.whole, content)
    return _percent(counted(row.target, row.cumulative, content), whole) if whole else None


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part * 100 / whole).quantize(_TENTH, ROUND_HALF_UP)


def too_small(row: TargetRow, content: Content) -> bool:
    """Whether more people were counted than the roster has."""
    share = percent_of_people(row, content)
    return share is not None and share > 100


@dataclass(frozen=True, slots=True)
class Needed:
    """What is missing to the goal, and how long there is."""

    amount: Decimal
    deadline: date
    #: Whole and begun weeks from the day after the last that is counted; 0 past the deadline.
    weeks: int

    @property
    def per_week(self) -> Decimal | None:
        """So much a week if every week did the same; None when there is no week left."""
        if not self.weeks:
            return None
        return (self.amount / self.weeks).quantize(_TENTH, ROUND_CEILING)


def needed(row: TargetRow, tally: Tally, content: Content) -> Needed | None:
    """What is missing; None before the horizon begins, and where no percent of the goal is told."""
    target = row.target
    if row.whole is not None and target.basis != "share":
        return None
    first, last = horizon(target, content.plan)
    if tally.counted_to < first:
        return None
    goal = Decimal(target.goal)
    if target.basis == "share":
        if row.roster is None:
            return None
        goal = (goal * row.roster.people / 100).to_integral_value(ROUND_CEILING)
    missing = max(goal - counted(target, row.cumulative, content), Decimal(0))
    deadline = min(_deadline(target, tally, content.plan), last)
    return Needed(missing, deadline, max(-(-(deadline - tally.counted_to).days // 7), 0))


def _deadline(target: Target, tally: Tally, plan: Plan) -> date:
    if target.basis != "per_year" or tally.period.key == "all":
        return horizon(target, plan)[1]
    return year_of(tally.period, plan).end


def current(tally: Tally, content: Content) -> list[TargetRow]:
    """The rows of the horizon that a tally is in: the first that is not over when it begins."""
    horizons = sorted(content.plan.horizons, key=lambda one: one.end)
    id_ = next((one.id for one in horizons if one.end >= tally.period.start), horizons[-1].id)
    if tally.period.key == "all":
        id_ = next((one.id for one in horizons if one.end >= tally.counted_to), horizons[-1].id)
    return [row for row in tally.rows if row.target.horizon == id_]


#: Which figures are told first.
_FIRST = ("trees", "awareness", "digital_skills", "jobs", "waste_models", "organic_models")


def main(tally: Tally, content: Content) -> list[TargetRow]:
    """The rows of the horizon that a tally is in, what matters most first."""
    return sorted(current(tally, content), key=lambda row: _FIRST.index(row.target.indicator))


# --- who was heard from, and what stands out


def expected(tally: Tally) -> list[UnitRow]:
    """The units with registered people; one that merged before the period is not apart."""
    rows = {unit.code: unit for unit in tally.units}
    for unit in tally.units:
        home = rows.get(unit.parent or "")
        if home is None or unit.until is None or unit.until >= tally.period.start:
            continue
        del rows[unit.code]
        rows[home.code] = replace(
            home,
            expected=home.expected + unit.expected,
            heard_from=home.heard_from + unit.heard_from,
            told={**home.told, **{f"{unit.code}:{key}": one for key, one in unit.told.items()}},
        )
    return [unit for unit in rows.values() if unit.expected]


def silent(tally: Tally) -> list[UnitRow]:
    """The units with registered people of which nobody told anything, nor anybody for them."""
    return [
        unit
        for unit in expected(tally)
        if not unit.heard_from and not any(one.reports for one in unit.told.values())
    ]


@dataclass(frozen=True, slots=True)
class Flag:
    """A unit whose figure of a target fell or rose so much that somebody should look."""

    unit: UnitRow
    target: Target
    kind: Literal["fall", "jump"]
    was: Decimal
    now: Decimal


def flags(tally: Tally) -> list[Flag]:
    """Steep falls and jumps of what units reported since the period before."""
    return list(_flags(tally))


def _flags(tally: Tally) -> Iterable[Flag]:
    over = tally.counted_to >= tally.period.end
    for row in tally.rows:
        if row.target.basis in {"stock", "share"}:
            continue
        for unit in tally.units:
            spans = list(unit.targets.get(row.target.id, {}).values())
            was = sum((one.last_period.reported for one in spans), Decimal(0))
            now = sum((one.in_period.reported for one in spans), Decimal(0))
            # What is not over yet has not fallen.
            if over and was >= WORTH_A_LOOK and now < was * FALL:
                yield Flag(unit, row.target, "fall", was, now)
            elif now >= WORTH_A_LOOK and was and now > was * JUMP:
                yield Flag(unit, row.target, "jump", was, now)

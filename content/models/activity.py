"""The shape of the kinds of report and the units of measure."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from content.models.fields import Indicator, Key, Line, Strict


class Conversion(Strict):
    """What one unit of measure is in another; `region` where it holds there only."""

    to: Key
    times: Decimal = Field(gt=0)
    region: Line | None = None


class UnitOfMeasure(Strict):
    """How an amount is told: cây, kg, bao and the like."""

    key: Key
    name: Line
    words: tuple[Line, ...]
    #: Counted one by one: there is no half of it.
    whole: bool = False
    #: Whether it has parts ("2 cân rưỡi", "3 ký 2").
    divisible: bool = False
    conversions: tuple[Conversion, ...] = ()


class Group(Strict):
    """A heading under which kinds of report are chosen."""

    key: Key
    name: Line


class Check(Strict):
    """Something asked beside the amount, to be answered yes or no."""

    key: Key
    question: Line


class Checks(Strict):
    """Yes-or-no questions, and the one question that answers them all at once."""

    all: Line
    each: Annotated[tuple[Check, ...], Field(min_length=1)]


class Large(Strict):
    """How an amount above the plausible is asked about; every choice says that it is right."""

    question: Line
    choices: Annotated[tuple[Line, ...], Field(min_length=1, max_length=2)]


class FollowUp(Strict):
    """Asking again some months after a report; the answer is a report of another activity."""

    activity: Key
    months: Annotated[tuple[int, ...], Field(min_length=1)]
    question: Line
    all: Line
    some: Line


class Activity(Strict):
    """One kind of report: what it is called, how it is asked and counted."""

    key: Key
    name: Line
    did: Line
    group: Key | None = None
    #: Asked for; always one; or one, the first time in a person's life.
    amount: Literal["asked", "once", "first"] = "asked"
    units: Annotated[tuple[Key, ...], Field(min_length=1)]
    #: What one report is of when it can be neither weighed nor counted.
    uncounted: Key | None = None
    #: By unit of measure: more than this is asked about and marked for review.
    plausible_max: dict[Key, int] = Field(default_factory=dict)
    large: Large | None = None
    checks: Checks | None = None
    follow_up: FollowUp | None = None
    #: Words that say that it was done, and words that only tell what a sentence is about.
    verbs: tuple[Line, ...]
    words: tuple[Line, ...]
    #: Units of measure that speak of this activity and no other.
    own_units: tuple[Key, ...] = ()
    things: Literal["species"] | None = None
    evidence_for: Indicator
    role: Literal["counts", "supports"]
    #: How much it was, where that is asked.
    question: Line = ""
    example: Line = ""

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if self.amount == "asked" and not (self.question and self.example):
            raise ValueError(f"{self.key}: question and example are needed where amount is asked")
        return self


class Activities(Strict):
    """Every kind of report and every unit of measure."""

    units: tuple[UnitOfMeasure, ...]
    groups: tuple[Group, ...] = ()
    activities: tuple[Activity, ...]

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        units = {unit.key for unit in self.units}
        groups = {group.key for group in self.groups}
        activities = {activity.key for activity in self.activities}
        for one in self.activities:
            named = {
                "units": one.units,
                "own_units": one.own_units,
                "plausible_max": one.plausible_max,
            }
            named["uncounted"] = [one.uncounted] if one.uncounted else []
            for key, keys in named.items():
                for unit in keys:
                    if unit not in units:
                        raise ValueError(
                            f"activities.{one.key}.{key}: no unit has the key {unit!r}"
                        )
            if one.group is not None and one.group not in groups:
                raise ValueError(f"activities.{one.key}.group: no group has the key {one.group!r}")
            if one.follow_up and one.follow_up.activity not in activities:
                raise ValueError(
                    f"activities.{one.key}.follow_up.activity: "
                    f"no activity has the key {one.follow_up.activity!r}"
                )
        for unit_of_measure in self.units:
            for conversion in unit_of_measure.conversions:
                if conversion.to not in units:
                    raise ValueError(
                        f"units.{unit_of_measure.key}.conversions: "
                        f"no unit has the key {conversion.to!r}"
                    )
        return self

"""A frozen tally read back from its JSON text, to be shown in any form and any scope."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from content.loader import Content
from content.models.plan import Target
from handlers.reports.periods import Period
from handlers.reports.tables import (
    BySource,
    Figures,
    LateReports,
    ListedEntry,
    Moved,
    Revision,
    Spans,
    Tally,
    TargetRow,
    UnitRow,
)
from storage.outside import Figure
from storage.reviews import Changes, Told
from storage.rosters import Roster

_SPANS = ("", "cumulative_", "last_period_", "last_year_")


def thaw(text: str, content: Content) -> Tally:
    """The whole tally that a JSON text was made of."""
    told = json.loads(text, parse_float=Decimal)
    return Tally(
        program=told["program"],
        period=_period(told["period"]),
        made_at=datetime.fromisoformat(told["made_at"]),
        counted_to=date.fromisoformat(told["counted_to"]),
        rows=tuple(_row(one, content) for one in told["rows"]),
        units=tuple(map(_unit, told["units"])),
        entries=tuple(ListedEntry(**_dated(one, "since", "day")) for one in told["entries"]),
        papers=tuple(
            Figure(
                **{
                    **_dated(one, "first_day", "last_day", "paper_day"),
                    "quantity": Decimal(one["quantity"]),
                }
            )
            for one in told["papers"]
        ),
        number=told["revision"],
        revision=_revision(told["changed"]) if "changed" in told else None,
    )


def _period(told: Mapping[str, Any]) -> Period:
    key, start, end = told["key"], told["start"], date.fromisoformat(told["end"])
    year = end.year if key == "all" else int(key[:4])
    is_week = "W" in key
    return Period(key, told["label"], date.fromisoformat(start), end, year, is_week=is_week)


def _row(told: Mapping[str, Any], content: Content) -> TargetRow:
    """A row as it was counted, whatever the plan has come to say of its target."""
    known = {one.id: one for one in content.plan.targets}.get(told["target"])
    share = told["basis"] == "share"
    target = Target(
        id=told["target"],
        number=told["number"],
        horizon=told["horizon"],
        text=told["text"],
        indicator=told["indicator"],
        goal=told["goal"],
        goal_max=told.get("goal_max"),
        unit_of_measure=told["unit_of_measure"],
        basis=told["basis"],
        lead=told["agency"],
        coordinating=told["coordinating"],
        counting=known.counting if known else told["text"],
        roster=known.roster if known and share else None,
    )
    return TargetRow(
        target=target,
        lead=told["agency_name"],
        sources=_by_source(told["sources"]),
    )


def _unit(told: Mapping[str, Any]) -> UnitRow:
    return UnitRow(
        code=told["unit"],
        name=told["name"],
        parent=told.get("parent"),
        expected=told["expected"],
        heard_from=told["heard_from"],
        values={key: _figures(one) for key, one in told["values"].items()},
        targets={id_: _by_source(one) for id_, one in told["targets"].items()},
        weeks={
            indicator: {week: _figures(one) for week, one in weeks.items()}
            for indicator, weeks in told["weeks"].items()
        },
        rosters={
            kind: Roster(unit=told["unit"], kind=kind, **_dated(one, "day"))
            for kind, one in told["rosters"].items()
        },
        told=_told(told),
        until=date.fromisoformat(told["until"]) if "until" in told else None,
    )


def _told(unit: Mapping[str, Any]) -> Mapping[str, Told]:
    """By activity; what was frozen before that was kept is of no named one."""
    told = unit.get("told", {"": {"waiting": unit["waiting"], "changes": unit["changes"]}})
    return {
        activity: Told(**{**one, "changes": Changes(**one["changes"])})
        for activity, one in told.items()
    }


def _by_source(told: Mapping[str, Any]) -> BySource:
    return {source: _spans(one) for source, one in told.items()}


def _spans(told: Mapping[str, Any]) -> Spans:
    this, cumulative, last, year = (_figures(told, span) for span in _SPANS)
    return Spans(in_period=this, cumulative=cumulative, last_period=last, last_year=year)


def _figures(told: Mapping[str, Any], span: str = "") -> Figures:
    return Figures(Decimal(told[f"{span}reported"]), Decimal(told[f"{span}confirmed"]))


def _dated(told: Mapping[str, Any], *days: str) -> dict[str, Any]:
    return {**told, **{day: date.fromisoformat(told[day]) for day in days}}


def _revision(told: Mapping[str, Any]) -> Revision:
    return Revision(
        why=told["why"],
        moved=tuple(
            Moved(
                target=one["target"],
                was=_spans(one["was"]),
                now=_spans(one["now"]),
                people_was=one.get("people_was"),
                people_now=one.get("people_now"),
            )
            for one in told["moved"]
        ),
        late=tuple(
            LateReports(**{**one, "amount": Decimal(one["amount"])}) for one in told["late"]
        ),
        changes=Changes(**told["reports"]),
    )

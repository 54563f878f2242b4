"""The forms a tally comes out in: JSON and CSV for machines, lines of text for people."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from content.loader import Content
from content.models.plan import Target
from handlers.reports.figures import Figures, Tally, TargetRow, UnitRow
from handlers.talk.understanding.numbers import in_digits

#: How many silent units are named before the rest are only counted.
NAMED = 3


def as_json(tally: Tally, content: Content) -> str:
    """The tally as JSON text."""
    return json.dumps(_plain(tally, content), ensure_ascii=False, indent=2)


def _plain(tally: Tally, content: Content) -> dict[str, Any]:
    period = tally.period
    return {
        "program": tally.program,
        "period": {
            "key": period.key,
            "label": period.label,
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
        },
        "frozen": False,
        "revision": 0,
        "made_at": tally.made_at.isoformat(),
        "rows": [_row(row, content) for row in tally.rows],
        "units": [_unit(unit) for unit in tally.units],
        "changes": asdict(tally.changes),
    }


def _row(row: TargetRow, content: Content) -> dict[str, Any]:
    target = row.target
    return {
        "target": target.id,
        "indicator": target.indicator,
        "horizon": target.horizon,
        "text": target.text,
        "agency": target.lead,
        "agency_name": row.lead,
        "coordinating": list(target.coordinating),
        "unit_of_measure": target.unit_of_measure,
        "basis": target.basis,
        "goal": target.goal,
        **({"goal_max": target.goal_max} if target.goal_max else {}),
        "reported": number(row.in_period.reported),
        "confirmed": number(row.in_period.confirmed),
        "cumulative_reported": number(row.cumulative.reported),
        "cumulative_confirmed": number(row.cumulative.confirmed),
        "toward_goal": toward_goal(target, content),
        "note": note(target, content),
    }


def toward_goal(target: Target, content: Content) -> str:
    """Which of the two figures counts toward the goal."""
    skills = target.indicator == "digital_skills"
    return "reported" if skills and content.plan.skills.counts != "confirmed" else "confirmed"


def note(target: Target, content: Content) -> str:
    """What a reader must know before quoting the figure."""
    if target.basis == "share":
        return content.phrases["tally.no_roster"]
    if counts_from_register(target, content):
        return content.phrases["tally.register_only"]
    return content.phrases["tally.partial"]


def counts_from_register(target: Target, content: Content) -> bool:
    """Whether only an approved register feeds a target, never a report from the chat."""
    return target.basis != "share" and not any(
        one.evidence_for == target.indicator and one.role == "counts"
        for one in content.activities.activities
    )


def _unit(unit: UnitRow) -> dict[str, Any]:
    return {
        "unit": unit.code,
        "name": unit.name,
        "expected": unit.expected,
        "heard_from": unit.heard_from,
        "values": {
            key: {"reported": number(figures.reported), "confirmed": number(figures.confirmed)}
            for key, figures in unit.values.items()
        },
    }


def number(value: Decimal) -> int | float:
    """A whole number as int, any other as float."""
    return int(value) if value % 1 == 0 else float(value)


def as_csv(tally: Tally, content: Content) -> str:
    """The tally's targets and units as CSV, one figure pair a line."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["period", "kind", "code", "name", "measure", "goal", "reported", "confirmed",
         "cumulative_reported", "cumulative_confirmed", "note", "goal_max"]
    )  # fmt: skip
    for row in tally.rows:
        target = row.target
        writer.writerow(
            [tally.period.key, "target", target.id, _safe(target.text), target.indicator,
             target.goal, number(row.in_period.reported), number(row.in_period.confirmed),
             number(row.cumulative.reported), number(row.cumulative.confirmed),
             _safe(note(target, content)), target.goal_max or ""]
        )  # fmt: skip
    for unit in tally.units:
        for measure, figures in unit.values.items():
            writer.writerow(
                [tally.period.key, "unit", unit.code, _safe(unit.name), measure, "",
                 number(figures.reported), number(figures.confirmed), "", "", "", ""]
            )  # fmt: skip
    return out.getvalue()


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def as_text(tally: Tally, content: Content) -> str:
    """The tally as lines for a person: targets of the running horizon, then who is silent."""
    say = content.phrases
    period = tally.period
    title = say["tally.title"].format(
        label=period.label, start=_day(period.start), end=_day(period.end)
    )
    current = min(
        (one for one in content.plan.horizons if one.end >= period.start),
        key=lambda one: one.end,
        default=content.plan.horizons[-1],
    )
    rows = [_line(row, content) for row in tally.rows if row.target.horizon == current.id]
    supports, changed = _supports(tally, content), _changed(tally, content)
    return "\n".join([title, *rows, *supports, *changed, silent(tally, content)])


def _changed(tally: Tally, content: Content) -> list[str]:
    """A line when reports of the period no longer stand as they were told."""
    changes = asdict(tally.changes)
    return [content.phrases["tally.changes"].format(**changes)] if any(changes.values()) else []


def _line(row: TargetRow, content: Content) -> str:
    say, target = content.phrases, row.target
    goal = in_digits(Decimal(target.goal))
    if target.goal_max:
        goal = say["tally.range"].format(low=goal, high=in_digits(Decimal(target.goal_max)))
    # People are counted where the goal is a share; without a roster no share is shown.
    share = target.basis == "share"
    key = {"share": "tally.row_share", "stock": "tally.row_stock"}.get(target.basis, "tally.row")
    if target.indicator == "digital_skills":
        key = "tally.row_skills"
    return say[key].format(
        name=say[f"tally.{target.indicator}"],
        reported=in_digits(row.in_period.reported),
        confirmed=in_digits(row.in_period.confirmed),
        cumulative=in_digits(row.cumulative.reported),
        cumulative_confirmed=in_digits(row.cumulative.confirmed),
        goal=goal if share else f"{goal} {target.unit_of_measure}",
        why=say["tally.no_roster"],
        what=say[f"tally.skills_{content.plan.skills.reported_at}"],
    )


def _supports(tally: Tally, content: Content) -> list[str]:
    """A line for each activity that illustrates a target without adding to it."""
    lines = []
    for activity in content.activities.activities:
        if activity.role != "supports":
            continue
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for unit in tally.units:
            for measure in activity.units:
                key = activity.key if measure == activity.units[0] else f"{activity.key}_{measure}"
                sums[measure] += unit.values.get(key, Figures()).reported
        amounts = [
            f"{in_digits(amount)} {content.unit_of_measure(measure).name}"
            for measure, amount in sums.items()
            if amount
        ]
        if amounts:
            said = content.phrases["tally.supports"]
            lines.append(said.format(name=activity.name, amounts=", ".join(amounts)))
    return lines


def silent(tally: Tally, content: Content) -> str:
    """Which units with registered people nobody was heard from in."""
    say = content.phrases
    if not any(unit.expected or unit.heard_from for unit in tally.units):
        return say["tally.nobody"]
    names = [unit.name for unit in tally.units if unit.expected and not unit.heard_from]
    if not names:
        return say["tally.all_heard"]
    listed = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        listed = say["tally.more"].format(names=listed, count=len(names) - NAMED)
    return say["tally.silent"].format(units=listed)


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"

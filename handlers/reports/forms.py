"""The forms a tally comes out in as text: JSON and CSV for machines, lines for people."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from content.loader import Content
from content.models.plan import Target
from handlers.reports import changed, progress
from handlers.reports.tables import Figures, Spans, Tally, TargetRow, UnitRow
from handlers.talk.understanding.numbers import in_digits
from storage.reports import OUTSIDE

#: A number below nothing.
_LESS = re.compile(r"-\d+(\.\d+)?")
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
        "frozen": tally.number > 0,
        "revision": tally.number,
        "made_at": tally.made_at.isoformat(),
        "counted_to": tally.counted_to.isoformat(),
        "rows": [_row(row, tally, content) for row in tally.rows],
        "units": [_unit(unit) for unit in tally.units],
        "changes": asdict(tally.changes),
        "completeness": _completeness(tally),
        "flags": [
            {
                "unit": one.unit.code,
                "target": one.target.id,
                "kind": one.kind,
                "was": number(one.was),
                "now": number(one.now),
            }
            for one in progress.flags(tally)
        ],
        "entries": [
            {**asdict(one), "since": one.since.isoformat(), "day": one.day.isoformat()}
            for one in tally.entries
        ],
        "papers": [
            {
                **asdict(one),
                "quantity": number(one.quantity),
                "first_day": one.first_day.isoformat(),
                "last_day": one.last_day.isoformat(),
                "paper_day": one.paper_day.isoformat(),
            }
            for one in tally.papers
        ],
        **({"changed": _changed_json(tally)} if tally.revision else {}),
    }


def _row(row: TargetRow, tally: Tally, content: Content) -> dict[str, Any]:
    target, spans = row.target, row.spans
    missing = progress.needed(row, tally, content)
    share, goal = progress.percent_of_people(row, content), progress.percent_of_goal(row, content)
    return {
        "target": target.id,
        "number": target.number,
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
        **spans_json(spans),
        "toward_goal": progress.toward_goal(target, content),
        "sources": {source: spans_json(one) for source, one in row.sources.items()},
        **(_roster_json(row) if row.roster else {}),
        **({"percent": number(share)} if share is not None else {}),
        **({"percent_of_goal": number(goal)} if goal is not None else {}),
        **(_needed_json(missing) if missing else {}),
        "note": note(row, content),
    }


def spans_json(spans: Spans) -> dict[str, Any]:
    """The eight figures of a target under their names."""
    return {
        "reported": number(spans.in_period.reported),
        "confirmed": number(spans.in_period.confirmed),
        "cumulative_reported": number(spans.cumulative.reported),
        "cumulative_confirmed": number(spans.cumulative.confirmed),
        "last_period_reported": number(spans.last_period.reported),
        "last_period_confirmed": number(spans.last_period.confirmed),
        "last_year_reported": number(spans.last_year.reported),
        "last_year_confirmed": number(spans.last_year.confirmed),
    }


def _roster_json(row: TargetRow) -> dict[str, Any]:
    assert row.roster is not None  # noqa: S101 - asked for only where there is one
    return {
        "denominator": row.roster.people,
        "denominator_day": row.roster.day.isoformat(),
        "denominator_source": row.roster.source,
    }


def _needed_json(missing: progress.Needed) -> dict[str, Any]:
    weekly = missing.per_week
    return {
        "needed": number(missing.amount),
        "deadline": missing.deadline.isoformat(),
        "weeks_left": missing.weeks,
        **({"needed_per_week": number(weekly)} if weekly is not None else {}),
    }


def note(row: TargetRow, content: Content) -> str:
    """What a reader must know before quoting the figure."""
    target, say = row.target, content.phrases
    outside = row.sources.get(OUTSIDE, Spans()).cumulative.reported
    told = []
    if told_of_whole := of_whole(row, content):
        told.append(told_of_whole)
    if told_of_range := of_range(row, content):
        told.append(told_of_range)
    if target.basis == "share" and row.roster is None:
        told.append(say["tally.no_roster"])
    elif target.basis == "share" and progress.too_small(row, content):
        told.append(say["tally.roster_small"])
    if outside:
        told.append(say["tally.with_outside"].format(amount=in_digits(outside)))
    elif counts_from_register(target, content):
        told.append(say["tally.register_only"])
    elif target.basis != "share":
        told.append(say["tally.partial"])
    return "; ".join(told)


def of_range(row: TargetRow, content: Content) -> str:
    """How much of both ends of a goal is reached; empty where it has one, or no percent is told."""
    goal, high = row.target.goal, row.target.goal_max
    percent = progress.percent_of_goal(row, content)
    high_percent = progress.percent_of_goal(row, content, high)
    if not high or percent is None or high_percent is None:
        return ""
    return content.phrases["tally.of_range"].format(
        percent=in_digits(percent), goal=goal, reached=in_digits(high_percent), high=high
    )


def of_whole(row: TargetRow, content: Content) -> str:
    """How much some units did of what was done in all; empty where there is no such part."""
    percent, root = progress.percent_of_whole(row, content), content.root_unit.name
    if percent is None:
        return ""
    told, unit = in_digits(percent), root[0].lower() + root[1:]
    return content.phrases["tally.of_whole"].format(percent=told, unit=unit)


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
        **({"parent": unit.parent} if unit.parent else {}),
        **({"until": unit.until.isoformat()} if unit.until else {}),
        "expected": unit.expected,
        "heard_from": unit.heard_from,
        "values": {key: _pair(figures) for key, figures in unit.values.items()},
        "targets": {
            id_: {source: spans_json(spans) for source, spans in by_source.items()}
            for id_, by_source in unit.targets.items()
        },
        "weeks": {
            indicator: {week: _pair(figures) for week, figures in weeks.items()}
            for indicator, weeks in unit.weeks.items()
        },
        "rosters": {
            kind: {"people": one.people, "day": one.day.isoformat(), "source": one.source}
            for kind, one in unit.rosters.items()
        },
        "waiting": unit.waiting,
        "changes": asdict(unit.changes),
        "told": {activity: asdict(one) for activity, one in unit.told.items()},
    }


def _pair(figures: Figures) -> dict[str, Any]:
    return {"reported": number(figures.reported), "confirmed": number(figures.confirmed)}


def _completeness(tally: Tally) -> dict[str, Any]:
    expected = progress.expected(tally)
    quiet = progress.silent(tally)
    return {
        "units_expected": len(expected),
        "units_heard": len(expected) - len(quiet),
        "silent": [unit.code for unit in quiet],
        "waiting": tally.waiting,
    }


def _changed_json(tally: Tally) -> dict[str, Any]:
    revision = tally.revision
    assert revision is not None  # noqa: S101 - asked for only where there is one
    return {
        "why": revision.why,
        "moved": [
            {
                "target": one.target,
                "was": spans_json(one.was),
                "now": spans_json(one.now),
                **({"people_was": one.people_was} if one.people_was else {}),
                **({"people_now": one.people_now} if one.people_now else {}),
            }
            for one in revision.moved
        ],
        "late": [{**asdict(one), "amount": number(one.amount)} for one in revision.late],
        "reports": asdict(revision.changes),
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
            [tally.period.key, "target", target.id, safe(target.text), target.indicator,
             target.goal, number(row.in_period.reported), number(row.in_period.confirmed),
             number(row.cumulative.reported), number(row.cumulative.confirmed),
             safe(note(row, content)), target.goal_max or ""]
        )  # fmt: skip
    for unit in tally.units:
        for measure, figures in unit.values.items():
            writer.writerow(
                [tally.period.key, "unit", unit.code, safe(unit.name), measure, "",
                 number(figures.reported), number(figures.confirmed), "", "", "", ""]
            )  # fmt: skip
    return out.getvalue()


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula; what is taken away stays a number."""
    formula = text.startswith(("=", "+", "-", "@", "\t", "\r")) and not _LESS.fullmatch(text)
    return f"'{text}" if formula else text


def as_text(tally: Tally, content: Content) -> str:
    """The tally as lines for a person: targets of the running horizon, then who is silent."""
    say = content.phrases
    period = tally.period
    title = say["tally.title"].format(
        label=period.label, start=day_text(period.start), end=day_text(period.end)
    )
    if tally.to_come:
        return "\n".join([title, *state_line(tally, content)])
    rows = [_line(row, content) for row in progress.current(tally, content)]
    beside = [*_supports(tally, content), *_changed(tally, content)]
    state = [*part_line(tally, content), *state_line(tally, content)]
    state += changed.lines(tally, content)
    flagged = flag_lines(tally, content)[:NAMED]
    quiet = silent(tally, content)
    return "\n".join([title, *state, *rows, *beside, *flagged, quiet])


def flag_lines(tally: Tally, content: Content) -> list[str]:
    """A line for each unit whose figures fell or rose so much that somebody should look."""
    say = content.phrases
    return [
        say[f"tally.{one.kind}"].format(
            unit=one.unit.name,
            name=say[f"tally.{one.target.indicator}"].lower(),
            low=in_digits(one.was),
            high=in_digits(one.now),
        )
        for one in progress.flags(tally)
    ]


def part_line(tally: Tally, content: Content) -> list[str]:
    """A line when the figures are those of some units or agencies only."""
    if not tally.part:
        return []
    whole = content.root_unit.name[0].lower() + content.root_unit.name[1:]
    return [content.phrases["tally.part"].format(names=tally.part, unit=whole)]


def state_line(tally: Tally, content: Content) -> list[str]:
    """A line when the period has not begun; or is frozen, and what the last revision changed."""
    say, revision = content.phrases, tally.revision
    if tally.to_come:
        start = day_text(tally.period.start)
        return [say["tally.to_come"].format(label=tally.period.label, start=start)]
    if not tally.number:
        return []
    lines = [say["tally.frozen"].format(number=tally.number, date=day_text(tally.made_at.date()))]
    if revision and revision.why:
        lines.append(say["tally.why"].format(why=revision.why))
    if revision and (late := sum(one.reports for one in revision.late)):
        lines.append(say["tally.late"].format(count=late))
    return lines


def _changed(tally: Tally, content: Content) -> list[str]:
    """A line when reports of the period no longer stand as they were told."""
    changes = asdict(tally.changes)
    return [content.phrases["tally.changes"].format(**changes)] if any(changes.values()) else []


def goal_text(target: Target, content: Content) -> str:
    """A goal in digits; a range shows both ends."""
    goal = in_digits(Decimal(target.goal))
    if target.goal_max:
        high = in_digits(Decimal(target.goal_max))
        goal = content.phrases["tally.range"].format(low=goal, high=high)
    return goal


def _line(row: TargetRow, content: Content) -> str:
    say, target = content.phrases, row.target
    goal = goal_text(target, content)
    # People are counted where the goal is a share; without a roster no share is shown.
    share = progress.percent_of_people(row, content)
    key = {"share": "tally.row_share", "stock": "tally.row_stock"}.get(target.basis, "tally.row")
    if target.indicator == "digital_skills":
        key = "tally.row_skills"
    if share is not None:
        key = "tally.row_percent"
    line = say[key].format(
        name=say[f"tally.{target.indicator}"],
        reported=in_digits(row.in_period.reported),
        confirmed=in_digits(row.in_period.confirmed),
        cumulative=in_digits(row.cumulative.reported),
        cumulative_confirmed=in_digits(row.cumulative.confirmed),
        goal=goal if target.basis == "share" else f"{goal} {target.unit_of_measure}",
        why=say["tally.no_roster"],
        what=say[f"tally.skills_{content.plan.skills.reported_at}"],
        percent=in_digits(share or Decimal(0)),
        total=in_digits(Decimal(row.roster.people)) if row.roster else "",
        date=day_text(row.roster.day) if row.roster else "",
    )
    outside = row.sources.get(OUTSIDE, Spans()).cumulative.reported
    if outside:
        line += " " + say["tally.outside"].format(amount=in_digits(outside))
    if progress.too_small(row, content):
        line += " " + say["tally.roster_small_line"]
    return line


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
    names = [unit.name for unit in progress.silent(tally)]
    if not names:
        return say["tally.all_heard"]
    listed = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        listed = say["tally.more"].format(names=listed, count=len(names) - NAMED)
    return say["tally.silent"].format(units=listed)


def day_text(day: date) -> str:
    """A day as it stands in papers: 5/11/2026."""
    return f"{day.day}/{day.month}/{day.year}"

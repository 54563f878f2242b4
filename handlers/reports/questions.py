"""The questions people asked as a table, a line each: no names and no words."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from content.loader import Content
from handlers.reports import sheets
from handlers.talk.rights import LEADERS
from handlers.talk.scene import local_day
from storage.questions import ANSWERED, UNCLEAR, Question

_HEAD = (
    "question", "asked_on", "unit", "subject", "with", "state", "days", "answers", "not_clear",
    "last_step_on",
)  # fmt: skip
_WIDTHS = (8, 12, 28, 28, 34, 18, 10, 10, 12, 14)


def days_open(one: Question, today: date) -> int:
    """For how many days a question waits, or until it was last answered."""
    last = next((step for step in reversed(one.steps) if step.step == ANSWERED), None)
    until = local_day(last.at) if last and not one.is_open else today
    return (until - local_day(one.steps[0].at)).days


def _rows(
    every: Iterable[Question], content: Content, today: date, units: Collection[str] | None
) -> Iterator[tuple[str | int, ...]]:
    """The questions of some units (None: of all); desks and states by their keys."""
    agencies = {one.key: one.name for one in content.plan.agencies}
    for one in every:
        if units is not None and one.unit not in units:
            continue
        steps = Counter(step.step for step in one.steps)
        unit = content.units.get(one.unit, content.root_unit).name
        state = "open" if one.is_open else one.steps[-1].step
        yield (
            one.id, f"{local_day(one.steps[0].at)}", unit, content.subject(one.subject).name,
            agencies.get(one.desk, one.desk), state, days_open(one, today), steps[ANSWERED],
            steps[UNCLEAR], f"{local_day(one.steps[-1].at)}",
        )  # fmt: skip


def as_csv(
    every: Iterable[Question], content: Content, today: date, units: Collection[str] | None = None
) -> str:
    """The questions of some units (None: of all) as CSV, for programs."""
    out = io.StringIO()
    csv.writer(out).writerows([_HEAD, *_rows(every, content, today, units)])
    return out.getvalue()


def as_workbook(
    every: Iterable[Question], content: Content, today: date, units: Collection[str] | None
) -> bytes:
    """The same as the bytes of an xlsx, for people."""
    say = content.phrases
    told = {
        LEADERS: say["role.leader"],
        **{key: say[f"question.state_{key}"] for key in ("open", "answered", "closed")},
    }
    rows = [
        tuple(told.get(cell, cell) if isinstance(cell, str) else cell for cell in row)
        for row in _rows(every, content, today, units)
    ]
    head = [say[f"question.column_{key}"] for key in _HEAD]
    return sheets.make([sheets.Sheet(say["question.sheet"], head, _WIDTHS, rows)])

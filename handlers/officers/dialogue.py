"""Questions as an officer sees them: subjects, ages and counts, and a table without names."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date

from content.loader import Content
from handlers.talk import rights
from handlers.talk.flow import Ending, Offer
from handlers.talk.routes import MENU, QUESTIONS
from handlers.talk.scene import Scene, local_day
from storage import questions
from storage.database import Tx
from storage.questions import ANSWERED, UNCLEAR, Question


async def page(tx: Tx, scene: Scene, _argument: str) -> Ending:
    """How many questions wait and were answered in the own units, by what they are about."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a right
    units = rights.units(person, "questions", scene.content)
    seen = [one for one in await questions.every(tx) if units is None or one.unit in units]
    see = Offer(scene.say("question.see"), QUESTIONS)
    offers = (see, Offer(scene.say("menu.home"), MENU))
    if not seen:
        return Ending((scene.reply("question.none_ever"),), offers)
    waiting = [one for one in seen if one.is_open]
    told = scene.reply(
        "question.counts" if waiting else "question.counts_done",
        total=len(seen),
        count=len(waiting),
        day=max((_days(one, scene.today) for one in waiting), default=0),
        lines="\n".join(_by_subject(scene, seen, waiting)),
    )
    return Ending((told,), offers)


def _by_subject(scene: Scene, seen: list[Question], waiting: list[Question]) -> Iterable[str]:
    all_, left = Counter(_subjects(scene, seen)), Counter(_subjects(scene, waiting))
    for name, total in all_.most_common():
        yield scene.say("question.count", name=name, total=total, count=left[name])


def _subjects(scene: Scene, some: list[Question]) -> list[str]:
    return [scene.content.subject(one.subject).name for one in some]


def _days(one: Question, today: date) -> int:
    """For how many days a question waits, or until it was last answered."""
    last = next((step for step in reversed(one.steps) if step.step == ANSWERED), None)
    until = local_day(last.at) if last and not one.is_open else today
    return (until - local_day(one.steps[0].at)).days


def as_csv(
    every: Iterable[Question], content: Content, today: date, units: Collection[str] | None = None
) -> str:
    """The questions of some units (None: of all) as CSV, a line each, without names or words."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["question", "asked_on", "unit", "subject", "with", "state", "days", "answers",
         "not_clear", "last_step_on"]
    )  # fmt: skip
    agencies = {one.key: one.name for one in content.plan.agencies}
    for one in every:
        if units is not None and one.unit not in units:
            continue
        steps = Counter(step.step for step in one.steps)
        unit = content.units.get(one.unit, content.root_unit).name
        state = "open" if one.is_open else one.steps[-1].step
        writer.writerow(
            [one.id, local_day(one.steps[0].at), unit, content.subject(one.subject).name,
             agencies.get(one.desk, one.desk), state, _days(one, today), steps[ANSWERED],
             steps[UNCLEAR], local_day(one.steps[-1].at)]
        )  # fmt: skip
    return out.getvalue()

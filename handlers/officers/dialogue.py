"""Questions as an officer sees them: subjects, ages and counts, and a table without names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from handlers.reports.questions import days_open
from handlers.talk import rights
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Document, Reply
from handlers.talk.routes import MENU, QUESTIONS
from handlers.talk.scene import Scene
from storage import questions
from storage.database import Tx
from storage.questions import Question

#: Behind the name of the page: the table.
_FILE = "file"


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """How many questions of the own units wait and were answered; or all as a table (`file`)."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a right
    units = rights.units(person, "questions", scene.content)
    seen = [one for one in await questions.every(tx) if units is None or one.unit in units]
    see = Offer(scene.say("question.see"), QUESTIONS)
    home = Offer(scene.say("menu.home"), MENU)
    if not seen:
        return Ending((scene.reply("question.none_ever"),), (see, home))
    if argument == _FILE:
        values = {"questions": None if units is None else sorted(units)}
        document = Document(name=f"Cau-hoi-{scene.today}.xlsx", values=values)
        return Ending((Reply(text=scene.say("question.file"), document=document),), (see, home))
    waiting = [one for one in seen if one.is_open]
    told = scene.reply(
        "question.counts" if waiting else "question.counts_done",
        total=len(seen),
        count=len(waiting),
        day=max((days_open(one, scene.today) for one in waiting), default=0),
        lines="\n".join(_by_subject(scene, seen, waiting)),
    )
    file = Offer(scene.say("question.get_file"), f"question_counts:{_FILE}")
    return Ending((told,), (see, file, home))


def _by_subject(scene: Scene, seen: list[Question], waiting: list[Question]) -> Iterable[str]:
    all_, left = Counter(_subjects(scene, seen)), Counter(_subjects(scene, waiting))
    for name, total in all_.most_common():
        yield scene.say("question.count", name=name, total=total, count=left[name])


def _subjects(scene: Scene, some: list[Question]) -> list[str]:
    return [scene.content.subject(one.subject).name for one in some]

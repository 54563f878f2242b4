"""Questions that wait: what they are about, where, for how long; no names and no words."""

from __future__ import annotations

from handlers.boards import figures
from handlers.boards.behind import turns
from handlers.boards.parts import ROWS, Asked, Board, Grid, Lines, Part
from handlers.boards.parts import pages as pages_of
from handlers.reports import forms
from handlers.reports.figures import home
from handlers.talk import rights
from handlers.talk.scene import Scene, local_day
from storage import questions
from storage.database import Tx

QUESTIONS = "cau-hoi"
_HEAD = ("subject", "unit", "day", "age", "desk")


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board | None:
    """The open questions of the own units, the oldest first."""
    person, content = scene.person, scene.content
    assert person is not None  # noqa: S101 - boards are for who has come in
    units = rights.units(person, "questions", content)
    seen = [one for one in await questions.every(tx) if units is None or one.unit in units]
    waiting = sorted((one for one in seen if one.is_open), key=lambda one: one.steps[0].at)
    number, last = pages_of(asked, len(waiting))
    agencies = {one.key: one.name for one in content.plan.agencies}
    count = scene.say("board.questions_count", total=len(seen), count=len(waiting))
    parts: list[Part] = [
        Lines(lines=[count, scene.say("board.questions_chat")]),
        Grid(
            caption=scene.say("board.questions"),
            head=[scene.say(f"board.question_{one}") for one in _HEAD],
            rows=[
                [
                    figures.text(content.subject(one.subject).name),
                    figures.text(content.units[home(content, one.unit)].name),
                    figures.text(forms.day_text(local_day(one.steps[0].at))),
                    figures.amount((scene.today - local_day(one.steps[0].at)).days),
                    figures.text(agencies.get(one.desk) or scene.say("role.leader")),
                ]
                for one in waiting[(number - 1) * ROWS : number * ROWS]
            ],
            empty=scene.say("board.questions_none"),
        ),
        *turns(scene, QUESTIONS, {}, number, last),
    ]
    return Board(title=scene.say("board.to_questions"), parts=parts)

"""Questions that stay open: whoever has one is reminded, and a leader's goes to the association."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from content.models.plan import QuestionRule
from handlers.elders.question import desks
from handlers.talk import rights
from handlers.talk.messages import Reply
from handlers.talk.reminding import remind
from handlers.talk.routes import QUESTIONS
from handlers.talk.scene import Library, Scene, local_day
from handlers.talk.telling import choice
from storage import questions
from storage.database import Tx
from storage.people import Person
from storage.questions import CHASED, PASSED, Question


async def chase_questions(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Put the due reminders on their way, about `most` at once; how many.

    A leader who does not answer is reminded once, then the question goes on to the association; the
    association and agencies are reminded again and again. One reminder is of all that waits.
    """
    rule, put = library.content.plan.questions, 0
    scene = Scene(library, now, "", "", None)
    for question in await questions.waiting(tx):
        if put >= most:
            break
        if question.desk == rights.LEADERS and _late(
            question.arrived.at, now, rule.leader_days + rule.association_days
        ):
            put += await _escalate(tx, scene, question)
        elif _late(question.chased_at or question.arrived.at, now, _patience(question, rule)) and (
            question.desk != rights.LEADERS or question.chased_at is None
        ):
            put += await _chase(tx, scene, question)
    return put


def _patience(question: Question, rule: QuestionRule) -> int:
    return rule.leader_days if question.desk == rights.LEADERS else rule.association_days


def _late(since: datetime, now: datetime, days: int) -> bool:
    return local_day(now) - local_day(since) >= timedelta(days=days)


async def _escalate(tx: Tx, scene: Scene, question: Question) -> int:
    """Let the association have a question, if anybody there can be reached."""
    desk, content = scene.content.plan.questions.association, scene.content
    if not await desks.those_at(tx, content, desk, question.unit, question.person_id):
        return await _chase(tx, scene, question) if question.chased_at is None else 0
    passed = await questions.add(tx, question, _step(scene, PASSED, desk))
    if passed is None:
        return 0
    await desks.tell_asker(tx, scene, passed)
    return 1 + await desks.tell_desk(tx, scene, passed)


async def _chase(tx: Tx, scene: Scene, question: Question) -> int:
    """Remind those who have a question; whom the rule spares today is reminded another day."""
    there = await desks.those_at(
        tx, scene.content, question.desk, question.unit, question.person_id
    )
    reminded = [one for one in there if await _remind(tx, scene, question, one)]
    if reminded:
        await questions.add(tx, question, _step(scene, CHASED, question.desk))
    return len(reminded)


async def _remind(tx: Tx, scene: Scene, question: Question, one: Person) -> bool:
    days = (local_day(scene.now) - local_day(question.asked.at)).days
    key = f"question:{question.id}:{question.number + 1}:{one.id}"
    return await remind(tx, scene.library, scene.now, one.id, key, partial(_reminder, days))


def _reminder(days: int, theirs: Scene) -> Reply:
    see = choice(
        theirs,
        1,
        theirs.say("question.see"),
        QUESTIONS,
        theirs.content.vocabulary.answers.yes,
    )
    return Reply(text=theirs.say("question.reminder", count=days), choices=(see,))


def _step(scene: Scene, step: str, desk: str) -> questions.Step:
    return questions.Step(step=step, desk=desk, words="", by_id=None, at=scene.now)

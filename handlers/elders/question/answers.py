"""What somebody says of an answer, at once or days later: that it is clear, or that it is not."""

from __future__ import annotations

from datetime import timedelta
from textwrap import shorten

from handlers.elders.question import desks
from handlers.talk.flow import Ending, Offer
from handlers.talk.routes import ASK, CLEAR, MENU, THANKS
from handlers.talk.scene import Scene
from storage import questions
from storage.database import Tx
from storage.questions import ANSWERED, CLOSED, Question, Step

#: So long after an answer bare words ("chưa rõ") are about it; its buttons never grow old.
FRESH = timedelta(days=7)
#: How many answers are offered where more than one may be meant; so many letters recall each.
SHOWN, LONGEST_LABEL = 3, 40


async def clear(tx: Tx, scene: Scene, argument: str) -> Ending:
    """An answer (`12`, or the fresh one) was clear: the question is closed."""
    if not argument:
        return _which(scene, CLEAR, await _unclosed(tx, scene)) or Ending(go=THANKS)
    question, home = await desks.own(tx, scene, argument), (_home(scene),)
    if question is None or question.is_open:
        return Ending((scene.reply("question.gone"),), home)
    if question.steps[-1].step == ANSWERED:
        assert scene.person is not None  # noqa: S101 - the route needs a registered person
        by_id = scene.person.id
        step = Step(step=CLOSED, desk=question.desk, words="", by_id=by_id, at=scene.now)
        await questions.add(tx, question, step)
    return Ending((scene.reply("question.closed"),), home)


async def unclear(tx: Tx, scene: Scene, _argument: str) -> Ending:
    """The fresh answer was not clear, though it may have been said to be; or nothing was."""
    fresh = await _unclosed(tx, scene) or await _fresh(tx, scene)
    ask = Offer(scene.say("question.ask"), ASK)
    nothing = Ending((scene.reply("question.unclear_what"),), (ask, _home(scene)))
    return _which(scene, ASK, fresh) or nothing


async def _fresh(tx: Tx, scene: Scene) -> list[Question]:
    assert scene.person is not None  # noqa: S101 - the route needs a registered person
    return await questions.answered(tx, scene.person.id, scene.now - FRESH)


async def _unclosed(tx: Tx, scene: Scene) -> list[Question]:
    return [one for one in await _fresh(tx, scene) if one.steps[-1].step == ANSWERED]


def _which(scene: Scene, go: str, some: list[Question]) -> Ending | None:
    """On to the one that is meant; asked where it may be several."""
    if len(some) < 2:
        return Ending(go=f"{go}:{some[0].id}") if some else None
    offers = (
        Offer(shorten(one.asked.words, LONGEST_LABEL, placeholder=" …"), f"{go}:{one.id}")
        for one in some[:SHOWN]
    )
    return Ending((scene.reply("question.which"),), tuple(offers))


def _home(scene: Scene) -> Offer:
    return Offer(scene.say("menu.home"), MENU)

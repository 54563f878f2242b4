"""A survey as it reaches a person, and where surveys begin for everyone."""

from __future__ import annotations

from handlers.talk import rights
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Reply
from handlers.talk.routes import MENU, NEW_SURVEY, SURVEY, SURVEY_LATER, SURVEYED
from handlers.talk.scene import Scene
from handlers.talk.sharers import for_whom
from handlers.talk.telling import choice
from storage import surveys
from storage.addresses import Address
from storage.database import Tx


def invitation(theirs: Scene, here: Address, by: str, count: int, id_: int) -> Reply:
    """A person is asked to take part in survey `id_` of so many questions."""
    yes, no = theirs.content.vocabulary.answers.yes, theirs.content.vocabulary.answers.no
    asked = Reply(
        text=theirs.say("survey.invitation", by=by, count=count),
        choices=(
            choice(theirs, 1, theirs.say("survey.begin"), f"{SURVEY}:{id_}", yes),
            choice(theirs, 2, theirs.say("survey.not_now"), SURVEY_LATER, no),
        ),
    )
    return for_whom(theirs, here, asked)


async def page(tx: Tx, scene: Scene, _argument: str) -> Ending:
    """Who may ask chooses: to ask, to see what was answered, or to answer; all others answer."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    if not rights.may(person, "announce"):
        return Ending(go=SURVEY)
    offers = [Offer(scene.say("survey.new"), NEW_SURVEY)]
    if await surveys.of_author(tx, person.id):
        offers.append(Offer(scene.say("survey.results"), SURVEYED))
    left, _ = await surveys.open_for(tx, person.id, scene.today)
    if left:
        offers.append(Offer(scene.say("survey.answer"), SURVEY))
    if len(offers) == 1:
        return Ending(go=NEW_SURVEY)
    return Ending((scene.reply("survey.what"),), (*offers, Offer(scene.say("menu.home"), MENU)))


async def later(_tx: Tx, scene: Scene, _argument: str) -> Ending:
    """Not now: it stays open."""
    return Ending((scene.reply("survey.later"),), (Offer(scene.say("menu.home"), MENU),))

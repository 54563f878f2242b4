"""Asking those who agreed to older words of consent to agree to the newest.

It can be put off twice; then what is for the person waits for the answer, and is gone on with.
"""

from __future__ import annotations

from content.loader import Content
from handlers.talk.flow import Data, Ending, Flow, Heard, Offer, Option, Prompt, Step
from handlers.talk.routes import CONSENT, MENU, PRIVACY
from handlers.talk.scene import Scene
from storage import consents
from storage.database import Tx


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """What was wished meanwhile, to go on with, and whether it can be put off once more."""
    person, version = scene.person, scene.content.plan.consent_version
    assert person is not None  # noqa: S101 - the route needs a registered person
    asked = await consents.asked(tx, person.id, version)
    if asked is None:
        return Ending(go=argument or MENU)
    return {"version": version, "wish": argument, "last": asked.is_last}


def _known(_scene: Scene, _data: Data) -> Heard:
    return Heard("ask")


def _ask(scene: Scene, data: Data) -> Prompt:
    words = scene.content.vocabulary.answers
    yes = Option("yes", scene.say("consent.yes"), words.yes)
    last = data["last"]
    no = Option(
        "no" if last else "later", scene.say(f"consent.{'no' if last else 'later'}"), words.no
    )
    asked = scene.say("consent.last" if last else "consent.ask", what=scene.say("consent.changed"))
    return Prompt(asked, (yes, no), back=False)


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the yes and go on with what was wished, or keep that it was put off or refused."""
    person, version = scene.person, data["version"]
    assert person is not None  # noqa: S101 - the route needs a registered person
    home = Offer(scene.say("menu.home"), MENU)
    if outcome == "agreed":
        await consents.keep(tx, person.id, version, scene.channel, scene.now, given=True)
        return Ending((scene.reply("consent.agreed"),), (home,), go=data["wish"] or None)
    await consents.note_asked(tx, person.id, version, scene.today)
    if not data["last"]:
        return Ending((scene.reply("consent.put_off"),), (home,))
    see = Offer(scene.say("mine.privacy"), PRIVACY)
    return Ending((scene.reply("consent.refused"),), (see, home))


def _stands(content: Content, data: Data) -> bool:
    return bool(data["version"] == content.plan.consent_version)


FLOW = Flow(
    name=CONSENT,
    first="owed",
    steps={
        # Nobody stands here, so that who goes elsewhere has put off the question behind it.
        "owed": Step(ask=_ask, known=_known, to={"ask": "asked"}),
        "asked": Step(ask=_ask, to={"yes": "agreed", "later": "put_off", "no": "refused"}),
    },
    ends=frozenset({"agreed", "put_off", "refused"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("consent.recap"),
    stands=_stands,
    holds=False,
)

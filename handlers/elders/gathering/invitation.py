"""An invitation as it reaches a person, and the answers under it."""

from __future__ import annotations

from handlers.elders.wording import moment_told
from handlers.talk.flow import Offer
from handlers.talk.messages import Reply
from handlers.talk.routes import INVITED
from handlers.talk.scene import Scene
from handlers.talk.telling import choice
from storage.gatherings import NO, RIDE, YES, Gathering

#: The answers, each with the name of its words.
ANSWERS = {YES: "going", NO: "not_going", RIDE: "ride"}


def told(scene: Scene, one: Gathering) -> dict[str, str]:
    """What is said of a gathering: its name, when and where."""
    title = one.name[:1].upper() + one.name[1:]
    moment = moment_told(scene, one.at)
    return {"name": one.name, "title": title, "moment": moment, "place": one.place}


def asked(theirs: Scene, one: Gathering, text: str) -> Reply:
    """A message from our side that asks whether somebody comes."""
    choices = tuple(
        choice(theirs, place, offer.label, offer.go, offer.words)
        for place, offer in enumerate(answers(theirs, one), 1)
    )
    return Reply(text=text, choices=choices)


def invitation(theirs: Scene, one: Gathering, by: str) -> Reply:
    """The invitation as it reaches a person."""
    text = theirs.say("gather.invitation", by=by, **told(theirs, one))
    return asked(theirs, one, text)


def answers(scene: Scene, one: Gathering) -> tuple[Offer, ...]:
    """The answers to an invitation, bound to the time that was told."""
    words = scene.content.vocabulary.answers
    short = {YES: words.yes, NO: words.no, RIDE: ()}
    return tuple(
        Offer(
            scene.say(f"gather.{key}"),
            f"{INVITED}:{one.id}:{key}:{one.changes}",
            (
                *short[key],
                *_listed(scene, f"words.{said}"),
                *_listed(scene, f"leads.{said}_inside"),
            ),
        )
        for key, said in ANSWERS.items()
    )


def _listed(scene: Scene, key: str) -> list[str]:
    return scene.say(key).split(", ")

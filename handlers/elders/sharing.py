"""A shared phone: who is talking, and one more person who uses it."""

from __future__ import annotations

from datetime import datetime

from handlers.talk.flow import (
    LEFT,
    Data,
    Ending,
    Flow,
    Heard,
    Offer,
    Option,
    Prompt,
    Said,
    Step,
)
from handlers.talk.messages import Reply
from handlers.talk.routes import ANOTHER, MENU, REGISTER, WHO
from handlers.talk.scene import Scene
from handlers.talk.sharers import called, labelled, named
from handlers.talk.sharing import MOST_SHARERS
from storage import addresses, photos
from storage.database import Tx

#: How many people are offered at once, and beside "someone else".
MOST_SHOWN, MOST_ON_A_PAGE = 3, 2


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """Ask who is talking, to go on afterwards where `argument` leads ("report:trồng 5 cây").

    The number of a person who uses this phone answers at once.
    """
    sharers = {
        str(one.id): one for one in await addresses.sharing(tx, scene.channel, scene.address)
    }
    if len(sharers) <= 1:
        return _alone(scene)
    if argument in sharers:
        return Ending((_welcome(scene, called(scene, sharers[argument])),), talks=int(argument))
    return {
        "names": {key: one.name for key, one in sharers.items()},
        "labels": {key: labelled(scene, one) for key, one in sharers.items()},
        "first": 0,
        "since": scene.now.isoformat(),
        "go": None if argument.isdecimal() else argument or None,
    }


def _alone(scene: Scene) -> Ending:
    add = Offer(scene.say("sharing.add"), ANOTHER)
    return Ending((scene.reply("sharing.alone"),), (add, Offer(scene.say("menu.home"), MENU)))


def _welcome(scene: Scene, name: str) -> Reply:
    return scene.reply("sharing.welcome", name=name)


def _ask_who(scene: Scene, data: Data) -> Prompt:
    options = [Option(key, label, (data["names"][key],)) for key, label in data["labels"].items()]
    if len(options) > MOST_SHOWN:
        options = options[data["first"] :][:MOST_ON_A_PAGE]
        options.append(Option("more", scene.say("sharing.someone_else")))
    return Prompt(scene.say("sharing.who"), tuple(options))


def _choose_who(_scene: Scene, data: Data, key: str) -> Heard:
    if key != "more":
        return Heard("said", {"who": key})
    following = data["first"] + MOST_ON_A_PAGE
    return Heard("more", {"first": following if following < len(data["labels"]) else 0})


def _hear_who(scene: Scene, data: Data, said: Said) -> Heard | None:
    """A name in words; also of someone who is on another page."""
    who = named(scene, data["names"], said.text)
    return Heard("said", {"who": who}) if who else None


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Let the person who was named talk, and go on where it was going.

    A photo that came while nobody knew belongs to that person too.
    """
    if outcome == LEFT:
        return Ending((scene.reply("sharing.left"),))
    who, before = int(data["who"]), scene.person
    if before and before.id != who:
        await photos.pass_on(tx, before.id, who, datetime.fromisoformat(data["since"]))
    label = data["labels"][data["who"]]
    welcome = _welcome(scene, label[:1].lower() + label[1:])
    return Ending((welcome,), go=data["go"], talks=who)


FLOW = Flow(
    name=WHO,
    first="who",
    steps={
        "who": Step(
            ask=_ask_who, choose=_choose_who, hear=_hear_who, to={"said": "said", "more": "who"}
        ),
    },
    ends=frozenset({"said"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("sharing.recap"),
    holds=False,
)


async def another(tx: Tx, scene: Scene, _argument: str) -> Ending:
    """Someone else wants to use this phone too: they register for themselves."""
    if len(await addresses.sharing(tx, scene.channel, scene.address)) >= MOST_SHARERS:
        return Ending((scene.reply("sharing.full", count=MOST_SHARERS),))
    return Ending(go=f"{REGISTER}:{ANOTHER}")

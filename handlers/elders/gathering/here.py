"""Saying to be there: the code that is shown at a gathering, typed or scanned."""

from __future__ import annotations

from datetime import timedelta

from handlers.elders.gathering.invitation import told
from handlers.talk.flow import LEFT, Data, Ending, Flow, Heard, Misheard, Offer, Prompt, Said, Step
from handlers.talk.routes import COMING, HERE, MENU
from handlers.talk.scene import Scene, local_day
from storage import attendances, gatherings
from storage.database import Tx

DIGITS = 4
#: A code works from so long before a gathering begins until so long after.
BEFORE, AFTER = timedelta(hours=3), timedelta(hours=12)


async def begin(_tx: Tx, _scene: Scene, argument: str) -> Data:
    """The code, if it came with it."""
    return {"code": argument}


def _known(scene: Scene, data: Data) -> Heard | None:
    heard = _hear(scene, data, Said.of(data["code"])) if data["code"] else None
    return heard if isinstance(heard, Heard) else None


def _ask(scene: Scene, _data: Data) -> Prompt:
    return Prompt(scene.say("gather.code_ask"))


def _hear(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    digits = "".join(letter for letter in said.text if letter.isascii() and letter.isdigit())
    if len(digits) != DIGITS:
        return Misheard(scene.reply("gather.code_unclear"))
    return Heard("typed", {"code": digits})


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Note that the person came."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    home = Offer(scene.say("menu.home"), MENU)
    if outcome == LEFT:
        return Ending((scene.reply("gather.code_left"),), (home,))
    now = scene.now
    found = await gatherings.by_code(tx, data["code"], now - AFTER, now + BEFORE)
    if len(found) != 1:
        again = Offer(scene.say("gather.code_again"), HERE)
        return Ending((scene.reply("gather.code_wrong"),), (again, home))
    one = found[0]
    await attendances.came(tx, one, person, local_day(one.at), now)
    comes = Offer(scene.say("gather.what_comes"), COMING)
    return Ending((scene.reply("gather.came", **told(scene, one)),), (home, comes))


FLOW = Flow(
    name=HERE,
    first="code",
    steps={"code": Step(ask=_ask, hear=_hear, known=_known, to={"typed": "typed"})},
    ends=frozenset({"typed"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("gather.code_recap"),
    holds=False,
)

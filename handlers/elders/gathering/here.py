"""Saying to be there: the code that is shown at a gathering, typed or scanned.

Four digits are soon guessed, so nobody tries more than a few a day: then the name is told to
whoever reads the roll.
"""

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


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """The code, if it came with it."""
    assert scene.person is not None  # noqa: S101 - the route needs a registered person
    left = await attendances.tries_left(tx, scene.person.id, scene.today)
    return {"code": argument} if left else _wrong(scene, left)


def _wrong(scene: Scene, left: int) -> Ending:
    """Ask for it again, while tries are left."""
    if left:
        return Ending((scene.reply("gather.code_wrong"),), go=HERE)
    home = Offer(scene.say("menu.home"), MENU)
    return Ending((scene.reply("gather.code_enough"),), (home,))


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
    left = await attendances.tries_left(tx, person.id, scene.today)
    found = await gatherings.by_code(tx, data["code"], now - AFTER, now + BEFORE) if left else []
    if len(found) != 1:
        await attendances.typed_wrong(tx, person.id, scene.today)
        return _wrong(scene, max(0, left - 1))
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

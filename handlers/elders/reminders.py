"""What a person wishes about being reminded: seen, changed, and heeded at once in any talk."""

from __future__ import annotations

from decimal import Decimal

from handlers.elders.wording import hour_of, reminded
from handlers.talk.flow import (
    LEFT,
    Data,
    Ending,
    Flow,
    Heard,
    Misheard,
    Offer,
    Option,
    Prompt,
    Said,
    Step,
)
from handlers.talk.routes import MENU, REMINDERS
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold
from storage import reminders
from storage.database import Tx
from storage.reminders import LESS, NONE, USUAL, Wishes

#: Nobody is reminded before the one hour, nor from the other on.
EARLIEST, LATEST = 7, 20
_NOON = 12


async def begin(tx: Tx, scene: Scene, _argument: str) -> Data | Ending:
    """What holds now."""
    assert scene.person is not None  # noqa: S101 - the route needs a registered person
    wishes = await reminders.wishes(tx, scene.person.id)
    return {"is": reminded(scene, wishes), "wish": wishes.wish, "hour": wishes.hour}


def _ask(scene: Scene, data: Data) -> Prompt:
    others = [one for one in (USUAL, LESS, NONE) if one != data["wish"]]
    keep = Option("keep", scene.say("remind.keep"))
    wished = [
        Option(one, scene.say(f"remind.{one}"), tuple(scene.say(f"remind.{one}_words").split(", ")))
        for one in others
    ]
    return Prompt(scene.say("remind.ask", what=data["is"]), (keep, *wished))


def _choose(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("kept") if key == "keep" else Heard("told", {"wish": key})


def _hear(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    hour = hour_in(scene, said.text)
    if hour is None:
        return Misheard(scene.reply("remind.hour_unclear"))
    if not EARLIEST <= hour < LATEST:
        return Misheard(scene.reply("remind.hour_late", start=EARLIEST, end=LATEST))
    wish = USUAL if data["wish"] == NONE else data["wish"]
    return Heard("told", {"hour": f"{hour:02}:00", "wish": wish})


def hour_in(scene: Scene, text: str) -> int | None:
    """The hour of the day in an answer: "4 giờ chiều" is 16; None when there is not just one."""
    numbers, words = scene.reader.numbers(text), fold(text).split()
    if len(numbers) != 1 or numbers[0] % 1 or not 0 <= numbers[0] <= Decimal(24):
        return None
    hour = int(numbers[0])
    later = {"chieu", "toi", "dem"} & set(words) and hour < _NOON
    return hour + _NOON if later else hour


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep what is wished."""
    home = Offer(scene.say("menu.home"), MENU)
    if outcome in {LEFT, "kept"}:
        return Ending((scene.reply("remind.kept"),), (home,))
    return await _wish(tx, scene, Wishes(wish=data["wish"], hour=data["hour"]))


async def none(tx: Tx, scene: Scene, _argument: str) -> Ending:
    """No more reminders, from now on."""
    return await _change(tx, scene, NONE)


async def fewer(tx: Tx, scene: Scene, _argument: str) -> Ending:
    """Fewer reminders, from now on."""
    return await _change(tx, scene, LESS)


async def _change(tx: Tx, scene: Scene, wish: str) -> Ending:
    assert scene.person is not None  # noqa: S101 - the route needs a registered person
    before = await reminders.wishes(tx, scene.person.id)
    return await _wish(tx, scene, Wishes(wish=wish, hour=before.hour))


async def _wish(tx: Tx, scene: Scene, wished: Wishes) -> Ending:
    assert scene.person is not None  # noqa: S101 - the route needs a registered person
    await reminders.wish(tx, scene.person.id, wished)
    told = scene.reply(f"remind.now_{wished.wish}", start=hour_of(scene, wished))
    change = Offer(scene.say("remind.change"), REMINDERS)
    return Ending((told,), (change, Offer(scene.say("menu.home"), MENU)))


FLOW = Flow(
    name=REMINDERS,
    first="how",
    steps={
        "how": Step(ask=_ask, choose=_choose, hear=_hear, to={"kept": "kept", "told": "wished"})
    },
    ends=frozenset({"kept", "wished"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("remind.recap"),
    holds=False,
)

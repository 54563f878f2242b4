"""Moving a gathering to another time or place, or calling it off: the invited are told once."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from handlers.elders.gathering.invitation import asked, told
from handlers.elders.wording import moment_told
from handlers.leaders.gatherings.asking import place_steps, when_steps
from handlers.leaders.gatherings.inviting import eve_of, put
from handlers.leaders.gatherings.listing import looked_after
from handlers.leaders.sending import signed
from handlers.talk.flow import (
    LEFT,
    Data,
    Ending,
    Flow,
    Offer,
    Option,
    Prompt,
    Step,
    yes_or_no,
)
from handlers.talk.messages import Reply
from handlers.talk.routes import CHANGE_GATHERING, COMING, GATHERING, MENU
from handlers.talk.scene import Scene
from storage import gatherings
from storage.database import Tx
from storage.gatherings import Gathering


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """The gathering (`12`) as it is now."""
    one = await looked_after(tx, scene, argument)
    if one is None or one.off_at or one.at <= scene.now:
        return _cannot(scene, one)
    reached = sum(1 for guest in await gatherings.guests(tx, one.id) if guest.here)
    return {
        "id": one.id,
        "changes": one.changes,
        "reached": reached,
        "when": "",
        "said": "",
        "name": one.name,
        "title": told(scene, one)["title"],
        "was": one.at.isoformat(),
        "at": one.at.isoformat(),
        "place": one.place,
    }


def _cannot(scene: Scene, one: Gathering | None) -> Ending:
    why = "gone" if one is None else "is_off" if one.off_at else "is_over"
    offers = (Offer(scene.say("gather.what_comes"), COMING), Offer(scene.say("menu.home"), MENU))
    return Ending((scene.reply(f"gather.{why}"),), offers)


def _ask_what(scene: Scene, data: Data) -> Prompt:
    text = scene.say("gather.change_what", **_told(scene, data))
    options = tuple(
        Option(key, scene.say(f"gather.change_{key}")) for key in ("time", "place", "off")
    )
    return Prompt(text, options)


def _told(scene: Scene, data: Data) -> dict[str, str]:
    return {
        "title": data["title"],
        "moment": _moment(scene, data["at"]),
        "place": data["place"],
    }


def _moment(scene: Scene, at: str) -> str:
    return moment_told(scene, datetime.fromisoformat(at))


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    looks = scene.say("gather.moved", by=signed(scene), **_told(scene, data))
    prompt = yes_or_no(
        scene,
        scene.say("gather.change_sure", count=data["reached"]),
        ("yes", scene.say("gather.change_yes")),
        ("no", scene.say("gather.change_no")),
    )
    return Prompt(prompt.text, prompt.options, before=(Reply(text=looks),))


def _ask_off(scene: Scene, data: Data) -> Prompt:
    moment = _moment(scene, data["was"])
    return yes_or_no(
        scene,
        scene.say("gather.off_sure", name=data["name"], moment=moment, count=data["reached"]),
        ("yes", scene.say("gather.off_yes")),
        ("no", scene.say("gather.change_no")),
    )


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Change the gathering, take back what has not gone out yet, and tell the invited."""
    page = Offer(scene.say("gather.who_comes"), f"{GATHERING}:{data['id']}")
    home = Offer(scene.say("menu.home"), MENU)
    if outcome in {LEFT, "kept"}:
        return Ending((scene.reply("gather.change_left"),), (page, home))
    # The talk may have waited for weeks, and another leader may have changed it meanwhile.
    one = await looked_after(tx, scene, str(data["id"]))
    if one is None or one.off_at or one.at <= scene.now:
        return _cannot(scene, one)
    if one.changes != data["changes"]:
        return Ending((scene.reply("gather.changed_meanwhile"),), (page, home))
    if outcome == "off":
        changed = await gatherings.call_off(tx, one, scene.now)
    else:
        at = datetime.fromisoformat(data["at"])
        if at <= scene.now:
            return Ending((scene.reply("gather.when_past"),), (page, home))
        changed = await gatherings.move(tx, one, at, data["place"], eve_of(at, scene.today))
    if changed is None:
        return Ending((scene.reply("gather.changed_meanwhile"),), (page, home))
    count = await _tell(tx, scene, one, changed)
    offers = (home,) if changed.off_at else (page, home)
    return Ending((scene.reply("gather.change_told", count=count),), offers)


async def _tell(tx: Tx, scene: Scene, was: Gathering, one: Gathering) -> int:
    await gatherings.take_back(tx, one.id)
    message = partial(_off if one.off_at else _moved, one=one, by=signed(scene))
    guests = await gatherings.guests(tx, one.id)
    # It is told as long as somebody may still set out for the old time.
    until = max(was.at, one.at)
    return await put(tx, scene, one, guests, message, f":{one.changes}", until)


def _moved(theirs: Scene, *, one: Gathering, by: str) -> Reply:
    return asked(theirs, one, theirs.say("gather.moved", by=by, **told(theirs, one)))


def _off(theirs: Scene, *, one: Gathering, by: str) -> Reply:
    return theirs.reply("gather.off", by=by, **told(theirs, one))


FLOW = Flow(
    name=CHANGE_GATHERING,
    first="what",
    steps={
        "what": Step(ask=_ask_what, to={"time": "when", "place": "place", "off": "sure_off"}),
        **when_steps("sure"),
        **place_steps("sure"),
        "sure": Step(ask=_ask_sure, to={"yes": "moved", "no": "kept"}),
        "sure_off": Step(ask=_ask_off, to={"yes": "off", "no": "kept"}),
    },
    ends=frozenset({"moved", "off", "kept"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("gather.change_recap"),
    holds=False,
)

"""Announcing something to many: the words, for whom, how it will look and whom it reaches."""

from __future__ import annotations

from datetime import date, timedelta

from handlers.leaders.sending import audience, scope, send, signed
from handlers.talk import rights
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
    yes_or_no,
)
from handlers.talk.messages import Reply
from handlers.talk.routes import ANNOUNCE, ANNOUNCED, MENU
from handlers.talk.scene import Scene, local_day
from handlers.talk.understanding.text import fold
from storage import announcements, outbox, zalo
from storage.database import Tx
from storage.zalo import CHANNEL as ZALO

#: How many letters go out in one message on every channel, whom it is from included.
LONGEST = 2000
#: The same words again within so many days are asked about; of so many announcements.
LATELY, LOOKED_AT = timedelta(days=3), 5
#: How many audiences are shown at a time, and how many of them come before the others.
SHOWN, BEFORE_MORE = 3, 2
_OTHERS = "others"


async def begin(tx: Tx, scene: Scene, _argument: str) -> Data | Ending:
    """Whom each audience reaches now, and what was announced lately."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to announce
    if rights.announces(person, scene.content) == set():
        return Ending((scene.reply("talk.no_right"),), (Offer(scene.say("menu.home"), MENU),))
    reached = {
        name: await announcements.by_channel(tx, audience(scene, name))
        for name in announcements.AUDIENCES
    }
    if not any(channel for found in reached.values() for channel in found):
        return Ending((scene.reply("announce.nobody"),), (Offer(scene.say("menu.home"), MENU),))
    plans = {name: await _zalo_plan(tx, scene, name) for name, to in reached.items() if ZALO in to}
    latest = await announcements.of_author(tx, person.id, scene.now - LATELY, LOOKED_AT)
    days = {one.words: _written(local_day(one.sent_at)) for one in reversed(latest)}
    data = {"reached": reached, "zalo": plans, "lately": days}
    return {**data, "words": "", "whom": "", "page": 0}


async def _zalo_plan(tx: Tx, scene: Scene, whom: str) -> dict[str, int]:
    """How many of an audience an Official Account of Zalo reaches free, paid, and not yet."""
    people = await announcements.addresses(tx, audience(scene, whom), ZALO)
    planned = await zalo.plan(tx, people, scene.now)
    return {"free": planned.free, "paid": planned.paid, "waiting": planned.waiting}


def _written(day: date) -> str:
    return f"{day.day}/{day.month}"


# --- the words


def _ask_words(scene: Scene, _data: Data) -> Prompt:
    return Prompt(scene.say("announce.words"))


def _hear_words(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    words = "\n".join(said.lines)
    if said.media or not fold(words):
        return Misheard(scene.reply("announce.words_unclear"))
    if len(words) > LONGEST:
        return Misheard(scene.reply("announce.words_long", count=len(words), most=LONGEST))
    return Heard("told", {"words": words})


# --- for whom


def _ask_whom(scene: Scene, data: Data) -> Prompt:
    """Whoever can be reached: a few, and the others a tap away."""
    names = [name for name in announcements.AUDIENCES if _reachable(data, name)]
    pages = [names] if len(names) <= SHOWN else [names[:BEFORE_MORE], names[BEFORE_MORE:]]
    options = [Option(name, scene.say(f"announce.to_{name}")) for name in pages[data["page"]]]
    if data["page"] + 1 < len(pages):
        options.append(Option(_OTHERS, scene.say("announce.others")))
    return Prompt(scene.say("announce.whom", scope=scope(scene)), tuple(options))


def _choose_whom(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("others", {"page": 1}) if key == _OTHERS else Heard("told", {"whom": key})


def _reachable(data: Data, whom: str) -> int:
    return sum(count for channel, count in data["reached"][whom].items() if channel)


# --- is it right


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    reached: dict[str, int] = data["reached"][data["whom"]]
    channels = ", ".join(
        scene.say("announce.channel", count=count, channel=_called(scene, channel))
        for channel, count in sorted(reached.items())
        if channel
    )
    whom = scene.say(f"announce.to_{data['whom']}")
    count = _reachable(data, data["whom"])
    lines = [scene.say("announce.sure", whom=whom, count=count, channels=channels)]
    if planned := data.get("zalo", {}).get(data["whom"]):
        lines.append(scene.say("announce.zalo", **planned))
    if left := reached.get(""):
        lines.append(scene.say("announce.unreachable", count=left))
    if day := data["lately"].get(data["words"]):
        lines.append(scene.say("announce.before", day=day))
    looks = scene.say("announce.notice", by=signed(scene), words=data["words"])
    options = (
        Option("now", scene.say("announce.now"), scene.content.vocabulary.answers.yes),
        Option("urgent", scene.say("announce.urgent")),
        Option("rewrite", scene.say("announce.rewrite")),
    )
    before = (scene.reply("announce.looks"), Reply(text=looks))
    return Prompt("\n".join(lines), options, before=before)


def _called(scene: Scene, channel: str) -> str:
    return scene.content.phrases.get(f"announce.channel_{channel}", channel)


def _ask_urgent(scene: Scene, _data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("announce.urgent_sure"),
        ("urgent", scene.say("announce.urgent_yes")),
        ("no", scene.say("announce.urgent_no")),
    )


# --- what comes of it


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Fix whom it is for, and put it on its way to all of them."""
    home = Offer(scene.say("menu.home"), MENU)
    if outcome == LEFT:
        return Ending((scene.reply("announce.left"),), (home,))
    # The talk may have waited for weeks: who it reaches is asked anew, and so is the right.
    lane = outbox.URGENT if outcome == "urgent" else outbox.BULK
    sent = await send(tx, scene, data["whom"], data["words"], lane)
    if sent is None:
        return Ending((scene.reply("announce.nobody"),), (home,))
    shown = Offer(scene.say("announce.refresh"), f"{ANNOUNCED}:{sent.id}")
    return Ending((scene.reply("announce.sent", count=sent.count),), (shown, home))


FLOW = Flow(
    name=ANNOUNCE,
    first="words",
    steps={
        "words": Step(
            ask=_ask_words,
            hear=_hear_words,
            to={"told": "whom"},
            takes_anything=True,
            for_others=True,
        ),
        "whom": Step(ask=_ask_whom, choose=_choose_whom, to={"told": "sure", "others": "whom"}),
        "sure": Step(ask=_ask_sure, to={"now": "sent", "urgent": "how_urgent", "rewrite": "words"}),
        "how_urgent": Step(ask=_ask_urgent, to={"urgent": "urgent", "no": "sure"}),
    },
    ends=frozenset({"sent", "urgent"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("announce.recap"),
)

"""How an announcement will look, whom it reaches, and when it goes out."""

from __future__ import annotations

from datetime import datetime

from handlers.elders.wording import moment_told
from handlers.leaders import second, setting_out
from handlers.leaders.sending import hour_of
from handlers.leaders.setting_out import SetOut
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
from handlers.talk.routes import ANNOUNCE, ANNOUNCED, MAILINGS, MENU, PREVIEW
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold
from storage.database import Tx
from storage.mailings import Mailing

#: Who goes elsewhere from here may take it for sent.
_UNSENT = "announce.unsent"


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """The draft (`12`), whom it reaches now, and what speaks against sending it."""
    mailing = await setting_out.draft_of(tx, scene, argument)
    if mailing is None:
        return Ending((scene.reply("announce.gone"),), (_home(scene),))
    seen = await setting_out.outlook(tx, scene, mailing)
    if not seen.count:
        rewrite = Offer(scene.say("announce.rewrite"), f"{ANNOUNCE}:{mailing.id}")
        return Ending((scene.reply("announce.nobody_there"),), (rewrite, _home(scene)))
    return {
        "mailing": mailing.id,
        "lines": seen.lines,
        "looks": seen.looks.to_json(),
        "beware": seen.beware,
    }


# --- the questions


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    options = (
        Option("now", scene.say("announce.now"), scene.content.vocabulary.answers.yes),
        Option("later", scene.say("announce.later"), ("hẹn giờ", "hẹn")),
        Option("rewrite", scene.say("announce.rewrite")),
    )
    before = [scene.reply("announce.looks"), Reply.from_json(data["looks"])]
    if data["beware"]:
        before.append(Reply(text="\n".join(data["beware"])))
    return Prompt("\n".join(data["lines"]), options, before=tuple(before))


def _hear_sure(scene: Scene, data: Data, said: Said) -> Heard | Misheard | None:
    """An hour, or that it is urgent, may be told at once."""
    if fold(said.text) == fold(scene.say("announce.urgent")):
        return Heard("urgent")
    heard = _hear_when(scene, data, said)
    tells_when = isinstance(heard, Heard) or heard != setting_out.unclear(scene)
    return heard if tells_when else None


def _ask_later(scene: Scene, _data: Data) -> Prompt:
    urgent = Option("urgent", scene.say("announce.urgent"), ("gấp", "khẩn"))
    return Prompt(scene.say("announce.when"), (urgent,))


def _hear_when(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    return setting_out.hear_when(scene, said)


def _ask_which_moment(scene: Scene, data: Data) -> Prompt:
    options = tuple(
        Option(one, moment_told(scene, datetime.fromisoformat(one))) for one in data["moments"]
    )
    return Prompt(scene.say("announce.when_which"), options)


def _choose_moment(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("moment", {"due": key})


def _ask_due(scene: Scene, data: Data) -> Prompt:
    due = datetime.fromisoformat(data["due"])
    told = setting_out.due_told(scene, due, weekly=data["weekly"])
    return yes_or_no(
        scene, told, ("yes", scene.say("announce.due_yes")), ("no", scene.say("announce.due_no"))
    )


def _ask_urgent(scene: Scene, _data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("announce.urgent_sure"),
        ("urgent", scene.say("announce.urgent_yes")),
        ("no", scene.say("announce.urgent_no")),
    )


# --- what comes of it


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Send it now, let it wait for its hour or for a second person, or write it anew."""
    if outcome == "rewrite":
        return Ending(go=f"{ANNOUNCE}:{data['mailing']}")
    if outcome == LEFT:
        return await _kept_back(tx, scene, data["mailing"])
    went = await setting_out.set_out(
        tx,
        scene,
        str(data["mailing"]),
        due=datetime.fromisoformat(data["due"]) if outcome == "due" else None,
        weekly=outcome == "due" and data["weekly"],
        urgent=outcome == "urgent",
    )
    return _told(scene, went, data["mailing"])


async def _kept_back(tx: Tx, scene: Scene, number: int) -> Ending:
    there = await setting_out.draft_of(tx, scene, str(number))
    write_on = Offer(scene.say("announce.rewrite"), f"{ANNOUNCE}:{number}")
    key = "announce.left" if there else "announce.gone"
    return Ending((scene.reply(key),), (write_on, _home(scene)))


def _told(scene: Scene, went: SetOut, number: int) -> Ending:
    """What became of it, and where to go on."""
    mailing = went.mailing
    asks = went.what == "second_waits"
    told = scene.reply(
        f"announce.{went.what}",
        count=went.count,
        names=", ".join(went.asked),
        moment=_moment(scene, mailing, asks=asks) if mailing else "",
    )
    offers = {
        "sent": Offer(scene.say("announce.refresh"), f"{ANNOUNCED}:{went.announcement}"),
        "waits": Offer(scene.say("announce.coming"), MAILINGS),
        "second_waits": Offer(scene.say("announce.coming"), MAILINGS),
    }
    write_on = Offer(scene.say("announce.rewrite"), f"{ANNOUNCE}:{number}")
    if went.what == "when_past":
        return Ending((told,), go=f"{PREVIEW}:{number}")
    return Ending((told,), (offers.get(went.what, write_on), _home(scene)))


def _moment(scene: Scene, mailing: Mailing, *, asks: bool) -> str:
    """Until when a second person may answer, or when it goes out."""
    return moment_told(scene, second.until(mailing)) if asks else hour_of(scene, mailing)


def _home(scene: Scene) -> Offer:
    return Offer(scene.say("menu.home"), MENU)


FLOW = Flow(
    name=PREVIEW,
    first="sure",
    steps={
        "sure": Step(
            ask=_ask_sure,
            hear=_hear_sure,
            to={
                "now": "now",
                "later": "later",
                "rewrite": "rewrite",
                "urgent": "how_urgent",
                "moment": "due_sure",
                "moments": "which_moment",
            },
            unanswered=_UNSENT,
        ),
        "later": Step(
            ask=_ask_later,
            hear=_hear_when,
            to={"urgent": "how_urgent", "moment": "due_sure", "moments": "which_moment"},
            unanswered=_UNSENT,
        ),
        "which_moment": Step(
            ask=_ask_which_moment,
            choose=_choose_moment,
            hear=_hear_when,
            to={"moment": "due_sure", "moments": "which_moment"},
            unanswered=_UNSENT,
        ),
        "due_sure": Step(ask=_ask_due, to={"yes": "due", "no": "later"}, unanswered=_UNSENT),
        "how_urgent": Step(
            ask=_ask_urgent, to={"urgent": "urgent", "no": "sure"}, unanswered=_UNSENT
        ),
    },
    ends=frozenset({"now", "urgent", "due", "rewrite"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("announce.recap"),
)

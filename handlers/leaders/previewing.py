"""How an announcement will look, whom it reaches, and when it goes out."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.elders.wording import moment_told
from handlers.leaders import second
from handlers.leaders.sending import hour_of, looks, of, scope, send
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
from handlers.talk.routes import ANNOUNCE, ANNOUNCED, MAILINGS, MENU, PREVIEW, number_in
from handlers.talk.scene import ZONE, Scene, local_day
from handlers.talk.understanding.text import fold
from storage import announcements, mailings, outbox, zalo
from storage.announcements import UNLEARNT, Audience
from storage.database import Tx
from storage.mailings import Mailing
from storage.zalo import CHANNEL as ZALO

#: The same words again within so many days are asked about; of so many announcements.
LATELY, LOOKED_AT = timedelta(days=3), 20
#: More letters than this are much for an old person to read on a telephone.
MUCH = 600
#: Many cannot be reached: one of so many.
MANY = 3
#: How many moments are offered where words may mean several.
MOST_MOMENTS = 3
#: Who goes elsewhere from here may take it for sent.
_UNSENT = "announce.unsent"


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """The draft (`12`), whom it reaches now, and what speaks against sending it."""
    mailing = await _mine(tx, scene, argument)
    if mailing is None:
        return Ending((scene.reply("announce.gone"),), (_home(scene),))
    whom = of(scene, mailing)
    reached = await announcements.by_channel(tx, whom)
    left = reached.pop("", 0)
    rewrite = Offer(scene.say("announce.rewrite"), f"{ANNOUNCE}:{mailing.id}")
    if not reached:
        return Ending((scene.reply("announce.nobody_there"),), (rewrite, _home(scene)))
    count = sum(reached.values())
    shown = await looks(tx, scene, mailing)
    return {
        "mailing": mailing.id,
        "whom": _called(scene, mailing),
        "count": count,
        "channels": _channels(scene, reached),
        "left": left,
        "zalo": await _zalo_plan(tx, scene, whom) if ZALO in reached else None,
        "looks": shown.to_json(),
        "beware": await _warnings(tx, scene, mailing, count, left),
        "second": second.is_needed(scene, count),
    }


async def _zalo_plan(tx: Tx, scene: Scene, whom: Audience) -> dict[str, int]:
    """How many of an audience an Official Account of Zalo reaches free, paid, and not yet."""
    people = await announcements.addresses(tx, whom, ZALO)
    planned = await zalo.plan(tx, people, scene.now)
    return {"free": planned.free, "paid": planned.paid, "waiting": planned.waiting}


async def _mine(tx: Tx, scene: Scene, argument: str) -> Mailing | None:
    number = number_in(argument)
    mailing = await mailings.get(tx, number) if number is not None else None
    mine = mailing and scene.person and mailing.author_id == scene.person.id
    return mailing if mailing and mine and mailing.state == mailings.DRAFT else None


def _called(scene: Scene, mailing: Mailing) -> str:
    """Whom a mailing is for, in words."""
    whom = scene.say(f"announce.to_{mailing.audience}")
    if mailing.audience == UNLEARNT and mailing.about in scene.content.skills:
        name = scene.content.skills[mailing.about].name
        whom = scene.say("announce.to_unlearnt_skill", name=name)
    return f"{whom}, {scope(scene, mailing.units)}" if mailing.units else whom


def _channels(scene: Scene, reached: dict[str, int]) -> str:
    names = scene.content.phrases
    return ", ".join(
        scene.say(
            "announce.channel",
            count=count,
            channel=names.get(f"announce.channel_{channel}", channel),
        )
        for channel, count in sorted(reached.items())
    )


async def _warnings(tx: Tx, scene: Scene, mailing: Mailing, count: int, left: int) -> list[str]:
    """What the author should think of before it goes out."""
    found: list[str] = []
    since = scene.now - LATELY
    latest = await announcements.of_author(tx, mailing.author_id, since, LOOKED_AT)
    if same := next((one for one in latest if fold(one.words) == fold(mailing.words)), None):
        day = local_day(same.sent_at)
        found.append(scene.say("announce.before", day=f"{day.day}/{day.month}"))
    if len(mailing.words) > MUCH:
        found.append(scene.say("announce.much", count=len(mailing.words)))
    if left * MANY > count + left:
        found.append(scene.say("announce.many_unreachable"))
    if scene.library.quiet(scene.now):
        found.append(scene.say("announce.quiet"))
    return found


# --- the questions


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    lines = [
        scene.say(
            "announce.sure", whom=data["whom"], count=data["count"], channels=data["channels"]
        )
    ]
    if planned := data["zalo"]:
        lines.append(scene.say("announce.zalo", **planned))
    if data["left"]:
        lines.append(scene.say("announce.unreachable", count=data["left"]))
    if data["second"]:
        lines.append(scene.say("announce.second_needed"))
    options = (
        Option("now", scene.say("announce.now"), scene.content.vocabulary.answers.yes),
        Option("later", scene.say("announce.later"), ("hẹn giờ", "hẹn")),
        Option("rewrite", scene.say("announce.rewrite")),
    )
    before = [scene.reply("announce.looks"), Reply.from_json(data["looks"])]
    if data["beware"]:
        before.append(Reply(text="\n".join(data["beware"])))
    return Prompt("\n".join(lines), options, before=tuple(before))


def _hear_sure(scene: Scene, data: Data, said: Said) -> Heard | Misheard | None:
    """An hour, or that it is urgent, may be told at once."""
    if fold(said.text) == fold(scene.say("announce.urgent")):
        return Heard("urgent")
    heard = _hear_when(scene, data, said)
    tells_when = isinstance(heard, Heard) or heard != _unclear(scene)
    return heard if tells_when else None


def _ask_later(scene: Scene, _data: Data) -> Prompt:
    urgent = Option("urgent", scene.say("announce.urgent"), ("gấp", "khẩn"))
    return Prompt(scene.say("announce.when"), (urgent,))


def _hear_when(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    """A day and an hour to come, perhaps each week; what is unclear is asked, not guessed."""
    words = f" {fold(said.text)} "
    weekly = any(
        f" {fold(one)} " in words for one in scene.say("announce.weekly_words").split(", ")
    )
    told = scene.reader.moment(said.text, scene.now.astimezone(ZONE))
    moments = [moment.isoformat() for moment in told.moments[:MOST_MOMENTS]]
    if len(moments) == 1:
        return Heard("moment", {"due": moments[0], "weekly": weekly})
    if moments:
        return Heard("moments", {"moments": moments, "weekly": weekly})
    if told.lunar:
        return Misheard(scene.reply("announce.when_lunar"))
    if told.past:
        return Misheard(scene.reply("announce.when_past"))
    if told.has_day:
        return Misheard(scene.reply("announce.when_hour"))
    return Misheard(scene.reply("announce.when_day")) if told.has_hour else _unclear(scene)


def _unclear(scene: Scene) -> Misheard:
    return Misheard(scene.reply("announce.when_unclear"))


def _ask_which_moment(scene: Scene, data: Data) -> Prompt:
    options = tuple(
        Option(one, moment_told(scene, datetime.fromisoformat(one))) for one in data["moments"]
    )
    return Prompt(scene.say("announce.when_which"), options)


def _choose_moment(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("moment", {"due": key})


def _ask_due(scene: Scene, data: Data) -> Prompt:
    due = datetime.fromisoformat(data["due"])
    told = scene.say("announce.due_sure", moment=moment_told(scene, due))
    if data["weekly"]:
        day = scene.say("report.weekdays").split(", ")[due.astimezone(ZONE).weekday()]
        told = scene.say("announce.weekly_sure", moment=moment_told(scene, due), day=day)
    if scene.library.quiet(due):
        told = f"{told}\n{scene.say('announce.quiet')}"
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
    write_on = Offer(scene.say("announce.rewrite"), f"{ANNOUNCE}:{data['mailing']}")
    mailing = await _mine(tx, scene, str(data["mailing"]))
    if mailing is None or outcome == LEFT:
        key = "announce.left" if mailing else "announce.gone"
        return Ending((scene.reply(key),), (write_on, _home(scene)))
    due = datetime.fromisoformat(data["due"]) if outcome == "due" else None
    if due is not None and due <= scene.now:  # the talk may have waited for weeks
        return Ending((scene.reply("announce.when_past"),), go=f"{PREVIEW}:{mailing.id}")
    # Whom it reaches is asked anew for the same reason.
    reached = await announcements.by_channel(tx, of(scene, mailing))
    count = sum(count for channel, count in reached.items() if channel)
    asks = second.is_needed(scene, count)
    others = await second.who_may(tx, scene, mailing) if asks else []
    if asks and not others:
        return Ending((scene.reply("announce.second_nobody"),), (write_on, _home(scene)))
    went = await mailings.set_out(
        tx,
        mailing.id,
        mailings.ASKED if asks else mailings.WAITING if due else mailings.SENT,
        scene.now,
        lane=outbox.URGENT if outcome == "urgent" else outbox.BULK,
        due_at=due,
        weekly=due is not None and data["weekly"],
    )
    if not went:  # pressed on another phone of theirs at this very moment
        return Ending((scene.reply("announce.gone"),), (_home(scene),))
    mailing = await mailings.get(tx, mailing.id) or mailing
    asked = second.ask(tx, scene, mailing, others, count) if asks else None
    return await (asked or _goes_out(tx, scene, mailing))


async def _goes_out(tx: Tx, scene: Scene, mailing: Mailing) -> Ending:
    """It goes out now, or waits for its hour."""
    if mailing.due_at:
        told = scene.reply("announce.waits", moment=hour_of(scene, mailing))
        return Ending((told,), (Offer(scene.say("announce.coming"), MAILINGS), _home(scene)))
    sent = await send(tx, scene, mailing)
    if sent is None:
        return Ending((scene.reply("announce.nobody"),), (_home(scene),))
    shown = Offer(scene.say("announce.refresh"), f"{ANNOUNCED}:{sent.id}")
    return Ending((scene.reply("announce.sent", count=sent.count),), (shown, _home(scene)))


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

"""What a draft would reach, what speaks against it, and how it sets out: in chat and on boards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from handlers.elders.wording import moment_told
from handlers.leaders import lasting, second
from handlers.leaders.sending import looks, of, scope, send
from handlers.talk.flow import Heard, Misheard, Said
from handlers.talk.messages import Reply
from handlers.talk.routes import number_in
from handlers.talk.scene import ZONE, Scene, local_day
from handlers.talk.understanding.text import fold
from storage import announcements, mailings, outbox, zalo
from storage.announcements import UNLEARNT, Audience
from storage.database import Tx
from storage.mailings import Mailing
from storage.people import Person
from storage.zalo import CHANNEL as ZALO

#: The same words again within so many days are asked about; of so many announcements.
LATELY, LOOKED_AT = timedelta(days=3), 20
#: More letters than this are much for an old person to read on a telephone.
MUCH = 600
#: Many cannot be reached: one of so many.
MANY = 3
#: How many moments are offered where words may mean several.
MOST_MOMENTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A draft as it would go out now."""

    #: As those will see it whom it is for.
    looks: Reply
    #: How many people it reaches; 0: it cannot go out.
    count: int
    #: Whom it reaches and how, and whom it does not.
    lines: Sequence[str]
    #: What its author should think of before.
    beware: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOut:
    """What became of a draft that was to set out; `what` is its phrase."""

    what: Literal["sent", "waits", "second_waits", "second_nobody", "nobody", "when_past", "gone"]
    mailing: Mailing | None = None
    #: To how many it goes, or would go.
    count: int = 0
    #: The number of the announcement on its way.
    announcement: int = 0
    #: The second persons who are asked.
    asked: Sequence[str] = ()


async def draft_of(tx: Tx, scene: Scene, told: str) -> Mailing | None:
    """The person's own draft of a number (`12`)."""
    number = number_in(told)
    mailing = await mailings.get(tx, number) if number is not None else None
    mine = mailing and scene.person and mailing.author_id == scene.person.id
    return mailing if mailing and mine and mailing.state == mailings.DRAFT else None


async def outlook(tx: Tx, scene: Scene, mailing: Mailing) -> Outlook:
    """What would come of the person's draft now."""
    whom = of(scene, mailing)
    reached = await announcements.by_channel(tx, whom)
    left = reached.pop("", 0)
    count = sum(reached.values())
    lines = [
        scene.say(
            "announce.sure",
            whom=called(scene, mailing),
            count=count,
            channels=_channels(scene, reached),
        )
    ]
    goes = dict(reached)
    if ZALO in reached:
        planned = await _zalo_plan(tx, scene, whom)
        goes[ZALO] = planned["free"] + planned["paid"]
        lines.append(scene.say("announce.zalo", **planned))
    if left:
        lines.append(scene.say("announce.unreachable", count=left))
    if second.is_needed(scene, count):
        lines.append(scene.say("announce.second_needed"))
    return Outlook(
        looks=await looks(tx, scene, mailing),
        count=count,
        lines=lines,
        beware=[
            *await _warnings(tx, scene, mailing, count, left),
            *await lasting.told(tx, scene, goes),
        ],
    )


async def _zalo_plan(tx: Tx, scene: Scene, whom: Audience) -> dict[str, int]:
    """How many of an audience an Official Account of Zalo reaches free, paid, and not yet."""
    people = await announcements.addresses(tx, whom, ZALO)
    planned = await zalo.plan(tx, people, scene.now)
    return {"free": planned.free, "paid": planned.paid, "waiting": planned.waiting}


def called(scene: Scene, mailing: Mailing) -> str:
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


def hear_when(scene: Scene, said: Said) -> Heard | Misheard:
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
    return Misheard(scene.reply("announce.when_day")) if told.has_hour else unclear(scene)


def unclear(scene: Scene) -> Misheard:
    """Neither a day nor an hour is told."""
    return Misheard(scene.reply("announce.when_unclear"))


def due_told(scene: Scene, due: datetime, *, weekly: bool) -> str:
    """The question whether an hour is the right one."""
    told = scene.say("announce.due_sure", moment=moment_told(scene, due))
    if weekly:
        day = scene.say("report.weekdays").split(", ")[due.astimezone(ZONE).weekday()]
        told = scene.say("announce.weekly_sure", moment=moment_told(scene, due), day=day)
    return f"{told}\n{scene.say('announce.quiet')}" if scene.library.quiet(due) else told


async def set_out(
    tx: Tx,
    scene: Scene,
    told: str,
    *,
    due: datetime | None = None,
    weekly: bool = False,
    urgent: bool = False,
) -> SetOut:
    """Send the person's draft (`12`), or let it wait for its hour or for a second person."""
    mailing = await draft_of(tx, scene, told)
    if mailing is None:
        return SetOut(what="gone")
    if due is not None and due <= scene.now:  # the talk may have waited for weeks
        return SetOut(what="when_past", mailing=mailing)
    # Whom it reaches is asked anew for the same reason.
    reached = await announcements.by_channel(tx, of(scene, mailing))
    count = sum(count for channel, count in reached.items() if channel)
    asks = second.is_needed(scene, count)
    others = await second.who_may(tx, scene, mailing) if asks else []
    if asks and not others:
        return SetOut(what="second_nobody", mailing=mailing, count=count)
    went = await mailings.set_out(
        tx,
        mailing.id,
        mailings.ASKED if asks else mailings.WAITING if due else mailings.SENT,
        scene.now,
        lane=outbox.URGENT if urgent else outbox.BULK,
        due_at=due,
        weekly=weekly,
    )
    if not went:  # pressed on another phone of theirs at this very moment
        return SetOut(what="gone")
    mailing = await mailings.get(tx, mailing.id) or mailing
    return await _went(tx, scene, mailing, others, count)


async def _went(tx: Tx, scene: Scene, mailing: Mailing, others: list[Person], count: int) -> SetOut:
    """A second person is asked, or it waits for its hour, or goes out now."""
    if others:
        asked = await second.ask(tx, scene, mailing, others, count)
        return SetOut(what="second_waits", mailing=mailing, count=count, asked=asked)
    if mailing.due_at:
        return SetOut(what="waits", mailing=mailing, count=count)
    sent = await send(tx, scene, mailing)
    if sent is None:
        return SetOut(what="nobody", mailing=mailing)
    return SetOut(what="sent", mailing=mailing, count=sent.count, announcement=sent.id)

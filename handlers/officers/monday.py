"""Last week's tally, sent by itself on Monday morning to the officers who chose it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from handlers.officers.sight import scope, told
from handlers.reports import freezing, scoping
from handlers.reports.periods import week_of
from handlers.talk import rights
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Choice
from handlers.talk.routes import FOR, MENU
from handlers.talk.scene import ZONE, Library, Scene, day_begins, local_day
from handlers.talk.sharers import for_whom
from storage import addresses, mondays, outbox
from storage.database import Tx

AT = time(7, 30)
#: What is offered under it: a label, and a place with the week's key behind it.
_OFFERED = (("files.xlsx", "file:xlsx"), ("files.docx", "file:docx"), ("files.charts", "charts"))


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """Choose to be sent it, or not to be any more ("off")."""
    assert scene.person is not None  # noqa: S101 - the route needs the right to figures
    home = Offer(scene.say("menu.home"), MENU)
    if argument == "off":
        await mondays.leave(tx, scene.person.id)
        return Ending((scene.reply("monday.off"),), (home,))
    _, agencies = scope(scene.person, scene.content)
    if agencies is not None and not scoping.indicators(scene.content, agencies):
        return Ending((scene.reply("tally.no_targets"),), (home,))
    await mondays.choose(tx, scene.person.id)
    return Ending(
        (scene.reply("monday.on"),), (home, Offer(scene.say("monday.leave"), "monday:off"))
    )


async def send_last_week(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Put last week's tally on its way to those who chose it, `most` at once; how many.

    Due on Monday from half past seven; who was not reached that day is not sent it later.
    """
    today = local_day(now)
    if today.weekday() != 0 or now < datetime.combine(today, AT, tzinfo=ZONE):
        return 0
    week = week_of(today - timedelta(days=7))
    key = f"monday:{week.key}"
    wanting = await mondays.unsent(tx, key, most)
    if not wanting:
        return 0
    whole = await freezing.shown(
        tx,
        library.content,
        week,
        units=None,
        agencies=None,
        now=now.astimezone(ZONE),
        today=today,
    )
    put = 0
    for person_id in wanting:
        here = await addresses.latest(tx, person_id)
        if here is None or here.person is None or not rights.may(here.person, "figures"):
            continue
        scene = Scene(library, now, here.channel, here.address, here.person)
        seen = scoping.scoped(whole, library.content, *scope(here.person, library.content))
        if not seen.rows:  # the plan gives their agency no target
            continue
        choices = tuple(
            Choice(
                digit=str(place),
                label=scene.say(label),
                payload=f"go:{FOR}:{person_id}:{go}:{week.key}",
            )
            for place, (label, go) in enumerate(_OFFERED, 1)
        )
        message = replace(told(seen, library.content), choices=choices)
        sent = await outbox.put(
            tx,
            channel=here.channel,
            address=here.address,
            lane=outbox.BULK,
            body=for_whom(scene, here, message).to_json(),
            now=now,
            person_id=person_id,
            dedupe_key=f"{key}:{person_id}",
            not_after=day_begins(today + timedelta(days=1)),
        )
        put += sent is not None
    return put

"""How far an announcement has come: told while it runs, and what became of it in the end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from handlers.talk import rights
from handlers.talk.messages import Reply
from handlers.talk.routes import ANNOUNCED
from handlers.talk.scene import Library, Scene, local_day
from handlers.talk.telling import choice
from storage import addresses, announcements, outbox, people
from storage.announcements import Announcement, Missed, Reach
from storage.database import Tx

#: So much of the words is shown, and so many names.
BEGINNING, NAMES = 60, 3
#: So many names at a time are listed for a visit.
VISITED = 8
#: So long its author hears of it; later the outbox no longer knows.
TOLD_FOR = timedelta(days=7)
TENTHS = 10
#: The bar: what has gone out, and what has not.
_FULL, _EMPTY = "▰", "▱"


async def tell_how_far(
    tx: Tx, library: Library, now: datetime, most: int, changes: Collection[str]
) -> int:
    """Tell authors how far their announcements have come, in tenths; how many were told.

    One message each, whose words change on the channels that can change them; elsewhere it comes
    once, in the end.
    """
    put = 0
    for one, knows in await announcements.running(tx, now - TOLD_FOR, most):
        reach = await announcements.reach(tx, one.id)
        left = reach.waiting + reach.paused
        tenths = TENTHS * (reach.total - left) // (reach.total or 1) if left else TENTHS
        if tenths > knows and await _tell(tx, library, now, one, reach, tenths, changes):
            await announcements.mark_told(tx, one.id, tenths)
            put += 1
    return put


async def _tell(
    tx: Tx,
    library: Library,
    now: datetime,
    one: Announcement,
    reach: Reach,
    tenths: int,
    changes: Collection[str],
) -> bool:
    """Tell one author; False while that must wait."""
    key, here = f"progress:{one.id}", await addresses.latest(tx, one.author_id)
    if here is None:
        return True
    if tenths < TENTHS and here.channel not in changes:
        return False
    theirs = Scene(library, now, here.channel, here.address, await people.get(tx, one.author_id))
    if tenths < TENTHS:
        bar = _FULL * tenths + _EMPTY * (TENTHS - tenths)
        text = theirs.say("announce.progress", state=bar, sent=reach.sent, total=reach.total)
        reply = Reply(text=text, changing=True)
    else:
        words = f"{theirs.say('announce.done')}\n{(await told(tx, theirs, one, reach)).text}"
        look = choice(theirs, 1, theirs.say("announce.refresh"), f"{ANNOUNCED}:{one.id}")
        reply = Reply(text=words, choices=(look,), changing=here.channel in changes)
    # It waits for nothing: who began something is glad to see how it goes.
    first = await outbox.put(
        tx,
        channel=here.channel,
        address=here.address,
        lane=outbox.URGENT,
        body=reply.to_json(),
        now=now,
        person_id=one.author_id,
        dedupe_key=key,
    )
    return first is not None or await outbox.change(tx, key, reply.to_json(), now)


async def told(tx: Tx, scene: Scene, one: Announcement, reach: Reach) -> Reply:
    """Whom an announcement has come to, who read it, and whom it could not reach."""
    beginning = one.words if len(one.words) <= BEGINNING else f"{one.words[:BEGINNING]}…"
    day = local_day(one.sent_at)
    shown = scene.say(
        "announce.shown",
        day=f"{day.day}/{day.month}",
        words=" ".join(beginning.split()),
        sent=reach.sent,
        total=reach.total,
        read=reach.read,
    )
    lines = [shown]
    if reach.waiting:
        lines.append(scene.say("announce.waiting", count=reach.waiting))
    if reach.paused:
        lines.append(scene.say("announce.paused", count=reach.paused))
    if left := reach.missed:
        lines.append(await _missed(tx, scene, one, left))
    return Reply(text="\n".join(lines))


async def _missed(tx: Tx, scene: Scene, one: Announcement, count: int) -> str:
    """Whom it could not reach: by name for those who may see names."""
    found = await announcements.missed(tx, one.id, named_units(scene), NAMES)
    if not found:
        return scene.say("announce.missed", count=count)
    names = ", ".join(_named(scene, each) for each in found)
    if count > len(found):
        names = scene.say("announce.missed_more", names=names)
    return scene.say("announce.missed_names", count=count, names=names)


def named_units(scene: Scene) -> set[str] | None:
    """The units whose people somebody sees by name; None: all."""
    person = scene.person
    return set() if person is None else rights.units(person, "names", scene.content)


def _named(scene: Scene, one: Missed) -> str:
    return scene.say(
        "announce.missed_one",
        name=f"{scene.content.forms[one.form].person} {one.name}",
        why=scene.say(f"announce.why_{_why(one.problem)}"),
    )


async def to_visit(tx: Tx, scene: Scene, one: Announcement, start: int) -> tuple[Reply, bool]:
    """Some of those it could not reach, by unit and name, to be visited; whether there are more."""
    found = await announcements.missed(tx, one.id, named_units(scene), VISITED + 1, start)
    units = scene.content.units
    lines = [
        scene.say("announce.visit_line", name=_named(scene, each), unit=units[each.unit].name)
        for each in found[:VISITED]
        if each.unit in units
    ]
    told = scene.reply("announce.visit", lines="\n".join(lines))
    return told, len(found) > VISITED


def _why(problem: str | None) -> str:
    if problem is None:
        return "none"
    if problem == announcements.TAKEN_BACK:
        return "taken_back"
    kind = problem.partition(":")[0]
    return kind if kind in {"stopped", "held"} else "failed"

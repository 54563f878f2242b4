"""What became of an announcement: whom it has come to, who read it, whom it could not reach."""

from __future__ import annotations

from datetime import timedelta

from handlers.leaders.sending import remind
from handlers.talk import rights
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Reply
from handlers.talk.routes import ANNOUNCED, MENU, number_in, split
from handlers.talk.scene import Scene, local_day
from storage import announcements
from storage.announcements import Announcement, Reach
from storage.database import Tx

#: How far back: so long the outbox knows how a message went out.
SHOWN_FOR, LATEST = timedelta(days=30), 100
#: So much of the words is shown, and so many names.
BEGINNING, NAMES = 60, 3
_AGAIN = "again"
#: What is done to an announcement that is still going out.
_DOES = {
    "pause": announcements.pause,
    "resume": announcements.resume,
    "stop": announcements.stop,
}


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """The latest announcement, or one (`12`); or remind (`12:again`), pause, resume, stop it."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to announce
    mine = await announcements.of_author(tx, person.id, scene.now - SHOWN_FOR, LATEST)
    number, what = split(argument)
    wanted = number_in(number)
    one = next((one for one in mine if wanted in {None, one.id}), None)
    if one is None:
        key = "announce.none" if wanted is None else "announce.gone"
        return Ending((scene.reply(key),), (Offer(scene.say("menu.home"), MENU),))
    if what == _AGAIN:
        return await _remind(tx, scene, one)
    if what in _DOES:
        await _DOES[what](tx, one.id)
    reach = await announcements.reach(tx, one.id)
    older = next((other for other in mine if other.id < one.id), None)
    does = ("resume", "stop") if reach.paused else ("pause",) if reach.waiting else ()
    offers = [Offer(scene.say(f"announce.{what}"), f"{ANNOUNCED}:{one.id}:{what}") for what in does]
    if not reach.paused:
        offers.insert(0, Offer(scene.say("announce.refresh"), f"{ANNOUNCED}:{one.id}"))
    if one.reminded_at is None and reach.sent > reach.read:
        offers.append(Offer(scene.say("announce.remind"), f"{ANNOUNCED}:{one.id}:{_AGAIN}"))
    if older:
        offers.append(Offer(scene.say("announce.older"), f"{ANNOUNCED}:{older.id}"))
    offers.append(Offer(scene.say("menu.home"), MENU))
    return Ending((await _told(tx, scene, one, reach),), tuple(offers))


async def _told(tx: Tx, scene: Scene, one: Announcement, reach: Reach) -> Reply:
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
    if left := reach.total - reach.sent - reach.waiting - reach.paused:
        lines.append(await _missed(tx, scene, one, left))
    return Reply(text="\n".join(lines))


async def _missed(tx: Tx, scene: Scene, one: Announcement, count: int) -> str:
    """Whom it could not reach: by name for those who may see names."""
    if not rights.may(scene.person, "names"):
        return scene.say("announce.missed", count=count)
    names = ", ".join(
        scene.say(
            "announce.missed_one",
            name=f"{scene.content.forms[form].person} {name}",
            why=scene.say(f"announce.why_{_why(problem)}"),
        )
        for name, form, problem in await announcements.missed(tx, one.id, NAMES)
    )
    if count > NAMES:
        names = scene.say("announce.missed_more", names=names)
    return scene.say("announce.missed_names", count=count, names=names)


def _why(problem: str | None) -> str:
    if problem is None:
        return "none"
    if problem == announcements.TAKEN_BACK:
        return "taken_back"
    return "stopped" if problem.startswith("stopped") else "failed"


async def _remind(tx: Tx, scene: Scene, one: Announcement) -> Ending:
    """Once, and only those to whom it has come."""
    shown = Offer(scene.say("announce.refresh"), f"{ANNOUNCED}:{one.id}")
    offers = (shown, Offer(scene.say("menu.home"), MENU))
    if not await announcements.mark_reminded(tx, one.id, scene.now):
        return Ending((scene.reply("announce.reminded_before"),), offers)
    count = await remind(tx, scene, one)
    return Ending((scene.reply("announce.reminded", count=count),), offers)

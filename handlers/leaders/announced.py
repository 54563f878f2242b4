"""What became of an announcement: whom it has come to, who read it, whom it could not reach."""

from __future__ import annotations

from datetime import timedelta

from handlers.leaders.reached import NAMES, VISITED, named_units, to_visit, told
from handlers.leaders.sending import remind
from handlers.talk.flow import Ending, Offer
from handlers.talk.routes import ANNOUNCED, MENU, number_in, split
from handlers.talk.scene import Scene
from storage import announcements
from storage.announcements import Announcement
from storage.database import Tx

#: How far back: so long the outbox knows how a message went out.
SHOWN_FOR, LATEST = timedelta(days=30), 100
_AGAIN, _VISIT = "again", "visit"
#: What is done to an announcement that is still going out.
_DOES = {
    "pause": announcements.pause,
    "resume": announcements.resume,
    "stop": announcements.stop,
}


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """The latest announcement, or one (`12`); or remind (`12:again`), pause, resume, stop it.

    `12:visit` lists whom it could not reach.
    """
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
    if what == _VISIT or what.startswith(f"{_VISIT}:"):
        return await _visit(tx, scene, one, number_in(split(what)[1]) or 0)
    older = next((other for other in mine if other.id < one.id), None)
    return await _shown(tx, scene, one, older)


async def _shown(tx: Tx, scene: Scene, one: Announcement, older: Announcement | None) -> Ending:
    """How far it has come, and what can be done with it now."""
    reach = await announcements.reach(tx, one.id)
    runs = reach.waiting or reach.held
    whats = ["resume", "stop"] if reach.paused else ["", "pause"] if runs else [""]
    over = not (reach.waiting or reach.paused)
    if over and one.reminded_at is None and reach.sent > reach.read:
        whats.append(_AGAIN)
    if len(await announcements.missed(tx, one.id, named_units(scene), NAMES + 1)) > NAMES:
        whats.append(_VISIT)
    labels = {"": "refresh", _AGAIN: "remind", _VISIT: "visit_them"}
    offers = [
        Offer(scene.say(f"announce.{labels.get(what, what)}"), f"{ANNOUNCED}:{one.id}:{what}")
        for what in whats
    ]
    if older:
        offers.append(Offer(scene.say("announce.older"), f"{ANNOUNCED}:{older.id}"))
    offers.append(Offer(scene.say("menu.home"), MENU))
    return Ending((await told(tx, scene, one, reach),), tuple(offers))


async def _visit(tx: Tx, scene: Scene, one: Announcement, start: int) -> Ending:
    """Those it could not reach, a few names at a time, for whoever may see names."""
    back = Offer(scene.say("announce.refresh"), f"{ANNOUNCED}:{one.id}")
    if named_units(scene) == set():
        return Ending((scene.reply("talk.no_right"),), (back,))
    names, more = await to_visit(tx, scene, one, start)
    go = f"{ANNOUNCED}:{one.id}:{_VISIT}:{start + VISITED}"
    others = (Offer(scene.say("announce.visit_more"), go),) if more else ()
    return Ending((names,), (*others, back))


async def _remind(tx: Tx, scene: Scene, one: Announcement) -> Ending:
    """Once, and only those to whom it has come."""
    shown = Offer(scene.say("announce.refresh"), f"{ANNOUNCED}:{one.id}")
    offers = (shown, Offer(scene.say("menu.home"), MENU))
    if not await announcements.mark_reminded(tx, one.id, scene.now):
        return Ending((scene.reply("announce.reminded_before"),), offers)
    count = await remind(tx, scene, one)
    return Ending((scene.reply("announce.reminded", count=count),), offers)

"""Undoing what was just done for a member: `unit:12:pt-go-vu`, `gone:12`, `added:12`.

Or for all of a list, by the instant at which it was added: `list:2026-11-21T02:00:00+00:00`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.leaders.members.listing import by_number, name_of, own_units, unit_of
from handlers.talk.flow import Ending, Offer
from handlers.talk.routes import MEMBERS, MENU, number_in
from handlers.talk.scene import Scene
from storage import consents, erasures, members
from storage.database import Tx
from storage.members import Member

#: A list can be taken back as a whole for so long.
LIST, LIST_STANDS_AFTER = "list:", timedelta(days=1)


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """Set back what can be set back still."""
    if argument.startswith(LIST):
        return await _list(tx, scene, argument.removeprefix(LIST))
    kind, number, before = (*argument.split(":", 2), "", "")[:3]
    offers = (Offer(scene.say("members.again"), MEMBERS), Offer(scene.say("menu.home"), MENU))
    key, one = "members.undone", None
    if kind == "gone":
        one = await _returned(tx, scene, number)
    elif (found := await by_number(tx, scene, number)) is not None:
        if kind == "added" and not found.known and not found.active:
            await _unlist(tx, scene, found)
            key, one = "members.undone_added", found
        elif kind == "unit" and before in own_units(scene):
            await members.move(tx, found.person.id, before)
            one = await members.get(tx, found.person.id)
    if one is None:
        return Ending((scene.reply("members.undo_late"),), offers)
    told = scene.reply(key, name=name_of(scene, one.person), unit=unit_of(scene, one.person))
    return Ending((told,), offers)


async def _list(tx: Tx, scene: Scene, instant: str) -> Ending:
    """Take the people of a list out again, but for those who have come to the bot meanwhile."""
    assert scene.person is not None  # noqa: S101 - the route needs the right
    offers = (Offer(scene.say("members.again"), MEMBERS), Offer(scene.say("menu.home"), MENU))
    try:
        at = datetime.fromisoformat(instant)
        late = not timedelta() <= scene.now - at <= LIST_STANDS_AFTER
    except (ValueError, TypeError):
        return Ending((scene.reply("members.undo_late"),), offers)
    count = 0
    for id_ in [] if late else await members.added(tx, scene.person.id, at):
        found = await by_number(tx, scene, str(id_))
        if found is not None and not found.known and not found.active:
            await _unlist(tx, scene, found)
            count += 1
    key = "many.undone" if count else "members.undo_late"
    return Ending((scene.reply(key, count=count),), offers)


async def _returned(tx: Tx, scene: Scene, number: str) -> Member | None:
    id_ = number_in(number)
    gone = await members.left(tx, id_) if id_ is not None else None
    if gone is None or gone.person.unit not in own_units(scene):
        return None
    await members.come_back(tx, gone.person.id)
    return gone


async def _unlist(tx: Tx, scene: Scene, one: Member) -> None:
    version = f"{consents.THROUGH_LEADER}{scene.content.plan.consent_version}"
    await erasures.withdraw(tx, one.person.id, version, scene.channel, scene.now)

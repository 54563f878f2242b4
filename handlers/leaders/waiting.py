"""Announcements that wait for their hour: sent when it comes, seen and stopped before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.elders.wording import moment_told
from handlers.leaders import second
from handlers.leaders.sending import as_author, hour_of, send
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Reply
from handlers.talk.routes import ANNOUNCE, ANNOUNCED, MAILINGS, MENU, number_in, split
from handlers.talk.scene import Library, Scene
from handlers.talk.telling import choice, tell
from storage import mailings, people
from storage.database import Tx
from storage.mailings import Mailing

#: Later than this its words may no longer be true: it is not sent, and its author is told.
LATE = timedelta(hours=12)
WEEK = timedelta(weeks=1)
#: So much of the words is shown.
BEGINNING = 60
_STOP = "stop"


async def send_what_is_due(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Send what waits for an hour that has come; to how many people.

    After one that goes to many the others wait for the next tick: all are put in this transaction.
    """
    put = 0
    for mailing in await mailings.due(tx, now, most):
        if put < most and await _move_on(tx, mailing, now):
            put += await _send(tx, library, now, mailing)
    return put


async def _send(tx: Tx, library: Library, now: datetime, mailing: Mailing) -> int:
    """Send one, unless it is too late or its author may no more; to how many."""
    here = Scene(library, now, "", "", await people.get(tx, mailing.author_id))
    author = await as_author(tx, here, mailing)
    if author is None:
        await mailings.move(tx, mailing.id, {mailings.WAITING}, mailings.STOPPED, now)
        return 0
    late = _is_late(mailing, now)
    sent = None if late else await send(tx, author, mailing)
    what = "missed" if late else "sent" if sent else "unsent"
    await _tell_author(tx, here, mailing, what, sent.id if sent else None)
    return sent.count if sent else 0


def _is_late(mailing: Mailing, now: datetime) -> bool:
    return mailing.due_at is not None and now - mailing.due_at > LATE


async def _move_on(tx: Tx, mailing: Mailing, now: datetime) -> bool:
    """Let a weekly mailing wait for its next hour, and any other be over; False if it stopped."""
    assert mailing.due_at is not None  # noqa: S101 - it waited for that
    if not mailing.weekly:
        state = mailings.MISSED if _is_late(mailing, now) else mailings.SENT
        return await mailings.move(tx, mailing.id, {mailings.WAITING}, state, now)
    coming = mailing.due_at + WEEK
    while coming <= now:
        coming += WEEK
    return await mailings.put_off(tx, mailing.id, coming)


async def _tell_author(
    tx: Tx, scene: Scene, mailing: Mailing, what: str, announcement: int | None
) -> None:
    """Tell the author that it goes out, reaches nobody, or was missed."""
    due = mailing.due_at
    assert due is not None  # noqa: S101 - it waited for that

    def news(theirs: Scene) -> Reply:
        text = theirs.say(f"announce.due_{what}", moment=moment_told(theirs, due))
        label, go = theirs.say("announce.rewrite"), f"{ANNOUNCE}:{mailing.id}"
        if announcement is not None:
            label, go = theirs.say("announce.refresh"), f"{ANNOUNCED}:{announcement}"
        return Reply(text=text, choices=(choice(theirs, 1, label, go),))

    await tell(tx, scene, mailing.author_id, f"due:{mailing.id}:{due.isoformat()}", news)


async def stop(tx: Tx, scene: Scene, number: int | None) -> bool:
    """Stop what the person wanted to be sent; False when it does not wait, or is not theirs."""
    assert scene.person is not None  # noqa: S101 - only who may announce can stop it
    mine = {one.id for one in await mailings.of_author(tx, scene.person.id)}
    stops = {mailings.ASKED, mailings.WAITING}
    return number in mine and await mailings.move(
        tx, number or 0, stops, mailings.STOPPED, scene.now
    )


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """What waits for the person's yes; else what they sent, the next first.

    The one of these behind a number (`1`), or stop one (`12:stop`).
    """
    person, home = scene.person, Offer(scene.say("menu.home"), MENU)
    assert person is not None  # noqa: S101 - the route needs the right to announce
    number, what = split(argument)
    mine = await mailings.of_author(tx, person.id)
    wanted = number_in(number)
    if what == _STOP:
        if await stop(tx, scene, wanted):
            rewrite = Offer(scene.say("announce.rewrite"), f"{ANNOUNCE}:{wanted}")
            return Ending((scene.reply("announce.coming_stopped"),), (rewrite, home))
        return Ending((scene.reply("announce.gone"),), (home,))
    if not argument and (asked := await second.still_asked(tx, scene)):
        own = (Offer(scene.say("announce.coming_mine"), f"{MAILINGS}:0"),) if mine else ()
        return replace(asked, offers=(*asked.offers, *own))
    if not mine:
        return Ending((scene.reply("announce.coming_none"),), (home,))
    place = wanted if wanted is not None and wanted < len(mine) else 0
    mailing = mine[place]
    offers = [Offer(scene.say("announce.coming_stop"), f"{MAILINGS}:{mailing.id}:{_STOP}")]
    if place + 1 < len(mine):
        offers.append(Offer(scene.say("announce.coming_next"), f"{MAILINGS}:{place + 1}"))
    return Ending((_told(scene, mailing, len(mine)),), (*offers, home))


def _told(scene: Scene, mailing: Mailing, count: int) -> Reply:
    words = " ".join(mailing.words.split())
    shown = words if len(words) <= BEGINNING else f"{words[:BEGINNING]}…"
    key = "announce.coming_asked" if mailing.state == mailings.ASKED else "announce.coming_shown"
    return scene.reply(key, count=count, words=shown, moment=hour_of(scene, mailing))

"""Putting an announcement on its way: to whom, from whom, each person once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from content.models.plan import Unit
from handlers.elders.notices import Notice
from handlers.elders.places import find_units
from handlers.elders.wording import moment_told
from handlers.reports.periods import week_of
from handlers.talk import rights
from handlers.talk.flow import Misheard
from handlers.talk.messages import Reply
from handlers.talk.routes import number_in
from handlers.talk.scene import ZONE, Scene
from handlers.talk.understanding.text import fold
from storage import announcements, enclosures, mailings, outbox, people
from storage.addresses import Address
from storage.announcements import UNREAD, Audience, Recipient
from storage.database import Tx
from storage.enclosures import Enclosure
from storage.mailings import Mailing
from storage.people import Person

_BETWEEN = re.compile(r"[,;\n]|\bvà\b|\bva\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sent:
    """An announcement on its way, and to how many people."""

    id: int
    count: int


def audience(scene: Scene, whom: str, about: str = "", units: Collection[str] = ()) -> Audience:
    """Some of the people to whom the person may announce; of these units, if any are named."""
    person, week = scene.person, week_of(scene.today)
    assert person is not None  # noqa: S101 - the route needs the right to announce
    may, chosen = rights.announces(person, scene.content), within(scene, units)
    return Audience(
        name=whom,
        units=may if chosen is None else chosen if may is None else chosen & may,
        week=(week.start, week.end),
        but=person.id,
        about=number_in(about) or 0 if whom == UNREAD else about,
    )


def within(scene: Scene, units: Collection[str]) -> set[str] | None:
    """Some units and all below them; None when none are named. One that is gone has nobody."""
    known = [code for code in units if code in scene.content.units]
    return set().union(*map(scene.content.within, known)) if units else None


def of(scene: Scene, mailing: Mailing) -> Audience:
    """Whom a mailing of the person is for."""
    return audience(scene, mailing.audience, mailing.about, mailing.units)


def scope(scene: Scene, chosen: Collection[str] = ()) -> str:
    """Where the person announces, as it is called: some units, or all that they may reach."""
    assert scene.person is not None  # noqa: S101 - the route needs the right to announce
    content, units = scene.content, within(scene, chosen)
    if units is None:
        units = rights.announces(scene.person, scene.content)
    if units is None:
        return content.root_unit.name
    tops = [
        code
        for code in sorted(units)
        if not any(code != other and code in content.within(other) for other in units)
    ]
    return ", ".join(content.units[code].name for code in tops)


def named(scene: Scene, text: str) -> list[tuple[str, list[Unit]]]:
    """Each name of a text, with commas or lines between them, and what of one's own it may mean."""
    assert scene.person is not None  # noqa: S101 - the route needs the right to announce
    may = rights.announces(scene.person, scene.content)
    return [
        (part.strip(), [one for one in find_units(scene, part) if may is None or one.code in may])
        for part in _BETWEEN.split(text)
        if fold(part)
    ]


def one_each(scene: Scene, found: Iterable[tuple[str, list[Unit]]]) -> list[str] | Misheard:
    """The codes of the units that were named, each once; or the first name that is not one unit."""
    codes: dict[str, None] = {}
    for name, units in found:
        if len(units) != 1:
            key = "announce.where_many" if units else "announce.where_unknown"
            names = ", ".join(one.name for one in units)
            return Misheard(scene.reply(key, name=name, names=names))
        codes[units[0].code] = None
    return list(codes)


def signed(scene: Scene) -> str:
    """Whom an announcement is from, as people read it."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to announce
    units = rights.announces(person, scene.content)
    unit = min(units) if units else scene.content.root_unit.code
    role = rights.role_over(person, "announce", unit, scene.content)
    if role == "leader":
        return scene.say("announce.by_leader", name=person.name)
    return scene.say("announce.by_officer", operator=scene.content.plan.operator)


def hour_of(scene: Scene, mailing: Mailing) -> str:
    """When a mailing goes out, in words."""
    due = mailing.due_at
    if due is None:
        return scene.say("announce.at_once")
    moment = moment_told(scene, due)
    if not mailing.weekly:
        return moment
    day = scene.say("report.weekdays").split(", ")[due.astimezone(ZONE).weekday()]
    return scene.say("announce.weekly_from", moment=moment, day=day)


async def looks(tx: Tx, scene: Scene, mailing: Mailing) -> Reply:
    """A mailing of the person, as those will see it whom it is for."""
    return Notice(signed(scene), mailing.words, await _enclosed(tx, mailing.id)).shown(scene)


async def _enclosed(tx: Tx, mailing_id: int | None) -> Enclosure | None:
    """What goes with a mailing."""
    found = await enclosures.of(tx, mailings.owner(mailing_id or 0))
    return found[0] if found else None


async def as_author(tx: Tx, scene: Scene, mailing: Mailing) -> Scene | None:
    """The scene as if the author of a mailing spoke; None when they may announce no more."""
    author = await people.get(tx, mailing.author_id)
    if author is None or rights.announces(author, scene.content) == set():
        return None
    return Scene(scene.library, scene.now, scene.channel, scene.address, author)


async def send(tx: Tx, scene: Scene, mailing: Mailing) -> Sent | None:
    """Fix whom a mailing of the person is for, and put it on its way.

    None when it would reach nobody, or went out for this hour before.
    """
    found = await announcements.recipients(tx, of(scene, mailing))
    if not any(one.here for one in found):
        return None
    id_ = await announcements.add(tx, mailing, [one.person.id for one in found], scene.now)
    if id_ is None:
        return None
    notice = Notice(signed(scene), mailing.words, await _enclosed(tx, mailing.id), id_)
    return Sent(id_, await put(tx, scene, notice, found, mailing.lane))


async def remind(tx: Tx, scene: Scene, one: announcements.Announcement) -> int:
    """Put an announcement of the person once more on its way to the unread; to how many."""
    enclosed = await _enclosed(tx, one.mailing_id)
    notice = Notice(signed(scene), one.words, enclosed, one.id, again=True)
    return await put(tx, scene, notice, await announcements.unread(tx, one.id), outbox.BULK)


async def put(tx: Tx, scene: Scene, notice: Notice, to: Iterable[Recipient], lane: str) -> int:
    """Put a notice on its way to whoever can be reached; to how many."""
    part = ":again" if notice.again else ""

    def body(person: Person, here: Address) -> str:
        theirs = Scene(scene.library, scene.now, here.channel, here.address, person)
        return notice.to(theirs, here).to_json()

    rows = [
        (
            here.channel,
            here.address,
            one.person.id,
            body(one.person, here),
            announcements.outbox_key(notice.number, one.person.id, part),
        )
        for one in to
        if (here := one.here) is not None
    ]
    await outbox.put_many(tx, lane, rows, scene.now)
    return len(rows)

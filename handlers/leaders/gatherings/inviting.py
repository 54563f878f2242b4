"""Putting an invitation on its way, and what follows it: each person once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from handlers.elders.gathering.invitation import invitation
from handlers.leaders.sending import signed
from handlers.reports.periods import week_of
from handlers.talk import rights
from handlers.talk.messages import Reply
from handlers.talk.scene import Scene, local_day
from handlers.talk.sharers import for_whom
from storage import announcements, gatherings, outbox
from storage.announcements import Audience, Recipient
from storage.database import Tx
from storage.gatherings import Gathering


def own(scene: Scene, unit: str) -> bool:
    """Whether the person may invite the people of a unit."""
    person = scene.person
    assert person is not None  # noqa: S101 - asked for someone registered
    units = rights.announces(person, scene.content)
    return units is None or unit in units


def audience(scene: Scene, unit: str, whom: str) -> Audience:
    """Some of the people of a unit, but not who invites."""
    person, week = scene.person, week_of(scene.today)
    assert person is not None  # noqa: S101 - asked for someone registered
    root = scene.content.root_unit.code
    units = None if unit == root else scene.content.within(unit)
    return Audience(name=whom, units=units, week=(week.start, week.end), but=person.id)


def eve_of(at: datetime, told_on: date) -> date | None:
    """The day on whose evening people are reminded; None when they are told only then."""
    eve = local_day(at) - timedelta(days=1)
    return eve if told_on < eve else None


async def invite(
    tx: Tx, scene: Scene, *, unit: str, whom: str, kind: str, name: str, at: datetime, place: str
) -> tuple[Gathering, int] | None:
    """Keep a gathering and invite to it; to how many. None when nobody would be reached."""
    person = scene.person
    assert person is not None  # noqa: S101 - asked for someone registered
    found = await announcements.recipients(tx, audience(scene, unit, whom))
    if not any(one.here for one in found):
        return None
    made = await gatherings.add(
        tx,
        author_id=person.id,
        kind=kind,
        name=name,
        unit=unit,
        at=at,
        place=place,
        audience=whom,
        eve=eve_of(at, scene.today),
        to=[one.person.id for one in found],
    )
    by = signed(scene)
    return made, await put(tx, scene, made, found, lambda theirs: invitation(theirs, made, by))


async def put(
    tx: Tx,
    scene: Scene,
    one: Gathering,
    to: Iterable[Recipient],
    message: Callable[[Scene], Reply],
    part: str = "",
    until: datetime | None = None,
) -> int:
    """Put a message about a gathering on its way to whoever can be reached; to how many.

    It does not go out after `until`: the gathering itself, if nothing is said.
    """
    rows = []
    for each in to:
        here = each.here
        if here is None:
            continue
        theirs = Scene(scene.library, scene.now, here.channel, here.address, each.person)
        body = for_whom(theirs, here, message(theirs)).to_json()
        key = gatherings.outbox_key(one.id, each.person.id, part)
        rows.append((here.channel, here.address, each.person.id, body, key))
    await outbox.put_many(tx, outbox.BULK, rows, scene.now, not_after=until or one.at)
    return len(rows)

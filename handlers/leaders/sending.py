"""Putting an announcement on its way: to whom, from whom, each person once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.elders.notices import notice
from handlers.reports.periods import week_of
from handlers.talk import rights
from handlers.talk.scene import Scene
from storage import announcements, outbox
from storage.announcements import Audience, Recipient
from storage.database import Tx


@dataclass(frozen=True, slots=True)
class Sent:
    """An announcement on its way, and to how many people."""

    id: int
    count: int


def audience(scene: Scene, whom: str) -> Audience:
    """Some of the people to whom the person may announce."""
    person, week = scene.person, week_of(scene.today)
    assert person is not None  # noqa: S101 - the route needs the right to announce
    units = rights.announces(person, scene.content)
    return Audience(whom, units, (week.start, week.end), person.id)


def scope(scene: Scene) -> str:
    """Where the person may announce, as it is called."""
    assert scene.person is not None  # noqa: S101 - the route needs the right to announce
    content, units = scene.content, rights.announces(scene.person, scene.content)
    if units is None:
        return content.root_unit.name
    tops = [
        code
        for code in sorted(units)
        if not any(code != other and code in content.within(other) for other in units)
    ]
    return ", ".join(content.units[code].name for code in tops)


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


async def send(tx: Tx, scene: Scene, whom: str, words: str, lane: str) -> Sent | None:
    """Fix whom an announcement is for and put it on its way; None when it would reach nobody."""
    assert scene.person is not None  # noqa: S101 - the route needs the right to announce
    found = await announcements.recipients(tx, audience(scene, whom))
    if not any(one.here for one in found):
        return None
    id_ = await announcements.add(
        tx,
        author_id=scene.person.id,
        audience=whom,
        words=words,
        lane=lane,
        to=[one.person.id for one in found],
        now=scene.now,
    )
    return Sent(id_, await put(tx, scene, id_, words, found, lane))


async def put(
    tx: Tx, scene: Scene, id_: int, words: str, to: Iterable[Recipient], lane: str, again: str = ""
) -> int:
    """Put the words on their way to whoever can be reached, or `again`; to how many."""
    by = signed(scene)
    rows = [
        (
            here.channel,
            here.address,
            one.person.id,
            notice(
                Scene(scene.library, scene.now, here.channel, here.address, one.person),
                here,
                again or "notice",
                by,
                words,
                id_,
            ).to_json(),
            announcements.outbox_key(id_, one.person.id, f":{again}" if again else ""),
        )
        for one in to
        if (here := one.here) is not None
    ]
    await outbox.put_many(tx, lane, rows, scene.now)
    return len(rows)

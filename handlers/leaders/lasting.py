"""How long it takes until what goes out to many has come to all of them, as things stand now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from handlers.elders.wording import moment_told
from handlers.talk.scene import ZONE, Scene
from storage import budgets
from storage.database import Tx

_MINUTE = timedelta(minutes=1)
#: An hour that is not near is told in steps of so many minutes.
_STEP = 5
#: Further ahead than this nobody looks.
_LONGEST = timedelta(days=7)


async def told(tx: Tx, scene: Scene, reached: Mapping[str, int]) -> list[str]:
    """When it will have come to so many people on each channel, in lines; none when it is soon.

    What is on its way already goes before. The channels go on side by side. Who a month's messages
    do not suffice for is told apart.
    """
    month = f"{scene.now.astimezone(ZONE):%Y-%m}"
    before, lines, seconds = await budgets.on_their_way(tx), list[str](), 0.0
    for channel, people in sorted(reached.items()):
        carries = scene.library.carries.get(channel)
        if carries is None:
            continue
        goes, first = people, before.get(channel, 0)
        if carries.monthly is not None:
            used = await budgets.used(tx, channel, month)
            goes = min(people, max(0, carries.monthly - used.messages - first))
        if goes < people:
            name = scene.content.phrases.get(f"announce.channel_{channel}", channel)
            lines.append(scene.say("announce.next_month", count=people - goes, channel=name))
        if goes:
            seconds = max(seconds, (first + goes) / carries.pace)
    return [*_when(scene, ceil(seconds / 60)), *lines] if seconds >= _MINUTE.seconds else lines


def _when(scene: Scene, minutes: int) -> list[str]:
    """When so many minutes of sending are over, of which none are in the quiet hours."""
    end = _end(scene, minutes)
    if end - scene.now == minutes * _MINUTE and end - scene.now < timedelta(hours=1):
        return [scene.say("announce.lasts", count=minutes)]
    end += timedelta(minutes=-end.minute % _STEP)
    return [scene.say("announce.lasts_until", moment=moment_told(scene, end))]


def _end(scene: Scene, minutes: int) -> datetime:
    at = scene.now
    while minutes > 0 and at - scene.now < _LONGEST:
        minutes -= not scene.library.quiet(at)
        at += _MINUTE
    return at

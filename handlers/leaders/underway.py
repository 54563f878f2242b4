"""What can be done with an announcement that has gone out, or still goes: in chat and on boards."""

from __future__ import annotations

from handlers.leaders.sending import remind
from handlers.talk.scene import Scene
from storage import announcements
from storage.announcements import Announcement, Reach
from storage.database import Tx

#: Once more to those who have not said to have read it.
REMIND = "again"
#: What is done to one that is still going out.
DOES = {
    "pause": announcements.pause,
    "resume": announcements.resume,
    "stop": announcements.stop,
}


def possible(one: Announcement, reach: Reach) -> list[str]:
    """What can be done with it now."""
    runs = reach.waiting or reach.held
    whats = ["resume", "stop"] if reach.paused else ["pause"] if runs else []
    over = not (reach.waiting or reach.paused)
    if over and one.reminded_at is None and reach.sent > reach.read:
        whats.append(REMIND)
    return whats


async def do(tx: Tx, scene: Scene, one: Announcement, what: str) -> int | None:
    """Do it to an announcement of the person; how many are reminded, None if they were before."""
    if what in DOES:
        await DOES[what](tx, one.id)
        return 0
    if not await announcements.mark_reminded(tx, one.id, scene.now):
        return None
    return await remind(tx, scene, one)

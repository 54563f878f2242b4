"""Reminding someone: the one way in which a reminder is put on its way, by the one rule.

At most one a day on each phone, from the person's own hour on, as rarely as the person wishes, and
more rarely when nobody answers. Quiet hours are the ticker's, which asks nobody then.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from handlers.talk.messages import Reply
from handlers.talk.scene import ZONE, Library, Scene, local_day
from handlers.talk.telling import tell
from storage import addresses, reminders
from storage.database import Tx
from storage.reminders import Moment

#: Who wrote within this time may still be in the middle of something.
NOT_IN_A_TALK = timedelta(hours=1)


def moment(library: Library, now: datetime) -> Moment:
    """An instant as the rule looks at it."""
    return Moment(
        now=now,
        today=local_day(now),
        clock=f"{now.astimezone(ZONE):%H:%M}",
        usual=library.content.plan.weekly_question.at,
        silent_since=now - NOT_IN_A_TALK,
    )


async def remind(
    tx: Tx,
    library: Library,
    now: datetime,
    person_id: int,
    key: str,
    message: Callable[[Scene], Reply],
    *,
    not_after: datetime | None = None,
) -> bool:
    """Put a reminder on its way, once under `key`, if the rule allows it now; whether it did."""
    at = moment(library, now)
    here = await addresses.latest(tx, person_id)
    if here is None or not await reminders.may(tx, person_id, at):
        return False
    scene = Scene(library, now, here.channel, here.address, here.person)
    if not await tell(tx, scene, person_id, key, message, not_after=not_after):
        return False
    await reminders.note(tx, person_id, key, at)
    return True

"""The evening before a gathering: a word to those who may come, as a reminder like any other."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from handlers.elders.gathering.invitation import asked, told
from handlers.talk.messages import Reply
from handlers.talk.reminding import moment, remind
from handlers.talk.scene import Library, Scene
from storage import gatherings
from storage.database import Tx
from storage.gatherings import Invited
from storage.reminders import EVENING


async def remind_of_gatherings(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Remind of tomorrow's gatherings whoever comes or has not answered, `most` at once."""
    at, put = moment(library, now), 0
    if at.clock < EVENING:
        return 0
    for person_id, one in await gatherings.to_remind(tx, at, most):
        key = gatherings.reminder_key(one.to, person_id)
        word = partial(_word, one)
        put += await remind(tx, library, now, person_id, key, word, not_after=one.to.at)
    return put


def _word(one: Invited, theirs: Scene) -> Reply:
    key = "gather.remind" if one.answer is None else f"gather.remind_{one.answer}"
    return asked(theirs, one.to, theirs.say(key, **told(theirs, one.to)))

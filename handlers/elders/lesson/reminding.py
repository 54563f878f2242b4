"""A gentle word when a learnt skill is due to be asked about again."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from handlers.elders.lesson.recall import LATER, recall_key
from handlers.talk.messages import Reply
from handlers.talk.reminding import moment, remind
from handlers.talk.routes import RECALL
from handlers.talk.scene import Library, Scene
from handlers.talk.telling import choice
from storage import recalls
from storage.database import Tx

#: Whoever was reminded of one skill is left alone with the others for so long.
BETWEEN = timedelta(days=7)


async def remind_of_recalls(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Put the due reminders on their way, `most` at once, one skill a person a week; how many."""
    at = moment(library, now)
    known, before = library.content.skills, at.today - BETWEEN
    version = library.content.plan.consent_version
    due = await recalls.to_remind(
        tx, at, known, reminded_before=before, agreed_to=version, limit=most
    )
    put = 0
    for person_id, skill in due:
        key = f"{recall_key(person_id, skill)}{at.today}"
        if await remind(tx, library, now, person_id, key, partial(_reminder, skill)):
            await recalls.note_reminder(tx, person_id, skill, at.today)
            put += 1
    return put


def _reminder(skill: str, theirs: Scene) -> Reply:
    known = theirs.content.skills[skill]
    yes, no = theirs.content.vocabulary.answers.yes, theirs.content.vocabulary.answers.no
    return Reply(
        text=theirs.say("recall.reminder", title=known.name),
        choices=(
            choice(theirs, 1, theirs.say("recall.now"), f"{RECALL}:{skill}", yes),
            choice(theirs, 2, theirs.say("recall.not_now"), f"{RECALL}:{LATER}", no),
        ),
    )

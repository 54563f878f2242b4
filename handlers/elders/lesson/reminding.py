"""A gentle word when a learnt skill is due to be asked about again."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial

from handlers.elders.lesson.recall import LATER
from handlers.elders.weekly import NOT_IN_A_TALK
from handlers.talk.messages import Reply
from handlers.talk.routes import RECALL
from handlers.talk.scene import ZONE, Library, Scene, day_begins, local_day
from handlers.talk.telling import choice, tell
from storage import people, recalls
from storage.database import Tx

#: Whoever was reminded of one skill is left alone with the others for so long.
BETWEEN = timedelta(days=7)


async def remind_of_recalls(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Put the due reminders on their way, `most` at once; how many.

    From the hour of the weekly question on, one skill a person a week. Who was written to today,
    or is in the middle of a talk, is reminded another time.
    """
    today, at = local_day(now), time.fromisoformat(library.content.plan.weekly_question.at)
    if now < datetime.combine(today, at, tzinfo=ZONE):
        return 0
    due = await recalls.to_remind(
        tx,
        today,
        reminded_before=today - BETWEEN,
        written_since=day_begins(today),
        silent_since=now - NOT_IN_A_TALK,
        limit=most,
    )
    reached: set[tuple[str, str]] = set()
    for person_id, skill in due:
        here = await people.latest_address(tx, person_id)
        if here is None or (here.channel, here.address) in reached:
            continue  # one on a phone: its others are reminded another day
        scene = Scene(library, now, here.channel, here.address, here.person)
        await tell(
            tx,
            scene,
            person_id,
            f"recall:{person_id}:{skill}:{today}",
            partial(_reminder, skill),
        )
        await recalls.note_reminder(tx, person_id, skill, today)
        reached.add((here.channel, here.address))
    return len(reached)


def _reminder(skill: str, theirs: Scene) -> Reply:
    known = theirs.content.skills.get(skill)
    yes, no = theirs.content.vocabulary.answers.yes, theirs.content.vocabulary.answers.no
    return Reply(
        text=theirs.say("recall.reminder", title=known.name if known else skill),
        choices=(
            choice(theirs, 1, theirs.say("recall.now"), f"{RECALL}:{skill}", yes),
            choice(theirs, 2, theirs.say("recall.not_now"), f"{RECALL}:{LATER}", no),
        ),
    )

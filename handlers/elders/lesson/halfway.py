"""A gentle word to who left a lesson half-way: not a second time while the outbox remembers it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from handlers.talk.messages import Reply
from handlers.talk.reminding import moment, remind
from handlers.talk.routes import LEARN
from handlers.talk.scene import Library, Scene
from handlers.talk.state import Talk
from handlers.talk.telling import choice
from storage import halfway
from storage.database import Tx

#: Who left a lesson may come back alone for so long; after so long nobody remembers it.
COMES_BACK, FORGOTTEN = timedelta(days=2), timedelta(days=30)
#: In the place of a lesson: not now.
LATER = "later"


async def remind_of_lessons(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Put the due reminders on their way, `most` at once, one lesson a person; how many."""
    at, since, until = moment(library, now), now - FORGOTTEN, now - COMES_BACK
    lessons = library.content.lessons
    left = await halfway.put_off(tx, at, lessons, since, until)
    for person_id, kept in (await halfway.stopped(tx, at, since, until)).items():
        if (lesson := _lesson_in(Talk.from_json(kept, now))) in lessons:
            left[person_id] = lesson
    put = 0
    for person_id, lesson in list(left.items())[:most]:
        key = halfway.reminder_key(person_id)
        put += await remind(tx, library, now, person_id, key, partial(_reminder, lesson))
    return put


def _lesson_in(talk: Talk) -> str:
    """The lesson in which a talk stopped, or the latest that was set aside; "" for none."""
    frames = [talk.at, *talk.held] if talk.at else talk.held
    opened = [str(one.data.get("lesson") or "") for one in frames if one.flow == LEARN]
    return next(filter(None, opened), "")


def _reminder(lesson: str, theirs: Scene) -> Reply:
    title = theirs.fill(theirs.content.lessons[lesson].title)
    yes, no = theirs.content.vocabulary.answers.yes, theirs.content.vocabulary.answers.no
    return Reply(
        text=theirs.say("learn.reminder", title=title),
        choices=(
            choice(theirs, 1, theirs.say("learn.go_on"), f"{LEARN}:{lesson}", yes),
            choice(theirs, 2, theirs.say("learn.later"), f"{LEARN}:{LATER}", no),
        ),
    )

"""A gentle word to who stopped in the middle of a survey, once."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from handlers.elders.survey.flow import reminder_key
from handlers.talk.messages import Reply
from handlers.talk.reminding import moment, remind
from handlers.talk.routes import SURVEY, SURVEY_LATER
from handlers.talk.scene import Library, Scene, day_begins
from handlers.talk.telling import choice
from storage import surveys
from storage.database import Tx


async def remind_of_surveys(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Put the due reminders on their way, `most` at once; how many. Never on the day they wrote."""
    at = moment(library, now)
    put = 0
    for person_id, id_ in await surveys.half_way(
        tx, at, silent_since=day_begins(at.today), limit=most
    ):
        survey = await surveys.get(tx, id_)
        done = len(await surveys.answers_of(tx, id_, person_id))
        left = len(survey.questions) - done if survey else 0
        key = reminder_key(id_, person_id)
        if await remind(tx, library, now, person_id, key, partial(_reminder, id_, left)):
            await surveys.note_reminder(tx, id_, person_id, now)
            put += 1
    return put


def _reminder(id_: int, left: int, theirs: Scene) -> Reply:
    yes, no = theirs.content.vocabulary.answers.yes, theirs.content.vocabulary.answers.no
    return Reply(
        text=theirs.say("survey.reminder", count=left),
        choices=(
            choice(theirs, 1, theirs.say("survey.go_on"), f"{SURVEY}:{id_}", yes),
            choice(theirs, 2, theirs.say("survey.not_now"), SURVEY_LATER, no),
        ),
    )

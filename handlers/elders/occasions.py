"""A friendly word on the occasions of the year, as a reminder like any other."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from content.models.occasion import Occasion
from handlers.talk.messages import Reply
from handlers.talk.reminding import moment, remind
from handlers.talk.routes import LEARN, REPORT
from handlers.talk.scene import Library, Scene, day_begins, local_day
from handlers.talk.telling import choice
from storage import reminders
from storage.database import Tx

_GOES = {"report": REPORT, "learn": LEARN}


async def greet_on_occasions(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Put the word for today's occasion on its way, to `most` people at once; to how many.

    Who joins on the day itself gets it too.
    """
    today, put = local_day(now), 0
    for occasion in library.content.occasions:
        if not occasion.is_on(today):
            continue
        key = f"occasion:{occasion.key}:{today.year}"
        for person_id in await reminders.not_told_yet(tx, key, moment(library, now), most - put):
            put += await remind(
                tx,
                library,
                now,
                person_id,
                f"{key}:{person_id}",
                partial(_word, occasion),
                not_after=day_begins(today + timedelta(days=1)),
            )
    return put


def _word(occasion: Occasion, theirs: Scene) -> Reply:
    label = theirs.say(f"menu.{occasion.about}")
    yes = theirs.content.vocabulary.answers.yes
    return Reply(
        text=theirs.fill(occasion.text),
        choices=(choice(theirs, 1, label, _GOES[occasion.about], yes),),
    )

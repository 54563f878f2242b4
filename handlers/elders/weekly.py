"""The weekly question, for whoever has not been heard from this week."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from content.models.fields import Weekday
from handlers.elders.report.draft import NOTHING
from handlers.reports.periods import Period, week_of
from handlers.talk.messages import Reply
from handlers.talk.reminding import moment, remind
from handlers.talk.routes import REPORT
from handlers.talk.scene import Library, Scene, day_begins, local_day
from handlers.talk.telling import choice
from storage import reminders
from storage.database import Tx

_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def weekly_key(day: date, person_id: int | None = None) -> str:
    """The name of the weekly question of a day's week, for one person or for everyone."""
    year, week, _ = day.isocalendar()
    key = f"weekly:{year}-W{week:02}"
    return key if person_id is None else f"{key}:{person_id}"


async def ask_who_is_silent(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Put the week's question on its way to those still silent, `most` at once; how many.

    Due from the plan's weekday until the week ends. Each person is asked once a week, however often
    this runs. Who registered this week is left alone.
    """
    week, today = week_of(local_day(now)), local_day(now)
    day = week.start + timedelta(days=_WEEKDAYS.index(library.content.plan.weekly_question.day))
    if today < day:
        return 0
    silent = await reminders.to_ask_this_week(
        tx,
        week.start.isoformat(),
        week.end.isoformat(),
        weekly_key(week.start),
        moment(library, now),
        registered_before=day_begins(week.start),
        limit=most,
    )
    ends = day_begins(week.end + timedelta(days=1))
    return sum(
        [
            await remind(
                tx,
                library,
                now,
                person_id,
                weekly_key(week.start, person_id),
                partial(_question, week),
                not_after=ends,
            )
            for person_id in silent
        ]
    )


def _question(week: Period, theirs: Scene) -> Reply:
    words = theirs.content.vocabulary.answers
    no = f"{REPORT}:{NOTHING}:{week.key}"
    return Reply(
        text=theirs.say("report.weekly"),
        choices=(
            choice(theirs, 1, theirs.say("report.weekly_yes"), REPORT, words.yes),
            choice(theirs, 2, theirs.say("report.weekly_no"), no, words.no),
        ),
    )

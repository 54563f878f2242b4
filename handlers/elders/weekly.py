"""The weekly question, for whoever has not been heard from this week."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from content.models.fields import Weekday
from handlers.elders.report.draft import NOTHING
from handlers.reports.periods import Period, week_of
from handlers.talk.messages import Choice, Reply
from handlers.talk.routes import FOR, REPORT
from handlers.talk.scene import ZONE, Library, Scene, day_begins, local_day
from handlers.talk.sharers import for_whom
from storage import outbox, people
from storage.database import Tx

#: Who wrote within this time may still be in the middle of something.
NOT_IN_A_TALK = timedelta(hours=1)
_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def weekly_key(day: date, person_id: int | None = None) -> str:
    """The name of the weekly question of a day's week, for one person or for everyone."""
    year, week, _ = day.isocalendar()
    key = f"weekly:{year}-W{week:02}"
    return key if person_id is None else f"{key}:{person_id}"


async def ask_who_is_silent(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Put the week's question on its way to those still silent, `most` at once; how many.

    Due from the plan's weekday and hour until the week ends. Each person is asked once a week,
    however often this runs. Who registered this week, or is in the middle of a talk, is left alone.
    """
    when = library.content.plan.weekly_question
    week = week_of(local_day(now))
    day = week.start + timedelta(days=_WEEKDAYS.index(when.day))
    if now < datetime.combine(day, time.fromisoformat(when.at), tzinfo=ZONE):
        return 0
    key = weekly_key(week.start)
    silent = await people.to_ask_this_week(
        tx,
        week.start.isoformat(),
        week.end.isoformat(),
        key,
        registered_before=day_begins(week.start),
        silent_since=now - NOT_IN_A_TALK,
        limit=most,
    )
    return sum([await _ask(tx, library, here, week, now) for here in silent])


async def _ask(tx: Tx, library: Library, here: people.Address, week: Period, now: datetime) -> bool:
    assert here.person is not None  # noqa: S101 - only registered people are asked
    scene = Scene(library, now, here.channel, here.address, here.person)
    words = library.content.vocabulary.answers
    question = Reply(
        text=scene.say("report.weekly"),
        choices=(
            Choice(
                digit="1",
                label=scene.say("report.weekly_yes"),
                payload=f"go:{FOR}:{here.person.id}:{REPORT}",
                words=words.yes,
            ),
            Choice(
                digit="2",
                label=scene.say("report.weekly_no"),
                payload=f"go:{FOR}:{here.person.id}:{REPORT}:{NOTHING}:{week.key}",
                words=words.no,
            ),
        ),
    )
    put = await outbox.put(
        tx,
        channel=here.channel,
        address=here.address,
        lane=outbox.BULK,
        body=for_whom(scene, here, question).to_json(),
        now=now,
        person_id=here.person.id,
        dedupe_key=f"{weekly_key(week.start)}:{here.person.id}",
        not_after=day_begins(week.end + timedelta(days=1)),
    )
    return put is not None

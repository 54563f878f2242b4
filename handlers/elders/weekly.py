"""The weekly question, for whoever has not been heard from this week."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from content.models import Weekday
from handlers.elders.activity_report import NOTHING, weekly_key
from handlers.reports.periods import week_of
from handlers.talk.flow import Offer
from handlers.talk.messages import Choice, Reply
from handlers.talk.routes import REPORT
from handlers.talk.scene import ZONE, Library, Scene, local_day
from handlers.talk.state import Talk
from storage import outbox, people
from storage.database import Tx

_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


async def ask_who_is_silent(tx: Tx, library: Library, now: datetime) -> int:
    """Put the week's question on its way to everyone still silent; how many.

    Due from the plan's weekday and hour until the week ends. Each person is asked once a week,
    however often this runs.
    """
    when = library.content.plan.weekly_question
    week = week_of(local_day(now))
    day = week.start + timedelta(days=_WEEKDAYS.index(when.day))
    if now < datetime.combine(day, time.fromisoformat(when.at), tzinfo=ZONE):
        return 0
    key = weekly_key(week.start)
    silent = await people.to_ask_this_week(tx, week.start.isoformat(), week.end.isoformat(), key)
    return sum([await _ask(tx, library, here, key, now) for here in silent])


async def _ask(tx: Tx, library: Library, here: people.Address, key: str, now: datetime) -> bool:
    assert here.person is not None  # noqa: S101 - only registered people are asked
    scene = Scene(library, now, here.channel, here.address, here.person)
    offers = [
        Offer(scene.say("report.weekly_yes"), REPORT),
        Offer(scene.say("report.weekly_no"), f"{REPORT}:{NOTHING}"),
    ]
    question = Reply(
        text=scene.say("report.weekly"),
        choices=tuple(
            Choice(digit=str(place), label=offer.label, payload=f"go:{offer.go}")
            for place, offer in enumerate(offers, 1)
        ),
    )
    put = await outbox.put(
        tx,
        channel=here.channel,
        address=here.address,
        lane=outbox.BULK,
        body=question.to_json(),
        now=now,
        person_id=here.person.id,
        dedupe_key=f"{key}:{here.person.id}",
    )
    if put is None:
        return False
    # A digit typed after the question must answer the question: what was under way is set aside.
    talk = Talk.from_json(here.talk)
    if talk.at is not None:
        talk.held, talk.at = [talk.at, *talk.held], None
    talk.offered = offers
    await people.replace_talk(tx, here.channel, here.address, talk.to_json())
    return True

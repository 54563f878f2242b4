"""Asking again, months later, what has become of what was planted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from content.models.activity import Activity, FollowUp
from handlers.elders.report.draft import ALL, FOLLOW, last_of_month
from handlers.elders.wording import amount_of
from handlers.talk.messages import Reply
from handlers.talk.reminding import moment, remind
from handlers.talk.routes import REPORT
from handlers.talk.scene import Library, Scene, day_begins, local_day
from handlers.talk.telling import choice
from storage import reminders
from storage.database import Tx

#: A question is due in the first days of a month; later it would no longer be understood.
DUE_DAYS = 14
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class _Due:
    """One month's planting that is to be asked about now."""

    activity: Activity
    follow_up: FollowUp
    first: date
    last: date
    after: int

    @property
    def planted(self) -> str:
        return f"{self.activity.key}:{self.first:%Y-%m}"

    @property
    def key(self) -> str:
        return f"follow:{self.planted}:{self.after}"


async def ask_what_lives(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Put the due follow-up questions on their way, `most` at once; how many.

    All that a person reported of a month is one question.
    """
    today = local_day(now)
    if today.day > DUE_DAYS:
        return 0
    asked = 0
    for due in _due(library, today):
        planted = await reminders.to_follow_up(
            tx,
            due.activity.key,
            due.activity.units[0],
            due.first,
            due.last,
            due.key,
            moment(library, now),
            most - asked,
        )
        for person_id, quantity in planted.items():
            asked += await remind(
                tx,
                library,
                now,
                person_id,
                f"{due.key}:{person_id}",
                partial(_question, due, quantity),
                not_after=day_begins(today + timedelta(days=DUE_DAYS)),
            )
    return asked


def _due(library: Library, today: date) -> Iterator[_Due]:
    for activity in library.content.activities.activities:
        for months in activity.follow_up.months if activity.follow_up else ():
            past = today.year * _MONTHS + today.month - 1 - months
            first = date(past // _MONTHS, past % _MONTHS + 1, 1)
            last = last_of_month(first)
            assert activity.follow_up is not None  # noqa: S101 - else it has no months
            yield _Due(activity, activity.follow_up, first, last, months)


def _question(due: _Due, planted: Decimal, theirs: Scene) -> Reply:
    go = f"{REPORT}:{FOLLOW}:{due.planted}"
    words = theirs.content.vocabulary.answers
    amount = amount_of(theirs, Decimal(int(planted)), due.activity.units[0], None)
    some = choice(theirs, 2, due.follow_up.some, go)
    return Reply(
        text=theirs.fill(
            due.follow_up.question, number=due.first.month, did=due.activity.did, amount=amount
        ),
        choices=(
            choice(theirs, 1, due.follow_up.all, f"{go}:{ALL}", words.yes),
            replace(some, hears=True),
        ),
    )

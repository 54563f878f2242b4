"""Asking again, months later, what has become of what was planted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from content.models.activity import Activity, FollowUp
from handlers.elders.report.draft import ALL, FOLLOW, last_of_month
from handlers.elders.wording import amount_of
from handlers.talk.messages import Choice, Reply
from handlers.talk.routes import FOR, REPORT
from handlers.talk.scene import ZONE, Library, Scene, day_begins, local_day
from handlers.talk.sharers import for_whom
from storage import outbox, people
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

    All that a person reported of a month is one question. A person who was written to today is
    asked tomorrow.
    """
    today, at = local_day(now), time.fromisoformat(library.content.plan.weekly_question.at)
    if today.day > DUE_DAYS or now < datetime.combine(today, at, tzinfo=ZONE):
        return 0
    asked = 0
    for due in _due(library, today):
        planted = await people.to_follow_up(
            tx,
            due.activity.key,
            due.activity.units[0],
            due.first,
            due.last,
            due.key,
            written_since=day_begins(today),
            limit=most - asked,
        )
        asked += await _ask_each(tx, library, planted, due, now)
    return asked


async def _ask_each(
    tx: Tx, library: Library, planted: Mapping[int, Decimal], due: _Due, now: datetime
) -> int:
    """Ask each of these people, one on a phone: its others are asked another day."""
    asked: set[tuple[str, str]] = set()
    for person_id, quantity in planted.items():
        here = await people.latest_address(tx, person_id)
        if (
            here
            and (here.channel, here.address) not in asked
            and await _ask(tx, library, here, due, int(quantity), now)
        ):
            asked.add((here.channel, here.address))
    return len(asked)


def _due(library: Library, today: date) -> Iterator[_Due]:
    for activity in library.content.activities.activities:
        for months in activity.follow_up.months if activity.follow_up else ():
            past = today.year * _MONTHS + today.month - 1 - months
            first = date(past // _MONTHS, past % _MONTHS + 1, 1)
            last = last_of_month(first)
            assert activity.follow_up is not None  # noqa: S101 - else it has no months
            yield _Due(activity, activity.follow_up, first, last, months)


async def _ask(
    tx: Tx, library: Library, here: people.Address, due: _Due, planted: int, now: datetime
) -> bool:
    assert here.person is not None  # noqa: S101 - an address found by its person
    scene = Scene(library, now, here.channel, here.address, here.person)
    go = f"go:{FOR}:{here.person.id}:{REPORT}:{FOLLOW}:{due.planted}"
    words = library.content.vocabulary.answers
    amount = amount_of(scene, Decimal(planted), due.activity.units[0], None)
    question = Reply(
        text=scene.fill(
            due.follow_up.question, number=due.first.month, did=due.activity.did, amount=amount
        ),
        choices=(
            Choice(digit="1", label=due.follow_up.all, payload=f"{go}:{ALL}", words=words.yes),
            Choice(digit="2", label=due.follow_up.some, payload=go, hears=True),
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
        dedupe_key=f"{due.key}:{here.person.id}",
        not_after=day_begins(local_day(now) + timedelta(days=DUE_DAYS)),
    )
    return put is not None

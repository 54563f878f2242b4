"""The clock. It only ticks: what is due is a question to the database."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from functools import partial, update_wrapper

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.settings import QuietHours
from handlers.elders.follow_up import ask_what_lives
from handlers.elders.gathering.reminding import remind_of_gatherings
from handlers.elders.lesson.halfway import remind_of_lessons
from handlers.elders.lesson.helping import tell_others
from handlers.elders.lesson.reminding import remind_of_recalls
from handlers.elders.occasions import greet_on_occasions
from handlers.elders.question.chasing import chase_questions
from handlers.elders.survey.reminding import remind_of_surveys
from handlers.elders.weekly import ask_who_is_silent
from handlers.leaders.gatherings.listing import ask_for_results, tell_who_comes
from handlers.leaders.reached import tell_how_far
from handlers.leaders.second import let_go_unanswered
from handlers.leaders.waiting import send_what_is_due
from handlers.officers.monday import send_last_week
from handlers.talk.scene import ZONE, Library, local_day
from storage import enclosures, mailings, outbox, photos, questions, survey_results, visits
from storage.database import Store, Tx

log = logging.getLogger(__name__)

#: How long handled events and sent messages are kept, and photos and voices of a question that was
#: answered: long enough for any redelivery, and for a page to show what was said lately.
KEPT = timedelta(days=30)
#: How long a photo waits to be attached to a report, and an enclosure to be handed on.
PHOTO_WAITS = timedelta(days=1)
#: How many messages a job puts on its way in one tick: nobody who writes waits behind thousands.
MOST = 200

#: Seconds between two looks at how far announcements have come; no message changes more often.
LOOK_AGAIN = 5

#: Puts what is due now on its way, so many messages at most; how many.
Job = Callable[[Tx, Library, datetime, int], Awaitable[int]]
#: What is due, the more urgent first: nobody is reminded of two things a day.
JOBS: tuple[Job, ...] = (
    send_what_is_due,
    let_go_unanswered,
    send_last_week,
    remind_of_gatherings,
    tell_who_comes,
    ask_for_results,
    chase_questions,
    tell_others,
    remind_of_surveys,
    greet_on_occasions,
    ask_who_is_silent,
    ask_what_lives,
    remind_of_lessons,
    remind_of_recalls,
)


class Ticker:
    """Runs what is due every minute, and the housekeeping every hour."""

    def __init__(
        self,
        store: Store,
        library: Library,
        quiet: QuietHours,
        clock: Callable[[], datetime],
        changes: Collection[str] = (),
    ) -> None:
        self._store, self._library = store, library
        self._quiet, self._clock = quiet, clock
        #: The channels on which a message that has gone out can be changed.
        self._changes = changes
        self._scheduler = AsyncIOScheduler(timezone=ZONE)
        late = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler.add_job(self.tick, "interval", minutes=1, **late)
        self._scheduler.add_job(self.tell_how_far, "interval", seconds=LOOK_AGAIN, **late)
        self._scheduler.add_job(self.tidy, "interval", hours=1, **late)

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking."""
        self._scheduler.shutdown(wait=False)

    async def tick(self) -> int:
        """Put on its way whatever is due now; how many messages."""
        now = self._clock()
        if self._quiet.cover(now):
            return 0
        put = 0
        for job in JOBS:
            put += await self._run(job, now, MOST - put) if put < MOST else 0
        return put

    async def tell_how_far(self) -> int:
        """Tell authors how far their announcements have come; how many were told."""
        job = partial(tell_how_far, changes=self._changes)
        return await self._run(update_wrapper(job, tell_how_far), self._clock(), MOST)

    async def _run(self, job: Job, now: datetime, most: int) -> int:
        """Run one job in a transaction of its own; what goes wrong in it stops no other."""
        try:
            async with self._store.begin() as tx:
                put = await job(tx, self._library, now, most)
        except Exception:
            log.exception("%s failed", job.__name__)
            return 0
        if put:
            log.info("%s: %d messages", job.__name__, put)
        return put

    async def tidy(self) -> None:
        """Forget what nobody will ask for again: events, messages, photos and voices."""
        async with self._store.begin() as tx:
            await outbox.prune(tx, self._clock() - KEPT)
            await photos.prune(tx, self._clock() - PHOTO_WAITS)
            await mailings.prune(tx, self._clock() - KEPT)
            await enclosures.prune(tx, self._clock() - PHOTO_WAITS)
            await visits.prune(tx, self._clock())
            await questions.forget_enclosed(tx, self._clock() - KEPT)
            await survey_results.end_steps(tx, local_day(self._clock()))

"""The clock. It only ticks: what is due is a question to the database."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.settings import QuietHours
from handlers.elders.follow_up import ask_what_lives
from handlers.elders.weekly import ask_who_is_silent
from handlers.talk.scene import ZONE, Library
from storage import outbox, photos
from storage.database import Store

log = logging.getLogger(__name__)

#: How long handled events and sent messages are kept: long enough for any redelivery, and for a
#: page to show what was said lately.
KEPT = timedelta(days=30)
#: How long a photo waits to be attached to a report.
PHOTO_WAITS = timedelta(days=1)


class Ticker:
    """Runs what is due every minute, and the housekeeping every hour."""

    def __init__(
        self,
        store: Store,
        library: Library,
        quiet: QuietHours,
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._library = store, library
        self._quiet, self._clock = quiet, clock
        self._scheduler = AsyncIOScheduler(timezone=ZONE)
        late = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler.add_job(self.tick, "interval", minutes=1, **late)
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
        async with self._store.begin() as tx:
            asked = await ask_who_is_silent(tx, self._library, now)
            followed = await ask_what_lives(tx, self._library, now)
        if asked or followed:
            log.info("asked %d people about the week, %d about what they planted", asked, followed)
        return asked + followed

    async def tidy(self) -> None:
        """Forget what nobody will ask for again: handled events, sent messages, unwanted photos."""
        async with self._store.begin() as tx:
            await outbox.prune(tx, self._clock() - KEPT)
            await photos.prune(tx, self._clock() - PHOTO_WAITS)

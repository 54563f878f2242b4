"""What comes from our side, on one channel: claimed a little ahead, sent several at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import datetime

from bot.channels.base import Channel
from bot.settings import QuietHours
from bot.tries import Outcome, Tries
from storage import claims, outbox
from storage.database import Store
from storage.outbox import Outgoing

log = logging.getLogger(__name__)

#: How many messages are claimed at most, and how many at a time.
CLAIMED, BATCH = 32, 10
#: Seconds between two looks for what is due.
LOOK_AGAIN = 1.0

#: Called with a bulk message once it has gone out.
AfterBulk = Callable[[Outgoing], Awaitable[None]]


class Bulk:
    """The bulk of one channel; `start` runs a task of its own, `note` takes how a try ended."""

    def __init__(
        self,
        channel: Channel,
        store: Store,
        tries: Tries,
        quiet: QuietHours,
        clock: Callable[[], datetime],
        start: Callable[[Coroutine[None, None, None]], asyncio.Task[None]],
        note: Callable[[Outcome], None],
    ) -> None:
        self._channel, self._store, self._tries = channel, store, tries
        self._quiet, self._clock = quiet, clock
        self._start, self._note = start, note
        #: Waiting for a turn, under way, or gone out and not yet marked.
        self._claimed: set[int] = set()
        self._waiting: dict[int, asyncio.Task[None]] = {}
        self._room = asyncio.Event()

    async def run(self, after_bulk: AfterBulk) -> None:
        """Send what is due until cancelled; what waits for its turn then is given back."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._send(after_bulk))
                group.create_task(self._keep_claims())
        finally:
            await self._give_back()

    def marked(self, message: Outgoing) -> None:
        """Let a claim go: the message is marked, or given back."""
        self._claimed.discard(message.id)
        self._room.set()

    async def _send(self, after_bulk: AfterBulk) -> None:
        while True:
            self._room.clear()
            claimed: list[Outgoing] = []
            try:
                claimed = await self._claim()
            except Exception:
                log.exception("what is due on %s could not be claimed", self._channel.name)
            for message in claimed:
                self._waiting[message.id] = self._start(self._send_one(message, after_bulk))
            if not claimed:
                with suppress(TimeoutError):
                    # Not wait_for, which loses the end of the program when room comes with it.
                    async with asyncio.timeout(LOOK_AGAIN):
                        await self._room.wait()

    async def _claim(self) -> list[Outgoing]:
        if CLAIMED - len(self._claimed) < BATCH:
            return []
        name, now = self._channel.name, self._clock()
        waits = self._quiet.cover(now) or self._channel.pace.holds(outbox.BULK)
        async with self._store.begin() as tx:
            due = await claims.claim(tx, name, outbox.URGENT, now, BATCH)
            if len(due) < BATCH and not waits:
                due += await claims.claim(tx, name, outbox.BULK, now, BATCH - len(due))
        new = [message for message in due if message.id not in self._claimed]
        self._claimed.update(message.id for message in new)
        return new

    async def _send_one(self, message: Outgoing, after_bulk: AfterBulk) -> None:
        try:
            outcome = await self._try(message)
        except Exception:
            log.exception("message %d could not be sent", message.id)
            outcome = self._tries.broken(message)
        self._waiting.pop(message.id, None)
        if outcome is None:
            self.marked(message)
            return
        if outcome.kind == "sent":
            try:
                if not await self._breaks_into_a_talk(message):
                    await after_bulk(message)
            except Exception:
                log.exception("what message %d offers could not be kept", message.id)
        self._note(outcome)

    async def _try(self, message: Outgoing) -> Outcome | None:
        """Send a message in its turn; None when it is no longer due by then."""
        if late := self._tries.too_late(message):
            return late
        call, pace = await self._tries.ready(self._channel, message), self._channel.pace
        while True:
            await pace.opens(message.address)
            if not await self._is_still_due(message):
                return None
            if await pace.turn(message.address, bulk=True):
                self._waiting.pop(message.id, None)
                return await call()

    async def _is_still_due(self, message: Outgoing) -> bool:
        """Whether a message must go out now; what no longer must is given back."""
        now = self._clock()
        async with self._store.read() as tx:
            due = await claims.is_still_due(tx, message.id, now)
        quiet = message.lane != outbox.URGENT and self._quiet.cover(now)
        if due and not quiet and not self._channel.pace.holds(message.lane):
            return True
        async with self._store.begin() as tx:
            await claims.release(tx, [message.id])
        return False

    async def _breaks_into_a_talk(self, message: Outgoing) -> bool:
        """Whether the person is talking, so that the next word is not about this message."""
        if message.lane != outbox.URGENT:
            return False
        async with self._store.read() as tx:
            return await claims.is_talking(tx, message.channel, message.address, self._clock())

    async def _keep_claims(self) -> None:
        while True:
            await asyncio.sleep(claims.LEASE.total_seconds() / 3)
            if not self._claimed:
                continue
            try:
                async with self._store.begin() as tx:
                    await claims.renew(tx, sorted(self._claimed), self._clock())
            except Exception:
                log.exception("claims could not be renewed")

    async def _give_back(self) -> None:
        """Let go of what waits for its turn; what is under way goes on."""
        waiting, self._waiting = self._waiting, {}
        for task in waiting.values():
            task.cancel()
        await asyncio.gather(*waiting.values(), return_exceptions=True)
        self._claimed.difference_update(waiting)
        async with self._store.begin() as tx:
            await claims.release(tx, waiting)

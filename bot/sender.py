"""Sends what the outbox holds, in two lanes: answers at once, bulk at a steady pace behind them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from prometheus_client import Counter

from bot.channels.base import Channel, SendError
from bot.settings import QuietHours
from handlers.talk.messages import Reply
from storage import outbox, people
from storage.database import Store
from storage.outbox import Outgoing

log = logging.getLogger(__name__)

SENT = Counter(
    "bot_messages", "Messages sent or given up, by channel and outcome", ["channel", "outcome"]
)

#: Seconds between tries, growing; the last one repeats.
PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0)
#: An answer older than this would only confuse.
STALE = timedelta(hours=24)
#: How many bulk messages are taken from the database at a time.
BATCH = 20
#: How many unsent answers are taken up at a start.
MOST = 100_000


class Sender:
    """Everything that goes out goes through here."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        quiet: QuietHours,
        clock: Callable[[], datetime],
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        self._store, self._channels = store, channels
        self._quiet, self._clock, self._pauses = quiet, clock, pauses
        self._queues: dict[tuple[str, str], deque[Outgoing]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._sent: list[int] = []
        self._wake = asyncio.Event()

    def answer(self, messages: Iterable[Outgoing]) -> None:
        """Send answers now, those to one address in order."""
        for message in messages:
            key = (message.channel, message.address)
            queue = self._queues.get(key)
            if queue is not None:
                if message.id not in {one.id for one in queue}:
                    queue.append(message)
                continue
            self._queues[key] = deque([message])
            self._spawn(self._drain(key))

    def wake(self) -> None:
        """Look for bulk messages now instead of at the next round."""
        self._wake.set()

    async def resume(self) -> None:
        """Send the answers that an earlier run left unsent. Comes before any event is taken."""
        async with self._store.read() as tx:
            left = await outbox.waiting(tx, outbox.ANSWER, datetime.max.replace(tzinfo=UTC), MOST)
        self.answer(left)

    async def run(self) -> None:
        """Send bulk until cancelled."""
        while True:
            try:
                await self._note_sent()
                sent = 0 if self._quiet.cover(self._clock()) else await self._bulk()
            except Exception:
                log.exception("a round of sending failed")
                sent = 0
            if not sent:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), timeout=1)
                self._wake.clear()

    async def stop(self) -> None:
        """Give answers under way a moment to go out; the rest wait in the outbox."""
        if self._tasks:
            _, unfinished = await asyncio.wait(self._tasks, timeout=3)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        await self._note_sent()

    # --- answers

    async def _drain(self, key: tuple[str, str]) -> None:
        queue = self._queues[key]
        try:
            while queue:
                message = queue[0]
                try:
                    pause = await self._try(message)
                except Exception:
                    log.exception("message %d could not be sent", message.id)
                    pause = self._pauses[-1]
                if pause is None:
                    queue.popleft()
                else:
                    await asyncio.sleep(pause)
        finally:
            del self._queues[key]

    async def _try(self, message: Outgoing) -> float | None:
        """Send one answer; None when it is settled, else the seconds to wait before another try."""
        channel = self._channels.get(message.channel)
        if channel is None or self._clock() - message.created_at > STALE:
            await self._give_up(message, "too old" if channel else "no such channel")
            return None
        try:
            await channel.send(message.address, Reply.from_json(message.body))
        except SendError as error:
            if error.outcome == "retry":
                return await self._later(message, error)
            await self._settle(message, error)
            return None
        SENT.labels(message.channel, "sent").inc()
        self._sent.append(message.id)
        return None

    async def _later(self, message: Outgoing, error: SendError) -> float:
        """Note the failure, and how long to wait: what the platform asks, or a growing pause."""
        async with self._store.begin() as tx:
            tries = await outbox.attempts(tx, message.id)
            pause = error.retry_after or self._pauses[min(tries, len(self._pauses) - 1)]
            again = self._clock() + timedelta(seconds=pause)
            await outbox.try_later(tx, message.id, again, str(error))
        log.info("message %d not sent yet: %s; again in %.0f s", message.id, error, pause)
        return pause

    # --- bulk

    async def _bulk(self) -> int:
        async with self._store.read() as tx:
            due = await outbox.waiting(tx, outbox.BULK, self._clock(), BATCH)
        for message in due:
            async with self._store.read() as tx:
                if not await outbox.is_waiting(tx, message.id):
                    continue  # what it asks for was done in the meantime
            pause = await self._try(message)
            await self._note_sent()
            channel = self._channels.get(message.channel)
            await asyncio.sleep(pause or (1 / channel.limits.pace if channel else 0))
        return len(due)

    # --- outcomes

    async def _settle(self, message: Outgoing, error: SendError) -> None:
        if error.outcome == "stopped":
            async with self._store.begin() as tx:
                await people.mark_stopped(tx, message.channel, message.address, self._clock())
        await self._give_up(message, f"{error.outcome}: {error}")

    async def _give_up(self, message: Outgoing, reason: str) -> None:
        SENT.labels(message.channel, "failed").inc()
        log.warning("message %d will not be sent: %s", message.id, reason)
        async with self._store.begin() as tx:
            await outbox.mark_failed(tx, message.id, reason)

    async def _note_sent(self) -> None:
        """Mark what has gone out, many in one transaction: a crash before it only repeats them."""
        sent, self._sent = self._sent, []
        if sent:
            async with self._store.begin() as tx:
                await outbox.mark_sent(tx, sent, self._clock())

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

"""Sends what the outbox holds, in two lanes: answers at once, bulk at a steady pace behind them."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta

from prometheus_client import Counter

from bot.channels.base import Channel, SendError
from bot.pictures import Develop
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
#: How many bulk messages are taken from the database at a time, and seconds between two looks.
BATCH, LOOK_AGAIN = 20, 1.0
#: Seconds in which what has gone out is gathered, to be marked in one transaction. What a crash
#: catches unmarked goes out again.
GATHER = 0.1
#: Seconds that a stop gives to answers under way.
LAST_MOMENT = 3.0

#: Called with a bulk message once it has gone out.
AfterBulk = Callable[[Outgoing], Awaitable[None]]


class Sender:
    """Everything that goes out goes through here."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        develop: Develop,
        quiet: QuietHours,
        clock: Callable[[], datetime],
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        self._store, self._channels, self._develop = store, channels, develop
        self._quiet, self._clock, self._pauses = quiet, clock, pauses
        self._queues: dict[tuple[str, str], deque[Outgoing]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._sent: list[int] = []
        self._any_sent = asyncio.Event()

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
            task = asyncio.create_task(self._drain(key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def resume(self) -> None:
        """Send the answers that an earlier run left unsent. Comes before any event is taken."""
        async with self._store.read() as tx:
            left = await outbox.unsent_answers(tx)
        self.answer(left)

    async def run(self, after_bulk: AfterBulk) -> None:
        """Send bulk on every channel, and mark what has gone out, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._mark())
            for name in self._channels:
                group.create_task(self._send_bulk(name, after_bulk))

    async def settle(self) -> None:
        """Wait a moment for answers under way; those that do not go out wait in the outbox."""
        if self._tasks:
            _, unfinished = await asyncio.wait(self._tasks, timeout=LAST_MOMENT)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        await self._mark_sent()

    # --- answers

    async def _drain(self, key: tuple[str, str]) -> None:
        queue = self._queues[key]
        try:
            while queue:
                try:
                    pause = await self._try(queue[0])
                except Exception:
                    log.exception("message %d could not be sent", queue[0].id)
                    pause = self._pauses[-1]
                if pause is None:
                    queue.popleft()
                else:
                    await asyncio.sleep(pause)
        finally:
            del self._queues[key]

    async def _try(self, message: Outgoing) -> float | None:
        """Send one message; None when it is settled, else seconds to wait before another try."""
        channel = self._channels.get(message.channel)
        if channel is None or (message.not_after and self._clock() > message.not_after):
            await self._give_up(message, "too late" if channel else "no such channel")
            return None
        reply = Reply.from_json(message.body)
        wanted = reply.picture if channel.limits.images else None
        image = await self._develop(wanted) if wanted else None
        try:
            await channel.send(message.address, reply, image)
        except SendError as error:
            if error.outcome == "retry":
                return await self._later(message, error)
            await self._settle(message, error)
            return None
        SENT.labels(message.channel, "sent").inc()
        self._sent.append(message.id)
        self._any_sent.set()
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

    async def _send_bulk(self, channel: str, after_bulk: AfterBulk) -> None:
        """Send what is due on one channel, one at a time, at its pace."""
        while True:
            try:
                sent = await self._round(channel, after_bulk)
            except Exception:
                log.exception("a round of sending on %s failed", channel)
                sent = False
            if not sent:
                await asyncio.sleep(LOOK_AGAIN)

    async def _round(self, channel: str, after_bulk: AfterBulk) -> bool:
        async with self._store.read() as tx:
            due = await outbox.due_bulk(tx, channel, self._clock(), BATCH)
        for message in due:
            if self._quiet.cover(self._clock()):
                return False
            async with self._store.read() as tx:
                if not await outbox.is_waiting(tx, message.id):
                    continue  # what it asks for was done in the meantime
            pause = await self._try(message)
            if message.id in self._sent:
                await after_bulk(message)
            await self._mark_sent()
            await asyncio.sleep(pause or 1 / self._channels[channel].limits.pace)
        return bool(due)

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

    async def _mark(self) -> None:
        while True:
            await self._any_sent.wait()
            await asyncio.sleep(GATHER)
            try:
                await self._mark_sent()
            except Exception:
                log.exception("what has gone out could not be marked")
                await asyncio.sleep(LOOK_AGAIN)

    async def _mark_sent(self) -> None:
        """Mark what has gone out, many in one transaction."""
        self._any_sent.clear()
        sent, self._sent = self._sent, []
        if not sent:
            return
        try:
            async with self._store.begin() as tx:
                await outbox.mark_sent(tx, sent, self._clock())
        except BaseException:
            self._sent = [*sent, *self._sent]
            self._any_sent.set()
            raise

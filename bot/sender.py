"""Sends what the outbox holds: answers at once, what comes from our side behind them."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Container, Coroutine, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from prometheus_client import Counter

from bot.bulk import AfterBulk, Bulk
from bot.channels.base import Channel
from bot.channels.pace import PAUSES
from bot.pictures import Develop
from bot.settings import QuietHours
from bot.tries import Outcome, Tries
from storage import addresses, claims
from storage.database import Store, Tx
from storage.outbox import Outgoing

log = logging.getLogger(__name__)

SENT = Counter("bot_messages", "Tries to send, by channel and outcome", ["channel", "outcome"])

#: Outcomes are gathered for so many seconds, or until there are so many, and marked in one
#: transaction. What a crash catches unmarked goes out again.
GATHER, ENOUGH = 0.1, 10
#: Seconds until what could not be marked is tried again.
LOOK_AGAIN = 1.0
#: Seconds that a stop gives to what is under way.
LAST_MOMENT = 3.0


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
        self._store, self._channels, self._clock = store, channels, clock
        self._tries = Tries(develop, clock, pauses)
        self._bulk = {
            name: Bulk(channel, store, self._tries, quiet, clock, self._start, self._note)
            for name, channel in channels.items()
        }
        self._queues: dict[tuple[str, str], deque[Outgoing]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._outcomes: list[Outcome] = []
        self._any_outcome = asyncio.Event()

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
            self._start(self._drain(key))

    async def resume(self, but: Container[str] = ()) -> None:
        """Send the answers that an earlier run left unsent, `but` on channels heard elsewhere.

        Comes before any event is taken.
        """
        async with self._store.read() as tx:
            left = await claims.unsent_answers(tx)
        self.answer(message for message in left if message.channel not in but)

    async def run(self, after_bulk: AfterBulk | None) -> None:
        """Mark what has gone out, and (unless None) send bulk on every channel, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_marking())
            if after_bulk is None:
                return
            for bulk in self._bulk.values():
                group.create_task(bulk.run(after_bulk))

    async def settle(self) -> None:
        """Wait a moment for what is under way; what does not go out waits in the outbox."""
        if self._tasks:
            _, unfinished = await asyncio.wait(self._tasks, timeout=LAST_MOMENT)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        await self._mark()

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # --- answers

    async def _drain(self, key: tuple[str, str]) -> None:
        queue = self._queues[key]
        try:
            while queue:
                try:
                    outcome = await self._try(queue[0])
                except Exception:
                    log.exception("message %d could not be sent", queue[0].id)
                    outcome = self._tries.broken(queue[0])
                self._note(outcome)
                if outcome.kind != "later":
                    queue.popleft()
                    continue
                queue[0] = replace(queue[0], attempts=queue[0].attempts + 1)
                with suppress(Exception):  # else it is marked with the next outcome
                    await self._mark()
                await asyncio.sleep(outcome.pause)
        finally:
            del self._queues[key]

    async def _try(self, message: Outgoing) -> Outcome:
        channel = self._channels.get(message.channel)
        if channel is None:
            return self._tries.hopeless(message, "no such channel")
        if late := self._tries.too_late(message):
            return late
        if channel.pace.holds(message.lane):
            return self._tries.hopeless(message, "the month's messages are used up")
        call = await self._tries.ready(channel, message)
        await channel.pace.turn(message.address)
        return await call()

    # --- outcomes

    def _note(self, outcome: Outcome) -> None:
        """Keep an outcome, to be marked soon with others."""
        message = outcome.message
        SENT.labels(message.channel, outcome.kind).inc()
        if outcome.kind in {"later", "held"}:
            log.info("message %d not sent yet: %s", message.id, outcome.problem)
        elif outcome.kind == "failed":
            log.warning("message %d will not be sent: %s", message.id, outcome.problem)
        self._outcomes.append(outcome)
        self._any_outcome.set()

    async def _keep_marking(self) -> None:
        while True:
            await self._any_outcome.wait()
            if len(self._outcomes) < ENOUGH:
                await asyncio.sleep(GATHER)
            try:
                await self._mark()
            except Exception:
                log.exception("what has gone out could not be marked")
                await asyncio.sleep(LOOK_AGAIN)

    async def _mark(self) -> None:
        """Mark how tries ended, many in one transaction."""
        self._any_outcome.clear()
        outcomes, self._outcomes = self._outcomes, []
        if not outcomes:
            return
        try:
            async with self._store.begin() as tx:
                sent = [one.message.id for one in outcomes if one.kind == "sent"]
                await claims.mark_sent(tx, sorted(sent), self._clock())
                for one in outcomes:
                    await _keep(tx, one)
        except BaseException:
            self._outcomes = [*outcomes, *self._outcomes]
            self._any_outcome.set()
            raise
        for one in outcomes:
            if one.message.channel in self._bulk:
                self._bulk[one.message.channel].marked(one.message)


async def _keep(tx: Tx, outcome: Outcome) -> None:
    """Keep what became of a message beside that it was sent."""
    message = outcome.message
    match outcome.kind:
        case "sent":
            if outcome.sent_as:
                await claims.note_sent_as(tx, message.id, outcome.sent_as)
        case "later":
            again = outcome.at + min(timedelta(seconds=outcome.pause), claims.LONGEST_PAUSE)
            await claims.try_later(tx, message.id, again, outcome.problem)
        case "held":
            await claims.hold(tx, message.id, outcome.at, outcome.problem)
        case "failed":
            await claims.mark_failed(tx, message.id, outcome.problem)
        case "stopped":
            await claims.mark_failed(tx, message.id, outcome.problem)
            await addresses.mark_stopped(tx, message.channel, message.address, outcome.at)

"""Sends what the outbox holds: answers at once, what comes from our side behind them.

Everything that goes out ends in one of four ways: sent; later, and then it is tried again; stopped
by the person; failed for a reason that stays.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from prometheus_client import Counter

from bot.channels.base import Channel, SendError
from bot.channels.pace import PAUSES, Pace, pause_after
from bot.pictures import Develop
from bot.settings import QuietHours
from handlers.talk.messages import Reply
from storage import outbox, people
from storage.database import Store, Tx
from storage.outbox import Outgoing

log = logging.getLogger(__name__)

SENT = Counter("bot_messages", "Tries to send, by channel and outcome", ["channel", "outcome"])

#: How many bulk messages of a channel are claimed at most, and how many at a time.
CLAIMED, BATCH = 32, 10
#: Seconds between two looks for what is due.
LOOK_AGAIN = 1.0
#: Seconds in which outcomes are gathered, to be marked in one transaction. What a crash catches
#: unmarked goes out again.
GATHER = 0.1
#: Seconds that a stop gives to what is under way.
LAST_MOMENT = 3.0

#: Called with a bulk message once it has gone out.
AfterBulk = Callable[[Outgoing], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one try ended, and when; `pause` is the seconds until the next, if there is to be one."""

    kind: Literal["sent", "later", "stopped", "failed"]
    message: Outgoing
    at: datetime
    problem: str = ""
    pause: float = 0.0


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
        #: Bulk that is claimed, by channel: waiting for its turn, under way, or not yet marked.
        self._claimed: dict[str, set[int]] = {name: set() for name in channels}
        self._waiting: dict[int, asyncio.Task[None]] = {}
        self._outcomes: list[Outcome] = []
        self._any_outcome = asyncio.Event()
        self._room = {name: asyncio.Event() for name in channels}

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

    async def resume(self) -> None:
        """Send the answers that an earlier run left unsent. Comes before any event is taken."""
        async with self._store.read() as tx:
            left = await outbox.unsent_answers(tx)
        self.answer(left)

    async def run(self, after_bulk: AfterBulk) -> None:
        """Send bulk on every channel, and mark what has gone out, until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_marking())
                group.create_task(self._keep_claims())
                for name in self._channels:
                    group.create_task(self._send_bulk(name, after_bulk))
        finally:
            await self._give_back()

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
                    outcome = await self._answer(queue[0])
                except Exception:
                    log.exception("message %d could not be sent", queue[0].id)
                    outcome = self._broken(queue[0])
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

    async def _answer(self, message: Outgoing) -> Outcome:
        channel = self._channels.get(message.channel)
        if channel is None:
            return Outcome("failed", message, self._clock(), "no such channel")
        if self._is_too_late(message):
            return Outcome("failed", message, self._clock(), "too late")
        send = await self._ready(channel, message)
        await channel.pace.turn(message.address)
        return await send()

    # --- from our side

    async def _send_bulk(self, channel: str, after_bulk: AfterBulk) -> None:
        """Claim what is due on one channel, a little more than what is under way, and send it."""
        while True:
            self._room[channel].clear()
            claimed: list[Outgoing] = []
            try:
                claimed = await self._claim(channel)
            except Exception:
                log.exception("what is due on %s could not be claimed", channel)
            for message in claimed:
                self._waiting[message.id] = self._start(self._bulk(message, after_bulk))
            if not claimed:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._room[channel].wait(), LOOK_AGAIN)

    async def _claim(self, channel: str) -> list[Outgoing]:
        ours, now = self._claimed[channel], self._clock()
        if CLAIMED - len(ours) < BATCH:
            return []
        async with self._store.begin() as tx:
            due = await outbox.claim(tx, channel, outbox.URGENT, now, BATCH)
            if len(due) < BATCH and not self._quiet.cover(now):
                due += await outbox.claim(tx, channel, outbox.BULK, now, BATCH - len(due))
        new = [message for message in due if message.id not in ours]
        ours.update(message.id for message in new)
        return new

    async def _bulk(self, message: Outgoing, after_bulk: AfterBulk) -> None:
        try:
            outcome = await self._when_due(message)
        except Exception:
            log.exception("message %d could not be sent", message.id)
            outcome = self._broken(message)
        self._waiting.pop(message.id, None)
        if outcome is None:
            self._forget(message)
            return
        if outcome.kind == "sent":
            try:
                if not await self._breaks_into_a_talk(message):
                    await after_bulk(message)
            except Exception:
                log.exception("what message %d offers could not be kept", message.id)
        self._note(outcome)

    async def _when_due(self, message: Outgoing) -> Outcome | None:
        """Send a claimed message in its turn; None when it is no longer due by then."""
        channel = self._channels[message.channel]
        if self._is_too_late(message):
            return Outcome("failed", message, self._clock(), "too late")
        send = await self._ready(channel, message)
        while True:
            await channel.pace.opens(message.address)
            if not await self._is_still_due(message):
                return None
            if await channel.pace.turn(message.address, bulk=True):
                self._waiting.pop(message.id, None)
                return await send()

    async def _is_still_due(self, message: Outgoing) -> bool:
        """Whether a message must go out now; what no longer must is given back."""
        now = self._clock()
        async with self._store.read() as tx:
            due = await outbox.is_still_due(tx, message.id, now)
        if due and (message.lane == outbox.URGENT or not self._quiet.cover(now)):
            return True
        async with self._store.begin() as tx:
            await outbox.release(tx, [message.id])
        return False

    async def _breaks_into_a_talk(self, message: Outgoing) -> bool:
        """Whether the person is talking, so that the next word is not about this message."""
        if message.lane != outbox.URGENT:
            return False
        async with self._store.read() as tx:
            return await outbox.is_talking(tx, message.channel, message.address, self._clock())

    async def _keep_claims(self) -> None:
        while True:
            await asyncio.sleep(outbox.LEASE.total_seconds() / 3)
            claimed = [id_ for ours in self._claimed.values() for id_ in ours]
            if not claimed:
                continue
            try:
                async with self._store.begin() as tx:
                    await outbox.renew(tx, claimed, self._clock())
            except Exception:
                log.exception("claims could not be renewed")

    async def _give_back(self) -> None:
        """Let go of what waits for its turn; what is under way goes on."""
        waiting, self._waiting = self._waiting, {}
        for task in waiting.values():
            task.cancel()
        await asyncio.gather(*waiting.values(), return_exceptions=True)
        for ours in self._claimed.values():
            ours.difference_update(waiting)
        async with self._store.begin() as tx:
            await outbox.release(tx, waiting)

    # --- one try

    async def _ready(self, channel: Channel, message: Outgoing) -> Callable[[], Awaitable[Outcome]]:
        """Have everything that takes time done; what is left is the call itself."""
        reply = Reply.from_json(message.body)
        wanted = reply.picture if channel.limits.images else None
        image = await self._develop(wanted) if wanted else None

        async def send() -> Outcome:
            try:
                await channel.send(message.address, reply, image)
            except SendError as error:
                return self._refusal(channel.pace, message, error)
            channel.pace.answered()
            return Outcome("sent", message, self._clock())

        return send

    def _refusal(self, pace: Pace, message: Outgoing, error: SendError) -> Outcome:
        now = self._clock()
        if error.outcome != "retry":
            pace.answered()
            return Outcome(error.outcome, message, now, f"{error.outcome}: {error}")
        if error.retry_after is None:
            pace.failed()
            pause = pause_after(message.attempts, self._pauses)
        else:
            pace.refused(message.address, error.retry_after, everywhere=error.everywhere)
            pause = error.retry_after
        return Outcome("later", message, now, str(error), pause)

    def _is_too_late(self, message: Outgoing) -> bool:
        return message.not_after is not None and self._clock() > message.not_after

    # --- outcomes

    def _broken(self, message: Outgoing) -> Outcome:
        """The outcome of a try that ended in an error of our own: it is tried again."""
        return Outcome("later", message, self._clock(), "an error of ours", self._pauses[-1])

    def _note(self, outcome: Outcome) -> None:
        """Keep an outcome, to be marked soon with others."""
        message = outcome.message
        SENT.labels(message.channel, outcome.kind).inc()
        if outcome.kind == "later":
            log.info("message %d not sent yet: %s", message.id, outcome.problem)
        elif outcome.kind == "failed":
            log.warning("message %d will not be sent: %s", message.id, outcome.problem)
        self._outcomes.append(outcome)
        self._any_outcome.set()

    async def _keep_marking(self) -> None:
        while True:
            await self._any_outcome.wait()
            if len(self._outcomes) < BATCH:
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
                await outbox.mark_sent(tx, sent, self._clock())
                for one in outcomes:
                    await _keep(tx, one)
        except BaseException:
            self._outcomes = [*outcomes, *self._outcomes]
            self._any_outcome.set()
            raise
        for one in outcomes:
            self._forget(one.message)

    def _forget(self, message: Outgoing) -> None:
        """A claim is over, and there is room for another."""
        if message.channel in self._channels:
            self._claimed[message.channel].discard(message.id)
            self._room[message.channel].set()


async def _keep(tx: Tx, outcome: Outcome) -> None:
    """Keep what became of a message that was not sent."""
    message = outcome.message
    match outcome.kind:
        case "later":
            again = outcome.at + min(timedelta(seconds=outcome.pause), outbox.LONGEST_PAUSE)
            await outbox.try_later(tx, message.id, again, outcome.problem)
        case "failed" | "stopped":
            await outbox.mark_failed(tx, message.id, outcome.problem)
            if outcome.kind == "stopped":
                await people.mark_stopped(tx, message.channel, message.address, outcome.at)

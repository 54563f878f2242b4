"""What a platform delivered: kept before the platform is told so, then handled.

Of one person one thing at a time, in the order it came; what a crash left unhandled is handled by
the next start.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

from bot.channels.pace import PAUSES
from storage import inbox, outbox
from storage.database import Store
from storage.inbox import Incoming

log = logging.getLogger(__name__)

Json = dict[str, Any]

#: How many people are attended to at once: what comes meanwhile is kept and acknowledged first.
HANDS = 8
#: How often what came is tried that cannot be handled.
MOST_TRIES = 5
#: Seconds that a stop gives to what has come.
LAST_MOMENT = 3.0


class Intake:
    """Keeps and hands on what comes on one channel."""

    def __init__(
        self,
        channel: str,
        store: Store,
        whose: Callable[[Json], str | None],
        handle: Callable[[Json, Incoming], Awaitable[None]],
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        """`whose` tells the person an update is of; `handle` does what it asks for."""
        self._channel, self._store, self._whose, self._do = channel, store, whose, handle
        self._pauses = pauses
        #: What is being handled, by event and as tasks; and who waits for whom.
        self._under_way: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._hands = asyncio.Semaphore(HANDS)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def resume(self) -> None:
        """Begin to handle what an earlier run left."""
        async with self._store.read() as tx:
            left = await inbox.waiting(tx, self._channel)
        for incoming in left:
            self._begin(incoming)

    async def stop(self) -> None:
        """Give what has come a moment; the rest is handled by the next run."""
        if self._tasks:
            _, unfinished = await asyncio.wait(self._tasks, timeout=LAST_MOMENT)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    async def take(self, id_: str, update: Json, now: datetime) -> None:
        """Keep an update, and begin to handle it; not one that came before."""
        incoming = Incoming(id_, json.dumps(update), now)
        async with self._store.begin() as tx:
            new = await inbox.keep(tx, self._channel, incoming)
        if new:
            self._begin(incoming)

    def _begin(self, incoming: Incoming) -> None:
        if incoming.id in self._under_way:
            return
        self._under_way.add(incoming.id)
        task = asyncio.create_task(self._handle(incoming))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _handle(self, incoming: Incoming) -> None:
        """Handle what came, after what came before it from the same person."""
        update = json.loads(incoming.body)
        turn = self._turns.setdefault(self._whose(update) or "", asyncio.Lock())
        try:
            async with turn, self._hands:
                for tries in range(MOST_TRIES):
                    if await self._handled(update, incoming):
                        break
                    await asyncio.sleep(self._pauses[min(tries, len(self._pauses) - 1)])
                else:
                    log.error("event %s is given up", incoming.id)
                async with self._store.begin() as tx:
                    await inbox.drop(tx, incoming.id)
        except Exception:
            log.exception("event %s stays for the next start", incoming.id)
        finally:
            self._under_way.discard(incoming.id)

    async def _handled(self, update: Json, incoming: Incoming) -> bool:
        """Do what an update asks for, unless it is done; False when that could not be kept."""
        try:
            async with self._store.read() as tx:
                if await outbox.is_handled(tx, incoming.id):
                    return True
            await self._do(update, incoming)
        except Exception:
            log.exception("event %s could not be kept", incoming.id)
            return False
        return True

"""When the next call to a platform may start: so many in any second, so many to one chat.

Where a plan has a month's quota, `holds` names the lanes that what is left of it is not for.

Starts are counted here and calls at the platform, and no two take equally long to get there; so a
second is taken to be a little longer than it is. Bulk is spread over it, which leaves an answer the
next place within a few hundredths of a second. An answer waits for nothing but a place.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from time import monotonic

#: How much longer than a second a second is taken to be: 30 a second become 29.4.
SPARE = 1.02
#: Bulk keeps this part of an even distance, so that a call which starts late is made up for.
SPREAD = 0.9
#: A chat that was silent may get so many answers at once; bulk goes to a chat that is silent.
BURST = 20
#: A refusal makes the second longer by this factor, up to so much; a second without one, shorter.
BACKS_OFF, SLOWEST, COMES_BACK = 1.1, 10.0, 0.001
#: So many calls in a row without an answer, and the channel is left alone for a pause.
TROUBLES = 3
#: Seconds between two tries, growing; the last one repeats.
PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0)
#: Seconds between two looks of bulk while an answer waits for its place.
LOOK_AGAIN = 0.005
#: Chats that are remembered before those that have been silent are forgotten.
MOST_CHATS = 1000


def pause_after(tries: int, pauses: tuple[float, ...]) -> float:
    """Seconds to wait after so many failed tries, never the same for all who wait."""
    return pauses[min(tries, len(pauses) - 1)] * random.uniform(0.75, 1.25)  # noqa: S311 - no secret


@dataclass(slots=True)
class Chat:
    """What one chat has got lately; instants of the clock."""

    #: When the last call started, and whether another had less than its time before.
    last: float = -inf
    crowded: bool = False
    #: Until when its share of the pace is used up.
    paid_until: float = 0.0
    #: Until when the platform wants nothing sent to it.
    closed_until: float = 0.0


class Pace:
    """The pace of one channel: calls in any second, and calls a second to one chat (None: all)."""

    def __init__(
        self,
        pace: float,
        chat_pace: float | None = None,
        *,
        pauses: tuple[float, ...] = PAUSES,
        clock: Callable[[], float] = monotonic,
        holds: Callable[[str], bool] = lambda _lane: False,
    ) -> None:
        #: Whether a lane has to wait for the next month.
        self.holds = holds
        self._pauses, self._clock = pauses, clock
        self._most = max(1, int(pace))
        self._shortest = self._most / pace * SPARE
        self._starts: deque[float] = deque(maxlen=self._most)
        self._stretch = 1.0
        self._chat_gap = SPARE / chat_pace if chat_pace else 0.0
        self._chats: dict[str, Chat] = {}
        self._closed_until = 0.0
        self._failures = 0
        self._answers = 0
        self._lanes = {False: asyncio.Lock(), True: asyncio.Lock()}

    @property
    def second(self) -> float:
        """How many seconds are taken to be a second now (of a slower pace: the time for one)."""
        return self._shortest * self._stretch

    async def opens(self, address: str) -> None:
        """Wait while the channel is closed, or bulk to this chat must."""
        await self._reach(lambda: max(self._closed_until, self._free(address, bulk=True)))

    async def turn(self, address: str, *, bulk: bool = False) -> bool:
        """Wait until a call to a chat may start, and count it: it has to start at once.

        Bulk gets False, and is not counted, when the channel is closed before its turn has come.
        """
        await self._reach(lambda: self._free(address, bulk=bulk))
        self._answers += not bulk
        try:
            async with self._lanes[bulk]:
                while True:
                    if bulk and self._closed_until > self._clock():
                        return False
                    left = self._place(bulk=bulk) - self._clock()
                    if left <= 0 and not (bulk and self._answers):
                        break
                    await asyncio.sleep(max(left, LOOK_AGAIN) if bulk else left)
                self._count(address)
        finally:
            self._answers -= not bulk
        return True

    def answered(self) -> None:
        """Note that the platform answered a call, whatever it said."""
        self._failures = 0

    def failed(self) -> None:
        """Note that a call got no answer; after some in a row the channel closes for a while."""
        if self._clock() < self._closed_until:
            return  # it started before the channel closed
        self._failures += 1
        if self._failures >= TROUBLES:
            self._closed_until = self._clock() + pause_after(
                self._failures - TROUBLES, self._pauses
            )

    def refused(self, address: str, seconds: float, *, everywhere: bool) -> None:
        """Note that the platform asks for a pause, with one chat or everywhere.

        A pause everywhere also slows the pace down.
        """
        self.answered()
        now = self._clock()
        if not everywhere:
            chat = self._chats.setdefault(address, Chat())
            chat.closed_until = max(chat.closed_until, now + seconds)
            self._forget_silent_chats(now)
            return
        if now >= self._closed_until:  # else it started before the channel closed
            self._stretch = min(self._stretch * BACKS_OFF, SLOWEST)
        self._closed_until = max(self._closed_until, now + seconds)

    def is_crowded(self, address: str) -> bool:
        """Whether the last call to a chat came sooner after another than its pace allows."""
        return address in self._chats and self._chats[address].crowded

    async def _reach(self, instant: Callable[[], float]) -> None:
        """Wait until an instant, which may move meanwhile."""
        left = instant() - self._clock()
        while left > 0:
            await asyncio.sleep(left)
            left = instant() - self._clock()

    def _free(self, address: str, *, bulk: bool) -> float:
        """The instant from which a chat may get something."""
        chat = self._chats.get(address)
        if chat is None:
            return 0.0
        if bulk:
            return max(chat.closed_until, chat.last + self._chat_gap)
        return max(chat.closed_until, chat.paid_until - (BURST - 1) * self._chat_gap)

    def _place(self, *, bulk: bool) -> float:
        """The instant from which there is a place in the second."""
        free = self._closed_until
        if len(self._starts) == self._most:
            free = max(free, self._starts[0] + self.second)
        if bulk and self._starts:
            free = max(free, self._starts[-1] + self.second / self._most * SPREAD)
        return free

    def _count(self, address: str) -> None:
        now = self._clock()
        self._starts.append(now)
        self._stretch = max(1.0, self._stretch - COMES_BACK / self._most)
        if not self._chat_gap:
            return
        chat = self._chats.setdefault(address, Chat())
        chat.crowded = now - chat.last < self._chat_gap
        chat.last = now
        chat.paid_until = max(now, chat.paid_until) + self._chat_gap
        if len(self._chats) > MOST_CHATS:
            self._forget_silent_chats(now)

    def _forget_silent_chats(self, now: float) -> None:
        self._chats = {
            address: chat
            for address, chat in self._chats.items()
            if max(chat.paid_until, chat.closed_until) > now
        }

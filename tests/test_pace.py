"""The pace: so many in any second, answers first, pauses where and when the platform asks."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from itertools import pairwise
from time import monotonic
from typing import Any

from bot.channels.pace import TROUBLES, Pace
from tests.patience import PATIENCE

PACE = 100


class Starts:
    """Who got a turn, in order, and when."""

    def __init__(self, pace: Pace) -> None:
        self.pace, self.who, self.at = pace, list[str](), list[float]()

    async def turn(self, who: str, address: str = "", *, bulk: bool = False) -> bool:
        """Wait for a turn, in a chat of its own unless another is named."""
        got = await self.pace.turn(address or who, bulk=bulk)
        if got:
            self.who.append(who)
            self.at.append(monotonic())
        return got


async def together(*waiting: Coroutine[Any, Any, bool]) -> list[bool]:
    """Let all wait at once, in this order; a hanging one fails."""
    async with asyncio.timeout(PATIENCE):
        return await asyncio.gather(*waiting)


async def test_in_no_second_are_there_more_than_the_platform_lets_through() -> None:
    starts = Starts(Pace(PACE))
    await together(
        *(starts.turn(f"bulk {number}", bulk=True) for number in range(2 * PACE)),
        *(starts.turn(f"answer {number}") for number in range(PACE // 2)),
    )
    assert len(starts.at) == 2.5 * PACE
    assert all(later - first > 1 for first, later in zip(starts.at, starts.at[PACE:], strict=False))


async def test_bulk_is_spread_over_the_second() -> None:
    starts = Starts(Pace(PACE))
    await together(*(starts.turn(str(number), bulk=True) for number in range(PACE // 2)))
    assert all(later - first > 0.8 / PACE for first, later in pairwise(starts.at))


async def test_less_than_one_a_second() -> None:
    starts = Starts(Pace(0.5))
    await together(starts.turn("1"), starts.turn("2"))
    assert starts.at[1] - starts.at[0] > 2


async def test_an_answer_goes_before_all_bulk_that_waits() -> None:
    now = 0.0
    starts = Starts(Pace(10, clock=lambda: now))
    await together(*(starts.turn(str(number)) for number in range(10)))
    waiting = [
        asyncio.create_task(starts.turn(f"{lane} {number}", bulk=lane == "bulk"))
        for lane in ("bulk", "answer")
        for number in range(3)
    ]
    await asyncio.sleep(0.1)
    now = 100.0  # there are places for all when bulk, which waited first, looks again
    await asyncio.wait(waiting[3:])
    assert [who.split()[0] for who in starts.who[10:]] == ["answer"] * 3
    for task in waiting[:3]:
        task.cancel()
    await asyncio.wait(waiting)


async def test_bulk_to_one_chat_keeps_the_pace_of_a_chat() -> None:
    starts = Starts(Pace(PACE, 10))
    await together(*(starts.turn(str(number), "lan", bulk=True) for number in range(3)))
    assert all(later - first > 0.1 for first, later in pairwise(starts.at))


async def test_a_talk_may_run_ahead_of_the_pace_of_a_chat_for_a_while() -> None:
    starts = Starts(Pace(PACE, 10))
    await together(*(starts.turn(f"lan {number}", "lan") for number in range(30)))
    assert starts.at[-1] - starts.at[0] > 0.9
    await together(starts.turn("lan again", "lan"), starts.turn("mai"))
    assert starts.who[-2:] == ["mai", "lan again"]


async def test_a_chat_that_is_refused_keeps_no_other_waiting() -> None:
    pace = Pace(PACE, 1)
    starts = Starts(pace)
    await together(starts.turn("lan 1", "lan"), starts.turn("lan 2", "lan"), starts.turn("hoa"))
    assert [pace.is_crowded(who) for who in ("lan", "hoa", "mai")] == [True, False, False]
    pace.refused("lan", 0.2, everywhere=False)
    await together(starts.turn("lan 3", "lan"), starts.turn("mai"))
    assert starts.who[-2:] == ["mai", "lan 3"]


async def test_refused_everywhere_all_wait_and_bulk_is_asked_whether_it_still_wants() -> None:
    pace = Pace(PACE)
    starts, refused = Starts(pace), monotonic()
    pace.refused("lan", 0.2, everywhere=True)
    assert await together(starts.turn("bulk", bulk=True), starts.turn("answer")) == [False, True]
    assert starts.at[0] - refused > 0.2
    await pace.opens("bulk")
    assert await starts.turn("bulk", bulk=True)


async def test_a_refusal_slows_down_and_silence_speeds_up_again() -> None:
    now = 0.0
    pace = Pace(10, clock=lambda: now)
    fast = pace.second
    pace.refused("lan", 1, everywhere=False)
    assert pace.second == fast
    pace.refused("lan", 1, everywhere=True)
    slow = pace.second
    pace.refused("mai", 1, everywhere=True)  # it was under way: the same refusal
    assert pace.second == slow > fast
    for number in range(1100):
        now += 3600
        await pace.turn(str(number))
    assert pace.second == fast
    for _ in range(100):
        now += 3600
        pace.refused("lan", 1, everywhere=True)
    assert fast < pace.second <= 10 * fast


async def test_a_channel_that_answers_nothing_is_left_alone_for_a_while() -> None:
    pace = Pace(PACE, pauses=(0.2,))
    for _ in range(TROUBLES - 1):
        pace.failed()
    pace.answered()
    pace.failed()
    assert await pace.turn("lan", bulk=True)
    for _ in range(TROUBLES - 1):
        pace.failed()
    assert not await pace.turn("mai", bulk=True)
    await pace.opens("mai")
    assert await pace.turn("mai", bulk=True)


async def test_silent_chats_are_forgotten() -> None:
    pace = Pace(1_000_000, 1_000_000)
    for number in range(5000):
        await pace.turn(str(number))
    assert len(pace._chats) < 2000  # noqa: SLF001 - what it remembers is seen nowhere else

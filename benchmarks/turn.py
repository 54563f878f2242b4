"""CPU of a full turn (fetched, understood, committed, answered) against bots that only echo.

The load runs in this process and each bot in one of its own, which reads its own CPU before and
after a known number of updates, so that starting up and the load itself are not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import uvloop

from benchmarks.load import (
    REGISTERING,
    REPORTS_A_ROUND,
    TALKING,
    BotApi,
    SkippedWorkError,
    Turn,
)
from storage.database import open_store
from storage.reports import THOUSANDTHS

NAMES = {
    "bare": "A  python-telegram-bot, echo",
    "tuned": "B  the same on aiohttp and uvloop, concurrent",
    "ours": "C  our program",
}
#: Work put off to the next round of sending (marking what was sent) belongs to the turn.
SETTLING = 1.5

Cpu = Callable[[], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One contestant in one round."""

    cpu_ms: float
    per_second: float


async def measure(name: str, people: int, rounds_of_talk: int) -> Measured:
    """Let one contestant answer some people, each through some rounds of talk."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'bot.db'}"
        async with BotApi() as api:
            async with _running(name, api.url, database) as cpu:
                talking = TALKING
                if name == "ours":
                    await api.talk(REGISTERING, people)
                else:
                    talking = tuple(Turn(turn.says, turn.says) for turn in TALKING)
                warming = people // 4
                await api.talk(talking, warming)
                await asyncio.sleep(SETTLING)
                before = await cpu()
                seconds = await api.talk(talking * rounds_of_talk, people)
                await asyncio.sleep(SETTLING)
                used = await cpu() - before
            if name == "ours":
                await _check(database, api, warming + people * rounds_of_talk)
    updates = len(talking) * rounds_of_talk * people
    return Measured(used / updates * 1000, updates / seconds)


@asynccontextmanager
async def _running(name: str, api_url: str, database: str) -> AsyncIterator[Cpu]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.contestants", name, api_url, database),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={},  # no setting of this machine, so no channel but the one measured
    )
    assert process.stdin  # noqa: S101 - a pipe was asked for
    assert process.stdout  # noqa: S101
    ask, answers = process.stdin, process.stdout

    async def cpu() -> float:
        ask.write(b"\n")
        used = await answers.readline()
        if not used:
            raise SkippedWorkError(f"{NAMES[name]}: it ended; its own words are above")
        return float(used)

    try:
        await cpu()  # it answers once it runs
        yield cpu
        ask.close()
        await asyncio.wait_for(process.wait(), 20)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _check(database: str, api: BotApi, rounds_of_talk: int) -> None:
    """Everything must be in the database exactly once, and everything must have been sent."""
    found = {
        "events handled": ("SELECT COUNT(*) AS n FROM events WHERE problem IS NULL", api.fed),
        "reports": ("SELECT COUNT(*) AS n FROM reports", rounds_of_talk * REPORTS_A_ROUND),
        "trees counted": (
            f"SELECT SUM(reported) / {THOUSANDTHS} AS n FROM counts WHERE measure = 'trees'",  # noqa: S608 - a constant
            api.trees,
        ),
        "answers not sent": ("SELECT COUNT(*) AS n FROM outbox WHERE state <> 'sent'", 0),
    }
    store = await open_store(database)
    try:
        async with store.read() as tx:
            for what, (sql, expected) in found.items():
                row = await tx.fetch_one(sql)
                if row is None or row["n"] != expected:
                    got = row and row["n"]
                    raise SkippedWorkError(f"{what}: {got} in the database, expected {expected}")
    finally:
        await store.close()


async def compare(rounds: int, people: int, rounds_of_talk: int) -> dict[str, list[Measured]]:
    """Measure every contestant once a round, in turn."""
    results: dict[str, list[Measured]] = {name: [] for name in NAMES}
    for _ in range(rounds):
        for name, measured in results.items():
            measured.append(await measure(name, people, rounds_of_talk))
    return results


def show(results: dict[str, list[Measured]]) -> None:
    """Print the table: medians over the rounds, ratios within each round, so that noise cancels."""
    print(f"{'':46} {'CPU ms/update (min–max)':>24} {'÷ A':>6} {'÷ B':>6} {'messages/s':>11}")
    used = {name: [one.cpu_ms for one in measured] for name, measured in results.items()}
    for name, cpu in used.items():
        span = f"{median(cpu):.2f} ({min(cpu):.2f}–{max(cpu):.2f})"
        ratios = [
            median(mine / base for mine, base in zip(cpu, used[other], strict=True))
            for other in ("bare", "tuned")
        ]
        speed = median(one.per_second for one in results[name])
        print(f"{NAMES[name]:46} {span:>24} {ratios[0]:6.2f} {ratios[1]:6.2f} {speed:11.0f}")


def main() -> None:
    """Measure and print, as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured")
    parser.add_argument("--people", type=int, default=200, help="how many people write")
    parser.add_argument("--talks", type=int, default=1, help="how often each goes through the talk")
    options = parser.parse_args()
    people, updates = options.people, len(TALKING) * options.people * options.talks
    print(
        f"CPU of a full turn ({options.rounds} rounds, each {updates} updates of {people} people)"
    )
    show(uvloop.run(compare(options.rounds, people, options.talks)))


if __name__ == "__main__":
    main()

"""How fast a broadcast goes out through a server that keeps its limit, and what answers wait.

The server, the broadcaster and this are a process each.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import uvloop

from benchmarks.load import SkippedWorkError
from benchmarks.strict import LATENCY, RATE

NAMES = {
    "loop": "A  a plain loop",
    "limiter": "B  python-telegram-bot's AIORateLimiter",
    "ours": "C  our program",
}
#: Seconds for one broadcast of 600; the slowest needs a minute.
PATIENCE = 180


@dataclass(frozen=True, slots=True)
class Measured:
    """One broadcast: all sends and people reached a second, refusals, seconds to an answer."""

    sends: float
    people: float
    refused: int
    p95: float
    slowest: float


async def measure(name: str, recipients: int, seed: int, writes: float) -> Measured:
    """Let one contestant write to so many people."""
    async with _process("benchmarks.strict", str(seed), str(writes)) as server:
        url = (await _line(server)).strip()
        async with _process("benchmarks.broadcasters", name, url, str(recipients)):
            async with asyncio.timeout(PATIENCE):
                seen = await _seen(server)
                while seen["reached"] < recipients:
                    await asyncio.sleep(0.5)
                    seen = await _seen(server)
    if seen["repeated"]:
        raise SkippedWorkError(f"{NAMES[name]}: {seen['repeated']} people heard it again")
    seconds, waited = seen["seconds"], seen["waited"] or [0.0]
    return Measured(
        sends=(seen["sends"] - 1) / seconds,
        people=(recipients - 1) / seconds,
        refused=seen["refused"],
        p95=quantiles([*waited, waited[-1]], n=20)[-1],
        slowest=max(waited),
    )


@asynccontextmanager
async def _process(module: str, *args: str) -> AsyncIterator[Process]:
    # No setting of this machine but where Python looks for packages.
    env = {key: os.environ[key] for key in ("PYTHONPATH",) if key in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *args), stdin=PIPE, stdout=PIPE, env=env
    )
    try:
        yield process
        assert process.stdin  # noqa: S101 - a pipe was asked for
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 20)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _seen(server: Process) -> dict[str, Any]:
    assert server.stdin  # noqa: S101 - a pipe was asked for
    server.stdin.write(b"\n")
    seen: dict[str, Any] = json.loads(await _line(server))
    return seen


async def _line(process: Process) -> str:
    assert process.stdout  # noqa: S101 - a pipe was asked for
    return (await process.stdout.readline()).decode()


async def compare(rounds: int, recipients: int, writes: float) -> dict[str, list[Measured]]:
    """Measure every contestant once a round, in turn."""
    results: dict[str, list[Measured]] = {name: [] for name in NAMES}
    for number in range(rounds):
        for name, measured in results.items():
            measured.append(await measure(name, recipients, number, writes))
    return results


def show(results: dict[str, list[Measured]]) -> None:
    """Print the table: medians over the rounds, the rate also as a ratio to each other one."""
    print(
        f"{'':42} {'sends/s':>8} {'÷ A':>5} {'÷ B':>5} {'people/s':>9} {'refused':>8}"
        f" {'answer p95':>11} {'slowest':>8}"
    )
    rates = {name: median(one.sends for one in results[name]) for name in results}
    for name, measured in results.items():
        print(
            f"{NAMES[name]:42} {rates[name]:8.1f}"
            f" {rates[name] / rates['loop']:5.2f} {rates[name] / rates['limiter']:5.2f}"
            f" {median(one.people for one in measured):9.1f}"
            f" {median(one.refused for one in measured):8.0f}"
            f" {median(one.p95 for one in measured) * 1000:8.0f} ms"
            f" {max(one.slowest for one in measured) * 1000:5.0f} ms"
        )


def main() -> None:
    """Measure and print, as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="how often each is measured")
    parser.add_argument("--people", type=int, default=600, help="how many people are written to")
    parser.add_argument("--writes", type=float, default=1, help="seconds until another writes; 0")
    options = parser.parse_args()
    low, high = (round(1000 * one) for one in LATENCY)
    print(
        f"A broadcast to {options.people} people ({options.rounds} rounds) through a server that"
        f" lets {RATE} sends through in any second"
    )
    print(
        f"and takes {low}–{high} ms; every {options.writes:g} s somebody new writes, whose answers"
        " (A and B one, C several) are sends too"
    )
    show(uvloop.run(compare(options.rounds, options.people, options.writes)))


if __name__ == "__main__":
    main()

"""The whole program as `python -m bot run` starts it: what tests over real HTTP ask of it."""

from __future__ import annotations

import asyncio
import logging
import socket
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from tests.patience import PATIENCE

#: What a person says to register, and a piece of what answers each.
REGISTERING = {
    "/start": "đồng ý",
    "1": "gọi bác thế nào",
    "bác": "Tên bác là gì",
    "Lan": "Bác ở xóm nào",
    "gò vũ": "đã đủ 60 tuổi",
    "rồi": "Dạ cháu đây",
}


@dataclass(frozen=True)
class Program:
    """The program as it runs: where its web page is, and what it has kept."""

    url: str
    database: str

    def kept(self, sql: str) -> list[Any]:
        """Read the database beside the program: rows, or values where a row is only one."""
        return kept(self.database.removeprefix("sqlite:///"), sql)

    def trees(self) -> int:
        """How many trees are counted as reported."""
        [thousandths] = self.kept("SELECT SUM(reported) FROM counts WHERE measure = 'trees'")
        return int(thousandths or 0) // 1000

    async def get(self, path: str) -> tuple[int, bytes]:
        """What is served at a path, and its status."""
        async with ClientSession() as client, client.get(f"{self.url}{path}") as response:
            return response.status, await response.read()

    async def health(self) -> tuple[int, str]:
        """The status of /healthz and what it says."""
        async with ClientSession() as client, client.get(f"{self.url}/healthz") as response:
            return response.status, " ".join((await response.json())["problems"])

    async def metric(self, name: str) -> float:
        """One figure of /metrics, 0 where there is none."""
        lines = (await self.get("/metrics"))[1].decode().splitlines()
        return next((float(line.split()[-1]) for line in lines if line.startswith(name)), 0)

    async def posted(self, path: str, body: bytes | str, headers: Mapping[str, str]) -> int:
        """Call a webhook as anyone might; the status it answers with."""
        url = f"{self.url}{path}"
        async with ClientSession() as client, client.post(url, data=body, headers=headers) as got:
            return got.status


def kept(file: str | Path, sql: str) -> list[Any]:
    """Read a database: rows, or values where a row is only one."""
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] if len(row) == 1 else row for row in connection.execute(sql).fetchall()]


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until(holds: Callable[[], object]) -> None:
    """Wait for what must come."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.01)


async def until_health(program: Program, status: int, part: str = "") -> str:
    """Wait until /healthz has a status and says something; all that it says then."""
    async with asyncio.timeout(PATIENCE):
        while True:
            now, said = await program.health()
            if now == status and part in said:
                return said
            await asyncio.sleep(0.02)


class Lines(logging.Handler):
    """Every line that is logged, in full."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def nothing_secret_is_logged(*secrets: str) -> Iterator[list[str]]:
    """Log at the level the program logs at; the lines, of which none may hold a secret."""
    root, handler = logging.getLogger(), Lines()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield handler.lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert not [line for line in handler.lines if any(one in line for one in secrets)]

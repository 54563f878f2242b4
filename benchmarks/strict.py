"""A Bot API server that keeps its limit: `python -m benchmarks.strict SEED WRITES`.

It prints its address.
Of sends it lets 30 through in any sliding second, counted as they come in, and answers the rest
with 429. Each takes 40 to 120 ms. Meanwhile somebody new writes every WRITES seconds (0: nobody).
For every line that comes in it prints what it has seen so far as JSON.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import sys
import time
from collections import Counter, deque
from typing import Any
from urllib.parse import parse_qsl

import uvloop
from aiohttp import web

from benchmarks.load import BOT, update

RATE, LATENCY, RETRY_AFTER = 30, (0.04, 0.12), 1
#: Where the numbers of people who write begin.
FIRST_WRITER = 900_000
_REFUSED = json.dumps(
    {
        "ok": False,
        "error_code": 429,
        "description": f"Too Many Requests: retry after {RETRY_AFTER}",
        "parameters": {"retry_after": RETRY_AFTER},
    }
)


class StrictApi:
    """What it lets through, and what it has seen."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - alike for every contestant
        self._window: deque[float] = deque()
        self._refused = 0
        self._first = self._last = 0.0
        self._sends = self._sends_then = 0
        self._got: Counter[int] = Counter()
        self._wrote: dict[int, float] = {}
        self._waited: list[float] = []
        self._updates: list[str] = []
        self._something = asyncio.Event()
        self._ids = itertools.count(1)

    async def people_write(self, pause: float) -> None:
        """Let somebody write now and then once sending has begun."""
        for person in itertools.count(FIRST_WRITER):
            await asyncio.sleep(pause)
            if not self._first:
                continue
            self._updates.append(update(next(self._ids), person, "/start"))
            self._wrote[person] = time.monotonic()
            self._something.set()

    async def serve(self, request: web.BaseRequest) -> web.Response:
        """Answer one call."""
        came, method = time.monotonic(), request.path.rpartition("/")[2]
        body = (await request.read()).decode()
        is_json = request.content_type == "application/json"
        given = {**request.query, **(json.loads(body) if is_json else dict(parse_qsl(body)))}
        if method == "sendMessage":
            return await self._send(int(given["chat_id"]), came)
        if method == "getUpdates":
            result = await self._hand_out(int(given.get("offset", 0)))
        else:
            result = BOT if method == "getMe" else "true"
        return _json(f'{{"ok":true,"result":{result}}}')

    async def _send(self, person: int, came: float) -> web.Response:
        while self._window and self._window[0] <= came - 1:
            self._window.popleft()
        if len(self._window) >= RATE:
            self._refused += 1
            return _json(_REFUSED, 429)
        self._window.append(came)
        self._first = self._first or came
        self._sends += 1
        await asyncio.sleep(self._chance.uniform(*LATENCY))
        now = time.monotonic()
        if person in self._wrote:
            self._waited.append(now - self._wrote.pop(person))
        elif person < FIRST_WRITER:
            self._last, self._sends_then = came, self._sends
            self._got[person] += 1
        message = {"message_id": 1, "date": 1, "chat": {"id": person, "type": "private"}}
        return _json(json.dumps({"ok": True, "result": message}))

    async def _hand_out(self, offset: int) -> str:
        start = max(offset - 1, 0)
        if start == len(self._updates):
            self._something.clear()
            try:
                await asyncio.wait_for(self._something.wait(), 10)
            except TimeoutError:
                return "[]"
        return f"[{','.join(self._updates[start : start + 100])}]"

    def seen(self) -> dict[str, Any]:
        """What has been seen so far; `waited` holds seconds from a word to its answer."""
        return {
            "reached": len(self._got),
            "repeated": sum(self._got.values()) - len(self._got),
            "sends": self._sends_then,
            "seconds": self._last - self._first,
            "refused": self._refused,
            "waited": self._waited,
        }


def _json(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="application/json")


async def main(seed: int, writes: float) -> None:
    """Serve until the input ends."""
    api = StrictApi(seed)
    runner = web.ServerRunner(web.Server(api.serve), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    writing = asyncio.create_task(api.people_write(writes)) if writes else None
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(api.seen()), flush=True)
    if writing:
        writing.cancel()
    await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), float(sys.argv[2])))

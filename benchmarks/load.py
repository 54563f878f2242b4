"""The load side: people who write, and a light Bot API server that hands their words to a bot."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl

from aiohttp import web

TOKEN = "123456:bench"
#: What getMe says.
BOT = '{"id":123456,"is_bot":true,"first_name":"Bot","username":"bench_bot"}'
_FIRST_PERSON = 1001
_BATCH = 100  # as many as Telegram hands out at a time
_PATIENCE = 60  # seconds for one talk; a few are enough


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person writes, and a piece of the text or buttons that must answer it.

    {n} grows by one each time a person says it, so that nothing looks as if it were told twice.
    """

    says: str
    hears: str


#: Buttons are recognised by what they carry, so that nobody's wording breaks the benchmark.
REGISTERING: tuple[Turn, ...] = (
    Turn("/start", ':yes"'),
    Turn("1", ':bac"'),
    Turn("1", ':0"'),
    Turn("Lan", ':0"'),
    Turn("gò vũ", ':no"'),
    Turn("1", '"go:learn"'),
)
TREES = "hôm nay tôi trồng {n} cây keo"
#: A round of everyday talk that ends where it began; a turn misunderstood derails those after it.
TALKING: tuple[Turn, ...] = (
    Turn(TREES, ':fix"'),
    Turn("1", '"go:undo:'),
    Turn("học", ':0"'),
    Turn("1", ':again"'),
    Turn("1", ':again"'),
    Turn("0", ':again"'),
    Turn("menu", '"go:report"'),
    Turn("hom qua phan loai rac duoc {n} bao", ':yes"'),
    Turn("1", ':fix"'),
    Turn("dạ đúng rồi ạ", '"go:undo:'),
    Turn("sửa", '"go:correct:'),
)
REPORTS_A_ROUND = 2


class SkippedWorkError(Exception):
    """The bot under test did not do all it was given, so its figures would mean nothing."""


class BotApi:
    """A Bot API server for one bot; `async with BotApi() as api`, then `api.url`."""

    def __init__(self) -> None:
        self.url = ""
        self.fed = self.trees = 0
        self._said: Counter[tuple[int, str]] = Counter()
        self._updates: list[str] = []
        self._awaited: dict[int, list[str]] = defaultdict(list)
        self._unanswered = 0
        self._last = ""
        self._something, self._answered = asyncio.Event(), asyncio.Event()
        self._ids = itertools.count(1)

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._serve), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def talk(self, turns: Sequence[Turn], people: int) -> float:
        """Let people write turn after turn; the seconds until all of it has been answered."""
        self._answered.clear()
        for turn, place in itertools.product(turns, range(people)):
            person = _FIRST_PERSON + place
            self._said[person, turn.says] += 1
            number = self._said[person, turn.says]
            self.trees += number if turn.says == TREES else 0
            says, hears = (text.replace("{n}", str(number)) for text in (turn.says, turn.hears))
            self._awaited[person].append(hears)
            self._updates.append(update(next(self._ids), person, says))
        self._unanswered += len(turns) * people
        self.fed += len(turns) * people
        start = time.monotonic()
        self._something.set()
        try:
            await asyncio.wait_for(self._answered.wait(), _PATIENCE)
        except TimeoutError:
            missing = set(itertools.chain(*self._awaited.values()))
            raise SkippedWorkError(
                f"{self._unanswered} turns without their answer, which has one of {missing}; "
                f"the last thing said: {self._last}"
            ) from None
        return time.monotonic() - start

    async def _serve(self, request: web.BaseRequest) -> web.Response:
        method = request.path.rpartition("/")[2]
        given = {**request.query, **await _told(request)}
        if method in {"sendMessage", "sendPhoto"}:
            result = self._heard(given)
        elif method == "getUpdates":
            offset, seconds = int(given.get("offset", 0)), int(given.get("timeout", 0))
            result = await self._hand_out(offset, seconds)
        else:
            result = BOT if method == "getMe" else "true"
        answer = f'{{"ok":true,"result":{result}}}'
        return web.Response(text=answer, content_type="application/json")

    async def _hand_out(self, offset: int, seconds: int) -> str:
        # An update's id is its place in the list, counted from 1; asking for more confirms it.
        start = max(offset - 1, 0)
        if start == len(self._updates):
            self._something.clear()
            try:
                await asyncio.wait_for(self._something.wait(), seconds)
            except TimeoutError:
                return "[]"
        return f"[{','.join(self._updates[start : start + _BATCH])}]"

    def _heard(self, given: dict[str, Any]) -> str:
        person, markup = int(given["chat_id"]), given.get("reply_markup", "")
        text = given.get("text") or given.get("caption", "")
        if isinstance(markup, dict):
            markup = json.dumps(markup)
        self._last = f"{text!r} {markup}"
        awaited = self._awaited[person]
        for place, piece in enumerate(awaited):
            if piece in text or piece in markup:
                del awaited[place]
                self._unanswered -= 1
                if self._unanswered == 0:
                    self._answered.set()
                break
        keyboard = f',"reply_markup":{markup}' if markup else ""
        return (
            f'{{"message_id":1,"date":1790000000,"from":{BOT},"chat":{_chat(person)},'
            f'"text":{json.dumps(text)}{keyboard}}}'
        )


def _chat(person: int) -> str:
    return f'{{"id":{person},"type":"private","first_name":"Lan"}}'


def update(number: int, person: int, text: str) -> str:
    """A message of a person, as getUpdates hands it out."""
    return (
        f'{{"update_id":{number},"message":{{"message_id":{number},"date":1790000000,'
        f'"from":{{"id":{person},"is_bot":false,"first_name":"Lan","language_code":"vi"}},'
        f'"chat":{_chat(person)},"text":{json.dumps(text)}}}}}'
    )


async def _told(request: web.BaseRequest) -> dict[str, Any]:
    """What a call of the API came with: as JSON, as a form, or in parts beside a picture."""
    if request.content_type == "multipart/form-data":
        return dict(await request.post())
    body = (await request.read()).decode()
    if request.content_type == "application/json":
        return dict(json.loads(body))
    return dict(parse_qsl(body))

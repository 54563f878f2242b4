"""What platforms fetch by themselves: at addresses nobody can guess, for two days.

An address names a message of the outbox, and its seal proves that we made it. So nothing is kept
beside the outbox: what a person has erased is gone from its address too, and a restart changes
nothing. It can be fetched as often as the platform likes.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from aiohttp import web

from bot.documents import Write
from bot.pictures import Develop
from handlers.talk.messages import Reply
from storage import outbox
from storage.database import Store

log = logging.getLogger(__name__)

#: How long an address can be fetched from: a platform fetches again when somebody scrolls back.
LASTS = timedelta(days=2)
_PATH = r"/media/{number:[0-9]{1,18}}-{until:[0-9]{1,12}}-{seal:[0-9a-f]{32}}/{name}"


class Media:
    """Makes the addresses, and serves what is there."""

    def __init__(
        self,
        store: Store,
        develop: Develop,
        write: Write,
        clock: Callable[[], datetime],
        public_url: str,
        secret: bytes,
        here_is_a_file: str = "",
    ) -> None:
        """`here_is_a_file` stands above the address of a file."""
        self._store, self._develop, self._write = store, develop, write
        self._clock, self._public_url, self._secret = clock, public_url, secret
        self._here_is_a_file = here_is_a_file

    @property
    def reachable(self) -> bool:
        """Whether anybody outside can fetch anything."""
        return self._public_url.startswith("https://")

    def routes(self) -> Sequence[web.RouteDef]:
        """What it serves."""
        return [web.get(_PATH, self._serve)]

    def address(self, number: int, name: str) -> str:
        """Where the picture or the file of message `number` can be fetched from now on."""
        until = int((self._clock() + LASTS).timestamp())
        return f"{self._public_url}/media/{number}-{until}-{self._seal(number, until)}/{name}"

    def below(self, reply: Reply) -> Reply:
        """A reply with the address of its file below its words, where anybody can fetch it."""
        if reply.document is None or not self.reachable:
            return reply
        url = self.address(reply.number, reply.document.name)
        return replace(reply, text=f"{reply.text}\n{self._here_is_a_file}\n{url}")

    def _seal(self, number: int, until: int) -> str:
        told = f"media {number} {until}".encode()
        return hmac.new(self._secret, told, hashlib.sha256).hexdigest()[:32]

    async def _serve(self, request: web.Request) -> web.Response:
        asked = request.match_info
        number, until = int(asked["number"]), int(asked["until"])
        sealed = hmac.compare_digest(asked["seal"], self._seal(number, until))
        if not sealed or self._clock().timestamp() > until:
            raise web.HTTPNotFound
        async with self._store.read() as tx:
            body = await outbox.body(tx, number)
        answer = await self._answer(Reply.from_json(body)) if body else None
        if answer is None:
            raise web.HTTPNotFound
        log.info("media of message %d fetched", number)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def _answer(self, reply: Reply) -> web.Response | None:
        """The file or the picture of a reply, which never has both; None when it is gone."""
        if reply.document:
            made = await self._write(reply.document)
            named = {"Content-Disposition": f'attachment; filename="{reply.document.name}"'}
            kind = "audio/aac" if reply.document.voice else "application/octet-stream"
            return web.Response(body=made, content_type=kind, headers=named) if made else None
        image = await self._develop(reply.picture) if reply.picture else None
        return web.Response(body=image, content_type=picture_type(image)) if image else None


def picture_type(image: bytes) -> str:
    """The type of a picture we made: a drawing is a PNG, a photo a JPEG."""
    return "image/png" if image.startswith(b"\x89PNG") else "image/jpeg"

"""The web page as a channel.

A person's address is the hash of a random cookie, so reading the database lets nobody speak as
them. What was said is read from the outbox, which keeps it anyway: a page that opens late, or loses
its line for an hour, catches up from the number of the last message it has.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from os import SEEK_END
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlsplit

from aiohttp import web
from aiohttp_sse import sse_response
from jinja2 import Environment, FileSystemLoader, select_autoescape

from bot.channels.base import Deliver, Limits
from bot.channels.pace import Pace
from bot.channels.web_bodies import received
from bot.documents import Write
from bot.kinds import TELLING, sound
from bot.pictures import Develop
from bot.sounds import sounding
from handlers.talk.flow import LONGEST_LIST
from handlers.talk.messages import LARGEST, Enclosed, Event, MediaKind, Reply
from storage import outbox
from storage.database import Store
from storage.outbox import Outgoing

log = logging.getLogger(__name__)

COOKIE = "tro_chuyen"
#: How many messages a page gets when it opens.
SHOWN = 30
#: Seconds after which a quiet stream checks whether its page is still there.
LOOK_AGAIN = 15.0
LONGEST_ID = 64
LONGEST_NUMBER = 18
#: The page makes photos far smaller before it sends them; this is for those it could not.
LARGEST_PHOTO = 3 * 1024 * 1024
#: What a voice is called before its bytes say what it is.
VOICE = "loi-noi"
_YEAR = 365 * 24 * 3600
_HERE = Path(__file__).parent.parent / "web"


class _Line:
    """An open stream of one page: whether there is news, and which messages have changed.

    What was paused is `due` behind messages that the page has `shown` since.
    """

    def __init__(self) -> None:
        self.arrived = asyncio.Event()
        self.changed: set[int] = set()
        self.due: set[int] = set()
        self.shown: set[int] = set()


class WebChannel:
    """The chat page and what it talks to."""

    name = "web"
    fetches = False
    limits = Limits(text=100_000, pace=1000, images=False, voices=True, changes=True)

    def __init__(
        self,
        store: Store,
        develop: Develop,
        write: Write,
        title: str,
        clock: Callable[[], datetime],
        public_url: str,
    ) -> None:
        self.pace = Pace(self.limits.pace)
        self._store, self._clock = store, clock
        self._develop, self._write = develop, write
        self._title, self._public_url = title, public_url
        self._deliver: Deliver | None = None
        self._stopping = False
        self._streams: dict[str, set[_Line]] = defaultdict(set)
        self._pages = Environment(
            loader=FileSystemLoader(_HERE / "templates"), autoescape=select_autoescape()
        )
        self._version = hashlib.sha256(
            b"".join(path.read_bytes() for path in sorted((_HERE / "static").iterdir()))
        ).hexdigest()[:12]

    @property
    def problem(self) -> str | None:
        """None: the page works whenever the web server does."""
        return None

    def routes(self) -> Sequence[web.RouteDef]:
        """The page, its files, what it posts, and its stream."""
        return [
            web.get("/", self._page),
            web.post("/chat/events", self._post),
            web.post("/chat/photos", self._post_photo),
            web.post("/chat/voices", self._post_voice),
            web.post("/chat/files", self._post_file),
            web.get("/chat/pictures/{id:[0-9]{1,18}}", self._picture),
            web.get("/chat/documents/{id:[0-9]{1,18}}", self._document),
            web.get("/chat/stream", self._stream),
        ]

    async def start(self, deliver: Deliver) -> None:
        """Begin to receive."""
        self._deliver = deliver

    async def close(self) -> None:
        """Nothing to let go of."""

    async def stop(self) -> None:
        """End every open stream."""
        self._stopping = True
        for lines in self._streams.values():
            for line in lines:
                line.arrived.set()

    async def send(
        self,
        address: str,
        reply: Reply,  # what it says is read from the outbox
        image: bytes | None = None,  # noqa: ARG002 - fetched by the page when it is looked at
    ) -> None:
        """Tell this person's open pages to look; a page that is not open looks when it opens."""
        for line in self._streams.get(address, ()):
            line.changed |= {int(reply.replaces)} if reply.replaces else set()
            line.due.add(reply.number)
            line.arrived.set()

    # --- the page

    async def _page(self, request: web.Request) -> web.Response:
        html = self._pages.get_template("chat.html").render(
            title=self._title, version=self._version
        )
        response = web.Response(text=html, content_type="text/html")
        token = request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
        response.set_cookie(
            COOKIE,
            token,
            max_age=_YEAR,
            httponly=True,
            samesite="Lax",
            secure=self._public_url.startswith("https://"),
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _post(self, request: web.Request) -> web.Response:
        address = self._sender(request, "application/json")
        try:
            sent = json.loads(await request.text())
            event_id, text, tap = sent["id"], sent.get("text", ""), sent.get("tap")
        except (ValueError, KeyError, AttributeError, TypeError):
            raise web.HTTPBadRequest from None
        if not isinstance(text, str) or not isinstance(tap, str | None):
            raise web.HTTPBadRequest
        if len(text) > LONGEST_LIST:
            raise web.HTTPRequestEntityTooLarge(max_size=LONGEST_LIST, actual_size=len(text))
        return await self._take(address, event_id, text=text, tap=tap)

    async def _post_photo(self, request: web.Request) -> web.Response:
        """A photo as the body, its number in the address."""
        address = self._sender(request, "image/")
        async with received(request, LARGEST_PHOTO) as kept:
            photo = kept.read()
        return await self._take(address, request.query.get("id"), media="photo", photo=photo)

    async def _post_voice(self, request: web.Request) -> web.Response:
        """A voice as the body, its number in the address."""
        address = self._sender(request, "audio/")
        async with received(request, LARGEST["voice"]) as kept:
            if not sound(kept.read(TELLING)):
                raise web.HTTPUnsupportedMediaType
            return await self._enclose(request, address, kept, "voice", VOICE)

    async def _post_file(self, request: web.Request) -> web.Response:
        """A file as the body, its number and its name in the address."""
        address = self._sender(request, "application/octet-stream")
        async with received(request, LARGEST["file"]) as kept:
            name = request.query.get("name") or "tep"
            return await self._enclose(request, address, kept, "file", name)

    async def _enclose(
        self, request: web.Request, address: str, kept: IO[bytes], kind: MediaKind, name: str
    ) -> web.Response:
        """Hand on what lies on the disk: read only where the current question takes it."""

        async def fetch() -> bytes:
            kept.seek(0)
            return kept.read()

        came = Enclosed(name=name, size=kept.seek(0, SEEK_END), fetch=fetch)
        return await self._take(address, request.query.get("id"), media=kind, enclosed=came)

    async def _take(self, address: str, event_id: object, **said: Any) -> web.Response:
        if not isinstance(event_id, str) or not 0 < len(event_id) <= LONGEST_ID:
            raise web.HTTPBadRequest
        assert self._deliver is not None  # noqa: S101 - set by start
        await self._deliver(
            Event(
                # The address is part of the id, so that no page can spend another page's ids.
                id=f"web:{address}:{event_id}",
                channel=self.name,
                address=address,
                at=self._clock(),
                **said,
            )
        )
        return web.Response(status=204)

    async def _picture(self, request: web.Request) -> web.Response:
        """The picture of one message, for the person it was sent to, while there still is one."""
        address = self._address(request)
        async with self._store.read() as tx:
            body = await outbox.body_to(tx, self.name, address, int(request.match_info["id"]))
        picture = Reply.from_json(body).picture if body is not None else None
        image = await self._develop(picture) if picture else None
        if image is None:
            raise web.HTTPNotFound
        kind = "image/png" if image.startswith(b"\x89PNG") else "image/jpeg"
        return web.Response(body=image, content_type=kind, headers={"Cache-Control": "no-store"})

    async def _document(self, request: web.Request) -> web.Response:
        """The file of one message, for the person it was sent to."""
        address = self._address(request)
        async with self._store.read() as tx:
            body = await outbox.body_to(tx, self.name, address, int(request.match_info["id"]))
        document = Reply.from_json(body).document if body is not None else None
        made = await self._write(document) if document else None
        if document is None or made is None:
            raise web.HTTPNotFound
        log.info("document %s downloaded, message %s", document.name, request.match_info["id"])
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        if document.voice:
            return sounding(request, made, document.name, headers)
        name = quote(document.name, safe="")
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        return web.Response(body=made, content_type="application/octet-stream", headers=headers)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        address = self._address(request)
        last_seen = request.headers.get("Last-Event-ID", "0")
        seen = int(last_seen) if last_seen.isdecimal() and len(last_seen) <= LONGEST_NUMBER else 0
        line = _Line()
        self._streams[address].add(line)
        try:
            async with sse_response(request) as stream:
                while stream.is_connected() and not self._stopping:
                    line.arrived.clear()
                    changed = line.changed | (line.due - line.shown)
                    line.changed, line.due = set(), set()
                    async with self._store.read() as tx:
                        said = await outbox.said_to(tx, self.name, address, seen, SHOWN)
                        again = await outbox.said_again(tx, self.name, address, changed, seen)
                    for message in again:  # without a number, so that nothing is missed or repeated
                        await stream.send(_as_json(message))
                        line.shown.add(message.id)
                    for message in said:
                        await stream.send(_as_json(message), id=str(message.id))
                        seen = message.id
                        line.shown.add(seen)
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_AGAIN):
                            await line.arrived.wait()
        except ConnectionResetError:
            pass  # the page went away in the middle of a line
        finally:
            self._streams[address].discard(line)
            if not self._streams[address]:
                del self._streams[address]
        return stream

    def _sender(self, request: web.Request, kind: str) -> str:
        """The address of whoever posts this kind of content from a page of ours."""
        address = self._address(request)
        # A form of another site can send none of the types that are asked for.
        if not request.content_type.startswith(kind) or not self._same_origin(request):
            raise web.HTTPForbidden
        return address

    def _same_origin(self, request: web.Request) -> bool:
        """Whether the page that posts is ours; a proxy may have renamed the host we see."""
        origin = request.headers.get("Origin")
        ours = {request.host, urlsplit(self._public_url).netloc}
        return origin is None or urlsplit(origin).netloc in ours

    def _address(self, request: web.Request) -> str:
        token = request.cookies.get(COOKIE, "")
        if not token:
            raise web.HTTPUnauthorized
        return hashlib.sha256(token.encode()).hexdigest()[:32]


def _as_json(message: Outgoing) -> str:
    said = json.loads(message.body)
    if "picture" in said:
        said["picture"] = f"/chat/pictures/{message.id}"
    if "document" in said:
        said["document"] = {
            "name": said["document"]["name"],
            "voice": said["document"].get("voice", False),
            "address": f"/chat/documents/{message.id}",
        }
    return json.dumps(
        {"id": message.id, "at": message.created_at.isoformat(), **said}, ensure_ascii=False
    )

"""A small, faithful server of the Zalo Bot API on 127.0.0.1, with phones to talk to it.

async with ZaloBotApi() as api:
    lan = api.phone("lan", "Bà Lan")
    lan.says("/start")  # the bot under test calls f"{api.url}/bot{api.token}/..."
    await lan.hears_of("Chào bác")

Where nobody knows what the platform does, or where it is known to do now this and now that, an
attribute chooses.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, web

from tests.fakes.zalo_phone import Heard, Json, Phone

METHODS = (
    *("getMe", "getUpdates", "setWebhook", "testWebhook", "getWebhookInfo", "deleteWebhook"),
    *("sendMessage", "sendPhoto", "sendSticker", "sendChatAction", "sendVoice"),
)
_ME = {"id": "1459232241454765289", "account_name": "bot.Test", "account_type": "BASIC"}
_PRIVATE = ("localhost", "127.", "10.", "192.168.")
_OUTCOMES = {403: "webhook.http.403", 404: "webhook.http.404"}


class Refusal(Exception):  # noqa: N818 - the server's answer, not a fault in it
    """An answer that is not ok: its code, description and HTTP status."""

    def __init__(self, code: int, description: str, status: int | None = None) -> None:
        super().__init__(code, description)
        self.code, self.description, self.status = code, description, status or code


class ZaloBotApi:
    """The server. `calls` counts every request by method, `posts` what each webhook call gave."""

    def __init__(self, token: str = "12345689:abc-xyz", port: int = 0) -> None:  # noqa: S107
        self.token, self.url, self._port = token, "", port
        #: Whether a poll gives out again what has been given out, and at once.
        self.replays = False
        #: How webhooks look, and what the URL of a photo is called.
        self.wraps, self.photo_key, self.verifies = False, "photo_url", True
        #: What the plan allows: messages a month, and people; how a refusal for the first looks.
        self.quota: int | None = None
        self.most_people: int | None = None
        self.quota_status: int | None = None
        self.hooks_left, self.tests_left = 10, 3  # a day
        #: What is not understood: styles of text; photos altogether.
        self.refuses_styles, self.refuses_photos, self.hangs = False, False, False
        self.file_latency, self.expired = 0.0, False
        self.calls, self.posts = Counter[str](), list[int]()
        self.sent, self.spent = list[Json](), 0  # everything that was taken, as it was asked for
        self.ids, self.clock = itertools.count(1), time.time  # seconds
        #: Where the names of the world outside lead: https://bot.example.vn to a local server.
        self.names = dict[str, str]()
        self._phones, self._files = dict[str, Phone](), dict[str, bytes]()
        self._new, self._old = deque[Json](), deque[Json]()
        self._arrived, self._hook = asyncio.Event(), Json()
        self._held: list[Json] | None = None
        self._couriers = set[asyncio.Task[None]]()
        self._troubles: defaultdict[str, deque[Refusal | None]] = defaultdict(deque)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=20 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/media/{file}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._client = ClientSession(headers={"User-Agent": "Java/1.8.0_192"})
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._arrived.set()
        for courier in self._couriers:
            courier.cancel()
        await asyncio.gather(*self._couriers, return_exceptions=True)
        await self._client.close()
        await self._runner.cleanup()

    def now(self) -> int:
        """The present, in milliseconds."""
        return int(self.clock() * 1000)

    # --- what a test does

    def phone(self, user_id: str = "6ede9afa66b88fe6d6a9", name: str = "Bà Lan") -> Phone:
        """Return this person's phone; only who has one can be written to."""
        return self._phones.setdefault(user_id, Phone(self, user_id, name))

    def fail_next(
        self, method: str, code: int, description: str, status: int | None = None, times: int = 1
    ) -> None:
        """Refuse the next calls of a method; `status` 200 hides the refusal in a success."""
        self._troubles[method].extend([Refusal(code, description, status)] * times)

    def let_next(self, method: str) -> None:
        """Carry out the next call of a method; what is to befall it befalls those after it."""
        self._troubles[method].append(None)

    def drop_next(self, method: str) -> None:
        """Hang up on the next call of a method."""
        self._troubles[method].append(Refusal(0, "hung up"))

    def keep(self, name: str, content: bytes) -> str:
        """Store a file and return the URL that it is handed out at, until `expired`."""
        file = f"{next(self.ids)}-{name}"
        self._files[file] = content
        return f"{self.url}/media/{file}"

    def queue(self, update: Json) -> Json:
        """Deliver an update; one of more people than the plan allows comes to nobody."""
        message = update.get("message", {})
        if self.photo_key != "photo_url" and "photo_url" in message:
            message[self.photo_key] = message.pop("photo_url")
        known = list(self._phones)[: self.most_people]
        if "from" not in message or message["from"]["id"] in known:
            if self._held is not None:
                self._held.append(update)
            elif self._hook:
                self.carry(update)
            else:
                self._new.append(update)
                self._arrived.set()
        return update

    def carry(self, *updates: Json) -> None:
        """Post updates to the webhook, side by side; also one that was posted before."""
        for update in updates:
            courier = asyncio.create_task(self._carry(update))
            self._couriers.add(courier)
            courier.add_done_callback(self._couriers.discard)

    def hold_back(self) -> None:
        """Deliver nothing from now on; what is said meanwhile waits."""
        self._held = []

    def let_go(self, order: Callable[[list[Json]], list[Json]] = list) -> None:
        """Deliver what waited, in any order."""
        held, self._held = self._held or [], None
        for update in order(held):
            self.queue(update)

    async def arrived(self) -> None:
        """Wait until every webhook call is answered."""
        while self._couriers:
            await asyncio.wait(self._couriers)

    # --- the methods

    async def _on_getme(self, _: Json) -> Json:
        return _ME | {"can_join_groups": False}

    async def _on_getupdates(self, params: Json) -> Json:
        if self._hook:
            told = "You cannot use this API while a webhook is set. Please remove the webhook first"
            raise Refusal(400, told)
        if not self._new and not (self.replays and self._old):
            self._arrived.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(float(params.get("timeout", 30))):
                    await self._arrived.wait()
        if self._new:
            self._old.append(self._new.popleft())
            return self._old[-1]
        if self.replays and self._old:
            self._old.rotate(-1)
            return self._old[-1]
        raise Refusal(408, "Request timeout")

    async def _on_setwebhook(self, params: Json) -> Json:
        url, secret = str(params.get("url", "")), str(params.get("secret_token", ""))
        host = urlsplit(url).hostname or ""
        if not url.startswith("https://") or host.startswith(_PRIVATE):
            raise Refusal(400, "Bad Request: the URL must be public and https")
        if not 8 <= len(secret) <= 256:
            raise Refusal(400, "Bad Request: secret_token must have 8 to 256 characters")
        self.hooks_left -= 1
        if self.hooks_left < 0:
            raise Refusal(429, "Quota exceeded")
        self._hook = {"url": url, "secret_token": secret, "updated_at": self.now()}
        tried = {"verification": await self._try_hook()} if self.verifies else {}
        waiting, self._new = self._new, deque[Json]()
        self.carry(*waiting)
        return {"url": url, "updated_at": self._hook["updated_at"], **tried}

    async def _on_testwebhook(self, _: Json) -> Json:
        self.tests_left -= 1
        if self.tests_left < 0:
            raise Refusal(426, "")
        return await self._try_hook()

    async def _on_getwebhookinfo(self, _: Json) -> Json:
        if not self._hook:
            raise Refusal(404, "Not Found")
        return {"url": self._hook["url"], "updated_at": self._hook["updated_at"]}

    async def _on_deletewebhook(self, _: Json) -> Json:
        self._hook = {}
        return {"url": "", "updated_at": self.now()}

    async def _on_sendmessage(self, params: Json) -> Json:
        if self.refuses_styles and "text_styles" in params:
            raise Refusal(400, "Bad Request: text_styles")
        return self._show("sendMessage", params, _within(params, "text"))

    async def _on_sendphoto(self, params: Json) -> Json:
        caption = _within(params, "caption") if params.get("caption") else ""
        if self.refuses_photos:
            raise Refusal(400, "Bad Request: photo")
        return self._show("sendPhoto", params, caption, await self._fetched(str(params["photo"])))

    async def _fetched(self, url: str) -> bytes:
        file = b""
        for _ in range(2):  # once to look at it, once more when it is shown
            async with self._client.get(self._resolved(url)) as got:
                if got.status != 200:
                    raise Refusal(400, "Bad Request: the file cannot be fetched")
                file = await got.read()
        return file

    async def _on_sendvoice(self, params: Json) -> Json:
        if not str(params.get("voice_url", "")).endswith(".aac"):
            raise Refusal(400, "Bad Request: voice_url must end in .aac")
        if str(params.get("chat_id", "")).startswith("zgr-"):
            return {"message_id": "", "date": self.now()}  # and it comes to nobody
        file = await self._fetched(str(params["voice_url"]))
        return self._show("sendVoice", params, "", file)

    async def _on_sendsticker(self, params: Json) -> Json:
        return self._show("sendSticker", params, "")

    async def _on_sendchataction(self, params: Json) -> None:
        self._person(params)

    def _person(self, params: Json) -> Phone:
        phone = self._phones.get(str(params.get("chat_id", "")))
        if phone is None or phone.blocked:
            raise Refusal(404, "Not Found")
        return phone

    def _show(self, method: str, params: Json, text: str, file: bytes = b"") -> Json:
        phone = self._person(params)
        if self.quota is not None and self.spent >= self.quota:
            raise Refusal(429, "Quota exceeded", self.quota_status)
        self.spent += 1
        self.sent.append({"method": method, **params})
        phone.show(Heard(text, method, file, params))
        return {"message_id": f"{next(self.ids):020x}", "date": self.now()}

    # --- the wire

    async def _serve(self, request: web.Request) -> web.Response:
        while self.hangs:
            await asyncio.sleep(0.01)
        try:
            result = await self._answer(request)
            body = {"ok": True} | ({} if result is None else {"result": result})
            return web.json_response(body | {"error_code": 0})
        except Refusal as refusal:
            if not refusal.code:
                assert request.transport
                request.transport.abort()
                return web.Response()
            code = "errorCode" if refusal.code == 426 else "error_code"
            told = {"description": refusal.description} if refusal.description else {}
            return web.json_response(
                {"ok": False, **told, code: refusal.code}, status=refusal.status
            )

    async def _answer(self, request: web.Request) -> Any:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            raise Refusal(401, "Unauthorized")
        if method not in METHODS:
            raise Refusal(400, "Bad Request: no such method")
        self.calls[method] += 1
        if self._troubles[method] and (trouble := self._troubles[method].popleft()):
            raise trouble
        is_json = request.content_type == "application/json" and request.can_read_body
        given = await request.json() if is_json else await request.post()
        return await getattr(self, f"_on_{method.lower()}")({**request.query, **given})

    async def _carry(self, update: Json) -> None:
        body = {"ok": True, "result": update} if self.wraps else update
        headers = {"X-Bot-Api-Secret-Token": self._hook["secret_token"]}
        url = self._resolved(self._hook["url"])
        with suppress(ClientError):
            async with self._client.post(url, json=body, headers=headers) as got:
                self.posts.append(got.status)

    async def _try_hook(self) -> Json:
        """Call the webhook with nothing in the call, and tell what came of it."""
        url = self._hook["url"]
        try:
            async with self._client.post(self._resolved(url)) as got:
                status = got.status
        except ClientError:
            return {"ok": False, "url": url, "outcome": "webhook.err.unreachable", "hint": ""}
        ok = status // 100 == 2
        other = "webhook.http.5xx" if status >= 500 else "webhook.http.other"
        outcome = "webhook.ok" if ok else _OUTCOMES.get(status, other)
        hint = "Your endpoint responded successfully." if ok else "Something before it refuses."
        return {"ok": ok, "url": url, "status_code": status, "outcome": outcome, "hint": hint}

    def _resolved(self, url: str) -> str:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        return url.replace(origin, self.names.get(origin, origin), 1)

    async def _download(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.file_latency)
        file = None if self.expired else self._files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        return web.Response(body=file)


def _within(params: Json, key: str, most: int = 2000) -> str:
    text = str(params.get(key, ""))
    length = len(text.encode("utf-16-le")) // 2
    if not 0 < length <= most:
        raise Refusal(400, f"Bad Request: {key} has {length} characters")
    if any(style["start"] + style["len"] > length for style in params.get("text_styles", ())):
        raise Refusal(400, "Bad Request: text_styles")
    return text

"""A small, faithful Telegram Bot API server on 127.0.0.1, with phones to talk to it.

async with TelegramApi() as api:
    lan = api.phone(1001, "Lan")
    await lan.says("/start")  # the bot under test calls f"{api.url}/bot{api.token}/..."
    await lan.hears_of("Chào bác")
"""

import asyncio
import itertools
import json
import time
from collections import Counter, defaultdict, deque
from contextlib import suppress
from typing import Any, Self

from aiohttp import ClientError, ClientSession, web

from tests.fakes.phone import Json, Phone, file_part

_ME = {"id": 123456, "is_bot": True, "first_name": "Test", "username": "test_bot"}
_SETTLED: Json = {"getMe": _ME, "setMyCommands": True, "logOut": True, "close": True}


class Refusal(Exception):  # noqa: N818 - the server's answer, not a fault in it
    """An answer that is not ok: status, description and perhaps seconds to wait."""


class TelegramApi:
    """The server. `calls` counts every request by method, `refused` every 429 given."""

    def __init__(self, token: str = "123456:TEST", port: int = 0) -> None:  # noqa: S107
        self.token, self.url, self._port = token, "", port
        self.latency, self.hang = 0.0, False  # seconds added to every send; answer nothing at all
        self.file_latency, self.no_files = 0.0, False  # seconds added to a download; none at all
        self.rate: int | None = None  # sends let through in any one second
        self.retry_pause = 0.05  # seconds until the webhook is tried again
        self.calls, self.refused = Counter[str](), 0
        self.receipt = Json()  # what the answer to a send says otherwise than it should
        self.pending: dict[int, Json] = {}  # the updates not yet acknowledged
        self.queries: dict[str, Phone] = {}
        self.ids, self._last_update, self._twice = itertools.count(1), 700_000_000, set[int]()
        self._phones, self._files = dict[int, Phone](), dict[str, bytes]()
        self._poll: asyncio.Future[str] | None = None
        self._allowed, self._hook, self._hook_error = list[str](), Json(), ""
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._couriers, self._sent = list[asyncio.Task[None]](), deque[float]()
        self._troubles: defaultdict[str, deque[tuple[Exception | None, bool]]] = defaultdict(deque)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=50 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/files/{file_id}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._client = ClientSession()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._end_poll()
        for courier in self._couriers:
            courier.cancel()
        await asyncio.gather(*self._couriers, return_exceptions=True)
        await self._client.close()
        await self._runner.cleanup()

    def phone(self, user_id: int = 1001, name: str = "Lan") -> Phone:
        """Return this person's phone; only people with a phone can be written to."""
        return self._phones.setdefault(user_id, Phone(self, user_id, name))

    def let_next(self, method: str, times: int = 1) -> None:
        """Carry out the next calls of a method; what is to befall it befalls those after them."""
        self._troubles[method].extend([(None, False)] * times)

    def fail_next(
        self, method: str, status: int, description: str, times: int = 1, retry_after: int = 0
    ) -> None:
        """Refuse the next calls of a method, without carrying them out."""
        refusal = Refusal(status, description, retry_after)
        self._troubles[method].extend([(refusal, False)] * times)

    def drop_next(self, method: str, times: int = 1, *, after: bool = False) -> None:
        """Hang up on the next calls of a method, before or `after` carrying them out."""
        self._troubles[method].extend([(ConnectionAbortedError(), after)] * times)

    def proxy_next(self, method: str, page: type[web.HTTPException]) -> None:
        """Let a proxy answer the next call of a method with a page that quotes its address."""
        text = f"<p>No answer from {self.url}/bot{self.token}/{method}</p>"
        self._troubles[method].append((page(text=text, content_type="text/html"), False))

    def block(self, user_id: int, *, blocked: bool = True) -> None:
        """Let a person block the bot, or relent."""
        self.phone(user_id).blocked = blocked

    def duplicate_next(self) -> None:
        """Deliver the next update a second time after it has been acknowledged."""
        self._twice.add(self._last_update + 1)

    def keep(self, name: str, content: bytes) -> str:
        """Store a file for getFile and return its file_id."""
        file_id = f"{next(self.ids)}-{name}"
        self._files[file_id] = content
        return file_id

    def queue(self, kind: str, body: Json) -> int:
        """Deliver an update of any kind, provided the bot allows that kind."""
        self._last_update += 1
        if not self._allowed or kind in self._allowed:
            self.pending[self._last_update] = {"update_id": self._last_update, kind: body}
            self._end_poll()
            self._send_courier(self._last_update)
        return self._last_update

    def _acknowledge(self, update_id: int) -> None:
        if update_id in self._twice:
            self._twice.remove(update_id)
        else:
            self.pending.pop(update_id, None)

    def _end_poll(self, conflict: str = "") -> None:
        if self._poll and not self._poll.done():
            self._poll.set_result(conflict)

    async def _on_getupdates(self, params: Json) -> list[Json]:
        if self._hook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        self._end_poll("Conflict: terminated by other getUpdates request")
        self._allowed = params.get("allowed_updates", self._allowed)
        offset, known = int(params.get("offset", 0)), list(self.pending)
        for update_id in known[:offset] if offset < 0 else [i for i in known if i < offset]:
            self._acknowledge(update_id)
        if not self.pending and (timeout := float(params.get("timeout", 0))):
            self._poll = asyncio.get_running_loop().create_future()
            with suppress(TimeoutError):
                if conflict := await asyncio.wait_for(self._poll, timeout):
                    raise Refusal(409, conflict)
        return list(self.pending.values())[: min(int(params.get("limit", 100)), 100)]

    async def _on_setwebhook(self, params: Json) -> bool:
        self._hook, self._hook_error = params if params.get("url") else {}, ""
        self._allowed = params.get("allowed_updates", self._allowed)
        if params.get("drop_pending_updates") in {True, "true"}:
            self.pending.clear()
        self._end_poll("Conflict: terminated by setWebhook request" if self._hook else "")
        for update_id in self.pending:
            self._send_courier(update_id)
        return True

    _on_deletewebhook = _on_setwebhook

    async def _on_getwebhookinfo(self, _: Json) -> Json:
        info = {"url": self._hook.get("url", ""), "has_custom_certificate": False}
        info["pending_update_count"] = len(self.pending)
        return info | ({"last_error_message": self._hook_error} if self._hook_error else {})

    def _send_courier(self, update_id: int) -> None:
        if self._hook:
            self._couriers.append(asyncio.create_task(self._carry(self.pending[update_id])))

    async def _carry(self, update: Json) -> None:
        """Post an update until it is accepted: in order for one person, people side by side."""
        update_id, body = update.values()
        async with self._turns[body.get("from", {}).get("id", 0)]:
            while self._hook and update_id in self.pending:
                secret = self._hook.get("secret_token")
                headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
                post = self._client.post(
                    self._hook["url"], json=update, headers=headers, allow_redirects=False
                )
                with suppress(ClientError, TimeoutError):
                    async with post as got:
                        if got.status // 100 == 2:
                            self._acknowledge(update_id)
                            continue
                self._hook_error = "Wrong response from the webhook"
                await asyncio.sleep(self.retry_pause)

    async def _serve(self, request: web.Request) -> web.Response:
        while self.hang:
            await asyncio.sleep(0.01)
        try:
            return web.json_response({"ok": True, "result": await self._answer(request)})
        except Refusal as refusal:
            status, description, *wait = refusal.args
            self.refused += status == 429
            body = {"ok": False, "error_code": status, "description": description}
            body |= {"parameters": {"retry_after": wait[0]}} if any(wait) else {}
            return web.json_response(body, status=status)
        except ConnectionAbortedError:
            if request.transport:
                request.transport.abort()
            return web.Response()

    async def _answer(self, request: web.Request) -> Any:
        method, params = request.match_info["method"], await self._params(request)
        if request.match_info["token"] != self.token:
            raise Refusal(401, "Unauthorized")
        self.calls[method] += 1
        error, after = self._troubles[method].popleft() if self._troubles[method] else (None, False)
        if error and not after:
            raise error
        act = getattr(self, f"_on_{method.lower()}", None)
        if act is None and method not in _SETTLED:
            raise Refusal(404, "Not Found")
        result = await act(params) if act else _SETTLED[method]
        if error:
            raise error
        return result

    async def _params(self, request: web.Request) -> Json:
        is_json = request.content_type == "application/json" and request.can_read_body
        given = await request.json() if is_json else await request.post()
        params = {**request.query, **given, **request.match_info}
        for key, part in params.items():
            if isinstance(part, web.FileField):
                params[key] = self.keep(part.filename, part.file.read())
            elif key in {"reply_markup", "allowed_updates"} and isinstance(part, str):
                params[key] = json.loads(part)
        return params

    async def _download(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.file_latency)
        file = None if self.no_files else self._files.get(request.match_info["file_id"])
        if file is None or request.match_info["token"] != self.token:
            raise web.HTTPNotFound
        return web.Response(body=file)

    def _person(self, params: Json) -> Phone:
        phone = self._phones.get(int(params.get("chat_id", 0)))
        if phone is None:
            raise Refusal(400, "Bad Request: chat not found")
        if phone.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return phone

    async def _send(self, params: Json) -> Json:
        while self._sent and self._sent[0] <= time.monotonic() - 1:
            self._sent.popleft()
        if self.rate is not None and len(self._sent) >= self.rate:
            raise Refusal(429, "Too Many Requests: retry after 1", 1)
        self._sent.append(time.monotonic())
        await asyncio.sleep(self.latency)
        phone, kind, file_id = self._person(params), params["method"][4:].lower(), ""
        raw = {"message_id": next(self.ids), "from": _ME, "chat": phone.chat, **_markup(params)}
        if kind == "message":
            raw |= {"text": _text(params)}
        else:
            file_id = params.get(kind, "").removeprefix("attach://")
            file_id = params.get(file_id, file_id)
            raw |= file_part(kind, file_id)
            raw |= {"caption": _text(params, "caption", 1024)} if params.get("caption") else {}
        raw["date"] = int(time.time())
        phone.show(raw, params["method"], self._files.get(file_id, b""))
        return raw | self.receipt

    _on_sendmessage = _on_sendphoto = _on_sendvoice = _on_sendaudio = _on_senddocument = _send

    async def _edit(self, params: Json) -> Json:
        phone = self._person(params)
        old = phone.screen.get(int(params.get("message_id", 0)))
        if old is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        raw = {key: part for key, part in old.raw.items() if key != "reply_markup"}
        raw |= _markup(params)
        raw |= {"text": _text(params)} if params["method"] == "editMessageText" else {}
        if raw == old.raw:
            raise Refusal(400, "Bad Request: message is not modified")
        phone.show(raw, params["method"], old.file)
        return raw | {"edit_date": int(time.time())}

    _on_editmessagetext = _on_editmessagereplymarkup = _edit

    async def _on_answercallbackquery(self, params: Json) -> bool:
        if params.get("callback_query_id") not in self.queries:
            raise Refusal(400, "Bad Request: query is too old or query ID is invalid")
        answer = {"text": params.get("text", ""), "query_id": params["callback_query_id"]}
        answer["show_alert"] = params.get("show_alert") in {True, "true"}
        self.queries[answer["query_id"]].callback_answers.append(answer)
        return True

    async def _on_sendchataction(self, params: Json) -> bool:
        return bool(self._person(params))

    async def _on_getfile(self, params: Json) -> Json:
        if (file_id := params.get("file_id")) not in self._files:
            raise Refusal(400, "Bad Request: invalid file_id")
        return {"file_id": file_id, "file_unique_id": file_id, "file_path": f"files/{file_id}"}


def _text(params: Json, key: str = "text", most: int = 4096) -> str:
    text = str(params.get(key, "")).strip()
    if not 0 < len(text.encode("utf-16-le")) // 2 <= most:
        what = "message is too long" if text else "message text is empty"
        raise Refusal(400, f"Bad Request: {what}")
    return text


def _markup(params: Json) -> Json:
    rows = params.get("reply_markup", {}).get("inline_keyboard", [])
    for key in itertools.chain(*rows):
        if not 0 < len(key.get("callback_data", "-").encode()) <= 64:
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}

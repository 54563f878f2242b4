"""A small, faithful Zalo on 127.0.0.1: permission, tokens and OpenAPI of one Official Account.

async with ZaloOaApi(clock) as api:
    api.hook = "http://127.0.0.1:8080/zalo-oa"
    lan = api.phone("2512523625412515")
    await lan.says("/start")  # the bot under test calls api.url, and gets signed webhooks
    await lan.hears_of("Chào bác")
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import json
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from tests.fakes.zalo_oa_phone import OaPhone

Json = dict[str, Any]

APP_ID, APP_SECRET, OA_ID = "4412345678901234567", "app-secret-of-tests", "3312345678901234567"
SECRET_KEY = "oa-secret-key-of-tests"
REDIRECT = "https://hoi.example.vn/zalo-oa"
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_BUTTONS = {"oa.query.show", "oa.query.hide", "oa.open.url", "oa.open.phone", "oa.open.sms"}


class Refusal(Exception):  # noqa: N818 - the server's answer, not a fault in it
    """An answer that is no success: Zalo's code and what it says."""


@dataclass
class Token:
    """An access token, a refresh token or a code, and until when it is good."""

    until: datetime
    used: bool = False
    challenge: str = ""


@dataclass
class Sent:
    """One message that went out."""

    user: str
    message: Json
    free: bool
    at: datetime
    file: bytes = field(default=b"", repr=False)


class ZaloOaApi:
    """The server. `calls` counts every request, `refused` every error code it gave."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock, self.url, self.hook = clock, "", ""
        self.calls, self.refused = Counter[str](), Counter[int]()
        self.sent: list[Sent] = []
        # What it allows.
        self.lasts, self.open_for, self.free_for = 90_000, timedelta(days=7), timedelta(hours=48)
        self.free_replies, self.paid = 8, 100
        self.has_night, self.echoes, self.template_type = False, True, ""
        self.oauth_latency = self.latency = 0.0
        self.media_gone = False
        # How it delivers: again after `retry_pause` seconds, at most so often.
        self.retry_pause, self.patience, self.most_tries = 0.02, 2.0, 5
        self.statuses: list[int] = []
        self.ids = itertools.count(1)
        self.access, self.refresh = dict[str, Token](), dict[str, Token]()
        self.codes, self.kept = dict[str, Token](), dict[str, tuple[str, bytes, datetime]]()
        self.media = dict[str, bytes]()
        self._phones = dict[str, OaPhone]()
        self._couriers = set[asyncio.Task[None]]()
        self._troubles: defaultdict[str, deque[int | str]] = defaultdict(deque)
        self._held: list[Json] | None = None
        self._twice = False

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=20 << 20)
        for method, path, serve in (
            ("POST", "/v4/oa/access_token", self._on_token),
            ("GET", "/v4/oa/permission", self._on_permission),
            ("POST", "/v3.0/oa/message/cs", self._on_cs),
            ("POST", "/v2.0/oa/message", self._on_old_message),
            ("POST", "/v3.0/oa/quota/message", self._on_quota),
            ("GET", "/v2.0/oa/getoa", self._on_getoa),
            ("POST", "/v2.0/oa/upload/{kind}", self._on_upload),
        ):
            app.router.add_route(method, path, self._answering(serve))
        app.router.add_get("/media/{name}", self._on_media)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._client = ClientSession()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for courier in self._couriers:
            courier.cancel()
        await asyncio.gather(*self._couriers, return_exceptions=True)
        await self._client.close()
        await self._runner.cleanup()

    # --- what a test does

    def phone(self, user: str = "2512523625412515") -> OaPhone:
        """The phone of a person on Zalo."""
        return self._phones.setdefault(user, OaPhone(self, user))

    def first_refresh_token(self) -> str:
        """A refresh token as the console gives one."""
        return str(self._pair()["refresh_token"])

    def permits(self, url: str) -> str:
        """A human opens the permission page and agrees; the address they land on."""
        asked = {name: value[0] for name, value in parse_qs(urlsplit(url).query).items()}
        assert asked["app_id"] == APP_ID
        assert asked["redirect_uri"] == REDIRECT, "-14003: not the address of the console"
        code = f"code-{next(self.ids)}"
        until = self.clock() + timedelta(minutes=10)
        self.codes[code] = Token(until, challenge=asked["code_challenge"])
        return f"{REDIRECT}?code={code}&oa_id={OA_ID}&state={asked['state']}"

    def fail_next(self, path: str, code: int, times: int = 1) -> None:
        """Refuse the next calls of a path (its last part) with a code, under HTTP 200."""
        self._troubles[path].extend([code] * times)

    def drop_next(self, path: str, *, after: bool = False) -> None:
        """Hang up on the next call of a path, before or `after` carrying it out."""
        self._troubles[path].append("after" if after else "before")

    def page_next(self, path: str) -> None:
        """Let something between answer the next call with a page."""
        self._troubles[path].append("page")

    def duplicate_next(self) -> None:
        """Deliver the next webhook twice."""
        self._twice = True

    def hold_webhooks(self) -> None:
        """Keep what happens from here on, to be delivered later."""
        self._held = []

    def deliver_held(self, *, backwards: bool = False) -> None:
        """Deliver what was kept, perhaps the last first."""
        held, self._held = self._held or [], None
        for update in reversed(held) if backwards else held:
            self.post(update)

    def staff_says(self, user: str, text: str) -> None:
        """A human of the account writes to a person, in Zalo's own page."""
        self._tell_of_sent(user, "oa_send_text", {"text": text})

    async def settle(self) -> None:
        """Wait until every webhook was delivered, or given up."""
        while self._couriers:
            await asyncio.gather(*self._couriers)

    # --- webhooks

    def happens(self, event_name: str, at: datetime | None = None, **parts: Any) -> None:
        """Something happened: tell the program, signed."""
        stamp = str(int((at or self.clock()).timestamp() * 1000))
        update = {"app_id": APP_ID, "event_name": event_name, "timestamp": stamp, **parts}
        if self._held is not None:
            self._held.append(update)
            return
        self.post(update)

    def post(self, update: Json) -> None:
        """Deliver a webhook, twice if that was asked for."""
        for _ in range(2 if self._twice else 1):
            courier = asyncio.create_task(self._carry(update))
            self._couriers.add(courier)
            courier.add_done_callback(self._couriers.discard)
        self._twice = False

    def sign(self, body: bytes, timestamp: str) -> str:
        """What Zalo puts into the header of a webhook."""
        told = APP_ID.encode() + body + timestamp.encode() + SECRET_KEY.encode()
        return f"mac={hashlib.sha256(told).hexdigest()}"

    async def _carry(self, update: Json) -> None:
        body = json.dumps(update, ensure_ascii=False).encode()
        signed = {"X-ZEvent-Signature": self.sign(body, update["timestamp"])}
        for number in range(self.most_tries if self.hook else 0):
            headers = {"Content-Type": "application/json", "num_retry": str(number), **signed}
            with suppress(ClientError, TimeoutError):
                async with self._client.post(
                    self.hook,
                    data=body,
                    headers=headers,
                    timeout=ClientTimeout(total=self.patience),
                ) as got:
                    self.statuses.append(got.status)
                    if got.status == 200:
                        return
            await asyncio.sleep(self.retry_pause)

    def _tell_of_sent(self, user: str, event_name: str, message: Json) -> None:
        told = {"msg_id": f"oa{next(self.ids)}", **message}
        self.happens(event_name, sender={"id": OA_ID}, recipient={"id": user}, message=told)

    # --- answering

    def _answering(self, serve: Callable[[web.Request], Any]) -> Callable[[web.Request], Any]:
        async def answer(request: web.Request) -> web.StreamResponse:
            path = request.path.rpartition("/")[2]
            self.calls[path] += 1
            trouble = self._troubles[path].popleft() if self._troubles[path] else None
            if trouble == "before":
                return _hang_up(request)
            if trouble == "page":
                return web.Response(status=502, text="<p>Bad gateway</p>")
            try:
                _refuse(trouble)
                given = await serve(request)
            except Refusal as refusal:
                code, told = refusal.args
                self.refused[code] += 1
                names = ("error_name", "error_reason") if "oauth" in told else ("message",)
                given = {"error": code, **dict.fromkeys(names, told)}
            return _hang_up(request) if trouble == "after" else web.json_response(given)

        return answer

    # --- oauth

    def _pair(self) -> Json:
        number, now = next(self.ids), self.clock()
        access, refresh = f"access-{number}-of-tests", f"refresh-{number}-of-tests"
        self.access[access] = Token(now + timedelta(seconds=self.lasts))
        self.refresh[refresh] = Token(now + timedelta(days=90))
        expires = str(self.lasts)
        return {"access_token": access, "refresh_token": refresh, "expires_in": expires}

    async def _on_permission(self, request: web.Request) -> Json:
        return {"error": 0, "url": self.permits(str(request.url))}

    async def _on_token(self, request: web.Request) -> Json:
        form = await request.post()
        await asyncio.sleep(self.oauth_latency)
        if request.headers.get("secret_key") != APP_SECRET or form.get("app_id") != APP_ID:
            raise Refusal(-14004, "oauth: invalid secret key")
        if form.get("grant_type") == "refresh_token":
            told = self.refresh.get(str(form.get("refresh_token")))
        elif form.get("grant_type") == "authorization_code":
            told = self.codes.get(str(form.get("code")))
            digest = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if told is None or told.challenge != challenge:
                raise Refusal(-14012, "oauth: invalid code or code verifier")
        else:
            raise Refusal(-14002, "oauth: invalid grant type")
        if told is None or told.used or told.until <= self.clock():
            raise Refusal(-14014, "oauth: invalid refresh token")
        told.used = True
        return self._pair()

    # --- openapi

    def _check(self, request: web.Request) -> None:
        told = self.access.get(request.headers.get("access_token", ""))
        if told is None:
            raise Refusal(-216, "Access token is invalid")
        if told.until <= self.clock():
            raise Refusal(-220, "Access token has expired")

    async def _on_getoa(self, request: web.Request) -> Json:
        self._check(request)
        about = {"oa_id": OA_ID, "name": "Hội Người cao tuổi", "is_verified": True}
        return _good({**about, "package_name": "Nâng cao"})

    async def _on_quota(self, request: web.Request) -> Json:
        self._check(request)
        asked = await request.json()
        if user := asked.get("user_id"):
            phone = self.phone(user)
            left = {"remain": phone.free_left, "total": self.free_replies}
            return _good({"last_interaction": str(phone.interacted_at), "cs_reply": left})
        about = {"asset_id": "a1", "product_type": "cs", "quota_type": "sub_quota"}
        return _good([{**about, "valid_through": "31/12/2026", "total": 2000, "remain": self.paid}])

    async def _on_old_message(self, request: web.Request) -> Json:
        self._check(request)
        raise Refusal(-240, "API v2 has been shut down")

    async def _on_upload(self, request: web.Request) -> Json:
        kind = request.match_info["kind"]
        self._check(request)
        part = (await request.post()).get("file")
        if not isinstance(part, web.FileField):
            raise Refusal(-201, "file is missing")
        content, ending = part.file.read(), part.filename.rpartition(".")[2].lower()
        most = 1 << 20 if kind == "image" else 5 << 20
        if ending == part.filename.lower():
            return _good({})  # a name without an ending: success, and nothing kept
        if len(content) > most:
            raise Refusal(-210, "file is too large")
        allowed = {"image": {"jpg", "jpeg", "png"}, "gif": {"gif"}, "file": {"pdf", "doc", "docx"}}
        if ending not in allowed[kind]:
            raise Refusal(-201, f"{ending} is not supported")
        named = f"{kind}-{next(self.ids)}"
        self.kept[named] = (kind, content, self.clock() + timedelta(days=7))
        return _good({"token" if kind == "file" else "attachment_id": named})

    async def _on_cs(self, request: web.Request) -> Json:
        await asyncio.sleep(self.latency)
        self._check(request)
        asked = await request.json()
        user, message = asked["recipient"].get("user_id", ""), asked["message"]
        phone = self._phones.get(user)
        if phone is None:
            raise Refusal(-201, "user_id is invalid")
        file = self._look_at(message)
        if phone.left:
            raise Refusal(-213, "User has not followed OA")
        hour = self.clock().astimezone(_ZONE).hour
        if self.has_night and (hour >= 22 or hour < 6):
            raise Refusal(-234, "Cannot send at night")
        now, since = self.clock(), phone.interacted_at
        if since is None or now - since >= self.open_for:
            raise Refusal(-230, "User has not interacted with the OA in the past 7 days")
        free = now - since < self.free_for and phone.free_left > 0
        if not free and not self.paid:
            raise Refusal(-211, "Out of quota")
        phone.free_left -= free
        self.paid -= not free
        self.sent.append(Sent(user, message, free, now, file))
        phone.show(message, file)
        msg_id = f"oa{next(self.ids)}"
        if self.echoes:
            kind = "file" if message.get("attachment", {}).get("type") == "file" else "image"
            name = f"oa_send_{kind}" if file and "text" not in message else "oa_send_text"
            self._tell_of_sent(
                user, name, {key: message[key] for key in ("text",) if key in message}
            )
        return _good({"message_id": msg_id, "user_id": user})

    def _look_at(self, message: Json) -> bytes:
        """Refuse what Zalo refuses in a message; the bytes it carries."""
        text, attachment = message.get("text"), message.get("attachment")
        if (text is not None and not text) or not (text or attachment):
            raise Refusal(-201, "text is empty")
        if text and len(text) > 2000:
            raise Refusal(-210, "text is longer than 2000")
        if attachment is None:
            return b""
        payload = attachment["payload"]
        if attachment["type"] == "file":
            return self._file(payload["token"])
        if payload.get("template_type") == "media":
            [element] = payload["elements"]
            return self._file(element["attachment_id"])
        if payload.get("template_type", "") != self.template_type:
            raise Refusal(-201, "template_type is invalid")
        buttons = payload["buttons"]
        for one in buttons:
            told = one["payload"] if isinstance(one["payload"], str) else json.dumps(one["payload"])
            fits = 0 < len(one["title"]) <= 100 and len(told) <= 1000
            if not fits or one["type"] not in _BUTTONS:
                raise Refusal(-201, "a button is invalid")
        if not 0 < len(buttons) <= 5 or not text:
            raise Refusal(-201, "buttons are invalid")
        return b""

    def _file(self, named: str) -> bytes:
        _, content, until = self.kept.get(named, ("", b"", self.clock()))
        if until <= self.clock():
            raise Refusal(-100, "attachment_id has expired")
        return content

    async def _on_media(self, request: web.Request) -> web.Response:
        found = self.media.get(request.match_info["name"])
        if found is None or self.media_gone:
            raise web.HTTPNotFound
        return web.Response(body=found)


def _good(data: Any) -> Json:
    return {"error": 0, "message": "Success", "data": data}


def _refuse(trouble: int | str | None) -> None:
    if isinstance(trouble, int):
        raise Refusal(trouble, "as the test wanted")


def _hang_up(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()

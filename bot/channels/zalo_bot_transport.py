"""The Zalo Bot API: its eleven methods over the HTTP client that the rest of the program uses."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import aiohttp

#: What the platform answers to a long poll when nothing came.
IDLE = HTTPStatus.REQUEST_TIMEOUT
#: Seconds to wait for an answer.
PATIENCE = 15.0
#: How many seconds longer a call with a picture or a voice may take: Zalo fetches it meanwhile.
FETCHES = 60.0
_CHUNK = 64 * 1024

Json = dict[str, Any]


class ZaloBotError(Exception):
    """A call came to nothing. `code` is what the platform said, None when it said nothing."""

    def __init__(self, code: int | None, description: str) -> None:
        super().__init__(f"{code}: {description}" if code else description)
        self.code, self.description = code, description


class ZaloBotApi:
    """A thin client. Every method raises ZaloBotError; no error holds the token."""

    def __init__(self, token: str, api_url: str, patience: float = PATIENCE) -> None:
        self._token, self._patience = token, patience
        self._base = f"{api_url.rstrip('/')}/bot{quote(token, safe=':')}"
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def get_me(self) -> Json:
        """Who the bot is: `id`, `account_name`, `account_type`."""
        return await self._object("getMe")

    async def get_updates(self, seconds: int) -> list[Json]:
        """What came, waiting so long for it; nothing when nothing came."""
        try:
            got = await self._call("getUpdates", {"timeout": seconds}, more=seconds)
        except ZaloBotError as error:
            if error.code != IDLE:
                raise
            return []
        # The platform gives one object at a time; a list would mean the same.
        return [one for one in (got if isinstance(got, list) else [got]) if isinstance(one, dict)]

    async def set_webhook(self, url: str, secret: str) -> Json:
        """Let messages be posted to a URL; what the platform's own try of it gave."""
        set_ = await self._object("setWebhook", {"url": url, "secret_token": secret})
        tried = set_.get("verification")
        return tried if isinstance(tried, dict) else {"ok": True}

    async def test_webhook(self) -> Json:
        """Let the platform try the webhook: `ok`, `outcome`, `hint`. A few times a day at most."""
        return await self._object("testWebhook")

    async def get_webhook_info(self) -> str:
        """The URL of the webhook; empty when none is set."""
        try:
            return str((await self._object("getWebhookInfo")).get("url") or "")
        except ZaloBotError as error:
            if error.code != HTTPStatus.NOT_FOUND:
                raise
            return ""

    async def delete_webhook(self) -> None:
        """Let messages be polled for."""
        await self._call("deleteWebhook")

    async def send_message(self, chat: str, text: str, styles: list[Json] | None = None) -> None:
        """Send a text; `styles` say how its letters look, offsets counted in UTF-16 units."""
        looks = {"text_styles": styles} if styles else {}
        await self._call("sendMessage", {"chat_id": chat, "text": text, **looks})

    async def send_photo(self, chat: str, url: str, caption: str = "") -> None:
        """Send the picture at a URL, which Zalo fetches, more than once and also later."""
        words = {"caption": caption} if caption else {}
        await self._call("sendPhoto", {"chat_id": chat, "photo": url, **words}, more=FETCHES)

    async def send_voice(self, chat: str, url: str) -> None:
        """Send the voice at a URL that ends in .aac, to a private chat."""
        await self._call("sendVoice", {"chat_id": chat, "voice_url": url}, more=FETCHES)

    async def send_sticker(self, chat: str, sticker: str) -> None:
        """Send a sticker of https://stickers.zaloapp.com by its id."""
        await self._call("sendSticker", {"chat_id": chat, "sticker": sticker})

    async def send_chat_action(self, chat: str, action: str = "typing") -> None:
        """Show that an answer is being written."""
        await self._call("sendChatAction", {"chat_id": chat, "action": action})

    async def download(self, url: str, most: int) -> bytes:
        """The file at a URL outside the API: ZaloBotError when it is gone, elsewhere, or larger."""
        limit = aiohttp.ClientTimeout(total=self._patience)
        try:
            async with self._open().get(url, timeout=limit, allow_redirects=False) as response:
                if response.status != HTTPStatus.OK:
                    raise ZaloBotError(response.status, "no file")
                got = b""
                async for part in response.content.iter_chunked(_CHUNK):
                    got += part
                    if len(got) > most:
                        raise ZaloBotError(None, f"a file of more than {most} bytes")
                return got
        except TimeoutError:
            raise ZaloBotError(None, "no file in time") from None
        except (aiohttp.ClientError, ValueError) as error:
            raise ZaloBotError(None, type(error).__name__) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def _object(self, method: str, params: Json | None = None) -> Json:
        got = await self._call(method, params)
        return got if isinstance(got, dict) else {}

    async def _call(self, method: str, params: Json | None = None, *, more: float = 0) -> Any:
        limit = aiohttp.ClientTimeout(total=self._patience + more)
        try:
            async with self._open().post(
                f"{self._base}/{method}",
                data=json.dumps(params or {}, ensure_ascii=False).encode(),
                headers={"Content-Type": "application/json"},
                timeout=limit,
                allow_redirects=False,
            ) as response:
                status, body = response.status, await response.read()
        except TimeoutError:
            raise ZaloBotError(None, "no answer in time") from None
        except (aiohttp.ClientError, ValueError) as error:
            # The class alone: the text of some errors holds the URL, and the URL holds the token.
            raise ZaloBotError(None, type(error).__name__) from None
        return self._result(status, body)

    def _result(self, status: int, body: bytes) -> Any:
        """What a call gave. HTTP 200 is no success by itself."""
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
            # A proxy's page, which may quote the URL.
            raise ZaloBotError(None, f"HTTP {status}, not from the Bot API")
        if answer["ok"] and status // 100 == 2:
            return answer.get("result")
        code = answer.get("error_code", answer.get("errorCode", status))
        told = str(answer.get("description", "no reason given")).replace(self._token, "***")
        raise ZaloBotError(code if isinstance(code, int) else status, told)

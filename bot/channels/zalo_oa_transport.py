"""The OpenAPI of Zalo Official Accounts over the HTTP client the rest of the program uses.

https://developers.zalo.me/docs/official-account
"""

from __future__ import annotations

import json
from http import HTTPStatus
from io import BytesIO
from typing import Any

import aiohttp

_CHUNK = 64 * 1024
_BYTES = "application/octet-stream"

Json = dict[str, Any]


class ZaloOaError(Exception):
    """A call came to nothing. `code` is Zalo's own, None when Zalo itself said nothing."""

    def __init__(self, code: int | None, description: str) -> None:
        super().__init__(description if code is None else f"{code}: {description}")
        self.code = code


class ZaloOaApi:
    """A thin client. Every method raises ZaloOaError; no error holds a secret."""

    def __init__(
        self, app_id: str, app_secret: str, api_url: str, oauth_url: str, patience: float
    ) -> None:
        self.app_id, self._app_secret = app_id, app_secret
        self._api, self.oauth_url = api_url.rstrip("/"), oauth_url.rstrip("/")
        self._patience = aiohttp.ClientTimeout(total=patience)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    # --- tokens: what is bought has `access_token`, `refresh_token` and `expires_in` seconds

    async def buy(self, refresh_token: str) -> Json:
        """Buy a pair of tokens with a refresh token, which is good for this one call."""
        return await self._token({"grant_type": "refresh_token", "refresh_token": refresh_token})

    async def exchange(self, code: str, verifier: str) -> Json:
        """Buy the first pair with the code that a human's permission gave."""
        grant = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        return await self._token(grant)

    async def _token(self, grant: Json) -> Json:
        answer = await self._post(
            f"{self.oauth_url}/v4/oa/access_token",
            {"secret_key": self._app_secret},
            data={"app_id": self.app_id, **grant},
        )
        if not answer.get("access_token") or not answer.get("refresh_token"):
            raise ZaloOaError(_code(answer) or 0, _told(answer, "error_name", "error_reason"))
        return answer

    # --- the account

    async def account(self, access: str) -> Json:
        """What the account is: `name`, `is_verified`, `package_name` where Zalo tells."""
        return self._data(await self._get(f"{self._api}/v2.0/oa/getoa", access))

    async def quota(self, access: str) -> list[Json]:
        """What is left of messages: for each kind `product_type`, `quota_type`, `remain`."""
        path, asked = "/v3.0/oa/quota/message", {"quota_owner": "OA", "product_type": "cs"}
        answer = await self._post(f"{self._api}{path}", {"access_token": access}, json_=asked)
        left = answer.get("data")
        self._data(answer)
        return [one for one in left if isinstance(one, dict)] if isinstance(left, list) else []

    async def send(self, access: str, user: str, message: Json) -> None:
        """Send a consultation message."""
        answer = await self._post(
            f"{self._api}/v3.0/oa/message/cs",
            {"access_token": access},
            json_={"recipient": {"user_id": user}, "message": message},
        )
        self._data(answer)

    async def upload(self, access: str, kind: str, name: str, content: bytes) -> str:
        """Upload an `image` or a `file`; what names it in a message. The name needs its ending."""
        form = aiohttp.FormData()
        form.add_field("file", BytesIO(content), filename=name, content_type=_BYTES)
        # Uploads have stayed at 2.0: there is no 3.0 of them.
        url = f"{self._api}/v2.0/oa/upload/{kind}"
        data = self._data(await self._post(url, {"access_token": access}, data=form))
        named = data.get("attachment_id") or data.get("token")
        if not isinstance(named, str):
            raise ZaloOaError(0, f"an upload of a {kind} that Zalo did not keep")
        return named

    # --- media

    async def download(self, url: str, most: int) -> bytes:
        """The file at a URL outside the API; it is gone, elsewhere or larger: ZaloOaError."""
        try:
            async with self._open().get(
                url, timeout=self._patience, allow_redirects=False
            ) as response:
                if response.status != HTTPStatus.OK:
                    raise ZaloOaError(None, f"HTTP {response.status} for a file")
                got = b""
                async for part in response.content.iter_chunked(_CHUNK):
                    got += part
                    if len(got) > most:
                        raise ZaloOaError(None, f"a file of more than {most} bytes")
                return got
        except TimeoutError:
            raise ZaloOaError(None, "no file in time") from None
        except (aiohttp.ClientError, ValueError) as error:
            raise ZaloOaError(None, type(error).__name__) from None

    # --- calls

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def _get(self, url: str, access: str) -> Json:
        return await self._call("GET", url, {"access_token": access}, None)

    async def _post(
        self, url: str, headers: dict[str, str], *, json_: Json | None = None, data: Any = None
    ) -> Json:
        if json_ is not None:
            headers = {**headers, "Content-Type": "application/json"}
            data = json.dumps(json_, ensure_ascii=False).encode()
        return await self._call("POST", url, headers, data)

    async def _call(self, method: str, url: str, headers: dict[str, str], data: Any) -> Json:
        try:
            async with self._open().request(
                method,
                url,
                headers=headers,
                data=data,
                timeout=self._patience,
                allow_redirects=False,
            ) as response:
                status, body = response.status, await response.read()
        except TimeoutError:
            raise ZaloOaError(None, "no answer in time") from None
        except (aiohttp.ClientError, ValueError) as error:
            raise ZaloOaError(None, type(error).__name__) from None
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise ZaloOaError(None, f"HTTP {status}, not from Zalo")
        return answer

    def _data(self, answer: Json) -> Json:
        """What a call gave. Zalo says HTTP 200 to everything: only `error` tells."""
        code = _code(answer)
        if code is None:
            raise ZaloOaError(None, "an answer that is none")
        if code:
            raise ZaloOaError(code, _told(answer, "message"))
        data = answer.get("data")
        return data if isinstance(data, dict) else {}


def _code(answer: Json) -> int | None:
    """The error code in an answer; some come as text."""
    try:
        return int(answer["error"])
    except (LookupError, TypeError, ValueError):
        return None


def _told(answer: Json, *names: str) -> str:
    return ", ".join(str(answer[name])[:200] for name in names if answer.get(name)) or "no reason"

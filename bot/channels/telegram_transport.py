"""python-telegram-bot's requests over the HTTP client that the rest of the program uses."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Plain:
    """The parameters of a call as plain values; what of RequestData a transport looks at."""

    parameters: dict[str, Any]
    #: Files by field: their name, their bytes, their type.
    multipart_data: dict[str, tuple[str, bytes, str]] = field(default_factory=dict)

    @property
    def contains_files(self) -> bool:
        return bool(self.multipart_data)

    @property
    def json_parameters(self) -> dict[str, str]:
        return {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in self.parameters.items()
        }


class AiohttpRequest(BaseRequest):
    """One connection pool to the Bot API."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer unless a call says otherwise."""
        return self._timeout

    async def initialize(self) -> None:
        """Do nothing: the first request opens the connection pool."""

    async def shutdown(self) -> None:
        """Close the connection pool for good: a request that comes later is refused."""
        if self._session is not None:
            await self._session.close()

    async def call(
        self,
        url: str,
        parameters: dict[str, Any],
        files: dict[str, tuple[str, bytes, str]] | None = None,
    ) -> Any:
        """Call one method of the API with plain values and files; its plain result.

        Raises what the library raises. Its objects are for reading: to build a message's buttons
        of them and to read the receipt back into them costs more than all else in a send.
        """
        plain = _Plain(parameters, files or {})
        return await self.post(url, request_data=cast("RequestData", plain))

    async def download(self, url: str, most: int) -> bytes:
        """The file at a URL; NetworkError when it cannot be had or has more than `most` bytes."""
        try:
            async with self._open().get(
                url, timeout=aiohttp.ClientTimeout(total=self._timeout)
            ) as response:
                if response.status != HTTPStatus.OK:
                    raise NetworkError(f"HTTP {response.status} for a file")
                got = b""
                async for part in response.content.iter_chunked(_CHUNK):
                    got += part
                    if len(got) > most:
                        raise NetworkError(f"a file of more than {most} bytes")
                return got
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=256), cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def do_request(  # noqa: D102 - documented by BaseRequest
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the total covers it
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        total = read_timeout if isinstance(read_timeout, int | float) else self._timeout
        try:
            async with self._open().request(
                method, url, data=_body(request_data), timeout=aiohttp.ClientTimeout(total=total)
            ) as response:
                if method == "POST" and response.content_type != "application/json":
                    # A proxy's page, which may quote the URL, and the URL holds the token.
                    raise NetworkError(f"HTTP {response.status}, not from the Bot API")
                return response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            # The class alone: the text of some errors holds the URL, and the URL holds the token.
            raise NetworkError(type(error).__name__) from None


def _body(data: RequestData | None) -> aiohttp.FormData | aiohttp.BytesPayload | None:
    if data is None:
        return None
    if not data.contains_files:
        # JSON, which the Bot API takes as well as a form, and which Vietnamese letters leave short.
        text = json.dumps(data.parameters, ensure_ascii=False)
        return aiohttp.BytesPayload(text.encode(), content_type="application/json")
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, mime) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form

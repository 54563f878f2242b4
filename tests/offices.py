"""An office at its computer: the boards over real HTTP, beside a village that talks."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html import unescape
from urllib.parse import urlsplit

import aiohttp
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.web.boards import Boards
from bot.web.server import make_app
from tests.patience import PATIENCE
from tests.talking import Phone, Village


class Office:
    """A browser."""

    def __init__(self, browser: ClientSession) -> None:
        self.browser = browser
        self.status, self.html = 0, ""
        self.headers: dict[str, str] = {}

    async def opens(self, path: str) -> str:
        """Go to an address; what the page says."""
        async with self.browser.get(path) as answer:
            return await self._read(answer)

    async def sends(self, path: str, **told: str) -> str:
        """Send a form of the page that is open, with the token that stands in it."""
        return await self._posts(path, aiohttp.FormData(self._with_token(told)))

    async def uploads(self, path: str, file: tuple[str, bytes], **told: str) -> str:
        """Send a form with a file, whose name goes out as browsers write it."""
        name, content = file
        form = aiohttp.FormData(self._with_token(told), quote_fields=False)
        form.add_field("tep", io.BytesIO(content), filename=name)
        return await self._posts(path, form)

    def _with_token(self, told: Mapping[str, str]) -> dict[str, str]:
        token = re.search(r'name="csrf" value="(\w+)"', self.html)
        return {**({"csrf": token[1]} if token else {}), **told}

    async def _posts(self, path: str, form: aiohttp.FormData) -> str:
        async with self.browser.post(path, data=form) as answer:
            return await self._read(answer)

    async def _read(self, answer: aiohttp.ClientResponse) -> str:
        self.status, self.headers = answer.status, dict(answer.headers)
        self.html = await answer.text()
        return self.text

    @property
    def text(self) -> str:
        """The words of the page that is open."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    def links(self, part: str = "") -> list[str]:
        """The addresses on the page that is open, those with a part."""
        found = [unescape(one) for one in re.findall(r'href="([^"]*)"', self.html)]
        return [one for one in found if part in one]

    async def enters(self, phone: Phone) -> None:
        """Ask for a link in the chat, open it and press the button."""
        path = await link(phone)
        await self.opens(path)
        await self.sends(path)


async def link(phone: Phone) -> str:
    """Ask for a link in the chat; its path."""
    await phone.says("trang số liệu")
    found = re.search(r"http\S+/trang/vao/\S+", phone.text)
    assert found, phone.text
    return urlsplit(found[0]).path


@asynccontextmanager
async def building(village: Village, patience: float = PATIENCE) -> AsyncIterator[str]:
    """The address of a web server with the boards of a village; files are waited for so long."""

    async def no_problems() -> list[str]:
        return []

    boards = Boards(village.store, village.core.library, village.clock, patience)
    async with TestServer(make_app(boards.routes(), no_problems)) as server:
        try:
            yield str(server.make_url("/")).rstrip("/")
        finally:
            await boards.stop()


@asynccontextmanager
async def office(url: str) -> AsyncIterator[Office]:
    """A browser of its own."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with ClientSession(url, cookie_jar=jar) as browser:
        yield Office(browser)

"""Villages whose people talk over a real channel, to a faithful server of its platform.

What a phone heard is told as replies again, without what the channel shows in another way.
"""

from __future__ import annotations

import asyncio
import json
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256

from aiohttp import ClientSession, CookieJar, web

from bot import app
from bot.channels import wiring
from bot.channels.base import Channel
from bot.channels.pace import Pace
from bot.channels.telegram import TelegramChannel
from bot.channels.web import COOKIE, WebChannel
from bot.channels.zalo_oa_updates import TAP
from bot.documents import documents_from
from bot.pictures import develop_from
from bot.settings import Settings
from content.loader import Content
from handlers.talk.messages import Choice, Event, Reply
from storage.database import Store
from tests.fakes.telegram_api import TelegramApi
from tests.fakes.zalo_bot_api import ZaloBotApi
from tests.fakes.zalo_oa_api import APP_ID, APP_SECRET, SECRET_KEY, ZaloOaApi
from tests.talking import Village

SECRET = "a-secret-of-the-webhook"
PUBLIC = "https://bot.example.vn"
_CHOICE = re.compile(r"(\d+)\. (.*)")


class OnChannel(Village, ABC):
    """A village on a channel. `carry` says something over it, `listen` tells what a phone heard."""

    port = 0

    async def deliver(self, event: Event) -> None:
        """Say it over the channel and wait until its answers have gone out."""
        self.channel.heard[event.address] += ()
        await self.carry(event)
        await self.core.sender.settle()
        await self._hear()

    async def goes_out(self) -> None:
        """What waits to be sent from our side goes out."""
        await super().goes_out()
        await self._hear()

    @abstractmethod
    async def carry(self, event: Event) -> None:
        """Say something from a phone; returns when the bot has kept it."""

    @abstractmethod
    async def listen(self, address: str) -> list[Reply]:
        """Everything a phone has heard."""

    def without_address(self, text: str) -> str:
        """A text without the address of a file below it."""
        file = re.escape(self.content.phrases["zalo.file"])
        return re.sub(rf"\n{file}\n{PUBLIC}/media/\S+", "", text)

    async def inbox_is_empty(self) -> None:
        """Wait until everything that a platform delivered is handled."""
        while True:
            async with self.store.read() as tx:
                if not await tx.fetch("SELECT id FROM inbox"):
                    return
            await asyncio.sleep(0.002)

    async def _hear(self) -> None:
        for address in self.channel.heard:
            self.channel.heard[address] = await self.listen(address)

    @asynccontextmanager
    async def served(self, channel: Channel) -> AsyncIterator[None]:
        """Put the village on a channel, and the channel on a web server."""
        channel.pace = Pace(1000)  # nobody waits here for what test_pace shows
        self.core = app.make_core(
            self.store, self.core.library, {channel.name: channel}, Settings(), self.clock, (0.01,)
        )
        server = web.Application()
        server.add_routes(channel.routes())
        runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        self.port = runner.addresses[0][1]
        try:
            await channel.start(self._handle)
            yield
        finally:
            await channel.stop()
            await runner.cleanup()
            await channel.close()

    async def _handle(self, event: Event) -> None:
        """Handle what came, by the clock of the village."""
        now = self.clock()
        await self.core.dispatcher.handle(replace(event, at=now, said_at=now))


class OnZaloBot(OnChannel):
    """On the Zalo Bot Platform, by webhook."""

    api: ZaloBotApi

    async def carry(self, event: Event) -> None:
        """Type words, or the digit of a numbered line; or send a photo or a voice."""
        phone = self.api.phone(event.address)
        if event.photo:
            phone.sends_photo(event.text, event.photo)
        elif event.enclosed:
            phone.sends_voice()  # as Zalo records them, whatever the event holds
        else:
            phone.says(event.tap or event.text)
        await self.api.arrived()
        await self.inbox_is_empty()

    async def listen(self, address: str) -> list[Reply]:
        """Texts, their numbered lines read as choices; a voice before its words is none."""
        how = self.content.phrases["zalo.how_to_choose"]
        heard: list[Reply] = []
        for message in filter(lambda one: one.text, self.api.phone(address).heard):
            text = self.without_address(message.text)
            heard.append(_numbered(text.removesuffix(f"\n{how}"), asks=text.endswith(how)))
        return heard


def _numbered(text: str, *, asks: bool = False) -> Reply:
    """A text, its last lines read as choices if it `asks`, or ends with the way back."""
    lines, found = text.splitlines(), list[Choice]()
    asks = asks or lines[-1].startswith("0. ")
    while asks and (line := _CHOICE.fullmatch(lines[-1])):
        lines.pop()
        found.insert(0, Choice(digit=line[1], label=line[2], payload=line[1]))
    return Reply(text="\n".join(lines), choices=tuple(found))


@asynccontextmanager
async def on_zalo_bot(store: Store, content: Content) -> AsyncIterator[Village]:
    """A village on the Zalo Bot Platform."""
    async with ZaloBotApi() as api:
        village = OnZaloBot(store, content)
        village.api = api
        settings = Settings(
            bot_secret="what seals addresses",
            bot_public_url=PUBLIC,
            zalo_bot_token=api.token,
            zalo_bot_api_url=api.url,
            zalo_bot_mode="webhook",
            zalo_bot_secret=SECRET,
            zalo_bot_messages=0,
            zalo_bot_people=0,
            zalo_bot_media_hosts="127.0.0.1",
        )
        channel = wiring.zalo_bot(settings, store, content, village.clock)
        async with village.served(channel):
            api.names[PUBLIC] = f"http://127.0.0.1:{village.port}"
            while channel.problem:
                await asyncio.sleep(0.01)
            yield village


class OnZaloOa(OnChannel):
    """On a Zalo Official Account, with what it allows set aside: test_zalo_oa_windows shows it."""

    api: ZaloOaApi

    async def carry(self, event: Event) -> None:
        """Type words or the digit of a numbered line, press a button, or send a photo."""
        phone, tap = self.api.phone(event.address), event.tap or ""
        if event.photo:
            await phone.sends_image(event.photo, event.text)
        else:
            await phone.says(f"{TAP}{tap}" if tap and not tap.isdigit() else tap or event.text)
        await self.api.settle()
        await self.inbox_is_empty()

    async def listen(self, address: str) -> list[Reply]:
        """Texts with their buttons, without what they cost; a picture before its words is none."""
        heard: list[Reply] = []
        for one in self.api.phone(address).heard:
            buttons = [(title, sent.removeprefix(TAP)) for title, sent in one.buttons]
            if text := re.sub(r"\nZalo OA: .*", "", self.without_address(one.text)):
                asked = Reply(text=text, choices=tuple(_choices(buttons)))
                how = self.content.phrases["zalo.how_to_choose"]
                numbered = _numbered(text.removesuffix(f"\n{how}"), asks=text.endswith(how))
                heard.append(asked if buttons else numbered)
        return heard


@asynccontextmanager
async def on_zalo_oa(store: Store, content: Content) -> AsyncIterator[Village]:
    """A village on a Zalo Official Account."""
    village = OnZaloOa(store, content)
    async with ZaloOaApi(village.clock) as api:
        village.api = api
        api.open_for, api.paid = timedelta(days=9999), 9999
        settings = Settings(
            bot_secret="what seals addresses",
            bot_public_url=PUBLIC,
            zalo_oa_app_id=APP_ID,
            zalo_oa_app_secret=APP_SECRET,
            zalo_oa_secret_key=SECRET_KEY,
            zalo_oa_refresh_token=api.first_refresh_token(),
            zalo_oa_api_url=api.url,
            zalo_oa_oauth_url=api.url,
            zalo_oa_media_hosts="127.0.0.1",
            zalo_oa_open_days=9999,
            zalo_oa_pays=True,
        )
        channel = wiring.zalo_oa(settings, store, content, village.clock)
        async with village.served(channel):
            api.hook = f"http://127.0.0.1:{village.port}/zalo-oa"
            yield village
            await api.settle()


class OnTelegram(OnChannel):
    """On Telegram, by polling."""

    api: TelegramApi

    async def carry(self, event: Event) -> None:
        """Type words, press a button, or send a photo or a file."""
        phone, file = self.api.phone(telegram_number(event.address)), event.enclosed
        if event.tap is not None:
            await phone.taps_data(event.tap)
        elif event.photo:
            await phone.sends_photo(event.text or None, event.photo)
        elif file:
            await phone.sends_document(file.name, file.size, file.content or b"")
        else:
            await phone.says(event.text)
        while self.api.pending:
            await asyncio.sleep(0.002)

    async def listen(self, address: str) -> list[Reply]:
        """Texts with their buttons."""
        heard = self.api.phone(telegram_number(address)).heard
        return [Reply(text=one.text, choices=tuple(_choices(one.buttons))) for one in heard]


def telegram_number(address: str) -> int:
    return int.from_bytes(address.encode()) % 10**9


def _choices(buttons: Iterable[tuple[str, str]]) -> Iterable[Choice]:
    for label, payload in buttons:
        if found := _CHOICE.fullmatch(label):
            yield Choice(digit=found[1], label=found[2], payload=payload)


@asynccontextmanager
async def on_telegram(store: Store, content: Content) -> AsyncIterator[Village]:
    """A village on Telegram."""
    async with TelegramApi() as api:
        village = OnTelegram(store, content)
        village.api = api
        write = documents_from(store, content, village.clock)
        async with village.served(TelegramChannel(api.token, api.url, write=write, poll=1)):
            yield village


class OnWeb(OnChannel):
    """On the web page: what it posts, and what its stream brings."""

    def __init__(self, store: Store, content: Content) -> None:
        super().__init__(store, content)
        self.clients = AsyncExitStack()
        self._pages: dict[str, Page] = {}

    async def carry(self, event: Event) -> None:
        """Post words, a press of a button, or a photo."""
        page = await self._page(event.address)
        if event.photo:
            assert not event.text, "the page sends no words with a photo"
            headers = {"Content-Type": "image/jpeg"}
            url = f"{page.url}/chat/photos?id={event.id}"
            posted = page.client.post(url, data=event.photo, headers=headers)
        else:
            said = {"id": event.id, "text": event.text, "tap": event.tap}
            posted = page.client.post(f"{page.url}/chat/events", json=said)
        async with posted as got:
            assert got.status == 204

    async def listen(self, address: str) -> list[Reply]:
        """What the stream has brought, once it has brought everything."""
        page = await self._page(address)
        async with self.store.read() as tx:
            kept = await tx.fetch_one(
                "SELECT MAX(id) AS id FROM outbox"
                " WHERE address = $1 AND body <> '' AND state = 'sent'",
                page.address,
            )
        async with asyncio.timeout(5):
            while kept and page.seen < (kept["id"] or 0):
                await asyncio.sleep(0.002)
        return page.heard

    async def _page(self, address: str) -> Page:
        if address not in self._pages:
            client = ClientSession(cookie_jar=CookieJar(unsafe=True))
            await self.clients.enter_async_context(client)
            page = self._pages[address] = Page(client, f"http://127.0.0.1:{self.port}")
            async with client.get(page.url) as got:
                page.address = sha256(got.cookies[COOKIE].value.encode()).hexdigest()[:32]
            reading = asyncio.create_task(page.reads())
            self.clients.callback(reading.cancel)
        return self._pages[address]


@dataclass
class Page:
    """One open page: its line to the server, its address there, and what it has shown."""

    client: ClientSession
    url: str
    address: str = ""
    seen: int = 0
    heard: list[Reply] = field(default_factory=list)

    async def reads(self) -> None:
        """Read the stream until it ends."""
        async with self.client.get(f"{self.url}/chat/stream") as stream:
            async for line in stream.content:
                if line.startswith(b"data: "):
                    said = json.loads(line.removeprefix(b"data: "))
                    choices = tuple(Choice(**choice) for choice in said.get("choices", ()))
                    self.heard.append(Reply(text=said["text"], choices=choices))
                    self.seen = said["id"]


@asynccontextmanager
async def on_web(store: Store, content: Content) -> AsyncIterator[Village]:
    """A village on the web page."""
    village = OnWeb(store, content)
    channel = WebChannel(
        store,
        develop_from(store),
        documents_from(store, content, village.clock),
        "",
        village.clock,
        "",
    )
    async with village.clients, village.served(channel):
        yield village

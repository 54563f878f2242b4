"""Two processes on one PostgreSQL: one serves the web, one does what comes from our side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import ClientSession

from bot import app
from bot.settings import Settings
from handlers.talk.messages import Reply
from storage import outbox
from storage.database import Store
from tests.databases import empty, unmade
from tests.fakes.telegram_api import TelegramApi
from tests.test_web import INTRO, heard, send

TOKEN = "123456:TEST"


@pytest.fixture
async def api() -> AsyncIterator[TelegramApi]:
    async with TelegramApi(TOKEN) as server:
        yield server


@pytest.fixture
async def store(made_schema: str) -> AsyncIterator[Store]:
    async with unmade(made_schema) as store:
        yield store
    await empty(made_schema)


@pytest.fixture
def settings(made_schema: str, api: TelegramApi) -> Settings:
    return Settings(
        bot_database_url=made_schema,
        bot_web_port=0,
        bot_quiet_hours="off",
        telegram_token=TOKEN,
        telegram_api_url=api.url,
    )


async def test_each_does_its_part(settings: Settings, api: TelegramApi, store: Store) -> None:
    lan, jar = api.phone(), aiohttp.CookieJar(unsafe=True)
    async with store.begin() as tx:
        await outbox.put(
            tx,
            channel="telegram",
            address=str(lan.chat["id"]),
            lane=outbox.BULK,
            body=Reply(text="Mai họp ở nhà văn hóa").to_json(),
            now=datetime.now(UTC),
        )
    async with (
        app.serve(settings, only="web") as pages,
        ClientSession(pages, cookie_jar=jar) as browser,
    ):
        async with browser.get("/") as page:
            assert page.status == 200
        await send(browser, "a", "/start")
        assert len(await heard(browser, INTRO)) == INTRO
        assert not api.calls["sendMessage"] + api.calls["getUpdates"], "that is the other's part"
        async with browser.get("/healthz") as health:
            assert (await health.json())["ok"]
        async with app.serve(settings, only="worker") as work, ClientSession(work) as other:
            await lan.hears_of("Mai họp")
            await lan.says("/start")
            await lan.hears_of("đồng ý")
            async with other.get("/") as page:
                assert page.status == 404

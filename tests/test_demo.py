"""The commune that does not exist, and being one of its people."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.web import COOKIE
from bot.demo import Commune
from bot.settings import Settings
from bot.web import roles
from bot.web.roles import Role
from bot.web.server import make_app
from content.loader import load
from handlers.talk.scene import ZONE, Library
from storage import counts
from storage.database import open_store
from storage.migrations import migrate
from tests.talking import Village

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=ZONE)


ASKS = {"elder": "việc của tôi", "leader": "duyệt", "officer": "tổng hợp"}


@pytest.mark.parametrize("program", ["phu_thinh", "lai_chau"])
async def test_the_commune_is_told_through_the_chat_and_adds_up(
    program: str, tmp_path: Path
) -> None:
    store = await open_store(f"sqlite:///{tmp_path}/demo.db")
    try:
        await migrate(store, NOW)
        content = load(program)
        made = await Commune(store, Library(content), Settings(), NOW).lives()
        village = Village(store, content)
        told = {}
        for role in made:
            phone = village.phone(role.key)
            await phone.says(f"/start {role.token}")
            phone.heard(role.name)
            await phone.says(
                {"elder": "việc của tôi", "leader": "duyệt", "officer": "tổng hợp"}[role.key]
            )
            told[role.key] = phone.text
        assert "trồng" in told["elder"]
        assert "chờ duyệt" in told["leader"]
        assert "Tuần 47/2026" in told["officer"]
        async with store.read() as tx:
            skills = content.plan.skills
            assert await counts.recount(tx, skills.required, skills.reported_at) == []
    finally:
        await store.close()


async def test_a_visitor_chooses_who_to_be() -> None:
    async def healthy() -> list[str]:
        return []

    some = (Role("elder", "Lan", "CARD"),)
    app = make_app(roles.routes(some, "Hội", COOKIE), healthy)
    async with TestClient(TestServer(app)) as browser:
        page = await (await browser.get(roles.PAGE)).text()
        assert "Hội viên: Lan" in page
        chosen = await browser.post(f"{roles.PAGE}/elder", allow_redirects=False)
        assert chosen.headers["Location"] == "/?card=CARD"
        assert COOKIE in chosen.cookies
        new = await browser.post(f"{roles.PAGE}/moi", allow_redirects=False)
        assert new.headers["Location"] == "/"


def test_the_demo_reaches_nobody_outside() -> None:
    held = Settings(
        telegram_token="123:abc",
        zalo_oa_app_id="44",
        bot_web_host="10.0.0.1",
        bot_public_url="https://a.vn",
    )
    alone = held.alone("sqlite:///demo.db")
    assert (alone.secrets(), alone.zalo_oa_app_id) == ([], "")
    assert alone.bot_web_host == "127.0.0.1"
    assert alone.public_url.startswith("http://localhost")

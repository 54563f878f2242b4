"""How far an announcement has come, told in one message that changes; and the truth in the end."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientSession

from bot import app
from bot.channels.base import SendError
from bot.channels.pace import Pace
from bot.channels.telegram import TelegramChannel
from bot.channels.web import COOKIE
from bot.scheduler import Ticker
from bot.settings import QuietHours, Settings
from handlers.talk.messages import Reply
from storage import outbox
from storage.database import Store, to_text
from tests.fakes.telegram_api import TelegramApi
from tests.talking import Phone, Village
from tests.test_announcing import WORDS, announces, got

BLOCKED = SendError("stopped", "Forbidden: bot was blocked by the user")


async def crowd(village: Village, count: int) -> list[str]:
    """So many more people of xóm Gò Vũ, each with a phone of their own; their addresses."""
    now = to_text(village.clock())
    ids = range(1001, 1001 + count)
    async with village.store.begin() as tx:
        await tx.execute_many(
            "INSERT INTO people (id, name, form, unit, over60, registered_at)"
            " VALUES ($1, $2, 'bac', 'pt-go-vu', 1, $3)",
            [(id_, f"Người {id_}", now) for id_ in ids],
        )
        await tx.execute_many(
            "INSERT INTO addresses (channel, address, person_id, talk, last_at)"
            " VALUES ('phone', $1, $2, '{}', '2026-01-01T00:00:00.000000+00:00')",
            [(f"p{id_}", id_) for id_ in ids],
        )
        await tx.execute_many(
            "INSERT INTO sharers (channel, address, person_id) VALUES ('phone', $1, $2)",
            [(f"p{id_}", id_) for id_ in ids],
        )
    return [f"p{id_}" for id_ in ids]


async def looks(village: Village, *changes: str) -> int:
    """A look at how far announcements have come, and what it tells goes out to who waits for it."""
    ticker = Ticker(village.store, village.core.library, QuietHours("off"), village.clock, changes)
    told = await ticker.tell_how_far()
    await goes_out_at_once(village)
    return told


async def goes_out_at_once(village: Village) -> None:
    """What waits for nothing goes out; what is held back stays."""
    sending = asyncio.create_task(village.core.sender.run(village.core.dispatcher.offer))
    async with asyncio.timeout(5):
        while await _rows(village.store, "state = 'waiting' AND lane = 'urgent'"):
            await asyncio.sleep(0.01)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)


async def _rows(store: Store, where: str) -> int:
    async with store.read() as tx:
        return len(await tx.fetch(f"SELECT id FROM outbox WHERE {where}"))


async def so_many_are_sent(village: Village, count: int) -> None:
    """Let so many of an announcement that is held back have gone out."""
    async with village.store.begin() as tx:
        await tx.execute(
            "UPDATE outbox SET state = 'sent', sent_at = created_at WHERE id IN"
            " (SELECT id FROM outbox WHERE state = 'paused' ORDER BY id LIMIT $1)",
            count,
        )


async def test_one_message_changes_and_tells_the_end(village: Village) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await crowd(village, 40)
    await announces(leader, "1")
    await leader.says("xem lại", "tạm dừng")
    before = len(leader.replies)
    assert await looks(village, "phone") == 0
    await so_many_are_sent(village, 8)
    assert await looks(village, "phone") == 1
    assert leader.replies[-1].text == (
        "Đang gửi thông báo: ▰▰▱▱▱▱▱▱▱▱\nĐã đến máy 8 trên 40 người."
    )
    await so_many_are_sent(village, 1)
    assert await looks(village, "phone") == 0  # not a tenth more
    await so_many_are_sent(village, 15)
    assert await looks(village, "phone") == 1
    assert "▰▰▰▰▰▰▱▱▱▱" in leader.replies[-1].text
    await so_many_are_sent(village, 16)
    assert await looks(village, "phone") == 1
    assert await looks(village, "phone") == 0
    assert len(leader.replies) == before + 1
    assert "Gửi xong rồi ạ" in leader.replies[-1].text
    assert "Đã đến máy 40 trên 40 người" in leader.replies[-1].text
    assert leader.labels() == ["Xem lại"]


async def test_the_one_reminder_is_not_spent_while_it_still_goes_out(village: Village) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await crowd(village, 10)
    await announces(leader, "1")
    await leader.says("xem lại", "tạm dừng")
    await so_many_are_sent(village, 4)
    await leader.says("ai đã đọc")
    assert leader.labels() == ["Gửi tiếp", "Dừng hẳn", "Trang chính"]
    await leader.says("dừng hẳn")
    assert "Nhắc người chưa đọc" in leader.labels()


async def test_where_nothing_can_be_changed_it_is_told_once_in_the_end(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await crowd(village, 9)
    await announces(leader, "1")
    await leader.says("xem lại", "tạm dừng")
    await so_many_are_sent(village, 5)
    assert await looks(village) == 0
    await so_many_are_sent(village, 5)
    assert await looks(village) == 1
    assert "Đã đến máy 10 trên 10 người" in leader.replies[-1].text


async def test_the_end_says_who_is_to_be_visited_and_only_to_who_may_see_names(
    village: Village, lan: Phone
) -> None:
    leader, officer = await village.staff("leader", "pt-go-vu"), await village.staff("officer")
    for place, address in enumerate(await crowd(village, 12)):
        if place % 2:
            village.channel.refusals[address].append(BLOCKED)
    async with village.store.begin() as tx:
        await tx.execute(
            "UPDATE addresses SET stopped_at = last_at WHERE address < 'p1004'"
            " AND address LIKE 'p100%'"
        )
    await announces(leader, "1")
    await announces(officer, "1", words="Tin của Hội.")
    await village.goes_out()
    await looks(village)
    for phone in (leader, officer):
        assert "Gửi xong rồi ạ" in phone.replies[-1].text
    assert "Người 1001 (chưa có máy để nhắn)" in leader.replies[-1].text
    assert " và 5 người nữa." in leader.replies[-1].text
    assert "Người" not in officer.replies[-1].text
    await leader.says("ai đã đọc")
    await leader.taps("Ai cần đến báo")
    leader.heard("• Xóm Gò Vũ: bác Người 1001 (chưa có máy để nhắn)", "(đã chặn tin)")
    await officer.taps_payload("go:announced:2:visit")
    officer.heard_nothing_of("Người 1001")


async def test_ten_thousand_in_small_a_third_of_whom_have_blocked_the_bot(
    village: Village,
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    addresses = await crowd(village, 200)
    for address in addresses[::10] + addresses[1::10] + addresses[2::10]:
        village.channel.refusals[address] = [BLOCKED] * 2
    await leader.says("/thongbao", WORDS, "1", "1")
    await village.goes_out()
    heard = {address: village.channel.heard[address] for address in addresses}
    assert [len(told) for told in heard.values()] == [
        0 if place % 10 < 3 else 1 for place in range(200)
    ]
    await looks(village)
    assert "Đã đến máy 140 trên 200 người" in leader.replies[-1].text
    await leader.says("/thongbao", WORDS, "1")
    leader.heard("gửi đến 140 người", "Còn 60 người")


async def test_a_channel_that_is_down_for_an_hour_loses_and_repeats_nothing(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await crowd(village, 30)
    await announces(leader, "1")
    village.clock.passes(minutes=6)
    village.channel.pace = Pace(100_000, pauses=(0.01,))
    village.channel.down = SendError("retry", "cannot be reached")
    for tries in range(1, 4):
        sending = asyncio.create_task(village.core.sender.run(village.core.dispatcher.offer))
        async with asyncio.timeout(5):
            while not await _rows(village.store, f"attempts >= {tries}"):
                await asyncio.sleep(0.01)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        village.clock.passes(minutes=20)
    assert got(lan) == 0
    village.channel.down = None
    village.clock.passes(hours=1)
    await village.goes_out()
    assert {
        len(heard) for address, heard in village.channel.heard.items() if address[0] == "p"
    } == {1}
    assert got(lan) == 1


async def test_telegram_changes_its_message_and_sends_it_anew_when_it_is_gone() -> None:
    async with TelegramApi() as api:
        channel = TelegramChannel(api.token, api.url)
        lan = api.phone(1001)
        reply = Reply(text="10 %", changing=True)
        name = await channel.send("1001", reply)
        assert name is not None
        await lan.hears()
        for text, calls in (("20 %", 1), ("20 %", 2)):  # the second time it is not modified
            assert await channel.send("1001", replace(reply, text=text, replaces=name)) == name
            assert api.calls["editMessageText"] == calls
        assert [shown.text for shown in lan.screen.values()] == ["20 %"]
        lan.screen.clear()
        anew = await channel.send("1001", replace(reply, text="30 %", replaces=name))
        assert anew != name
        assert [shown.text for shown in lan.screen.values()] == ["30 %"]
        api.fail_next("editMessageText", 429, "Too Many Requests: retry after 3", retry_after=3)
        with pytest.raises(SendError):
            await channel.send("1001", replace(reply, text="40 %", replaces=str(anew)))
        await channel.close()


async def test_an_open_page_is_told_again_what_has_changed(tmp_path: Path) -> None:
    settings = Settings(
        bot_database_url=f"sqlite:///{tmp_path}/bot.db", bot_web_port=0, bot_quiet_hours="off"
    )
    jar = aiohttp.CookieJar(unsafe=True)
    async with app.serve(settings) as url, ClientSession(url, cookie_jar=jar) as browser:
        async with browser.get("/") as page:
            address = hashlib.sha256(page.cookies[COOKIE].value.encode()).hexdigest()[:32]
        async with (
            app.open_database(settings) as store,
            asyncio.timeout(20),
            browser.get("/chat/stream") as stream,
        ):
            async with store.begin() as tx:
                await outbox.put(
                    tx,
                    channel="web",
                    address=address,
                    lane=outbox.URGENT,
                    body=Reply(text="10 %", changing=True).to_json(),
                    now=app.now(),
                    dedupe_key="progress:1",
                )
            first = await _next(stream)
            assert (first["text"], first["changing"]) == ("10 %", True)
            await _sent(store)
            async with store.begin() as tx:
                changed = Reply(text="20 %", changing=True).to_json()
                assert await outbox.change(tx, "progress:1", changed, app.now())
            again = await _next(stream)
            assert (again["id"], again["text"]) == (first["id"], "20 %")


async def test_an_open_page_gets_what_was_paused_once_it_goes_on(tmp_path: Path) -> None:
    settings = Settings(
        bot_database_url=f"sqlite:///{tmp_path}/bot.db", bot_web_port=0, bot_quiet_hours="off"
    )
    jar = aiohttp.CookieJar(unsafe=True)
    async with app.serve(settings) as url, ClientSession(url, cookie_jar=jar) as browser:
        async with browser.get("/") as page:
            address = hashlib.sha256(page.cookies[COOKIE].value.encode()).hexdigest()[:32]
        async with app.open_database(settings) as store, asyncio.timeout(20):
            async with store.begin() as tx:
                rows = [("web", address, 1, Reply(text=one).to_json(), one) for one in ("A", "B")]
                await tx.execute(
                    "INSERT INTO people (id, name, form, unit, registered_at)"
                    " VALUES (1, 'Lan', 'bac', 'pt-go-vu', '2026-01-01')"
                )
                await outbox.put_many(tx, outbox.URGENT, rows, app.now())
                await tx.execute("UPDATE outbox SET state = 'paused' WHERE dedupe_key = 'A'")
            async with browser.get("/chat/stream") as stream:
                assert (await _next(stream))["text"] == "B"
                async with store.begin() as tx:
                    await tx.execute("UPDATE outbox SET state = 'waiting' WHERE dedupe_key = 'A'")
                assert (await _next(stream))["text"] == "A"


async def _sent(store: Store) -> None:
    while await _rows(store, "state = 'waiting'"):
        await asyncio.sleep(0.05)


async def _next(stream: aiohttp.ClientResponse) -> dict[str, Any]:
    async for line in stream.content:
        if line.startswith(b"data: "):
            told: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
            return told
    raise AssertionError("the stream ended")

"""Before an announcement goes out its author is told how long that takes, as things stand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.channels import wiring
from bot.settings import Settings
from content.loader import Content
from handlers.talk.messages import Reply
from handlers.talk.scene import Carries
from storage import budgets, outbox
from storage.database import Store
from tests.talking import VIETNAM, Phone, Village
from tests.test_announcing import WORDS


@pytest.fixture
async def leader(village: Village, lan: Phone, monkeypatch: pytest.MonkeyPatch) -> Phone:
    """The leader of bà Lan and bà Mai, on a channel that carries a message in fifty seconds."""
    await village.elder("Mai")
    leader = await village.staff("leader", "pt-go-vu")
    carries(village, monkeypatch, Carries(pace=0.02))
    return leader


def carries(village: Village, monkeypatch: pytest.MonkeyPatch, what: Carries) -> None:
    monkeypatch.setitem(village.core.library.__dict__, "carries", {"phone": what})


async def puts(village: Village, *lanes: str) -> None:
    """Messages from our side that go before."""
    async with village.store.begin() as tx:
        for number, lane in enumerate(lanes):
            body, key = Reply(text="Trước").to_json(), f"before:{number}"
            row = ("phone", f"máy {number}", 1, body, key)
            await outbox.put_many(tx, lane, [row], village.clock())


async def test_so_many_at_the_pace_of_the_channel(village: Village, leader: Phone) -> None:
    await leader.says("/thongbao", WORDS, "1")
    leader.heard("khoảng 2 phút mới đến hết")


async def test_what_is_soon_over_is_not_worth_a_word(
    village: Village, leader: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    carries(village, monkeypatch, Carries(pace=30))
    await leader.says("/thongbao", WORDS, "1")
    leader.heard_nothing_of("mới đến hết", "mới hết")


async def test_what_waits_already_goes_before_and_what_is_held_does_not(
    village: Village, leader: Phone
) -> None:
    await puts(village, outbox.BULK, outbox.URGENT, outbox.BULK)
    async with village.store.begin() as tx:
        await tx.execute("UPDATE outbox SET held_at = created_at WHERE dedupe_key = 'before:2'")
    await leader.says("/thongbao", WORDS, "1")
    leader.heard("khoảng 4 phút mới đến hết")


async def test_what_runs_into_the_night_ends_in_the_morning(
    village: Village, leader: Phone
) -> None:
    village.clock.now = datetime(2026, 11, 21, 19, 59, tzinfo=VIETNAM)
    await leader.says("/thongbao", WORDS, "1")
    leader.heard("đến 7 giờ 5 sáng Chủ nhật 22/11 mới hết")
    village.clock.now = datetime(2026, 11, 21, 23, 30, tzinfo=VIETNAM)
    await leader.says("/thongbao", WORDS, "1")
    leader.heard("hết giờ nghỉ tin mới đến", "đến 7 giờ 5 sáng Chủ nhật 22/11 mới hết")


async def test_who_waits_for_the_next_month_is_told(
    village: Village, leader: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    carries(village, monkeypatch, Carries(pace=30, monthly=10))
    async with village.store.begin() as tx:
        await budgets.spend(tx, "phone", "2026-11", 8)
    await puts(village, outbox.BULK)
    await leader.says("/thongbao", WORDS, "1")
    leader.heard("1 người sang tháng sau mới nhận được")


def test_the_reserve_of_zalo_is_not_for_announcements(
    sqlite_store: Store, phu_thinh: Content
) -> None:
    for messages, monthly in ((3000, 2700), (200, 0), (0, None)):
        held = Settings(zalo_bot_token="1:a", zalo_bot_messages=messages, bot_secret="s" * 16)
        made = wiring.channels(held, sqlite_store, phu_thinh, lambda: datetime.now(UTC))
        told = wiring.carries(held, made)
        assert (told["zalo_bot"].pace, told["zalo_bot"].monthly) == (5, monthly)
        assert told["web"].monthly is None

"""What an Official Account may write to whom, and what it costs: nothing lost, nothing hammered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.base import SendError
from bot.channels.zalo_oa_errors import outcome
from bot.channels.zalo_oa_transport import ZaloOaError
from storage import backups, invites, zalo, zalo_tokens
from storage.database import Store
from storage.people import Grant
from storage.zalo import Plan, Rules
from tests.databases import opened
from tests.fakes.zalo_oa_api import APP_ID, ZaloOaApi
from tests.fakes.zalo_oa_phone import OaPhone
from tests.programs import until, until_health
from tests.talking import Clock
from tests.test_zalo_oa import (
    Program,
    announce,
    api,
    clock,
    handled,
    no_line_holds_a_secret,
    program,
    register,
    running,
    states,
)

__all__ = ["api", "clock", "no_line_holds_a_secret", "program"]

RULES = Rules()
NEWS = "Mời bác đi họp ạ."


def news(phone: OaPhone) -> list[str]:
    """What came to a phone from our side."""
    return [shown.text for shown in phone.heard if shown.text.startswith("Mời")]


async def sent_again(program: Program, api: ZaloOaApi) -> None:
    """Some looks for what is due go by."""
    await asyncio.sleep(2.5)


class TestWindows:
    async def test_what_is_free_goes_first_and_then_what_is_paid(
        self, program: Program, api: ZaloOaApi, clock: Clock
    ) -> None:
        lan = api.phone()
        await register(lan)
        clock.passes(hours=1)
        for number in range(12):
            await announce(program, clock, lan.user, f"Mời bác {number}")
        await until(lambda: states(program) == [("sent", "")] * 12)
        ours = [one for one in api.sent if one.message["text"].startswith("Mời")]
        assert [one.free for one in ours[:6]] == [True] * 6
        assert [one.free for one in ours[-4:]] == [False] * 4
        [left] = program.kept("SELECT free_left FROM zalo_oa_windows")
        assert left == lan.free_left == 0
        assert program.kept("SELECT paid_left FROM zalo_oa_quota") == [api.paid]

    async def test_out_of_the_window_it_waits_unasked_and_goes_once_they_write(
        self, program: Program, api: ZaloOaApi, clock: Clock
    ) -> None:
        lan, mai = api.phone(), api.phone("2512523625412516")
        await register(lan)
        clock.passes(days=5)
        await register(mai)
        clock.passes(days=3)
        calls = api.calls["cs"]
        await announce(program, clock, lan.user, f"{NEWS} 1")
        await announce(program, clock, lan.user, f"{NEWS} 2")
        await announce(program, clock, mai.user, NEWS)
        await until(lambda: news(mai) == [NEWS])
        await until(lambda: states(program)[0][1].startswith("held"))
        assert (api.calls["cs"], api.refused[-230]) == (calls + 1, 0)
        clock.passes(hours=1)
        await lan.says("menu")
        await lan.hears_of("cháu đây")
        await handled(program, api)
        assert news(lan) == []  # not into the talk
        clock.passes(minutes=6)
        await until(lambda: news(lan) == [f"{NEWS} 1", f"{NEWS} 2"])
        await until(lambda: [state for state, _ in states(program)] == ["sent"] * 3)

    async def test_zalo_knows_better_about_a_window(
        self, program: Program, api: ZaloOaApi, clock: Clock
    ) -> None:
        lan = api.phone()
        await register(lan)
        clock.passes(hours=1)
        api.open_for = timedelta(minutes=1)
        await announce(program, clock, lan.user, f"{NEWS} 1")
        await announce(program, clock, lan.user, f"{NEWS} 2")
        await until(lambda: states(program)[0][1].startswith("held"))
        await sent_again(program, api)
        assert api.refused[-230] == 1
        clock.passes(hours=1)
        await lan.says("menu")
        await lan.hears_of("cháu đây")
        api.open_for = timedelta(days=7)
        clock.passes(minutes=6)
        await until(lambda: len(news(lan)) == 2)

    async def test_a_word_told_late_opens_no_window_anew(self, store: Store, clock: Clock) -> None:
        async with store.begin() as tx:
            await zalo.interacted(tx, "lan", clock(), RULES)
            await zalo.spend(tx, "lan", clock())
            await zalo.interacted(tx, "lan", clock() - timedelta(days=3), RULES)
            window = await zalo.window(tx, "lan")
        assert window
        assert (window.free_left, window.open_until) == (7, clock() + timedelta(days=7))


class TestMoney:
    @pytest.fixture
    async def program(self, api: ZaloOaApi, tmp_path: Path) -> AsyncIterator[Program]:
        api.paid = 0
        async with running(api, tmp_path) as running_program:
            await until(lambda: running_program.kept("SELECT 1 FROM zalo_oa_quota"))
            yield running_program

    async def test_no_money_is_spent_that_the_package_does_not_hold(
        self, program: Program, api: ZaloOaApi, clock: Clock
    ) -> None:
        lan = api.phone()
        await register(lan)
        clock.passes(days=3)
        calls = api.calls["cs"]
        await announce(program, clock, lan.user, NEWS)
        await until(lambda: "no paid" in states(program)[0][1])
        clock.passes(hours=2)
        await sent_again(program, api)
        assert api.calls["cs"] == calls
        await lan.says("menu")
        await lan.hears_of("cháu đây")  # what is free still is
        clock.passes(hours=2)
        await until(lambda: news(lan) == [NEWS])

    async def test_a_full_quota_that_was_not_foreseen_is_not_hammered(
        self, api: ZaloOaApi, tmp_path: Path, clock: Clock
    ) -> None:
        phones = [api.phone(f"25125236254125{number}") for number in range(10, 22)]
        async with running(api, tmp_path, zalo_oa_pays=True) as program:
            for phone in phones:
                await phone.says("a")
                await phone.hears_of("máy trả lời")
            clock.passes(minutes=10)
            api.free_replies, api.paid = 0, 0
            for phone in phones:
                phone.free_left = 0  # Zalo counts otherwise than we do
                await announce(program, clock, phone.user, NEWS)
            await until_health(program, 503, "used up")
            await sent_again(program, api)
            assert api.refused[-211] <= 10  # those that were on their way


class TestTroubles:
    async def test_at_night_it_waits_for_the_morning(
        self, program: Program, api: ZaloOaApi, clock: Clock
    ) -> None:
        phones = [api.phone(f"25125236254125{number}") for number in range(10, 22)]
        for phone in phones:
            await phone.says("a")
            await phone.hears_of("máy trả lời")
        clock.passes(hours=14)
        api.has_night = True
        for phone in phones:
            await announce(program, clock, phone.user, NEWS)
        await until(lambda: api.refused[-234])
        await sent_again(program, api)
        assert api.refused[-234] <= 10
        assert {state for state, _ in states(program)} == {"waiting"}

    async def test_an_ended_access_token_costs_nobody_an_answer(
        self, program: Program, api: ZaloOaApi
    ) -> None:
        lan = api.phone()
        await lan.says("/start")
        await lan.hears_of("đồng ý")
        for code in (-216, -220):
            api.fail_next("cs", code)
            await lan.says("/start")
            await lan.hears_of("đồng ý")
        assert api.calls["access_token"] == 3
        assert not program.kept("SELECT 1 FROM outbox WHERE attempts > 0")

    async def test_an_account_that_may_not_send_is_told_to_the_operator(
        self, program: Program, api: ZaloOaApi
    ) -> None:
        lan = api.phone()
        api.fail_next("cs", -224)
        await lan.says("/start")
        said = await until_health(program, 503, "package")
        assert "-224" in said
        assert program.kept("SELECT state FROM outbox")[0] == "waiting"

    async def test_who_has_to_authorise_is_told_while_all_goes_on(
        self, api: ZaloOaApi, tmp_path: Path, clock: Clock
    ) -> None:
        async with running(api, tmp_path):
            await until(lambda: api.calls["message"])
        clock.passes(hours=20)
        for token in api.refresh.values():
            token.used = True
        async with running(api, tmp_path, "") as program:
            await until_health(program, 503, "python -m bot zalo-oa authorise")
            await register(api.phone())

    async def test_a_lost_answer_is_sent_again(self, program: Program, api: ZaloOaApi) -> None:
        lan = api.phone()
        api.drop_next("cs")
        api.page_next("cs")
        await lan.says("/start")
        await lan.hears_of("máy trả lời tự động")

    @pytest.mark.parametrize(
        ("code", "told", "everywhere", "seconds"),
        [
            (None, "retry", "one", None),
            (-216, "retry", "one", None),
            (-32, "retry", "all", 60),
            (-211, "retry", "all", 3600),
            (-224, "retry", "all", 3600),
            (-321, "retry", "all", 3600),
            (-234, "retry", "all", 1800),
            (-218, "held", "one", 3600),
            (-230, "held", "one", None),
            (-232, "held", "one", None),
            (-305, "held", "one", None),
            (-311, "held", "one", None),
            (-213, "stopped", "one", None),
            (-227, "stopped", "one", None),
            (-201, "failed", "one", None),
            (-210, "failed", "one", None),
            (-248, "failed", "one", None),
            (-9999, "failed", "one", None),
        ],
    )
    def test_every_code_has_one_of_few_outcomes(
        self, clock: Clock, code: int | None, told: str, everywhere: str, seconds: float | None
    ) -> None:
        clock.passes(hours=20, minutes=30)  # half an hour before six
        found = outcome(ZaloOaError(code, "why"), clock())
        assert isinstance(found, SendError)
        assert (found.outcome, found.everywhere) == (told, everywhere == "all")
        assert found.retry_after == seconds


class TestAnnouncements:
    async def test_the_leader_sees_what_it_costs_and_whom_to_phone(
        self, program: Program, api: ZaloOaApi, clock: Clock
    ) -> None:
        phones = [api.phone(f"251252362541251{number}") for number in range(4)]
        lan, mai, tam, leader = phones
        async with opened(program.database) as store, store.begin() as tx:
            grant = Grant(role="leader", unit="pt-go-vu")
            await invites.add(tx, "CODE", grant, clock(), clock() + timedelta(days=30))
        await register(tam)
        clock.passes(days=5)
        await register(mai)
        clock.passes(days=3)
        await register(lan)
        for said in ("/start CODE", "1", "1", "Minh", "1"):
            await leader.says(said)
            await handled(program, api)
        await leader.says("/thongbao")
        await leader.hears_of("nội dung")
        await leader.says(NEWS)
        await leader.hears_of("gửi cho ai")
        await leader.says("tất cả")
        sure = await leader.hears_of("gửi đến 3 người (3 qua Zalo OA)")
        assert "1 miễn phí, 1 tính phí, 1 không gửi được" in sure.text
        clock.passes(minutes=10)
        await leader.taps("Gửi đi" if "Gửi đi" in dict(sure.buttons) else "1")
        await leader.hears_of("bắt đầu gửi")
        await until(lambda: [s for s, _ in states(program)].count("sent") == 2)
        await until(lambda: any(why.startswith("held") for _, why in states(program)))
        await leader.says("thông báo đã gửi")
        shown = await leader.hears_of("Đã đến máy 2 trên 3 người")
        assert "Chưa đến được 1 người: bác Lan (Zalo chờ người ấy nhắn trước)" in shown.text
        assert "chờ đến lượt" not in shown.text

    async def test_the_plan_counts_everybody_once(self, store: Store, clock: Clock) -> None:
        people = [f"p{number}" for number in range(1255)]
        async with store.begin() as tx:
            for place, address in enumerate(people):
                days = 0 if place < 820 else 3 if place < 1160 else 8
                await zalo.interacted(tx, address, clock() - timedelta(days=days), RULES)
            assert await zalo.plan(tx, people, clock()) == Plan(820, 340, 95)
            assert await zalo.plan(tx, ["nobody"], clock()) == Plan(0, 0, 1)
            assert await zalo.plan(tx, [], clock()) == Plan(0, 0, 0)
            await zalo.keep_quota(tx, APP_ID, 300, clock())
            assert await zalo.plan(tx, people, clock()) == Plan(820, 300, 135)
            await zalo.keep_quota(tx, APP_ID, None, clock())
            assert await zalo.plan(tx, people, clock()) == Plan(820, 340, 95)


class TestKept:
    async def test_who_takes_everything_back_leaves_no_window(
        self, program: Program, api: ZaloOaApi
    ) -> None:
        lan, mai = api.phone(), api.phone("2512523625412516")
        await register(lan)
        await register(mai)
        for said in ("dữ liệu", "xóa hết của tôi", "1"):
            await lan.says(said)
            await handled(program, api)
        await lan.hears_of("đã xóa hết")
        assert program.kept("SELECT address FROM zalo_oa_windows") == [mai.user]

    async def test_copies_hold_no_token(self, store: Store, clock: Clock, tmp_path: Path) -> None:
        pair = zalo_tokens.Pair(
            access="secret", refresh="secret", made_at=clock(), expires_at=clock()
        )
        async with store.begin() as tx:
            await zalo_tokens.begin(tx, APP_ID, pair, "seed")
        assert await backups.backup(store, tmp_path / "copy.gz", "phu_thinh", clock()) == 0

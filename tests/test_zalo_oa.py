"""The whole program on a Zalo Official Account: real HTTP to a fake Zalo, a real database."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot import app
from bot.settings import Settings
from handlers.talk.messages import LARGEST, Choice, Document, Picture, Reply
from storage import outbox
from storage.database import to_text
from tests import programs
from tests.databases import opened
from tests.fakes.zalo_oa_api import APP_ID, APP_SECRET, SECRET_KEY, ZaloOaApi
from tests.fakes.zalo_oa_phone import OaPhone
from tests.jpegs import jpeg
from tests.programs import REGISTERING, nothing_secret_is_logged, until
from tests.talking import Clock

PAGE = Picture(
    name="my_page",
    values={
        "form": "bác",
        "name": "Lan",
        "unit": "Xóm Gò Vũ",
        "trees": 5,
        "lessons": 1,
        "of_lessons": 51,
        "program": "Phú Thịnh",
        "date": "21/11/2026",
    },
)


class Program(programs.Program):
    """The program, and its webhook."""

    async def webhook(self, body: bytes, signature: str = "") -> int:
        """Call the webhook as anyone might; the status it answers with."""
        headers = {"X-ZEvent-Signature": signature} if signature else {}
        return await self.posted("/zalo-oa", body, headers)


@asynccontextmanager
async def running(
    api: ZaloOaApi, folder: Path, refresh_token: str | None = None, **settings: Any
) -> AsyncIterator[Program]:
    """The real program, wired as `python -m bot run` wires it, on the clock of the fake."""
    database = f"sqlite:///{folder}/bot.db"
    told: dict[str, Any] = {
        "zalo_oa_refresh_token": api.first_refresh_token()
        if refresh_token is None
        else refresh_token,
        "zalo_oa_media_hosts": "127.0.0.1",
        "zalo_oa_pace": 300,
        "bot_quiet_hours": "off",
    }
    held = Settings(
        bot_database_url=database,
        bot_web_port=0,
        zalo_oa_app_id=APP_ID,
        zalo_oa_app_secret=APP_SECRET,
        zalo_oa_secret_key=SECRET_KEY,
        zalo_oa_api_url=api.url,
        zalo_oa_oauth_url=api.url,
        **(told | settings),
    )
    async with app.serve(held, api.clock) as url:
        api.hook = f"{url}/zalo-oa"
        yield Program(url, database)
        await api.settle()
    api.hook = ""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def api(clock: Clock) -> AsyncIterator[ZaloOaApi]:
    async with ZaloOaApi(clock) as server:
        yield server


@pytest.fixture
async def program(api: ZaloOaApi, tmp_path: Path) -> AsyncIterator[Program]:
    async with running(api, tmp_path) as running_program:
        yield running_program


@pytest.fixture(autouse=True)
def no_line_holds_a_secret() -> Iterator[None]:
    """Whatever a test does, no line at the level the program logs at may hold a secret."""
    with nothing_secret_is_logged("-of-tests"):
        yield


async def register(phone: OaPhone) -> None:
    for said, answer in REGISTERING.items():
        await phone.says(said)
        await phone.hears_of(answer)


async def handled(program: Program, api: ZaloOaApi) -> None:
    """Wait until everything that came is handled and answered."""
    await api.settle()
    waits = "SELECT 1 FROM outbox WHERE state = 'waiting' AND lane = 'answer'"
    await until(lambda: not program.kept(f"SELECT 1 FROM inbox UNION ALL {waits}"))


async def announce(program: Program, clock: Clock, user: str, reply: Reply | str) -> None:
    """Something from our side is put on its way."""
    body = (Reply(text=reply) if isinstance(reply, str) else reply).to_json()
    async with opened(program.database) as store, store.begin() as tx:
        await outbox.put(
            tx, channel="zalo_oa", address=user, lane=outbox.BULK, body=body, now=clock()
        )


def states(program: Program) -> list[tuple[str, str]]:
    """What became of what came from our side: state, and why."""
    return program.kept("SELECT state, COALESCE(problem, '') FROM outbox WHERE lane <> 'answer'")


class TestTalk:
    async def test_registering_a_lesson_and_a_report(
        self, program: Program, api: ZaloOaApi
    ) -> None:
        lan = api.phone()
        await register(lan)
        await lan.says("hoc bai")
        await lan.hears_of("bài")
        finished = "SELECT lesson FROM progress WHERE finished_at IS NOT NULL"
        for _ in range(30):
            await handled(program, api)
            if program.kept(finished):
                break
            await lan.taps("1")
        assert len(program.kept(finished)) == 1
        await lan.says("/huy")
        await lan.says("hôm nay tôi trồng 5 cây keo")
        await lan.hears_of("5 (năm) cây keo")
        await lan.taps("1")
        await until(lambda: program.trees() == 5)
        assert (await program.health())[0] == 200

    async def test_buttons_carry_their_digit_and_answer_their_own_question(
        self, program: Program, api: ZaloOaApi
    ) -> None:
        lan = api.phone()
        await register(lan)
        await lan.says("hôm nay tôi trồng 5 cây keo")
        asked = await lan.hears_of("5 (năm)")
        assert [title[:3] for title, _ in asked.buttons] == ["1. ", "2. ", "0. "]
        await lan.taps("1")
        await until(lambda: program.trees() == 5)
        await lan.says(asked.buttons[0][1])
        await lan.hears_of("nhận được rồi")
        assert program.trees() == 5

    async def test_a_picture_goes_with_its_words(self, program: Program, api: ZaloOaApi) -> None:
        lan = api.phone()
        await register(lan)
        await lan.says("/toi")
        shown = await lan.hears_of("Chờ cây đầu tiên")
        assert shown.file.startswith(b"\x89PNG")
        assert (api.calls["image"], len(lan.heard)) == (1, api.calls["cs"])

    async def test_a_picture_goes_before_words_that_have_buttons(
        self, program: Program, api: ZaloOaApi, clock: Clock
    ) -> None:
        lan = api.phone()
        await register(lan)
        clock.passes(minutes=10)
        choice = Choice(digit="1", label="Tôi đọc rồi", payload="go:menu")
        reply = Reply(text="Bác xem ảnh ạ.", picture=PAGE, choices=(choice,))
        await announce(program, clock, lan.user, reply)
        words = await lan.hears_of("Bác xem ảnh")
        before = lan.heard[lan.heard.index(words) - 1]
        assert (before.text, before.file[:4]) == ("", b"\x89PNG")
        assert words.buttons == [("1. Tôi đọc rồi", "#nut go:menu")]

    @pytest.mark.parametrize("code", [-201, -210, 0])
    async def test_a_picture_that_zalo_refuses_costs_no_words(
        self, program: Program, api: ZaloOaApi, code: int
    ) -> None:
        lan = api.phone()
        await register(lan)
        api.fail_next("image", code)
        await lan.says("/toi")
        await lan.hears_of("Chờ cây đầu tiên")
        await handled(program, api)
        assert (api.refused[code], [shown for shown in lan.heard if shown.file]) == (1, [])

    async def test_a_file_that_zalo_does_not_take_is_an_address_for_two_days(
        self, api: ZaloOaApi, tmp_path: Path, clock: Clock
    ) -> None:
        lan = api.phone()
        public = "https://hoi.example.vn"
        async with running(api, tmp_path, bot_public_url=public) as program:
            await register(lan)
            clock.passes(minutes=10)
            told = {"period": "2026-W46", "units": None, "agencies": None}
            for name in ("Tong-hop.xlsx", "Tong-hop.docx"):
                document = Document(name=name, values=told)
                await announce(program, clock, lan.user, Reply(text=name, document=document))
            _, line, url = (await lan.hears_of("Tong-hop.xlsx")).text.splitlines()
            assert line == "Tệp ở đây, mở được trong hai ngày:"
            assert url.startswith(f"{public}/media/")
            assert (await lan.hears_of("Tong-hop.docx")).text == "Tong-hop.docx"
            assert [shown.file[:2] for shown in lan.heard if shown.file] == [b"PK"]
            here = url.replace(public, program.url)
            for days, status in ((0, 200), (0, 200), (3, 404)):
                clock.passes(days=days)
                async with ClientSession() as client, client.get(here) as got:
                    assert got.status == status
            await handled(program, api)
            assert not program.kept("SELECT 1 FROM addresses WHERE staff_until IS NOT NULL")

    async def test_a_photo_is_fetched_at_once_and_only_from_allowed_hosts(
        self, program: Program, api: ZaloOaApi
    ) -> None:
        lan = api.phone()
        await register(lan)
        await lan.sends_image(jpeg())
        await until(lambda: program.kept("SELECT COUNT(*) FROM photos") == [1])
        await lan.sends_image(jpeg(), host="http://localhost:1")
        await lan.hears_of("chưa mở được")
        api.media_gone = True
        await lan.sends_image(jpeg())
        await lan.hears_of("chưa mở được")
        assert program.kept("SELECT COUNT(*) FROM photos") == [1]

    async def test_a_voice_is_handed_on_where_a_question_takes_it(
        self, program: Program, api: ZaloOaApi
    ) -> None:
        lan = api.phone()
        await register(lan)
        lan.sends_voice(b"at the menu")
        await lan.hears_of("chưa nghe được")
        await lan.says("/hoi")
        await lan.hears_of("Gửi tin nói")
        lan.sends_voice(b"from elsewhere", host="http://localhost:1")
        await lan.hears_of("Tin nói ấy cháu chưa nhận được")
        lan.sends_voice(bytes(LARGEST["voice"] + 1))
        await lan.hears_of("Tin nói ấy cháu chưa nhận được")
        lan.sends_voice(b"voice of Lan")
        await lan.hears_of("về việc gì")
        await lan.says("1")
        await lan.hears_of("gửi tin nói vừa rồi")
        kept = "SELECT kind, name, content FROM enclosures"
        [_, (kind, name, content)] = program.kept(kept)
        assert (kind, name[-4:], bytes(content)) == ("voice", ".m4a", b"voice of Lan")

    @pytest.mark.parametrize(
        ("kind", "answer"),
        [
            ("audio", "chưa nghe được"),
            ("sticker", "chưa xem được"),
            ("location", "chưa xem được"),
            ("file", "tệp"),
            ("hologram", "chưa xem được"),
        ],
    )
    async def test_what_cannot_be_read_is_answered_kindly(
        self, program: Program, api: ZaloOaApi, kind: str, answer: str
    ) -> None:
        lan = api.phone()
        await register(lan)
        lan.sends(kind)
        await lan.hears_of(answer)

    async def test_the_unknown_is_counted(self, program: Program, api: ZaloOaApi) -> None:
        metric = 'bot_zalo_oa_events_total{kind="unknown"}'
        before = await program.metric(metric)
        api.phone().sends("hologram")
        api.happens("moon_landed", sender={"id": "1"})
        await handled(program, api)
        assert await program.metric(metric) == before + 2
        assert program.kept("SELECT DISTINCT address FROM outbox") == [api.phone().user]

    async def test_following_greets_and_leaving_stops_what_comes_from_our_side(
        self, program: Program, api: ZaloOaApi, clock: Clock
    ) -> None:
        lan = api.phone()
        lan.follows()
        await lan.hears_of("máy trả lời tự động")
        clock.passes(minutes=10)
        lan.unfollows()
        await handled(program, api)
        assert program.kept("SELECT 1 FROM addresses WHERE stopped_at IS NOT NULL")
        lan.follows()
        await handled(program, api)
        assert not program.kept("SELECT 1 FROM addresses WHERE stopped_at IS NOT NULL")

    async def test_a_long_text_goes_in_parts_of_two_thousand_letters(
        self, program: Program, api: ZaloOaApi, clock: Clock
    ) -> None:
        lan = api.phone()
        await register(lan)
        clock.passes(minutes=10)
        text = "Mời các bác đến họp tại nhà văn hóa. " * 120
        await announce(program, clock, lan.user, text)
        await until(lambda: states(program) == [("sent", "")])
        parts = [shown.text for shown in lan.heard if shown.text.startswith("Mời các bác")]
        assert len(parts) == 3
        assert " ".join(parts).split() == text.split()


class TestWebhook:
    async def test_only_what_zalo_signed_is_taken(self, program: Program, api: ZaloOaApi) -> None:
        body = b'{"event_name":"user_send_text","timestamp":"1","sender":{"id":"9"},"message":{}}'
        good = api.sign(body, "1")
        assert await program.webhook(body) == 403
        assert await program.webhook(body, good.removeprefix("mac=")) == 403
        assert await program.webhook(body + b" ", good) == 403
        assert await program.webhook(body, "mac=" + "ô" * 64) == 403
        assert await program.webhook(b"[]", api.sign(b"[]", "")) == 403
        assert await program.webhook(b"no json", good) == 400
        assert await program.webhook(b"", "") == 200
        assert not program.kept("SELECT 1 FROM addresses")
        assert await program.webhook(body, good) == 200

    async def test_the_signature_as_the_manual_tells_it(self, program: Program) -> None:
        body = b'{"app_id":"x","event_name":"user_seen_message","timestamp":"1699003881354"}'
        told = APP_ID.encode() + body + b"1699003881354" + SECRET_KEY.encode()
        assert await program.webhook(body, f"mac={hashlib.sha256(told).hexdigest()}") == 200

    async def test_it_is_answered_before_the_work_is_done(
        self, program: Program, api: ZaloOaApi
    ) -> None:
        api.latency = api.oauth_latency = 3
        await api.phone().says("/start")
        await api.settle()
        assert api.statuses == [200]

    async def test_what_comes_twice_counts_once(self, program: Program, api: ZaloOaApi) -> None:
        lan = api.phone()
        await register(lan)
        api.duplicate_next()
        said = await lan.says("hôm nay tôi trồng 5 cây keo")
        await lan.hears_of("5 (năm) cây keo")
        api.duplicate_next()
        await lan.taps("1")
        await until(lambda: program.trees() == 5)
        await handled(program, api)
        answers = len(lan.heard)
        await lan.says("hôm nay tôi trồng 5 cây keo", msg_id=said)
        await handled(program, api)
        assert (program.trees(), len(lan.heard)) == (5, answers)

    async def test_what_comes_late_and_the_wrong_way_round_is_not_lost(
        self, program: Program, api: ZaloOaApi, clock: Clock
    ) -> None:
        lan, mai = api.phone(), api.phone("2512523625412516")
        await register(lan)
        api.hold_webhooks()
        await lan.says("hôm nay tôi trồng 5 cây keo")
        clock.passes(seconds=1)
        await mai.says("/start")
        clock.passes(days=1)
        api.deliver_held(backwards=True)
        await lan.hears_of("5 (năm) cây keo")
        await mai.hears_of("máy trả lời tự động")
        await lan.taps("1")
        await until(lambda: program.trees() == 5)
        assert program.kept("SELECT done_on FROM reports") == ["2026-11-21"]

    async def test_what_was_not_handled_is_handled_by_the_next_run(
        self, api: ZaloOaApi, tmp_path: Path, clock: Clock
    ) -> None:
        async with running(api, tmp_path) as program:
            await register(api.phone())
        update = {
            "event_name": "user_send_text",
            "timestamp": str(int(clock().timestamp() * 1000)),
            "sender": {"id": api.phone().user},
            "message": {"text": "hôm nay tôi trồng 5 cây keo", "msg_id": "m77"},
        }
        with closing(sqlite3.connect(f"{tmp_path}/bot.db")) as connection, connection:
            connection.execute(
                "INSERT INTO inbox VALUES ('zalo_oa:m77', 'zalo_oa', ?, ?)",
                (json.dumps(update), to_text(clock())),
            )
        async with running(api, tmp_path, "") as program:
            await api.phone().hears_of("5 (năm) cây keo")
            await handled(program, api)


class TestStaff:
    async def test_the_bot_is_silent_where_a_human_writes(
        self, program: Program, api: ZaloOaApi, clock: Clock
    ) -> None:
        lan, mai = api.phone(), api.phone("2512523625412516")
        await register(lan)
        await register(mai)
        api.staff_says(lan.user, "Chào bác, cháu Hoa ở Hội đây.")
        await handled(program, api)
        clock.passes(minutes=1)
        said = len(lan.heard)
        await lan.says("hôm nay tôi trồng 5 cây keo")
        await announce(program, clock, lan.user, "Mời bác họp.")
        await mai.says("menu")
        await mai.hears_of("cháu đây")
        await handled(program, api)
        assert len(lan.heard) == said
        clock.passes(minutes=61)
        await lan.hears_of("Mời bác họp.")
        await lan.says("hôm nay tôi trồng 5 cây keo")
        await lan.hears_of("5 (năm) cây keo")

    async def test_a_talk_with_a_human_that_was_there_before_goes_on_undisturbed(
        self, program: Program, api: ZaloOaApi, clock: Clock
    ) -> None:
        lan = api.phone()
        api.staff_says(lan.user, "Bác cho cháu hỏi thăm ạ.")
        await handled(program, api)
        clock.passes(minutes=1)
        await lan.says("tôi khỏe")
        await handled(program, api)
        assert lan.heard == []
        clock.passes(hours=2)
        await lan.says("chào cháu")
        await lan.hears_of("máy trả lời tự động")

    async def test_its_own_echoes_do_not_silence_it(self, program: Program, api: ZaloOaApi) -> None:
        lan = api.phone()
        await register(lan)
        await lan.says("/toi")
        await lan.hears_of("Chờ cây đầu tiên")
        await handled(program, api)
        assert api.echoes
        assert any(shown.file for shown in lan.heard)
        assert not program.kept("SELECT 1 FROM addresses WHERE staff_until IS NOT NULL")

    async def test_more_than_five_choices_are_lines_that_say_how_to_choose(
        self, program: Program, api: ZaloOaApi, clock: Clock
    ) -> None:
        """Its own echo of them does not silence it either."""
        lan = api.phone()
        await register(lan)
        clock.passes(minutes=10)
        points = [Choice(digit=f"{one}", label=f"{one} điểm", payload="go:menu") for one in "12345"]
        back = Choice(digit="0", label="Quay lại", payload="back")
        await announce(program, clock, lan.user, Reply(text="Mấy điểm ạ?", choices=(*points, back)))
        shown = await lan.hears_of("Mấy điểm")
        assert not shown.buttons
        assert shown.text.splitlines()[5:] == [
            "5. 5 điểm",
            "0. Quay lại",
            "Gõ số ở đầu dòng để chọn.",
        ]
        await handled(program, api)
        assert not program.kept("SELECT 1 FROM addresses WHERE staff_until IS NOT NULL")

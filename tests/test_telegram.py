"""The whole program on Telegram: real HTTP to a fake Bot API, real updates, a real database."""

from __future__ import annotations

import asyncio
import gc
import logging
import unicodedata
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from hypothesis import given
from hypothesis import strategies as st

from bot import app, logs
from bot.channels.base import SendError
from bot.channels.rendering import split, utf16_length
from bot.channels.telegram import TelegramChannel
from bot.settings import Settings
from handlers.talk.messages import Choice, Document, Event, Reply
from storage import outbox
from tests import programs
from tests.databases import opened as opened_store
from tests.fakes.phone import Phone
from tests.fakes.telegram_api import TelegramApi
from tests.jpegs import SECRETS, jpeg, opened
from tests.programs import (
    REGISTERING,
    Lines,
    free_port,
    nothing_secret_is_logged,
    until,
    until_health,
)

log = logging.getLogger(__name__)
TALKATIVE = (None, "aiohttp", "apscheduler", "telegram")

TOKEN, WRONG_TOKEN = "123456:TEST", "654321:WRONG"
SECRET = "a-secret-of-the-webhook"


class Program(programs.Program):
    """The program, and its webhook."""

    async def webhook(self, body: bytes | str, secret: str | None = SECRET) -> int:
        """Call the webhook as anyone might; the status it answers with."""
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        return await self.posted("/telegram", body, headers)


@asynccontextmanager
async def running(
    api_url: str, folder: Path, mode: str = "polling", token: str = TOKEN
) -> AsyncIterator[Program]:
    """The real program, wired as `python -m bot run` wires it."""
    database, port = f"sqlite:///{folder}/bot.db", free_port() if mode == "webhook" else 0
    settings = Settings(
        bot_database_url=database,
        bot_web_port=port,
        bot_quiet_hours="off",
        bot_public_url=f"http://127.0.0.1:{port}" if mode == "webhook" else "",
        telegram_token=token,
        telegram_api_url=api_url,
        telegram_mode=mode,
        telegram_webhook_secret=SECRET,
        telegram_pace=300,  # nobody waits here for what test_pace shows
    )
    async with app.serve(settings) as url:
        yield Program(url, database)
    gc.collect()  # a connection left open complains when it is collected


@pytest.fixture
async def api() -> AsyncIterator[TelegramApi]:
    async with TelegramApi(TOKEN) as server:
        yield server


@pytest.fixture(params=["polling", "webhook"])
async def program(
    request: pytest.FixtureRequest, api: TelegramApi, tmp_path: Path
) -> AsyncIterator[Program]:
    async with running(api.url, tmp_path, request.param) as running_program:
        yield running_program


@pytest.fixture
async def polling(api: TelegramApi, tmp_path: Path) -> AsyncIterator[Program]:
    async with running(api.url, tmp_path) as running_program:
        yield running_program


@pytest.fixture
async def hooked(api: TelegramApi, tmp_path: Path) -> AsyncIterator[Program]:
    async with running(api.url, tmp_path, "webhook") as running_program:
        yield running_program


@pytest.fixture(autouse=True)
def no_line_holds_a_token() -> Iterator[None]:
    """Whatever a test does, no line at the level the program logs at may hold a token."""
    with nothing_secret_is_logged(TOKEN, WRONG_TOKEN):
        yield


@contextmanager
def logging_everything() -> Iterator[list[str]]:
    """Log as the program does, but at every level; what a handler that hides nothing is given."""
    root, handler, loggers = logging.getLogger(), Lines(), [*map(logging.getLogger, TALKATIVE)]
    handlers, levels = root.handlers, [logger.level for logger in loggers]
    root.handlers = []
    logs.set_up([TOKEN, WRONG_TOKEN, SECRET])
    root.addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    try:
        yield handler.lines
    finally:
        root.handlers = handlers
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


async def register(phone: Phone) -> None:
    for said, answer in REGISTERING.items():
        await phone.says(said)
        await phone.hears_of(answer)


async def report(phone: Phone, trees: str = "5 (năm)") -> None:
    await phone.says(f"hôm nay tôi trồng {trees.partition(' ')[0]} cây keo")
    await phone.hears_of(f"{trees} cây keo")


class TestTalking:
    async def test_a_person_registers_and_reports_in_words(
        self, api: TelegramApi, program: Program
    ) -> None:
        lan = api.phone()
        await register(lan)
        await report(lan)
        assert program.trees() == 0
        await lan.says("đúng rồi")
        await lan.hears_of("Cháu ghi rồi ạ: 5 cây keo")
        assert program.trees() == 5
        await until(lambda: not api.pending)
        assert len(lan.heard) == program.kept("SELECT COUNT(*) FROM outbox")[0]
        assert await program.health() == (200, "")

    async def test_the_menu_beside_the_field_begins_with_help_against_scams(
        self, api: TelegramApi, program: Program
    ) -> None:
        await until(lambda: api.commands)
        assert api.commands[0] == ("luadao", "Tôi nghi bị lừa")
        lan = api.phone()
        await lan.says(f"/{api.commands[0][0]}")
        await lan.hears_of("bình tĩnh")

    async def test_a_tap_answers_and_its_spinner_stops(
        self, api: TelegramApi, program: Program
    ) -> None:
        lan = api.phone()
        await register(lan)
        await report(lan)
        await lan.taps("1. Đúng rồi")
        await lan.hears_of("Cháu ghi rồi ạ: 5 cây keo")
        await until(lambda: lan.callback_answers)
        assert program.trees() == 5

    async def test_an_update_delivered_twice_counts_once(
        self, api: TelegramApi, program: Program
    ) -> None:
        lan = api.phone()
        await register(lan)
        await report(lan)
        api.duplicate_next()
        update = await lan.says("1")
        await lan.hears_of("Cháu ghi rồi ạ: 5 cây keo")
        await until(lambda: update not in api.pending)
        assert program.trees() == 5
        await report(lan, "7 (bảy)")  # and the talk is where it was

    async def test_an_old_button_is_kindly_refused(
        self, api: TelegramApi, program: Program
    ) -> None:
        lan = api.phone()
        await register(lan)
        await report(lan)
        old = len(lan.heard) - 1
        await lan.says("8 cây")
        await lan.hears_of("8 (tám) cây")
        await lan.taps_on(old, "1")
        await lan.hears_of("Nút này thuộc câu cũ")
        await lan.hears_of("8 (tám) cây")
        await until(lambda: lan.callback_answers)
        assert program.trees() == 0

    async def test_a_forged_button_counts_nothing(self, api: TelegramApi, polling: Program) -> None:
        lan = api.phone()
        await register(lan)
        await report(lan)
        for forged in ("", "x", "9999:yes", "go:tally", "🌳" * 16):
            await lan.taps_data(forged)
        await until(lambda: len(lan.callback_answers) == 5)
        assert polling.trees() == 0

    async def test_an_edited_message_changes_nothing(
        self, api: TelegramApi, program: Program
    ) -> None:
        lan = api.phone()
        await register(lan)
        await report(lan)
        await lan.says("1")
        await lan.hears_of("Cháu ghi rồi ạ: 5 cây keo")
        await lan.edits("50")
        await lan.hears_of("vẫn theo lời cũ")
        assert program.trees() == 5

    async def test_a_photo_and_a_voice_note_are_answered(
        self, api: TelegramApi, program: Program
    ) -> None:
        lan = api.phone()
        await register(lan)
        await lan.sends_photo("hôm nay tôi trồng 5 cây keo", jpeg(1280, 960))
        await lan.hears_of("nhận được ảnh rồi")
        await lan.hears_of("5 (năm) cây keo")
        assert program.trees() == 0
        await lan.sends_voice()
        await lan.hears_of("hình micrô")
        await lan.says("1")
        await lan.hears_of("của việc nào")
        await lan.says("1")
        await lan.hears_of("làm minh chứng")
        await lan.says("1")
        await lan.hears_of("gắn ảnh vào việc trồng 5 cây keo")
        [(report, photo)] = program.kept("SELECT report_id, image FROM photos")
        assert report == 1
        assert opened(photo).size == (1280, 960)
        assert not any(secret in photo for secret in SECRETS)

    async def test_what_is_said_after_a_photo_waits_for_it(
        self, api: TelegramApi, program: Program
    ) -> None:
        lan = api.phone()
        await register(lan)
        api.file_latency = 0.3
        await lan.sends_photo(content=jpeg())
        await lan.says("hôm nay tôi trồng 5 cây keo")
        thanked = await lan.hears_of("nhận được ảnh rồi")
        assert "làm nốt việc này" not in thanked.text
        await lan.hears_of("5 (năm) cây keo")

    @pytest.mark.parametrize("trouble", ["refused", "gone", "too large", "cut off", "a page"])
    async def test_a_photo_that_cannot_be_fetched_loses_no_words(
        self, api: TelegramApi, polling: Program, trouble: str
    ) -> None:
        lan = api.phone()
        await register(lan)
        match trouble:
            case "refused":
                api.fail_next("getFile", 400, "Bad Request: file is too big")
            case "gone":
                api.no_files = True
            case "cut off":
                api.drop_next("getFile")
            case "a page":
                api.proxy_next("getFile", web.HTTPBadGateway)
        size = 6 << 20 if trouble == "too large" else 100
        await lan.sends_photo("hôm nay tôi trồng 5 cây keo", bytes(size))
        await lan.hears_of("chưa mở được")
        await lan.hears_of("5 (năm) cây keo")
        assert polling.kept("SELECT COUNT(*) FROM photos") == [0]

    async def test_a_photo_sent_as_a_file_is_asked_for_as_a_photo(
        self, api: TelegramApi, polling: Program
    ) -> None:
        lan = api.phone()
        await register(lan)
        await lan.sends_document("DSC_0012.jpg", 20 << 20)
        await lan.hears_of("Nếu là ảnh, bác chọn gửi ảnh")
        assert not api.calls["getFile"]

    async def test_my_page_comes_as_a_picture_with_its_words_and_buttons(
        self, api: TelegramApi, polling: Program
    ) -> None:
        lan = api.phone()
        await register(lan)
        await lan.says("/toi")
        shown = await lan.hears_of("Chờ cây đầu tiên")
        assert (shown.method, opened(shown.file).size) == ("sendPhoto", (1080, 1080))

    async def test_a_picture_that_is_refused_leaves_its_words(
        self, api: TelegramApi, polling: Program
    ) -> None:
        lan = api.phone()
        await register(lan)
        api.fail_next("sendPhoto", 400, "Bad Request: IMAGE_PROCESS_FAILED")
        await lan.says("/toi")
        shown = await lan.hears_of("Chờ cây đầu tiên")
        assert shown.method == "sendMessage"

    async def test_words_too_long_for_a_caption_follow_their_picture(
        self, api: TelegramApi
    ) -> None:
        lan = api.phone()
        channel = TelegramChannel(TOKEN, api.url)
        choice = Choice(digit="1", label="Đúng", payload="1:yes")
        for text, methods in (
            ("Ngắn thôi", ["sendPhoto"]),
            ("ă" * 1025, ["sendPhoto", "sendMessage"]),
        ):
            await channel.send(str(lan.user["id"]), Reply(text=text, choices=(choice,)), jpeg())
            shown = await lan.hears(len(methods))
            assert [one.method for one in shown] == methods
            assert shown[0].file == jpeg()
            assert [bool(one.buttons) for one in shown] == [*[False] * (len(methods) - 1), True]
            assert shown[-1].text == text
        await channel.close()

    async def test_a_file_goes_out_with_its_words(self, api: TelegramApi) -> None:
        async def write(document: Document) -> bytes | None:
            return document.name.encode() if document.values["period"] else None

        lan = api.phone()
        channel = TelegramChannel(TOKEN, api.url, write=write)
        choice = Choice(digit="1", label="Lấy tệp", payload="go:files")
        for period, method, file in (
            ("2026", "sendDocument", b"Tong-hop-2026.xlsx"),
            ("", "sendMessage", b""),  # what cannot be made leaves its words
        ):
            document = Document(name=f"Tong-hop-{period}.xlsx", values={"period": period})
            reply = Reply(text="Đây ạ", choices=(choice,), document=document)
            await channel.send(str(lan.user["id"]), reply)
            [shown] = await lan.hears(1)
            assert (shown.method, shown.file, shown.text) == (method, file, "Đây ạ")
            assert shown.buttons
        api.fail_next("sendDocument", 400, "Bad Request: wrong file")
        document = Document(name="Tong-hop-2026.xlsx", values={"period": "2026"})
        await channel.send(str(lan.user["id"]), Reply(text="Đây ạ", document=document))
        [shown] = await lan.hears(1)
        assert shown.method == "sendMessage"
        await channel.close()

    async def test_groups_and_channels_are_none_of_its_business(
        self, api: TelegramApi, program: Program
    ) -> None:
        lan = api.phone()
        group = {"id": -100, "type": "supergroup", "title": "Xóm Gò Vũ"}
        message = {"message_id": 9, "date": 1, "from": lan.user, "chat": group, "text": "/start"}
        await register(lan)
        api.queue("message", message)
        api.queue("edited_message", message)
        tap = {"id": "77", "from": lan.user, "chat_instance": "1", "message": message}
        api.queries["77"] = lan
        api.queue("callback_query", tap | {"data": "go:menu"})
        api.queue("channel_post", message)  # a kind the bot has not asked for
        await until(lambda: not api.pending and lan.callback_answers)
        assert program.kept("SELECT DISTINCT address FROM outbox") == ["1001"]
        assert program.kept("SELECT COUNT(*) FROM events") == [len(REGISTERING)]

    async def test_what_was_written_while_it_was_off_is_answered(
        self, api: TelegramApi, tmp_path: Path
    ) -> None:
        lan = api.phone()
        for mode in ("polling", "webhook"):
            await lan.says("/start")
            async with running(api.url, tmp_path, mode):
                await lan.hears_of("đồng ý")

    async def test_many_people_at_once_are_each_answered_in_order(
        self, api: TelegramApi, program: Program
    ) -> None:
        phones = [api.phone(number) for number in range(2001, 2021)]
        for said in (*REGISTERING, "hôm nay tôi trồng 5 cây keo", "1"):
            for phone in phones:
                await phone.says(said)  # nobody waits for an answer
        for phone in phones:
            for answer in (*REGISTERING.values(), "5 (năm) cây keo", "Cháu ghi rồi ạ"):
                await phone.hears_of(answer)
        assert program.trees() == 100


class TestRefusals:
    """What the pace of a chat or of the whole channel has to do with a 429."""

    @pytest.fixture
    async def channel(self, api: TelegramApi) -> AsyncIterator[TelegramChannel]:
        api.phone()
        channel = TelegramChannel(TOKEN, api.url)
        yield channel
        await channel.close()

    @pytest.mark.parametrize("crowded", [True, False])
    async def test_a_chat_that_got_more_than_its_pace_is_meant_alone(
        self, api: TelegramApi, channel: TelegramChannel, *, crowded: bool
    ) -> None:
        api.fail_next("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7)
        for _ in range(1 + crowded):
            await channel.pace.turn("1001")
        with pytest.raises(SendError) as refused:
            await channel.send("1001", Reply(text="Chào bác ạ."))
        assert refused.value.retry_after == 7
        assert refused.value.everywhere is not crowded

    async def test_of_a_message_in_parts_only_the_refused_part_is_sent_again(
        self, api: TelegramApi, channel: TelegramChannel
    ) -> None:
        api.let_next("sendMessage")
        api.fail_next("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
        await channel.send("1001", Reply(text="một " * 1000 + "\n" + "hai " * 1000))
        assert [shown.text[:3] for shown in api.phone().heard] == ["một", "hai"]


class TestWebhook:
    @pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], "bí mật"])
    async def test_a_wrong_secret_is_refused_and_nothing_counted(
        self, api: TelegramApi, hooked: Program, secret: str | None
    ) -> None:
        lan = api.phone()
        await register(lan)
        await report(lan)
        forged = {"message_id": 9, "date": 1, "from": lan.user, "chat": lan.chat, "text": "1"}
        body = web.json_response({"update_id": 1, "message": forged}).text
        assert body
        assert await hooked.webhook(body, secret) == 403
        assert hooked.trees() == 0
        assert hooked.kept("SELECT COUNT(*) FROM events") == [len(REGISTERING) + 1]
        assert await hooked.webhook(body) == 200
        await lan.hears_of("Cháu ghi rồi ạ: 5 cây keo")

    async def test_a_secret_that_is_no_text_is_refused(self, hooked: Program) -> None:
        host, port = hooked.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"POST /telegram HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n"
        writer.write(head.encode() + b"X-Telegram-Bot-Api-Secret-Token: m\xe2t\r\n\r\n")
        assert b" 403 " in await reader.readline()
        writer.close()
        await writer.wait_closed()

    async def test_garbage_is_refused_and_the_talk_goes_on(
        self, api: TelegramApi, hooked: Program
    ) -> None:
        bodies = [b"", b"{", b"null", b"[]", b"[1]", b'"x"', b"7", b"{}", b"\xff\xfe\x00", b"\x00"]
        answers = [await hooked.webhook(body) for body in bodies]
        assert answers == [400] * len(bodies)
        assert await hooked.webhook(b" " * 300_000) == 413
        await register(api.phone())

    async def test_there_is_none_when_polling(self, polling: Program) -> None:
        assert await polling.webhook(b"{}") == 404


class TestTroubles:
    async def test_an_answer_arrives_in_the_end_whatever_happens_on_its_way(
        self, api: TelegramApi, polling: Program
    ) -> None:
        phones = [api.phone(number) for number in range(2001, 2008)]
        await asyncio.gather(*map(register, phones))
        await asyncio.gather(*map(report, phones))
        method = "sendMessage"
        api.fail_next(method, 429, "Too Many Requests: retry after 1", retry_after=1)
        api.fail_next(method, 500, "Internal Server Error")
        api.drop_next(method)
        api.drop_next(method, after=True)
        for page in (web.HTTPBadGateway, web.HTTPNotFound, web.HTTPOk):
            api.proxy_next(method, page)
        for phone in phones:
            await phone.taps("1")
        for phone in phones:
            await phone.hears_of("Cháu ghi rồi ạ: 5 cây keo")
        assert polling.trees() == 5 * len(phones)
        assert polling.kept("SELECT COUNT(*) FROM outbox WHERE attempts > 0") == [7]
        assert not polling.kept("SELECT * FROM outbox WHERE state = 'failed'")
        assert not [
            note for note in polling.kept("SELECT problem FROM outbox") if TOKEN in (note or "")
        ]

    async def test_a_trouble_in_receiving_loses_and_repeats_nothing(
        self, api: TelegramApi, polling: Program
    ) -> None:
        lan = api.phone()
        await register(lan)
        await report(lan)
        api.drop_next("getUpdates", after=True)
        await lan.says("1")
        await lan.hears_of("Cháu ghi rồi ạ: 5 cây keo")
        api.fail_next("getUpdates", 500, "Internal Server Error")
        await report(lan, "6 (sáu)")
        api.fail_next("getUpdates", 429, "Too Many Requests: retry after 1", retry_after=1)
        await lan.says("1")
        await lan.hears_of("Cháu ghi rồi ạ: 6 cây keo")
        assert polling.trees() == 11

    async def test_a_second_program_with_the_same_token_is_named_in_the_health(
        self, api: TelegramApi, polling: Program
    ) -> None:
        lan = api.phone()
        await register(lan)
        conflict = "Conflict: terminated by other getUpdates request"
        api.fail_next("getUpdates", 409, conflict)
        await lan.says("hôm nay tôi trồng 5 cây keo")
        await until_health(polling, 503, "another program is receiving")
        await lan.hears_of("5 (năm) cây keo")
        await until_health(polling, 200)

    async def test_an_update_that_nobody_can_read_holds_up_nobody(
        self, api: TelegramApi, program: Program
    ) -> None:
        lan = api.phone()
        api.queue("callback_query", {"id": "1", "from": lan.user, "data": "of another age"})
        api.queue("message", {})
        await register(lan)
        assert program.kept("SELECT COUNT(*) FROM events") == [len(REGISTERING)]

    async def test_a_receipt_that_nobody_can_read_repeats_nothing(
        self, api: TelegramApi, polling: Program
    ) -> None:
        lan = api.phone()
        api.receipt = {"date": 10**12}
        await register(lan)
        assert len(lan.heard) == polling.kept("SELECT COUNT(*) FROM outbox")[0]
        await until(lambda: polling.kept("SELECT DISTINCT state FROM outbox") == ["sent"])

    async def test_a_page_of_a_proxy_is_not_a_refused_token(
        self, api: TelegramApi, tmp_path: Path
    ) -> None:
        api.proxy_next("deleteWebhook", web.HTTPNotFound)
        async with running(api.url, tmp_path) as program:
            said = await until_health(program, 503, "cannot be reached")
            assert TOKEN not in said
            await until_health(program, 200)

    async def test_a_spinner_that_stopped_by_itself_harms_nobody(
        self, api: TelegramApi, program: Program
    ) -> None:
        lan = api.phone()
        await register(lan)
        await report(lan)
        api.fail_next("answerCallbackQuery", 400, "Bad Request: query is too old")
        await lan.taps("1")
        await lan.hears_of("Cháu ghi rồi ạ: 5 cây keo")
        await until(lambda: not api.pending)
        assert program.trees() == 5
        assert await program.health() == (200, "")

    async def test_a_webhook_that_cannot_be_set_at_first_is_set_later(
        self, api: TelegramApi, tmp_path: Path
    ) -> None:
        api.fail_next("setWebhook", 502, "Bad Gateway")
        async with running(api.url, tmp_path, "webhook"):
            await register(api.phone())

    async def test_who_blocked_the_bot_is_left_alone_until_they_write_again(
        self, api: TelegramApi, program: Program
    ) -> None:
        lan, stopped = api.phone(), "SELECT stopped_at IS NOT NULL FROM addresses"
        given_up = "SELECT COUNT(*) > 0 FROM outbox WHERE state = 'failed' AND attempts = 0"
        await register(lan)
        assert program.kept(stopped) == [0]
        api.block(1001)
        await lan.says("menu")
        await until(lambda: program.kept(stopped) == [1])
        await until(lambda: program.kept(given_up) == [1])
        api.block(1001, blocked=False)
        await report(lan)
        assert program.kept(stopped) == [0]

    async def test_a_long_poll_that_hangs_is_a_trouble(self, api: TelegramApi) -> None:
        """A blocked country answers nothing at all, and the health must not say that it does."""
        channel = TelegramChannel(TOKEN, api.url, poll=0, patience=0.2)
        heard: list[Event] = []

        async def deliver(event: Event) -> None:
            heard.append(event)

        await channel.start(deliver)
        await until(lambda: channel.problem is None)
        api.hang = True
        await until(lambda: channel.problem is not None)
        api.hang = False
        await api.phone().says("còn đó không")
        await until(lambda: heard and channel.problem is None)
        await channel.stop()
        await channel.close()


class TestStarting:
    async def test_a_wrong_token_stops_telegram_alone(
        self, api: TelegramApi, tmp_path: Path
    ) -> None:
        async with running(api.url, tmp_path, token=WRONG_TOKEN) as program:
            said = await until_health(program, 503, "TELEGRAM_TOKEN is refused")
            assert WRONG_TOKEN not in said
            async with ClientSession() as client, client.get(program.url) as page:
                assert page.status == 200
                assert "</html>" in await page.text()

    async def test_telegram_out_of_reach_is_tried_until_it_answers(self, tmp_path: Path) -> None:
        port = free_port()
        async with running(f"http://127.0.0.1:{port}", tmp_path) as program:
            said = await until_health(program, 503, "cannot be reached")
            assert TOKEN not in said
            async with TelegramApi(TOKEN, port) as api:
                lan = api.phone()
                await register(lan)
                assert await program.health() == (200, "")
            await until_health(program, 503, "cannot be reached")
            async with TelegramApi(TOKEN, port) as api:
                api.phone()
                await until_health(program, 200)

    async def test_it_stops_cleanly_while_telegram_is_out_of_reach(self, tmp_path: Path) -> None:
        async with running(f"http://127.0.0.1:{free_port()}", tmp_path) as program:
            await until_health(program, 503, "cannot be reached")

    async def test_an_answer_under_way_goes_out_before_it_stops(
        self, api: TelegramApi, tmp_path: Path
    ) -> None:
        lan = api.phone()
        api.latency = 0.1
        async with running(api.url, tmp_path) as program:
            await lan.says("/start")
            await until(lambda: api.calls["sendMessage"])
        assert "đồng ý" in lan.last_text
        assert program.kept("SELECT COUNT(*) FROM outbox WHERE state = 'waiting'") == [0]


class TestSecrets:
    async def test_the_log_of_the_program_holds_none_at_any_level(
        self, api: TelegramApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        api.proxy_next("setWebhook", web.HTTPBadGateway)
        with logging_everything() as lines:
            async with running(api.url, tmp_path, "webhook"):
                await register(api.phone())
                log.error("%s and %s", TOKEN, SECRET)
            async with running(api.url, tmp_path, token=WRONG_TOKEN) as program:
                await until_health(program, 503, "TELEGRAM_TOKEN is refused")
        logged, hidden = capsys.readouterr().err, (TOKEN, WRONG_TOKEN, SECRET)
        for part in ("test_telegram: *** and ***", "setWebhook", "cannot be reached", "is refused"):
            assert part in logged
        assert not [secret for secret in hidden if secret in logged]
        # There was something to hide:
        assert all(any(secret in line for line in lines) for secret in hidden)


class TestLongTexts:
    async def test_a_long_tally_comes_in_parts_in_order(
        self, api: TelegramApi, polling: Program
    ) -> None:
        lan = api.phone()
        await register(lan)
        line = "{0}. 🌳🌳 Xóm Vai Cày: trồng được {0} cây keo, phân loại rác được {0} bao.\n"
        text = "Tổng hợp tuần:\n" + "".join(map(line.format, range(1, 170)))
        assert len(text) > 12_000
        choices = (Choice(digit="1", label="Về đầu", payload="go:menu"),)
        body = Reply(text=text, choices=choices).to_json()
        async with opened_store(polling.database) as store, store.begin() as tx:
            await tx.execute("UPDATE addresses SET last_at = '2026-01-01T00:00:00+00:00'")
            await outbox.put(
                tx,
                channel="telegram",
                address="1001",
                lane=outbox.BULK,
                body=body,
                now=datetime.now(UTC),
            )
        await lan.hears_of("169.")
        parts = [message for message in lan.heard if "Xóm Vai Cày" in message.text]
        assert len(parts) == 4
        assert all(utf16_length(part.text) <= 4096 for part in parts)
        assert "\n".join(part.text for part in parts) == text.strip()
        assert [part.buttons for part in parts] == [[], [], [], [("1. Về đầu", "go:menu")]]


FAMILY = "👩\u200d👩\u200d👧"
LETTERS = ["a", "ố", "ệ", "o\u0302\u0301", "u\u031b\u0323", "9", "🌳", "❤\ufe0f", FAMILY]
BREAKS = [" ", "\n", "\n\n", ". ", ", "]


class TestSplitting:
    @given(
        pieces=st.lists(st.sampled_from([*LETTERS * 4, *BREAKS]), max_size=120),
        limit=st.integers(8, 64),
    )
    def test_every_letter_comes_whole_and_in_order(self, pieces: list[str], limit: int) -> None:
        parts = split("".join(pieces), limit)
        assert all(utf16_length(part) <= limit for part in parts)
        left = ["".join(part.split()) for part in parts]
        for piece in filter(None, map(str.strip, pieces)):
            assert left[0].startswith(piece), (piece, parts)
            left[0] = left[0].removeprefix(piece)
            if not left[0]:
                left.pop(0)
        assert not any(left)

    @given(text=st.text(max_size=200), limit=st.integers(2, 64))
    def test_any_text_at_all_is_split_without_loss(self, text: str, limit: int) -> None:
        parts = split(text, limit)
        assert all(utf16_length(part) <= limit for part in parts)
        assert "".join("".join(parts).split()) == "".join(text.split())
        assert not any(part != part.strip() for part in parts[1:-1])

    def test_a_family_stays_together(self) -> None:
        assert split(FAMILY * 2, 15) == [FAMILY, FAMILY]

    def test_a_short_text_is_left_as_it_is(self) -> None:
        assert split("Chào bác ạ.\n", 4096) == ["Chào bác ạ.\n"]
        assert split("", 4096) == [""]

    def test_a_break_comes_where_a_reader_would_pause(self) -> None:
        assert split("Một hai ba. Bốn năm.", 15) == ["Một hai ba.", "Bốn năm."]
        assert split("Một hai.\nBa bốn. Năm", 15) == ["Một hai.", "Ba bốn. Năm"]

    def test_vietnamese_is_as_it_was(self) -> None:
        text = " ".join(["Xã Phú Thịnh trồng được một nghìn hai trăm cây keo."] * 100)
        for form in ("NFC", "NFD"):
            written = unicodedata.normalize(form, text)
            assert " ".join(split(written, 100)) == written

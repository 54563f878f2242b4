"""The fake Telegram, proved faithful by a client that was not written for it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from tests.fakes.telegram_api import TelegramApi
from tests.patience import PATIENCE
from tests.programs import until


@pytest.fixture
async def api() -> AsyncIterator[TelegramApi]:
    async with TelegramApi() as server:
        yield server


@pytest.fixture
async def bot(api: TelegramApi) -> AsyncIterator[Bot]:
    async with bot_of(api) as client:
        yield client


def bot_of(api: TelegramApi, token: str = "") -> Bot:
    files = f"{api.url}/file/bot"
    return Bot(token or api.token, base_url=f"{api.url}/bot", base_file_url=files)


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    buttons = [InlineKeyboardButton(label, callback_data=f"do:{label}") for label in labels]
    return InlineKeyboardMarkup.from_column(buttons)


async def test_a_message_reaches_the_phone_it_is_for(api: TelegramApi, bot: Bot) -> None:
    lan, minh = api.phone(1001, "Lan"), api.phone(1002, "Minh")
    sent = await bot.send_message(1001, "Chào bác")
    [heard] = await lan.hears()
    assert (heard.text, heard.message_id, heard.chat_id) == ("Chào bác", sent.message_id, 1001)
    assert sent.chat.first_name == "Lan"
    assert lan.last_text == "Chào bác"
    assert not minh.heard
    assert api.calls["sendMessage"] == 1
    with pytest.raises(TimeoutError, match="heard"):
        await lan.hears(timeout=0.01)


async def test_buttons_are_tapped_by_label_beginning_or_digit(api: TelegramApi, bot: Bot) -> None:
    lan = api.phone()
    sent = await bot.send_message(1001, "Chọn", reply_markup=keyboard("10. Mười", "1. Một"))
    for wanted in ("1. Một", "1. M", "1"):
        await lan.taps(wanted)
    taps = [update.callback_query for update in await bot.get_updates()]
    assert [tap and tap.data for tap in taps] == ["do:1. Một"] * 3
    assert taps[0]
    assert taps[0].message
    assert taps[0].message.message_id == sent.message_id
    await taps[0].answer("Đã ghi", show_alert=True)
    [answer] = lan.callback_answers
    assert (answer["text"], answer["show_alert"]) == ("Đã ghi", True)
    with pytest.raises(LookupError, match="no button"):
        await lan.taps("2")


async def test_buttons_edited_away_can_only_be_tapped_on_the_old_message(
    api: TelegramApi, bot: Bot
) -> None:
    lan = api.phone()
    sent = await bot.send_message(1001, "Chọn", reply_markup=keyboard("Có"))
    await sent.edit_text("Xong")
    with pytest.raises(BadRequest, match="not modified"):
        await sent.edit_text("Xong")
    assert [message.text for message in lan.heard] == ["Chọn", "Xong"]
    assert lan.screen[sent.message_id].buttons == []
    with pytest.raises(LookupError):
        await lan.taps("Có")
    await lan.taps_on(0, "Có")
    await lan.taps_data("forged")
    taps = [update.callback_query for update in await bot.get_updates()]
    assert [tap and tap.data for tap in taps] == ["do:Có", "forged"]


async def test_updates_come_back_until_they_are_acknowledged(api: TelegramApi, bot: Bot) -> None:
    lan = api.phone()
    first, second = await lan.says("/start x"), await lan.says("hai")
    for _ in range(2):
        assert [update.update_id for update in await bot.get_updates()] == [first, second]
    [left] = await bot.get_updates(offset=second)
    assert left.message
    assert left.message.text == "hai"
    assert list(api.pending) == [second]
    assert await bot.get_updates(offset=second + 1) == ()
    await lan.edits("ba")
    [edited] = await bot.get_updates(allowed_updates=["message"])
    assert edited.edited_message
    assert edited.edited_message.text == "ba"
    await lan.edits("bốn")  # a kind no longer asked for
    assert await bot.get_updates(offset=edited.update_id + 1) == ()


async def test_a_long_poll_ends_with_the_first_update(api: TelegramApi, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=10))
    await until(lambda: api.calls["getUpdates"])
    await api.phone().says("/bai 1")
    async with asyncio.timeout(PATIENCE):
        [update] = await poll
    assert update.message
    assert [entity.type for entity in update.message.entities] == ["bot_command"]


async def test_two_pollers_are_in_conflict(api: TelegramApi, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=10))
    await until(lambda: api.calls["getUpdates"])
    async with bot_of(api) as other:
        assert await other.get_updates() == ()
    with pytest.raises(Conflict):
        await poll


async def test_a_duplicate_comes_again_after_its_acknowledgement(
    api: TelegramApi, bot: Bot
) -> None:
    api.duplicate_next()
    first = await api.phone().says("một")
    for _ in range(2):
        [update] = await bot.get_updates(offset=first + 1 if api.calls["getUpdates"] else 0)
        assert update.update_id == first
    assert await bot.get_updates(offset=first + 1) == ()


async def test_refusals_are_those_of_telegram(api: TelegramApi, bot: Bot) -> None:
    lan = api.phone()
    with pytest.raises(InvalidToken):
        await bot_of(api, "654321:WRONG").__aenter__()
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(4040, "Ai đó?")
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(1001, "x" * 4097)
    with pytest.raises(BadRequest, match="text is empty"):
        await bot.send_message(1001, " ")
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(1001, "Chọn", reply_markup=keyboard("ố" * 21))
    api.block(1001)
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(1001, "Chào")
    assert not lan.heard


async def test_too_many_sends_are_told_to_wait(
    api: TelegramApi, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # or the client warns of its next version
    lan = api.phone()
    api.fail_next("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7)
    with pytest.raises(RetryAfter) as refusal:
        await bot.send_message(1001, "một")
    assert refusal.value.retry_after == timedelta(seconds=7)
    api.rate = 2
    sends = [bot.send_message(1001, "hai") for _ in range(3)]
    outcomes = await asyncio.gather(*sends, return_exceptions=True)
    assert sum(isinstance(outcome, RetryAfter) for outcome in outcomes) == 1
    assert len(lan.heard) == 2
    assert api.refused == 2


async def test_a_dropped_call_may_or_may_not_have_been_carried_out(
    api: TelegramApi, bot: Bot
) -> None:
    lan = api.phone()
    api.drop_next("sendMessage")
    api.drop_next("sendMessage", after=True)
    api.fail_next("sendMessage", 502, "Bad Gateway")
    for text in ("mất", "tới mà không ai hay", "hỏng"):
        with pytest.raises(NetworkError):
            await bot.send_message(1001, text)
    assert [message.text for message in lan.heard] == ["tới mà không ai hay"]


async def test_files_go_both_ways(api: TelegramApi, bot: Bot) -> None:
    lan = api.phone()
    sent = await bot.send_document(1001, b"a,b\n", filename="tháng 5.csv", caption="Báo cáo")
    assert (lan.heard[0].text, lan.heard[0].file) == ("Báo cáo", b"a,b\n")
    assert sent.document
    assert sent.document.file_name == "tháng 5.csv"
    await bot.send_document(1001, sent.document.file_id)
    await bot.send_photo(1001, b"\xff\xd8", reply_markup=keyboard("Có"))
    assert lan.heard[1].file == b"a,b\n"
    assert lan.heard[2].buttons == [("Có", "do:Có")]
    await lan.sends_photo("vườn rau")
    await lan.sends_voice()
    photo, voice = [update.message for update in await bot.get_updates()]
    assert photo
    assert photo.caption == "vườn rau"
    assert voice
    assert voice.voice
    file = await voice.voice.get_file()
    assert bytes(await file.download_as_bytearray()) == b"OggS"


async def test_a_webhook_gets_each_update_until_it_accepts(api: TelegramApi, bot: Bot) -> None:
    posts: list[tuple[int, str | None]] = []
    answers = iter([500, 302, 200, 200, 200])

    async def receive(request: web.Request) -> web.Response:
        update: dict[str, Any] = await request.json()
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        posts.append((update["update_id"], secret))
        return web.Response(status=next(answers))

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    lan = api.phone()
    first = await lan.says("trước")
    port = runner.addresses[0][1]
    await bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="mật-khẩu".encode().hex())
    api.duplicate_next()
    second = await lan.says("sau")
    await until(lambda: not api.pending)
    assert [update_id for update_id, _ in posts] == [first, first, first, second, second]
    assert {secret for _, secret in posts} == {"mật-khẩu".encode().hex()}
    assert (await bot.get_webhook_info()).last_error_message
    with pytest.raises(Conflict):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()
    await runner.cleanup()

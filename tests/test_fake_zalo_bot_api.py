"""The fake Zalo Bot Platform does what is known of the real one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, ServerDisconnectedError, web

from tests.fakes.zalo_bot_api import METHODS, ZaloBotApi

HOOK, SECRET = "https://bot.example.vn/zalo-bot", "a-secret"
Json = dict[str, Any]


@pytest.fixture
async def api() -> AsyncIterator[ZaloBotApi]:
    async with ZaloBotApi() as server:
        yield server


async def call(api: ZaloBotApi, method: str, token: str = "", **params: Any) -> tuple[int, Json]:
    """The status and the body of a call."""
    url = f"{api.url}/bot{token or api.token}/{method}"
    async with ClientSession() as client, client.post(url, json=params) as got:
        return got.status, await got.json()


async def poll(api: ZaloBotApi, timeout: float = 0.05) -> Json:  # noqa: ASYNC109
    """What one poll gave."""
    return (await call(api, "getUpdates", timeout=timeout))[1]


async def hook(api: ZaloBotApi, url: str = HOOK, secret: str = SECRET) -> tuple[int, Json]:
    """Set the webhook."""
    return await call(api, "setWebhook", url=url, secret_token=secret)


@asynccontextmanager
async def receiving(api: ZaloBotApi, *answers: int) -> AsyncIterator[list[tuple[str, Any, str]]]:
    """A server behind the webhook: bodies with their secrets and callers; it answers in turn."""
    got: list[tuple[str, Any, str]] = []
    statuses = iter(answers)

    async def receive(request: web.Request) -> web.Response:
        said = await request.json() if request.can_read_body else None
        secret = request.headers.get("X-Bot-Api-Secret-Token", "")
        got.append((secret, said, request.headers["User-Agent"]))
        return web.Response(status=next(statuses, 200))

    app = web.Application()
    app.router.add_post("/zalo-bot", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api.names["https://bot.example.vn"] = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield got
    await runner.cleanup()


async def test_who_it_is_and_who_may_ask(api: ZaloBotApi) -> None:
    status, body = await call(api, "getMe")
    assert (status, body["ok"], body["result"]["account_type"]) == (200, True, "BASIC")
    assert await call(api, "getMe", token="1:wrong") == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )
    assert (await call(api, "getme"))[0] == 400  # names of methods are case-sensitive


async def test_all_eleven_methods_are_there(api: ZaloBotApi) -> None:
    assert len(METHODS) == 11
    for method in METHODS:
        assert hasattr(api, f"_on_{method.lower()}"), method


async def test_parameters_come_as_json_as_a_form_or_in_the_query(api: ZaloBotApi) -> None:
    lan = api.phone("lan")
    url, said = f"{api.url}/bot{api.token}/sendMessage", {"chat_id": "lan", "text": "Chào bác"}
    async with ClientSession() as client:
        for ways in ({"json": said}, {"data": said}, {"params": said}):
            async with client.post(url, **ways) as got:  # type: ignore[arg-type]
                assert (await got.json())["result"]["message_id"]
        async with client.get(url, params=said) as got:
            assert got.status == 200
    assert [message.text for message in lan.heard] == ["Chào bác"] * 4


async def test_a_poll_gives_one_update_and_nothing_is_408(api: ZaloBotApi) -> None:
    lan = api.phone("lan", "Bà Lan")
    assert await poll(api) == {"ok": False, "error_code": 408, "description": "Request timeout"}
    first, second = lan.says("một"), lan.says("hai")
    assert (await poll(api))["result"] == first
    assert (await poll(api))["result"] == second
    assert first["message"]["from"]["display_name"] == "Bà Lan"
    assert (await poll(api))["error_code"] == 408
    waiting = asyncio.create_task(poll(api, 5))
    await asyncio.sleep(0.05)
    third = lan.says("ba")
    assert (await waiting)["result"] == third


async def test_a_poll_may_give_out_again_what_was_given_out(api: ZaloBotApi) -> None:
    api.replays = True
    first, second = api.phone().says("một"), api.phone().says("hai")
    got = [(await poll(api))["result"] for _ in range(5)]
    assert got == [first, second, first, second, first]


async def test_nobody_polls_while_a_webhook_is_set(api: ZaloBotApi) -> None:
    async with receiving(api):
        assert (await call(api, "getWebhookInfo"))[0] == 404
        await hook(api)
        assert (await call(api, "getWebhookInfo"))[1]["result"]["url"] == HOOK
        body = await poll(api)
        assert (body["error_code"], "webhook is set" in body["description"]) == (400, True)
        assert (await call(api, "deleteWebhook"))[1]["result"]["url"] == ""
        assert (await poll(api))["error_code"] == 408


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("http://bot.example.vn/zalo-bot", SECRET),
        ("https://localhost/zalo-bot", SECRET),
        ("https://127.0.0.1/zalo-bot", SECRET),
        ("https://192.168.1.5/zalo-bot", SECRET),
        (HOOK, "short"),
    ],
)
async def test_a_webhook_must_be_public_and_have_a_secret(
    api: ZaloBotApi, url: str, secret: str
) -> None:
    assert (await hook(api, url, secret))[0] == 400


async def test_a_webhook_stays_though_its_first_call_is_refused(api: ZaloBotApi) -> None:
    async with receiving(api, 403, 200) as got:
        _, body = await hook(api)
        tried = body["result"]["verification"]
        assert (tried["ok"], tried["outcome"]) == (False, "webhook.http.403")
        assert got == [("", None, "Java/1.8.0_192")]  # it has no body and no secret
        api.tests_left = 1
        assert (await call(api, "testWebhook"))[1]["result"]["outcome"] == "webhook.ok"
        assert (await call(api, "testWebhook"))[1] == {"ok": False, "errorCode": 426}
        api.verifies, api.hooks_left = False, 1
        assert "verification" not in (await hook(api))[1]["result"]
        assert (await hook(api))[0] == 429


async def test_webhooks_come_flat_or_wrapped_with_their_secret(api: ZaloBotApi) -> None:
    async with receiving(api) as got:
        await hook(api)
        update = api.phone().says("một")
        await api.arrived()
        api.wraps, api.photo_key = True, "photo"
        photo = api.phone().sends_photo("vườn")
        await api.arrived()
    assert [(secret, said) for secret, said, _ in got[1:]] == [
        (SECRET, update),
        (SECRET, {"ok": True, "result": photo}),
    ]
    assert photo["message"]["photo"].startswith(api.url)
    assert "photo_url" not in photo["message"]
    assert api.posts == [200, 200]


async def test_webhooks_may_come_late_in_another_order_and_twice(api: ZaloBotApi) -> None:
    async with receiving(api) as got:
        await hook(api)
        api.hold_back()
        first, second = api.phone().says("một"), api.phone().says("hai")
        await api.arrived()
        assert len(got) == 1
        api.let_go(lambda held: held[::-1])
        await api.arrived()
        api.carry(first)
        await api.arrived()
    assert [said for _, said, _ in got[1:]] == [second, first, first]


async def test_what_zalo_hides_may_come_without_any_message(api: ZaloBotApi) -> None:
    update = api.phone().sends_hidden()
    assert update["event_name"] == "message.unsupported.received"
    assert "text" not in update["message"]
    api.queue({"event_name": "message.unsupported.received"})
    assert (await poll(api))["result"] == update
    assert (await poll(api))["result"] == {"event_name": "message.unsupported.received"}


async def test_a_text_has_1_to_2000_characters(api: ZaloBotApi) -> None:
    lan = api.phone("lan")
    for text, status in (("ộ" * 2000, 200), ("ộ" * 2001, 400), ("", 400), ("🌳" * 1001, 400)):
        assert (await call(api, "sendMessage", chat_id="lan", text=text))[0] == status
    assert len(lan.heard) == 1
    for length, status in ((9, 400), (4, 200)):
        styles = [{"start": 0, "len": length, "st": ["f_18"]}]
        got, _ = await call(api, "sendMessage", chat_id="lan", text="Chào", text_styles=styles)
        assert got == status
    assert lan.heard[-1].sizes == ["f_18"]


async def test_who_never_wrote_or_blocked_the_bot_is_not_found(api: ZaloBotApi) -> None:
    assert (await call(api, "sendMessage", chat_id="ai", text="Chào"))[0] == 404
    api.phone("lan").blocked = True
    assert (await call(api, "sendMessage", chat_id="lan", text="Chào"))[0] == 404


async def test_a_plan_allows_so_many_messages_and_people(api: ZaloBotApi) -> None:
    lan, minh = api.phone("lan"), api.phone("minh")
    api.quota, api.most_people = 1, 1
    assert (await call(api, "sendMessage", chat_id="lan", text="Chào"))[0] == 200
    assert (await call(api, "sendMessage", chat_id="lan", text="Chào"))[0] == 429
    api.quota_status = 200  # the refusal may hide in a success
    status, body = await call(api, "sendMessage", chat_id="lan", text="Chào")
    assert (status, body["ok"], body["error_code"]) == (200, False, 429)
    assert len(lan.heard) == 1
    minh.says("tôi là người thứ hai")
    assert (await poll(api))["error_code"] == 408


async def test_zalo_fetches_a_picture_twice_and_a_voice_ends_in_aac(api: ZaloBotApi) -> None:
    lan, url = api.phone("lan"), api.keep("p.jpg", b"\xff\xd8")
    assert (await call(api, "sendPhoto", chat_id="lan", photo=url, caption="Vườn"))[0] == 200
    assert (lan.heard[0].text, lan.heard[0].file) == ("Vườn", b"\xff\xd8")
    api.expired = True
    assert (await call(api, "sendPhoto", chat_id="lan", photo=url))[0] == 400
    assert (await call(api, "sendVoice", chat_id="lan", voice_url="https://x.vn/a.mp3"))[0] == 400
    api.expired, aac = False, api.keep("a.aac", b"\xff\xf1")
    assert (await call(api, "sendVoice", chat_id="lan", voice_url=aac))[0] == 200
    assert (await call(api, "sendVoice", chat_id="zgr-1", voice_url=aac))[0] == 200
    api.expired = True
    assert (await call(api, "sendVoice", chat_id="lan", voice_url=aac))[0] == 400
    assert [message.method for message in lan.heard] == ["sendPhoto", "sendVoice"]


async def test_media_expire(api: ZaloBotApi) -> None:
    url = api.phone().sends_voice()["message"]["voice_url"]
    async with ClientSession() as client:
        async with client.get(url) as got:
            assert (got.status, await got.read()) == (200, b"\xff\xf1")
        api.expired = True
        async with client.get(url) as got:
            assert got.status == 404


async def test_a_sticker_and_typing(api: ZaloBotApi) -> None:
    api.phone("lan")
    assert (await call(api, "sendSticker", chat_id="lan", sticker="0e07"))[1]["ok"]
    body = (await call(api, "sendChatAction", chat_id="lan", action="typing"))[1]
    assert body == {"ok": True, "error_code": 0}


async def test_calls_fail_as_a_test_wants(api: ZaloBotApi) -> None:
    api.phone("lan")
    api.let_next("sendMessage")
    api.fail_next("sendMessage", 500, "Internal Server Error", status=200)
    api.drop_next("sendMessage")
    chao = {"chat_id": "lan", "text": "Chào"}
    assert (await call(api, "sendMessage", **chao))[1]["ok"]
    assert (await call(api, "sendMessage", **chao))[0] == 200
    with pytest.raises(ServerDisconnectedError):
        await call(api, "sendMessage", **chao)
    assert api.calls["sendMessage"] == 3
    assert api.spent == 1

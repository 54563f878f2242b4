"""The fake Zalo, held against what the reference tells of the real one."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, FormData, web

from tests.fakes.zalo_oa_api import APP_ID, APP_SECRET, SECRET_KEY, ZaloOaApi
from tests.talking import Clock

LAN = "2512523625412515"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def api(clock: Clock) -> AsyncIterator[ZaloOaApi]:
    async with ZaloOaApi(clock) as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def buys(client: ClientSession, api: ZaloOaApi, refresh: str) -> Any:
    form = {"app_id": APP_ID, "grant_type": "refresh_token", "refresh_token": refresh}
    secret = {"secret_key": APP_SECRET}
    async with client.post(f"{api.url}/v4/oa/access_token", data=form, headers=secret) as got:
        assert got.status == 200
        return await got.json()


async def sends(client: ClientSession, api: ZaloOaApi, message: Any, access: str = "") -> int:
    token = access or next(iter(api.access), "none")
    body = {"recipient": {"user_id": LAN}, "message": message}
    async with client.post(
        f"{api.url}/v3.0/oa/message/cs", json=body, headers={"access_token": token}
    ) as got:
        assert got.status == 200
        return int((await got.json())["error"])


async def uploads(client: ClientSession, api: ZaloOaApi, kind: str, name: str, size: int) -> Any:
    form, token = FormData(), next(iter(api.access))
    form.add_field("file", io.BytesIO(bytes(size)), filename=name)
    url = f"{api.url}/v2.0/oa/upload/{kind}"
    async with client.post(url, data=form, headers={"access_token": token}) as got:
        return await got.json()


async def test_a_refresh_token_is_good_once_and_for_three_months(
    api: ZaloOaApi, client: ClientSession, clock: Clock
) -> None:
    first = api.first_refresh_token()
    bought = await buys(client, api, first)
    assert bought["expires_in"] == "90000"
    assert (await buys(client, api, first))["error"] == -14014
    clock.passes(days=91)
    assert (await buys(client, api, bought["refresh_token"]))["error"] == -14014


async def test_an_access_token_ends(api: ZaloOaApi, client: ClientSession, clock: Clock) -> None:
    api.first_refresh_token()
    await api.phone(LAN).says("a")
    assert await sends(client, api, {"text": "Chào bác"}, "another") == -216
    assert await sends(client, api, {"text": "Chào bác"}) == 0
    clock.passes(hours=26)
    assert await sends(client, api, {"text": "Chào bác"}) == -220


async def test_windows_and_quotas(api: ZaloOaApi, client: ClientSession, clock: Clock) -> None:
    api.first_refresh_token()
    api.lasts, api.paid, lan = 10**7, 2, api.phone(LAN)
    api.first_refresh_token()
    access = list(api.access)[-1]
    assert await sends(client, api, {"text": "a"}, access) == -230
    await lan.says("a")
    for _ in range(10):
        assert await sends(client, api, {"text": "a"}, access) == 0
    assert [one.free for one in api.sent] == [True] * 8 + [False] * 2
    assert await sends(client, api, {"text": "a"}, access) == -211
    await lan.says("a")
    assert await sends(client, api, {"text": "a"}, access) == 0
    clock.passes(hours=49)
    assert await sends(client, api, {"text": "a"}, access) == -211
    api.paid = 1
    assert await sends(client, api, {"text": "a"}, access) == 0
    clock.passes(days=6)
    assert await sends(client, api, {"text": "a"}, access) == -230


async def test_night_and_who_left(api: ZaloOaApi, client: ClientSession, clock: Clock) -> None:
    api.first_refresh_token()
    lan = api.phone(LAN)
    await lan.says("a")
    lan.unfollows()
    assert await sends(client, api, {"text": "a"}) == -213
    await lan.says("a")
    clock.passes(hours=14)  # 23:00
    assert await sends(client, api, {"text": "a"}) == 0
    api.has_night = True
    assert await sends(client, api, {"text": "a"}) == -234


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"text": ""}, -201),
        ({"text": "a" * 2000}, 0),
        ({"text": "a" * 2001}, -210),
        ({"text": "a", "attachment": {"type": "file", "payload": {"token": "none"}}}, -100),
    ],
)
async def test_messages_it_refuses(
    api: ZaloOaApi, client: ClientSession, message: Any, code: int
) -> None:
    api.first_refresh_token()
    await api.phone(LAN).says("a")
    assert await sends(client, api, message) == code


@pytest.mark.parametrize(("number", "letters", "code"), [(5, 100, 0), (6, 5, -201), (1, 101, -201)])
async def test_buttons(
    api: ZaloOaApi, client: ClientSession, number: int, letters: int, code: int
) -> None:
    api.first_refresh_token()
    await api.phone(LAN).says("a")
    one = {"title": "a" * letters, "type": "oa.query.hide", "payload": "#1"}
    shown = {"type": "template", "payload": {"buttons": [one] * number}}
    assert await sends(client, api, {"text": "a", "attachment": shown}) == code
    api.template_type = "button"
    assert await sends(client, api, {"text": "a", "attachment": shown}) == -201


async def test_uploads_need_an_ending_and_expire(
    api: ZaloOaApi, client: ClientSession, clock: Clock
) -> None:
    api.lasts = 10**7
    api.first_refresh_token()
    await api.phone(LAN).says("a")
    assert (await uploads(client, api, "image", "picture", 10))["data"] == {}
    assert (await uploads(client, api, "image", "a.png", 2 << 20))["error"] == -210
    assert (await uploads(client, api, "file", "a.xlsx", 10))["error"] == -201
    named = (await uploads(client, api, "image", "a.png", 10))["data"]["attachment_id"]
    element = {"media_type": "image", "attachment_id": named}
    shown = {"template_type": "media", "elements": [element]}
    message = {"attachment": {"type": "template", "payload": shown}}
    assert await sends(client, api, message) == 0
    clock.passes(days=8)
    await api.phone(LAN).says("a")
    assert await sends(client, api, message) == -100
    async with client.post(f"{api.url}/v3.0/oa/upload/image") as got:
        assert got.status == 404


async def test_the_message_api_of_old_is_closed(api: ZaloOaApi, client: ClientSession) -> None:
    api.first_refresh_token()
    token = {"access_token": next(iter(api.access))}
    async with client.post(f"{api.url}/v2.0/oa/message", json={}, headers=token) as got:
        assert (await got.json())["error"] == -240


async def test_webhooks_are_signed_and_come_again(api: ZaloOaApi) -> None:
    came: list[tuple[dict[str, str], bytes]] = []

    async def take(request: web.Request) -> web.Response:
        came.append((dict(request.headers), await request.read()))
        return web.Response(status=500 if len(came) < 3 else 200)

    app = web.Application()
    app.router.add_post("/zalo-oa", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api.hook = f"http://127.0.0.1:{runner.addresses[0][1]}/zalo-oa"
    await api.phone(LAN).says("Chào cháu")
    await api.settle()
    assert api.statuses == [500, 500, 200]
    assert [headers["num_retry"] for headers, _ in came] == ["0", "1", "2"]
    headers, body = came[0]
    update = json.loads(body)
    assert update["event_name"] == "user_send_text"
    assert update["message"]["text"] == "Chào cháu"
    told = APP_ID.encode() + body + update["timestamp"].encode() + SECRET_KEY.encode()
    assert headers["X-ZEvent-Signature"] == f"mac={hashlib.sha256(told).hexdigest()}"
    await runner.cleanup()

"""The tokens of the Official Account: none is spent twice, none is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.channels.zalo_oa_tokens import Tokens
from bot.channels.zalo_oa_transport import ZaloOaApi as Client
from bot.channels.zalo_oa_transport import ZaloOaError
from storage import zalo_tokens
from storage.database import Store
from tests.fakes.zalo_oa_api import APP_ID, APP_SECRET, ZaloOaApi
from tests.talking import Clock

HUMAN = "zalo-oa authorise"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def api(clock: Clock) -> AsyncIterator[ZaloOaApi]:
    async with ZaloOaApi(clock) as server:
        yield server


Make = Callable[..., Tokens]


@pytest.fixture
async def make(api: ZaloOaApi, store: Store, clock: Clock) -> AsyncIterator[Make]:
    """Makes the tokens of one process after another, on one database."""
    made: list[tuple[Tokens, Client]] = []

    def tokens(setting: str = "", app_secret: str = APP_SECRET) -> Tokens:
        client = Client(APP_ID, app_secret, api.url, api.url, 5)
        made.append((Tokens(client, store, setting, clock, pauses=(0.01,)), client))
        return made[-1][0]

    yield tokens
    for one, client in made:
        await one.close()
        await client.close()


async def kept(store: Store) -> zalo_tokens.Kept:
    async with store.read() as tx:
        found = await zalo_tokens.kept(tx, APP_ID)
    assert found
    return found


def good(api: ZaloOaApi, access: str) -> bool:
    return access in api.access and api.access[access].until > api.clock()


async def test_the_setting_begins_them_and_is_not_needed_again(api: ZaloOaApi, make: Make) -> None:
    first = api.first_refresh_token()
    access = await make(first).get()
    assert good(api, access)
    assert await make(first).get() == access
    assert await make().get() == access
    assert api.calls["access_token"] == 1


async def test_another_setting_takes_the_place_of_what_was_kept(api: ZaloOaApi, make: Make) -> None:
    access = await make(api.first_refresh_token()).get()
    assert await make(api.first_refresh_token()).get() != access


async def test_they_are_replaced_long_before_they_end(
    api: ZaloOaApi, make: Make, clock: Clock
) -> None:
    tokens = make(api.first_refresh_token())
    first = await tokens.get()
    clock.passes(hours=18)
    assert await tokens.get() == first
    clock.passes(hours=1)
    second = await tokens.get()
    assert second != first
    assert good(api, first)
    for _ in range(100):
        clock.passes(hours=19)
        assert good(api, await tokens.get())


async def test_an_access_token_that_zalo_refuses_is_replaced_once(
    api: ZaloOaApi, make: Make
) -> None:
    tokens = make(api.first_refresh_token())
    await tokens.get()
    api.access.clear()
    client = Client(APP_ID, APP_SECRET, api.url, api.url, 5)
    assert (await tokens.call(client.account))["is_verified"]
    assert api.calls["access_token"] == 2
    api.fail_next("getoa", -216, times=2)
    with pytest.raises(ZaloOaError, match="-216"):
        await tokens.call(client.account)
    assert api.calls["getoa"] == 4
    await client.close()


async def test_many_tasks_at_once_spend_one_refresh_token(api: ZaloOaApi, make: Make) -> None:
    api.oauth_latency = 0.05
    tokens = make(api.first_refresh_token())
    assert len(set(await asyncio.gather(*(tokens.get() for _ in range(20))))) == 1
    assert api.calls["access_token"] == 1


async def test_two_processes_at_once_spend_one_refresh_token(
    api: ZaloOaApi, make: Make, clock: Clock
) -> None:
    first = await make(api.first_refresh_token()).get()
    clock.passes(hours=20)
    api.oauth_latency = 0.2
    got = await asyncio.gather(make().get(), make().get())
    assert all(good(api, access) for access in got)
    assert first in got  # who may not spend it goes on with what is still good
    assert (api.calls["access_token"], api.refused[-14014]) == (2, 0)


async def test_who_stops_waiting_loses_nothing(api: ZaloOaApi, make: Make, store: Store) -> None:
    api.oauth_latency = 0.1
    tokens = make(api.first_refresh_token())
    waiting = asyncio.create_task(tokens.get())
    while not api.calls["access_token"]:
        await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await tokens.close()
    assert good(api, (await kept(store)).pair.access)


async def test_a_crash_after_zalo_answered_calls_a_human_while_there_is_time(
    api: ZaloOaApi, make: Make, store: Store, clock: Clock
) -> None:
    first = await make(api.first_refresh_token()).get()
    clock.passes(hours=20)
    api.drop_next("access_token", after=True)  # the answer never got here
    assert await make().get() == first
    assert (await kept(store)).spent_at
    tokens = make()
    assert await tokens.get() == first  # not before the claim is over
    assert api.calls["access_token"] == 2
    clock.passes(minutes=2)
    assert await tokens.get() == first
    assert tokens.problem
    assert HUMAN in tokens.problem
    assert "while the tokens were being replaced" in tokens.problem
    clock.passes(hours=6)
    with pytest.raises(ZaloOaError):
        await tokens.get()


async def test_a_crash_before_zalo_was_asked_costs_nothing(
    api: ZaloOaApi, make: Make, store: Store, clock: Clock
) -> None:
    await make(api.first_refresh_token()).get()
    clock.passes(hours=20)
    refresh = (await kept(store)).pair.refresh
    async with store.begin() as tx:
        assert await zalo_tokens.claim(tx, APP_ID, refresh, clock())
    clock.passes(minutes=2)
    tokens = make()
    assert good(api, await tokens.get())
    assert tokens.problem is None


@pytest.mark.parametrize("how", ["before", "page"])
async def test_while_zalo_is_away_what_is_good_is_used(
    api: ZaloOaApi, make: Make, clock: Clock, how: str
) -> None:
    tokens = make(api.first_refresh_token())
    first = await tokens.get()
    clock.passes(hours=20)
    if how == "page":
        api.page_next("access_token")
    else:
        api.drop_next("access_token")
    assert await tokens.get() == first
    assert tokens.problem is None
    clock.passes(minutes=2)
    assert await tokens.get() != first


async def test_too_many_calls_say_nothing_about_the_token(
    api: ZaloOaApi, make: Make, clock: Clock
) -> None:
    tokens = make(api.first_refresh_token())
    first = await tokens.get()
    clock.passes(hours=20)
    api.fail_next("access_token", -32)
    assert await tokens.get() == first
    assert tokens.problem is None
    assert await tokens.get() != first


async def test_what_was_bought_is_kept_though_the_database_is_away_for_a_moment(
    api: ZaloOaApi, make: Make, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, failures = zalo_tokens.replace, [OSError("no disk")]

    async def sometimes(*args: Any) -> None:
        if failures:
            raise failures.pop()
        await replace(*args)

    monkeypatch.setattr(zalo_tokens, "replace", sometimes)
    access = await make(api.first_refresh_token()).get()
    assert (await kept(store)).pair.access == access


async def test_a_refused_token_is_not_tried_again_and_again(
    api: ZaloOaApi, make: Make, clock: Clock
) -> None:
    tokens = make("refresh-of-nobody")
    for _ in range(5):
        with pytest.raises(ZaloOaError):
            await tokens.get()
    assert api.calls["access_token"] == 1
    assert tokens.problem
    clock.passes(hours=2)
    with pytest.raises(ZaloOaError):
        await tokens.get()
    assert api.calls["access_token"] == 2


async def test_a_wrong_app_secret_can_be_mended(api: ZaloOaApi, make: Make) -> None:
    first = api.first_refresh_token()
    tokens = make(first, "another-secret")
    with pytest.raises(ZaloOaError):
        await tokens.get()
    assert tokens.problem
    mended = make(first)
    assert good(api, await mended.get())
    assert mended.problem is None


async def test_nobody_has_authorised_yet(make: Make) -> None:
    tokens = make()
    with pytest.raises(ZaloOaError, match="nobody has authorised"):
        await tokens.get()
    assert tokens.problem
    assert HUMAN in tokens.problem


async def test_what_is_kept_shows_no_token(api: ZaloOaApi, make: Make, store: Store) -> None:
    await make(api.first_refresh_token()).get()
    assert "-of-tests" not in repr(await kept(store))

"""What comes from our side: nobody is missed, nobody gets it twice, nobody is disturbed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import SendError
from bot.channels.pace import Pace
from handlers.talk.messages import Choice, Reply
from storage import addresses, claims, inbox, outbox
from storage.database import Store, to_text
from storage.inbox import Incoming
from tests.patience import PATIENCE
from tests.programs import until
from tests.talking import Phone, Village
from tests.test_dispatcher import left, restarted, rows, running, states, texts

CHOICE = Choice(digit="1", label="Cháu đọc rồi", payload="go:report")


async def announced(
    village: Village, to: Iterable[str], text: str = "Mời bác đi họp ạ.", lane: str = outbox.BULK
) -> None:
    """An announcement is put on its way to some addresses."""
    async with village.store.begin() as tx:
        for address in to:
            await outbox.put(
                tx,
                channel="phone",
                address=address,
                lane=lane,
                body=Reply(text=text).to_json(),
                now=village.clock(),
            )


def heard(village: Village) -> dict[str, int]:
    """How many messages each phone has got."""
    return {address: len(replies) for address, replies in village.channel.heard.items()}


def neighbours(number: int) -> list[str]:
    return [f"nhà {place}" for place in range(number)]


async def until_settled(village: Village, pass_by: float = 1) -> None:
    """Wait until nothing waits any more, while time goes by: so many seconds at each look."""
    async with asyncio.timeout(PATIENCE):
        while "waiting" in await states(village.store):
            village.clock.passes(seconds=pass_by)
            await asyncio.sleep(0.01)


class TestEveryone:
    async def test_gets_it_once(self, village: Village) -> None:
        await announced(village, neighbours(200))
        async with running(village):
            await until_settled(village)
        assert heard(village) == dict.fromkeys(neighbours(200), 1)

    async def test_gets_it_once_when_two_processes_send(self, village: Village) -> None:
        village.channel.pace = Pace(1000)
        await announced(village, neighbours(200))
        twin = restarted(village)
        sending = asyncio.create_task(twin.sender.run(twin.dispatcher.offer))
        async with running(village):
            await until_settled(village, 0)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        assert heard(village) == dict.fromkeys(neighbours(200), 1)

    async def test_gets_it_once_though_the_channel_is_down_for_an_hour(
        self, village: Village
    ) -> None:
        village.channel.pace = Pace(100_000, pauses=(0.01,))
        for address in neighbours(60):
            village.channel.refusals[address] = [SendError("retry", "out of reach")] * 3
        await announced(village, neighbours(60))
        async with running(village):
            village.channel.pace = Pace(100_000, pauses=(0.01,))
            await until_settled(village)
        assert heard(village) == dict.fromkeys(neighbours(60), 1)
        assert await states(village.store) == ["sent"] * 60

    async def test_gets_it_after_a_stop_in_the_middle(self, village: Village) -> None:
        await announced(village, neighbours(60))
        async with running(village):
            village.channel.pace = Pace(100)
            await until(lambda: len(heard(village)) > 5)
        assert len(heard(village)) < 60
        async with running(village):  # at once: what was claimed has been given back
            await until(lambda: len(heard(village)) == 60)
        assert set(heard(village).values()) == {1}

    async def test_gets_what_a_process_had_claimed_that_was_killed(self, village: Village) -> None:
        await announced(village, ["lan"])
        async with village.store.begin() as tx:
            assert await claims.claim(tx, "phone", outbox.BULK, village.clock(), 10)
            assert not await claims.claim(tx, "phone", outbox.BULK, village.clock(), 10)
        async with running(village):
            await until_settled(village)
        assert heard(village) == {"lan": 1}

    async def test_gets_what_was_claimed_or_put_off_before_the_clock_was_put_back(
        self, village: Village
    ) -> None:
        await announced(village, ["lan", "mai"])
        village.clock.passes(days=400)
        await announced(village, ["hoa"])
        async with village.store.begin() as tx:
            claimed, failed = await claims.claim(tx, "phone", outbox.BULK, village.clock(), 2)
            await claims.try_later(tx, failed.id, village.clock(), "out of reach")
            await addresses.keep_talk(tx, "phone", claimed.address, "{}", village.clock())
        village.clock.passes(days=-400)
        async with running(village):
            await until(lambda: len(heard(village)) == 3)

    async def test_gets_nothing_before_its_day(self, village: Village) -> None:
        await announced(village, ["lan"])
        tomorrow = to_text(village.clock() + timedelta(days=1))
        async with village.store.begin() as tx:
            await tx.execute("UPDATE outbox SET next_try_at = $1", tomorrow)
            assert not await claims.claim(tx, "phone", outbox.BULK, village.clock(), 10)
            village.clock.passes(days=1)
            assert await claims.claim(tx, "phone", outbox.BULK, village.clock(), 10)

    async def test_gets_one_after_another_in_order(self, village: Village) -> None:
        for text in ("một", "hai", "ba"):
            await announced(village, ["lan", "mai"], text)
        village.channel.refusals["lan"] = [SendError("retry", "out of reach")]
        async with running(village):
            await until_settled(village)
        assert texts(village, "lan") == texts(village, "mai") == ["một", "hai", "ba"]

    async def test_a_claim_that_is_renewed_holds(self, village: Village) -> None:
        await announced(village, ["lan"])
        async with village.store.begin() as tx:
            [claimed] = await claims.claim(tx, "phone", outbox.BULK, village.clock(), 10)
            village.clock.passes(seconds=8)
            await claims.renew(tx, [claimed.id], village.clock())
            village.clock.passes(seconds=8)
            assert not await claims.claim(tx, "phone", outbox.BULK, village.clock(), 10)
            village.clock.passes(seconds=8)
            assert await claims.claim(tx, "phone", outbox.BULK, village.clock(), 10)


class TestWhoMustWriteFirst:
    async def test_is_tried_once_and_gets_it_all_in_order_after_the_next_word(
        self, village: Village, lan: Phone
    ) -> None:
        village.clock.passes(minutes=6)
        village.channel.refusals["lan"] = [SendError("held", "no open window")] * 3
        await announced(village, ["lan"], "một")
        await announced(village, ["lan", "mai"], "hai")
        async with running(village):
            await until(lambda: texts(village, "mai") == ["hai"])
            await asyncio.sleep(1.5)
            village.clock.passes(days=1)
            await asyncio.sleep(1.5)
        assert len(village.channel.refusals["lan"]) == 2
        village.channel.refusals["lan"] = []
        await lan.says("menu")
        assert "một" not in texts(village, "lan")
        village.clock.passes(minutes=6)
        async with running(village):
            await until(lambda: texts(village, "lan")[-2:] == ["một", "hai"])

    async def test_gets_no_answer_that_would_answer_something_else(
        self, village: Village, lan: Phone
    ) -> None:
        for seconds in (None, 3600.0):
            village.channel.refusals["lan"] = [SendError("held", "no open window", seconds)]
            await lan.says("menu")
            await lan.says("menu")
            lan.heard("cháu đây")

    async def test_is_tried_again_after_the_seconds_that_were_told(
        self, village: Village, lan: Phone
    ) -> None:
        village.clock.passes(minutes=6)
        village.channel.refusals["lan"] = [SendError("held", "enough for today", 600)]
        await announced(village, ["lan"], "một")
        async with running(village):
            await until(lambda: not village.channel.refusals["lan"])
            await asyncio.sleep(0.5)
            assert texts(village, "lan")[-1:] != ["một"]
            village.clock.passes(minutes=11)
            await until(lambda: texts(village, "lan")[-1:] == ["một"])

    async def test_is_let_go_when_it_waited_too_long(self, village: Village, lan: Phone) -> None:
        village.clock.passes(minutes=6)
        village.channel.refusals["lan"] = [SendError("held", "no open window")]
        await announced(village, ["lan"])
        async with running(village):
            await until(lambda: not village.channel.refusals["lan"])
            await asyncio.sleep(0.5)
        async with village.store.begin() as tx:
            await outbox.prune(tx, village.clock() - timedelta(days=30))
        assert "waiting" in await states(village.store)
        village.clock.passes(days=31)
        async with village.store.begin() as tx:
            await outbox.prune(tx, village.clock() - timedelta(days=30))
        assert "waiting" not in await states(village.store)


class TestWhoTalksWithAHuman:
    async def test_gets_nothing_meanwhile_but_what_is_urgent(
        self, village: Village, lan: Phone
    ) -> None:
        village.clock.passes(minutes=6)
        now = village.clock()
        async with village.store.begin() as tx:
            await addresses.leave_to_staff(tx, "phone", "lan", now, now + timedelta(hours=1))
            await addresses.leave_to_staff(tx, "phone", "lan", now, now + timedelta(minutes=1))
            assert await addresses.is_left_to_staff(tx, "phone", "lan", now + timedelta(minutes=59))
            assert not await addresses.is_left_to_staff(tx, "phone", "mai", now)
        await announced(village, ["lan"], "một")
        await announced(village, ["lan"], "gấp", outbox.URGENT)
        async with running(village):
            await until(lambda: texts(village, "lan")[-1:] == ["gấp"])
            await asyncio.sleep(1.5)
            assert texts(village, "lan")[-1:] == ["gấp"]
            village.clock.passes(minutes=61)
            await until(lambda: texts(village, "lan")[-1:] == ["một"])


class TestWhatWebhooksBrought:
    async def test_is_kept_once_until_it_is_handled_and_never_again(self, store: Store) -> None:
        now = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
        one, two = Incoming("x:1", "{}", now), Incoming("x:2", "{}", now + timedelta(seconds=1))
        async with store.begin() as tx:
            assert [await inbox.keep(tx, "x", each) for each in (two, one, one)] == [
                *(True, True, False)
            ]
            assert await inbox.waiting(tx, "x") == [one, two]
            assert await inbox.waiting(tx, "y") == []
            await outbox.first_time(tx, "x:1", now)
            await inbox.drop(tx, "x:1")
            assert not await inbox.keep(tx, "x", one)
            assert await inbox.waiting(tx, "x") == [two]


@pytest.mark.parametrize("steps", range(4))
async def test_the_end_of_the_program_is_not_lost_when_room_comes_with_it(
    village: Village, steps: int
) -> None:
    sending = asyncio.create_task(village.core.sender.run(village.core.dispatcher.offer))
    bulk = village.core.sender._bulk["phone"]  # noqa: SLF001 - there is no other way to be so late
    async with asyncio.timeout(5):
        while not bulk._room._waiters:  # noqa: SLF001
            await asyncio.sleep(0.01)
    bulk._room.set()  # noqa: SLF001
    for _ in range(steps):
        await asyncio.sleep(0)
    sending.cancel()
    ended, _ = await asyncio.wait({sending}, timeout=5)
    assert ended


class TestWhoStopped:
    @pytest.fixture
    async def stopped(self, village: Village) -> list[str]:
        """Ten who wrote once; three of them blocked the bot since."""
        async with village.store.begin() as tx:
            for address in neighbours(10):
                await addresses.keep_talk(tx, "phone", address, "{}", village.clock())
        village.clock.passes(minutes=6)
        for address in neighbours(3):
            village.channel.refusals[address] = [SendError("stopped", "blocked by the user")] * 9
        return neighbours(3)

    async def test_is_marked_and_not_tried_again(
        self, village: Village, stopped: list[str]
    ) -> None:
        await announced(village, neighbours(10))
        await announced(village, neighbours(10), "Thêm một tin ạ.")
        async with running(village):
            await until_settled(village)
        got = heard(village)
        assert [got.get(address, 0) for address in neighbours(10)] == [0] * 3 + [2] * 7
        assert [len(village.channel.refusals[address]) for address in stopped] == [8] * 3
        marked = await rows(
            village.store, "SELECT address FROM addresses WHERE stopped_at IS NOT NULL"
        )
        assert sorted(row["address"] for row in marked) == stopped
        given_up = await rows(
            village.store, "SELECT problem, attempts FROM outbox WHERE state = 'failed'"
        )
        assert sorted({row["problem"] for row in given_up}) == [
            "stopped",
            "stopped: blocked by the user",
        ]
        assert {row["attempts"] for row in given_up} == {0}

    async def test_and_writes_again_at_that_moment_is_not_marked(
        self, village: Village, stopped: list[str]
    ) -> None:
        before = village.clock()
        village.clock.passes(seconds=1)
        async with village.store.begin() as tx:
            await addresses.keep_talk(tx, "phone", stopped[0], "{}", village.clock())
            await addresses.mark_stopped(tx, "phone", stopped[0], before)
        assert not await rows(
            village.store, "SELECT 1 AS one FROM addresses WHERE stopped_at IS NOT NULL"
        )


class TestUrgent:
    async def test_goes_before_other_bulk(self, village: Village) -> None:
        village.channel.pace = Pace(50)
        await announced(village, neighbours(40))
        await announced(village, ["lan"], "Bão về ạ.", outbox.URGENT)
        async with running(village):
            village.channel.pace = Pace(50)
            await until(lambda: "lan" in heard(village))
            assert len(heard(village)) < 20

    async def test_passes_quiet_hours(self, village: Village) -> None:
        village.clock.passes(hours=12)
        await announced(village, ["mai"])
        await announced(village, ["lan"], "Bão về ạ.", outbox.URGENT)
        async with running(village):
            await until(lambda: "lan" in heard(village))
            await asyncio.sleep(0.05)
        assert heard(village) == {"lan": 1}

    async def test_is_heard_in_the_middle_of_a_talk_which_goes_on(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay tôi trồng 5 cây keo")
        async with village.store.begin() as tx:
            for lane, text in ((outbox.BULK, "Mời họp ạ."), (outbox.URGENT, "Bão về ạ.")):
                await outbox.put(
                    tx,
                    channel="phone",
                    address="lan",
                    lane=lane,
                    body=Reply(text=text, choices=(CHOICE,)).to_json(),
                    now=village.clock(),
                )
        async with running(village):
            await until(lambda: texts(village, "lan")[-1] == "Bão về ạ.")
        await lan.says("1")
        lan.heard("Cháu ghi rồi ạ: 5 cây keo")
        assert "Mời họp ạ." not in texts(village, "lan")

    async def test_is_answered_by_a_digit_when_nobody_was_talking(
        self, village: Village, lan: Phone
    ) -> None:
        village.clock.passes(minutes=6)
        async with village.store.begin() as tx:
            await outbox.put(
                tx,
                channel="phone",
                address="lan",
                lane=outbox.URGENT,
                body=Reply(text="Bão về ạ.", choices=(CHOICE,)).to_json(),
                now=village.clock(),
            )
        async with running(village):
            await until_settled(village)
        await lan.says("1")
        lan.heard("muốn báo việc gì")


class TestAnswers:
    async def test_go_before_bulk_that_was_put_before(self, village: Village) -> None:
        await announced(village, neighbours(100))
        async with running(village) as core:
            village.channel.pace = Pace(20)
            await until(lambda: len(heard(village)) > 2)
            await left(village, "answer")
            await core.sender.resume()
            await until(lambda: "lan" in heard(village))
            assert len(heard(village)) < 60

    async def test_end_in_the_outbox_like_bulk(self, village: Village) -> None:
        village.channel.refusals["lan"] = [SendError("failed", "too long")]
        await left(village, "1", "2")
        async with running(village):
            await until_settled(village)
        assert await states(village.store) == ["failed", "sent"]

"""The road of a message: counted once, answered in order, and never lost on the way out."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest

from bot import app
from bot.app import Core
from bot.channels.base import SendError
from bot.channels.pace import Pace
from bot.dispatcher import Dispatcher
from bot.routes import ROUTES
from bot.settings import Settings
from handlers.talk.flow import LEFT, Data, Ending, Flow, Option, Prompt, Step
from handlers.talk.messages import Choice, Event, Reply
from handlers.talk.router import Router
from handlers.talk.routes import Route
from handlers.talk.scene import Scene
from storage import outbox, reports
from storage.database import Row, Store, TryAgainError, Tx
from tests.programs import until
from tests.talking import Phone, Village

REGISTERS = ("/start", "1", "1", "Lan", "gò vũ", "1")
FIVE_TREES = "hôm nay tôi trồng 5 cây keo"


def event(village: Village, address: str, text: str) -> Event:
    """Somebody types something; it has not been delivered yet."""
    return Event(
        id=village.next_id(), channel="phone", address=address, at=village.clock(), text=text
    )


def restarted(village: Village) -> Core:
    """The program started once more on the same database, with the same phones in reach."""
    village.channel.pace = Pace(village.channel.limits.pace)
    return app.make_core(
        village.store,
        village.core.library,
        {"phone": village.channel},
        Settings(),
        village.clock,
        pauses=(0.01,),
    )


async def at_once(village: Village, *events: Event) -> None:
    """Deliver events all at once, and wait until everything has been answered."""
    await asyncio.gather(*(village.core.dispatcher.handle(event) for event in events))
    await village.core.sender.settle()


def texts(village: Village, address: str) -> list[str]:
    """Everything the bot has said to a phone."""
    return [reply.text for reply in village.channel.heard[address]]


async def rows(store: Store, sql: str, *args: object) -> list[Row]:
    async with store.read() as tx:
        return await tx.fetch(sql, *args)


async def states(store: Store) -> list[str]:
    return [row["state"] for row in await rows(store, "SELECT state FROM outbox ORDER BY id")]


async def until_attempted(store: Store) -> None:
    """Wait until it is noted that a message could not be sent."""
    while not await rows(store, "SELECT 1 AS one FROM outbox WHERE attempts > 0"):
        await asyncio.sleep(0.005)


class TestAWholeTalk:
    async def test_register_report_and_take_it_back(self, village: Village) -> None:
        lan = await village.elder()
        await lan.says(FIVE_TREES, "1")
        lan.heard("Cháu ghi rồi ạ: 5 cây keo")
        assert await lan.trees() == (5, 0)
        await lan.taps("Xóa báo cáo này")
        await lan.says("1")
        lan.heard("Cháu xóa rồi ạ")
        assert await lan.trees() == (0, 0)

    async def test_a_leader_confirms_and_an_officer_counts(self, village: Village) -> None:
        lan = await village.elder()
        await lan.says(FIVE_TREES, "1")
        leader = await village.staff("leader", "pt-go-vu")
        await leader.says("/duyet")
        await leader.taps("Xác nhận")
        assert await lan.trees() == (5, 5)
        officer = await village.staff("officer")
        await officer.says("/tonghop")
        officer.heard("Trồng cây: trong kỳ báo 5")

    async def test_learn_look_and_leave(self, village: Village) -> None:
        lan = await village.elder()
        for _ in village.content.lessons:
            await lan.says("học", "1", *["1"] * 5, *["1"] * 3, "1")
        await lan.says("/toi")
        assert lan.latest
        await lan.says("dữ liệu của tôi")
        await lan.taps("Xóa hết của tôi")
        await lan.taps("Chắc, xóa đi")
        lan.heard("đã xóa hết")
        problems = await rows(village.store, "SELECT * FROM events WHERE problem IS NOT NULL")
        assert [dict(row) for row in problems] == []


class TestDeliveredTwice:
    async def test_one_after_the_other_is_counted_once_and_answered_alike(
        self, village: Village
    ) -> None:
        lan = await village.elder()
        await lan.says(FIVE_TREES, "1")
        first = lan.latest
        await lan.repeats()
        assert lan.latest == first
        assert await lan.trees() == (5, 0)

    async def test_long_ago_is_still_answered_alike(self, village: Village, lan: Phone) -> None:
        await lan.says(FIVE_TREES, "1")
        first, confirmed = lan.latest, lan.last_event
        await lan.says("học", "1")
        lan.last_event = confirmed
        await lan.repeats()
        assert lan.latest == first
        assert await lan.trees() == (5, 0)

    async def test_at_the_same_time_is_counted_once_and_answered_alike(
        self, village: Village
    ) -> None:
        lan = await village.elder()
        await lan.says(FIVE_TREES)
        before = len(lan.replies)
        await at_once(village, *[event(village, "lan", "1")] * 5)
        answers = texts(village, "lan")[before:]
        assert answers
        assert set(answers) == {answers[0]}
        assert "Cháu ghi rồi ạ: 5 cây keo" in answers[0]
        assert await lan.trees() == (5, 0)
        assert len(await rows(village.store, "SELECT * FROM reports")) == 1

    async def test_to_two_programs_at_the_same_time_is_counted_once(self, village: Village) -> None:
        lan, twin = await village.elder(), restarted(village)
        for number in range(1, 4):
            await lan.says(f"hôm nay trồng {number} cây keo")
            before = len(lan.replies)
            yes = event(village, "lan", "1")
            await asyncio.gather(village.core.dispatcher.handle(yes), twin.dispatcher.handle(yes))
            await asyncio.gather(village.core.sender.settle(), twin.sender.settle())
            answers = texts(village, "lan")[before:]
            assert answers == [answers[0]] * 2
            assert await lan.trees() == (sum(range(number + 1)), 0)

    async def test_while_registering_makes_one_person(self, village: Village) -> None:
        events = [event(village, "lan", text) for text in REGISTERS]
        for one in events:
            await at_once(village, one, one)
        assert len(await rows(village.store, "SELECT * FROM people")) == 1
        assert len(await rows(village.store, "SELECT * FROM consents")) == 1


class TestManyAtOnce:
    async def test_one_persons_messages_are_handled_in_the_order_they_came(
        self, village: Village
    ) -> None:
        said = (*REGISTERS, FIVE_TREES, "1", "hôm qua trồng 7 cây", "1")
        alone = village.phone("alone")
        await alone.says(*said)
        await at_once(village, *(event(village, "lan", text) for text in said))
        assert texts(village, "lan") == texts(village, "alone")
        assert await alone.trees() == (24, 0)

    async def test_one_persons_messages_to_two_programs_wait_for_each_other(
        self, village: Village
    ) -> None:
        await village.elder()
        twin = restarted(village)
        for _ in range(5):
            await asyncio.gather(
                village.core.dispatcher.handle(event(village, "lan", "gì cơ")),
                twin.dispatcher.handle(event(village, "lan", "gì cơ")),
            )
        [here] = await rows(village.store, "SELECT talk FROM addresses")
        assert json.loads(here["talk"])["misses"] == 10

    async def test_fifty_people_each_get_their_own_answers_in_order(self, village: Village) -> None:
        alone = village.phone("alone")
        await alone.says("/start", "1", "1", "Mẫu", "gò vũ", "1", FIVE_TREES, "1")
        families = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng")
        names = [
            f"{family} {name}"
            for family, name in itertools.product(
                families, ("An", "Bình", "Cúc", "Dung", "Hòa", "Lan", "Mai", "Nga", "Tâm", "Yến")
            )
        ]
        # Everyone's first message, then everyone's second …, none waiting for an answer.
        said = [
            event(village, name, text)
            for texts_of_all in zip(
                *(("/start", "1", "1", name, "gò vũ", "1", FIVE_TREES, "1") for name in names),
                strict=True,
            )
            for name, text in zip(names, texts_of_all, strict=True)
        ]
        await at_once(village, *said)
        for name in names:
            expected = [text.replace("Mẫu", name) for text in texts(village, "alone")]
            assert texts(village, name) == expected
        assert await alone.trees() == (255, 0)


def _ask(scene: Scene, _data: Data) -> Prompt:
    return Prompt("Bác có chắc không ạ?", (Option("yes", "Chắc"),))


async def _begin(_tx: Tx, _scene: Scene, _argument: str) -> Data | Ending:
    return {}


async def _finish(tx: Tx, scene: Scene, _data: Data, outcome: str) -> Ending:
    """Write something, and fail."""
    if outcome == LEFT:
        return Ending()
    assert scene.person
    await reports.hear(tx, scene.person.id, "go-vu", scene.today)
    raise ZeroDivisionError


BROKEN = Flow(
    name="broken",
    first="sure",
    steps={"sure": Step(ask=_ask, to={"yes": "done"})},
    ends=frozenset({"done"}),
    begin=_begin,
    finish=_finish,
    recap=lambda _scene, _data: "việc dở",
    holds=False,
)


class TestTrouble:
    @pytest.fixture
    def village(self, village: Village) -> Village:
        """A village whose bot has a broken flow behind /hong."""
        core = village.core
        router = Router(core.library, (*ROUTES, Route(name="broken", to=BROKEN, command="hong")))
        broken = Dispatcher(core.store, core.library, router, core.sender)
        village.core = replace(core, dispatcher=broken)
        return village

    async def test_is_said_kindly_and_nothing_is_kept(self, village: Village, lan: Phone) -> None:
        await lan.says("/hong", "1")
        trouble = village.content.phrases["talk.trouble"]
        assert lan.text == trouble.format_map({"Bác": "Bác", "cháu": "cháu"})
        assert not await rows(village.store, "SELECT * FROM heard")

    async def test_is_noted_beside_the_event(self, village: Village, lan: Phone) -> None:
        await lan.says("/hong", "1")
        assert lan.last_event
        problems = await rows(
            village.store, "SELECT id, problem FROM events WHERE problem IS NOT NULL"
        )
        assert [tuple(dict(row).values()) for row in problems] == [
            (lan.last_event.id, "ZeroDivisionError")
        ]

    async def test_does_not_stop_the_next_message(self, lan: Phone) -> None:
        await lan.says("/hong", "1", FIVE_TREES)
        lan.heard("5 (năm) cây keo, hôm nay")
        await lan.says("1")
        lan.heard("Cháu ghi rồi ạ")
        assert await lan.trees() == (5, 0)

    async def test_once_leaves_the_person_where_they_were(self, lan: Phone) -> None:
        await lan.says("/hong", "1", "gì cơ")
        lan.heard("Bác có chắc không ạ?")

    async def test_again_and_again_leads_out_of_it(self, lan: Phone) -> None:
        await lan.says("/hong", "1", "1")
        lan.heard("trục trặc")
        await lan.says("gì cơ")
        lan.heard_nothing_of("Bác có chắc không ạ?", "trục trặc")
        assert lan.labels() == ["Học bài", "Báo việc đã làm", "Việc của tôi"]

    async def test_delivered_twice_is_answered_alike_and_not_tried_again(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("/hong", "1")
        first = lan.latest
        await lan.repeats()
        assert lan.latest == first
        [here] = await rows(village.store, "SELECT talk FROM addresses")
        assert json.loads(here["talk"])["failures"] == 1

    async def test_of_one_does_not_touch_another(self, village: Village, lan: Phone) -> None:
        mai = await village.elder("Mai")
        await lan.says("/hong")
        await at_once(
            village,
            *[event(village, "lan", "1"), event(village, "mai", FIVE_TREES)],
            *[event(village, "lan", "1"), event(village, "mai", "1")],
        )
        assert "Cháu ghi rồi ạ: 5 cây keo" in mai.replies[-1].text
        assert "trục trặc" in lan.replies[-1].text

    @pytest.mark.parametrize(
        "talk", ['{"at": {"flow": "report", "page": 1}}', "[]", "", '{"offered": [{"to": "x"}]}']
    )
    async def test_with_a_talk_that_cannot_be_read_ends_with_the_first_message(
        self, village: Village, lan: Phone, talk: str
    ) -> None:
        async with village.store.begin() as tx:
            await tx.execute("UPDATE addresses SET talk = $1", talk)
        await lan.says(FIVE_TREES)
        assert lan.latest
        await lan.says(FIVE_TREES, "1")
        assert await lan.trees() == (5, 0)

    async def test_that_cannot_even_be_noted_gives_the_event_back_to_the_channel(
        self, village: Village, lan: Phone
    ) -> None:
        before = len(lan.replies)
        await village.store.close()
        with pytest.raises(Exception, match=r"(?i)no active connection|connection closed|pool is"):
            await village.core.dispatcher.handle(event(village, "lan", FIVE_TREES))
        assert len(lan.replies) == before


async def kept_answers(store: Store, *events: Event) -> list[str]:
    """What was answered to events, as it was kept."""
    async with store.read() as tx:
        return [
            Reply.from_json(answer.body).text
            for one in events
            for answer in await outbox.answers_to(tx, one.id)
        ]


class TestSending:
    @pytest.mark.parametrize("retry_after", [None, 0.02])
    async def test_what_cannot_be_sent_now_goes_out_later_and_in_order(
        self, village: Village, lan: Phone, retry_after: float | None
    ) -> None:
        village.channel.refusals["lan"] = [
            SendError("retry", "out of reach", retry_after) for _ in range(3)
        ]
        before = len(lan.replies)
        events = [event(village, "lan", text) for text in (FIVE_TREES, "1", "học", "1")]
        for one in events:
            await village.core.dispatcher.handle(one)
        assert len(lan.replies) == before
        await village.core.sender.settle()
        expected = await kept_answers(village.store, *events)
        assert len(expected) >= len(events)
        assert texts(village, "lan")[before:] == expected
        assert set(await states(village.store)) == {"sent"}
        tries = await rows(village.store, "SELECT attempts FROM outbox ORDER BY id")
        assert sorted(row["attempts"] for row in tries)[-2:] == [0, 3]

    async def test_one_out_of_reach_does_not_hold_up_another(
        self, village: Village, lan: Phone
    ) -> None:
        mai, before = await village.elder("Mai"), len(lan.replies)
        village.channel.refusals["lan"] = [SendError("retry", "out of reach", 3600)]
        heard = len(mai.replies)
        await village.core.dispatcher.handle(event(village, "lan", FIVE_TREES))
        await village.core.dispatcher.handle(event(village, "mai", FIVE_TREES))
        await until(lambda: len(mai.replies) > heard)
        assert len(lan.replies) == before

    async def test_what_never_can_be_sent_is_given_up_and_the_next_goes_out(
        self, village: Village, lan: Phone
    ) -> None:
        village.channel.refusals["lan"] = [SendError("failed", "too long")]
        await lan.says(FIVE_TREES)
        assert not lan.latest
        await lan.says("1")
        lan.heard("Cháu ghi rồi ạ")
        refused = await rows(village.store, "SELECT problem FROM outbox WHERE state = 'failed'")
        assert [row["problem"] for row in refused] == ["failed: too long"]

    async def test_who_stopped_the_bot_is_marked_until_they_write_again(
        self, village: Village, lan: Phone
    ) -> None:
        village.channel.refusals["lan"] = [SendError("stopped", "blocked by the user")]
        await lan.says(FIVE_TREES)
        assert not lan.latest
        [here] = await rows(village.store, "SELECT stopped_at FROM addresses")
        assert here["stopped_at"]
        await lan.says("1")
        lan.heard("Cháu ghi rồi ạ")
        [here] = await rows(village.store, "SELECT stopped_at FROM addresses")
        assert here["stopped_at"] is None
        assert (await states(village.store))[-2:] == ["failed", "sent"]


async def left(
    village: Village,
    *said: str,
    address: str = "lan",
    channel: str = "phone",
    lane: str = outbox.ANSWER,
) -> None:
    """Messages that were kept, but the power went before they were sent."""
    async with village.store.begin() as tx:
        for text in said:
            await outbox.put(
                tx,
                channel=channel,
                address=address,
                lane=lane,
                body=Reply(text=text).to_json(),
                now=village.clock(),
                dedupe_key=text,
            )


@asynccontextmanager
async def running(village: Village) -> AsyncIterator[Core]:
    """The program started anew and sending, as `app.serve` has it, until the context ends."""
    core = restarted(village)
    await core.sender.resume()
    sending = asyncio.create_task(core.sender.run(core.dispatcher.offer))
    try:
        yield core
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        await core.sender.settle()


class TestAfterACrash:
    async def test_answers_left_unsent_go_out_once_and_in_order(self, village: Village) -> None:
        await left(village, "1", "2", "3")
        await left(village, "4", address="mai")
        for _ in range(3):
            async with running(village):
                await until(lambda: len(texts(village, "lan")) >= 3)
                await until(lambda: len(texts(village, "mai")) >= 1)
        assert texts(village, "lan") == ["1", "2", "3"]
        assert texts(village, "mai") == ["4"]
        assert await states(village.store) == ["sent"] * 4

    async def test_they_go_out_before_newer_answers(self, village: Village, lan: Phone) -> None:
        before = len(lan.replies)
        await left(village, "1", "2")
        village.channel.refusals["lan"] = [SendError("retry", "out of reach")]
        async with running(village) as core:
            await core.dispatcher.handle(event(village, "lan", FIVE_TREES))
            await until(lambda: len(lan.replies) >= before + 3)
        first, second, third, *more = texts(village, "lan")[before:]
        assert (first, second, more) == ("1", "2", [])
        assert "5 (năm) cây keo" in third

    async def test_an_answer_between_two_tries_is_not_forgotten(
        self, village: Village, lan: Phone
    ) -> None:
        before = len(lan.replies)
        village.channel.refusals["lan"] = [SendError("retry", "out of reach", 3600)]
        await village.core.dispatcher.handle(event(village, "lan", FIVE_TREES))
        await until_attempted(village.store)
        async with running(village):
            await until(lambda: len(lan.replies) > before)
        assert "5 (năm) cây keo" in texts(village, "lan")[-1]
        assert len(lan.replies) == before + 1

    async def test_what_is_a_day_old_would_only_confuse(self, village: Village, lan: Phone) -> None:
        before = len(lan.replies)
        village.channel.refusals["lan"] = [SendError("retry", "out of reach", 3600)]
        await village.core.dispatcher.handle(event(village, "lan", FIVE_TREES))
        await until_attempted(village.store)
        village.clock.passes(hours=25)
        await left(village, "new")
        async with running(village):
            await until(lambda: len(lan.replies) > before)
        assert texts(village, "lan")[before:] == ["new"]
        assert (await states(village.store))[-2:] == ["failed", "sent"]

    async def test_an_answer_on_a_channel_that_is_gone_is_given_up(self, village: Village) -> None:
        await left(village, "1", channel="fax")
        await left(village, "2")
        async with running(village):
            await until(lambda: bool(texts(village, "lan")))
        assert await states(village.store) == ["failed", "sent"]


class TestBulk:
    async def test_goes_out_once_and_in_order(self, village: Village) -> None:
        await left(village, "1", "2", "3", lane=outbox.BULK)
        for _ in range(2):
            async with running(village):
                await until(lambda: len(texts(village, "lan")) >= 3)
        assert texts(village, "lan") == ["1", "2", "3"]
        assert await states(village.store) == ["sent"] * 3

    async def test_waits_for_the_morning_and_answers_do_not(self, village: Village) -> None:
        village.clock.passes(hours=12)
        await left(village, "bulk", lane=outbox.BULK)
        await left(village, "answer")
        async with running(village):
            await until(lambda: bool(texts(village, "lan")))
            await asyncio.sleep(0.05)
        assert texts(village, "lan") == ["answer"]
        village.clock.passes(hours=10, seconds=1)
        async with running(village):
            await until(lambda: len(texts(village, "lan")) > 1)
        assert texts(village, "lan") == ["answer", "bulk"]

    async def test_that_cannot_be_sent_now_goes_out_later(self, village: Village) -> None:
        village.channel.refusals["lan"] = [SendError("retry", "out of reach", 3600)]
        await left(village, "1", lane=outbox.BULK)
        async with running(village):
            await until_attempted(village.store)
        assert texts(village, "lan") == []
        village.clock.passes(hours=1)
        async with running(village):
            await until(lambda: bool(texts(village, "lan")))
        assert texts(village, "lan") == ["1"]

    async def test_that_is_no_longer_needed_is_not_sent(self, village: Village) -> None:
        await left(village, "1", "2", lane=outbox.BULK)
        async with village.store.begin() as tx:
            await outbox.cancel(tx, "1")
        async with running(village):
            await until(lambda: bool(texts(village, "lan")))
        assert texts(village, "lan") == ["2"]

    async def test_that_is_no_longer_needed_is_not_sent_even_when_its_turn_is_next(
        self, village: Village
    ) -> None:
        village.channel.refusals["lan"] = [SendError("retry", "slow down", 0.15)]
        await left(village, "1", "2", lane=outbox.BULK)
        await left(village, "3", lane=outbox.BULK, address="mai")
        async with running(village):
            await until_attempted(village.store)
            async with village.store.begin() as tx:
                await outbox.cancel(tx, "2")
            await until(lambda: bool(texts(village, "mai")))
        assert texts(village, "lan") == []
        assert await states(village.store) == ["waiting", "failed", "sent"]

    @pytest.mark.parametrize(
        ("went_out", "answered"),
        [(True, "Bác muốn báo việc gì ạ?"), (False, "Mời bác chọn bài ạ.")],
    )
    async def test_is_answered_by_a_digit_only_if_it_went_out(
        self, village: Village, lan: Phone, answered: str, *, went_out: bool
    ) -> None:
        """Before it came, 1 was the first choice of the menu: a lesson."""
        choice = Choice(digit="1", label="Có, để tôi kể", payload="go:report")
        question = Reply(text="Tuần này bác có làm gì không?", choices=(choice,))
        async with village.store.begin() as tx:
            await outbox.put(
                tx,
                channel="phone",
                address="lan",
                lane=outbox.BULK,
                body=question.to_json(),
                now=village.clock(),
            )
        await left(village, "the end", lane=outbox.BULK, address="mai")
        if not went_out:
            village.channel.refusals["lan"] = [SendError("failed", "too long")]
        village.clock.passes(minutes=6)
        async with running(village):
            while "waiting" in await states(village.store):
                await asyncio.sleep(0.005)
        await lan.says("1")
        lan.heard(answered)


class TestOneLetPast:
    """Two transactions that wait for each other: the database undoes one, and it is done again."""

    @pytest.fixture
    def undone(self, village: Village, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
        """Let the next transactions that begin be undone, so many of them."""
        begin = village.store.begin
        left = 0

        @asynccontextmanager
        async def begins() -> AsyncIterator[Tx]:
            nonlocal left
            async with begin() as tx:
                yield tx
                left -= 1
                if left >= 0:
                    raise TryAgainError

        def times(number: int) -> None:
            nonlocal left
            left = number

        monkeypatch.setattr(village.store, "begin", begins)
        return times

    async def test_is_done_again_and_counted_once(
        self, village: Village, lan: Phone, undone: Callable[[int], None]
    ) -> None:
        await lan.says(FIVE_TREES)
        undone(1)
        await lan.says("1")
        lan.heard("Cháu ghi rồi ạ: 5 cây keo")
        assert await lan.trees() == (5, 0)

    async def test_twice_is_trouble(
        self, village: Village, lan: Phone, undone: Callable[[int], None]
    ) -> None:
        undone(2)
        await lan.says("menu")
        [problem] = await rows(village.store, "SELECT problem FROM events WHERE problem <> ''")
        assert problem["problem"] == "TryAgainError"


async def test_no_picture_is_drawn_for_a_channel_that_fetches_it(
    village: Village, lan: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(village.channel, "limits", replace(village.channel.limits, images=False))
    await lan.says("/toi")
    assert any(reply.picture for reply in lan.latest)
    assert lan.images == []

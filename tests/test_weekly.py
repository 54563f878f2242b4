"""The weekly question: to whoever is silent, once, in allowed hours, and answerable."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot import scheduler
from bot.scheduler import Ticker
from bot.settings import QuietHours
from storage import addresses
from tests.talking import VIETNAM, Phone, Village

QUESTION = "Tuần này bác có trồng cây hay phân loại rác không ạ?"
FRIDAY_MORNING = datetime(2026, 11, 27, 9, 5, tzinfo=VIETNAM)


def ticker(village: Village) -> Ticker:
    """The clockwork of a village, ticked by hand."""
    core = village.core
    return Ticker(village.store, core.library, QuietHours("20:00-07:00"), village.clock)


def asked(phone: Phone) -> int:
    """How often a phone got the question."""
    return sum(reply.text == QUESTION for reply in phone.replies)


async def test_the_silent_are_asked_once(village: Village, lan: Phone) -> None:
    mai = await village.elder("Mai")
    village.clock.now = FRIDAY_MORNING
    await mai.says("hôm nay trồng 5 cây", "1")
    assert await village.ticks() == 1
    assert await village.ticks() == 0
    village.clock.passes(days=1)
    assert await village.ticks() == 0
    assert (asked(lan), asked(mai)) == (1, 0)


async def test_next_week_they_are_asked_again(village: Village, lan: Phone) -> None:
    village.clock.now = FRIDAY_MORNING
    await village.ticks()
    village.clock.passes(days=7)
    await village.ticks()
    assert asked(lan) == 2


async def test_not_before_the_hour_nor_in_quiet_hours(village: Village, lan: Phone) -> None:
    for day, hour in ((26, 9), (27, 8), (27, 20), (28, 6)):
        village.clock.now = datetime(2026, 11, day, hour, 59, tzinfo=VIETNAM)
        assert await village.ticks() == 0
    assert asked(lan) == 0


async def test_yes_begins_a_report(village: Village, lan: Phone) -> None:
    village.clock.now = FRIDAY_MORNING
    await village.ticks()
    assert lan.labels() == ["Có, tôi báo", "Tuần này chưa"]
    await lan.says("1")
    lan.heard("muốn báo việc gì")


async def test_not_this_week_is_heard_and_not_asked_again(village: Village, lan: Phone) -> None:
    village.clock.now = FRIDAY_MORNING
    await village.ticks()
    await lan.says("tuần này chưa")
    lan.heard("không sao ạ")


async def test_a_digit_answers_the_question_even_in_the_middle_of_something(
    village: Village, lan: Phone
) -> None:
    await lan.says("học", "1", "1")
    card = lan.replies[-1].text
    village.clock.now = FRIDAY_MORNING
    await village.ticks()
    await lan.says("2")
    lan.heard("không sao ạ")
    assert lan.labels()[0].startswith("Làm tiếp: học bài")
    await lan.says("1")
    lan.heard(card)


async def test_a_report_made_in_time_takes_the_question_back(village: Village, lan: Phone) -> None:
    village.clock.now = FRIDAY_MORNING
    assert await ticker(village).tick() == 1
    await lan.says("hôm nay trồng 5 cây", "1")
    await village.ticks()
    assert asked(lan) == 0


async def test_staff_and_those_who_left_are_not_asked(village: Village, lan: Phone) -> None:
    await village.staff("officer")
    await lan.says("dữ liệu", "3", "1")
    village.clock.now = FRIDAY_MORNING
    assert await village.ticks() == 0


async def test_old_events_are_forgotten_but_not_what_still_waits(
    village: Village, lan: Phone
) -> None:
    village.clock.passes(days=31)
    await ticker(village).tidy()
    async with village.store.read() as tx:
        assert not await tx.fetch("SELECT id FROM events")
        assert len(await tx.fetch("SELECT id FROM people")) == 1


async def test_a_button_of_last_week_answers_last_week(village: Village, lan: Phone) -> None:
    village.clock.now = FRIDAY_MORNING
    await village.ticks()
    village.clock.passes(days=4)
    await lan.taps("Tuần này chưa")
    async with village.store.read() as tx:
        [heard] = await tx.fetch("SELECT day FROM heard")
    assert heard["day"] == "2026-11-29"
    village.clock.passes(days=3)
    await village.ticks()
    assert asked(lan) == 2


async def test_the_question_does_not_disturb_a_talk(village: Village, lan: Phone) -> None:
    village.clock.now = FRIDAY_MORNING
    await lan.says("hôm nay trồng 5 cây")
    assert await village.ticks() == 0
    await lan.says("1")
    assert await lan.trees() == (5, 0)


async def test_nobody_is_asked_in_the_week_of_registering(village: Village) -> None:
    village.clock.now = FRIDAY_MORNING
    await village.elder("Mai")
    village.clock.passes(hours=3)
    assert await village.ticks() == 0


@pytest.mark.parametrize("said", ["có", "có ạ", "1", "có, tôi báo"])
async def test_yes_in_any_words(village: Village, lan: Phone, said: str) -> None:
    village.clock.now = FRIDAY_MORNING
    await village.ticks()
    await lan.says(said)
    lan.heard("muốn báo việc gì")


@pytest.mark.parametrize("said", ["không", "chưa ạ", "tuần này chưa"])
async def test_no_in_any_words(village: Village, lan: Phone, said: str) -> None:
    village.clock.now = FRIDAY_MORNING
    await village.ticks()
    await lan.says(said)
    lan.heard("không sao ạ")


async def test_a_question_that_waited_over_the_week_is_not_asked(
    village: Village, lan: Phone
) -> None:
    village.clock.now = datetime(2026, 11, 29, 19, 58, tzinfo=VIETNAM)
    assert await ticker(village).tick() == 1
    village.clock.passes(hours=12)
    await village.ticks()
    assert asked(lan) == 0


class TestTicking:
    """A tick is short, and one job does not hang on another."""

    @pytest.fixture
    async def planters(self, village: Village) -> list[Phone]:
        """Three who planted in November."""
        phones = [await village.elder(name) for name in ("Lan", "Mai", "Hoa")]
        for phone in phones:
            await phone.says("hôm nay trồng 5 cây", "1")
        return phones

    @pytest.fixture
    def two_at_most(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(scheduler, "MOST", 2)

    @pytest.mark.usefixtures("two_at_most")
    async def test_so_many_are_asked_about_the_week_at_once(
        self, village: Village, planters: list[Phone]
    ) -> None:
        village.clock.now = FRIDAY_MORNING
        assert [await village.ticks() for _ in range(3)] == [2, 1, 0]
        assert [asked(phone) for phone in planters] == [1, 1, 1]

    @pytest.mark.usefixtures("two_at_most", "planters")
    async def test_so_many_are_asked_what_lives_at_once(self, village: Village) -> None:
        village.clock.now = datetime(2027, 2, 1, 9, 5, tzinfo=VIETNAM)
        assert [await village.ticks() for _ in range(3)] == [2, 1, 0]

    @pytest.mark.usefixtures("two_at_most")
    async def test_who_cannot_be_reached_keeps_nobody_waiting(
        self, village: Village, planters: list[Phone]
    ) -> None:
        async with village.store.begin() as tx:
            for phone in planters[:2]:
                await addresses.mark_stopped(tx, "phone", phone.address, village.clock())
        village.clock.now = datetime(2027, 2, 1, 9, 5, tzinfo=VIETNAM)
        assert await village.ticks() == 1
        assert "còn sống mấy cây" in planters[2].replies[-1].text

    @pytest.mark.usefixtures("planters")
    async def test_who_was_written_to_today_is_asked_tomorrow(self, village: Village) -> None:
        village.clock.now = datetime(2027, 2, 5, 9, 5, tzinfo=VIETNAM)
        assert [await village.ticks() for _ in range(2)] == [3, 0]
        village.clock.passes(days=1)
        assert [await village.ticks() for _ in range(2)] == [3, 0]

    @pytest.mark.usefixtures("planters")
    async def test_an_error_in_one_job_stops_no_other(
        self, village: Village, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fails(*_: object) -> int:
            raise ZeroDivisionError

        village.clock.now = datetime(2027, 2, 5, 9, 5, tzinfo=VIETNAM)
        monkeypatch.setattr(scheduler, "ask_who_is_silent", fails)
        assert await village.ticks() == 3

    async def test_two_on_one_phone_are_asked_on_two_days(
        self, village: Village, lan: Phone
    ) -> None:
        await lan.says("hôm nay trồng 5 cây", "1")
        async with village.store.begin() as tx:
            await tx.execute(
                "INSERT INTO people (name, form, unit, over60, registered_at) "
                "SELECT 'Tám', form, unit, over60, registered_at FROM people"
            )
            await tx.execute(
                "INSERT INTO sharers (channel, address, person_id) "
                "SELECT 'phone', 'lan', id FROM people WHERE name = 'Tám'"
            )
            await tx.execute(
                "INSERT INTO reports (person_id, unit, activity, quantity, unit_of_measure,"
                " done_on, source, words, understood, status, reported_at) SELECT p.id, r.unit,"
                " activity, quantity, unit_of_measure, done_on, source, words, understood, status,"
                " reported_at FROM reports r, people p WHERE p.name = 'Tám'"
            )
        village.clock.now = datetime(2027, 2, 1, 9, 5, tzinfo=VIETNAM)
        assert [await village.ticks() for _ in range(2)] == [1, 0]
        village.clock.passes(days=1)
        assert [await village.ticks() for _ in range(2)] == [1, 0]

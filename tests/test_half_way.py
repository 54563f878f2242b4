"""A lesson left half-way: one gentle word some days later, and none when it is done."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.scheduler import Ticker
from bot.settings import QuietHours
from tests.talking import VIETNAM, Phone, Village

REMINDER = "Hôm trước bác đang học dở bài “"
NINE = datetime(2026, 11, 23, 9, 5, tzinfo=VIETNAM)


def reminders(phone: Phone) -> int:
    """How often a phone was reminded of a lesson."""
    return sum(REMINDER in reply.text for reply in phone.replies)


@pytest.mark.parametrize(
    "stops", [(), ("để sau",), ("menu", "việc của tôi")], ids=["phone down", "put off", "elsewhere"]
)
async def test_whoever_left_a_lesson_is_reminded_once_and_goes_on_there(
    village: Village, lan: Phone, stops: tuple[str, ...]
) -> None:
    await lan.says("học", "1", "1")
    second = lan.replies[-1].text
    await lan.says(*stops)
    village.clock.now = NINE.replace(day=22)
    await village.ticks()
    assert reminders(lan) == 0
    village.clock.passes(days=1)
    await village.ticks()
    assert reminders(lan) == 1
    assert lan.labels() == ["Học tiếp bài ấy", "Để sau"]
    for _ in range(3):
        village.clock.passes(days=1)
        await village.ticks()
    assert reminders(lan) == 1
    await lan.says("1")
    lan.heard("Mình học tiếp bài", second)


async def test_not_now_keeps_the_place(village: Village, lan: Phone) -> None:
    await lan.says("học", "1", "1")
    second = lan.replies[-1].text
    village.clock.now = NINE
    await village.ticks()
    await lan.says("2")
    lan.heard("đánh dấu chỗ này")
    await lan.says("học", "1")
    lan.heard(second)


async def test_who_finished_it_or_never_began_one_is_not_reminded(
    village: Village, lan: Phone
) -> None:
    mai = await village.elder("Mai")
    await mai.says("học")
    await lan.says("học", "1", *["1"] * 5, *["1"] * 3, "1")
    lan.heard("học xong bài")
    village.clock.now = NINE
    await village.ticks()
    assert (reminders(lan), reminders(mai)) == (0, 0)


async def test_a_reminder_that_waits_is_taken_back_when_the_lesson_goes_on(
    village: Village, lan: Phone
) -> None:
    await lan.says("học", "1", "1")
    village.clock.now = NINE
    ticker = Ticker(village.store, village.core.library, QuietHours("off"), village.clock)
    assert await ticker.tick() == 1
    await lan.says("học", "1")
    await village.goes_out()
    assert reminders(lan) == 0


async def test_another_lesson_may_not_bring_a_second_word_the_same_day(
    village: Village, lan: Phone
) -> None:
    await lan.says("học", "1", "1", "để sau", "học", "2", "1")
    village.clock.now = NINE
    assert await village.ticks() == 1
    village.clock.passes(hours=5)
    await village.ticks()
    assert reminders(lan) == 1

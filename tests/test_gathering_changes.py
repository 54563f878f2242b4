"""Gatherings from the invitation on: the evening before, another time, and called off."""

from __future__ import annotations

from datetime import datetime

from handlers.elders.gathering.reminding import remind_of_gatherings
from handlers.talk.messages import Reply
from handlers.talk.reminding import remind
from tests.talking import VIETNAM, Phone, Village
from tests.test_gatherings import FRIDAY, invites

THURSDAY = datetime(2026, 11, 26, 17, 5, tzinfo=VIETNAM)


async def ticks_at(village: Village, moment: datetime) -> None:
    village.clock.now = moment
    await village.ticks()


def times(phone: Phone, words: str) -> int:
    """How many messages to a phone hold these words."""
    return sum(words in reply.text for reply in phone.replies)


async def test_the_evening_before_those_who_may_come_are_reminded_once(
    village: Village, lan: Phone
) -> None:
    mai, tam, hoa = [await village.elder(name) for name in ("Mai", "Tám", "Hoa")]
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader)
    await lan.says("tôi đi")
    await mai.says("cần người đưa")
    await tam.says("tôi bận")
    await ticks_at(village, THURSDAY.replace(hour=15))
    assert times(lan, "Cháu nhắc") == 0
    await ticks_at(village, THURSDAY)
    await village.ticks()
    assert [times(one, "Cháu nhắc bác: họp chi hội") for one in (lan, mai, tam, hoa)] == [
        1,
        1,
        0,
        1,
    ]
    assert FRIDAY in lan.replies[-1].text
    assert "đã báo là đi" in lan.replies[-1].text
    assert "cần người đưa" in mai.replies[-1].text
    assert times(leader, "Mời 4 người: 1 đi, 1 cần đưa, 1 không đi, 1 chưa trả lời.") == 1
    assert "Cần đưa: bác Mai" in leader.replies[-1].text
    await hoa.taps("Tôi đi")
    hoa.heard("ghi là bác đi")


async def test_nothing_else_is_reminded_of_on_that_day(village: Village, lan: Phone) -> None:
    await invites(await village.staff("leader", "pt-go-vu"))
    village.clock.now = THURSDAY.replace(hour=10)

    async def reminded() -> bool:
        async with village.store.begin() as tx:
            library, now = village.core.library, village.clock()
            return await remind(tx, library, now, 1, "test:1", lambda _: Reply(text="Nhắc"))

    assert not await reminded()
    await lan.says("tôi bận")
    village.clock.passes(hours=2)
    assert await reminded()


async def test_who_is_invited_only_that_day_is_not_reminded_too(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    village.clock.now = THURSDAY.replace(hour=11)
    await invites(leader, "họp chi hội", "mai 2 giờ chiều")
    await ticks_at(village, THURSDAY.replace(hour=18))
    assert times(lan, "Cháu nhắc") == 0
    assert times(leader, "Mời 1 người: 0 đi") == 1


async def test_a_no_takes_back_the_reminder_that_waits(village: Village, lan: Phone) -> None:
    await invites(await village.staff("leader", "pt-go-vu"))
    village.clock.now = THURSDAY
    async with village.store.begin() as tx:
        put = await remind_of_gatherings(tx, village.core.library, village.clock(), 10)
    assert put == 1
    await lan.says("tôi không đi được")
    await village.goes_out()
    assert times(lan, "Cháu nhắc") == 0


async def test_moved_the_invited_are_asked_anew_once(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader)
    before = lan.button("Tôi đi").payload
    await lan.taps_payload(before)
    await leader.says("buổi sắp tới", "đổi giờ, đổi chỗ, hoãn", "đổi ngày giờ", "sáng thứ bảy 8h")
    leader.heard("Họp chi hội: 8 giờ sáng thứ Bảy 28/11", "báo tin trên cho 1 người")
    await leader.says("có")
    leader.heard("bắt đầu báo cho 1 người")
    await leader.repeats()
    await village.goes_out()
    assert times(lan, "báo thay đổi. Họp chi hội: 8 giờ sáng thứ Bảy 28/11") == 1
    await lan.taps_payload(before)
    lan.heard("8 giờ sáng thứ Bảy 28/11", "đi được không")
    await leader.says("buổi sắp tới")
    leader.heard("0 đi, 0 cần đưa, 0 không đi, 1 chưa trả lời")
    await ticks_at(village, THURSDAY)
    assert times(lan, "Cháu nhắc") == 0
    await ticks_at(village, THURSDAY.replace(day=27))
    assert times(lan, "Cháu nhắc bác: họp chi hội, 8 giờ sáng") == 1


async def test_at_another_place_the_answers_stand(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader)
    await lan.says("tôi đi")
    await leader.says("buổi sắp tới", "2", "đổi chỗ", "sân đình", "có")
    await village.goes_out()
    assert times(lan, f"Họp chi hội: {FRIDAY}, tại sân đình") == 1
    await leader.says("buổi sắp tới")
    leader.heard("sân đình", "1 đi")


async def test_called_off_the_invited_are_told_once_and_never_reminded(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader)
    await leader.says("buổi sắp tới", "2", "hoãn, không họp nữa")
    leader.heard("không diễn ra nữa nhé")
    await leader.says("báo hoãn")
    await leader.repeats()
    await village.goes_out()
    assert times(lan, "báo hoãn họp chi hội") == 1
    await lan.taps("Tôi đi")
    lan.heard("hoãn rồi")
    await lan.says("buổi sắp tới")
    lan.heard("chưa thấy buổi nào")
    await ticks_at(village, THURSDAY)
    assert times(lan, "Cháu nhắc") == 0
    assert times(leader, "Mời 1 người") == 1  # what was asked for before


async def test_changed_while_it_goes_out_the_old_time_reaches_nobody(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("/buoi", "họp chi hội", "chiều thứ sáu 2 giờ", "nhà văn hóa", "1", "1")
    await leader.says("buổi sắp tới", "2", "1", "sáng thứ bảy 8h", "có")
    await village.goes_out()
    assert times(lan, FRIDAY) == 0
    assert times(lan, "8 giờ sáng thứ Bảy 28/11") == 1


async def test_of_two_who_change_it_at_once_the_second_is_told(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    admin = await village.staff("admin")
    await invites(leader)
    await leader.says("buổi sắp tới", "2", "1", "sáng thứ bảy 8h")
    await admin.says("buổi sắp tới", "2", "hoãn", "báo hoãn")
    await leader.says("có")
    leader.heard("hoãn rồi")
    await village.goes_out()
    assert (times(lan, "báo thay đổi"), times(lan, "báo hoãn")) == (0, 1)


async def test_left_half_way_nothing_changes(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader)
    await leader.says("buổi sắp tới", "2", "1", "hôm qua 8h")
    leader.heard("đã qua rồi")
    await leader.says("hủy")
    leader.heard("để nguyên như cũ")
    await leader.says("buổi sắp tới")
    leader.heard(FRIDAY)


async def test_only_who_looks_after_it_changes_it(village: Village, lan: Phone) -> None:
    await invites(await village.staff("leader", "pt-go-vu"))
    other = await village.staff("leader", "pt-dam-may")
    await other.taps_payload("go:change_gathering:1")
    other.heard("không còn trong sổ")
    await lan.taps_payload("go:change_gathering:1")
    lan.heard("cán bộ hoặc trưởng chi hội")

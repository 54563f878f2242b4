"""Who agreed to older words of consent is asked about the newest, kindly and not for ever."""

from __future__ import annotations

from dataclasses import replace

import pytest

from content.loader import Content
from handlers.elders.lesson.reminding import remind_of_recalls
from tests.talking import Phone, Village
from tests.test_learning import learns_skill

ASKED = "Nay cháu giữ cả kỹ năng bác học"
YES, LATER, NO = "Tôi đồng ý", "Để sau", "Không đồng ý"


@pytest.fixture(scope="module")
def newer(phu_thinh: Content) -> Content:
    """The same content with a newer version of the words of consent."""
    plan = phu_thinh.plan.model_copy(update={"consent_version": "2027-01-01"})
    return replace(phu_thinh, plan=plan)


async def agreed(village: Village) -> list[str]:
    async with village.store.read() as tx:
        rows = await tx.fetch("SELECT version FROM consents WHERE given = 1 ORDER BY id")
    return [row["version"] for row in rows]


#: Something that has an end, after which the talk is quiet.
DOES = ("dữ liệu", "1")


async def puts_off(phone: Phone, times: int) -> None:
    """Put it off, a week apart."""
    for _ in range(times):
        await phone.says(*DOES)
        phone.heard(ASKED)
        await phone.taps(LATER)
        phone.heard("dùng như mọi ngày")
        phone.village.clock.passes(days=7)


async def test_new_words_of_it_do_not_ask_about_photos_again(
    village: Village, lan: Phone, newer: Content
) -> None:
    await lan.says("hôm nay trồng 5 cây keo", "1")
    await lan.shows("photo")
    await lan.says("1", "1")
    lan.heard("gắn ảnh vào")
    village.starts_with(newer)
    await lan.shows("photo")
    lan.heard("Ảnh này là của việc nào")
    lan.heard_nothing_of("làm minh chứng")


async def test_it_is_asked_when_the_talk_is_quiet(
    village: Village, lan: Phone, newer: Content
) -> None:
    village.starts_with(newer)
    await lan.says("hôm nay tôi trồng 5 cây keo")
    lan.heard_nothing_of(ASKED)
    await lan.says("1")
    lan.heard("5 cây keo", ASKED)
    assert "Trang chính" in [one.label for reply in lan.latest[:-1] for one in reply.choices]
    assert lan.labels() == [YES, LATER]
    assert all(len(reply.text.splitlines()) <= 3 for reply in lan.latest)
    await lan.says("đồng ý")
    lan.heard("cảm ơn")
    assert await agreed(village) == ["2026-11-22c", "2027-01-01"]
    await lan.says(*DOES)
    lan.heard_nothing_of(ASKED)


async def test_it_can_be_put_off_twice_and_everything_goes_on(
    village: Village, lan: Phone, newer: Content
) -> None:
    village.starts_with(newer)
    await lan.says(*DOES, "để sau")
    lan.heard("dùng như mọi ngày")
    await lan.says(*DOES, "hôm nay tôi trồng 5 cây keo", "1")
    lan.heard_nothing_of(ASKED)  # once is enough for a week
    assert await lan.trees() == (5, 0)
    village.clock.passes(days=7)
    await lan.says("menu")
    lan.heard_nothing_of(ASKED)  # who looks for something to do is not asked
    await lan.says(*DOES)
    assert lan.labels() == [YES, LATER]
    await lan.says("hôm nay tôi trồng 3 cây mỡ", "1")  # to go elsewhere puts it off too
    assert await lan.trees() == (8, 0)
    lan.heard_nothing_of(ASKED)
    village.clock.passes(days=7)
    await lan.says(*DOES)
    assert lan.labels() == [YES, NO]
    assert all(len(reply.text.splitlines()) <= 3 for reply in lan.latest)


async def test_the_third_time_waits_for_the_answer_and_keeps_the_wish(
    village: Village, lan: Phone, newer: Content
) -> None:
    village.starts_with(newer)
    await puts_off(lan, 2)
    await lan.says(*DOES)
    for wish in ("học bài", "hôm nay tôi trồng 5 cây keo"):
        lan.heard(ASKED, "nốt lần này")
        await lan.says(wish)
    village.clock.passes(days=1)
    await lan.says("học bài", "hôm nay tôi trồng 5 cây keo")
    lan.heard(ASKED)
    assert await lan.trees() == (0, 0)
    await lan.says("1")
    lan.heard("cảm ơn", "5 (năm) cây keo")
    await lan.says("1")
    assert await lan.trees() == (5, 0)


@pytest.mark.parametrize("said", ["không", "0", "/huy"])
async def test_who_does_not_agree_keeps_what_is_theirs(
    village: Village, lan: Phone, newer: Content, said: str
) -> None:
    village.starts_with(newer)
    await puts_off(lan, 2)
    await lan.says(*DOES, said)
    lan.heard("không ghi thêm gì", "dữ liệu của tôi")
    await lan.says("học bài")
    lan.heard(ASKED)
    await lan.says("bị lừa")
    lan.heard("bình tĩnh")
    await lan.says("0", "đừng nhắc nữa")
    lan.heard_nothing_of(ASKED)
    await lan.says("dữ liệu", "xóa hết của tôi", "1")
    lan.heard("đã xóa hết")


async def test_a_leader_may_have_passed_it_on(village: Village, newer: Content) -> None:
    lan = await village.elder()
    async with village.store.begin() as tx:
        await tx.execute("UPDATE consents SET version = 'leader-2027-01-01'")
    village.starts_with(newer)
    await lan.says(*DOES)
    lan.heard_nothing_of(ASKED)


async def test_nobody_is_asked_after_a_fright(village: Village, lan: Phone, newer: Content) -> None:
    village.starts_with(newer)
    await lan.says("bị lừa", "0")
    lan.heard("gõ: bị lừa")
    lan.heard_nothing_of(ASKED)


async def test_on_a_shared_phone_each_one_is_asked(
    village: Village, lan: Phone, newer: Content
) -> None:
    await lan.says("thêm người", "1", "1", "Tám", "1", "1")
    village.starts_with(newer)
    await lan.says(*DOES, "1")
    assert len(await agreed(village)) == 3
    village.clock.passes(days=1)
    await lan.says("tôi là Lan", *DOES)
    lan.heard(ASKED)
    await lan.says("1", *DOES)
    lan.heard_nothing_of(ASKED)


async def test_reminders_of_skills_wait_for_the_yes(
    village: Village, lan: Phone, newer: Content
) -> None:
    await learns_skill(lan, "the_plan")
    village.starts_with(newer)
    village.clock.passes(days=20)

    async def reminded() -> int:
        async with village.store.begin() as tx:
            return await remind_of_recalls(tx, village.core.library, village.clock(), 5)

    assert await reminded() == 0
    await lan.says(*DOES, "1")
    village.clock.passes(hours=2)
    assert await reminded() == 1

"""Gatherings: who is invited, what they answer, and what those see who look after them."""

from __future__ import annotations

from storage import gatherings, joining
from tests.talking import Phone, Village
from tests.test_erasing import erases, everything

FRIDAY = "2 giờ chiều thứ Sáu 27/11"


async def invites(
    phone: Phone, what: str = "họp chi hội", when: str = "chiều thứ sáu 2 giờ", *whom: str
) -> None:
    """Invite to a gathering at the house of culture."""
    await phone.says("/buoi", what, when, "nhà văn hóa", *(whom or ("tất cả",)))
    await phone.taps("Gửi lời mời")
    phone.heard("bắt đầu mời")
    await phone.village.goes_out()


def got(phone: Phone) -> int:
    """How often an invitation has come to a phone."""
    return sum("đi được không" in reply.text for reply in phone.replies if reply.choices)


async def test_a_leader_invites_the_own_unit_and_sees_who_comes(
    village: Village, lan: Phone
) -> None:
    mai, far = await village.elder("Mai"), await village.elder("Hoa", unit="đầm mây")
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader)
    assert (got(lan), got(mai), got(far)) == (1, 1, 0)
    await lan.taps("Tôi đi")
    lan.heard("ghi là bác đi họp chi hội", FRIDAY, "nhà văn hóa")
    await mai.says("3")
    mai.heard("cần người đưa")
    await leader.says("buổi sắp tới")
    leader.heard("Mời 2 người: 1 đi, 1 cần đưa, 0 không đi, 0 chưa trả lời.", "Cần đưa: bác Mai")


async def test_of_many_who_need_a_ride_the_first_are_named(village: Village) -> None:
    names = [f"Mai {letter}" for letter in "ABCDEGHIKLMN"]
    elders = [await village.elder(name) for name in names]
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader)
    for elder in elders:
        await elder.says("3")
    await leader.says("buổi sắp tới")
    leader.heard("12 cần đưa", "bác Mai A, bác Mai B,", "bác Mai L và 2 người nữa")


async def test_an_answer_can_be_changed_and_said_in_words(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader)
    for said, noted in (
        ("co chau a", "ghi là bác đi"),
        ("ôi mai tôi bận mất rồi cháu ạ", "không đi"),
        ("nhờ ai đưa tôi đi với nhé", "cần người đưa"),
        ("tôi không đi được đâu", "không đi"),
        ("tôi sẽ đi nhé", "ghi là bác đi"),
    ):
        await lan.says("buổi sắp tới", said)
        lan.heard(noted)
    await leader.says("buổi sắp tới")
    leader.heard("1 đi, 0 cần đưa, 0 không đi")


async def test_words_of_two_answers_choose_neither(village: Village, lan: Phone) -> None:
    await invites(await village.staff("leader", "pt-go-vu"))
    await lan.says("không có ai đưa nên tôi không đi")
    lan.heard_nothing_of("cháu ghi")
    assert lan.labels() == ["Tôi đi", "Không đi", "Cần người đưa"]


async def test_a_report_under_an_invitation_is_a_report(village: Village, lan: Phone) -> None:
    await invites(await village.staff("leader", "pt-go-vu"))
    await lan.says("hôm nay tôi bận trồng 5 cây keo", "1")
    assert await lan.trees() == (5, 0)


async def test_the_first_words_may_tell_what_and_when(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("mời bà con học lớp VNeID sáng mai 7 giờ 30")
    leader.heard("Buổi ấy ở đâu")
    await leader.says("tại nhà văn hóa", "1")
    leader.heard("dự lớp học: 7 giờ 30 sáng Chủ nhật 22/11, tại nhà văn hóa.")


async def test_what_is_over_or_unclear_is_asked_kindly(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("/buoi", "1", "hôm qua 7 giờ")
    leader.heard("đã qua rồi")
    await leader.says("rằm này")
    leader.heard("ngày dương")
    await leader.says("để tôi hỏi đã")
    leader.heard("chưa rõ hôm nào")
    await leader.says("7 giờ sáng")
    leader.heard("Vào hôm nào")
    await leader.says("thứ bảy 2 giờ chiều")
    assert leader.labels()[:2] == [
        "2 giờ chiều thứ Bảy 21/11",
        "2 giờ chiều thứ Bảy 28/11",
    ]


async def test_a_number_alone_is_no_place(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("mời bà con họp sáng mai 7 giờ 30", "1")
    leader.heard("gõ nơi ấy bằng chữ")
    await leader.says("nhà ông Tám, ngõ 1")
    leader.heard("mời ai ạ")


async def test_who_has_no_right_sees_what_comes(village: Village, lan: Phone) -> None:
    await lan.says("/buoi")
    lan.heard("chưa thấy buổi nào sắp tới")
    other = next(one.key for one in village.content.plan.agencies if not one.overall_lead)
    officer = await village.staff("officer", agency=other)
    await officer.says("mời họp")
    officer.heard("chưa thấy buổi nào sắp tới")


async def test_an_admin_invites_one_unit_or_all(village: Village, lan: Phone) -> None:
    far = await village.elder("Hoa", unit="đầm mây")
    admin = await village.staff("admin")
    await admin.says("/buoi", "xóm gò vũ")
    admin.heard("dự buổi gì")
    await admin.says("1", "mai 7h", "nhà văn hóa", "1", "1")
    await village.goes_out()
    assert (got(lan), got(far)) == (1, 0)
    await admin.says("/buoi", "1", "2", "mai 9h", "nhà văn hóa", "1", "1")
    await village.goes_out()
    assert (got(lan), got(far)) == (2, 1)


async def test_a_leader_looks_after_no_other_units_gathering(village: Village, lan: Phone) -> None:
    await invites(await village.staff("leader", "pt-go-vu"))
    await lan.taps("Cần người đưa")
    other = await village.staff("leader", "pt-dam-may")
    await other.taps_payload("go:gathering:1")
    other.heard("không còn trong sổ")
    await lan.taps_payload("go:gathering:1")
    lan.heard("cán bộ hoặc trưởng chi hội")
    await village.elder("Hoa", unit="đầm mây")
    await other.taps_payload("go:gather:pt-go-vu")
    other.heard_nothing_of("dự buổi gì")


async def test_an_officer_sees_no_names(village: Village, lan: Phone) -> None:
    officer = await village.staff("officer")
    await officer.says("/buoi", "1", "1", "mai 7h", "nhà văn hóa", "1", "1")
    await village.goes_out()
    await lan.taps("Cần người đưa")
    await officer.says("buổi sắp tới")
    officer.heard("1 cần đưa")
    officer.heard_nothing_of("Lan")


async def test_who_joins_later_is_invited_too(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader)
    mai, far = await village.elder("Mai"), await village.elder("Hoa", unit="đầm mây")
    await far.says("buổi sắp tới")
    far.heard("chưa thấy buổi nào")
    await mai.says("buổi sắp tới", "tôi đi")
    await leader.says("buổi sắp tới")
    leader.heard("Mời 2 người: 1 đi")


async def test_pressed_twice_and_delivered_twice_it_goes_out_once(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("/buoi", "1", "mai 7h", "nhà văn hóa", "1")
    payload = leader.button("Gửi lời mời").payload
    await leader.taps_payload(payload)
    await leader.repeats()
    await leader.taps_payload(payload)
    await village.goes_out()
    assert got(lan) == 1


async def test_a_talk_that_waited_past_the_hour_invites_nobody(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("/buoi", "1", "mai 7h", "nhà văn hóa", "1")
    village.clock.passes(days=3)
    await leader.taps("Gửi lời mời")
    leader.heard("qua mất rồi")
    await village.goes_out()
    assert got(lan) == 0


async def test_an_invitation_that_would_come_too_late_is_warned_of(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    village.clock.passes(hours=12)
    await leader.says("/buoi", "1", "mai 7h", "nhà văn hóa", "1")
    leader.heard("e không kịp")
    await leader.says("2", "1", "mai 9h", "nhà văn hóa", "1")
    leader.heard("gửi đến 1 người")
    leader.heard_nothing_of("e không kịp")


async def test_what_is_over_is_not_answered_any_more(village: Village, lan: Phone) -> None:
    await invites(await village.staff("leader", "pt-go-vu"))
    village.clock.passes(days=10)
    await lan.taps("Tôi đi")
    lan.heard("đã qua rồi")


async def test_who_takes_everything_back_is_in_no_list(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await village.elder("Mai")
    await invites(leader)
    await lan.taps("Cần người đưa")
    await leader.says("buổi sắp tới")
    leader.heard("bác Lan")
    await erases(lan)
    assert "Lan" not in await everything(village.store)
    await leader.says("buổi sắp tới")
    leader.heard("Mời 1 người: 0 đi, 0 cần đưa")


async def test_an_author_who_takes_everything_back_leaves_no_words(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader, "gặp mặt nhà ông Bảy")
    await erases(leader)
    assert "ông Bảy" not in await everything(village.store)
    await lan.says("buổi sắp tới")
    lan.heard("chưa thấy buổi nào")


async def test_two_who_are_one_are_invited_once_and_keep_their_answer(
    village: Village, lan: Phone
) -> None:
    mai = await village.elder("Mai")
    await village.elder("Tám")
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader)
    await mai.taps("Cần người đưa")
    rule = village.content.plan.skills
    async with village.store.begin() as tx:
        await joining.join(tx, 2, 1, rule.required, rule.reported_at)
        await joining.join(tx, 3, 1, rule.required, rule.reported_at)
        found = await gatherings.answers(tx, 1)
    assert (found.invited, found.ride, found.open) == (1, 1, 0)

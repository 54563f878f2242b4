"""Announcements: whom they reach, once each; who has read them; and what goes wrong kindly."""

from __future__ import annotations

from bot.channels.base import SendError
from storage import announcements, joining, outbox
from storage.database import Store
from tests.talking import Phone, Village
from tests.test_erasing import erases, everything

WORDS = "Mời các bác họp lúc 2 giờ chiều."


async def announces(phone: Phone, *whom: str, words: str = WORDS) -> None:
    """Write an announcement and send it."""
    await phone.says("/thongbao", words, *whom)
    await phone.taps("Gửi đi")
    phone.heard("bắt đầu gửi")


async def informed(store: Store) -> list[tuple[int, str]]:
    async with store.read() as tx:
        rows = await tx.fetch("SELECT person_id, kind FROM evidence ORDER BY person_id")
    return [(row["person_id"], row["kind"]) for row in rows]


def got(phone: Phone) -> int:
    """How often the announcement has come to a phone."""
    return sum(WORDS in reply.text for reply in phone.replies)


async def test_only_those_may_announce_who_have_the_right(village: Village, lan: Phone) -> None:
    await lan.says("/thongbao")
    lan.heard("cán bộ hoặc trưởng chi hội")
    helper = await village.staff("helper", "pt-go-vu")
    await helper.says("/thongbao")
    helper.heard("cán bộ hoặc trưởng chi hội")


async def test_an_officer_of_another_agency_may_not(village: Village, lan: Phone) -> None:
    agencies = village.content.plan.agencies
    other = next(one.key for one in agencies if not one.overall_lead)
    lead = next(one.key for one in agencies if one.overall_lead)
    officer = await village.staff("officer", agency=other)
    await officer.says("/thongbao")
    officer.heard("cán bộ hoặc trưởng chi hội")
    await announces(await village.staff("officer", agency=lead), "1")
    await village.goes_out()
    assert got(lan) == 1


async def test_a_leader_reaches_the_own_unit_and_nobody_else(village: Village, lan: Phone) -> None:
    far = await village.elder("Mai", unit="đầm mây")
    leader = await village.staff("leader", "pt-go-vu")
    await announces(leader, "tất cả")
    leader.heard("cho 1 người")
    await village.goes_out()
    assert (got(lan), got(far), got(leader)) == (1, 0, 1)  # the leader saw it in the preview


async def test_an_admin_reaches_the_whole_program(village: Village, lan: Phone) -> None:
    far = await village.elder("Mai", unit="đầm mây")
    await announces(await village.staff("admin"), "1")
    await village.goes_out()
    assert (got(lan), got(far)) == (1, 1)


async def test_those_who_have_not_reported_this_week(village: Village, lan: Phone) -> None:
    mai = await village.elder("Mai")
    await lan.says("hôm nay trồng 5 cây keo", "1")
    await announces(await village.staff("leader", "pt-go-vu"), "ai tuần này chưa báo")
    await village.goes_out()
    assert (got(lan), got(mai)) == (0, 1)


async def test_helpers_and_leaders(village: Village, lan: Phone) -> None:
    helper = await village.staff("helper", "pt-go-vu")
    leader = await village.staff("leader", "pt-go-vu")
    admin = await village.staff("admin")
    await announces(admin, "nhóm khác", "tổ công nghệ số")
    await village.goes_out()
    assert (got(lan), got(helper), got(leader)) == (0, 1, 0)
    await announces(admin, "nhóm khác", "các trưởng chi hội")
    await village.goes_out()
    assert (got(lan), got(helper), got(leader)) == (0, 1, 1)


async def test_an_audience_nobody_of_whom_can_be_reached_is_not_offered(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("/thongbao", WORDS)
    whom = ["Tất cả mọi người", "Ai tuần này chưa báo", "Ai chưa học một bài", "Quay lại"]
    assert leader.labels() == whom
    await leader.says("/huy")
    await erases(lan)
    await leader.says("/thongbao")
    leader.heard("chưa có ai nhận được tin")


async def test_a_person_on_two_channels_gets_it_once_where_they_wrote_last(
    village: Village, lan: Phone
) -> None:
    async with village.store.begin() as tx:
        await tx.execute(
            "INSERT INTO addresses (channel, address, person_id, talk, last_at)"
            " SELECT 'web', 'old', person_id, '{}', '2020-01-01' FROM addresses"
        )
        await tx.execute(
            "INSERT INTO sharers (channel, address, person_id)"
            " SELECT 'web', 'old', person_id FROM sharers"
        )
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("/thongbao", WORDS, "1")
    leader.heard("gửi đến 1 người (1 qua phone)")
    await leader.says("1")
    await village.goes_out()
    assert got(lan) == 1


async def test_two_on_one_phone_are_told_whom_it_is_for(village: Village, lan: Phone) -> None:
    await lan.says("thêm người", "1", "2", "Tám", "1", "1")
    await announces(await village.staff("leader", "pt-go-vu"), "1")
    await village.goes_out()
    texts = [reply.text for reply in lan.replies if WORDS in reply.text]
    assert [text.splitlines()[0] for text in texts] == ["Cháu gửi bác Lan:", "Cháu gửi ông Tám:"]


async def test_reading_counts_once_and_only_who_it_was_for(village: Village, lan: Phone) -> None:
    mai = await village.elder("Mai", unit="đầm mây")
    await announces(await village.staff("leader", "pt-go-vu"), "1")
    await village.goes_out()
    payload = lan.button("Tôi đọc rồi").payload
    await lan.taps("Tôi đọc rồi")
    lan.heard("đã đọc rồi")
    await lan.taps_payload(payload)
    lan.heard("đã đọc rồi")
    await mai.taps_payload(payload)
    await mai.says("menu")
    await mai.taps_payload("go:read:1")
    mai.heard("không còn trong sổ")
    assert [kind for _, kind in await informed(village.store)] == ["announcement"]


async def test_too_long_is_refused_with_its_length_and_loses_nothing(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("/thongbao", "a" * 12_000)
    leader.heard("dài 12.000 chữ cái", "2.000")
    await leader.shows("voice")
    leader.heard("gõ nội dung")
    await leader.says(WORDS, "1")
    leader.heard(WORDS, "gửi đến 1 người")
    assert got(lan) == 0


async def test_edited_before_or_while_it_goes_out_it_stays_as_it_was_shown(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("/thongbao", WORDS, "1")
    await leader.edits("Lời khác")
    leader.heard("vẫn theo lời cũ")
    await leader.taps("Gửi đi")
    await leader.edits("Lời khác nữa")
    leader.heard("vẫn theo lời cũ")
    await village.goes_out()
    assert got(lan) == 1
    assert "Lời khác" not in lan.replies[-1].text


async def test_a_warning_of_cheats_is_no_cry_for_help(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("/thongbao", "Ai bị lừa thì báo công an xã ngay.", "1")
    leader.heard("Ai bị lừa thì báo công an xã ngay.", "gửi đến 1 người")


async def test_the_same_words_again_are_asked_about(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await announces(leader, "1")
    await leader.says("/thongbao", WORDS, "1")
    leader.heard("đã gửi hôm 21/11")
    village.clock.passes(days=4)
    await leader.says("/thongbao", WORDS, "1")
    leader.heard_nothing_of("đã gửi hôm")


async def test_who_could_not_be_reached_is_told_by_name(village: Village, lan: Phone) -> None:
    mai = await village.elder("Mai")
    leader = await village.staff("leader", "pt-go-vu")
    async with village.store.begin() as tx:
        await tx.execute("UPDATE addresses SET stopped_at = last_at WHERE address = 'mai'")
    village.channel.refusals["lan"].append(SendError("stopped", "bot was blocked by the user"))
    hoa = await village.elder("Hoa")
    await leader.says("/thongbao", WORDS, "1")
    leader.heard("gửi đến 2 người", "Còn 1 người chưa nhận được")
    await leader.says("1")
    await village.goes_out()
    await leader.says("ai đã đọc")
    leader.heard("Đã đến máy 1 trên 3 người", "Chưa đến được 2 người")
    leader.heard("bác Lan (đã chặn tin)", "bác Mai (chưa có máy để nhắn)")
    assert (got(hoa), got(mai)) == (1, 0)


async def test_who_may_not_see_names_is_told_how_many(village: Village, lan: Phone) -> None:
    officer = await village.staff("officer")
    await village.elder("Mai")
    village.channel.refusals["lan"].append(SendError("stopped", "bot was blocked by the user"))
    await announces(officer, "1")
    await village.goes_out()
    await officer.says("ai đã đọc")
    officer.heard("Chưa đến được 1 người.")
    officer.heard_nothing_of("Lan")


async def test_who_has_not_read_is_reminded_once(village: Village, lan: Phone) -> None:
    mai = await village.elder("Mai")
    leader = await village.staff("leader", "pt-go-vu")
    await announces(leader, "1")
    await village.goes_out()
    await lan.taps("Tôi đọc rồi")
    await leader.says("ai đã đọc")
    again = leader.button("Nhắc người chưa đọc").payload
    await leader.taps_payload(again)
    leader.heard("nhắc lại cho 1 người")
    await leader.taps_payload(again)
    leader.heard("đã nhắc một lần")
    await village.goes_out()
    assert (got(lan), got(mai)) == (1, 2)
    await mai.taps("Tôi đọc rồi")
    await leader.says("ai đã đọc")
    leader.heard("2 người bấm")


async def test_nobody_sees_or_reminds_of_anothers_announcement(
    village: Village, lan: Phone
) -> None:
    await announces(await village.staff("leader", "pt-go-vu"), "1")
    await village.goes_out()
    other = await village.staff("leader", "pt-dam-may")
    await other.taps_payload("go:announced:1:again")
    other.heard("không còn trong sổ")
    await village.goes_out()
    assert got(lan) == 1


async def test_pressed_twice_and_delivered_twice_it_is_sent_once(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("/thongbao", WORDS, "1")
    payload = leader.button("Gửi đi").payload
    await leader.taps_payload(payload)
    await leader.repeats()
    await leader.taps_payload(payload)
    await village.goes_out()
    assert got(lan) == 1


async def test_what_was_kept_twice_goes_out_once(village: Village, lan: Phone) -> None:
    await announces(await village.staff("leader", "pt-go-vu"), "1")
    await village.goes_out()
    async with village.store.begin() as tx:
        row = ("phone", "lan", 1, "{}", announcements.outbox_key(1, 1))
        await outbox.put_many(tx, outbox.BULK, [row], village.clock())
    await village.goes_out()
    assert got(lan) == 1


async def test_a_clock_put_back_keeps_nobody_waiting(village: Village, lan: Phone) -> None:
    await announces(await village.staff("leader", "pt-go-vu"), "1")
    village.clock.passes(days=-1)
    await village.goes_out()
    assert got(lan) == 1


async def test_an_author_who_takes_everything_back_leaves_no_words(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await announces(leader, "1")
    await village.goes_out()
    await erases(leader)
    assert WORDS not in await everything(village.store)
    await erases(lan)


async def test_an_urgent_one_goes_out_at_night(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    village.clock.passes(hours=13)
    await leader.says("/thongbao", WORDS, "1", "gửi gấp")
    leader.heard("bão lũ")
    await leader.says("không")
    leader.heard("gửi đến 1 người")
    await leader.says("gửi gấp")
    await leader.says("có")
    await village.goes_out()
    assert got(lan) == 1


async def test_paused_resumed_and_stopped(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await announces(leader, "1")
    await leader.says("xem lại", "tạm dừng")
    leader.heard("Đang tạm dừng, còn 1 người")
    await village.goes_out()
    assert got(lan) == 0
    await leader.says("gửi tiếp")
    leader.heard("Còn 1 người đang chờ")
    await village.goes_out()
    assert got(lan) == 1
    village.clock.passes(days=4)
    await announces(leader, "1")
    await leader.says("xem lại", "tạm dừng", "dừng hẳn")
    leader.heard("Đã đến máy 0 trên 1 người", "bác Lan (đã dừng gửi)")
    await village.goes_out()
    assert got(lan) == 1


async def test_a_page_that_opens_meanwhile_does_not_show_what_is_paused_or_stopped(
    village: Village, lan: Phone
) -> None:
    async def shown() -> bool:
        async with village.store.read() as tx:
            said = await outbox.said_to(tx, "phone", "lan", 0, 100)
        return any(WORDS in one.body for one in said)

    leader = await village.staff("leader", "pt-go-vu")
    await announces(leader, "1")
    for wish, is_shown in (("xem lại", True), ("tạm dừng", False), ("gửi tiếp", True)):
        await leader.says(wish)
        assert await shown() is is_shown
    await leader.says("tạm dừng", "dừng hẳn")
    assert not await shown()


async def test_an_officer_who_helps_in_one_unit_sees_no_names_of_others(
    village: Village, lan: Phone
) -> None:
    officer = await village.staff("officer")
    far = await village.elder("Mai", unit="làng thượng")
    async with village.store.begin() as tx:
        await tx.execute(
            "INSERT INTO grants (person_id, role, unit, granted_at)"
            " SELECT person_id, 'helper', 'pt-go-vu', granted_at FROM grants"
        )
    for name in ("lan", "mai"):
        village.channel.refusals[name].append(SendError("stopped", "bot was blocked by the user"))
    await announces(officer, "1")
    await village.goes_out()
    await officer.says("ai đã đọc")
    officer.heard("Chưa đến được 2 người", "bác Lan")
    officer.heard_nothing_of("Mai")
    await officer.taps_payload("go:announced:1:visit")
    officer.heard("Lan")
    officer.heard_nothing_of("Mai")
    assert got(far) == 0


async def test_what_came_to_one_phone_has_come_when_two_are_one(
    village: Village, lan: Phone
) -> None:
    await village.elder("Mai")
    leader = await village.staff("leader", "pt-go-vu")
    async with village.store.begin() as tx:
        await tx.execute("UPDATE people SET over60 = NULL WHERE id = 1")
    await announces(leader, "1")
    await village.goes_out()
    await leader.says("ai đã đọc")
    leader.heard("Đã đến máy 1 trên 1 người")
    rule = village.content.plan.skills
    async with village.store.begin() as tx:
        await joining.join(tx, 2, 1, rule.required, rule.reported_at)
    await leader.says("ai đã đọc")
    leader.heard("Đã đến máy 1 trên 1 người")


async def test_who_goes_elsewhere_before_sending_is_told_that_nothing_went_out(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    before = len(lan.replies)
    await leader.says("thông báo", "Chiều nay có bão", "1", "báo hộ")
    leader.heard("Thông báo bác vừa soạn cháu chưa gửi đi")
    await leader.says("/huy", "thông báo", "Chiều nay có bão", "1", "2", "1", "buổi sắp tới")
    leader.heard("Thông báo bác vừa soạn cháu chưa gửi đi")
    await leader.says("mời họp", "họp chi hội", "chiều thứ sáu 2 giờ", "nhà văn hóa", "1", "duyệt")
    leader.heard("Lời mời bác vừa soạn cháu chưa gửi đi")
    survey = ("hỏi ý kiến bà con", "Họp buổi nào? Sáng, chiều", "1", "1", "duyệt")
    await leader.says(*survey)
    leader.heard("Câu hỏi ý kiến bác vừa soạn cháu chưa gửi đi")
    assert len(lan.replies) == before

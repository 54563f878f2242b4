"""Who came to a gathering: ticked by the leader, or by a code; evidence that counts people once."""

from __future__ import annotations

import secrets
from datetime import datetime

import pytest

from storage import joining, learning
from tests.talking import VIETNAM, Phone, Village
from tests.test_erasing import erases
from tests.test_gatherings import invites
from tests.test_linking import equal
from tests.test_members import add

AT_IT = datetime(2026, 11, 27, 14, 30, tzinfo=VIETNAM)


async def aware(village: Village) -> int:
    """How many people are counted as informed; the kept counts are right."""
    await equal(village)
    async with village.store.read() as tx:
        row = await tx.fetch_one(
            "SELECT CAST(COALESCE(SUM(reported), 0) AS BIGINT) AS n FROM counts WHERE measure = $1",
            learning.AWARENESS,
        )
    assert row
    return int(row["n"]) // 1000


async def at_the_gathering(village: Village, *names: str) -> Phone:
    """The leader of Gò Vũ, whose gathering has begun."""
    for name in names:
        await village.elder(name)
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader)
    village.clock.now = AT_IT
    return leader


async def test_names_are_ticked_page_by_page(village: Village, lan: Phone) -> None:
    names = [f"Hoa {letter}" for letter in "ABCDEFGHIJ"]
    leader = await at_the_gathering(village, *names)
    await leader.says("điểm danh")
    leader.heard("Đây là 1–8 trong 11 người", "1. Bác Hoa A", "8. Bác Hoa H")
    await leader.says("1 3 và 4")
    leader.heard("Đây là 9–11 trong 11 người")
    await leader.says("hết")
    leader.heard("ghi 6 người đã dự họp chi hội")
    assert await aware(village) == 6


async def test_a_slip_is_taken_back_with_its_evidence(village: Village, lan: Phone) -> None:
    leader = await at_the_gathering(village, "Mai")
    await leader.says("buổi sắp tới", "điểm danh", "hết")
    assert await aware(village) == 2
    await leader.says("điểm danh lại")
    leader.heard("1. Bác Lan ✓", "2. Bác Mai ✓")
    await leader.says("bỏ 2")
    leader.heard("1. Bác Lan ✓", "2. Bác Mai")
    leader.heard_nothing_of("2. Bác Mai ✓")
    assert await aware(village) == 1


async def test_numbers_go_on_from_page_to_page_and_the_rest_can_be_left(village: Village) -> None:
    names = [f"{letter}ân" for letter in "BCDHKLMNPSTV"]
    leader = await at_the_gathering(village, *names)
    await leader.says("điểm danh", "1 8")
    leader.heard("ghi đã đến: bác Bân, bác Nân", "9–12 trong 12", "9. Bác Pân", "12. Bác Vân")
    await leader.says("1")
    leader.heard("từ 9 đến 12")
    await leader.says("10", "điểm danh", "xong")
    leader.heard("ghi 3 người")
    assert await aware(village) == 3


async def test_names_may_be_typed_also_of_people_without_a_phone(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await add(leader, "bà Nguyễn Thị Tám")
    await invites(leader)
    village.clock.now = AT_IT
    await leader.says("buổi sắp tới", "điểm danh", "bà Tám, Lan\nông Bảy")
    leader.heard("ghi đã đến: ", "bác Lan", "Tám", "chưa rõ là ai: ông Bảy", "Ai đã đến ạ?")
    await leader.says("hết")
    leader.heard("ghi 2 người")
    assert await aware(village) == 2


async def test_wrong_numbers_lose_nothing(village: Village, lan: Phone) -> None:
    leader = await at_the_gathering(village)
    await leader.says("buổi sắp tới", "điểm danh", "1 7")
    leader.heard("từ 1 đến 1")
    await leader.says("…")
    leader.heard("số hoặc tên")
    await leader.says("1", "hủy")
    assert await aware(village) == 1


async def test_before_its_day_there_is_nobody_to_tick(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader)
    await leader.says("điểm danh")
    leader.heard("Chưa có buổi nào của bác đến ngày điểm danh")
    await leader.taps("Tôi gõ mã có mặt")
    leader.heard("gõ mã 4 số")
    await lan.says("điểm danh")
    lan.heard("gõ mã 4 số")


async def test_the_code_is_offered_while_people_arrive(village: Village, lan: Phone) -> None:
    leader = await at_the_gathering(village)
    village.clock.passes(hours=-2)
    await leader.says("buổi sắp tới", "bà con tự gõ mã")
    leader.heard("Mã điểm danh")


async def test_the_words_of_a_command_lead_on_from_the_roll(village: Village, lan: Phone) -> None:
    leader = await at_the_gathering(village)
    await leader.says("điểm danh", "thông báo đã gửi")
    leader.heard_nothing_of("chưa rõ là ai", "Ai đã đến ạ")


async def test_the_code_is_typed_once_and_counts_once(village: Village, lan: Phone) -> None:
    leader = await at_the_gathering(village)
    mai = await village.elder("Mai", unit="đầm mây")
    await leader.says("buổi sắp tới", "bà con tự gõ mã")
    code = leader.text.partition("danh: ")[2][:4]
    for _ in range(2):
        await lan.says("điểm danh", code)
        lan.heard("đã có mặt: họp chi hội")
    await mai.says("/comat " + code)
    mai.heard("đã có mặt")
    await leader.says("xem lại")
    leader.heard(code, "Đã có 2 người")
    assert await aware(village) == 2
    await leader.says("điểm danh", "hết")
    assert await aware(village) == 2


async def test_the_qr_leads_whoever_scans_it(
    village: Village, lan: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(village.core.library.__dict__, "public_url", "https://hoi.example.vn")
    leader = await at_the_gathering(village)
    await leader.says("buổi sắp tới", "bà con tự gõ mã")
    code, url = leader.text.partition("danh: ")[2][:4], "https://hoi.example.vn/?start=den"
    shown = leader.latest[0].picture
    assert shown
    assert shown.values["url"] == f"{url}{code}"
    await lan.says(f"/start den{code}")
    lan.heard("đã có mặt: họp chi hội")
    new = village.phone("mới")
    await new.says(f"/start den{code}", "1", "1", "Mai", "gò vũ", "1")
    new.heard("đã có mặt: họp chi hội")
    assert await aware(village) == 2


async def test_a_wrong_or_late_code_is_told_kindly(village: Village, lan: Phone) -> None:
    leader = await at_the_gathering(village)
    await leader.says("buổi sắp tới", "bà con tự gõ mã")
    code = leader.text.partition("danh: ")[2][:4]
    await lan.says("có mặt", "12")
    lan.heard("4 chữ số")
    await lan.says("0999")
    lan.heard("chưa đúng")
    village.clock.passes(days=1)
    await lan.says(code)
    lan.heard("chưa đúng")
    assert await aware(village) == 0


async def test_after_a_wrong_code_the_right_one_is_just_typed(village: Village, lan: Phone) -> None:
    leader = await at_the_gathering(village)
    await leader.says("buổi sắp tới", "bà con tự gõ mã")
    code = leader.text.partition("danh: ")[2][:4]
    await lan.says("có mặt", "0999")
    lan.heard("chưa đúng", "gõ mã 4 số")
    await lan.says(code)
    lan.heard("đã có mặt")


async def test_who_tried_too_often_is_ticked_by_the_leader_and_the_others_go_on(
    village: Village, lan: Phone
) -> None:
    leader = await at_the_gathering(village)
    mai = await village.elder("Mai", unit="đầm mây")
    await leader.says("buổi sắp tới", "bà con tự gõ mã")
    leader.heard("Ai gõ không được")
    code = leader.text.partition("danh: ")[2][:4]
    for _ in range(4):
        await lan.says("có mặt", "0999")
        lan.heard("hỏi lại người tổ chức")
    await lan.says("0998")
    lan.heard("không phải gõ nữa", "nói tên với người tổ chức")
    for said in (f"/comat {code}", "có mặt"):
        await lan.says(said)
        lan.heard("không phải gõ nữa")
    await mai.says(f"/comat {code}")
    mai.heard("đã có mặt")
    await leader.taps("Điểm danh")
    await leader.says("Lan")
    leader.heard("ghi đã đến: bác Lan")
    village.clock.passes(days=1)
    await lan.says("có mặt")
    lan.heard("gõ mã 4 số")


async def test_no_two_gatherings_of_a_day_have_one_code(
    village: Village, lan: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([7, 7, 8])
    monkeypatch.setattr(secrets, "randbelow", lambda _most: next(drawn))
    leader = await village.staff("leader", "pt-go-vu")
    for hour in (2, 4):
        await invites(leader, when=f"chiều thứ sáu {hour} giờ")
    village.clock.now = AT_IT
    codes = []
    for number in (1, 2):
        await leader.taps_payload(f"go:roll_code:{number}")
        codes.append(leader.text.partition("danh: ")[2][:4])
    assert codes == ["1007", "1008"]


async def test_who_is_registered_as_staff_is_no_evidence(village: Village, lan: Phone) -> None:
    leader = await at_the_gathering(village)
    admin = await village.staff("admin")
    await leader.says("buổi sắp tới", "bà con tự gõ mã")
    await admin.says("có mặt", leader.text.partition("danh: ")[2][:4])
    admin.heard("đã có mặt")
    assert await aware(village) == 0


async def test_only_on_its_day_and_only_by_who_may_see_names(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader)
    await leader.taps_payload("go:roll:1")
    leader.heard("không còn trong sổ")
    village.clock.now = AT_IT
    other = await village.staff("leader", "pt-dam-may")
    await other.taps_payload("go:roll:1")
    other.heard("không còn trong sổ")
    officer = await village.staff("officer")
    await officer.taps_payload("go:roll_code:1")
    officer.heard("cán bộ hoặc trưởng chi hội")
    await officer.says("buổi sắp tới")
    assert "Điểm danh" not in officer.labels()


async def test_two_who_are_one_came_once(village: Village, lan: Phone) -> None:
    leader = await at_the_gathering(village, "Mai")
    await leader.says("buổi sắp tới", "điểm danh", "hết")
    assert await aware(village) == 2
    rule = village.content.plan.skills
    async with village.store.begin() as tx:
        await joining.join(tx, 2, 1, rule.required, rule.reported_at)
    assert await aware(village) == 1
    await leader.says("điểm danh lại", "hết")
    leader.heard("ghi 1 người")


async def test_who_takes_everything_back_stays_counted_without_a_name(
    village: Village, lan: Phone
) -> None:
    leader = await at_the_gathering(village)
    await leader.says("buổi sắp tới", "điểm danh", "hết")
    await erases(lan)
    await equal(village)
    await leader.says("buổi sắp tới")
    leader.heard_nothing_of("Lan")


async def test_an_officer_who_helps_elsewhere_calls_no_names(village: Village, lan: Phone) -> None:
    await at_the_gathering(village)
    officer = await village.staff("officer")
    async with village.store.begin() as tx:
        await tx.execute(
            "INSERT INTO grants (person_id, role, unit, granted_at)"
            " SELECT person_id, 'helper', 'pt-lang', granted_at FROM grants WHERE role = 'officer'"
        )
    await officer.taps_payload("go:roll:1")
    officer.heard("không còn trong sổ")
    await officer.taps_payload("go:roll_code:1")
    officer.heard("không còn trong sổ")


async def test_whoever_asks_what_is_kept_is_told_of_gatherings(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await invites(leader)
    await lan.taps("Tôi đi")
    await lan.says("dữ liệu")
    lan.heard("1 buổi đã hẹn hoặc có mặt")

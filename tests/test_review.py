"""Reviewing: the doubtful first, refusing with a reason that reaches who reported."""

from __future__ import annotations

import pytest

from storage import claims, counts, outbox
from tests.talking import Phone, Village


@pytest.fixture
async def leader(village: Village) -> Phone:
    """The leader of xóm Gò Vũ."""
    return await village.staff("leader", "pt-go-vu")


async def test_a_refusal_reaches_who_reported_and_leaves_the_tally(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await lan.says("hôm nay trồng 2.000 cây keo", "1", "1")
    await leader.says("duyệt")
    leader.heard("Lan: trồng 2.000 cây keo", "số lớn hơn thường thấy", "hôm nay trồng 2.000 cây")
    await leader.says("chưa đúng", "Bác Lan ơi, hôm ấy mình trồng 200 cây thôi")
    leader.heard("không tính báo cáo ấy nữa")
    assert await lan.trees() == (0, 0)
    await village.goes_out()
    assert "200 cây thôi" in lan.replies[-1].text
    await lan.says("1")
    lan.heard("sửa chỗ nào")
    await lan.says("1", "200", "1")
    assert await lan.trees() == (200, 0)
    await lan.taps_payload("go:report:fix:1")
    lan.heard("không còn trong sổ")
    async with village.store.read() as tx:
        assert not await counts.recount(tx, village.content.plan.skills.required)


async def test_the_plain_ones_at_once_the_doubtful_one_by_one(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await lan.says("hôm nay trồng 2.000 cây keo", "1", "1")
    for amount in (3, 4, 5):
        await lan.says(f"hôm nay trồng {amount} cây keo", "1")
    await leader.says("duyệt")
    leader.heard("Có 4 báo cáo chờ duyệt, trong đó 1 báo cáo cần xem kỹ")
    leader.heard_nothing_of("2.000")
    await leader.taps("Xác nhận cả 3")
    leader.heard("Đã xác nhận 3 báo cáo", "Còn 1")
    await leader.taps("Duyệt tiếp")
    leader.heard("2.000 cây keo")
    await leader.taps("Xác nhận")
    leader.heard("Hiện không có báo cáo nào")
    assert await lan.trees() == (2012, 2012)


async def test_every_review_is_kept(village: Village, leader: Phone, lan: Phone) -> None:
    await lan.says("hôm nay trồng 5 cây keo", "1")
    await leader.says("duyệt", "1")
    await lan.says("xóa báo cáo vừa rồi", "1")
    async with village.store.read() as tx:
        rows = await tx.fetch("SELECT status, by_id FROM reviews ORDER BY id")
    assert [row["status"] for row in rows] == ["confirmed", "superseded"]
    assert rows[0]["by_id"] != rows[1]["by_id"]


async def test_a_reason_is_words(leader: Phone, lan: Phone) -> None:
    await lan.says("hôm nay trồng 5 cây keo", "1")
    await leader.says("duyệt", "2", "2", "???")
    leader.heard("gõ lý do bằng chữ")
    await leader.says("Báo hai lần")
    leader.heard("không tính báo cáo ấy nữa")


async def test_who_took_it_back_meanwhile_is_not_refused(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await lan.says("hôm nay trồng 5 cây keo", "1")
    await leader.says("duyệt", "2", "2")
    await lan.says("xóa báo cáo vừa rồi", "1")
    await leader.says("Báo hai lần")
    leader.heard("không có báo cáo nào chờ duyệt")
    before = len(lan.replies)
    await village.goes_out()
    assert len(lan.replies) == before


async def test_a_skipped_report_stays(leader: Phone, lan: Phone) -> None:
    for amount in (3, 4):
        await lan.says(f"hôm nay trồng {amount} cây keo", "1")
    await leader.says("duyệt", "xem từng cái", "để lại")
    leader.heard("4 cây keo")
    await leader.says("1")
    leader.heard("còn 1 báo cáo chờ duyệt")


async def test_a_refusal_does_not_break_into_a_question(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await lan.says("hôm nay trồng 2.000 cây keo", "1", "1")
    await lan.says("hôm nay trồng 13 cây sấu")
    await leader.says("duyệt", "chưa đúng", "Báo hai lần")
    async with village.store.begin() as tx:
        assert not await claims.claim(tx, "phone", outbox.BULK, village.clock(), 10)
    await lan.says("đúng")
    lan.heard("Cháu ghi rồi ạ: 13 cây sấu")
    await village.goes_out()
    assert "Người duyệt nhắn" in lan.replies[-1].text


async def test_an_agency_reviews_what_its_targets_are_about(village: Village, lan: Phone) -> None:
    await lan.says("hôm nay trồng 5 cây keo", "1")
    culture = await village.staff("officer", agency="pt_phong_vhxh")
    await culture.says("duyệt")
    culture.heard("không có báo cáo nào chờ duyệt")
    economy = await village.staff("officer", agency="pt_hoi_nct")
    await economy.says("duyệt")
    economy.heard("Có 1 báo cáo chờ duyệt")
    async with village.store.begin() as tx:
        await tx.execute("UPDATE grants SET agency = 'pt_phong_vhxh' WHERE agency = 'pt_hoi_nct'")
    await economy.says("1")  # the targets went to another agency meanwhile
    assert await lan.trees() == (5, 0)


async def test_a_leader_who_is_an_officer_too_reviews_the_own_unit(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says(f"/start {await village.invite('officer', agency='pt_phong_vhxh')}", "1")
    mai = await village.elder("Mai", "vai cày")
    await lan.says("hôm nay trồng 5 cây keo", "1")
    await mai.says("hôm nay trồng 8 cây keo", "1")
    await leader.says("duyệt")
    leader.heard("Có 1 báo cáo chờ duyệt", "5 cây keo")

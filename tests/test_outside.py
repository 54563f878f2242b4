"""Figures from outside the chat: entered from a paper, kept apart, and correctable."""

from __future__ import annotations

from storage import counts
from tests.talking import Phone, Village
from tests.test_roster import row, table

PAPER = ("Trồng cây", "1", "1.200 cây", "1/10/2026", "31/10/2026", "12/BC-HKL", "3/11/2026")


async def enter(officer: Phone) -> None:
    await officer.says("nhập số liệu", *PAPER, "Hạt Kiểm lâm")
    officer.heard(
        "Trồng cây, Xã Phú Thịnh: 1.200 cây, từ 1/10/2026 đến 31/10/2026",
        "Văn bản 12/BC-HKL ngày 3/11/2026 của Hạt Kiểm lâm",
    )
    await officer.says("1")


async def test_a_paper_is_its_own_source(village: Village, lan: Phone) -> None:
    await lan.says("ngày 31/10 trồng 5 cây", "1")
    officer = await village.staff("officer", agency="pt_phong_kinh_te")
    await enter(officer)
    officer.heard("nguồn ngoài trò chuyện, tính vào ngày 31/10/2026")
    found = await table(village, "2026-10")
    trees = row(found, "PT-I-3a")
    assert (trees["reported"], trees["confirmed"]) == (1205, 1200)
    assert trees["sources"]["outside"]["reported"] == 1200
    assert trees["sources"]["self"]["reported"] == 5
    assert trees["note"] == "Gồm 1.200 theo văn bản ngoài trò chuyện"
    [paper] = found["papers"]
    assert (paper["paper"], paper["first_day"], paper["unit"]) == (
        "12/BC-HKL",
        "2026-10-01",
        "05800",
    )
    await officer.says("/tonghop 2026-10")
    officer.heard("Trong đó ngoài trò chuyện: 1.200.")
    # A week inside its days has none of it: nobody knows how it fell.
    assert row(await table(village, "2026-W42"), "PT-I-3a")["reported"] == 0
    async with village.store.read() as tx:
        assert await counts.recount(tx, village.content.plan.skills.required) == []


async def test_the_same_paper_is_not_counted_twice(village: Village, lan: Phone) -> None:
    officer = await village.staff("officer")
    await enter(officer)
    await enter(officer)
    officer.heard("văn bản 12/BC-HKL đã nhập rồi")
    assert row(await table(village, "2026-10"), "PT-I-3a")["reported"] == 1200


async def test_a_wrong_figure_is_taken_back(village: Village, lan: Phone) -> None:
    officer = await village.staff("officer")
    await enter(officer)
    await officer.taps("Xem số đã nhập")
    officer.heard("Trồng cây, Xã Phú Thịnh: 1.200 cây, đến 31/10/2026")
    old = officer.button("Bỏ: 1.200 cây, 12/BC-HKL").payload
    await officer.says("1", "2")
    officer.heard("vẫn giữ")
    await officer.taps_payload(old)
    await officer.says("1")
    officer.heard("Đã bỏ ạ")
    found = await table(village, "2026-10")
    assert (row(found, "PT-I-3a")["reported"], found["papers"]) == (0, [])
    await officer.taps_payload(old)
    officer.heard("không còn trong số liệu nữa")
    async with village.store.read() as tx:
        assert await counts.recount(tx, village.content.plan.skills.required) == []
        assert len(await tx.fetch("SELECT id FROM outside")) == 1
    await enter(officer)
    officer.heard("Đã ghi ạ")


async def test_slips_are_asked_about_again(village: Village) -> None:
    officer = await village.staff("officer")
    await officer.says("/nhapso", "Trồng cây", "1", "nhiều lắm")
    officer.heard("số lớn hơn 0")
    await officer.says("0 cây")
    officer.heard("số lớn hơn 0")
    await officer.says("900 tỷ cây")
    officer.heard("lớn quá")
    await officer.says("1.200", "10/10/2026", "1/10/2026")
    officer.heard("10/10/2026")
    await officer.says("31/12/2026")
    officer.heard("chưa tới")
    await officer.says("31/10/2026", "không số")
    officer.heard("gõ số văn bản")


async def test_only_what_the_agency_leads_or_coordinates(village: Village) -> None:
    officer = await village.staff("officer", agency="pt_phong_vhxh")
    await officer.says("/nhapso")
    assert "Trồng cây" not in officer.labels()
    assert "Thành thạo kỹ năng số" in officer.labels()
    nobody = await village.staff("officer", agency="pt_mttq")
    await nobody.says("/nhapso")
    nobody.heard("không nhập số ngoài được")
    await enter(await village.staff("officer"))
    await officer.taps_payload("go:remove:1")
    officer.heard("không còn trong số liệu")
    assert row(await table(village, "2026-10"), "PT-I-3a")["reported"] == 1200

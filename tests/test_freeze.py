"""Freezing: a table that stays byte for byte, revisions that tell what changed, refusals."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from content.loader import load
from handlers.reports import freezing, periods
from handlers.talk.scene import local_day
from storage.database import Store, Tx
from tests.talking import Phone, Village

WEEK = "2026-W47"


@pytest.fixture
async def officer(village: Village, lan: Phone) -> Phone:
    """The officer of the overall lead, on the Monday after a week in which Lan planted 5 trees."""
    await lan.says("hôm nay trồng 5 cây", "1")
    officer = await village.staff("officer", agency="pt_phong_kinh_te")
    village.clock.passes(days=2)
    return officer


async def kept(village: Village, revision: int | None = None) -> str:
    async with village.store.read() as tx:
        text = await freezing.kept_text(tx, periods.parse(WEEK, village.content.plan), revision)
    assert text is not None
    return text


async def told(village: Village, revision: int | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await kept(village, revision))
    return found


def trees(table: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = next(one for one in table["rows"] if one["target"] == "PT-I-3a")
    return row


async def test_three_figures_are_read_out_before_it_is_frozen(
    village: Village, officer: Phone
) -> None:
    await officer.says("chốt số liệu")
    assert officer.labels() == ["Tuần 47/2026", "Tháng 10/2026", "Quý 3/2026", "Quay lại"]
    await officer.says("1")
    officer.heard(
        "Tuần 47/2026 (16/11/2026 - 22/11/2026)",
        "Trồng cây: đã duyệt 0, đã báo 5. Lũy kế 0, mục tiêu 100.000 cây.",
        "Được tuyên truyền",
        "Thành thạo kỹ năng số",
        "chốt bản 1 chứ ạ?",
    )
    await officer.says("chưa")
    officer.heard("chưa chốt gì")
    await officer.says("/chot 2026-W47", "có")
    officer.heard("Đã chốt Tuần 47/2026, bản 1")
    table = await told(village)
    assert (table["frozen"], table["revision"], trees(table)["reported"]) == (True, 1, 5)
    async with village.store.read() as tx:
        row = await tx.fetch_one("SELECT p.name FROM freezes f JOIN people p ON p.id = f.by_id")
    assert row
    assert row["name"] == "Minh"


async def test_what_is_frozen_never_changes(village: Village, lan: Phone, officer: Phone) -> None:
    await officer.says("/chot 2026-W47", "1")
    before = await kept(village)
    await lan.says("ngày 20/11 trồng 9 cây mỡ", "1", "ngày 21/11 trồng 40 cây keo", "1")
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("duyệt", "1")
    assert await kept(village) == before
    await officer.says("/tonghop 2026-W47")
    officer.heard("Số liệu đã chốt ngày 23/11/2026, bản 1", "Trồng cây: trong kỳ báo 5, đã duyệt 0")
    # The year is counted on; what is late counts in its own day.
    await officer.says("/tonghop 2026-11")
    officer.heard("Trồng cây: trong kỳ báo 54")


async def test_a_second_freeze_says_what_changed_and_why(
    village: Village, lan: Phone, officer: Phone
) -> None:
    await lan.says("ngày 19/11 trồng 2 cây quế", "1")
    await officer.says("/chot 2026-W47", "1")
    first = await kept(village)
    await lan.says("sửa 5 cây thành 8 cây", "1")
    await lan.says("ngày 20/11 trồng 30 cây mỡ", "1")
    await officer.says("/chot 2026-W47")
    officer.heard("đã chốt bản 1, nay có số đã khác", "vì sao chốt lại")
    officer.heard("Khác bản 1", "Trồng cây: báo 7 → 40, duyệt 0 → 0")
    await officer.says("...")
    officer.heard("viết một câu")
    await officer.says("x" * 400)
    officer.heard("trong 300 chữ cái")
    await officer.says("Xóm Gò Vũ báo muộn và sửa số")
    officer.heard("chốt bản 2 chứ ạ?")
    await officer.says("1")
    officer.heard("bản 2")
    second = await told(village)
    assert (second["revision"], trees(second)["reported"]) == (2, 40)
    changed = second["changed"]
    assert changed["why"] == "Xóm Gò Vũ báo muộn và sửa số"
    [moved] = [one for one in changed["moved"] if one["target"] == "PT-I-3a"]
    assert (moved["was"]["reported"], moved["now"]["reported"]) == (7, 40)
    # What is corrected is not late; what was only told now is.
    assert changed["late"] == [{"unit": "pt-go-vu", "measure": "trees", "reports": 1, "amount": 30}]
    assert changed["reports"] == {"corrected": 1, "taken_back": 0, "refused": 0}
    assert await kept(village, 1) == first
    await officer.says("/tonghop 2026-W47")
    officer.heard(
        "bản 2", "Lý do chốt lại: Xóm Gò Vũ", "Báo muộn, tính vào đúng ngày làm: 1 báo cáo"
    )
    officer.heard("Khác bản 1: Trồng cây, trong kỳ báo 7 → 40, đã duyệt 0 → 0.")


async def test_a_period_that_runs_is_not_frozen(village: Village, officer: Phone) -> None:
    await officer.says("/chot 2026-W48")
    officer.heard("Tuần 48/2026 đến hết ngày 29/11/2026 mới xong", "/chot 2026-W48")
    await officer.says("/chot all")
    officer.heard("31/12/2035")
    await officer.says("/chot 2026-W60")
    officer.heard("chưa hiểu")
    await officer.says("chốt", "tuần nào đó")
    officer.heard("chưa hiểu ạ", "chốt số liệu kỳ nào")
    await officer.says("2026-10")
    officer.heard("Tháng 10/2026", "chốt bản 1")


async def test_nothing_new_needs_no_second_freeze(village: Village, officer: Phone) -> None:
    await officer.says("/chot 2026-W47", "1", "/chot 2026-W47")
    officer.heard("đã chốt rồi (Minh, bản 1)", "không cần chốt lại")


async def test_what_was_frozen_before_reports_were_kept_by_activity_is_the_same(
    village: Village, officer: Phone
) -> None:
    await officer.says("/chot 2026-W47", "1")
    table = await told(village)
    for unit in table["units"]:
        del unit["told"]
    async with village.store.begin() as tx:
        await tx.execute("UPDATE freezes SET tally = $1", json.dumps(table))
    await officer.says("/chot 2026-W47")
    officer.heard("không cần chốt lại")
    async with village.store.begin() as tx:
        await tx.execute("UPDATE reports SET status = 'confirmed'")
    await officer.says("/chot 2026-W47")
    officer.heard("nay có số đã khác")


async def test_of_two_officers_one_freezes(village: Village, officer: Phone) -> None:
    other = await village.staff("admin")
    await officer.says("/chot 2026-W47")
    await other.says("/chot 2026-W47")
    await asyncio.gather(officer.says("1"), other.says("1"))
    told_both = officer.text + other.text
    assert told_both.count("Đã chốt Tuần 47/2026, bản 1") == 1
    assert told_both.count("Tuần 47/2026 vừa có người khác chốt rồi ạ (Minh)") == 1
    async with village.store.read() as tx:
        assert len(await tx.fetch("SELECT revision FROM freezes")) == 1


async def test_figures_that_move_meanwhile_are_read_out_again(
    village: Village, lan: Phone, officer: Phone
) -> None:
    await officer.says("/chot 2026-W47")
    await lan.says("ngày 20/11 trồng 30 cây mỡ", "1")
    await officer.says("1")
    officer.heard("Vừa có báo cáo mới làm số đổi", "chốt bản 1 chứ ạ?")
    await officer.says("1")
    officer.heard("Đã chốt")
    assert trees(await told(village))["reported"] == 35


async def test_nothing_is_unfrozen(village: Village, officer: Phone) -> None:
    await officer.says("/chot 2026-W47", "1", "bỏ chốt")
    officer.heard("giữ nguyên, không mở lại được", "chốt thêm một bản mới")
    await officer.taps("Chốt bản mới")
    officer.heard("chốt số liệu kỳ nào")


async def test_only_the_overall_lead_freezes(village: Village, lan: Phone, officer: Phone) -> None:
    for limit in ({"agency": "pt_phong_vhxh"}, {"unit": "pt-go-vu"}):
        other = await village.staff("officer", **limit)
        await other.says("/chot 2026-W47")
        other.heard("cơ quan tổng hợp chung: Phòng Kinh tế xã")
    leader = await village.staff("leader", "pt-go-vu")
    for phone in (lan, leader):
        await phone.says("/chot 2026-W47")
        phone.heard("dành cho cán bộ")
    # What a button carries can be typed by anyone: a forged answer freezes nothing.
    await lan.taps_payload("go:freeze:2026-W47")
    lan.heard("dành cho cán bộ")
    async with village.store.read() as tx:
        assert not await tx.fetch("SELECT revision FROM freezes")


async def test_each_sees_the_own_part_of_what_is_frozen(
    village: Village, lan: Phone, officer: Phone
) -> None:
    mai = await village.elder("Mai", "vai cày")
    await mai.says("ngày 20/11 trồng 8 cây", "1")
    await officer.says("/chot 2026-W47", "1")
    await lan.says("ngày 20/11 trồng 30 cây mỡ", "1")
    leader = await village.staff("leader", "bn-vai-cay")
    await leader.says("/tonghop 2026-W47")
    leader.heard("đã chốt", "Trồng cây: trong kỳ báo 8,")
    association = await village.staff("officer", agency="pt_phong_vhxh")
    await association.says("/tonghop 2026-W47")
    association.heard("đã chốt", "Thành thạo kỹ năng số")
    association.heard_nothing_of("Trồng cây")


async def test_a_unit_taken_off_the_list_stays_in_what_was_frozen(
    village: Village, lan: Phone, officer: Phone
) -> None:
    await officer.says("/chot 2026-W47", "1")
    before = await kept(village)
    async with village.store.begin() as tx:
        for table in ("counts", "reports", "people"):
            await tx.execute(f"UPDATE {table} SET unit = 'merged'")
    assert await kept(village) == before
    await officer.says("/tonghop 2026-W47")
    officer.heard("Trồng cây: trong kỳ báo 5")
    async with village.store.begin() as tx:
        now = village.clock()
        number = await freezing.freeze(
            tx,
            village.content,
            periods.parse(WEEK, village.content.plan),
            now=now,
            today=local_day(now),
            why="Nhập xóm",
        )
    assert number == 2
    # Its trees are now of the whole, and none is lost.
    assert trees(await told(village))["reported"] == 5


async def test_what_is_read_back_is_what_was_kept(store: Store) -> None:
    for program in ("phu_thinh", "lai_chau"):
        village = Village(store, load(program))
        now = village.clock()
        async with store.begin() as tx:
            await _freeze_and_compare(tx, village, now)
            await tx.execute("DELETE FROM freezes")


async def _freeze_and_compare(tx: Tx, village: Village, now: Any) -> None:
    from handlers.reports import forms, scoping
    from handlers.reports.thawing import thaw

    period = periods.parse("2026-10", village.content.plan)
    await freezing.freeze(tx, village.content, period, now=now, today=local_day(now))
    text = await freezing.kept_text(tx, period)
    assert text is not None
    again = scoping.scoped(thaw(text, village.content), village.content, None, None)
    assert forms.as_json(again, village.content) == text

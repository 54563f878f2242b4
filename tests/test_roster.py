"""How many people there are, as officers enter it, and the shares that follow."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from content.loader import Content, load
from handlers.reports import forms, freezing, periods
from handlers.talk.scene import local_day
from storage import rosters, skills
from storage.database import Store
from storage.rosters import Roster
from tests.talking import Phone, Village


async def table(village: Village, period: str = "2026-W47", **scope: Any) -> dict[str, Any]:
    content, now = village.content, village.clock()
    async with village.store.read() as tx:
        tally = await freezing.shown(
            tx,
            content,
            periods.parse(period, content.plan),
            units=scope.get("units"),
            agencies=scope.get("agencies"),
            now=now,
            today=local_day(now),
        )
    found: dict[str, Any] = json.loads(forms.as_json(tally, content))
    return found


def row(found: dict[str, Any], target: str = "PT-I-2") -> dict[str, Any]:
    return next(one for one in found["rows"] if one["target"] == target)


async def skilled(village: Village, phone: Phone, unit: str) -> None:
    """This person can do all that the plan asks for, and someone confirmed it."""
    async with village.store.begin() as tx:
        here = await tx.fetch_one(
            "SELECT person_id FROM addresses WHERE address = $1", phone.address
        )
        assert here
        required = village.content.plan.skills.required
        for skill in required:
            day = local_day(village.clock())
            await skills.reach(tx, here["person_id"], skill, "confirmed", unit, day, required)


async def add(village: Village, unit: str, people: int, day: str, kind: str = "over60") -> None:
    async with village.store.begin() as tx:
        by = await tx.fetch_one("SELECT MIN(id) AS id FROM people")
        assert by
        new = Roster(unit=unit, kind=kind, people=people, day=date.fromisoformat(day), source="sổ")
        await rosters.add(tx, new, by["id"], village.clock())


async def test_an_officer_enters_how_many_there_are(village: Village, lan: Phone) -> None:
    await skilled(village, lan, "pt-go-vu")
    officer = await village.staff("officer")
    await officer.says("nhập số người")
    officer.heard("của nơi nào")
    await officer.says("Xã Phú Thịnh", "Người từ 60 tuổi", "hai nghìn ba trăm mười lăm", "1/1/2026")
    officer.heard("lấy ở đâu")
    await officer.says("Báo cáo 01/BC-HNCT")
    officer.heard("Xã Phú Thịnh, Người từ 60 tuổi: 2.315 người", "1/1/2026", "Báo cáo 01/BC-HNCT")
    await officer.says("1")
    officer.heard("Đã ghi ạ")
    await officer.taps("Xem các lần đã nhập")
    officer.heard("2.315 người, ngày 1/1/2026 (Báo cáo 01/BC-HNCT)")
    share = row(await table(village))
    assert (share["denominator"], share["percent"]) == (2315, 0)
    assert share["denominator_day"] == "2026-01-01"
    await officer.says("/tonghop")
    officer.heard("đạt 0% của 2.315 người (số ngày 1/1/2026)")


async def test_none_and_nonsense_are_asked_about_again(village: Village, lan: Phone) -> None:
    officer = await village.staff("officer")
    await officer.says("/danso", "gò vũ", "2", "0 người")
    officer.heard("Số 0 thì không tính tỷ lệ được")
    await officer.says("nhiều lắm")
    officer.heard("gõ một con số")
    await officer.says("99 tỷ")
    officer.heard("nhiều nhất 10.000.000 người")
    await officer.says("245", "25/12/2026")
    officer.heard("chưa tới")
    await officer.says("hôm nay", "123")
    officer.heard("ghi vài chữ nơi lấy số")
    await officer.says("/huy")
    officer.heard("chưa ghi gì")
    async with village.store.read() as tx:
        assert not await tx.fetch("SELECT id FROM rosters")


async def test_a_number_smaller_than_the_counted_people_is_warned_about(
    village: Village, lan: Phone
) -> None:
    mai = await village.elder("Mai", "gò vũ")
    for phone in (lan, mai):
        await skilled(village, phone, "pt-go-vu")
    officer = await village.staff("officer")
    await officer.says("/danso", "gò vũ", "1", "1", "1", "sổ hội viên")
    officer.heard("đã đếm được 2 người ở đây, nhiều hơn 1")
    await officer.says("1")
    found = row(await table(village, units=["pt-go-vu"]))
    assert found["percent"] == 200
    assert "cần xem lại mẫu số" in found["note"]
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("/tonghop")
    leader.heard("đạt 200% của 1 người", "Chú ý: số đã đếm lớn hơn số người đã nhập")


async def test_units_make_a_whole_only_together(village: Village, lan: Phone) -> None:
    await skilled(village, lan, "pt-go-vu")
    units = [one.code for one in village.content.units.values() if one.parent]
    for code in units[:-1]:
        await add(village, code, 10, "2026-01-01")
    assert "percent" not in row(await table(village))
    assert row(await table(village))["note"] == "chưa có mẫu số"
    await add(village, units[-1], 40, "2026-02-01")
    whole = row(await table(village))
    assert whole["denominator"] == 10 * (len(units) - 1) + 40
    assert whole["denominator_day"] == "2026-01-01"
    # The whole's own number goes before the sum.
    await add(village, "05800", 500, "2026-03-01")
    assert (row(await table(village))["denominator"], row(await table(village))["percent"]) == (
        500,
        0.2,
    )
    # Another kind of people is no denominator of this target.
    assert "percent" not in row(await table(village), "PT-I-1")


async def test_the_number_that_held_then(village: Village, lan: Phone) -> None:
    await add(village, "05800", 100, "2026-01-01")
    await add(village, "05800", 200, "2026-10-15")
    await add(village, "05800", 210, "2026-10-15")
    assert row(await table(village, "2026-09"))["denominator"] == 100
    assert row(await table(village, "2026-10"))["denominator"] == 210
    # Before the first number there is nothing better than the first.
    assert row(await table(village, "2025-10"))["denominator"] == 100


async def test_the_own_units_only(village: Village, lan: Phone) -> None:
    officer = await village.staff("officer", "pt-go-vu")
    await officer.says("/danso", "vai cày")
    officer.heard("Xóm Vai Cày không thuộc nơi bác phụ trách".replace("bác", "anh"))
    await lan.says("/danso")
    lan.heard("dành cho cán bộ")
    await officer.says("/huy")
    await officer.taps_payload("go:rosters:bn-vai-cay")
    officer.heard("không thuộc nơi")


@pytest.mark.parametrize("program", ["phu_thinh", "lai_chau"])
def test_every_share_says_of_whom(program: str) -> None:
    content: Content = load(program)
    for target in content.plan.targets:
        assert (target.roster is not None) == (target.basis == "share")


async def test_lai_chau_sums_its_communes(store: Store) -> None:
    village = Village(store, load("lai_chau"))
    await village.elder("Lan", "Than Uyên")
    for code in [one.code for one in village.content.units.values() if one.parent]:
        await add(village, code, 100, "2026-01-01", "all")
    assert row(await table(village), "LC-I-1")["denominator"] == 3800

"""What an agency sees of a tally, and what a merged unit is in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from content.loader import Content
from handlers.officers.sight import scope
from handlers.reports import figures, forms, periods, progress
from handlers.reports.tables import Tally
from handlers.talk.scene import local_day
from storage import rosters
from storage.people import Grant, Person
from storage.rosters import Roster
from tests.talking import Phone, Village


async def count(
    village: Village, content: Content, period: str, unit: str | None = None, **scope: Any
) -> Tally:
    async with village.store.read() as tx:
        return await figures.tally(
            tx,
            content,
            periods.parse(period, content.plan),
            units=content.within(unit) if unit else None,
            agencies=scope.get("agencies"),
            now=village.clock(),
            today=local_day(village.clock()),
        )


async def test_no_form_tells_an_agency_of_what_is_not_its_own(village: Village, lan: Phone) -> None:
    await lan.says("hôm nay trồng 4321 cây keo", "1", "1", "hôm qua trồng 77 cây quế", "1")
    agency = await count(village, village.content, "2026-W47", agencies={"pt_phong_vhxh"})
    for form in (forms.as_json, forms.as_csv, forms.as_text):
        told = form(agency, village.content)
        assert "4321" not in told
        assert "4398" not in told
    assert "trees" not in forms.as_json(agency, village.content)
    assert agency.waiting == 0
    lead = await count(village, village.content, "2026-W47", agencies={"pt_phong_kinh_te"})
    unit = next(one for one in lead.units if one.code == "pt-go-vu")
    assert unit.values["trees"].reported == 4398
    assert lead.waiting == 2


def test_two_rights_together_show_no_more_than_either(phu_thinh: Content) -> None:
    minh = Person(id=1, name="Minh", form="anh", unit="05800", over60=None)
    xom = Grant(role="officer", unit="pt-go-vu", agency="pt_phong_kinh_te")
    agency = Grant(role="officer", agency="pt_phong_vhxh")
    for grants, sees in (
        ((xom,), (["pt-go-vu"], None)),
        ((agency,), (None, ["pt_phong_vhxh"])),
        ((xom, agency), (["pt-go-vu"], None)),
    ):
        assert scope(replace(minh, grants=grants), phu_thinh) == sees


async def test_who_is_told_for_is_not_silent(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    told = await count(village, village.content, "2026-W47")
    assert [one.code for one in progress.silent(told)] == ["pt-go-vu"]
    await leader.says("báo hộ", "ông Tám 12 cây mỡ", "hôm nay", "1")
    told = await count(village, village.content, "2026-W47")
    assert progress.silent(told) == []
    assert forms.as_text(told, village.content).endswith("đều đã có người báo.")


@pytest.fixture
def merged(phu_thinh: Content) -> Content:
    """Xóm Gò Vũ became a part of Xóm Làng Thượng in the middle of the year."""
    part = phu_thinh.units["pt-go-vu"].model_copy(
        update={"parent": "pt-lang-thuong", "until": date(2026, 6, 30)}
    )
    return replace(phu_thinh, units={**phu_thinh.units, "pt-go-vu": part})


async def enters(village: Village, unit: str, people: int, day: date) -> None:
    roster = Roster(unit=unit, kind="over60", people=people, day=day, source="sổ hội viên")
    async with village.store.begin() as tx:
        await rosters.add(tx, roster, 1, village.clock())


async def test_people_of_a_merged_unit_are_counted_once(
    village: Village, lan: Phone, merged: Content
) -> None:
    for code in [one.code for one in merged.units.values() if one.parent]:
        await enters(village, code, 100, date(2026, 1, 1))
    everybody = 100 * (len(merged.units) - 1)

    async def people(period: str, unit: str | None = None) -> int:
        told = await count(village, merged, period, unit)
        [share] = [one for one in told.rows if one.target.id == "PT-I-2"]
        assert share.roster
        return share.roster.people

    assert (await people("2026-H1"), await people("2026-H1", "pt-lang-thuong")) == (everybody, 200)
    # Counted anew after the merger, the number holds the people of both.
    await enters(village, "pt-lang-thuong", 190, date(2026, 7, 10))
    assert (await people("2026-11"), await people("2026-11", "pt-lang-thuong")) == (
        everybody - 10,
        190,
    )
    assert await people("2026-06", "pt-lang-thuong") == 200


async def test_a_merged_unit_is_not_looked_for_apart(
    village: Village, lan: Phone, merged: Content
) -> None:
    mai = await village.elder("Mai", "làng thượng")
    told = await count(village, merged, "2026-W47")
    assert [one.code for one in progress.silent(told)] == ["pt-lang-thuong"]
    await lan.says("hôm nay trồng 5 cây", "1")
    told = await count(village, merged, "2026-W47")
    assert progress.silent(told) == []
    assert json.loads(forms.as_json(told, merged))["completeness"]["units_expected"] == 1
    await mai.says("hôm nay trồng 7 cây", "1")
    new = await count(village, merged, "2026-W47", "pt-lang-thuong")
    [trees] = [one for one in new.rows if one.target.id == "PT-I-3a"]
    assert trees.in_period.reported == 12

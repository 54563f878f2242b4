"""The registers in the tally: what stood, who found work, in every period of both programs."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import datetime

import pytest

from content.loader import Content, load
from content.models.fields import Basis
from handlers.reports import figures, forms, periods
from handlers.reports.tables import Tally
from handlers.talk.scene import local_day
from storage.database import Store
from tests.talking import VIETNAM, Phone, Village

#: In the period, and counted up: each reported and confirmed.
Told = tuple[int, int, int, int]


async def count(village: Village, period: str, unit: str | None = None) -> Tally:
    content = village.content
    async with village.store.read() as tx:
        return await figures.tally(
            tx,
            content,
            periods.parse(period, content.plan),
            units=content.within(unit) if unit else None,
            agencies=None,
            now=village.clock(),
            today=local_day(village.clock()),
        )


async def told(village: Village, period: str, target: str, unit: str | None = None) -> Told:
    """The figures of one target."""
    tally = await count(village, period, unit)
    [row] = [one for one in tally.rows if one.target.id == target]
    both = (row.in_period, row.cumulative)
    in_period, cumulative = [(int(one.reported), int(one.confirmed)) for one in both]
    return (*in_period, *cumulative)


async def propose(leader: Phone, kind: str, name: str, since: str, people: str = "5") -> None:
    await leader.says("đề xuất", kind, name, "1", since, people, "1")
    leader.heard("ghi đề xuất rồi")


async def changes(officer: Phone, name: str, how: str, day: str) -> None:
    await officer.says("dừng mô hình", name, how, day, "1")
    officer.heard("ghi vào sổ rồi")


@pytest.fixture
async def year(village: Village) -> Village:
    """A model that worked from March, was paused in June and July, and ended in October."""
    leader = await village.staff("leader", "pt-go-vu")
    officer = await village.staff("officer")
    await propose(leader, "phân loại rác", "Xóm sạch", "10/3/2026")
    await officer.says("duyệt mô hình", "1")
    await changes(officer, "xóm sạch", "tạm dừng", "15/6/2026")
    await changes(officer, "xóm sạch", "hoạt động lại", "1/8/2026")
    await changes(officer, "xóm sạch", "kết thúc", "5/10/2026")
    await propose(leader, "phân loại rác", "Xóm xanh", "1/11/2026")
    return village


@pytest.mark.parametrize(
    ("period", "figures_told"),
    [
        ("2026-02", (0, 0, 0, 0)),
        ("2026-03", (1, 1, 1, 1)),
        ("2026-W11", (1, 1, 1, 1)),
        ("2026-W12", (0, 0, 1, 1)),
        ("2026-Q1", (1, 1, 1, 1)),
        ("2026-06", (-1, -1, 0, 0)),
        ("2026-07", (0, 0, 0, 0)),
        ("2026-Q3", (1, 1, 1, 1)),
        ("2026-H1", (0, 0, 0, 0)),
        ("2026-W41", (-1, -1, 0, 0)),
        ("2026-10", (-1, -1, 0, 0)),
        ("2026-11", (1, 0, 1, 0)),
        ("2026", (1, 0, 1, 0)),
        ("all", (1, 0, 1, 0)),
    ],
)
async def test_a_stock_is_what_stood_at_the_end_of_a_period(
    year: Village, period: str, figures_told: Told
) -> None:
    assert await told(year, period, "PT-I-3b") == figures_told
    # Both horizons ask how many stand; the later goal contains the earlier.
    assert await told(year, period, "PT-II-3b") == figures_told
    assert await told(year, period, "PT-I-3c") == (0, 0, 0, 0)


async def test_a_model_older_than_the_plan_stands_in_it(village: Village) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    officer = await village.staff("officer")
    await propose(leader, "hữu cơ", "Vườn cũ", "5/5/2024")
    await officer.says("duyệt mô hình", "1")
    assert await told(village, "2026-W47", "PT-I-3c") == (0, 0, 1, 1)
    assert await told(village, "all", "PT-I-3c") == (0, 0, 1, 1)


async def test_jobs_count_people_in_the_year_they_began(village: Village) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    officer = await village.staff("officer", agency="pt_hoi_nct")
    await propose(leader, "việc làm", "Sao chè", "2/2/2026", "8")
    await propose(leader, "việc làm", "Đan lát", "18/11/2026", "4")
    await officer.says("duyệt mô hình", "1", "1")
    await propose(leader, "việc làm", "Nuôi ong", "19/11/2026", "3")
    assert await told(village, "2026-W47", "PT-I-4") == (7, 4, 15, 12)
    assert await told(village, "2026-Q1", "PT-I-4") == (8, 8, 8, 8)
    await changes(officer, "sao chè", "kết thúc", "20/11/2026")
    assert await told(village, "2026", "PT-I-4") == (15, 12, 15, 12)
    village.clock.now = datetime(2027, 2, 1, 9, tzinfo=VIETNAM)
    await propose(leader, "việc làm", "Đan lát", "20/1/2027", "2")
    await officer.says("duyệt mô hình", "2", "chưa rõ nơi làm", "1", "1")
    assert await told(village, "2027-01", "PT-I-4") == (2, 2, 2, 2)
    assert await told(village, "2026", "PT-I-4") == (12, 12, 12, 12)
    assert await told(village, "2027-01", "PT-II-4") == (0, 0, 0, 0)


async def test_no_model_of_another_kind_counts(village: Village) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    officer = await village.staff("officer")
    await propose(leader, "khởi nghiệp", "Nuôi ong", "2/2/2026")
    await propose(leader, "chuyển đổi số", "Nhóm Zalo", "2/2/2026")
    await officer.says("duyệt mô hình", "1", "1")
    rows = (await count(village, "all")).rows
    assert all(row.cumulative.reported == 0 for row in rows)
    unit = next(one for one in (await count(village, "2026")).units if one.code == "pt-go-vu")
    assert unit.values["startup_models"].confirmed == 1


async def test_units_add_up_and_a_removed_one_is_not_lost(village: Village) -> None:
    officer = await village.staff("officer")
    for unit in ("pt-go-vu", "bn-vai-cay"):
        leader = await village.staff("leader", unit)
        await propose(leader, "phân loại rác", "Xóm sạch", "2/2/2026")
        await officer.says("duyệt mô hình", "1")
    assert await told(village, "2026", "PT-I-3b") == (2, 2, 2, 2)
    assert await told(village, "2026", "PT-I-3b", "bn-vai-cay") == (1, 1, 1, 1)
    units = {
        name: one
        for name, one in village.content.units.items()
        if name not in {"bn-vai-cay", "pt-go-vu"}
    }
    village.content = replace(village.content, units=units)
    assert await told(village, "2026", "PT-I-3b") == (2, 2, 2, 2)
    assert await told(village, "2026", "PT-I-3b", "05800") == (2, 2, 2, 2)


def on_basis(content: Content, basis: Basis) -> Content:
    """The same program, its models counted up in another way."""
    targets = tuple(
        one.model_copy(update={"basis": basis}) if one.indicator == "waste_models" else one
        for one in content.plan.targets
    )
    return replace(content, plan=content.plan.model_copy(update={"targets": targets}))


@pytest.mark.parametrize(
    ("basis", "figures_told"),
    [("stock", (0, 0, 3, 3)), ("cumulative", (0, 0, 2, 2)), ("per_year", (0, 0, 1, 1))],
)
async def test_every_basis_counts_up_in_its_way(
    sqlite_store: Store, basis: Basis, figures_told: Told
) -> None:
    village = Village(sqlite_store, load("lai_chau"))
    leader = await village.staff("leader", "03390")
    officer = await village.staff("officer")
    for name, since in (("Cũ", "1/6/2024"), ("Năm ngoái", "1/6/2025"), ("Năm nay", "1/6/2026")):
        await propose(leader, "phân loại rác", name, since)
        await officer.says("duyệt mô hình", "1")
    village.content = on_basis(village.content, basis)
    assert await told(village, "2026-11", "LC-I-3b") == figures_told


class TestForms:
    async def test_json(self, year: Village) -> None:
        rows = json.loads(forms.as_json(await count(year, "2026-11"), year.content))["rows"]
        [models] = [one for one in rows if one["target"] == "PT-I-3b"]
        told_of = ("reported", "confirmed", "cumulative_reported", "cumulative_confirmed")
        assert [models[key] for key in told_of] == [1, 0, 1, 0]
        assert models["note"] == "Theo sổ đã duyệt"

    async def test_csv_has_both_ends_of_a_range(self, year: Village) -> None:
        text = forms.as_csv(await count(year, "2026-11"), year.content)
        lines = {line["code"]: line for line in csv.DictReader(io.StringIO(text))}
        assert (lines["PT-I-4"]["goal"], lines["PT-I-4"]["goal_max"]) == ("10", "20")
        assert lines["PT-I-3b"]["goal_max"] == ""
        assert lines["PT-I-3b"]["cumulative_reported"] == "1"

    async def test_text(self, year: Village) -> None:
        text = forms.as_text(await count(year, "2026-10"), year.content)
        assert (
            "Mô hình phân loại rác: trong kỳ tăng giảm: báo -1, đã duyệt -1. "
            "Cuối kỳ có: báo 0, đã duyệt 0. Mục tiêu 20 mô hình."
        ) in text
        assert "Mục tiêu 10-20 người." in text

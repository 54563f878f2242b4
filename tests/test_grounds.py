"""What stands behind a figure adds up to it: every cell of a year, on both programs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from content.loader import Content, load
from handlers.reports import figures, grounds, periods
from handlers.reports.tables import Figures, Spans, Tally, UnitRow
from handlers.talk.scene import ZONE
from storage import counts, learning, registering, skills
from storage.database import Store, Tx
from storage.grounds import Ground
from storage.skills import CONFIRMED, LEARNT, SAYS, Seen
from tests import years

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, tzinfo=ZONE)
KEYS = ("2026-W14", "2026-10", "2026-Q2", "2026-H1", "2026", "2031", "all")
SPANS = ("in_period", "cumulative", "last_period", "last_year")


@pytest.fixture(params=["phu_thinh", "lai_chau"])
async def kept(request: pytest.FixtureRequest, store: Store) -> tuple[Store, Content]:
    content = load(request.param)
    async with store.begin() as tx:
        year = await years.make(tx, content)
        await _learners(tx, content, year.officer)
        # Reports of a unit that has been merged into another, and is on the list no longer.
        await tx.execute("UPDATE reports SET unit = 'gone' WHERE id % 40 = 0")
        await counts.rebuild(tx, content.plan.skills.required, content.plan.skills.reported_at)
    return store, content


async def _learners(tx: Tx, content: Content, officer: int) -> None:
    """People who were informed, and who learnt all that is required, some of it seen."""
    units = [one.code for one in content.units.values() if one.parent][:3]
    needed, plan = content.plan.skills.required, content.plan.skills
    for number in range(9):
        unit, day = units[number % 3], date(2026, 3, 30) + timedelta(days=number * 25)
        person = await registering.register(
            tx,
            channel="year",
            at=f"learner-{number}",
            name=f"Lan {number}",
            form="bac",
            unit=unit,
            unit_words=None,
            over60=True,
            consent_version="1",
            now=NOW - timedelta(days=300),
        )
        for lesson in ("ma_qr", "vneid"):
            await learning.inform(tx, person, "lesson", lesson, unit, day)
        for skill in needed[: len(needed) - number % 2]:
            for level in (LEARNT, SAYS, CONFIRMED)[: 2 + (number % 3 > 0)]:
                seen = Seen(by=officer, source="officer", at=NOW) if level == CONFIRMED else None
                await skills.reach(
                    tx, person, skill, level, unit, day, needed, plan.reported_at, seen=seen
                )


async def tally_of(tx: Tx, content: Content, key: str) -> Tally:
    period = periods.parse(key, content.plan)
    return await figures.tally(tx, content, period, units=None, agencies=None, now=NOW, today=TODAY)


def of_unit(unit: UnitRow, target: str) -> Spans:
    return sum(unit.targets.get(target, {}).values(), start=Spans())


def both(found: list[Ground]) -> Figures:
    return Figures(
        sum((one.reported for one in found), Decimal(0)),
        sum((one.confirmed for one in found), Decimal(0)),
    )


async def listed(tx: Tx, content: Content, cell: grounds.Cell) -> list[Ground]:
    """Every ground of a cell, page after page as they are shown."""
    found: list[Ground] = []
    while some := await grounds.some(tx, content, cell, 50, len(found)):
        found += some
    return found


async def test_behind_every_figure_stands_what_adds_up_to_it(kept: tuple[Store, Content]) -> None:
    store, content = kept
    seen = 0
    async with store.read() as tx:
        for key in KEYS:
            tally = await tally_of(tx, content, key)
            codes = [one.code for one in tally.units]
            for row in tally.rows:
                for span in SPANS:
                    cell = grounds.cell(content, row.target, tally.period, span, codes, TODAY)
                    found = await listed(tx, content, cell)
                    figure: Figures = getattr(row.spans, span)
                    assert both(found) == figure, (key, row.target.id, span)
                    sum_ = await grounds.total(tx, content, cell)
                    assert Figures(sum_.reported, sum_.confirmed) == figure
                    assert sum_.grounds == len(found)
                    told = [one.id for one in found if one.kind == "report"]
                    assert len(told) == len(set(told))
                    seen += bool(figure)
    assert seen > 60


async def test_behind_the_figures_of_each_unit_too(kept: tuple[Store, Content]) -> None:
    store, content = kept
    async with store.read() as tx:
        tally = await tally_of(tx, content, "2026")
        told = [one for one in tally.units if one.targets]
        assert content.root_unit.code in {one.code for one in told}
        for unit in told:
            for row in tally.rows:
                cell = grounds.cell(
                    content, row.target, tally.period, "cumulative", [unit.code], TODAY
                )
                figure = of_unit(unit, row.target.id).cumulative
                assert both(await listed(tx, content, cell)) == figure, (unit.code, row.target.id)


@pytest.mark.parametrize("key", ["2026", "2026-Q2"])  # the quarter ends on a Tuesday
async def test_behind_every_week_of_the_curve(kept: tuple[Store, Content], key: str) -> None:
    store, content = kept
    async with store.read() as tx:
        tally = await tally_of(tx, content, key)
        codes = [one.code for one in tally.units]
        trees = next(one for one in tally.rows if one.target.indicator == "trees")
        weeks = tally.weeks("trees")
        assert len(weeks) > 15
        for week, figure in weeks.items():
            cell = grounds.cell(content, trees.target, tally.period, week, codes, TODAY)
            assert both(await listed(tx, content, cell)) == figure, week


async def test_all_of_it_can_be_read_some_at_a_time(
    kept: tuple[Store, Content], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, content = kept
    monkeypatch.setattr(grounds, "AT_ONCE", 7)
    async with store.read() as tx:
        tally = await tally_of(tx, content, "2026")
    trees = next(one for one in tally.rows if one.target.indicator == "trees")
    codes = [one.code for one in tally.units]
    cell = grounds.cell(content, trees.target, tally.period, "cumulative", codes, TODAY)
    found = [one async for some in grounds.every(store, content, cell) for one in some]
    assert both(found) == trees.spans.cumulative

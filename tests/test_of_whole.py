"""Some units' figures beside those of all: the goal is not theirs, and no percent of it is told."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import docx
import openpyxl

from handlers.reports import charts, figures, files, forms, freezing, periods, progress, summary
from handlers.talk.scene import local_day
from tests.talking import Phone, Village


async def test_a_units_figures_stand_beside_the_whole_not_beside_its_goal(
    village: Village, lan: Phone
) -> None:
    mai = await village.elder("Mai", unit="đầm mây")
    await lan.says("hôm nay trồng 30 cây keo", "1")
    await mai.says("hôm nay trồng 90 cây keo", "1")
    officer = await village.staff("officer")
    leader = await village.staff("leader", "pt-go-vu")
    await officer.says("duyệt", "1", "duyệt", "1")
    content = village.content
    async with village.store.read() as tx:
        period = periods.parse("2026", content.plan)
        whole, part = [
            await figures.tally(
                tx,
                content,
                period,
                units=units,
                agencies=None,
                now=village.clock(),
                today=local_day(village.clock()),
            )
            for units in (None, ["pt-go-vu"])
        ]
    [trees] = [row for row in part.rows if row.target.id == "PT-I-3a"]
    told = "bằng 25% kết quả của cả xã Phú Thịnh"
    assert told in summary.lines(part, content)
    assert "100.000" not in summary.lines(part, content)
    assert progress.percent_of_goal(trees, content) is None
    assert progress.needed(trees, part, content) is None
    assert forms.note(trees, content).startswith(told)
    bars = charts.picture("targets", part, content).values["rows"]
    assert ("30 cây", "", told) in [(one["told"], one["goal"], one["why"]) for one in bars]
    page = openpyxl.load_workbook(BytesIO(files.make("xlsx", part, content))).worksheets[0]
    [row] = [row for row in page.iter_rows() if row[0].value == trees.target.number][:1]
    assert row[12].value is None
    report = docx.Document(BytesIO(files.make("docx", part, content)))
    assert any("Bằng 25% kết quả của cả xã Phú Thịnh." in one.text for one in report.paragraphs)
    await leader.says("/tonghop 2026")
    leader.heard(told)
    # The whole is told as it was.
    assert "(lũy kế 120/100.000 cây, 0,1%)" in summary.lines(whole, content)
    assert "kết quả của cả" not in forms.as_json(whole, content)


async def test_a_units_part_of_the_whole_stays_when_frozen_and_for_an_agency(
    village: Village, lan: Phone
) -> None:
    mai = await village.elder("Mai", unit="đầm mây")
    await lan.says("hôm nay trồng 30 cây keo", "1")
    await mai.says("hôm nay trồng 90 cây keo", "1")
    officer = await village.staff("officer")
    await officer.says("duyệt", "1", "duyệt", "1")
    content, over = village.content, date(2027, 1, 1)
    period = periods.parse("2026", content.plan)
    async with village.store.begin() as tx:
        await freezing.freeze(tx, content, period, now=village.clock(), today=over)
    async with village.store.read() as tx:
        for agencies in (None, {"pt_phong_kinh_te"}):
            part = await freezing.shown(
                tx,
                content,
                period,
                units=["pt-go-vu"],
                agencies=agencies,
                now=village.clock(),
                today=over,
            )
            assert part.number == 1
            assert "bằng 25% kết quả của cả xã Phú Thịnh" in forms.as_json(part, content)

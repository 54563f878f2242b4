"""A year of reports on both programs: every figure of the files, against a count of its own.

What is counted here is counted from the list of what was told, by the words of the plans, and knows
nothing of how the program counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pytest

from content.loader import Content, load
from content.models.plan import Target
from handlers.reports import charts, files, freezing, periods
from handlers.reports.tables import Tally
from handlers.talk.scene import ZONE
from handlers.talk.understanding.numbers import in_digits
from storage import counts
from storage.database import Store
from tests import years
from tests.years import Told, Year

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, tzinfo=ZONE)
PERIODS = {
    "2026-W14": (date(2026, 3, 30), date(2026, 4, 5)),
    "2026-10": (date(2026, 10, 1), date(2026, 10, 31)),
    "2026-Q2": (date(2026, 4, 1), date(2026, 6, 30)),
    "2026-H1": (date(2026, 1, 1), date(2026, 6, 30)),
    "2026": (date(2026, 1, 1), date(2026, 12, 31)),
}
#: The same days one period and one year before.
BEFORE = {
    "2026-W14": (date(2026, 3, 23), date(2026, 3, 29)),
    "2026-10": (date(2026, 9, 1), date(2026, 9, 30)),
    "2026-Q2": (date(2026, 1, 1), date(2026, 3, 31)),
    "2026-H1": (date(2025, 7, 1), date(2025, 12, 31)),
    "2026": (date(2025, 1, 1), date(2025, 12, 31)),
}
YEAR_BEFORE = {
    "2026-W14": (date(2025, 3, 31), date(2025, 4, 6)),
    "2026-10": (date(2025, 10, 1), date(2025, 10, 31)),
    "2026-Q2": (date(2025, 4, 1), date(2025, 6, 30)),
    "2026-H1": (date(2025, 1, 1), date(2025, 6, 30)),
    "2026": (date(2025, 1, 1), date(2025, 12, 31)),
}
NEVER = (date.max, date.min)


@dataclass(frozen=True, slots=True)
class Made:
    """A program with its year, and the tally of one period."""

    content: Content
    year: Year
    key: str
    tally: Tally

    @property
    def days(self) -> tuple[date, date]:
        """The days of the period."""
        begins = 2025 if self.content.plan.id == "lai_chau" else 2026
        return PERIODS.get(self.key, (date(begins, 1, 1), date(2035, 12, 31)))

    def sums(
        self, target: Target, span: tuple[date, date], of: Callable[[Told], bool] = lambda _: True
    ) -> tuple[int, int]:
        """What a target's line should say of some days: reported and confirmed."""
        first, last = span
        if target.basis not in {"stock", "share"}:
            # The plans: 2026 (Phú Thịnh) or 2025 (Lai Châu) to 2030, then 2031 to 2035.
            begins = 2025 if self.content.plan.id == "lai_chau" else 2026
            years_ = (begins, 2030) if target.horizon == "2025-2030" else (2031, 2035)
            first, last = max(first, date(years_[0], 1, 1)), min(last, date(years_[1], 12, 31))
        told = [
            one
            for one in self.year.told
            if one.indicator == target.indicator and first <= one.day <= last and of(one)
        ]
        return int(sum(one.reported for one in told)), int(sum(one.confirmed for one in told))

    def up(self, target: Target) -> tuple[date, date]:
        """The days that are counted up."""
        start, end = self.days
        end = min(end, TODAY)
        if target.basis != "per_year":
            return date.min, end
        if self.key == "all":
            return start, end
        # The first Monday of the ISO year 2026 is 29 December 2025.
        return (date(2025, 12, 29) if "W" in self.key else date(2026, 1, 1)), end


@pytest.fixture(params=["phu_thinh", "lai_chau"])
async def kept(request: pytest.FixtureRequest, store: Store) -> tuple[Store, Content, Year]:
    content = load(request.param)
    async with store.begin() as tx:
        year = await years.make(tx, content)
    return store, content, year


async def made(kept: tuple[Store, Content, Year]) -> list[Made]:
    store, content, year = kept
    found = []
    async with store.read() as tx:
        for key in (*PERIODS, "all"):
            tally = await freezing.shown(
                tx,
                content,
                periods.parse(key, content.plan),
                units=None,
                agencies=None,
                now=NOW,
                today=TODAY,
            )
            found.append(Made(content, year, key, tally))
    return found


def table(sheet: Any, head: int = 5) -> Iterator[dict[str, Any]]:
    """The lines of a sheet's table, by the titles of its columns."""
    titles = [cell.value for cell in sheet[head]]
    for row in sheet.iter_rows(min_row=head + 1):
        yield {str(title): cell.value for title, cell in zip(titles, row, strict=False)}


def _is(field: str, value: str) -> Callable[[Told], bool]:
    return lambda told: bool(getattr(told, field) == value)


async def test_every_figure_of_the_workbook(kept: tuple[Store, Content, Year]) -> None:
    for one in await made(kept):
        book = openpyxl.load_workbook(BytesIO(files.make("xlsx", one.tally, one.content)))
        assert book.sheetnames == [
            "Tổng hợp", "Theo đơn vị", "Theo tuần", "Sổ mô hình", "Nguồn và ghi chú",
        ]  # fmt: skip
        _check_summary(one, book["Tổng hợp"])
        _check_units(one, book["Theo đơn vị"])
        _check_weeks(one, book["Theo tuần"])
        _check_registers(one, book["Sổ mô hình"])
        _check_sources(one, book["Nguồn và ghi chú"])


def _check_summary(one: Made, sheet: Any) -> None:
    lines = [line for line in table(sheet) if line["Mục tiêu"] is not None]
    assert len(lines) == len(one.content.plan.targets)
    for target, line in zip(one.content.plan.targets, lines, strict=True):
        assert (line["Chỉ tiêu"], line["Mục tiêu"]) == (target.text, target.goal)
        in_period = (line["Trong kỳ: báo"], line["Trong kỳ: đã duyệt"])
        assert in_period == one.sums(target, one.days), (one.key, target.id)
        up = (line["Lũy kế: báo"], line["Lũy kế: đã duyệt"])
        assert up == one.sums(target, one.up(target)), (one.key, target.id)
        assert line["Kỳ trước: báo"] == one.sums(target, BEFORE.get(one.key, NEVER))[0]
        year_before = one.sums(target, YEAR_BEFORE.get(one.key, NEVER))[0]
        assert line["Cùng kỳ năm trước: báo"] == year_before, (one.key, target.id)
        begun = target.horizon == "2025-2030"
        if target.basis != "share" and begun:
            assert line["Còn thiếu"] == max(target.goal - up[1], 0)
            year = target.basis == "per_year" and one.key != "all"
            assert line["Thời hạn"].date() == date(2026 if year else 2030, 12, 31)
        elif target.basis == "share":
            # The units that have a number are not all: no sum, no share.
            assert line["Mẫu số (người)"] is None
            assert line["Tỷ lệ người"] is line["So với mục tiêu"] is line["Còn thiếu"] is None
    for row in sheet.iter_rows(min_row=6):
        goal, reached, percent = row[3], row[9], row[12]
        if percent.value is not None:
            assert percent.value == f"={reached.coordinate}/{goal.coordinate}"


def _check_units(one: Made, sheet: Any) -> None:
    *lines, total = table(sheet)
    assert [line["Mã"] for line in lines] == list(one.content.units)
    current = [target for target in one.content.plan.targets if target.horizon == "2025-2030"]
    for target in current:
        name = one.content.phrases[f"tally.{target.indicator}"]
        for line in lines:
            of_unit = one.sums(target, one.days, _is("unit", line["Mã"]))
            assert (line[f"{name}: báo"], line[f"{name}: đã duyệt"]) == of_unit
        whole = sum(line[f"{name}: báo"] for line in lines)
        assert whole == one.sums(target, one.days)[0]
        assert str(total[f"{name}: báo"]).startswith("=SUM(")
        assert str(total[f"{name}: báo"]).endswith(f"{5 + len(lines)})")


def _check_weeks(one: Made, sheet: Any) -> None:
    for line in table(sheet):
        first, last = line["Từ ngày"].date(), line["Đến ngày"].date()
        assert (last - first).days == 6
        told = [it for it in one.year.told if it.indicator == "trees"]
        now = sum(it.reported for it in told if first <= it.day <= last)
        sure = sum(it.confirmed for it in told if first <= it.day <= last)
        then = sum(
            it.reported
            for it in told
            if it.day.isocalendar()[:2] == (first.isocalendar()[0] - 1, first.isocalendar()[1])
        )
        if last <= one.tally.counted_to:
            assert line["Trồng cây: báo"] == now
            assert line["Trồng cây: đã duyệt"] == sure
        assert line["Trồng cây: cùng tuần năm trước"] == then


def _check_registers(one: Made, sheet: Any) -> None:
    end = min(one.days[1], TODAY)
    lines = list(table(sheet))
    for register in one.content.registers:
        named = [line for line in lines if line["Sổ"] == register.name]
        sure = [
            it for it in one.year.told
            if it.indicator == register.indicator and it.confirmed and it.day <= end
        ]  # fmt: skip
        if register.indicator:
            assert len(named) == len(sure)
        assert all(line["Tên"].startswith("+") for line in named)
        assert all(isinstance(line["Bắt đầu"], datetime) for line in named)


def _check_sources(one: Made, sheet: Any) -> None:
    names = {"Tự báo": "self", "Báo hộ": "proxy", "Buổi sinh hoạt, phát động": "gathering",
             "Ngoài trò chuyện": "outside", "Sổ đã duyệt": "register"}  # fmt: skip
    seen = set()
    for line in table(sheet, 6):
        target = next((t for t in one.content.plan.targets if t.id == line["Mã"]), None)
        if target is None:
            break
        source = names[line["Nguồn"]]
        seen.add((target.id, source))
        both = (line["Lũy kế: báo"], line["Lũy kế: đã duyệt"])
        assert both == one.sums(target, one.up(target), _is("source", source)), (
            one.key,
            target.id,
            source,
        )
    for target in one.content.plan.targets:
        for source in names.values():
            if any(one.sums(target, one.up(target), _is("source", source))):
                assert (target.id, source) in seen


async def test_every_figure_of_the_report(kept: tuple[Store, Content, Year]) -> None:
    for one in await made(kept):
        report = docx.Document(BytesIO(files.make("docx", one.tally, one.content)))
        annex = [[cell.text for cell in row.cells] for row in report.tables[-1].rows]
        assert annex[0][:4] == ["STT", "Chỉ tiêu", "ĐVT", "Mục tiêu"]
        lines = [line for line in annex[1:] if line[3]]
        assert len(lines) == len(one.content.plan.targets)
        for target, line in zip(one.content.plan.targets, lines, strict=True):
            assert line[1] == target.text
            assert line[4] == _beside(*one.sums(target, one.days)), (one.key, target.id)
            reported, confirmed = one.sums(target, one.up(target))
            assert line[5] == _beside(reported, confirmed), (one.key, target.id)
            tenths = Decimal(confirmed) * 100 / target.goal
            expected = f"{in_digits(tenths.quantize(Decimal('0.1')))}%"
            assert line[6] in ({""} if target.basis == "share" else {expected}), (tenths, line[6])
        text = "\n".join(line.text for line in report.paragraphs)
        trees = next(t for t in one.content.plan.targets if t.indicator == "trees")
        told, sure = map(in_digits, map(Decimal, one.sums(trees, one.days)))
        assert f"Trồng cây: trong kỳ báo {told} cây, đã duyệt {sure} cây" in text
        told, sure = map(in_digits, map(Decimal, one.sums(trees, one.up(trees))))
        assert f"lũy kế báo {told} cây, đã duyệt {sure} cây" in text
        for target, line in zip(one.content.plan.targets, lines, strict=True):
            if target.goal_max:
                done = Decimal(one.sums(target, one.up(target))[1]) * 100
                low, high = [
                    in_digits((done / goal).quantize(Decimal("0.1")))
                    for goal in (target.goal, target.goal_max)
                ]
                told = f"đạt {low}% mức {target.goal}, {high}% mức {target.goal_max}"
                assert told in line[8], (one.key, target.id)
                begun = target.horizon == "2025-2030"
                assert not begun or f"Đ{told[1:]}." in text


def _beside(reported: int, confirmed: int) -> str:
    told, sure = in_digits(Decimal(reported)), in_digits(Decimal(confirmed))
    return sure if told == sure else f"{sure} (báo {told})"


async def test_a_paper_says_what_it_counts_and_where(kept: tuple[Store, Content, Year]) -> None:
    [one] = [one for one in await made(kept) if one.key == "2026"]
    unit = one.content.units[one.tally.papers[0].unit].name
    book = openpyxl.load_workbook(BytesIO(files.make("xlsx", one.tally, one.content)))
    lines = list(book["Nguồn và ghi chú"].iter_rows(values_only=True))
    [paper] = [line for line in lines if line[3] == 5000]
    assert (paper[0], paper[2], paper[7]) == (unit, "Trồng cây (cây)", "12/BC-HKL")
    report = docx.Document(BytesIO(files.make("docx", one.tally, one.content)))
    text = "\n".join(line.text for line in report.paragraphs)
    assert f"Trồng cây 5.000 cây ({unit}), theo văn bản số 12/BC-HKL ngày 3/4/2026" in text


async def test_the_annex_stays_within_the_margins(kept: tuple[Store, Content, Year]) -> None:
    one = (await made(kept))[0]
    report = docx.Document(BytesIO(files.make("docx", one.tally, one.content)))
    section = report.sections[-1]
    assert section.page_width
    assert section.left_margin
    assert section.right_margin
    room = section.page_width - section.left_margin - section.right_margin
    assert sum(column.width or 0 for column in report.tables[-1].columns) <= room


async def test_a_paper_hides_no_week(kept: tuple[Store, Content, Year]) -> None:
    [one] = [one for one in await made(kept) if one.key == "2026"]
    values = charts.picture("weeks", one.tally, one.content).values
    first = date(2025, 12, 29)
    told = sum(
        it.reported
        for it in one.year.told
        if it.indicator == "trees" and it.source != "outside" and first <= it.day <= TODAY
    )
    assert values["sum_now"] == in_digits(Decimal(told))
    assert values["outside"] == "Chưa gồm 5.700 cây theo văn bản ngoài trò chuyện."


async def test_nothing_told_becomes_a_formula(kept: tuple[Store, Content, Year]) -> None:
    [one] = [one for one in await made(kept) if one.key == "2026"]
    book = openpyxl.load_workbook(BytesIO(files.make("xlsx", one.tally, one.content)))
    ours = ("=SUM(", "=J", "=I", "=L")
    texts = []
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert str(cell.value).startswith(ours), cell.value
                elif isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                    texts.append(cell.value)
                    assert cell.quotePrefix
    assert {text[0] for text in texts} == {"=", "+", "-", "@"}
    assert not book._external_links  # type: ignore[attr-defined]  # noqa: SLF001


async def test_the_workbook_is_set_up_for_paper(kept: tuple[Store, Content, Year]) -> None:
    one = (await made(kept))[1]
    book = openpyxl.load_workbook(BytesIO(files.make("xlsx", one.tally, one.content)))
    for sheet in book.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.page_setup.fitToHeight == 0
    for name in ("Tổng hợp", "Theo đơn vị", "Theo tuần", "Sổ mô hình"):
        assert book[name].freeze_panes == "C6"
        assert book[name].print_title_rows == "$5:$5"


async def test_the_report_leaves_open_what_nobody_told(kept: tuple[Store, Content, Year]) -> None:
    one = (await made(kept))[1]
    report = docx.Document(BytesIO(files.make("docx", one.tally, one.content)))
    head = "\n".join(cell.text for cell in report.tables[0].rows[0].cells)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc" in head
    assert "Số: [....]/BC-UBND" in head
    assert "ngày [....] tháng [....] năm [....]" in head
    signed = [cell.text for cell in report.tables[1].rows[0].cells]
    assert signed[0].startswith("Nơi nhận:\n- Như trên;")
    assert "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH" in signed[1]
    assert ("TM. ỦY BAN NHÂN DÂN" in signed[1]) == (one.content.plan.id == "lai_chau")
    assert signed[1].endswith("[......]")
    text = "\n".join(line.text for line in report.paragraphs)
    for part in ("I. ", "II. ", "III. ", "IV. ", "V. "):
        assert f"\n{part}" in text
    assert "1. Ưu điểm: [......]" in text
    section = report.sections[0]
    size = (section.page_width or 0) / 36_000, (section.page_height or 0) / 36_000
    assert size == pytest.approx((210, 297), abs=0.1)
    assert section.different_first_page_header_footer
    assert "DỰ THẢO" in section.first_page_header.paragraphs[0].text
    assert "PAGE" in section.header.paragraphs[0]._p.xml  # noqa: SLF001
    assert "PAGE" not in section.first_page_header.paragraphs[0]._p.xml  # noqa: SLF001


async def test_scopes_add_up_to_the_whole(kept: tuple[Store, Content, Year]) -> None:
    from handlers.reports import scoping

    for one in await made(kept):
        parts = [scoping.scoped(one.tally, one.content, {code}, None) for code in one.content.units]
        for place, row in enumerate(one.tally.rows):
            reported = sum(part.rows[place].cumulative.reported for part in parts)
            assert reported == row.cumulative.reported


async def test_counts_are_what_a_full_count_gives(kept: tuple[Store, Content, Year]) -> None:
    store, content, _ = kept
    async with store.read() as tx:
        assert await counts.recount(tx, content.plan.skills.required) == []


@pytest.mark.parametrize("chart", ["targets", "weeks", "units"])
async def test_charts_are_drawn(kept: tuple[Store, Content, Year], chart: str) -> None:
    for one in await made(kept):
        assert files.make("png", one.tally, one.content, chart).startswith(b"\x89PNG")


async def test_two_hundred_thousand_reports_are_one_workbook(sqlite_store: Store) -> None:
    content = load("lai_chau")
    units = [one.code for one in content.units.values() if one.parent]
    first = date(2026, 1, 1)
    async with sqlite_store.begin() as tx:
        await tx.execute_many(
            "INSERT INTO reports (unit, activity, quantity, unit_of_measure, done_on, source,"
            " words, understood, status, reported_at)"
            " VALUES ($1, 'trees', 1000, 'cay', $2, 'proxy', '', '{}', $3, '2026-01-01')",
            [
                (
                    units[number % len(units)],
                    (first + timedelta(days=number % 300)).isoformat(),
                    "confirmed" if number % 4 else "reported",
                )
                for number in range(200_000)
            ],
        )
        await counts.rebuild(tx, content.plan.skills.required)
    async with sqlite_store.read() as tx:
        tally = await freezing.shown(
            tx,
            content,
            periods.parse("2026", content.plan),
            units=None,
            agencies=None,
            now=NOW,
            today=TODAY,
        )
    book = openpyxl.load_workbook(BytesIO(files.make("xlsx", tally, content)))
    trees = list(table(book["Tổng hợp"]))[3]
    assert (trees["Trong kỳ: báo"], trees["Trong kỳ: đã duyệt"]) == (200_000, 150_000)

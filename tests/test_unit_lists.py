"""Units from a spreadsheet: they merge and are renamed, and last year's numbers still add up."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from content.loader import Content
from content.models.plan import Units
from handlers.officers import units
from handlers.reports import lists
from tests.talking import Village
from tests.test_command_line import bot

DAY = date(2026, 11, 21)


def listed(content: Content, file: Path, rows: list[list[str]]) -> Path:
    """A list of units with these rows."""
    file.write_bytes(lists.template(units.columns(content), rows, ""))
    return file


def test_todays_units_come_back_as_they_are(phu_thinh: Content, tmp_path: Path) -> None:
    file = listed(phu_thinh, tmp_path / "a.xlsx", units.as_rows(phu_thinh))
    found, problems = units.understood(phu_thinh, file.read_bytes(), set(phu_thinh.units))
    assert problems == []
    read = Units.model_validate(tomllib.loads(units.as_file(found, "tệp “a”", DAY)))
    assert list(read.units) == list(phu_thinh.units.values())


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["Xóm Mới", "Xóm Mới", "05800", "", "có"], "cột “Mã”: “Xóm Mới” chưa dùng làm mã"),
        (["xom-moi", "", "05800", "", "có"], "cột “Tên nơi ở”: còn trống"),
        (["xom-moi", "Xóm Mới", "nowhere", "", "có"], "cột “Thuộc mã”: không có mã “nowhere”"),
        (["xom-moi", "Xóm Mới", "05800", "31/2/2026", "có"], "cột “Đến ngày”: “31/2/2026”"),
        (["xom-moi", "Xóm Mới", "05800", "", "65"], "cột “Đã kiểm tra”: “65” chưa rõ"),
        (["pt-go-vu", "Xóm Mới", "05800", "", "có"], "cột “Mã”: mã “pt-go-vu” đã có"),
    ],
)
def test_a_wrong_cell_is_told(
    phu_thinh: Content, tmp_path: Path, row: list[str], told: str
) -> None:
    rows = units.as_rows(phu_thinh)
    file = listed(phu_thinh, tmp_path / "a.xlsx", [*rows, row])
    _, problems = units.understood(phu_thinh, file.read_bytes(), set())
    assert problems[0].startswith(f"Dòng {len(rows) + 2}, {told}")
    assert len(problems) == 1


def test_units_that_are_parts_of_each_other_are_refused(phu_thinh: Content, tmp_path: Path) -> None:
    ring = [["xom-a", "Xóm A", "xom-b", "", "có"], ["xom-b", "Xóm B", "xom-a", "", "có"]]
    file = listed(phu_thinh, tmp_path / "a.xlsx", [*units.as_rows(phu_thinh), *ring])
    _, problems = units.understood(phu_thinh, file.read_bytes(), set())
    assert [problem.partition(" đi vòng")[0] for problem in problems] == [
        "Mã “xom-a”",
        "Mã “xom-b”",
    ]


def test_a_unit_where_something_was_counted_cannot_go_missing(
    phu_thinh: Content, tmp_path: Path
) -> None:
    rows = [row for row in units.as_rows(phu_thinh) if row[0] != "pt-go-vu"]
    file = listed(phu_thinh, tmp_path / "a.xlsx", rows)
    assert units.understood(phu_thinh, file.read_bytes(), {"pt-lang-thuong"})[1] == []
    _, problems = units.understood(phu_thinh, file.read_bytes(), {"pt-go-vu"})
    assert problems[0].startswith("Thiếu mã “pt-go-vu” (Xóm Gò Vũ)")


async def test_a_merged_unit_adds_up_to_the_new_one_and_takes_nobody_new(village: Village) -> None:
    known = village.content.units
    merged = known["pt-go-vu"].model_copy(
        update={"parent": "pt-lang-thuong", "until": date(2026, 10, 31)}
    )
    content = replace(village.content, units={**known, "pt-go-vu": merged})
    assert "pt-go-vu" in content.within("pt-lang-thuong")
    now = Village(village.store, content)
    lan = now.phone("lan")
    await lan.says("/start pt-go-vu", "1", "1", "Lan")
    lan.heard("Bác ở Xóm Làng Thượng phải không ạ?")
    await lan.says("2", "gò vũ", "1")
    lan.heard("quen bác Lan, Xóm Làng Thượng")


async def test_after_a_merger_and_a_split_a_units_share_is_still_one_of_the_units_of_today(
    village: Village,
) -> None:
    mai = await village.elder("Mai")
    await mai.says("hôm nay trồng 5 cây keo", "1", "việc của tôi")
    mai.heard("Xóm Gò Vũ năm nay báo được 5 cây", "mỗi nơi 3.334 cây")
    known = village.content.units
    new = known["pt-lang-thuong"]
    changed = {
        "pt-go-vu": known["pt-go-vu"].model_copy(
            update={"parent": new.code, "until": date(2026, 10, 31)}
        ),
        "lt-1": new.model_copy(update={"code": "lt-1", "name": "Xóm Một", "parent": new.code}),
        "lt-2": new.model_copy(update={"code": "lt-2", "name": "Xóm Hai", "parent": new.code}),
    }
    village.starts_with(replace(village.content, units={**known, **changed}))
    await mai.says("việc của tôi")
    mai.heard("Xóm Làng Thượng năm nay báo được 5 cây", "mỗi nơi 3.449 cây")  # of 29
    tam = await village.elder("Tám", unit="xóm hai")
    await tam.says("việc của tôi")
    tam.heard("Xóm Hai năm nay báo được 0 cây", "mỗi nơi 1.725 cây")


async def test_the_command_writes_the_units_of_today(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    ran = await bot(tmp_path, "import", "units", "--template", str(file))
    assert ran.code == 0, ran.err
    file.write_bytes(b"no workbook")
    ran = await bot(tmp_path, "import", "units", str(file))
    assert ran.code == 1
    assert ran.err.startswith("Tệp này không mở được như một bảng tính XLSX.")

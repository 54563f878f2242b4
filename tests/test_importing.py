"""Lists from spreadsheets: every wrong cell is told, and all of a list is taken or nothing."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from content.loader import Content
from handlers.leaders.members import importing
from handlers.reports import lists
from storage import members
from storage.database import Store
from tests.talking import SATURDAY_MORNING
from tests.test_command_line import bot

LAN = ("Nguyễn Thị Lan", "bà", "Gò Vũ", "có", "0912 345 678", "có")
TAM = ("Tô Văn Tám", "Ông", "pt-go-vu", "không", None, "x")


def written(content: Content, file: Path, *rows: Sequence[object]) -> Path:
    """A list with these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(importing.columns(content).values()))
    for row in rows:
        sheet.append(list(row))
    book.save(file)
    return file


async def imported(
    store: Store, content: Content, file: Path, same: importing.Same = "refuse"
) -> importing.Imported:
    people, problems = importing.understood(content, file.read_bytes())
    assert problems == []
    async with store.begin() as tx:
        return await importing.keep(tx, content, people, same, SATURDAY_MORNING)


async def listed(store: Store, content: Content) -> list[tuple[str, str, str, str | None]]:
    async with store.read() as tx:
        there = await members.of_units(tx, set(content.units))
    return [(o.person.name, o.person.form, o.person.unit, o.phone) for o in there]


async def test_a_list_is_taken(store: Store, phu_thinh: Content, tmp_path: Path) -> None:
    file = written(phu_thinh, tmp_path / "a.xlsx", LAN, (), TAM)
    assert (await imported(store, phu_thinh, file)).added == 2
    assert await listed(store, phu_thinh) == [
        ("Nguyễn Thị Lan", "ba", "pt-go-vu", "0912345678"),
        ("Tô Văn Tám", "ong", "pt-go-vu", None),
    ]


@pytest.mark.parametrize(
    ("place", "cell", "told"),
    [
        (0, None, "cột “Họ và tên”: còn trống"),
        (0, "Lan 5", "cột “Họ và tên”: “Lan 5” chưa giống họ tên"),
        (0, '=A1&"x"', "cột “Họ và tên”: ô này là công thức"),
        (1, "mợ", "cột “Cách gọi”: “mợ” chưa có"),
        (2, "Hà Nội", "cột “Nơi ở”: không tìm thấy nơi nào tên “Hà Nội”"),
        (3, "65", "cột “Đủ 60 tuổi”: “65” chưa rõ"),
        (3, date(1950, 1, 1), "cột “Đủ 60 tuổi”: “01/01/1950” chưa rõ"),
        (4, "12345", "cột “Số điện thoại”: “12345” chưa phải"),
        (5, "không", "cột “Đã đồng ý”: người này chưa đồng ý"),
        (5, "", "cột “Đã đồng ý”: còn trống"),
    ],
)
def test_a_wrong_cell_is_told_by_row_and_column(
    phu_thinh: Content, tmp_path: Path, place: int, cell: object, told: str
) -> None:
    row: list[object] = list(LAN)
    row[place] = cell
    file = written(phu_thinh, tmp_path / "a.xlsx", TAM, row)
    _, problems = importing.understood(phu_thinh, file.read_bytes())
    assert len(problems) == 1
    assert str(problems[0]).startswith(f"Dòng 3, {told}")


@pytest.mark.parametrize("phone", [912345678, 912345678.0, "+84 912 345 678", "0912.345.678"])
def test_a_number_is_read_however_the_spreadsheet_kept_it(
    phu_thinh: Content, tmp_path: Path, phone: object
) -> None:
    file = written(phu_thinh, tmp_path / "a.xlsx", (*LAN[:4], phone, "có"))
    [one], problems = importing.understood(phu_thinh, file.read_bytes())
    assert (one.phone, problems) == ("0912345678", [])


async def test_who_is_there_already_is_asked_about(
    store: Store, phu_thinh: Content, tmp_path: Path
) -> None:
    file = written(phu_thinh, tmp_path / "a.xlsx", LAN)
    await imported(store, phu_thinh, file)
    both = written(phu_thinh, tmp_path / "b.xlsx", TAM, LAN)
    refused = await imported(store, phu_thinh, both)
    assert str(refused.problems[0]).startswith(
        "Dòng 3, cột “Họ và tên”: Nguyễn Thị Lan đã có trong sổ"
    )
    assert len(await listed(store, phu_thinh)) == 1
    kept = await imported(store, phu_thinh, both, "keep")
    assert (kept.added, kept.kept) == (1, 1)
    assert (await imported(store, phu_thinh, file, "new")).added == 1
    assert len(await listed(store, phu_thinh)) == 3


async def test_another_number_is_another_person_and_a_row_is_not_there_twice(
    store: Store, phu_thinh: Content, tmp_path: Path
) -> None:
    other = (*LAN[:4], "0987654321", "có")
    file = written(phu_thinh, tmp_path / "a.xlsx", LAN, other)
    assert (await imported(store, phu_thinh, file)).added == 2
    twice = written(phu_thinh, tmp_path / "b.xlsx", TAM, TAM)
    assert "ở dòng 2" in str((await imported(store, phu_thinh, twice)).problems[0])


@pytest.mark.parametrize("made", ["text", "no columns"])
def test_what_is_no_list_is_refused(phu_thinh: Content, tmp_path: Path, made: str) -> None:
    file = tmp_path / "a.xlsx"
    if made == "text":
        file.write_text("Họ và tên", encoding="utf-8")
    else:
        Workbook().save(file)
    with pytest.raises(lists.NotAListError):
        importing.understood(phu_thinh, file.read_bytes())


@pytest.mark.parametrize("seed", range(40))
def test_a_torn_file_is_no_list(phu_thinh: Content, tmp_path: Path, seed: int) -> None:
    """Whatever bytes come, it is read or refused, and nothing else happens."""
    dice = random.Random(seed)  # noqa: S311 - the same damage each time
    whole = written(phu_thinh, tmp_path / "a.xlsx", LAN, TAM).read_bytes()
    torn = bytearray(whole[: dice.randrange(len(whole))] if seed % 4 == 0 else whole)
    for _ in range(dice.randrange(1, 30)):
        torn[dice.randrange(len(torn))] = dice.randrange(256)
    with contextlib.suppress(lists.NotAListError):
        importing.understood(phu_thinh, bytes(torn))


@pytest.mark.parametrize(("most", "size"), [(None, lists.LARGEST), (1000, 1000 * 4096)])
def test_what_would_fill_the_memory_is_refused(
    phu_thinh: Content, most: int | None, size: int
) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", b" " * (size + 1))
    with pytest.raises(lists.NotAListError) as refused:
        importing.understood(phu_thinh, packed.getvalue(), None, most)
    assert refused.value.key == "importing.too_large"


def test_a_row_numbered_as_in_no_spreadsheet_is_not_waited_for(
    phu_thinh: Content, tmp_path: Path
) -> None:
    whole, far = ZipFile(written(phu_thinh, tmp_path / "a.xlsx", LAN)), BytesIO()
    with ZipFile(far, "w") as file:
        for name in whole.namelist():
            part = whole.read(name).replace(b"A1:F2", b"A1:F5000000")
            # Seconds to get there; to 10^15 it would be years.
            file.writestr(name, part.replace(b'<row r="2"', b'<row r="5000000"'))
    with pytest.raises(lists.NotAListError, match="no_workbook"):
        importing.understood(phu_thinh, far.getvalue())


async def test_the_template_can_be_imported_on_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "mau.xlsx"
    ran = await bot(tmp_path, "import", "people", "--template", str(file))
    assert ran.code == 0, ran.err
    book = load_workbook(file)
    book.worksheets[0].append(list(LAN))
    book.save(file)
    ran = await bot(tmp_path, "import", "people", str(file))
    assert (ran.code, ran.out) == (0, "1 people added, 0 were there already\n")
    again = await bot(tmp_path, "import", "people", str(file))
    assert (again.code, again.err) == (1, "nothing was changed: 1 problems\n")
    assert again.out.startswith("Dòng 2, cột “Họ và tên”: Nguyễn Thị Lan đã có trong sổ")
    assert load_workbook(file)["Cách điền"]["A1"].value

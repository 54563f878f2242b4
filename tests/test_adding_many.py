"""A leader sends a list of members in the chat: looked at first, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from bot.documents import documents_from
from bot.scheduler import Ticker
from bot.settings import QuietHours
from content.loader import Content
from handlers.talk.messages import Enclosed
from storage import members
from storage.database import Store
from tests.talking import Phone, Village
from tests.test_importing import LAN, TAM, written
from tests.test_members import GO_VU
from tests.villages import OnTelegram, on_telegram, on_zalo_bot, telegram_number

HOA = ("Trần Thị Hoa", "bà", "Xóm Gò Vũ", "có", "0987 654 321", "có")


async def sends(leader: Phone, folder: Path, *rows: Sequence[object]) -> None:
    """Send a list with these rows, where one is asked for."""
    file = written(leader.village.content, folder / "a.xlsx", *rows).read_bytes()
    await leader.shows("file", enclosed=Enclosed(name="ds.xlsx", size=len(file), content=file))


async def listed(village: Village) -> list[str]:
    """Who is in the book of Xóm Gò Vũ."""
    async with village.store.read() as tx:
        return [one.person.name for one in await members.of_units(tx, {GO_VU})]


async def pages(leader: Phone) -> list[list[object]]:
    """The first sheet of the file that the last message but one with a file brought."""
    document = next(one.document for one in reversed(leader.replies) if one.document)
    village = leader.village
    made = await documents_from(village.store, village.content, village.clock)(document)
    assert made
    sheet = load_workbook(BytesIO(made)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


async def test_a_list_is_looked_at_and_then_kept(village: Village, tmp_path: Path) -> None:
    leader = await village.staff("leader", GO_VU)
    await leader.says("thêm hội viên", "1")
    leader.heard("gửi tệp Excel danh sách")
    await sends(leader, tmp_path, LAN, TAM, HOA)
    leader.heard("3 người, chưa ai có trong sổ", "bà Nguyễn Thị Lan, ông Tô Văn Tám")
    assert await listed(village) == ["Minh"]
    await leader.says("ghi vào")
    leader.heard("ghi thêm 3 người vào sổ")
    assert len(await listed(village)) == 4
    async with village.store.read() as tx:
        [kept] = await tx.fetch("SELECT DISTINCT channel, by_id FROM consents WHERE by_id > 0")
        assert not await tx.fetch("SELECT id FROM enclosures")
    assert (kept["channel"], kept["by_id"]) == ("import", 1)


async def test_going_back_keeps_nothing_of_it(village: Village, tmp_path: Path) -> None:
    leader = await village.staff("leader", GO_VU)
    await leader.says("nhập hội viên")
    await sends(leader, tmp_path, LAN)
    await leader.says("0")
    leader.heard("chưa ghi ai vào sổ")
    assert await listed(village) == ["Minh"]
    async with village.store.read() as tx:
        assert not await tx.fetch("SELECT id FROM enclosures")


async def test_wrong_rows_are_told_and_come_back_in_the_file(
    village: Village, tmp_path: Path
) -> None:
    leader = await village.staff("leader", GO_VU)
    await leader.says("nhập hội viên")
    bad = ("Lan 5", "mợ", "Hà Nội", "có", "123", "có")
    await sends(leader, tmp_path, HOA, bad, (*LAN[:2], "Làng Thượng", *LAN[3:]))
    leader.heard("3 dòng, có 2 dòng cần sửa", "Dòng 3, cột “Họ và tên”", "cột cuối của tệp này")
    leader.heard("sửa rồi gửi lại tệp")
    sheet = await pages(leader)
    assert (sheet[0][-1], sheet[1][-1]) == ("Cần sửa", None)
    assert "“Hà Nội”" in str(sheet[2][-1])
    assert "“Làng Thượng” ở ngoài nơi mình phụ trách" in str(sheet[3][-1])
    await sends(leader, tmp_path, HOA)
    leader.heard("1 người, chưa ai có")


async def test_who_is_there_already_is_left_or_added_as_another(
    village: Village, tmp_path: Path
) -> None:
    leader = await village.staff("leader", GO_VU)
    await leader.says("nhập hội viên")
    await sends(leader, tmp_path, LAN)
    await leader.says("1", "nhập hội viên")
    await sends(leader, tmp_path, LAN, TAM)
    leader.heard("2 người, 1 người đã có: bà Nguyễn Thị Lan", "ghi thêm 1 người")
    await leader.taps("Ghi vào 1 người")
    leader.heard("ghi thêm 1 người")
    await leader.says("nhập hội viên")
    await sends(leader, tmp_path, LAN, TAM)
    leader.heard("2 người, ai cũng có trong sổ rồi")
    await leader.taps("Là người khác, ghi đủ 2")
    assert sorted(await listed(village)) == sorted(["Minh", *[LAN[0], TAM[0]] * 2])


async def test_who_stands_twice_in_a_list_is_told_with_the_row(
    village: Village, tmp_path: Path
) -> None:
    leader = await village.staff("leader", GO_VU)
    await leader.says("nhập hội viên")
    await sends(leader, tmp_path, TAM, LAN, ("tô văn tám", *TAM[1:]))
    leader.heard("3 người, 1 người đã có: ông Tô Văn Tám (đã có ở dòng 2)", "ghi thêm 2 người")


async def test_the_book_may_have_changed_since_it_was_shown(
    village: Village, tmp_path: Path
) -> None:
    leader, other = await village.staff("leader", GO_VU), await village.staff("admin")
    await leader.says("nhập hội viên")
    await sends(leader, tmp_path, LAN, TAM)
    await other.says("thêm hội viên", "ông Tô Văn Tám", "gò vũ", "1", "1", "1")
    await leader.says("1")
    leader.heard("đọc lại tệp cho chắc", "1 người đã có: ông Tô Văn Tám")
    village.clock.passes(days=2)
    quiet = QuietHours("20:00-07:00")
    await Ticker(village.store, village.core.library, quiet, village.clock).tidy()
    await leader.says("ghi vào")
    leader.heard("không còn giữ", "gửi lại")
    assert await listed(village) == ["Minh", "Tô Văn Tám"]


async def test_a_list_added_by_mistake_goes_again_but_who_came_stays(
    village: Village, tmp_path: Path
) -> None:
    leader = await village.staff("leader", GO_VU)
    await leader.says("nhập hội viên")
    await sends(leader, tmp_path, LAN, TAM)
    await leader.says("1", "báo hộ", "Tô Văn Tám 5 keo", "hôm nay", "1")
    await leader.taps_payload(undo := undo_of(leader))
    leader.heard("bỏ 1 người vừa ghi")
    assert await listed(village) == ["Minh", "Tô Văn Tám"]
    await leader.taps_payload(undo)
    leader.heard("không trả lại được nữa")


def undo_of(leader: Phone) -> str:
    """What the button carries that takes a list back."""
    payloads = [choice.payload for reply in leader.replies for choice in reply.choices]
    return next(one for one in payloads if "member_undo:list" in one)


async def test_an_empty_list_has_the_name_of_the_unit_and_can_be_filled(
    village: Village, tmp_path: Path
) -> None:
    leader = await village.staff("leader", GO_VU)
    await leader.says("tệp mẫu", "lấy tệp mẫu")
    leader.heard("Tệp mẫu đây ạ", "gửi tệp Excel")
    sheet = await pages(leader)
    assert sheet[0][:3] == ["Họ và tên", "Cách gọi", "Nơi ở"]
    assert sheet[1][2] == sheet[60][2] == "Xóm Gò Vũ"
    await sends(leader, tmp_path, LAN, (None, None, "Xóm Gò Vũ"))
    leader.heard("1 người, chưa ai có")


async def test_what_is_no_list_is_told_kindly(village: Village) -> None:
    leader = await village.staff("leader", GO_VU)
    await leader.says("nhập hội viên", "có đây")
    leader.heard("chờ tệp Excel")
    await leader.shows("file", enclosed=Enclosed(name="a.xlsx", size=4, content=b"%PDF"))
    leader.heard("không mở được như một bảng tính", "gửi lại")
    await leader.shows("file", enclosed=Enclosed(name="a.xlsx", size=2**40))
    leader.heard("nặng quá")
    await leader.shows("file", enclosed=Enclosed(name="a.xlsx", size=4))
    leader.heard("chưa nhận được trọn")


async def test_nobody_reads_the_file_of_another(village: Village, tmp_path: Path) -> None:
    leader = await village.staff("leader", GO_VU)
    other, lan = await village.staff("leader", "pt-lang-thuong"), await village.elder()
    await leader.says("nhập hội viên")
    await sends(leader, tmp_path, LAN)
    await other.taps_payload("go:add_members:file:1")
    other.heard("không còn giữ")
    await lan.taps_payload("go:add_members:file:1")
    lan.heard("dành cho cán bộ hoặc trưởng chi hội")


async def test_a_file_that_nobody_asked_for_may_be_a_list(village: Village, tmp_path: Path) -> None:
    leader, lan = await village.staff("leader", GO_VU), await village.elder()
    await sends(leader, tmp_path, LAN)
    leader.heard("gửi lại lần nữa vào đây")
    await sends(leader, tmp_path, TAM)
    leader.heard("1 người, chưa ai có")
    await sends(lan, tmp_path, LAN)
    lan.heard("tệp thì cháu chưa mở được")


async def test_telegram_brings_the_list_and_takes_it_back_marked(
    sqlite_store: Store, phu_thinh: Content, tmp_path: Path
) -> None:
    async with on_telegram(sqlite_store, phu_thinh) as village:
        leader = await village.staff("leader", GO_VU)
        await leader.says("nhập hội viên")
        await sends(leader, tmp_path, ("Lan 5", "mợ", "Hà Nội", "có", "123", "có"), TAM)
        leader.heard("2 dòng, có 1 dòng cần sửa", "cột cuối của tệp này")
        assert isinstance(village, OnTelegram)
        phone = village.api.phone(telegram_number(leader.address))
        [file] = [one.file for one in phone.heard if one.file]
        cells = [cell.value for cell in load_workbook(BytesIO(file)).worksheets[0][2]]
        assert cells[0] == "Lan 5"
        assert "“Hà Nội”" in str(cells[-1])
        await sends(leader, tmp_path, LAN, TAM)
        await leader.says("ghi")
        leader.heard("ghi thêm 2 người")
        assert len(await listed(village)) == 3


async def test_where_no_file_comes_it_is_told_where_one_does(
    sqlite_store: Store, phu_thinh: Content
) -> None:
    async with on_zalo_bot(sqlite_store, phu_thinh) as village:
        leader = await village.staff("leader", GO_VU)
        await leader.says("nhập hội viên")
        leader.heard("Zalo chưa cho cháu nhận tệp", "nối máy", "thêm hội viên")

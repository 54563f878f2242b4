"""Two of one name in one unit are told apart wherever a leader reads names or types one."""

from __future__ import annotations

from tests.offices import building, office
from tests.talking import Phone, Village
from tests.test_attendance import AT_IT
from tests.test_gatherings import invites
from tests.test_members import GO_VU

LAN = "bà Nguyễn Thị Lan"


async def add(leader: Phone, phone: str, unlike: str = "") -> None:
    """A leader adds a Lan, who is not the one that is there."""
    await leader.says("thêm hội viên", LAN, "1", phone, "1", *([unlike] if unlike else []))
    leader.heard("ghi rồi ạ: bà Nguyễn Thị Lan")


async def two(village: Village) -> Phone:
    """A leader with two Lans, of whom one has a telephone."""
    leader = await village.staff("leader", GO_VU)
    await add(leader, "0912 345 678")
    await add(leader, "không có", "người khác")
    return leader


async def test_by_the_end_of_the_number_else_by_the_day(village: Village) -> None:
    leader = await two(village)
    await leader.says("hội viên", "lan")
    leader.heard("Có mấy người tên như thế")
    assert leader.labels()[:2] == [
        "Bà Nguyễn Thị Lan, số đuôi 678 (chưa có máy)",
        "Bà Nguyễn Thị Lan, vào sổ 21/11 (chưa có máy)",
    ]
    await leader.says("đuôi 678", "3", "3")
    leader.heard("cho bà Nguyễn Thị Lan, số đuôi 678 ạ?")


async def test_by_the_number_in_the_book_where_nothing_else_tells(village: Village) -> None:
    leader = await village.staff("leader", GO_VU)
    await add(leader, "không có")
    await add(leader, "không có", "người khác")
    await leader.says("hội viên", "lan")
    assert [label.partition(" (")[0] for label in leader.labels()[:2]] == [
        "Bà Nguyễn Thị Lan, số 2 trong sổ",
        "Bà Nguyễn Thị Lan, số 3 trong sổ",
    ]


async def test_who_has_the_name_alone_has_no_mark(village: Village) -> None:
    leader = await two(village)
    admin = await village.staff("admin")
    await admin.says("thêm hội viên", LAN, "làng thượng", "1", "không có", "1", "hội viên", "làng")
    await leader.says("hội viên", "lan", "1", "3", "3", "1", "hội viên", "1", "2")
    assert "Bà Nguyễn Thị Lan (chưa có máy)" in leader.labels()


async def test_a_helper_sees_no_number(village: Village) -> None:
    await two(village)
    helper = await village.staff("helper", GO_VU)
    await helper.says("xác nhận kỹ năng", "lan")
    helper.heard("Có mấy người tên như thế")
    assert [label.partition(", Xóm")[0] for label in helper.labels()[:2]] == [
        "Bà Nguyễn Thị Lan, số 2 trong sổ",
        "Bà Nguyễn Thị Lan, số 3 trong sổ",
    ]


async def test_the_roll_names_both_and_asks_which_came(village: Village) -> None:
    leader = await two(village)
    await village.elder("Hoa")
    await invites(leader)
    village.clock.now = AT_IT
    await leader.says("buổi sắp tới", "điểm danh")
    await leader.says("Lan, Minh")
    leader.heard("ghi đã đến: bác Minh", "“Lan” là ai ạ?")
    assert leader.labels()[:2] == [
        "Bà Nguyễn Thị Lan, số đuôi 678",
        "Bà Nguyễn Thị Lan, vào sổ 21/11",
    ]
    await leader.says("Lan Anh")
    leader.heard("“Lan” là ai ạ?")
    await leader.says("2")
    leader.heard("ghi đã đến: bà Nguyễn Thị Lan, vào sổ 21/11")
    await leader.says("lan")
    leader.heard("“lan” là ai ạ?")
    await leader.says("bỏ qua", "không")
    leader.heard("ghi 2 người đã dự")


async def test_the_board_tells_them_apart(village: Village) -> None:
    leader = await two(village)
    async with building(village) as url, office(url) as desk:
        await desk.enters(leader)
        page = await desk.opens(f"/trang/hoi-vien?don_vi={GO_VU}")
    assert "số đuôi 678" in page
    assert "vào sổ 21/11" in page

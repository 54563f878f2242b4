"""A leader reports for people without a phone, and for the whole group."""

from __future__ import annotations

from typing import Any

import pytest

from storage import counts
from tests.talking import Phone, Village


async def kept(village: Village, columns: str) -> list[tuple[Any, ...]]:
    """Every report of the village, oldest first."""
    async with village.store.read() as tx:
        rows = await tx.fetch(f"SELECT {columns} FROM reports ORDER BY id")
    return [tuple(row.values()) for row in map(dict, rows)]


@pytest.fixture
async def leader(village: Village) -> Phone:
    """The leader of xóm Gò Vũ."""
    return await village.staff("leader", "pt-go-vu")


async def test_a_pasted_list(village: Village, leader: Phone, lan: Phone) -> None:
    await leader.says("báo hộ")
    leader.heard("mỗi người một dòng")
    await leader.says(
        "1. Lan 5 keo\n2) Ông Tám: 12 cây mỡ\n- bà Hoa, 7 cây\n\nChi hội trồng 400 cây"
    )
    leader.heard("đọc được 4 dòng", "hôm nào")
    await leader.says("hôm qua")
    leader.heard(
        "cộng lại: trồng 424 cây",
        "• Lan: trồng 5 cây keo, hôm qua 20/11",
        "• Ông Tám: trồng 12 cây mỡ",
        "• Chi hội: trồng 400 cây",
    )
    await leader.taps("Ghi, các bác đồng ý nêu tên")
    leader.heard("ghi xong 4 dòng")
    assert await kept(village, "person_id, on_behalf_of, quantity, source, unit") == [
        (2, None, 5000, "proxy", "pt-go-vu"),
        (None, "Ông Tám", 12000, "proxy", "pt-go-vu"),
        (None, "bà Hoa", 7000, "proxy", "pt-go-vu"),
        (None, "Chi hội", 400000, "proxy", "pt-go-vu"),
    ]
    assert await leader.trees() == (424, 0)
    async with village.store.read() as tx:
        assert not await counts.recount(tx, village.content.plan.skills.required)


async def test_who_did_not_agree_is_only_a_number(village: Village, leader: Phone) -> None:
    await leader.says("báo hộ", "Ông Tám 12 cây mỡ hôm nay")
    await leader.taps("Chỉ ghi số, không ghi tên")
    assert await kept(village, "on_behalf_of, words, quantity") == [(None, "", 12000)]


async def test_unread_lines_come_back_marked(village: Village, leader: Phone) -> None:
    await leader.says("báo hộ", "Lan 5 keo\nhôm nay trời đẹp\nbà Hoa vài chục cây\nMai -3 cây")
    leader.heard("✗ hôm nay trời đẹp (chưa thấy tên và số)", "✗ bà Hoa vài chục cây")
    await leader.says("hôm nay")
    leader.heard("đọc được 1 dòng")
    await leader.says("bà Hoa 30 cây")
    leader.heard("đọc được 2 dòng", "bà Hoa: trồng 30 cây")
    await leader.says("1")
    assert len(await kept(village, "id")) == 2


async def test_only_unread_lines_ask_again(village: Village, leader: Phone) -> None:
    await leader.says("báo hộ", "chào cháu\ncảm ơn cháu")
    leader.heard("✗ chào cháu", "mỗi người một dòng")


async def test_five_hundred_lines_at_once(village: Village, leader: Phone) -> None:
    text = "\n".join(f"{n}. Bà Hoa {word(n)} {n % 9 + 1} cây keo" for n in range(1, 511))
    await leader.says("báo hộ", text)
    leader.heard("Một lần cháu đọc 500 dòng. Còn 10 dòng cuối", "đọc được 500 dòng")
    await leader.says("hôm nay", "1")
    leader.heard("ghi xong 500 dòng")
    assert len(await kept(village, "id")) == 500
    await leader.taps("Xóa cả danh sách này")
    leader.heard("xóa cả danh sách 500 dòng")
    await leader.says("1")
    assert await leader.trees() == (0, 0)


def word(number: int) -> str:
    """A name for each number: An, Anb and so on."""
    return "An" + "".join(chr(ord("a") + int(digit)) for digit in str(number))


async def test_a_whole_sentence_of_the_leader_goes_the_same_way(
    village: Village, leader: Phone
) -> None:
    await leader.says("báo hộ", "hôm qua bà Hoa trồng được mười lăm cây keo")
    leader.heard("bà Hoa")
    leader.heard("bà Hoa: trồng 15 cây keo, hôm qua")
    await leader.says("1")
    assert await kept(village, "quantity, done_on") == [(15000, "2026-11-20")]


async def test_someone_elsewhere_is_not_the_leaders_to_report(
    village: Village, leader: Phone
) -> None:
    await village.elder("Sáu", unit="xóm phố")
    await leader.says("báo hộ", "bà Hoa xóm Phố 5 cây\nÔng Tám 4 cây")
    leader.heard("✗ bà Hoa xóm Phố 5 cây (nơi ấy ngoài chi hội của bác)")


async def test_two_of_one_name_are_asked_apart(village: Village, leader: Phone) -> None:
    await village.elder("Nguyễn Thị Lan")
    await village.elder("Trần Thị Lan")
    await leader.says("báo hộ", "Lan 5 keo\nTrần Thị Lan 6 keo")
    leader.heard("✗ Lan 5 keo (nhiều người trùng tên")
    await leader.says("hôm nay")
    leader.heard("Trần Thị Lan: trồng 6 cây keo")


async def test_the_same_list_twice_is_marked(village: Village, leader: Phone) -> None:
    for _ in range(2):
        await leader.says("báo hộ", "Ông Tám 12 cây mỡ hôm nay", "1")
    leader.heard("ghi xong")
    assert await kept(village, "doubts") == [("",), ("again",)]


async def test_who_has_left_is_only_a_name_again(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await lan.says("/dulieu")
    await lan.taps("Xóa hết của tôi")
    await lan.says("1")
    await leader.says("báo hộ", "Lan 5 keo hôm nay")
    assert "Chỉ ghi số, không ghi tên" in leader.labels()
    await leader.says("2")
    assert await kept(village, "person_id, on_behalf_of") == [(None, None)]


async def test_an_elder_has_no_such_right(lan: Phone) -> None:
    await lan.says("báo hộ")
    lan.heard("dành cho cán bộ hoặc trưởng chi hội")


async def test_left_half_way_nothing_is_kept(village: Village, leader: Phone) -> None:
    await leader.says("báo hộ", "Ông Tám 12 cây mỡ", "/huy")
    leader.heard("chưa ghi dòng nào")
    assert await kept(village, "id") == []


async def test_the_leader_does_not_review_what_the_leader_told(
    village: Village, leader: Phone
) -> None:
    await leader.says("báo hộ", "Ông Tám 12 cây mỡ hôm nay", "1", "duyệt")
    leader.heard("không có báo cáo nào chờ duyệt")
    officer = await village.staff("officer")
    await officer.says("/duyet")
    officer.heard("trồng 12 cây mỡ")
    officer.heard_nothing_of("Tám")


async def test_a_line_is_corrected_later(village: Village, leader: Phone) -> None:
    await leader.says("báo hộ", "Ông Tám 12 cây mỡ hôm nay", "1", "sửa")
    leader.heard("Ông Tám: 12 cây mỡ")
    await leader.taps("Sửa báo cáo này")
    await leader.says("1", "15", "1")
    assert (await kept(village, "on_behalf_of, quantity, source, status"))[-1] == (
        "Ông Tám", 15000, "proxy", "reported",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Lan năm cây keo", "Lan: trồng 5 cây keo"),
        ("bà Năm năm cây keo", "bà Năm: trồng 5 cây keo"),
        ("cô Bảy 2 bao rác", "cô Bảy: phân loại rác được 2 bao"),
        ("chi hội xóm 3 trồng 400 cây", "chi hội xóm 3: trồng 400 cây"),
        ("7\tTrần Văn Ba\t9\tcây", "Trần Văn Ba: trồng 9 cây"),
        ("Nguyễn Thị Mận 1.200 cây mỡ", "Nguyễn Thị Mận: trồng 1.200 cây mỡ"),
        ("cụ Đào trồng hai chục cây quế", "cụ Đào: trồng 20 cây quế"),
    ],
)
async def test_a_line_is_read(leader: Phone, line: str, shown: str) -> None:
    await leader.says("báo hộ", line, "hôm nay")
    leader.heard(shown)


@pytest.mark.parametrize(
    "line", ["Lan nhiều lắm", "Lan 0 cây", "Lan 99999999999 cây", "Lan 2,5 cây", "12", "5 cây keo"]
)
async def test_a_line_that_is_none_is_marked(leader: Phone, line: str) -> None:
    await leader.says("báo hộ", line)
    leader.heard(f"✗ {line}")

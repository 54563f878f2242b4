"""A leader reports for people without a phone, and for the whole group."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.leaders.intake import PART
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
    leader.heard("“Lan 5 keo” là của ai ạ?")
    assert leader.labels()[:2] == ["Bác Nguyễn Thị Lan", "Bác Trần Thị Lan"]
    await leader.says("Nguyễn Thị Lan", "hôm nay")
    leader.heard("Trần Thị Lan: trồng 6 cây keo", "Nguyễn Thị Lan: trồng 5 cây keo")
    await leader.says("1")
    assert await kept(village, "person_id, quantity") == [(3, 6000), (2, 5000)]


async def test_two_of_one_whole_name_are_told_apart(village: Village, leader: Phone) -> None:
    await village.elder("Lan")
    village.clock.passes(days=3)
    await village.phone("lan khác").says("/start", "1", "1", "Lan", "gò vũ", "1")
    await leader.says("báo hộ", "Lan 5 keo\nông Tám 2 keo\nLan 7 keo")
    assert leader.labels()[:2] == ["Bác Lan, vào sổ 21/11", "Bác Lan, vào sổ 24/11"]
    await leader.says("2")
    leader.heard("“Lan 7 keo”")
    await leader.says("1", "hôm nay")
    leader.heard("bác Lan, vào sổ 24/11: trồng 5 cây", "bác Lan, vào sổ 21/11: trồng 7 cây")
    await leader.says("1")
    told = await kept(village, "person_id, quantity")
    assert sorted(told, key=str) == [(2, 7000), (3, 5000), (None, 2000)]


async def test_a_line_of_nobody_who_is_there_is_left_out(village: Village, leader: Phone) -> None:
    for family in ("Nguyễn", "Trần", "Lê", "Hoàng"):
        await village.elder(f"{family} Thị Lan")
    await leader.says("báo hộ", "Lan 5 keo\nhôm nay trời đẹp")
    leader.heard("✗ hôm nay trời đẹp", "“Lan 5 keo” là của ai ạ?")
    await leader.says("người khác nữa")
    assert leader.labels()[:2] == ["Bác Lê Thị Lan", "Bác Hoàng Thị Lan"]
    leader.heard_nothing_of("trời đẹp")
    await leader.says("bà Hoa")
    leader.heard("gõ: bỏ dòng")
    await leader.says("bà Hoa 3 cây mỡ")
    leader.heard("“Lan 5 keo” là của ai ạ?")
    await leader.says("bo dong")
    leader.heard("đọc được 1 dòng. Việc ấy làm hôm nào")
    await leader.says("hôm nay")
    leader.heard("bà Hoa: trồng 3 cây mỡ")


async def test_a_torn_line_goes_on_after_it_was_asked_who_another_is(
    village: Village, leader: Phone
) -> None:
    await village.elder("Nguyễn Thị Lan")
    await village.elder("Trần Thị Lan")
    lines = [f"Bà Hoa {word(n)} 3 cây keo" for n in range(1000, 1160)]
    text = "\n".join(["Lan 5 keo", *lines])
    text = f"{text[:3990].rpartition(chr(10))[0]}\nBà Nhài"
    assert len(text) in PART
    await leader.says("báo hộ", text)
    leader.heard("✗ Bà Nhài (dòng bị cắt giữa hai tin")
    await leader.says("1", "4 cây keo\nÔng Sáu 2 cây keo")
    leader.heard("✗ 4 cây keo (dòng bị cắt giữa hai tin")


async def test_who_erases_themselves_is_asked_about_no_more(
    village: Village, leader: Phone
) -> None:
    first = await village.elder("Lan")
    await village.phone("lan khác").says("/start", "1", "1", "Lan", "gò vũ", "1")
    await leader.says("báo hộ", "Lan 5 keo\nông Tám 2 keo")
    leader.heard("“Lan 5 keo”")
    await first.says("dữ liệu của tôi")
    await first.taps("Xóa hết của tôi")
    await first.taps("Chắc, xóa đi")
    await leader.says("ông Sáu 3 keo")
    leader.heard("đọc được 2 dòng")


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
        ("bà Nhài phân loại rác 2 lần", "bà Nhài: phân loại rác được 2 lần"),
        ("ba Nhai phan loai rac 3 lan", "ba Nhai: phân loại rác được 3 lần"),
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


# --- what was told before


async def test_what_a_member_reported_herself_is_marked(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await lan.says("hôm nay tôi trồng 5 cây keo", "1")
    await leader.says("báo hộ", "Ông Tám 12 cây mỡ\nLan 5 cây keo\nLan 6 cây keo", "hôm nay")
    leader.heard("Lan: trồng 5 cây keo, hôm nay 21/11 (cần xem kỹ)", "1 dòng giống việc đã báo")
    await leader.says("1")
    assert (await kept(village, "quantity, doubts"))[1:] == [
        (12000, ""), (5000, "again"), (6000, "")
    ]  # fmt: skip


async def test_what_a_member_reports_while_the_list_waits_is_marked(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await leader.says("báo hộ", "Lan 5 cây keo hôm nay")
    leader.heard_nothing_of("giống việc đã báo")
    await lan.says("hôm nay tôi trồng 5 cây keo", "1")
    await leader.says("1")
    assert await kept(village, "doubts") == [("",), ("again",)]


async def test_a_line_that_stands_twice_is_marked(village: Village, leader: Phone) -> None:
    await leader.says("báo hộ", "Ông Tám 12 cây mỡ\nÔng Tám 12 cây mỡ\nông Tám 12 cây keo")
    await leader.says("hôm nay")
    leader.heard("đọc được 3 dòng", "1 dòng giống việc đã báo")
    await leader.says("ông tám 12 cây mỡ")
    leader.heard("đọc được 4 dòng", "2 dòng giống việc đã báo")


async def test_a_list_without_names_sent_again_is_marked(village: Village, leader: Phone) -> None:
    for _ in range(2):
        await leader.says("báo hộ", "Ông Tám 12 cây mỡ\nBà Hoa 7 cây keo", "hôm nay", "2")
    await leader.says("báo hộ", "Bà Mận 9 cây keo", "hôm nay", "2")
    assert await kept(village, "doubts") == [("",), ("",), ("again",), ("again",), ("",)]


async def test_a_marked_line_far_down_is_shown(village: Village, leader: Phone, lan: Phone) -> None:
    await lan.says("hôm nay tôi trồng 5 cây keo", "1")
    many = "\n".join(f"Bà Hoa {word(n)} 4 cây" for n in range(100, 120))
    await leader.says("báo hộ", f"{many}\nLan 5 cây keo", "hôm nay")
    leader.heard("• Lan: trồng 5 cây keo, hôm nay 21/11 (cần xem kỹ)")


# --- parts of a list


async def test_more_lines_with_a_day_in_them_are_lines(village: Village, leader: Phone) -> None:
    await leader.says("báo hộ", "Lan 5 keo", "Mai 7 cây hôm qua\nCúc 8\nĐào 9")
    leader.heard("đọc được 4 dòng", "hôm nào")
    await leader.says("Hoa 3 cây hôm qua")
    leader.heard("đọc được 5 dòng")
    await leader.says("thứ ba tuần trước")
    leader.heard("Mai: trồng 7 cây, hôm qua 20/11", "Cúc: trồng 8 cây, ngày 10/11")


async def test_unread_lines_come_back_when_the_day_is_known(leader: Phone) -> None:
    await leader.says("báo hộ", "Lan 5 keo", "hôm nay", "Mai 7 cây\ntrời hôm nay đẹp")
    leader.heard("✗ trời hôm nay đẹp", "đọc được 2 dòng")


async def test_too_long_is_said_when_the_day_is_known(leader: Phone) -> None:
    text = "\n".join(f"Bà Hoa {word(n)} 4 cây" for n in range(100, 604))
    await leader.says("báo hộ", "Lan 5 keo", "hôm nay", text)
    leader.heard("Còn 5 dòng cuối", "đọc được 500 dòng")


async def test_equal_lines_are_kept_when_more_come(leader: Phone) -> None:
    await leader.says("báo hộ", "Ông Tám 5 cây\nÔng Tám 5 cây", "hôm nay", "Mai 7 cây")
    leader.heard("đọc được 3 dòng", "trồng 17 cây")


async def test_days_hold_when_more_comes_the_next_day(village: Village, leader: Phone) -> None:
    await leader.says("báo hộ", "Mai 7 cây hôm qua\nHoa 3 cây hôm nay")
    village.clock.passes(days=1)
    await leader.says("Cúc 8 cây hôm nay")
    leader.heard("Mai: trồng 7 cây, ngày 20/11", "Cúc: trồng 8 cây, hôm nay 22/11")


@pytest.mark.parametrize("end", ["Bà Mận 12", "Bà Mận hai mươi", "Nguyễn Thị"])
async def test_a_line_torn_between_two_messages_is_not_guessed(
    village: Village, leader: Phone, lan: Phone, end: str
) -> None:
    first = "\n".join(f"{n}. Bà Hoa {word(n)} trồng 4 cây keo" for n in range(100, 216))
    assert 3_500 < len(f"{first}\n{end}") <= 4_096
    await leader.says("báo hộ", f"{first}\n{end}")
    leader.heard(f"✗ {end} (", "đọc được 116 dòng")
    await leader.says("Lan 100 cây\nÔng Tám 5 cây")
    leader.heard("✗ Lan 100 cây (", "đọc được 117 dòng")
    await leader.says(f"{end}\nBà Mận 1200 cây")
    leader.heard("đọc được")


async def test_a_torn_line_can_be_typed_whole(leader: Phone) -> None:
    first = "\n".join(f"{n}. Bà Hoa {word(n)} trồng 4 cây keo" for n in range(100, 216))
    await leader.says("báo hộ", f"{first}\nBà Mận 12", "Bà Mận 1200 cây")
    leader.heard("đọc được 117 dòng")


# --- who it was


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Ông Lân 5 cây", "Ông Lân"),
        ("Làn 6 cây", "Làn"),
        ("Ông Lan 5 cây", "Ông Lan"),
        ("chú Lan 5 cây", "chú Lan"),
        ("Toàn 5 cây", "Toàn"),
        ("Hồi 5 cây", "Hồi"),
        ("Hội 5 cây", "Hội"),
        ("Đôi 5 cây", "Đôi"),
        ("Cả 5 cây", "Cả"),
        ("Bàn Văn Phúc 5 cây", "Bàn Văn Phúc"),
        ("Tô Thị Mai 5 cây", "Tô Thị Mai"),
        ("to thi mai 5 cay", "to thi mai"),
        ("Tô 5 cây", "Tô"),
        ("Nguyễn Tô Hoài 5 cây", "Nguyễn Tô Hoài"),
        ("Bắc năm cây keo", "Bắc"),
        ("bà Tâm năm cây keo", "bà Tâm"),
    ],
)
async def test_a_name_of_its_own(village: Village, leader: Phone, line: str, name: str) -> None:
    await village.elder("Lan", form="3")
    await leader.says("báo hộ", f"{line} hôm nay")
    assert "Chỉ ghi số, không ghi tên" in leader.labels()
    await leader.says("1")
    assert await kept(village, "person_id, on_behalf_of") == [(None, name)]


@pytest.mark.parametrize(
    "line", ["bà Lan 5 cây", "ba lan 5 cay", "cụ Lan 5 cây", "LAN 5 CÂY", "bà Lan xóm Gò Vũ 5 cây"]
)
async def test_a_member_is_known(village: Village, leader: Phone, line: str) -> None:
    await village.elder("Lan", form="3")
    await village.elder("Lân", form="2")
    await leader.says("báo hộ", f"{line}\nlan 3 keo\nTam 4 cay", "hôm nay", "1")
    assert [one for (one,) in await kept(village, "person_id")] == [2, 2, None]


@pytest.mark.parametrize("name", ["Hội", "Toàn", "Bàn Văn Phúc", "Anh Tuấn", "Cả"])
async def test_a_member_whose_name_sounds_like_a_word(
    village: Village, leader: Phone, name: str
) -> None:
    await village.elder(name)
    await leader.says("báo hộ", f"{name} 5 cây", "hôm nay", "1")
    assert await kept(village, "person_id") == [(2,)]


@pytest.mark.parametrize(
    "name",
    ["Chi hội", "cả xóm", "toàn chi hội", "Bà con xóm Gò Vũ", "Xóm Gò Vũ", "Tổ 3"],
)
async def test_a_group_needs_nobody_to_agree(leader: Phone, name: str) -> None:
    await leader.says("báo hộ", f"{name} trồng 900 cây hôm nay")
    leader.heard(f"• {name}: trồng 900 cây, hôm nay 21/11")
    leader.heard_nothing_of("cần xem kỹ")
    assert "Chỉ ghi số, không ghi tên" not in leader.labels()


async def test_a_group_may_be_typed_without_accents(leader: Phone) -> None:
    await leader.says("báo hộ", "chi hoi trong 900 cay hom nay")
    leader.heard("• chi hoi: trồng 900 cây, hôm nay 21/11")
    assert "Chỉ ghi số, không ghi tên" not in leader.labels()


async def test_without_names_there_are_none_in_groups_either(
    village: Village, leader: Phone
) -> None:
    await leader.says(
        "báo hộ",
        "Chi hội nhà bà Mận trồng 40 cây\nChi hội xóm Gò Vũ 50 cây, bà Đào đứng đầu\nÔng Tám 6 cây",
        "hôm nay",
        "2",
    )
    assert await kept(village, "on_behalf_of, words") == [
        (None, ""), ("Chi hội xóm Gò Vũ", ""), (None, "")
    ]  # fmt: skip


# --- rights, and what nobody may type


async def test_a_right_taken_meanwhile_is_no_right(village: Village, leader: Phone) -> None:
    await leader.says("báo hộ", "Ông Tám 12 cây mỡ hôm nay")
    async with village.store.begin() as tx:
        await tx.execute("UPDATE grants SET unit = 'pt-pho'")
    await leader.says("1")
    leader.heard("không còn phụ trách")
    assert await kept(village, "id") == []


@pytest.mark.parametrize("day", ["2027-05-01", "2026-13-45", "2026-11-01"])
async def test_no_day_of_a_whole_list_can_be_typed(leader: Phone, day: str) -> None:
    await leader.says("báo hộ", f"{day}\nÔng Tám 12 cây mỡ")
    leader.heard(f"✗ {day}", "hôm nào")


@pytest.mark.parametrize(
    "argument",
    [
        "2027-05-01\nÔng Tám 12 cây", "2026-13-45", '{"rows": "x", "text": "Tám 5"}', "", ":",
        "x" * 300, "99999999999999999999 cây", "Lan 99999999999999999999 cây", "9" * 5000,
    ],
)  # fmt: skip
async def test_what_is_forged_is_only_words(village: Village, leader: Phone, argument: str) -> None:
    await leader.taps_payload(f"go:proxy:{argument}")
    await leader.says(f"/baoho {argument}")
    leader.heard_nothing_of("trục trặc")
    assert await kept(village, "id") == []


async def test_a_name_too_long_is_unread(leader: Phone) -> None:
    await leader.says("báo hộ", f"{'Bà Hoa ' * 43}5 cây")
    leader.heard("(tên dài quá)")


async def test_a_long_list_is_a_small_talk(village: Village, leader: Phone) -> None:
    text = "\n".join(
        f"{n}. Bà Nguyễn Thị Hoa {word(n)} trồng {n % 9 + 1} cây keo" for n in range(500)
    )
    await leader.says("báo hộ", text, "hôm nay")
    async with village.store.read() as tx:
        row = await tx.fetch_one("SELECT MAX(LENGTH(talk)) AS size FROM addresses")
    assert row
    assert row["size"] < 30_000


async def test_a_list_is_written_in_the_order_of_the_counts(
    village: Village, leader: Phone
) -> None:
    await leader.says(
        "báo hộ", "Cúc 2 bao rác hôm qua\nÔng Tám 12 cây mỡ hôm nay\nMai 7 cây keo hôm qua", "1"
    )
    rows = await kept(village, "activity, unit, done_on, unit_of_measure")
    assert rows == sorted(rows)
    assert rows[0][0] == "trees"


@pytest.mark.parametrize("total", ["Tổng cộng: 1.800 cây", "tong cong 1800 cay", "Cộng 17 cây"])
async def test_a_line_that_adds_up_is_nobody(village: Village, leader: Phone, total: str) -> None:
    await leader.says("báo hộ", f"Ông Tám 12 cây mỡ\nbà Hoa 5 cây\n{total}", "hôm nay")
    leader.heard("cộng lại: trồng 17 cây")


async def test_land_is_no_number_of_trees(leader: Phone) -> None:
    await leader.says("báo hộ", "Cụ Sửu 1 sào keo")
    leader.heard("✗ Cụ Sửu 1 sào keo (chưa rõ số lượng)")


async def test_who_was_reported_for_is_told_once(
    village: Village, leader: Phone, lan: Phone
) -> None:
    await leader.says("báo hộ", "Lan 5 keo hôm nay\nÔng Tám 12 cây mỡ hôm nay", "1")
    leader.heard("ghi xong 2 dòng")
    await village.goes_out()
    lan.heard("vừa báo giúp bác", "• trồng 5 cây keo, hôm nay 21/11", "Chưa đúng")
    lan.heard_nothing_of("Tám")
    heard = len(lan.replies)
    await village.goes_out()
    assert len(lan.replies) == heard

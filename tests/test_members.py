"""A leader's list of members: who is there, who can be reached, and what becomes of somebody."""

from __future__ import annotations

from storage import counts
from tests.talking import Phone, Village

GO_VU = "pt-go-vu"


async def add(leader: Phone, name: str = "ông Tô Văn Tám", phone: str = "không có") -> None:
    """Add somebody of 60 or over, who agreed."""
    await leader.says("thêm hội viên", name, "1", phone, "1")


async def ids(village: Village, name: str) -> list[int]:
    async with village.store.read() as tx:
        rows = await tx.fetch("SELECT id FROM people WHERE name = $1 ORDER BY id", name)
    return [row["id"] for row in rows]


async def equal(village: Village) -> None:
    """Every kept count is what a full count gives."""
    async with village.store.read() as tx:
        assert await counts.recount(tx, village.content.plan.skills.required) == []


async def test_somebody_without_a_telephone_is_added_with_a_consent_of_its_own(
    village: Village,
) -> None:
    leader = await village.staff("leader", GO_VU)
    await add(leader)
    leader.heard("Cháu ghi rồi ạ: ông Tô Văn Tám, Xóm Gò Vũ")
    [id_] = await ids(village, "Tô Văn Tám")
    async with village.store.read() as tx:
        row = await tx.fetch_one("SELECT * FROM consents WHERE person_id = $1", id_)
        minh = await tx.fetch_one("SELECT id FROM people WHERE name = 'Minh'")
    assert row
    assert minh
    assert (row["version"][:7], row["given"], row["by_id"]) == ("leader-", 1, minh["id"])


async def test_who_has_not_agreed_is_not_kept(village: Village) -> None:
    leader = await village.staff("leader", GO_VU)
    await leader.says("thêm hội viên", "ông Tô Văn Tám", "1", "không có", "chưa hỏi")
    leader.heard("chưa ghi gì")
    assert await ids(village, "Tô Văn Tám") == []


async def test_a_telephone_number_is_read_however_it_is_written(village: Village) -> None:
    leader = await village.staff("leader", GO_VU)
    await add(leader, phone="+84 912.345.678")
    await leader.says("hội viên", "tam")
    leader.heard("Điện thoại 0912345678")


async def test_another_of_the_same_name_is_added_however_long_it_is(village: Village) -> None:
    leader = await village.staff("leader", GO_VU)
    name = "Nguyễn Thị Hoàng Phương Quỳnh Nguyệt Thoại"
    await add(leader, f"bà {name}", phone="0912 345 678")
    await add(leader, f"bà {name}", phone="0987 654 321")
    leader.heard("Có phải vẫn là người ấy không")
    await leader.taps("Người khác, ghi thêm")
    leader.heard("Cháu ghi rồi")
    await add(leader, f"bà {name}")
    await leader.taps("Vẫn là người ấy")
    leader.heard(name, "Điện thoại 0912345678")
    assert len(await ids(village, name)) == 2


async def test_a_name_is_corrected_once_it_was_read_over(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", GO_VU)
    await leader.says("hội viên", "lan", "1", "Nguyễn Thị Hoàng Phương Quỳnh Nguyệt Thoai")
    leader.heard("sửa Lan thành Nguyễn Thị Hoàng Phương Quỳnh Nguyệt Thoai, đúng chưa")
    await leader.says("gõ lại", "Nguyễn Thị Hoàng Phương Quỳnh Nguyệt Thoại", "dạ đúng")
    leader.heard("Cháu sửa rồi ạ: bác Nguyễn Thị Hoàng Phương Quỳnh Nguyệt Thoại")
    assert await ids(village, "Lan") == []


async def test_the_counts_tell_who_can_be_reached(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", GO_VU)
    await add(leader)
    await lan.says("hôm nay trồng 5 cây keo", "1")
    await leader.says("hội viên")
    leader.heard("có 3 hội viên", "Nhắn tin được 2 người (điện thoại 2)", "chưa nhắn được 1")
    leader.heard("chưa học gì: 1 người")
    await leader.says("1", "2")
    assert [label[:14] for label in leader.labels()] == ["Ông Tô Văn Tám", "Quay lại"]


async def test_the_words_of_a_command_are_no_name_to_look_for(village: Village) -> None:
    leader = await village.staff("leader", GO_VU)
    await leader.says("hội viên", "in thẻ")
    leader.heard("Bác muốn in gì ạ")
    await leader.says("hội viên", "minh")
    leader.heard("Bác Minh")
    for name in ("bà Lê Thị Tám", "ông Tô Văn Tám"):
        await add(leader, name)
    await leader.says("hội viên", "tam")
    leader.heard("mấy người tên như thế")
    await leader.says("duyệt")
    leader.heard_nothing_of("chưa thấy ai tên như thế")


async def test_names_come_a_few_at_a_time_and_by_given_name(village: Village) -> None:
    leader = await village.staff("leader", GO_VU)
    for name in ("bà Hoa", "ông Bình", "bà Ánh", "ông Dũng"):
        await add(leader, name)
    await leader.says("hội viên", "1", "1")
    shown = leader.labels()[:2]
    await leader.taps("Xem tiếp")
    shown += leader.labels()
    assert [label.split(" (")[0] for label in shown] == [
        "Bà Ánh", "Ông Bình", "Ông Dũng", "Bà Hoa", "Bác Minh", "Quay lại",
    ]  # fmt: skip


async def test_a_leader_moves_people_only_inside_the_own_units(village: Village) -> None:
    await village.elder()
    leader = await village.staff("leader", GO_VU)
    await leader.says("hội viên", "lan", "2", "làng thượng")
    leader.heard("Xóm Làng Thượng không thuộc nơi bác phụ trách")
    await leader.says("gò vũ")
    leader.heard("đang ở Xóm Gò Vũ rồi")
    admin = await village.staff("admin")
    await admin.says("hội viên", "lan", "2", "làng thượng")
    admin.heard("từ nay thuộc Xóm Làng Thượng")
    await leader.says("/huy", "hội viên", "lan")
    leader.heard("chưa thấy ai tên như thế")
    await admin.taps("Ghi nhầm, trả lại")
    admin.heard("trả lại như cũ rồi ạ: bác Lan, Xóm Gò Vũ")


async def test_a_leader_of_another_unit_changes_nobody_by_a_forged_button(
    village: Village, lan: Phone
) -> None:
    other = await village.staff("leader", "pt-lang-thuong")
    [id_] = await ids(village, "Lan")
    await other.taps_payload(f"go:members:of:{id_}")
    other.heard("không thấy người ấy")
    await other.taps_payload(f"go:member_undo:unit:{id_}:pt-lang-thuong")
    other.heard("không trả lại được")
    await lan.taps_payload(f"go:members:of:{id_}")
    lan.heard("dành cho cán bộ hoặc trưởng chi hội")
    assert await ids(village, "Lan") == [id_]


async def test_what_somebody_who_died_did_stays_and_nothing_is_sent_to_them(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", GO_VU)
    await lan.says("hôm nay trồng 5 cây keo", "1")
    await leader.says("hội viên", "lan", "3", "3", "2")
    leader.heard("xin chia buồn", "bác Lan")
    assert await leader.trees() == (5, 0)
    await equal(village)
    before = len(lan.replies)
    village.clock.passes(days=8)
    await village.ticks()
    assert len(lan.replies) == before
    await leader.says("hội viên", "lan")
    leader.heard("chưa thấy ai tên như thế")


async def test_the_family_of_who_died_meets_the_bot_anew(village: Village, lan: Phone) -> None:
    leader = await village.staff("leader", GO_VU)
    await leader.says("hội viên", "lan", "3", "3", "2")
    await lan.says("xin chào")
    lan.heard("Chào bác! Cháu là máy trả lời tự động")
    await lan.says("1", "1", "Mai", "gò vũ", "1")
    lan.heard("Cháu rất vui được quen bác Mai")
    assert "Đổi sang" not in " ".join(lan.labels())


async def test_who_was_marked_by_mistake_comes_back_as_they_were(
    village: Village, lan: Phone
) -> None:
    leader = await village.staff("leader", GO_VU)
    await leader.says("hội viên", "lan", "3", "3", "1")
    await leader.taps("Ghi nhầm, trả lại")
    leader.heard("trả lại như cũ rồi ạ: bác Lan")
    await lan.says("việc của tôi")
    lan.heard("Bác chưa báo việc gì")


async def test_nobody_marks_themselves(village: Village) -> None:
    leader = await village.staff("leader", GO_VU)
    await leader.says("hội viên", "minh", "3", "3")
    leader.heard("không tự ghi cho mình")


async def test_who_was_added_by_mistake_goes_again(village: Village) -> None:
    leader = await village.staff("leader", GO_VU)
    await add(leader)
    await leader.taps("Ghi nhầm, trả lại")
    leader.heard("bỏ tên ông Tô Văn Tám")
    assert await ids(village, "Tô Văn Tám") == []

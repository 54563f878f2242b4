"""What is done on the officers' boards: reviews, rosters, freezes; and the lists beside them."""

from __future__ import annotations

import re
from typing import Any

from bot.scheduler import Ticker
from bot.settings import QuietHours
from handlers.boards.places import PLACES
from storage import learning, visits
from tests.offices import Office, office
from tests.talking import Phone, Village

FORMS = re.compile(r'name="so" value="(\d+)"')


async def rows(village: Village, what: str, of: str) -> list[tuple[Any, ...]]:
    """What the database holds."""
    async with village.store.read() as tx:
        return [
            tuple(row.values()) for row in map(dict, await tx.fetch(f"SELECT {what} FROM {of}"))
        ]


# --- reports and their review


async def test_a_report_is_confirmed_and_another_refused_with_a_reason(
    lan: Phone, minh: Phone, desk: Office, village: Village
) -> None:
    await lan.says("hôm nay tôi trồng 5 cây keo", "1")
    await lan.says("hôm nay tôi trồng 1200 cây mỡ", "1", "1")
    await desk.enters(minh)
    page = await desk.opens("/trang/duyet")
    assert "Có 2 báo cáo chờ duyệt, trong đó 1 báo cáo cần xem kỹ" in page
    assert page.index("1.200 cây mỡ") < page.index("trồng 5 cây keo")
    assert "Lan" not in page
    doubtful, plain = dict.fromkeys(FORMS.findall(desk.html))
    await desk.sends("/trang/duyet", so=plain, viec="dung")
    assert "Đã xác nhận." in desk.text
    await desk.sends("/trang/duyet", so=doubtful, viec="chua-dung", ly_do=" 5 ")
    assert desk.status == 422
    assert "Anh gõ lý do bằng chữ" in desk.text
    await desk.sends("/trang/duyet", so=doubtful, viec="chua-dung", ly_do="Chỉ có <12> cây ạ")
    assert desk.status == 200
    assert await rows(village, "status, reason", "reports ORDER BY id") == [
        ("confirmed", None),
        ("rejected", "Chỉ có <12> cây ạ"),
    ]
    await village.goes_out()
    assert "Chỉ có <12> cây ạ" in lan.replies[-1].text
    await desk.opens("/trang/bao-cao?tinh_trang=rejected")
    assert "không duyệt: Chỉ có <12> cây ạ" in desk.text
    assert "<12>" not in desk.html
    assert "5 cây keo" not in desk.text
    await desk.opens("/trang/bao-cao?tinh_trang=x")
    assert desk.status == 404
    async with village.store.read() as tx:
        changed = [one for one in await visits.looks(tx, 50, 0) if one.did == visits.CHANGE]
    assert [one.asked for one in changed] == [
        f"viec=chua-dung&so={doubtful}",
        f"viec=chua-dung&so={doubtful}",
        f"viec=dung&so={plain}",
    ]


async def test_the_plain_ones_of_a_page_are_confirmed_at_once(
    lan: Phone, minh: Phone, desk: Office, village: Village
) -> None:
    await lan.says("hôm nay tôi trồng 1200 cây mỡ", "1", "1")
    for amount in (3, 20, 90):
        await lan.says(f"hôm nay tôi trồng {amount} cây keo", "1", "1", "1")
    await desk.enters(minh)
    await desk.opens("/trang/duyet")
    told = re.search(r'name="so" value="(\d+(?:,\d+)+)"', desk.html)
    assert told
    await desk.sends("/trang/duyet", so=told[1], viec="dung")
    kept = await rows(village, "status", "reports ORDER BY id")
    assert kept[0] == ("reported",)
    assert set(kept[1:]) == {("confirmed",)}


async def test_a_forged_review_changes_nothing(
    lan: Phone, minh: Phone, desk: Office, village: Village
) -> None:
    await lan.says("hôm nay tôi trồng 5 cây keo", "1")
    leader = await village.staff("leader", unit="pt-tan-quy")
    own = await village.staff("leader", unit="pt-go-vu")
    await own.says("hôm nay tôi trồng 7 cây keo", "1", "1", "1")
    ids = [str(one) for (one,) in await rows(village, "id", "reports ORDER BY id")]
    await desk.enters(leader)
    await desk.opens("/trang/duyet")
    assert "Hiện không có báo cáo nào chờ duyệt" in desk.text
    for forged in (
        {"so": ids[0], "viec": "dung"},
        {"so": ids[0], "viec": "chua-dung", "ly_do": "x"},
    ):
        await desk.sends("/trang/duyet", **forged)
        assert "Chưa thay đổi gì thêm" in desk.text
    for strange in ({}, {"so": "x", "viec": "dung"}, {"so": ids[0], "viec": "x"}):
        await desk.opens("/trang/duyet")
        await desk.sends("/trang/duyet", **strange)
        assert desk.status == 404
    await desk.enters(own)  # nobody reviews their own
    await desk.opens("/trang/duyet")
    await desk.sends("/trang/duyet", so=ids[1], viec="dung")
    assert "Chưa thay đổi gì thêm" in desk.text
    await desk.sends("/trang/duyet", so=ids[0], viec="dung", csrf="")
    assert desk.status == 403
    agency = await village.staff("officer", agency="pt_phong_vhxh")
    await desk.enters(agency)  # trees are no target of theirs
    await desk.opens("/trang/duyet")
    await desk.sends("/trang/duyet", so=ids[0], viec="dung")
    assert "Chưa thay đổi gì thêm" in desk.text
    assert set(await rows(village, "status", "reports")) == {("reported",)}


async def test_who_reviews_sees_the_photo_and_nobody_else(
    lan: Phone, minh: Phone, desk: Office, village: Village
) -> None:
    await lan.says("hôm nay tôi trồng 5 cây keo", "1")
    await lan.shows("photo")
    await lan.says("1", "1")
    await desk.enters(minh)
    await desk.opens("/trang/duyet")
    [photo] = dict.fromkeys(re.findall(r'src="(/trang/anh/\d+/\d+)"', desk.html))
    async with desk.browser.get(photo) as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "no-store"
    leader = await village.staff("leader", unit="pt-tan-quy")
    await desk.enters(leader)
    for path in (photo, "/trang/anh/99/1", f"/trang/anh/{'9' * 30}/1"):
        async with desk.browser.get(path) as answer:
            assert answer.status == 404


# --- rosters


async def test_a_roster_is_entered_with_its_day_and_source(
    minh: Phone, desk: Office, village: Village
) -> None:
    await desk.enters(minh)
    await desk.opens("/trang/so-nguoi")
    told = {
        "don_vi": "pt-go-vu",
        "loai": "over60",
        "so_nguoi": "0",
        "ngay": "1/1/2040",
        "nguon": "",
    }
    await desk.sends("/trang/so-nguoi", **told)
    assert desk.status == 422
    assert "Số 0 thì không tính tỷ lệ được" in desk.text
    assert "để sau này còn đối chiếu" in desk.text
    assert desk.html.count('class="field wrong"') == 3
    told |= {"so_nguoi": "1.245", "ngay": "1/11/2026", "nguon": "Báo cáo <05>"}
    await desk.sends("/trang/so-nguoi", **told)
    assert "Số cũ vẫn còn để xem lại" in desk.text
    assert "1.245" in desk.text
    assert "Báo cáo <05>" in desk.text
    assert await rows(village, "unit, kind, people, day", "rosters") == [
        ("pt-go-vu", "over60", 1245, "2026-11-01")
    ]


async def test_fewer_people_than_were_counted_are_kept_only_when_told_twice(
    minh: Phone, desk: Office, village: Village
) -> None:
    await village.elder()
    for name in ("Hoa", "Mai"):
        await village.elder(name)
    async with village.store.begin() as tx:
        for person in (1, 2, 3):
            await learning.inform(tx, person, "lesson", "x", "pt-go-vu", village.clock().date())
    await desk.enters(minh)
    await desk.opens("/trang/so-nguoi")
    told = {
        "don_vi": "pt-go-vu",
        "loai": "all",
        "so_nguoi": "2",
        "ngay": "1/11/2026",
        "nguon": "sổ",
    }
    await desk.sends("/trang/so-nguoi", **told)
    assert "đã đếm được 3 người" in desk.text
    assert await rows(village, "people", "rosters") == []
    await desk.sends("/trang/so-nguoi", **told, van_ghi="1")
    assert await rows(village, "people", "rosters") == [(2,)]


async def test_nobody_enters_a_roster_of_elsewhere(desk: Office, village: Village) -> None:
    officer = await village.staff("officer", unit="pt-tan-quy")
    await desk.enters(officer)
    await desk.opens("/trang/so-nguoi")
    assert "Gò Vũ" not in desk.text
    told = {
        "don_vi": "pt-go-vu",
        "loai": "all",
        "so_nguoi": "2",
        "ngay": "1/11/2026",
        "nguon": "sổ",
    }
    await desk.sends("/trang/so-nguoi", **told)
    assert desk.status == 404
    await desk.opens("/trang/so-nguoi?don_vi=pt-go-vu")
    assert desk.status == 404
    leader = await village.staff("leader", unit="pt-go-vu")
    await desk.enters(leader)
    await desk.opens("/trang/so-nguoi")
    assert desk.status == 404
    assert await rows(village, "people", "rosters") == []


# --- freezing


async def frozen(desk: Office, **more: str) -> str:
    """Press the button of the draft that is open."""
    ban = re.search(r'name="ban" value="(\d+)"', desk.html)
    seen = re.search(r'name="thay" value="(\w+)"', desk.html)
    assert ban, desk.text
    assert seen
    return await desk.sends("/trang/chot?ky=2026-W47", ban=ban[1], thay=seen[1], **more)


async def test_a_week_is_frozen_and_again_with_a_reason(
    lan: Phone, minh: Phone, desk: Office, village: Village
) -> None:
    await lan.says("hôm nay tôi trồng 5 cây keo", "1")
    await desk.enters(minh)
    assert "chưa chốt được" in await desk.opens("/trang/chot?ky=2026-W47")
    assert "nhắn" not in desk.text  # a page leads on by itself
    village.clock.passes(days=7)
    await desk.enters(minh)
    assert "giữ nguyên mãi" in await desk.opens("/trang/chot?ky=2026-W47")
    assert "Số liệu đã chốt ngày 28/11/2026, bản 1" in await frozen(desk)
    assert "ai xem kỳ này cũng thấy đúng số ấy" in desk.text
    assert "từ đó số không đổi" in await desk.opens("/trang/chot?ky=2026-W47")
    assert "Tuần 47/2026 Bản 1 28/11/2026 Minh" in desk.text
    await minh.says("duyệt", "1")
    assert "Vì sao chốt lại" in (await desk.opens("/trang/chot?ky=2026-W47"))
    assert "viết một câu cho người đọc sau hiểu" in await frozen(desk, ly_do="12")
    assert desk.status == 422
    assert "bản 2" in await frozen(desk, ly_do="Duyệt muộn")
    assert "Lý do chốt lại: Duyệt muộn" in desk.text
    await desk.opens("/trang?ky=2026-W47&ban=1")
    assert "bản 1" in desk.text
    assert "Duyệt muộn" not in desk.text


async def test_two_officers_who_freeze_at_once_and_a_figure_that_moves(
    lan: Phone, minh: Phone, desk: Office, boards: str, village: Village
) -> None:
    await lan.says("hôm nay tôi trồng 5 cây keo", "1")
    village.clock.passes(days=7)
    await desk.enters(minh)
    await desk.opens("/trang/chot?ky=2026-W47")
    await lan.sends_late("hôm nay tôi trồng 7 cây keo", days=7)
    await lan.says("1", "1")
    assert "vừa có báo cáo mới làm số đổi" in await frozen(desk)
    other = await village.staff("admin")
    async with office(boards) as second:
        await second.enters(other)
        await second.opens("/trang/chot?ky=2026-W47")
        assert "Đã chốt" in await frozen(second)
    await frozen(desk)
    assert "Chưa chốt" in desk.text
    assert await rows(village, "revision", "freezes") == [(1,)]


async def test_only_the_overall_lead_freezes(desk: Office, village: Village) -> None:
    village.clock.passes(days=7)
    officer = await village.staff("officer", agency="pt_phong_vhxh")
    await desk.enters(officer)
    assert "của cơ quan tổng hợp chung" in await desk.opens("/trang/chot?ky=2026-W47")
    assert "/tonghop" not in desk.text
    await desk.sends("/trang/chot?ky=2026-W47", ban="1", thay="x")
    assert desk.status == 404
    assert await rows(village, "revision", "freezes") == []
    minh = await village.staff("officer")
    await desk.enters(minh)
    for wrong in ("x", "2026-W99", "9999-W99"):
        assert "Chưa hiểu kỳ" in await desk.opens(f"/trang/chot?ky={wrong}")
        assert "/tonghop" not in desk.text
    await desk.sends("/trang/chot")
    assert desk.status == 404


# --- the lists


async def test_questions_are_listed_without_names_and_words(
    lan: Phone, minh: Phone, desk: Office, village: Village
) -> None:
    await lan.says("tôi muốn hỏi bao giờ có lớp học điện thoại ở nhà bà Hoa", "1", "1", "1")
    assert len(await rows(village, "id", "questions")) == 1
    village.clock.passes(days=3)
    await desk.enters(minh)
    page = await desk.opens("/trang/cau-hoi")
    assert "1 câu còn chờ trả lời" in page
    assert "Xóm Gò Vũ" in page
    assert re.search(r'data-label="Đã chờ \(ngày\)" class="number"><div>3<', desk.html)
    assert "Hoa" not in page
    assert "Lan" not in page


async def test_members_are_counts_for_officers_and_names_for_their_leader(
    lan: Phone, minh: Phone, desk: Office, village: Village
) -> None:
    await desk.enters(minh)
    page = await desk.opens("/trang/hoi-vien")
    assert "Xóm Gò Vũ 1 1 0 0" in page
    assert "Lan" not in page
    await desk.opens("/trang/hoi-vien?don_vi=pt-go-vu")
    assert desk.status == 404
    leader = await village.staff("leader", unit="pt-go-vu")
    await desk.enters(leader)
    await desk.opens("/trang/hoi-vien?don_vi=pt-go-vu")
    assert "Lan" in desk.text
    await desk.opens("/trang/hoi-vien?don_vi=pt-tan-quy")
    assert desk.status == 404


async def test_announcements_are_ones_own_or_everybodys(
    lan: Phone, minh: Phone, desk: Office, village: Village
) -> None:
    leader = await village.staff("leader", unit="pt-go-vu")
    other = await village.staff("leader", unit="pt-tan-quy")
    await leader.says("thông báo", "Sáng mai họp chi hội ở nhà văn hóa", "1", "1", "1")
    assert len(await rows(village, "id", "announcements")) == 1
    for person, seen in ((leader, True), (other, False), (minh, True)):
        await desk.enters(person)
        assert ("Sáng mai họp chi hội" in await desk.opens("/trang/thong-bao")) is seen
    agency = await village.staff("officer", agency="pt_phong_vhxh")
    await desk.enters(agency)
    assert "Sáng mai họp" not in await desk.opens("/trang/thong-bao")


async def test_only_an_admin_reads_the_log(minh: Phone, desk: Office, village: Village) -> None:
    await desk.enters(minh)
    assert "Nhật ký" not in desk.text
    await desk.opens("/trang/nhat-ky")
    assert desk.status == 404
    admin = await village.staff("admin")
    await desk.enters(admin)
    page = await desk.opens("/trang/nhat-ky")
    assert "09:00" in page or re.search(r"\d\d:\d\d:\d\d 21/11/2026", page)
    assert "Minh vào" in page
    assert "Minh xem" in page


async def test_the_log_forgets_after_two_years(minh: Phone, desk: Office, village: Village) -> None:
    await desk.enters(minh)
    await desk.opens("/trang/bao-cao")
    ticker = Ticker(village.store, village.core.library, QuietHours("off"), village.clock)
    for days, left in ((730, True), (3, False)):
        village.clock.passes(days=days)
        await ticker.tidy()
        assert bool(await rows(village, "id", "board_log")) is left


async def test_registers_are_seen_as_far_as_in_the_chat(
    minh: Phone, desk: Office, village: Village
) -> None:
    leader = await village.staff("leader", unit="pt-go-vu")
    await leader.says("đề xuất", "1")
    await desk.enters(minh)
    await desk.opens("/trang/so-mo-hinh")
    assert desk.status == 200
    assert "nhắn “sổ mô hình” trong trò chuyện" in desk.text


async def test_every_board_needs_its_right_and_a_visit(
    minh: Phone, desk: Office, village: Village
) -> None:
    for path in PLACES:
        await desk.opens(f"/trang/{path}" if path else "/trang")
        assert desk.status == 401
        await desk.sends(f"/trang/{path or 'x'}", csrf="x")
        assert desk.status in {401, 403}
    await desk.enters(minh)
    for path in ("", "bao-cao", "duyet", "so-mo-hinh", "so-nguoi", "chot", "cau-hoi", "hoi-vien"):
        assert any(one == f"/trang/{path}".rstrip("/") for one in desk.links("/trang"))
    await desk.sends("/trang/bao-cao")  # nothing is done there
    assert desk.status == 404

"""The officers' boards: the way in, what is shown to whom, and what is noted of it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from decimal import Decimal
from html import unescape

import pytest
from playwright.async_api import async_playwright

from content.loader import Content, load
from handlers.boards.overview import BEHIND, TARGET
from handlers.boards.places import PLACES
from handlers.boards.sending import ANNOUNCED, SEND
from handlers.reports import figures, forms, periods
from handlers.talk.scene import local_day
from storage import counts, registers, visits
from storage.database import Store
from tests import years
from tests.accessible import offences
from tests.offices import Office, building, link, office
from tests.talking import Phone, Village
from tests.test_web import CHROMIUM, QUIET

# --- the way in


async def test_a_link_from_the_chat_lets_in_once(
    minh: Phone, desk: Office, boards: str, village: Village
) -> None:
    path = await link(minh)
    for _ in range(3):  # a messenger looks at the link first
        assert "Vào trang" in await desk.opens(path)
    assert "Tuần 47/2026" in await desk.sends(path)
    async with office(boards) as other:
        assert "đã dùng rồi" in await other.opens(path)
        assert other.status == 410
        assert "trang số liệu" in other.text
        assert "Chưa vào trang" in await other.opens("/trang")
        assert other.status == 401
    await desk.sends("/trang/thoat")
    assert "Đã thoát" in desk.text
    await desk.opens("/trang")
    assert desk.status == 401


async def test_of_two_who_press_the_button_one_comes_in(
    minh: Phone, desk: Office, boards: str
) -> None:
    path = await link(minh)
    async with office(boards) as other:
        await desk.opens(path)
        await other.opens(path)
        assert "Tuần 47/2026" in await other.sends(path)
        assert "đã dùng rồi" in await desk.sends(path)
        assert desk.status == 410


async def test_a_link_lasts_ten_minutes_and_a_visit_eight_hours(
    minh: Phone, desk: Office, village: Village
) -> None:
    path = await link(minh)
    village.clock.passes(minutes=10)
    assert "quá 10 phút" in await desk.opens(path)
    path = await link(minh)
    await desk.opens(path)
    village.clock.passes(minutes=11)
    assert "quá 10 phút" in await desk.sends(path)
    await desk.enters(minh)
    village.clock.passes(hours=7, minutes=59)
    await desk.opens("/trang")
    assert desk.status == 200
    village.clock.passes(minutes=1)
    await desk.opens("/trang")
    assert desk.status == 401


async def test_a_link_that_never_was_is_told_kindly(desk: Office) -> None:
    assert "chép thiếu chữ" in await desk.opens(f"/trang/vao/{'x' * 32}")
    assert desk.status == 410
    await desk.opens("/trang/vao/kort")
    assert desk.status == 404


async def test_the_button_answers_only_the_browser_that_saw_it(
    minh: Phone, desk: Office, boards: str
) -> None:
    path = await link(minh)
    await desk.opens(path)
    async with office(boards) as other:
        other.html = desk.html
        await other.sends(path)
        assert other.status == 403
        await other.opens(path)
        await other.sends(path, csrf="0" * 64)
        assert other.status == 403
    assert "Tuần 47/2026" in await desk.sends(path)


async def test_who_has_no_right_gets_no_link(lan: Phone, village: Village) -> None:
    await lan.says("trang số liệu")
    assert "/trang/vao/" not in lan.text
    helper = await village.staff("helper", unit="pt-go-vu")
    await helper.says("/trang")
    assert "/trang/vao/" not in helper.text


async def test_a_right_taken_away_ends_the_visit_at_once(
    minh: Phone, desk: Office, village: Village
) -> None:
    await desk.enters(minh)
    async with village.store.begin() as tx:
        await tx.execute("DELETE FROM grants")
    await desk.opens("/trang")
    assert desk.status == 401
    assert "Tuần" not in desk.text


async def test_who_takes_everything_back_is_out(
    minh: Phone, desk: Office, village: Village
) -> None:
    await desk.enters(minh)
    await minh.says("dữ liệu của tôi", "xóa hết", "1")
    await desk.opens("/trang")
    assert desk.status == 401
    async with village.store.read() as tx:
        assert not await tx.fetch("SELECT person_id FROM visits")


async def test_cookies_and_headers_are_as_they_should_be(
    minh: Phone, desk: Office, village: Village
) -> None:
    path = await link(minh)
    await desk.opens(path)
    cookie = desk.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # the address of this village is http
    await desk.sends(path)
    assert desk.headers["Cache-Control"] == "no-store"
    policy = desk.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    [kept] = list(desk.browser.cookie_jar)
    assert kept.value not in cookie  # the cookie before the button lets nobody in
    async with village.store.read() as tx:
        [row] = await tx.fetch("SELECT cookie_hash FROM visits")
        [given] = await tx.fetch("SELECT token_hash FROM board_links")
    assert row["cookie_hash"] != kept.value
    assert given["token_hash"] not in path


async def test_the_cookie_goes_only_over_tls_where_the_address_has_it(
    minh: Phone, village: Village
) -> None:
    library = replace(village.core.library, public_url="https://chat.example.vn")
    village.core = replace(village.core, library=library)
    async with building(village) as url, office(url) as desk:
        path = await link(minh)
        await desk.opens(path)
        assert "Secure" in desk.headers["Set-Cookie"]


# --- the overview


async def test_the_overview_shows_both_figures_and_what_is_missing(
    lan: Phone, minh: Phone, desk: Office
) -> None:
    await lan.says("hôm nay tôi trồng 1200 cây keo", "1", "1")
    await desk.enters(minh)
    assert "1.200 đã duyệt 0" in desk.text
    assert "98.800" not in desk.text  # what is reported only does not count toward the goal
    assert "100.000" in desk.text
    assert "1/1 đơn vị có người báo" in desk.text
    assert "chưa có mẫu số" in desk.text
    assert "<svg" in desk.html
    for key in ("2026-W46", "2026-11", "2026-Q4", "2026-H2", "2026", "all"):
        assert any(f"ky={key}" in one for one in desk.links())
        await desk.opens(f"/trang?ky={key}")
        assert desk.status == 200
    for wrong in ("ky=2026-W99", "ky=x", "don_vi=nowhere", "ban=1", "ban=x", "ban=99999999999999"):
        await desk.opens(f"/trang?{wrong}")
        assert desk.status == 404
        assert "Không có trang này" in desk.text


async def test_files_are_of_just_what_is_seen(lan: Phone, minh: Phone, desk: Office) -> None:
    await lan.says("hôm nay tôi trồng 5 cây keo", "1")
    await desk.enters(minh)
    await desk.opens("/trang?don_vi=pt-go-vu")
    for form, begins in (("xlsx", b"PK"), ("docx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        [path] = desk.links(f"dang={form}")
        async with desk.browser.get(path) as answer:
            assert answer.status == 200
            assert (await answer.read()).startswith(begins)
            assert f"-2026-W47-pt-go-vu.{form}" in answer.headers["Content-Disposition"]
    async with desk.browser.get("/trang/tep?dang=exe") as answer:
        assert answer.status == 404
    async with desk.browser.get("/trang/tep?dang=csv&board=x") as answer:
        assert answer.status == 200  # whatever else is asked for


async def test_every_look_is_noted(minh: Phone, desk: Office, village: Village) -> None:
    await desk.enters(minh)
    await desk.opens("/trang?ky=2026-10")
    async with desk.browser.get("/trang/tep?ky=2026-10&dang=csv"):
        pass
    async with village.store.read() as tx:
        noted = await visits.looks(tx, 10, 0)
    assert [one.did for one in noted] == ["export", "view", "view", "enter", "take"]
    assert noted[0].asked == "ky=2026-10&dang=csv"
    assert noted[0].scope == "Xã Phú Thịnh"
    assert {one.name for one in noted} == {"Minh"}


async def test_who_breaks_a_download_off_is_no_fault_of_ours(
    minh: Phone, desk: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.enters(minh)
    for _ in range(20):
        async with desk.browser.get("/trang/tep?ky=2026-10&dang=xlsx"):
            pass
    assert "cannot be shown" not in caplog.text


# --- who sees what


async def test_a_leader_sees_only_the_own_unit(lan: Phone, desk: Office, village: Village) -> None:
    await lan.says("hôm nay tôi trồng 5 cây keo", "1")
    leader = await village.staff("leader", unit="pt-tan-quy")
    await desk.enters(leader)
    assert "Xóm Tân Quy" in desk.text
    assert "Gò Vũ" not in desk.text
    for path in (
        "/trang?don_vi=pt-go-vu",
        "/trang?don_vi=05800",
        "/trang/tep?dang=csv&don_vi=pt-go-vu",
    ):
        await desk.opens(path)
        assert desk.status == 404


async def test_an_agency_sees_its_targets(desk: Office, village: Village) -> None:
    officer = await village.staff("officer", agency="pt_phong_vhxh")
    await desk.enters(officer)
    assert "Thành thạo kỹ năng số" in desk.text
    assert "Trồng cây" not in desk.text


# --- one target, and what stands behind a figure


def sums(page: str) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """The figure that a page of grounds names, and the sum of what is listed there."""
    head = re.search(r"báo ([\d.,]+), đã duyệt ([\d.,]+)\. (\d+) mục", page)
    assert head, page
    cells = r'data-label="Báo" class="number"><div>([^<]*)<.*?<div>([^<]*)<'
    rows = re.findall(cells, page, re.DOTALL)
    return (
        number(head[1]),
        number(head[2]),
        sum((number(told) for told, _ in rows), Decimal(0)),
        sum((number(sure) for _, sure in rows), Decimal(0)),
    )


def number(text: str) -> Decimal:
    """A number as it stands on a page: 1.234,5."""
    return Decimal(text.strip().replace(".", "").replace(",", "."))


async def all_sums(desk: Office, path: str) -> tuple[tuple[Decimal, ...], tuple[Decimal, ...]]:
    """The figure of a list, and the sum over all its pages."""
    listed = [Decimal(0), Decimal(0)]
    turn = 0
    while True:
        turn += 1
        await desk.opens(f"{path}&trang={turn}")
        shown_reported, shown_confirmed, reported, confirmed = sums(desk.html)
        listed = [listed[0] + reported, listed[1] + confirmed]
        if not any(one.endswith(f"trang={turn + 1}") for one in desk.links("trang=")):
            return (shown_reported, shown_confirmed), (listed[0], listed[1])


def figures_on(page: str) -> list[tuple[str, Decimal]]:
    """Every figure of a page that leads to what stands behind it, with its address."""
    found = re.findall(r'<a href="([^"]*/bao-cao-cua-so[^"]*)">([^<]*)</a>', page)
    return [(unescape(address), number(told)) for address, told in found]


@pytest.mark.parametrize("program", ["phu_thinh", "lai_chau"])
async def test_every_cell_leads_to_what_adds_up_to_it(store: Store, program: str) -> None:
    village = Village(store, load(program))
    async with store.begin() as tx:
        await years.make(tx, village.content)
        # Reports of a unit that is on the list no longer: they belong to the whole alone.
        await tx.execute("UPDATE reports SET unit = 'gone' WHERE id % 40 = 0")
        skills = village.content.plan.skills
        await counts.rebuild(tx, skills.required, skills.reported_at)
    minh = await village.staff("officer")
    async with building(village) as url, office(url) as desk:
        await desk.enters(minh)
        await desk.opens("/trang?ky=2026")
        cells = figures_on(desk.html)
        await desk.opens(next(one for one in desk.links("/trang/chi-tieu") if "3a" in one))
        cells += figures_on(desk.html)
        assert len(cells) > 40
        for cell, figure in cells:
            shown, listed = await all_sums(desk, cell)
            assert shown == listed, cell
            assert shown[0] == figure, cell
            assert "cộng lại đúng bằng" in desk.text


async def test_what_stands_behind_a_figure_is_told_in_full(
    lan: Phone, minh: Phone, desk: Office, village: Village
) -> None:
    await lan.says("hom nay toi trong 5 cay keo", "1")
    leader = await village.staff("leader", unit="pt-go-vu")
    await leader.says("duyệt", "1")
    await leader.says("báo hộ", "Ông Tám 12 cây mỡ hôm nay", "1", "1")
    await desk.enters(minh)
    [cell] = [one for one in desk.links("cot=in_period") if "PT-I-3a" in one]
    page = await desk.opens(cell)
    assert "“hom nay toi trong 5 cay keo”" in page
    assert "trồng 5 cây keo" in page
    assert "đã duyệt (trưởng chi hội, 21/11/2026)" in page
    assert "(lời có thể có tên người)" in page
    assert "Tám" not in page
    assert "Lan" not in page
    await desk.enters(leader)
    page = await desk.opens(cell)
    assert "Ông Tám" in page
    assert "Lan" in page
    assert "Minh" in page


async def test_a_name_inside_the_own_words_is_not_read_by_who_may_not(
    lan: Phone, minh: Phone, desk: Office
) -> None:
    await lan.says("Lan trồng 5 cây keo hôm nay", "1")
    await desk.enters(minh)
    [cell] = [one for one in desk.links("cot=in_period") if "PT-I-3a" in one]
    assert "(lời có thể có tên người)" in await desk.opens(cell)
    assert "Lan" not in desk.text


async def test_a_forged_figure_is_none(lan: Phone, desk: Office, village: Village) -> None:
    await lan.says("hôm nay tôi trồng 5 cây keo", "1")
    leader = await village.staff("leader", unit="pt-tan-quy")
    officer = await village.staff("officer", agency="pt_phong_vhxh")
    good = "chi_tieu=PT-I-3a&cot=in_period"
    for person, forged in (
        (leader, f"{good}&don_vi=pt-go-vu"),
        (leader, "chi_tieu=PT-I-3a&cot=x"),
        (leader, "chi_tieu=PT-I-3a&cot=9999-W52"),
        (leader, "chi_tieu=PT-I-3a&cot=2026-W99"),
        (leader, "chi_tieu=x&cot=in_period"),
        (leader, f"{good}&ky=2026-99"),
        (officer, good),
    ):
        await desk.enters(person)
        for board in ("bao-cao-cua-so", "danh-sach-cua-so"):
            await desk.opens(f"/trang/{board}?{forged}")
            assert desk.status == 404, forged
        await desk.opens(f"/trang/chi-tieu?{forged.replace('PT-I-3a', 'PT-I-9')}")
        assert desk.status == 404
    await desk.enters(leader)
    assert "Gò Vũ" not in await desk.opens(f"/trang/bao-cao-cua-so?{good}")
    assert desk.status == 200
    assert "0 mục" in desk.text
    for turn in ("0", "99", "x", "9" * 30):
        await desk.opens(f"/trang/bao-cao-cua-so?{good}&trang={turn}")
        assert desk.status == 200


async def test_the_whole_list_comes_as_csv(lan: Phone, minh: Phone, desk: Office) -> None:
    for amount in range(3, 60, 9):
        await lan.says(f"hôm nay tôi trồng {amount} cây keo", "1", "1", "1")
    await desk.enters(minh)
    [cell] = [one for one in desk.links("cot=in_period") if "PT-I-3a" in one]
    await desk.opens(cell)
    [path] = desk.links("danh-sach-cua-so")
    async with desk.browser.get(path) as answer:
        assert 'filename="Danh-sach-PT-I-3a-2026-W47.csv"' in answer.headers["Content-Disposition"]
        rows = list(csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
    assert rows[0][0] == "Ngày làm"
    shown, _ = await all_sums(desk, cell)
    assert sum(Decimal(row[3]) for row in rows[1:]) == shown[0]


async def test_what_a_register_takes_away_is_a_number_in_a_spreadsheet(
    store: Store, phu_thinh: Content
) -> None:
    village = Village(store, phu_thinh)
    async with store.begin() as tx:
        await years.make(tx, village.content)
    minh = await village.staff("admin")
    async with store.begin() as tx:
        for one in await registers.entries(tx, {registers.APPROVED}):
            now, ends = village.clock(), registers.ENDED
            day = local_day(now)
            assert await registers.change(tx, one.id, seen=2, to=ends, by=1, now=now, day=day)
    async with building(village) as url, office(url) as desk:
        await desk.enters(minh)
        path = "/trang/danh-sach-cua-so?cot=cumulative&ky=all&chi_tieu=PT-I-3b"
        async with desk.browser.get(path) as answer:
            rows = list(csv.reader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
    assert rows[1][2].startswith("'+Mô hình")
    assert (rows[1][3], sum(Decimal(row[4]) for row in rows[1:])) == ("-1", 0)


async def test_a_file_that_takes_long_says_how_far_it_is(
    lan: Phone, minh: Phone, village: Village
) -> None:
    for amount in (3, 12):
        await lan.says(f"hôm nay tôi trồng {amount} cây keo", "1", "1", "1")
    async with building(village, patience=0) as url, office(url) as desk:
        await desk.enters(minh)
        lists = "/trang/danh-sach-cua-so?chi_tieu=PT-I-3a&cot=in_period&ky=2026-W47"
        for path, told in (
            (lists, "Đã ghi 0 trên"),
            ("/trang/tep?dang=csv&ky=2026-W47", "Đang làm tệp"),
        ):
            assert told in await desk.opens(path)
            while (again := desk.headers["Refresh"]).startswith("2; url="):
                assert "Đang làm tệp" in desk.text
                await desk.opens(again.removeprefix("2; url="))
            assert "Tệp đã xong" in desk.text
            fetch = again.removeprefix("0; url=")
            assert fetch in desk.links("lay=1")
            for _ in range(2):  # by itself, and once more by its link
                async with desk.browser.get(fetch) as answer:
                    assert (await answer.read()).startswith("\ufeff".encode())
                    assert "attachment" in answer.headers["Content-Disposition"]
        async with village.store.read() as tx:
            taken = [one.board for one in await visits.looks(tx, 50, 0) if one.did == visits.EXPORT]
        assert taken == ["tep", "danh-sach-cua-so"]  # each once, however often its page was shown
        leader = await village.staff("leader", unit="pt-tan-quy")
        await desk.enters(leader)  # what another asked for is not theirs
        assert "Tệp đã xong" not in await desk.opens(f"{lists}&tiep=1")


async def test_a_file_made_by_rights_that_are_gone_is_not_fetched(
    lan: Phone, minh: Phone, village: Village
) -> None:
    await lan.says("hôm nay tôi trồng 5 cây keo", "1")
    async with building(village, patience=0) as url, office(url) as desk:
        await desk.enters(minh)
        path = "/trang/tep?dang=csv&ky=2026-W47"
        await desk.opens(path)
        while "Tệp đã xong" not in desk.text:
            await desk.opens(f"{path}&tiep=1")
        async with village.store.begin() as tx:
            await tx.execute("UPDATE grants SET unit = 'pt-tan-quy'")
        assert "Gò Vũ" not in await desk.opens(f"{path}&lay=1")


async def test_a_frozen_figure_says_when_reports_have_changed_since(
    lan: Phone, minh: Phone, desk: Office, village: Village
) -> None:
    await lan.says("hôm nay tôi trồng 5 cây keo", "1")
    village.clock.passes(days=7)
    await minh.says("/chot 2026-W47", "1")
    await lan.sends_late("hôm nay tôi trồng 7 cây keo", days=7)
    await lan.says("1", "1")
    await desk.enters(minh)
    assert "Số liệu đã chốt" in await desk.opens("/trang?ky=2026-W47")
    [cell] = [one for one in desk.links("cot=in_period") if "PT-I-3a" in one]
    page = await desk.opens(cell)
    assert "Số đã chốt: báo 5, đã duyệt 0" in page
    assert "2 mục dưới đây nay cộng lại là báo 12" in page
    assert page.count("đến sau khi chốt, báo ngày 28/11/2026") == 1
    [whole] = desk.links("danh-sach-cua-so")
    async with desk.browser.get(whole) as answer:
        listed = list(csv.reader((await answer.read()).decode("utf-8-sig").splitlines()))
    assert [row[-1] for row in listed] == ["Ngày báo", "28/11/2026", "21/11/2026"]


async def test_a_long_list_comes_some_at_a_time(sqlite_store: Store, phu_thinh: Content) -> None:
    village = Village(sqlite_store, phu_thinh)
    lan, minh = await village.elder(), await village.staff("officer")
    await lan.says("hôm nay tôi trồng 5 cây keo", "1")
    columns = (
        "person_id, reported_by, unit, activity, quantity, unit_of_measure, what, done_on, source,"
        " words, understood, doubts, checks, status, reported_at"
    )
    async with village.store.begin() as tx:
        await tx.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) "
            f"INSERT INTO reports ({columns}) SELECT {columns} FROM reports, n"
        )
    async with building(village) as url, office(url) as desk:
        await desk.enters(minh)
        path = "/trang/danh-sach-cua-so?chi_tieu=PT-I-3a&cot=in_period"
        async with desk.browser.get(path) as answer:
            whole = await answer.read()
            assert int(answer.headers["Content-Length"]) == len(whole)
    lines = whole.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 10_000
    assert len(set(lines[1:])) == 1


async def test_trouble_is_told_kindly(
    minh: Phone, desk: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.enters(minh)
    monkeypatch.setattr("handlers.reports.progress.silent", None)
    page = await desk.opens("/trang")
    assert desk.status == 500
    assert "số liệu không thay đổi gì" in page
    assert "cannot be shown" in caplog.text


async def test_a_period_to_come_shows_no_figures(
    lan: Phone, minh: Phone, desk: Office, village: Village
) -> None:
    await lan.says("hôm nay tôi trồng 5 cây keo", "1")
    await desk.enters(minh)
    for path in ("/trang?ky=2026-W48", f"/trang/{TARGET}?ky=2026-W48&chi_tieu=PT-I-3a"):
        assert "Chưa tới kỳ này: Tuần 48/2026 bắt đầu ngày 23/11/2026." in await desk.opens(path)
        assert "Lũy kế" not in desk.text
        assert not desk.links("/trang/tep")
    figure = "ky=2026-W48&chi_tieu=PT-I-3a&cot=cumulative"
    for path in (f"/trang/{BEHIND}?{figure}", "/trang/tep?ky=2026-W48&dang=xlsx"):
        await desk.opens(path)
        assert desk.status == 404
    await minh.says("/tonghop 2026-W48")
    assert [reply.text for reply in minh.latest] == [
        "Chưa tới kỳ này: Tuần 48/2026 bắt đầu ngày 23/11/2026."
    ]
    assert minh.labels() == ["Tuần này", "Trang chính"]
    async with village.store.read() as tx:
        tally = await figures.tally(
            tx,
            village.content,
            periods.parse("2027", village.content.plan),
            units=None,
            agencies=None,
            now=village.clock(),
            today=village.clock().date(),
        )
    told = forms.as_text(tally, village.content).splitlines()
    assert told[1:] == ["Chưa tới kỳ này: Năm 2027 bắt đầu ngày 1/1/2027."]
    assert '"reported": 0' in forms.as_json(tally, village.content)  # machines get what they got


# --- on the screen of an office and on a phone


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed on this machine")
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
async def test_boards_fit_an_office_screen_and_a_phone(
    sqlite_store: Store, phu_thinh: Content, width: int, height: int
) -> None:
    village = Village(sqlite_store, phu_thinh)
    async with village.store.begin() as tx:
        await years.make(tx, village.content)
    await village.elder()
    admin = await village.staff("admin")
    await admin.says("/thongbao", "Sáng mai họp ở nhà văn hóa", "1", "1")
    await admin.says("/thongbao", "Chiều mai trồng cây", "1")
    async with building(village) as url, async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = await chromium.new_page(viewport={"width": width, "height": height})
        troubles: list[str] = []
        page.on("console", lambda message: troubles.append(message.text))
        await page.goto(f"{url}{await link(admin)}")
        await page.get_by_role("button", name="Vào trang").click()
        await page.get_by_role("heading", name="Tuần 47/2026").wait_for()
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        figure = "chi_tieu=PT-I-3a&cot=cumulative&ky=2026"
        alone = {TARGET, BEHIND, SEND, ANNOUNCED}
        shown = [path for path in PLACES if path not in alone]
        shown += [f"{TARGET}?{figure}", f"{BEHIND}?{figure}", f"{SEND}?so=2", f"{ANNOUNCED}?so=1"]
        for path in shown:
            await page.goto(f"{url}/trang/{path}".rstrip("/"))
            assert await page.locator("h1").count() == 1
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, path
            assert await offences(page) == []
        await page.emulate_media(media="print")
        assert not await page.locator(".places").is_visible()
        await chromium.close()
    assert troubles == []  # nothing that the policy of the page refuses

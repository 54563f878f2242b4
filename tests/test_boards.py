"""The officers' boards: the way in, what is shown to whom, and what is noted of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage import visits
from tests.offices import Office, building, link, office
from tests.talking import Phone, Village


@pytest.fixture
async def url(village: Village) -> AsyncIterator[str]:
    async with building(village) as address:
        yield address


@pytest.fixture
async def desk(url: str) -> AsyncIterator[Office]:
    """A browser that has never been there."""
    async with office(url) as one:
        yield one


@pytest.fixture
async def minh(village: Village) -> Phone:
    """An officer of the whole program."""
    return await village.staff("officer")


# --- the way in


async def test_a_link_from_the_chat_lets_in_once(
    minh: Phone, desk: Office, url: str, village: Village
) -> None:
    path = await link(minh)
    for _ in range(3):  # a messenger looks at the link first
        assert "Vào trang" in await desk.opens(path)
    assert "Tuần 47/2026" in await desk.sends(path)
    async with office(url) as other:
        assert "đã dùng rồi" in await other.opens(path)
        assert other.status == 410
        assert "trang số liệu" in other.text
        assert "Chưa vào trang" in await other.opens("/trang")
        assert other.status == 401
    await desk.sends("/trang/thoat")
    assert "Đã thoát" in desk.text
    await desk.opens("/trang")
    assert desk.status == 401


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
    minh: Phone, desk: Office, url: str
) -> None:
    path = await link(minh)
    await desk.opens(path)
    async with office(url) as other:
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


async def test_every_look_is_noted(minh: Phone, desk: Office, village: Village) -> None:
    await desk.enters(minh)
    await desk.opens("/trang?ky=2026-10")
    async with desk.browser.get("/trang/tep?ky=2026-10&dang=csv"):
        pass
    async with village.store.read() as tx:
        noted = await visits.looks(tx, 10, 0)
    assert [one.did for one in noted] == ["export", "view", "view", "enter"]
    assert noted[0].asked == "ky=2026-10&dang=csv"
    assert noted[0].scope == "Xã Phú Thịnh"
    assert {one.name for one in noted} == {"Minh"}


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

"""Announcing from the officers' boards: the rules of the chat, on pages."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

import pytest

from content.loader import Content
from storage import announcements, outbox, visits
from storage.database import Store
from tests.jpegs import SECRETS, jpeg
from tests.offices import Office, building, office
from tests.talking import Phone, Village
from tests.test_announcing import WORDS, got

COMPOSE, SEND, ONE, ALL = (
    *("/trang/soan-thong-bao", "/trang/gui-thong-bao", "/trang/mot-thong-bao", "/trang/thong-bao"),
)


@pytest.fixture
async def leader(village: Village, lan: Phone) -> Phone:
    """The leader of the xóm of bà Lan."""
    return await village.staff("leader", "pt-go-vu")


async def writes(
    desk: Office,
    words: str = WORDS,
    whom: str = "all",
    where: str = "",
    file: tuple[str, bytes] | None = None,
) -> None:
    """Fill in the form for a new announcement."""
    await desk.opens(COMPOSE)
    told = {"loi": words, "gui": whom, "noi": where}
    if file is None:
        await desk.sends(COMPOSE, **told)
    else:
        await desk.uploads(COMPOSE, file, **told)


def number(desk: Office) -> str:
    """The number of the draft whose look is open."""
    found = re.search(r"soan-thong-bao\?so=(\d+)", desk.html)
    assert found, desk.text
    return found[1]


async def presses(desk: Office, what: str, **more: str) -> str:
    """Send the draft that is open."""
    return await desk.sends(f"{SEND}?so={number(desk)}", viec=what, **more)


async def test_what_is_written_is_looked_at_and_sent(
    village: Village, lan: Phone, leader: Phone, desk: Office
) -> None:
    await desk.enters(leader)
    assert "Soạn thông báo" in await desk.opens(ALL)
    await writes(desk, "Mời các bác <họp>\n\nlúc 2 giờ chiều")
    assert "Trưởng chi hội Minh thông báo: Mời các bác <họp> lúc 2 giờ chiều" in desk.text
    assert "<họp>" not in desk.html
    assert "Tôi đọc rồi" in desk.text
    assert "Tất cả mọi người: gửi đến 1 người (1 qua phone)." in desk.text
    assert "Gửi cho 1 người" in desk.text
    await presses(desk, "gui")
    assert "Đã bắt đầu gửi" in desk.text
    assert "Đã đến máy 0 trên 1 người" in desk.text
    await village.goes_out()
    lan.heard("Mời các bác <họp>\nlúc 2 giờ chiều")
    await lan.taps("Tôi đọc rồi")
    await desk.opens(desk.links("mot-thong-bao")[0])
    assert "Đã đến máy 1 trên 1 người, 1 người bấm “Tôi đọc rồi”." in desk.text
    async with village.store.read() as tx:
        looks = [one for one in await visits.looks(tx, 50, 0) if one.did == visits.CHANGE]
    assert [(one.board, one.asked) for one in looks] == [
        ("gui-thong-bao", "viec=gui&so=1"),
        ("soan-thong-bao", "gui=all"),
    ]


async def test_the_same_is_not_sent_twice(
    village: Village, lan: Phone, leader: Phone, desk: Office
) -> None:
    await desk.enters(leader)
    await writes(desk)
    draft = number(desk)
    await presses(desk, "gui")
    assert "Chưa làm gì thêm" in await desk.sends(f"{SEND}?so={draft}", viec="gui")
    await desk.opens(f"{SEND}?so={draft}")
    assert desk.status == 404
    await village.goes_out()
    assert got(lan) == 1
    await writes(desk)
    assert "y như thế này" in desk.text


async def test_a_photo_comes_along_clean_and_is_kept_when_the_words_are_wrong(
    village: Village, lan: Phone, leader: Phone, desk: Office
) -> None:
    await desk.enters(leader)
    await writes(desk, "", file=("IMG 1.JPG", jpeg()))
    assert desk.status == 422
    assert "gõ nội dung bằng chữ" in desk.text
    kept = re.search(r'name="kem" value="(\d+)"', desk.html)
    assert kept
    await desk.sends(COMPOSE, loi=WORDS, gui="all", kem=kept[1])
    await desk.opens(SEND + f"?so={number(desk)}")
    draft = number(desk)
    async with desk.browser.get(f"/trang/dinh-kem/{draft}") as answer:
        shown = await answer.read()
    assert shown.startswith(b"\xff\xd8")
    assert not any(secret in shown for secret in SECRETS)
    await presses(desk, "gui")
    await village.goes_out()
    assert lan.replies[-1].picture
    other = await village.staff("leader", unit="pt-tan-quy")
    await desk.enters(other)
    await desk.opens(f"/trang/dinh-kem/{draft}")
    assert desk.status == 404


async def test_a_voice_and_a_document_are_handed_on(
    village: Village, lan: Phone, leader: Phone, desk: Office
) -> None:
    await desk.enters(leader)
    for name, content, voice in (
        ("lời mời.mp3", b"ID3 and sounds", True),
        ("thư mời.pdf", b"%PDF-1.7", False),
    ):
        await writes(desk, file=(name, content))
        assert ("<audio" in desk.html) is voice
        async with desk.browser.get(f"/trang/dinh-kem/{number(desk)}") as answer:
            assert await answer.read() == content
        await presses(desk, "gui")
        await village.goes_out()
        document = lan.replies[-1].document
        assert document
        assert (document.name, document.voice) == (name, voice)


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (("game.exe", b"MZ"), "chỉ chuyển tệp PDF, Word, Excel"),
        (("anh.jpg", b"no photo"), "chưa nhận được trọn tin"),
        (("thu moi.pdf", b"MZ"), "chỉ chuyển tệp PDF, Word, Excel"),
        (("noi.mp3", b"ID3" + bytes(5 * 1024 * 1024)), "nặng 5 MB"),
        (("to.pdf", bytes(20 * 1024 * 1024 + 1)), "nặng 20 MB"),
    ],
)
async def test_what_cannot_be_handed_on_is_told_and_the_words_stay(
    leader: Phone, desk: Office, file: tuple[str, bytes], told: str
) -> None:
    await desk.enters(leader)
    await writes(desk, file=file)
    assert desk.status == 422
    assert told in desk.text
    assert WORDS in desk.html
    assert "Đang kèm" not in desk.text


async def test_far_too_much_is_refused_kindly(leader: Phone, desk: Office) -> None:
    await desk.enters(leader)
    await writes(desk, file=("to.pdf", bytes(61 * 1024 * 1024)))
    assert desk.status == 413
    assert "nặng quá" in desk.text


async def test_only_some_places_and_some_people(village: Village, lan: Phone, desk: Office) -> None:
    far = await village.elder("Mai", unit="đầm mây")
    await desk.enters(await village.staff("admin"))
    await writes(desk, where="Gò Vũ, Sài Gòn")
    assert desk.status == 422
    assert "“Sài Gòn” em chưa thấy" in desk.text
    await writes(desk, where="gò vũ")
    assert "Tất cả mọi người, Xóm Gò Vũ: gửi đến 1 người" in desk.text
    await presses(desk, "gui")
    await village.goes_out()
    assert (got(lan), got(far)) == (1, 0)
    await desk.opens(COMPOSE)
    assert "Ai chưa đọc tin 21/11: Mời các bác họp lúc 2 gi…" in desk.text
    await writes(desk, "Nhắc lại", whom="unread:1")
    assert "gửi đến 1 người" in desk.text
    await writes(desk, "Nhắc lại", whom="unread:7")
    assert desk.status == 422
    assert "Chọn lại nhóm người nhận" in desk.text


async def test_an_hour_is_understood_first_and_then_agreed_to(
    village: Village, lan: Phone, leader: Phone, desk: Office
) -> None:
    await desk.enters(leader)
    await writes(desk)
    draft = number(desk)
    await desk.opens(f"{SEND}?so={draft}&luc={quote('hôm qua 7 giờ sáng')}")
    assert "Giờ ấy qua mất rồi" in desk.text
    await desk.opens(f"{SEND}?so={draft}&luc={quote('7 giờ sáng thứ hai hằng tuần')}")
    assert "thứ Hai nào cũng gửi giờ ấy" in desk.text
    due = re.search(r'name="gio" value="([^"]+)"', desk.html)
    assert due
    await desk.sends(f"{SEND}?so={draft}", viec="hen", gio=due[1], tuan="1")
    assert "Đã hẹn giờ" in desk.text
    assert "Chờ gửi: 7 giờ sáng thứ Hai" in desk.text
    await leader.says("tin chờ gửi")
    leader.heard("Có 1 tin chờ gửi")  # the chat knows of it too
    village.clock.passes(days=2)
    await village.ticks()
    await village.goes_out()
    assert got(lan) == 1
    await desk.enters(await village.staff("admin"))
    await desk.opens(ALL)
    assert "Chưa làm gì thêm" in await desk.sends(ALL, viec="bo", so=draft)  # it is another's
    await desk.enters(leader)
    await desk.opens(ALL)
    await desk.sends(ALL, viec="bo", so=draft)
    assert "Đã bỏ tin ấy" in desk.text
    assert "Chờ gửi:" not in desk.text
    await desk.sends(ALL, viec="bo", so=draft)
    assert "Chưa làm gì thêm" in desk.text


async def test_an_hour_that_has_passed_meanwhile_is_not_agreed_to(
    village: Village, leader: Phone, desk: Office
) -> None:
    await desk.enters(leader)
    await writes(desk)
    past = village.clock().isoformat()
    await presses(desk, "hen", gio=past)
    assert "giờ ấy qua mất rồi" in desk.text
    await presses(desk, "hen", gio="mai")
    assert desk.status == 404


async def test_urgent_is_told_twice(
    village: Village, lan: Phone, leader: Phone, desk: Office
) -> None:
    await desk.enters(leader)
    await writes(desk)
    await presses(desk, "gap")
    assert desk.status == 422
    assert "Đánh dấu vào ô này" in desk.text
    await presses(desk, "gap", chac="1")
    assert "Đã bắt đầu gửi" in desk.text
    async with village.store.read() as tx:
        rows = await tx.fetch("SELECT lane FROM outbox WHERE dedupe_key LIKE 'announcement:%'")
    assert [row["lane"] for row in rows] == [outbox.URGENT]


async def test_it_is_paused_resumed_stopped_and_the_missed_are_named(
    village: Village, lan: Phone, leader: Phone, desk: Office
) -> None:
    await village.elder("Mai")
    await desk.enters(leader)
    await writes(desk)
    await presses(desk, "gui")
    here = desk.links("mot-thong-bao")[0].partition("&")[0]
    assert desk.headers["Refresh"] == "10; url=/trang/mot-thong-bao?so=1&tiep=1"
    await desk.sends(here, viec="pause")
    assert "Đang tạm dừng, còn 2 người" in desk.text
    assert "Refresh" not in desk.headers
    await desk.sends(here, viec="resume")
    assert "Đang gửi tiếp" in desk.text
    await desk.sends(here, viec="pause")
    await desk.sends(here, viec="stop")
    await village.goes_out()
    assert got(lan) == 0
    await desk.opens(here)
    assert "Chưa đến được 2 người" in desk.text
    assert "bác Mai Xóm Gò Vũ đã dừng gửi" in desk.text
    await desk.sends(here, viec="x")
    assert desk.status == 404
    officer = await village.staff("officer")  # sees it, changes nothing, and reads no names
    await desk.enters(officer)
    assert "Chưa đến được 2 người" in await desk.opens(here)
    assert "Mai" not in desk.text
    await desk.sends(here, viec="again")
    assert desk.status == 404


async def test_a_board_that_shows_itself_again_is_noted_once(
    village: Village, leader: Phone, desk: Office
) -> None:
    await desk.enters(leader)
    await writes(desk)
    await presses(desk, "gui")
    for _ in range(3):
        await desk.opens(desk.headers["Refresh"].partition("url=")[2])
    village.clock.passes(days=1)
    await desk.enters(leader)
    await desk.opens("/trang/mot-thong-bao?so=1&tiep=1")  # that hides nobody's first look
    await desk.opens("/trang?tiep=1")
    async with village.store.read() as tx:
        looks = await visits.looks(tx, 50, 0)
    seen = [(one.board, one.asked) for one in looks if one.did == visits.VIEW]
    assert seen.count(("mot-thong-bao", "so=1")) == 2
    assert ("", "") in seen


async def test_the_unread_are_reminded_once(
    village: Village, lan: Phone, leader: Phone, desk: Office
) -> None:
    await desk.enters(leader)
    await writes(desk)
    await presses(desk, "gui")
    await village.goes_out()
    here = "/trang/mot-thong-bao?so=1"
    await desk.opens(here)
    assert "Nhắc người chưa đọc" in desk.text
    assert "Đã nhắc những người chưa đọc" in await desk.sends(here, viec="again")
    assert "đã nhắc một lần rồi" in await desk.sends(here, viec="again")
    await village.goes_out()
    assert got(lan) == 2


async def test_many_need_a_second_person(store: Store, phu_thinh: Content) -> None:
    rule = phu_thinh.plan.announcements.model_copy(update={"alone_up_to": 1})
    plan = phu_thinh.plan.model_copy(update={"announcements": rule})
    village = Village(store, replace(phu_thinh, plan=plan))
    lan = await village.elder()
    await village.elder("Mai")
    leader = await village.staff("leader", "pt-go-vu")
    async with building(village) as url, office(url) as desk:
        await desk.enters(leader)
        await writes(desk)
        assert "cần thêm một người của Hội đồng ý" in desk.text
        await presses(desk, "gui")
        assert "cần một trưởng chi hội hay cán bộ nữa" in desk.text
        admin = await village.staff("admin")
        await presses(desk, "gui")
        assert "đã hỏi thêm một người" in desk.text
        assert "Chờ một người đồng ý: Hội Người cao tuổi" in desk.text
        await village.goes_out()
        admin.heard("cần", "đồng ý", WORDS)
        await admin.taps("Đồng ý gửi")
        await village.goes_out()
        assert got(lan) == 1
        assert "Chờ một người" not in await desk.opens(ALL)


async def test_who_may_not_announce_finds_no_form(
    village: Village, lan: Phone, leader: Phone, desk: Office
) -> None:
    await desk.enters(leader)
    await writes(desk)
    draft = number(desk)
    agency = await village.staff("officer", agency="pt_phong_vhxh")
    other = await village.staff("leader", unit="pt-tan-quy")
    await desk.enters(other)
    for path in (f"{SEND}?so={draft}", f"{ONE}?so=1", f"{SEND}?so=x", ONE):
        await desk.opens(path)
        assert desk.status == 404
    await desk.opens(ALL)
    assert "Chưa làm gì thêm" in await desk.sends(f"{SEND}?so={draft}", viec="gui")
    await desk.opens(f"{COMPOSE}?so={draft}")  # another's words are not shown
    assert WORDS not in desk.html
    await desk.enters(agency)
    await desk.opens(COMPOSE)
    assert desk.status == 404
    await desk.opens(ALL)
    assert "Soạn thông báo" not in desk.text
    await desk.sends(COMPOSE, loi=WORDS, gui="all")
    assert desk.status == 404
    await desk.sends(f"{SEND}?so={draft}", viec="gui")
    assert desk.status == 404
    async with village.store.read() as tx:
        assert await announcements.count(tx, None) == 0


async def test_anothers_file_is_not_sent_along(
    village: Village, lan: Phone, leader: Phone, desk: Office
) -> None:
    await desk.enters(leader)
    await writes(desk, file=("thư.pdf", b"%PDF"))
    await desk.enters(await village.staff("admin"))
    await desk.opens(f"{COMPOSE}?so=1")
    assert WORDS not in desk.html  # nor are another's words shown
    await desk.sends(COMPOSE, loi=WORDS, gui="all", kem="1")
    assert "Gửi cho 2 người" in desk.text
    assert "thư.pdf" not in desk.text


async def test_it_is_written_anew(leader: Phone, desk: Office) -> None:
    await desk.enters(leader)
    await writes(desk, file=("thư.pdf", b"%PDF"))
    await desk.opens(f"{COMPOSE}?so={number(desk)}")
    assert WORDS in desk.html
    assert "Đang kèm: thư.pdf" in desk.text
    kept = re.search(r'name="kem" value="(\d+)"', desk.html)
    assert kept
    await desk.sends(COMPOSE, loi="Lời khác", gui="all", kem=kept[1])
    assert "Lời khác thư.pdf Tôi đọc rồi" in desk.text
    await desk.sends(COMPOSE, loi="Lời khác", gui="all", kem=kept[1], bo_tep="1")
    assert "thư.pdf" not in desk.text


async def test_what_was_sent_keeps_its_file_when_its_form_is_sent_again(
    leader: Phone, desk: Office
) -> None:
    await desk.enters(leader)
    await writes(desk, file=("thư.pdf", b"%PDF"))
    await desk.opens(f"{COMPOSE}?so={number(desk)}")
    again = desk.html  # the browser goes back to it afterwards
    kept = re.search(r'name="kem" value="(\d+)"', again)
    assert kept
    await desk.sends(COMPOSE, loi=WORDS, gui="all", kem=kept[1])
    await presses(desk, "gui")
    assert "thư.pdf" in desk.text
    desk.html = again
    await desk.sends(COMPOSE, loi="Lời khác", gui="all", kem=kept[1])
    assert "Lời khác thư.pdf Tôi đọc rồi" in desk.text
    assert "thư.pdf" in await desk.opens(f"{ONE}?so=1")


async def test_a_draft_is_its_authors_alone(village: Village, leader: Phone, desk: Office) -> None:
    await desk.enters(leader)
    await writes(desk, file=("thư.pdf", b"%PDF"))
    draft = number(desk)
    await desk.enters(admin := await village.staff("admin"))
    await desk.opens(f"/trang/dinh-kem/{draft}")
    assert desk.status == 404
    await desk.enters(leader)
    await desk.opens(f"{SEND}?so={draft}")
    await presses(desk, "gui")
    await desk.enters(admin)
    await desk.opens(f"/trang/dinh-kem/{draft}")
    assert desk.status == 200


async def test_a_player_that_asks_for_what_is_behind_the_end_is_told_so(
    village: Village, leader: Phone, desk: Office
) -> None:
    await desk.enters(leader)
    await writes(desk, file=("loi.ogg", b"OggS" + bytes(96)))
    parts = {"bytes=90-": 206, "bytes=-5": 206, "bytes=100-": 416, "bytes=9-3": 416}
    for asked, status in parts.items():
        where = f"/trang/dinh-kem/{number(desk)}"
        async with desk.browser.get(where, headers={"Range": asked}) as answer:
            assert answer.status == status

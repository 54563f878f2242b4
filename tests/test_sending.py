"""Announcements with more than words, at an hour, to whom they are meant, and with a second."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from content.loader import Content
from handlers.talk.messages import Enclosed
from storage import enclosures, joining, mailings
from storage.database import Store
from tests.talking import VIETNAM, Phone, Village
from tests.test_announcing import WORDS, announces, got
from tests.test_erasing import erases, everything

VOICE = Enclosed(name="voice.ogg", size=4, content=b"OggS")
PDF = Enclosed(name="thư mời.pdf", size=4, content=b"%PDF")
MEGABYTE = 1024 * 1024


@pytest.fixture
async def leader(village: Village, lan: Phone) -> Phone:
    """The leader of the xóm of bà Lan."""
    return await village.staff("leader", "pt-go-vu")


@pytest.fixture(scope="module")
def careful_content(phu_thinh: Content) -> Content:
    """Content by which nobody announces alone to more than one."""
    rule = phu_thinh.plan.announcements.model_copy(update={"alone_up_to": 1})
    return replace(phu_thinh, plan=phu_thinh.plan.model_copy(update={"announcements": rule}))


@pytest.fixture
async def careful(store: Store, careful_content: Content) -> tuple[Village, Phone, Phone]:
    """A village where a second person is asked, with bà Lan, bà Mai and their leader."""
    village = Village(store, careful_content)
    lan = await village.elder()
    await village.elder("Mai")
    return village, lan, await village.staff("leader", "pt-go-vu")


async def kept(village: Village) -> int:
    async with village.store.read() as tx:
        return len(await tx.fetch("SELECT id FROM enclosures"))


# --- photo, voice, file


async def test_a_voice_goes_with_a_line_of_words(
    village: Village, lan: Phone, leader: Phone
) -> None:
    await leader.says("/thongbao")
    await leader.shows("voice", enclosed=VOICE)
    leader.heard("nhận được lời bác nói", "một câu tóm tắt")
    await leader.says(WORDS, "1")
    [shown] = [reply for reply in leader.latest if reply.document]
    assert WORDS in shown.text
    await leader.says("1")
    await village.goes_out()
    [came] = [reply for reply in lan.replies if reply.document]
    assert came.document
    assert (came.document.voice, came.choices[0].label) == (True, "Tôi đọc rồi")
    assert "chưa phát được" in came.document.otherwise
    assert WORDS in came.text
    async with village.store.read() as tx:
        assert await enclosures.content(tx, came.document.values["enclosed"]) == b"OggS"


async def test_a_photo_goes_with_its_caption_and_is_not_asked_about(
    village: Village, lan: Phone, leader: Phone
) -> None:
    await leader.says("/thongbao")
    await leader.shows("photo", WORDS)
    leader.heard("muốn gửi cho ai")
    await leader.says("1", "1")
    leader.heard("bắt đầu gửi")
    leader.heard_nothing_of("minh chứng")
    await village.goes_out()
    assert lan.replies[-1].picture
    assert len(lan.images) == 1


async def test_a_file_that_people_read_goes_and_a_program_does_not(
    village: Village, lan: Phone, leader: Phone
) -> None:
    await leader.says("/thongbao")
    await leader.shows("file", WORDS, enclosed=Enclosed(name="thư mời.pdf", size=2, content=b"PK"))
    leader.heard("PDF, Word, Excel")
    assert await kept(village) <= 1
    await leader.shows("file", WORDS, enclosed=PDF)
    await leader.says("1", "1")
    await village.goes_out()
    assert lan.replies[-1].document
    assert lan.replies[-1].document.name == "thư mời.pdf"


async def test_what_is_too_large_or_did_not_arrive_is_asked_for_again(
    village: Village, leader: Phone
) -> None:
    await leader.says("/thongbao")
    huge = Enclosed(name="phim.pdf", size=60 * MEGABYTE)
    await leader.shows("file", WORDS, enclosed=huge)
    leader.heard("nặng 60 MB", "nhiều nhất 20 MB", "chụp ảnh trang")
    await leader.shows("voice", enclosed=replace(huge, size=6 * MEGABYTE))
    leader.heard("nặng 6 MB", "nhiều nhất 5 MB")
    await leader.shows("voice", enclosed=replace(VOICE, content=None))
    leader.heard("chưa nhận được trọn tin")
    await leader.shows("photo", photo=None)
    leader.heard("chưa nhận được trọn tin")
    assert await kept(village) == 0
    await leader.says(WORDS)
    leader.heard("muốn gửi cho ai")


async def test_a_voice_is_fetched_only_where_it_is_asked_for(
    village: Village, lan: Phone, leader: Phone
) -> None:
    fetched: list[str] = []

    async def fetch() -> bytes | None:
        fetched.append("voice")
        return b"OggS"

    voice = Enclosed(name="voice.ogg", size=4, fetch=fetch)
    await lan.says("báo việc")
    await lan.shows("voice", enclosed=voice)
    lan.heard("hình micrô")
    await leader.says("/thongbao")
    await lan.shows("voice", enclosed=voice)
    assert fetched == []
    await leader.shows("voice", enclosed=replace(voice, size=6 * MEGABYTE))
    assert fetched == []
    await leader.shows("voice", enclosed=voice)
    assert fetched == ["voice"]
    leader.heard("nhận được lời bác nói")


async def test_written_anew_the_photo_stays(village: Village, lan: Phone, leader: Phone) -> None:
    await leader.says("/thongbao")
    await leader.shows("photo", "Mời họp")
    await leader.says("1", "viết lại")
    leader.heard("vẫn còn")
    await leader.says(WORDS, "1", "1")
    await village.goes_out()
    assert lan.replies[-1].picture
    assert got(lan) == 1
    await village.ticks()
    await erases(leader)
    assert await kept(village) == 0


async def test_what_waited_too_long_is_no_longer_kept_and_said_so(
    village: Village, lan: Phone, leader: Phone
) -> None:
    await leader.says("/thongbao")
    await leader.shows("file", WORDS, enclosed=replace(PDF, name="a/\r\nb" + "c" * 100 + ".pdf"))
    async with village.store.read() as tx:
        [row] = await tx.fetch("SELECT name FROM enclosures")
    assert row["name"] == "c" * 76 + ".pdf"
    async with village.store.begin() as tx:
        village.clock.passes(days=2)
        await enclosures.prune(tx, village.clock())
    await leader.says("1", "1")  # after days a digit is asked for again
    leader.heard("không còn giữ", WORDS)


# --- at an hour


async def test_it_goes_out_at_its_hour_to_who_is_there_then(
    village: Village, lan: Phone, leader: Phone
) -> None:
    await leader.says("/thongbao", WORDS, "1", "sáng mai 7 giờ")
    leader.heard("7 giờ sáng Chủ nhật 22/11", "đúng ý bác không")
    await leader.says("1")
    leader.heard("hẹn gửi lúc 7 giờ sáng Chủ nhật 22/11")
    await village.ticks()
    assert got(lan) == 0
    mai = await village.elder("Mai")
    village.clock.passes(hours=22)
    await village.ticks()
    assert (got(lan), got(mai)) == (1, 1)
    assert "bắt đầu gửi tin bác hẹn" in leader.replies[-1].text
    village.clock.passes(days=-1)
    await village.ticks()
    village.clock.passes(days=8)
    await village.ticks()
    assert (got(lan), got(mai)) == (1, 1)


async def test_every_week_until_it_is_stopped(village: Village, lan: Phone, leader: Phone) -> None:
    await leader.says("/thongbao", WORDS, "1", "2", "7 giờ 30 sáng thứ hai hằng tuần")
    leader.heard("thứ Hai nào cũng gửi")
    await leader.says("1")
    await leader.says("/thongbao", "Tin thứ hai.", "1", "7 giờ 30 sáng thứ hai", "1")
    village.clock.now = datetime(2026, 11, 23, 7, 31, tzinfo=VIETNAM)
    await village.ticks()
    await village.ticks()
    assert got(lan) == 1
    village.clock.passes(days=-2)
    await village.ticks()
    assert got(lan) == 1  # the clock was put back
    village.clock.passes(days=9)
    await village.ticks()
    assert got(lan) == 2
    await leader.says("tin chờ gửi")
    leader.heard("thứ Hai nào cũng gửi", "7/12")
    await leader.taps("Bỏ tin này")
    leader.heard("không gửi nữa")
    village.clock.passes(days=7)
    await village.ticks()
    assert got(lan) == 2


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        ("8 giờ sáng nay", "qua mất rồi"),
        ("hôm qua 7 giờ", "qua mất rồi"),
        ("sáng thứ ba", "gõ thêm giờ"),
        ("7 giờ sáng", "gõ thêm ngày"),
        ("rằm này 7 giờ", "âm lịch"),
        ("khi nào cũng được", "chưa rõ lúc nào"),
    ],
)
async def test_an_hour_that_is_over_or_unclear_is_asked_for_again(
    village: Village, lan: Phone, leader: Phone, told: str, answer: str
) -> None:
    await leader.says("/thongbao", WORDS, "1", "2", told)
    leader.heard(answer)
    await leader.says("thứ ba 6 giờ")
    assert leader.labels()[:2] == ["6 giờ sáng thứ Ba 24/11", "6 giờ tối thứ Ba 24/11"]
    await leader.says("2", "2", "sáng mai 8 giờ", "1")
    leader.heard("hẹn gửi lúc 8 giờ sáng Chủ nhật")
    assert got(lan) == 0


@pytest.mark.parametrize(
    ("told", "answer"),
    [("hôm qua 7 giờ", "qua mất rồi"), ("mai", "gõ thêm giờ"), ("rằm này 7 giờ", "âm lịch")],
)
async def test_an_hour_told_before_it_was_asked_is_answered_as_one(
    village: Village, lan: Phone, leader: Phone, told: str, answer: str
) -> None:
    await leader.says("/thongbao", WORDS, "1", told)
    leader.heard(answer, "gửi đến 1 người")
    await leader.says("gì cơ")
    leader.heard("chưa hiểu ý bác")


async def test_a_program_that_was_off_too_long_does_not_send_old_news(
    village: Village, lan: Phone, leader: Phone
) -> None:
    await leader.says("/thongbao", WORDS, "1", "sáng mai 7 giờ", "1")
    village.clock.passes(days=2)
    await village.ticks()
    assert got(lan) == 0
    assert "sợ tin không còn đúng" in leader.replies[-1].text


async def test_who_may_announce_no_more_sends_nothing_later(
    village: Village, lan: Phone, leader: Phone
) -> None:
    await leader.says("/thongbao", WORDS, "1", "sáng mai 7 giờ", "1")
    async with village.store.begin() as tx:
        await tx.execute("DELETE FROM grants")
    village.clock.passes(hours=23)
    await village.ticks()
    assert got(lan) == 0


# --- to whom


async def test_who_has_not_read_another_one(village: Village, lan: Phone, leader: Phone) -> None:
    mai = await village.elder("Mai")
    await announces(leader, "1", words="Tin trước.")
    await village.goes_out()
    await lan.taps("Tôi đọc rồi")
    await announces(leader, "ai chưa đọc tin trước")
    await village.goes_out()
    assert (got(lan), got(mai)) == (0, 1)
    far = await village.staff("leader", "pt-dam-may")
    await village.elder("Hoa", unit="đầm mây")
    await far.says("/thongbao", WORDS)
    assert "Ai chưa đọc tin trước" not in far.labels()


async def test_who_has_not_learnt_a_skill(village: Village, lan: Phone, leader: Phone) -> None:
    mai = await village.elder("Mai")
    async with village.store.begin() as tx:
        await tx.execute(
            "INSERT INTO skills (person_id, skill, level, unit, day, by_id, source, at)"
            " VALUES (1, 'online_safety', 'learnt', 'pt-go-vu', '2026-11-01', 1, 'self', '2026')"
        )
    await leader.says("/thongbao", WORDS, "ai chưa học", "an toàn trên mạng")
    leader.heard("Ai chưa học An toàn trên mạng: gửi đến 1 người")
    await leader.says("1")
    await village.goes_out()
    assert (got(lan), got(mai)) == (0, 1)


async def test_an_officer_chooses_one_unit_or_several(village: Village, lan: Phone) -> None:
    mai, hoa = await village.elder("Mai", "đầm mua"), await village.elder("Hoa", "làng thượng")
    admin = await village.staff("admin")
    await admin.says("/thongbao", WORDS, "chỉ vài nơi thôi", "gò vũ và nơi nào đó")
    admin.heard("nơi nào đó", "chưa thấy")
    await admin.says("gò vũ, đầm mua")
    admin.heard("Trong Xóm Đầm Mua, Xóm Gò Vũ")
    await admin.says("1", "1")
    await village.goes_out()
    assert (got(lan), got(mai), got(hoa)) == (1, 1, 0)


async def test_a_group_of_nobody_is_said_before_and_another_chosen(
    village: Village, lan: Phone
) -> None:
    admin = await village.staff("admin")
    await admin.says("/thongbao", WORDS, "chỉ vài nơi thôi", "đầm mua", "1")
    admin.heard("chưa có ai nhận được tin")
    await admin.taps("Viết lại")
    await admin.says(WORDS, "1", "1")
    admin.heard("bắt đầu gửi cho 1 người")


# --- a second person


async def test_a_second_person_agrees_and_it_goes_out(
    careful: tuple[Village, Phone, Phone],
) -> None:
    village, lan, leader = careful
    admin = await village.staff("admin")
    await leader.says("/thongbao", WORDS, "1")
    leader.heard("thêm một người của Hội đồng ý")
    await leader.says("1")
    leader.heard("hỏi thêm Hội Người cao tuổi xã Phú Thịnh", "9 giờ")
    await village.goes_out()
    assert got(lan) == 0
    assert "Trưởng chi hội Minh muốn gửi" in admin.replies[-1].text
    assert WORDS in admin.replies[-1].text
    agree = admin.button("Đồng ý gửi").payload
    await admin.taps("Đồng ý gửi")
    admin.heard("ghi là anh đồng ý")
    await admin.taps_payload(agree)
    admin.heard("đã có người trả lời")
    await village.goes_out()
    assert got(lan) == 1
    assert "đã đồng ý, cháu bắt đầu gửi" in leader.replies[-1].text


async def test_after_other_things_the_second_person_finds_it_again(
    careful: tuple[Village, Phone, Phone],
) -> None:
    village, lan, leader = careful
    admin = await village.staff("admin")
    await leader.says("/thongbao", WORDS, "1", "1")
    await village.goes_out()
    village.clock.passes(hours=1)
    await admin.says("menu", "tin chờ gửi")
    admin.heard("Trưởng chi hội Minh còn chờ anh đồng ý", WORDS)
    await admin.says("đồng ý gửi")
    admin.heard("ghi là anh đồng ý")
    await village.goes_out()
    assert got(lan) == 1
    await admin.says("tin chờ gửi")
    admin.heard("không có tin nào")


async def test_what_waits_for_a_yes_comes_before_ones_own(
    careful: tuple[Village, Phone, Phone],
) -> None:
    village, _, leader = careful
    admin, _ = await village.staff("admin"), await village.staff("officer")
    await admin.says("/thongbao", "Tin của xã.", "1", "sáng mai 7 giờ", "1", "menu")
    await leader.says("/thongbao", WORDS, "1", "1")
    await village.goes_out()
    village.clock.passes(hours=1)
    await admin.says("menu", "tin chờ gửi")
    admin.heard("Trưởng chi hội Minh còn chờ anh đồng ý", WORDS)
    await admin.taps("Tin của tôi chờ gửi")
    admin.heard("Có 1 tin chờ gửi", "Tin của xã.")


async def test_refused_or_unanswered_it_does_not_go_out(
    careful: tuple[Village, Phone, Phone],
) -> None:
    village, lan, leader = careful
    admin = await village.staff("admin")
    await leader.says("/thongbao", WORDS, "1", "1")
    await village.goes_out()
    await admin.taps("Chưa nên gửi")
    await village.goes_out()
    assert "chưa nên gửi, nên cháu chưa gửi" in leader.replies[-1].text
    await leader.taps("Viết lại")
    await leader.says(WORDS, "1", "1")
    await village.goes_out()
    late = admin.button("Đồng ý gửi").payload
    village.clock.passes(days=1)
    await admin.taps_payload(late)
    admin.heard("hết hạn rồi")
    await village.ticks()
    assert "Chưa có ai trả lời" in leader.replies[-1].text
    await admin.taps_payload(late)
    admin.heard("hết hạn rồi")
    await village.goes_out()
    assert got(lan) == 0


async def test_nobody_agrees_to_their_own_nor_without_the_right(
    careful: tuple[Village, Phone, Phone],
) -> None:
    village, lan, leader = careful
    await leader.says("/thongbao", WORDS, "1", "1")
    leader.heard("chưa có ai để hỏi")
    admin = await village.staff("admin")
    other = await village.staff("leader", "pt-dam-may")
    await leader.says("/thongbao", WORDS, "1", "1")
    await village.goes_out()
    yes = admin.button("Đồng ý gửi").payload.split(":", 3)[-1]
    for phone in (leader, other, lan):
        await phone.taps_payload(f"go:{yes}")
        phone.heard_nothing_of("đồng ý. ")
    await village.goes_out()
    assert got(lan) == 0
    await erases(leader)
    assert WORDS not in await everything(village.store)


async def test_who_looks_after_a_part_of_it_is_not_asked_and_cannot_agree(
    careful: tuple[Village, Phone, Phone],
) -> None:
    """A mailing of one xóm is agreed to from above it, or beside it; never one of all from one."""
    village, lan, leader = careful
    admin = await village.staff("admin")
    await admin.says("/thongbao", WORDS, "1", "1")
    admin.heard("cần thêm một người cũng phụ trách hết các nơi ấy", "gửi cho từng nơi")
    other = await village.staff("admin", village.content.root_unit.code)
    await admin.says("/thongbao", WORDS, "1", "1")
    await village.goes_out()
    yes = other.button("Đồng ý gửi").payload
    heard = len(leader.replies)
    await leader.taps_payload(f"go:{yes.split(':', 3)[-1]}")
    assert "ghi là" not in " ".join(reply.text for reply in leader.replies[heard:])
    await village.goes_out()
    assert got(lan) == 0
    await other.taps_payload(yes)
    await village.goes_out()
    assert got(lan) == 1


async def test_who_agreed_and_turns_out_to_be_its_author_has_not_agreed(
    careful: tuple[Village, Phone, Phone],
) -> None:
    village, lan, leader = careful
    other = await village.staff("admin")
    await leader.says("/thongbao", WORDS, "1", "sáng thứ hai 7 giờ", "1")
    await village.goes_out()
    await other.taps("Đồng ý gửi")
    async with village.store.begin() as tx:
        rule = village.content.plan.skills
        ids = [row["id"] for row in await tx.fetch("SELECT id FROM people ORDER BY id")][-2:]
        await joining.join(tx, ids[1], ids[0], rule.required, rule.reported_at)
    await other.taps_payload("go:second:1:yes")
    other.heard("phải một người khác đồng ý")
    village.clock.passes(days=3)
    await village.ticks()
    assert "Chưa có ai trả lời" in other.replies[-1].text
    assert got(lan) == 0


async def test_agreed_for_an_hour_it_waits_for_that_hour(
    careful: tuple[Village, Phone, Phone],
) -> None:
    village, lan, leader = careful
    admin = await village.staff("admin")
    await leader.says("/thongbao", WORDS, "1", "sáng mai 7 giờ", "1")
    leader.heard("Đến 7 giờ sáng Chủ nhật")
    await village.goes_out()
    await admin.taps("Đồng ý gửi")
    await village.goes_out()
    assert got(lan) == 0
    village.clock.passes(hours=22)
    await village.ticks()
    assert got(lan) == 1


# --- what speaks against it


async def test_what_should_be_thought_of_is_said_before(
    village: Village, lan: Phone, leader: Phone
) -> None:
    await leader.says("/thongbao", "a" * 700, "1")
    leader.heard("dài 700 chữ cái")
    leader.heard_nothing_of("Hơn một phần ba", "bà con nghỉ")
    await village.elder("Mai")
    async with village.store.begin() as tx:
        await tx.execute("UPDATE addresses SET stopped_at = last_at WHERE address = 'mai'")
    village.clock.passes(hours=13)
    await leader.says("/thongbao", WORDS, "1")
    leader.heard("Hơn một phần ba", "hết giờ nghỉ tin mới đến")
    await leader.says("21 giờ tối mai")
    leader.heard("hết giờ nghỉ tin mới đến")


# --- two at once


async def test_pressed_on_two_phones_at_once_it_goes_out_once(
    village: Village, lan: Phone, leader: Phone
) -> None:
    await leader.says("lấy mã")
    other = village.phone("máy khác")
    await other.says(f"/noimay {''.join(filter(str.isdigit, leader.text))[:6]}")
    for number in range(1, 4):
        await leader.says("/thongbao", WORDS, "1")
        await other.taps_payload(f"go:preview:{number}")
        await asyncio.gather(leader.taps("Gửi đi"), other.taps("Gửi đi"))
        assert await rows_of(village, "announcements") == number


async def test_stopped_in_the_instant_it_is_due_it_does_not_go_out(
    village: Village, lan: Phone, leader: Phone
) -> None:
    for number, weekly in enumerate(("", " hằng tuần"), 1):
        await leader.says("/thongbao", WORDS, "1", f"sáng mai 7 giờ{weekly}", "1")
        leader.heard("hẹn gửi")
        village.clock.passes(hours=23)
        async with village.store.begin() as tx:
            stops = {mailings.WAITING}
            await mailings.move(tx, number, stops, mailings.STOPPED, village.clock())
            ticking = asyncio.create_task(village.ticks())
            await asyncio.sleep(0.3)
        await ticking
        assert await rows_of(village, "announcements") == 0


async def test_agreed_in_the_instant_nobody_agreed_it_goes_out(
    careful: tuple[Village, Phone, Phone],
) -> None:
    village, _, leader = careful
    await village.staff("admin")
    await leader.says("/thongbao", WORDS, "1", "1")
    village.clock.passes(days=2)
    async with village.store.begin() as tx:
        await mailings.move(tx, 1, {mailings.ASKED}, mailings.SENT, village.clock(), 3)
        ticking = asyncio.create_task(village.ticks())
        await asyncio.sleep(0.3)
    await ticking
    assert not any("Chưa có ai trả lời" in reply.text for reply in leader.replies)


async def rows_of(village: Village, table: str) -> int:
    """How many rows a table has."""
    async with village.store.read() as tx:
        [row] = await tx.fetch(f"SELECT COUNT(*) AS rows_there FROM {table}")
    return int(row["rows_there"])

"""Photos people send: asked about once, attached to a report, shown to nobody else, deletable."""

from __future__ import annotations

import asyncio
import os
import struct
import time
import zlib
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import ExifTags, Image

from bot import dispatcher
from bot.photos import MOST_DECODED, MOST_PIXELS, NotAPhotoError, clean
from bot.scheduler import Ticker
from bot.settings import Settings
from handlers.talk.messages import Picture, Reply
from storage import outbox, photos, reports
from storage.database import Store
from tests.jpegs import SECRETS, jpeg, large_jpeg, opened
from tests.talking import Phone, Village


async def kept(store: Store) -> list[tuple[int | None, bytes]]:
    """Every photo kept: the report it belongs to, and its bytes."""
    async with store.read() as tx:
        rows = await tx.fetch("SELECT report_id, image FROM photos ORDER BY id")
    return [(row["report_id"], bytes(row["image"])) for row in rows]


async def waiting(store: Store) -> int:
    return sum(report is None for report, _ in await kept(store))


async def attached(store: Store) -> int:
    return sum(report is not None for report, _ in await kept(store))


async def consents(store: Store) -> list[tuple[str, bool, str]]:
    """What was said to the consent to photos, oldest first: version, answer, channel."""
    async with store.read() as tx:
        rows = await tx.fetch(
            "SELECT version, given, channel FROM consents WHERE version LIKE 'photo-%' ORDER BY id"
        )
    return [(row["version"], bool(row["given"]), row["channel"]) for row in rows]


async def report(phone: Phone, words: str = "hôm nay trồng 5 cây keo") -> None:
    await phone.says(words, "1")
    phone.heard("Cháu ghi rồi ạ")


class TestAttaching:
    async def test_a_photo_is_asked_about_once_and_attached(self, lan: Phone) -> None:
        store = lan.village.store
        await report(lan)
        await lan.shows("photo")
        lan.heard("nhận được ảnh rồi", "Ảnh này là của việc nào")
        assert await waiting(store) == 1
        await lan.taps("trồng 5 cây keo, hôm nay 21/11")
        lan.heard("làm minh chứng", "Chỉ trưởng chi hội và cán bộ duyệt")
        await lan.taps("Tôi đồng ý")
        lan.heard("gắn ảnh vào việc trồng 5 cây keo")
        assert (await waiting(store), await attached(store)) == (0, 1)
        assert await consents(store) == [("photo-2026-11-22c", True, "phone")]
        await lan.shows("photo")
        await lan.says("1")
        lan.heard("gắn ảnh vào việc trồng 5 cây keo")
        lan.heard_nothing_of("làm minh chứng")

    async def test_the_latest_two_reports_are_offered_newest_first(self, lan: Phone) -> None:
        for trees in (2, 3, 4, 6):
            await report(lan, f"hôm nay trồng {trees} cây keo")
        await lan.shows("photo")
        assert [label.split(",")[0] for label in lan.labels()] == [
            "trồng 6 cây keo",
            "trồng 4 cây keo",
            "Tôi hỏi về ảnh này",
            "Không",
            "Quay lại",
        ]

    async def test_who_declines_keeps_nothing_and_may_be_asked_again(self, lan: Phone) -> None:
        store = lan.village.store
        await report(lan)
        await lan.shows("photo")
        await lan.says("1", "không")
        lan.heard("không giữ")
        assert await kept(store) == []
        assert [given for _, given, _ in await consents(store)] == [False]
        await lan.shows("photo")
        await lan.says("1")
        lan.heard("làm minh chứng")

    async def test_a_photo_of_nothing_reported_is_dropped(self, lan: Phone) -> None:
        await report(lan)
        await lan.shows("photo")
        await lan.says("không, bỏ ảnh")
        lan.heard("bỏ ảnh đi rồi")
        assert await kept(lan.village.store) == []

    async def test_without_a_report_a_photo_waits_for_one(self, lan: Phone) -> None:
        await lan.shows("photo")
        lan.heard("bác đã làm, hay bác muốn hỏi", "gắn ảnh vào")
        assert lan.labels() == ["Báo việc đã làm", "Tôi hỏi về ảnh này", "Trang chính"]
        await lan.says("hôm nay trồng 5 cây keo", "1")
        lan.heard("Cháu ghi rồi ạ", "của việc nào")
        await lan.says("1", "1")
        assert await attached(lan.village.store) == 1

    async def test_a_caption_reports_and_its_photo_follows(self, lan: Phone) -> None:
        await lan.shows("photo", "hôm nay tôi trồng 5 cây keo")
        lan.heard("nhận được ảnh rồi", "trồng 5 (năm) cây keo")
        await lan.says("đúng", "1", "1")
        lan.heard("gắn ảnh vào việc trồng 5 cây keo")
        assert await lan.trees() == (5, 0)

    async def test_a_caption_that_says_nothing_is_no_obstacle(self, lan: Phone) -> None:
        await report(lan)
        await lan.shows("photo", "vườn nhà tôi đây")
        lan.heard("của việc nào")
        lan.heard_nothing_of("chưa hiểu")

    async def test_a_cry_under_a_photo_is_heard_first(self, lan: Phone) -> None:
        await lan.shows("photo", "tôi bị lừa rồi cháu ơi")
        lan.heard("bình tĩnh")

    async def test_in_the_middle_of_a_lesson_the_lesson_goes_on(self, lan: Phone) -> None:
        await report(lan)
        await lan.says("học", "1", "tiếp")
        card = lan.latest[-1].text
        await lan.shows("photo")
        lan.heard("nhận được ảnh rồi", "làm nốt việc này")
        assert lan.latest[-1].text == card
        await lan.says("hủy")
        lan.heard("của việc nào")

    async def test_at_most_three_photos_a_report(self, lan: Phone) -> None:
        await report(lan)
        for _ in range(3):
            await lan.shows("photo")
        lan.heard("nhận thêm ảnh")
        await lan.shows("photo")
        lan.heard("chỉ giữ 3 ảnh")
        assert await waiting(lan.village.store) == 3
        await lan.says("1", "1")
        assert await attached(lan.village.store) == 3
        await lan.shows("photo")
        await lan.says("1")
        lan.heard("chỉ giữ 3 ảnh")
        assert (await waiting(lan.village.store), await attached(lan.village.store)) == (0, 3)

    async def test_a_redelivered_photo_is_kept_once(self, lan: Phone) -> None:
        await lan.shows("photo")
        await lan.repeats()
        assert await waiting(lan.village.store) == 1

    async def test_photos_change_no_figure(self, lan: Phone) -> None:
        await report(lan)
        await lan.shows("photo")
        await lan.says("1", "1")
        assert await lan.trees() == (5, 0)

    async def test_a_report_taken_back_meanwhile_gets_no_photo(self, lan: Phone) -> None:
        await report(lan)
        await lan.shows("photo")
        await lan.says("1")
        async with lan.village.store.begin() as tx:
            [mine] = await reports.of_person(tx, 1, 9)
            await reports.change_status(
                tx, mine.id, to=reports.SUPERSEDED, by=1, now=lan.village.clock()
            )
        await lan.says("1")
        lan.heard("không còn nữa")
        assert await attached(lan.village.store) == 0

    async def test_a_corrected_report_keeps_its_photo(self, lan: Phone) -> None:
        await report(lan)
        await lan.shows("photo")
        await lan.says("1", "1")
        await lan.taps_payload("go:report:fix:1")
        await lan.taps("Số lượng")
        await lan.says("6", "1")
        lan.heard("Cháu sửa rồi ạ: 6 cây keo")
        assert [report for report, _ in await kept(lan.village.store)] == [2]

    async def test_the_word_photo_asks_for_one(self, lan: Phone) -> None:
        await lan.says("gửi ảnh")
        lan.heard("bấm nút gửi ảnh")


class TestStrangers:
    async def test_who_is_not_registered_goes_on_registering(self, village: Village) -> None:
        stranger = village.phone("hoa")
        await stranger.shows("photo")
        stranger.heard("chưa giữ ảnh", "đồng ý")
        await stranger.says("1")
        await stranger.shows("photo")
        stranger.heard("chưa giữ ảnh", "gọi bác thế nào")
        assert await kept(village.store) == []

    async def test_a_stranger_s_caption_is_met_after_registering(self, village: Village) -> None:
        hoa = village.phone("hoa")
        await hoa.shows("photo", "hôm nay tôi trồng 5 cây keo")
        await hoa.says("1", "1", "Hoa", "gò vũ", "1")
        hoa.heard("trồng 5 (năm) cây keo")

    async def test_a_photo_that_did_not_come_through_is_asked_for_again(self, lan: Phone) -> None:
        await lan.shows("photo", photo=None)
        lan.heard("chưa mở được", "gửi lại")

    async def test_what_is_no_picture_is_kindly_refused(self, lan: Phone) -> None:
        await lan.shows("photo", photo=b"MZ\x90\x00 this is a program")
        lan.heard("chưa mở được")
        await lan.shows("photo", "nay trồng 5 cây keo", photo=jpeg()[:300])
        lan.heard("chưa mở được", "5 (năm) cây keo")
        assert await kept(lan.village.store) == []

    async def test_a_photo_sent_as_a_file_is_asked_for_as_a_photo(self, lan: Phone) -> None:
        await lan.shows("file")
        lan.heard("Nếu là ảnh, bác chọn gửi ảnh")


class TestForgetting:
    @pytest.fixture
    async def shown(self, lan: Phone) -> Phone:
        """Bà Lan, who has a report with a photo."""
        await report(lan)
        await lan.shows("photo")
        await lan.says("1", "1")
        return lan

    async def test_from_its_confirmation(self, shown: Phone) -> None:
        await shown.taps("Xóa ảnh này")
        shown.heard("xóa ảnh của việc trồng 5 cây keo, phải không")
        await shown.taps("Xóa đi")
        shown.heard("xóa ảnh rồi")
        assert await kept(shown.village.store) == []
        assert await shown.trees() == (5, 0)
        await shown.taps_payload("go:photo:delete:1")
        shown.heard("không còn nữa")

    async def test_thinking_better_of_it_keeps_the_photo(self, shown: Phone) -> None:
        await shown.taps("Xóa ảnh này")
        await shown.taps("Giữ lại")
        shown.heard("vẫn giữ ảnh")
        assert await attached(shown.village.store) == 1

    async def test_nobody_deletes_another_person_s_photo(self, shown: Phone) -> None:
        other = await shown.village.elder("Hoa")
        await other.taps_payload("go:photo:delete:1")
        other.heard("không còn nữa")
        assert await attached(shown.village.store) == 1

    async def test_my_data_says_how_many_and_deletes_them(self, shown: Phone) -> None:
        await shown.says("dữ liệu của tôi")
        shown.heard("1 báo cáo, 1 ảnh")
        await shown.taps("Ảnh của tôi")
        shown.heard("đang giữ 1 ảnh")
        await shown.taps("Xóa hết ảnh")
        shown.heard("xóa hết ảnh")
        assert await kept(shown.village.store) == []
        await shown.shows("photo")
        shown.heard_nothing_of("làm minh chứng")

    async def test_the_consent_can_be_withdrawn(self, shown: Phone) -> None:
        await shown.says("/dulieu")
        await shown.taps("Ảnh của tôi")
        await shown.taps("Thôi, đừng giữ ảnh nữa")
        assert await kept(shown.village.store) == []
        assert [given for _, given, _ in await consents(shown.village.store)] == [True, False]
        await shown.says("/dulieu")
        assert "Ảnh của tôi" not in shown.labels()
        await shown.says("hủy")
        await shown.shows("photo")
        await shown.says("1")
        shown.heard("làm minh chứng")

    async def test_the_day_of_the_first_consent_stays_what_is_shown(self, shown: Phone) -> None:
        shown.village.clock.passes(days=3)
        await shown.says("/dulieu")
        await shown.taps("Ảnh của tôi")
        await shown.taps("Thôi, đừng giữ ảnh nữa")
        await shown.shows("photo")
        await shown.says("1", "1")
        await shown.says("/dulieu")
        shown.heard("từ ngày 21/11/2026")

    async def test_erasing_everything_erases_photos(self, shown: Phone) -> None:
        await shown.shows("photo")
        await shown.says("dữ liệu của tôi")
        await shown.taps("Xóa hết của tôi")
        await shown.taps("Chắc, xóa đi")
        shown.heard("đã xóa hết")
        assert await kept(shown.village.store) == []

    async def test_a_photo_that_waited_a_day_is_forgotten(self, shown: Phone) -> None:
        village = shown.village
        ticker = Ticker(village.store, village.core.library, Settings().quiet, village.clock)
        await shown.shows("photo")
        village.clock.passes(hours=23)
        await ticker.tidy()
        assert await waiting(village.store) == 1
        village.clock.passes(hours=2)
        await ticker.tidy()
        assert (await waiting(village.store), await attached(village.store)) == (0, 1)

    async def test_the_photo_of_a_report_taken_back_is_forgotten(self, shown: Phone) -> None:
        village = shown.village
        ticker = Ticker(village.store, village.core.library, Settings().quiet, village.clock)
        await shown.taps_payload("go:undo:1")
        await shown.says("1")
        await ticker.tidy()
        assert await attached(village.store) == 1
        village.clock.passes(days=2)
        await ticker.tidy()
        assert await kept(village.store) == []


async def send(phone: Phone, picture: Picture) -> None:
    """Put a message with a picture on its way, and wait until it has gone out."""
    village = phone.village
    async with village.store.begin() as tx:
        answers = await outbox.put_answers(
            tx,
            event_id=village.next_id(),
            channel="phone",
            address=phone.address,
            bodies=[Reply(text="Có ảnh đây ạ.", picture=picture).to_json()],
            person_id=None,
            now=village.clock(),
            not_after=village.clock() + timedelta(days=1),
        )
    village.core.sender.answer(answers)
    await village.core.sender.settle()
    assert phone.replies[-1].text == "Có ảnh đây ạ."


class TestShowing:
    async def test_a_message_with_a_photo_shows_it_while_it_is_kept(self, lan: Phone) -> None:
        store = lan.village.store
        await report(lan)
        await lan.shows("photo")
        await lan.says("1", "1")
        async with store.read() as tx:
            [id_] = await photos.of_report(tx, 1)
        await send(lan, Picture(name="photo", values={"id": id_}))
        assert lan.images == [photo for _, photo in await kept(store)]
        async with store.begin() as tx:
            await photos.delete_all(tx, 1)
        await send(lan, Picture(name="photo", values={"id": id_}))
        assert len(lan.images) == 1

    async def test_a_drawing_that_fails_lets_the_words_go_alone(self, lan: Phone) -> None:
        await send(lan, Picture(name="nothing_like_it"))
        await send(lan, Picture(name="my_page", values={"name": "Lan"}))
        assert lan.images == []

    def test_a_message_from_before_there_were_pictures_still_loads(self) -> None:
        before = '{"text": "Dạ", "choices": [], "aloud": false}'
        assert Reply.from_json(before) == Reply(text="Dạ")

    def test_a_message_with_a_picture_is_kept_whole(self) -> None:
        reply = Reply(text="Ảnh", picture=Picture(name="photo", values={"id": 12}))
        assert Reply.from_json(reply.to_json()) == reply


class TestCleaning:
    async def test_no_place_no_phone_no_comment_is_ever_kept(self, lan: Phone) -> None:
        sent = jpeg(1600, 1200)
        assert all(secret in sent for secret in SECRETS)
        assert opened(sent).getexif().get_ifd(ExifTags.IFD.GPSInfo)
        await lan.shows("photo", photo=sent)
        [(_, photo)] = await kept(lan.village.store)
        assert not any(secret in photo for secret in SECRETS)
        assert not opened(photo).getexif()
        assert opened(photo).size == (1280, 960)

    def test_a_photo_taken_upright_stands_upright(self) -> None:
        photo = opened(clean(jpeg(800, 600, lying=True)))
        assert photo.size == (600, 800)
        above, below = photo.getpixel((300, 100)), photo.getpixel((300, 700))
        assert isinstance(above, tuple)
        assert isinstance(below, tuple)
        assert above[0] > above[2]
        assert below[2] > below[0]

    def test_a_large_photo_becomes_small(self) -> None:
        photo = clean(large_jpeg())
        assert opened(photo).size == (1280, 960)
        assert len(photo) < len(large_jpeg()) / 5

    @pytest.mark.parametrize("kind", ["PNG", "WEBP"])
    def test_other_pictures_become_jpeg(self, kind: str) -> None:
        from io import BytesIO

        written = BytesIO()
        opened(jpeg()).convert("RGBA").save(written, kind)
        assert opened(clean(written.getvalue())).format == "JPEG"

    @pytest.mark.parametrize(
        "sent",
        [b"", b"GIF89a", b"%PDF-1.7", b"\xff\xd8\xff", jpeg()[:-300], os.urandom(5000)],
    )
    def test_what_cannot_be_opened_is_no_photo(self, sent: bytes) -> None:
        with pytest.raises(NotAPhotoError):
            clean(sent)

    def test_a_small_file_of_endless_pixels_is_refused_unopened(self) -> None:
        side = 30_000
        assert side * side > MOST_PIXELS
        with pytest.raises(NotAPhotoError, match="30000 x 30000"):
            clean(_png(side))


def _png(side: int) -> bytes:
    """A picture of side x side pixels in a few kilobytes, such as fills a memory when opened."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(bytes(10_000))), chunk(b"IEND", b""))
    )


def drawn(width: int, height: int, kind: str, **how: bool) -> bytes:
    """A picture of one colour: few bytes, however many pixels."""
    written = BytesIO()
    mode = "RGB" if kind == "JPEG" else "RGBA"
    Image.new(mode, (width, height)).save(written, kind, **how)
    return written.getvalue()


class TestMemory:
    """A small file may hold a picture of hundreds of megabytes."""

    @pytest.mark.parametrize(("kind", "how"), [("PNG", {}), ("JPEG", {"progressive": True})])
    def test_what_is_decoded_whole_may_have_fewer_pixels(
        self, kind: str, how: dict[str, bool]
    ) -> None:
        most = 4000, MOST_DECODED // 4000
        assert max(opened(clean(drawn(*most, kind, **how))).size) == 1280
        with pytest.raises(NotAPhotoError):
            clean(drawn(most[0], most[1] + 1, kind, **how))

    def test_a_jpeg_is_decoded_in_part(self) -> None:
        assert opened(clean(drawn(7000, 7000, "JPEG"))).size == (1280, 1280)

    def test_a_long_strip_would_be_decoded_whole(self) -> None:
        with pytest.raises(NotAPhotoError):
            clean(drawn(40_000, 1000, "JPEG"))

    async def test_one_is_opened_at_a_time(
        self, village: Village, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at_once = most = 0

        def slow(photo: bytes) -> bytes:
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            time.sleep(0.02)
            at_once -= 1
            return photo

        phones = [await village.elder(name) for name in ("Lan", "Mai", "Hoa", "Tư")]
        monkeypatch.setattr(dispatcher, "clean", slow)
        await asyncio.gather(*(phone.shows("photo") for phone in phones))
        assert (most, await waiting(village.store)) == (1, 4)

    async def test_a_strangers_is_never_opened(
        self, village: Village, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def never(photo: bytes) -> bytes:
            raise AssertionError(photo)

        monkeypatch.setattr(dispatcher, "clean", never)
        stranger = village.phone("ai")
        await stranger.shows("photo")
        await stranger.says("/start", "1")
        await stranger.shows("photo")
        async with village.store.read() as tx:
            assert not await tx.fetch("SELECT * FROM events WHERE problem IS NOT NULL")

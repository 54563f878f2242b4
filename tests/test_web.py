"""The web page: over HTTP as a page calls it, and in Chromium as a thumb does."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientSession
from playwright.async_api import Page, async_playwright

from bot import app
from bot.settings import Settings
from handlers.talk.messages import Reply
from storage import enclosures, invites, outbox
from storage.people import Grant
from tests.accessible import offences
from tests.jpegs import SECRETS, jpeg, large_jpeg, opened
from tests.patience import PATIENCE

#: How many messages the bot opens with.
INTRO = 5
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@pytest.fixture
async def browser(url: str) -> AsyncIterator[ClientSession]:
    """Someone whose browser has opened the page."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with ClientSession(url, cookie_jar=jar) as session:
        async with session.get("/") as page:
            assert page.status == 200
        yield session


async def send(browser: ClientSession, id_: str, text: str) -> int:
    """Post one message as the page does; the status."""
    async with browser.post("/chat/events", json={"id": id_, "text": text}) as answer:
        return answer.status


async def heard(browser: ClientSession, at_least: int, after: int = 0) -> list[dict[str, Any]]:
    """What the stream tells a page that already has message number `after`."""
    told: list[dict[str, Any]] = []
    async with (
        asyncio.timeout(PATIENCE),
        browser.get("/chat/stream", headers={"Last-Event-ID": str(after)}) as stream,
    ):
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        async for line in stream.content:
            if line.startswith(b"data: "):
                told.append(json.loads(line.removeprefix(b"data: ")))
                if len(told) == at_least:
                    break
    return told


async def test_a_page_is_answered_on_its_stream(browser: ClientSession) -> None:
    assert await send(browser, "a", "/start") == 204
    told = await heard(browser, INTRO)
    assert "máy trả lời tự động" in told[0]["text"]
    assert [choice["digit"] for choice in told[-1]["choices"]] == ["1", "2"]


async def test_a_message_sent_twice_counts_once(browser: ClientSession) -> None:
    for _ in range(3):
        assert await send(browser, "a", "/start") == 204
    assert await send(browser, "b", "1") == 204
    told = await heard(browser, INTRO + 1)
    assert "gọi bác thế nào" in told[INTRO]["text"]


async def test_a_page_that_was_away_catches_up(browser: ClientSession) -> None:
    await send(browser, "a", "/start")
    first = await heard(browser, INTRO)
    await send(browser, "b", "1")
    [missed] = await heard(browser, 1, after=first[-1]["id"])
    assert "gọi bác thế nào" in missed["text"]


async def test_an_answer_reaches_an_open_page_at_once(browser: ClientSession) -> None:
    listening = asyncio.create_task(heard(browser, INTRO))
    await asyncio.sleep(0.1)
    await send(browser, "a", "/start")
    assert len(await listening) == INTRO


async def test_two_browsers_are_two_people(url: str, browser: ClientSession) -> None:
    await send(browser, "a", "/start")
    async with ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as other:
        async with other.get("/"):
            pass
        await send(other, "a", "/start")
        await send(other, "b", "2")
        assert "không giữ gì" in (await heard(other, 1))[0]["text"]
    assert len(await heard(browser, INTRO)) == INTRO


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"id": 5}', 400),
        (b'{"id": "", "text": "x"}', 400),
        (b'{"id": "a", "text": 5}', 400),
        (b'{"id": "a", "tap": []}', 400),
        (json.dumps({"id": "a", "text": "x" * 39_000}).encode(), 204),
        (json.dumps({"id": "a", "text": "x" * 41_000}).encode(), 413),
        (b'{"id": "a", "text": "' + b"x" * 300_000 + b'"}', 413),
        (b'{"id": "a", "text": "\\ud800"}', 204),
        (b'{"id": "a", "text": "\\u0000/start"}', 204),
    ],
)
async def test_strange_bodies_get_a_clear_status(
    browser: ClientSession, body: bytes, status: int
) -> None:
    headers = {"Content-Type": "application/json"}
    async with browser.post("/chat/events", data=body, headers=headers) as answer:
        assert answer.status == status


async def test_another_site_cannot_speak_for_a_person(url: str, browser: ClientSession) -> None:
    body = {"id": "a", "text": "/start"}
    headers = {"Origin": "https://evil.example"}
    async with browser.post("/chat/events", json=body, headers=headers) as answer:
        assert answer.status == 403
    async with browser.post("/chat/events", data=body) as answer:
        assert answer.status == 403
    async with ClientSession(url) as stranger:
        assert await send(stranger, "a", "/start") == 401
        async with stranger.get("/chat/stream") as stream:
            assert stream.status == 401


async def test_the_cookie_is_hidden_and_the_database_holds_only_its_hash(
    browser: ClientSession, settings: Settings
) -> None:
    async with browser.get("/") as page:
        assert "HttpOnly" in page.headers["Set-Cookie"]
        assert "SameSite=Lax" in page.headers["Set-Cookie"]
        assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
    await send(browser, "a", "/start")
    [cookie] = list(browser.cookie_jar)
    kept = Path(settings.bot_database_url.removeprefix("sqlite:///"))
    files = [kept, kept.with_name(kept.name + "-wal")]
    assert all(cookie.value.encode() not in file.read_bytes() for file in files if file.exists())


async def test_health_and_metrics(url: str) -> None:
    async with ClientSession(url) as session:
        async with session.get("/healthz") as health:
            assert (health.status, (await health.json())["ok"]) == (200, True)
        async with session.get("/metrics") as metrics:
            assert "bot_events_total" in await metrics.text()


async def send_photo(
    browser: ClientSession,
    id_: str,
    photo: bytes | BytesIO,
    kind: str = "image/jpeg",
    **headers: str,
) -> int:
    """Post one photo as the page does; the status."""
    headers = {"Content-Type": kind, **headers}
    async with browser.post(f"/chat/photos?id={id_}", data=photo, headers=headers) as answer:
        return answer.status


async def registered(browser: ClientSession) -> None:
    for number, text in enumerate(["/start", "1", "1", "Lan", "gò vũ", "1"]):
        assert await send(browser, f"r{number}", text) == 204


async def last(browser: ClientSession) -> int:
    """The number of the last message heard when registering."""
    return int((await heard(browser, INTRO + 6))[-1]["id"])


async def photos(settings: Settings) -> list[bytes]:
    """Every photo kept."""
    async with app.open_database(settings) as store, store.read() as tx:
        return [bytes(row["image"]) for row in await tx.fetch("SELECT image FROM photos")]


async def test_a_photo_is_kept_and_answered(browser: ClientSession, settings: Settings) -> None:
    await registered(browser)
    for _ in range(2):  # a page that was not told so sends it again
        assert await send_photo(browser, "p", jpeg(1600, 1200)) == 204
    kept, invited = await heard(browser, 2, after=await last(browser))
    assert "nhận được ảnh rồi" in kept["text"]
    assert "Bác báo hay hỏi xong" in invited["text"]
    [photo] = await photos(settings)
    assert opened(photo).size == (1280, 960)
    assert not any(secret in photo for secret in SECRETS)


async def test_a_photo_is_taken_from_the_own_page_alone(
    url: str, browser: ClientSession, settings: Settings
) -> None:
    await registered(browser)
    assert await send_photo(browser, "a", jpeg(), Origin="https://evil.example") == 403
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert await send_photo(browser, "a", jpeg(), kind) == 403
    assert await send_photo(browser, "", jpeg()) == 400
    async with ClientSession(url) as stranger:
        assert await send_photo(stranger, "a", jpeg()) == 401
    assert await photos(settings) == []


async def test_a_photo_too_large_or_none_at_all_loses_nothing(
    browser: ClientSession, settings: Settings
) -> None:
    await registered(browser)
    assert await send_photo(browser, "a", BytesIO(bytes(20 << 20))) == 413
    assert await send_photo(browser, "b", BytesIO(b"not a photo at all")) == 204
    [refused] = await heard(browser, 1, after=await last(browser))
    assert "chưa mở được" in refused["text"]
    assert await photos(settings) == []


async def test_a_picture_is_shown_to_whom_it_was_sent_and_to_nobody_else(
    url: str, browser: ClientSession
) -> None:
    await registered(browser)
    await send(browser, "m", "/toi")
    shown, words = await heard(browser, 2, after=await last(browser))
    assert "picture" not in words
    picture = shown["picture"]
    async with browser.get(picture) as got:
        assert (got.status, got.content_type) == (200, "image/png")
        assert opened(await got.read()).size == (1080, 1080)
    async with browser.get(f"/chat/pictures/{words['id']}") as got:
        assert got.status == 404
    async with ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as other:
        async with other.get(picture) as refused:
            assert refused.status == 401
        async with other.get("/"):
            pass
        async with other.get(picture) as refused:
            assert refused.status == 404


@pytest.fixture
async def page(url: str) -> AsyncIterator[Page]:
    """The page on a small phone."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        phone = await chromium.new_context(
            viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
        )
        page = await phone.new_page()
        await page.goto(url)
        yield page
        await chromium.close()


async def tap(page: Page, label: str) -> None:
    """Press the newest button with this label."""
    await page.locator(".choice", has_text=label).last.click()


async def type_in(page: Page, text: str) -> None:
    """Type a message and send it."""
    await page.fill("#field", text)
    await page.get_by_role("button", name="Gửi", exact=True).click()


async def reads(page: Page, text: str) -> None:
    """The bot says this in its newest words."""
    await page.locator(".said.bot", has_text=text).last.wait_for(timeout=PATIENCE * 1000)


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed on this machine")
async def test_a_thumb_registers_learns_and_reports(page: Page, settings: Settings) -> None:
    await tap(page, "Tôi đồng ý")
    await tap(page, "Bà")
    await reads(page, "Tên bà là gì")
    await type_in(page, "Nguyễn Thị Lan")
    await reads(page, "Bà ở xóm nào")
    await type_in(page, "go vu")
    await tap(page, "Đủ 60 rồi")
    await tap(page, "Học bài")
    await tap(page, "Mã dùng một lần")
    for _ in range(4):
        await tap(page, "Tiếp")
        await page.wait_for_timeout(700)
    await tap(page, "Tiếp: câu hỏi")
    for number in (1, 2, 3):
        await reads(page, f"Câu {number}/3")
        await page.locator(".choice").first.click()
    await tap(page, "Tôi làm được rồi")
    await reads(page, "học xong bài")
    await type_in(page, "hôm nay tôi trồng 5 cây keo")
    await reads(page, "trồng 5 (năm) cây keo")
    await page.reload()
    await tap(page, "Đúng rồi")
    await reads(page, "Cháu ghi rồi ạ: 5 cây keo")
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
    counted = await _tally(settings)
    assert counted["PT-I-3a"]["reported"] == 5
    assert counted["PT-I-1"]["reported"] == 1


async def register(page: Page) -> None:
    """Register with the thumb."""
    await tap(page, "Tôi đồng ý")
    await tap(page, "Bà")
    await type_in(page, "Lan")
    await reads(page, "Bà ở xóm nào")
    await type_in(page, "go vu")
    await tap(page, "Đủ 60 rồi")
    await reads(page, "cháu đây")


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed on this machine")
async def test_the_way_to_the_boards_is_one_tap(page: Page, settings: Settings) -> None:
    async with app.open_database(settings) as store, store.begin() as tx:
        now = app.now()
        await invites.add(tx, "CODE-1", Grant(role="officer"), now, now + timedelta(days=1))
    for text in ("/start CODE-1", "1", "1", "Minh", "trang số liệu"):
        await type_in(page, text)
        await page.locator(".own .state:not([hidden])").wait_for(state="detached")
        await page.wait_for_timeout(300)
    await reads(page, "Đường vào trang số liệu")
    async with page.expect_popup() as opened:
        await page.locator(".words a", has_text="/trang/vao/").tap()
    boards = await opened.value
    await boards.get_by_role("button", name="Vào trang").tap()
    await boards.get_by_role("heading", name="Xã Phú Thịnh").wait_for()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed on this machine")
async def test_who_suspects_a_scam_is_helped_with_one_tap(page: Page) -> None:
    await page.get_by_role("button", name="Nghi bị lừa").click()
    await reads(page, "gọi ngân hàng của bác NGAY")
    await tap(page, "Số cần gọi")
    await reads(page, "số in ở mặt sau thẻ")
    assert await offences(page) == []
    for _ in range(2):  # larger letters
        await page.locator("#size").click()
    assert await offences(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed on this machine")
async def test_a_question_after_a_few_words_is_seen_with_its_choices(page: Page) -> None:
    await register(page)
    await tap(page, "Học bài")
    await tap(page, "Mã dùng một lần")
    for _ in range(4):
        await tap(page, "Tiếp")
        await page.wait_for_timeout(700)
    await tap(page, "Tiếp: câu hỏi")
    await reads(page, "Câu 1/3")
    await page.wait_for_timeout(700)
    assert await offences(page) == []
    await page.locator(".choice").first.click()
    await reads(page, "Câu 2/3")
    await page.wait_for_timeout(1500)
    seen = """() => {
        const talk = document.getElementById('talk').getBoundingClientRect();
        const question = [...document.querySelectorAll('.said.bot')].pop();
        const last = question.querySelector('.choice:last-child').getBoundingClientRect();
        return [question.getBoundingClientRect().top >= talk.top, last.bottom <= talk.bottom];
    }"""
    assert await page.evaluate(seen) == [True, True]
    assert await page.locator("#more").is_hidden()
    for _ in range(2):  # larger letters: from the beginning of the question
        await page.locator("#size").click()
    await page.wait_for_timeout(1000)
    assert (await page.evaluate(seen))[0]


async def pick_photo(page: Page, path: Path) -> None:
    """Press the photo button and pick a photo."""
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="Gửi ảnh").click()
    await (await chooser.value).set_files(path)


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed on this machine")
async def test_a_large_photo_is_made_small_on_the_phone(
    page: Page, settings: Settings, tmp_path: Path
) -> None:
    await register(page)
    await type_in(page, "hôm nay tôi trồng 5 cây keo")
    await tap(page, "Đúng rồi")
    await reads(page, "Cháu ghi rồi ạ")
    path = tmp_path / "vuon.jpg"
    path.write_bytes(large_jpeg())
    async with page.expect_request("**/chat/photos*") as sent:
        await pick_photo(page, path)
    body = (await sent.value).post_data_buffer
    assert body
    assert len(body) < 2_000_000 < len(large_jpeg())
    await tap(page, "trồng 5 cây keo")
    await tap(page, "Tôi đồng ý")
    await reads(page, "gắn ảnh vào việc trồng 5 cây keo")
    [photo] = await photos(settings)
    assert opened(photo).size == (1280, 960)
    await page.reload()
    thumb = page.locator(".own .picture")
    await thumb.wait_for()
    assert await thumb.evaluate("image => image.naturalWidth") == 240


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed on this machine")
async def test_where_the_phone_cannot_make_a_photo_small_it_goes_as_it_is(
    page: Page, settings: Settings, tmp_path: Path
) -> None:
    await register(page)
    await page.evaluate("HTMLCanvasElement.prototype.toDataURL = () => 'data:,'")
    path = tmp_path / "vuon.jpg"
    path.write_bytes(jpeg(1600, 1200, lying=True))
    await pick_photo(page, path)
    await reads(page, "nhận được ảnh rồi")
    [photo] = await photos(settings)
    assert opened(photo).size == (960, 1280)
    path.write_bytes(large_jpeg())
    await pick_photo(page, path)
    await page.locator(".refused .state", has_text="Ảnh này nặng quá").wait_for()
    await type_in(page, "hôm nay tôi trồng 5 cây keo")
    await reads(page, "5 (năm) cây keo")


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed on this machine")
async def test_a_photo_survives_a_weak_network_and_a_closed_page(
    page: Page, settings: Settings, tmp_path: Path
) -> None:
    await register(page)
    path = tmp_path / "vuon.jpg"
    path.write_bytes(jpeg(1600, 1200))
    await page.route("**/chat/photos*", lambda route: route.abort())
    await pick_photo(page, path)
    await page.locator(".own .state", has_text="đang gửi").wait_for()
    await page.reload()
    await page.locator(".own .state", has_text="đang gửi").wait_for()
    await page.unroute("**/chat/photos*")
    await reads(page, "nhận được ảnh rồi")
    assert len(await photos(settings)) == 1
    await page.wait_for_function(
        "shelf.get(JSON.parse(localStorage['chat.own']).pop().id).then(left => !left)"
    )


async def test_a_file_is_for_whom_it_was_made(
    browser: ClientSession, settings: Settings, url: str
) -> None:
    async with app.open_database(settings) as store, store.begin() as tx:
        now = app.now()
        await invites.add(tx, "CODE-1", Grant(role="officer"), now, now + timedelta(days=1))
    for place, text in enumerate(("/start CODE-1", "1", "1", "Minh", "lấy bảng", "1")):
        await send(browser, f"file{place}", text)
    async with asyncio.timeout(PATIENCE), browser.get("/chat/stream") as stream:
        async for line in stream.content:
            if line.startswith(b"data: ") and b'"document"' in line:
                document = json.loads(line.removeprefix(b"data: "))["document"]
                break
    assert document["name"].startswith("Tong-hop-")
    async with browser.get(document["address"]) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Disposition"] == (
            f"attachment; filename*=UTF-8''{document['name']}"
        )
        assert (await answer.read()).startswith(b"PK")
    async with ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as other:
        async with other.get("/"):
            pass
        async with other.get(document["address"]) as answer:
            assert answer.status == 404
    async with ClientSession(url) as stranger, stranger.get(document["address"]) as answer:
        assert answer.status == 401


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed on this machine")
async def test_my_page_shows_its_picture(page: Page) -> None:
    await register(page)
    await tap(page, "Việc của tôi")
    picture = page.locator(".bot .picture")
    await picture.wait_for()
    await page.wait_for_function("document.querySelector('.bot .picture').naturalWidth === 1080")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed on this machine")
async def test_a_voice_can_be_played_and_a_message_changes_where_it_stands(
    page: Page, settings: Settings
) -> None:
    await register(page)
    async with app.open_database(settings) as store:
        async with store.begin() as tx:
            [row] = await tx.fetch("SELECT address, person_id FROM addresses")
            now = app.now()
            voice = await enclosures.keep(tx, row["person_id"], "voice", "v.ogg", b"OggS", now)
            spoken = Reply(text="Mời bác đi họp").enclosing(voice, "không phát được")
            for key, reply in (
                ("voice", spoken),
                ("progress:1", Reply(text="Đã gửi 10 người", changing=True)),
            ):
                await outbox.put(
                    tx,
                    channel="web",
                    address=row["address"],
                    lane=outbox.URGENT,
                    body=reply.to_json(),
                    now=now,
                    dedupe_key=key,
                )
        await reads(page, "Đã gửi 10 người")
        told = page.locator(".said.bot", has_text="Mời bác đi họp")
        assert await told.locator("audio.voice, a.file").count() == 1
        bubbles = await page.locator(".said.bot").count()
        while True:
            async with store.begin() as tx:
                changed = Reply(text="Đã gửi 20 người", changing=True).to_json()
                if await outbox.change(tx, "progress:1", changed, app.now()):
                    break
            await asyncio.sleep(0.05)
        await reads(page, "Đã gửi 20 người")
    assert await page.locator(".said.bot", has_text="Đã gửi 10 người").count() == 0
    assert await page.locator(".said.bot").count() == bubbles


async def _tally(settings: Settings) -> dict[str, dict[str, Any]]:
    from content.loader import load
    from handlers.reports import figures, forms, periods
    from handlers.talk.scene import local_day

    content, now = load("phu_thinh"), app.now()
    async with app.open_database(settings) as store, store.read() as tx:
        tally = await figures.tally(
            tx,
            content,
            periods.week_of(local_day(now)),
            units=None,
            agencies=None,
            now=now,
            today=local_day(now),
        )
    return {row["target"]: row for row in json.loads(forms.as_json(tally, content))["rows"]}


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed on this machine")
async def test_only_a_page_of_this_server_is_a_tap_away(
    page: Page, url: str, settings: Settings
) -> None:
    await register(page)
    async with app.open_database(settings) as store, store.begin() as tx:
        [row] = await tx.fetch("SELECT address FROM addresses")
        reply = Reply(text=f"Tờ in đây ạ:\n{url}/sheets/abc\nhttps://la.example/sheets/abc")
        await outbox.put(
            tx,
            channel="web",
            address=row["address"],
            lane=outbox.URGENT,
            body=reply.to_json(),
            now=app.now(),
            dedupe_key="sheet",
        )
    await reads(page, "Tờ in đây")
    links = page.locator(".said.bot .words a", has_text="sheets")
    # Whatever server an address names, it leads to this one.
    assert [await one.get_attribute("href") for one in await links.all()] == ["/sheets/abc"] * 2
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360

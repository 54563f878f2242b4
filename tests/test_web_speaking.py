"""Speaking and sending files on the web page, in Chromium with a microphone that beeps."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright

from bot import app
from bot.settings import Settings
from storage import invites
from storage.people import Grant
from tests.accessible import offences
from tests.test_web import CHROMIUM, QUIET, reads, register, tap, type_in
from tests.test_web_enclosing import PDF, kept

MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
MEGABYTE = 1024 * 1024
REFUSED = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('',"
#: A finger that trembles on "Nói xong", and presses what comes in its place.
PRESSED_TWICE = """() => new Promise((done) => {
    const [finish, deliver] = ['finish', 'deliver'].map((id) => document.getElementById(id));
    new MutationObserver(() => done(deliver.click())).observe(deliver, { attributes: true });
    finish.click();
})"""
#: Milliseconds within which a second press is a slip.
SLIP = 700

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on this machine")


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser with a microphone."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*QUIET, *MICROPHONE]
        )
        yield browser
        await browser.close()


async def opens(chromium: Browser, url: str) -> Page:
    """Open the page on a small phone of one's own."""
    phone = await chromium.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    page = await phone.new_page()
    await page.goto(url)
    return page


@pytest.fixture
async def lan(chromium: Browser, url: str) -> Page:
    """Bà Lan of xóm Gò Vũ, registered."""
    page = await opens(chromium, url)
    await register(page)
    return page


@pytest.fixture
async def leader(chromium: Browser, url: str, settings: Settings) -> Page:
    """The leader of xóm Gò Vũ."""
    async with app.open_database(settings) as store, store.begin() as tx:
        now = app.now()
        grant = Grant(role="leader", unit="pt-go-vu")
        await invites.add(tx, "CODE-1", grant, now, now + timedelta(days=1))
    page = await opens(chromium, f"{url}/?start=CODE-1")
    await tap(page, "Tôi đồng ý")
    await tap(page, "Bác")
    await reads(page, "Tên bác là gì")
    await type_in(page, "Minh")
    await tap(page, "Đủ 60 rồi")
    await reads(page, "cháu đây")
    return page


def button(page: Page, label: str) -> Locator:
    return page.get_by_role("button", name=label, exact=True)


async def speaks(page: Page) -> None:
    """Press, speak for a while, press again."""
    await page.wait_for_timeout(SLIP)
    await button(page, "Nói").click()
    await page.locator("#clock", has_text="0:02").wait_for()
    await button(page, "Nói xong").click()
    await button(page, "Gửi đi").wait_for()
    await page.wait_for_timeout(SLIP)


async def sounds(page: Page) -> float:
    """How many seconds the newest voice on a page plays for."""
    told = """async () => {
        const player = [...document.querySelectorAll('audio.voice')].pop();
        player.preload = 'auto';
        player.load();
        await new Promise((done) => { player.onloadedmetadata = done; });
        return player.duration;
    }"""
    return float(await page.evaluate(told))


async def pick(page: Page, path: Path) -> None:
    async with page.expect_file_chooser() as chooser:
        await button(page, "Gửi tệp").click()
    await (await chooser.value).set_files(path)


async def test_what_an_elder_says_is_heard_by_the_leader_and_answered_aloud(
    lan: Page, leader: Page
) -> None:
    await type_in(lan, "tôi muốn hỏi")
    await reads(lan, "Gửi tin nói")
    await speaks(lan)
    assert await offences(lan) == []
    await button(lan, "Nghe lại").click()
    await button(lan, "Dừng nghe").wait_for()
    await lan.wait_for_timeout(SLIP)
    await button(lan, "Gửi đi").click()
    await lan.locator(".own", has_text="Lời bác nói, dài 0:0").wait_for()
    await tap(lan, "Điện thoại")
    await tap(lan, "Gửi đi")
    await reads(leader, "nhắn Hội về")
    assert 1 < await sounds(leader) < 30
    await tap(leader, "Trả lời")
    await reads(leader, "hoặc gửi tin nói")
    await speaks(leader)
    await button(leader, "Gửi đi").click()
    await tap(leader, "Gửi đi")
    await reads(lan, "Trưởng chi hội trả lời")
    assert 1 < await sounds(lan) < 30


async def test_a_leader_announces_in_the_own_voice(
    lan: Page, leader: Page, settings: Settings
) -> None:
    await type_in(leader, "thông báo")
    await reads(leader, "gõ nội dung thông báo")
    await speaks(leader)
    await button(leader, "Gửi đi").click()
    await reads(leader, "nhận được lời bác nói")
    await type_in(leader, "Mai họp chi hội lúc 8 giờ")
    await tap(leader, "Tất cả mọi người")
    await reads(leader, "Tin sẽ hiện như dưới đây")
    assert 1 < await sounds(leader) < 30
    await tap(leader, "Gửi đi")
    await reads(lan, "Mai họp chi hội lúc 8 giờ")
    assert 1 < await sounds(lan) < 30
    [(kind, name, voice)] = await kept(settings)
    assert (kind, name, voice[:4]) == ("voice", "loi-noi.ogg", b"OggS")


async def test_what_is_thrown_away_goes_nowhere_and_a_slip_sends_nothing(
    lan: Page, settings: Settings
) -> None:
    await button(lan, "Nói").click()
    await lan.locator("#clock", has_text="0:01").wait_for()
    await lan.evaluate(PRESSED_TWICE)
    await button(lan, "Bỏ đi").wait_for()
    await lan.wait_for_timeout(SLIP)
    await button(lan, "Bỏ đi").click()
    await button(lan, "Nói").wait_for()
    await button(lan, "Nói").click()
    await button(lan, "Nói xong").wait_for()
    await lan.wait_for_timeout(SLIP)
    await button(lan, "Nói xong").click()  # before anything was said
    await lan.locator("#saying", has_text="chưa nghe thấy gì").wait_for()
    await lan.keyboard.press("Escape")
    assert await lan.evaluate("document.activeElement.id") == "say"
    assert await lan.locator(".own", has_text="Lời bác nói").count() == 0
    await lan.fill("#field", "hôm nay tôi trồng 5 cây keo")
    await lan.evaluate(
        "() => { document.getElementById('send').click(); document.getElementById('say').click(); }"
    )
    assert await lan.locator("#recorder").is_hidden()
    await reads(lan, "5 (năm) cây keo")
    assert await kept(settings) == []


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })", "chưa ghi âm"),
        ("window.MediaRecorder = undefined", "chưa ghi âm"),
        (f"{REFUSED} 'NotAllowedError'); }}", "chưa cho cháu dùng micrô"),
        (f"{REFUSED} 'NotFoundError'); }}", "không thấy micrô"),
        (f"{REFUSED} 'NotReadableError'); }}", "đang bận"),
    ],
)
async def test_where_nothing_can_be_recorded_the_next_step_is_said(
    chromium: Browser, url: str, broken: str, told: str
) -> None:
    page = await opens(chromium, url)
    await page.add_init_script(broken)
    await page.reload()
    await register(page)
    for _ in range(2):  # larger letters
        await page.locator("#size").click()
    await button(page, "Nói").click()
    await page.locator("#saying", has_text=told).wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await page.wait_for_timeout(SLIP)
    await button(page, "Đóng").click()
    await type_in(page, "hôm nay tôi trồng 5 cây keo")
    await reads(page, "5 (năm) cây keo")


async def test_where_only_words_answer_nobody_speaks_for_nothing(lan: Page) -> None:
    await tap(lan, "Báo việc đã làm")
    await reads(lan, "việc gì")
    await button(lan, "Nói").click()
    await lan.locator("#saying", has_text="bấm nút hoặc nhắn chữ").wait_for()
    assert await button(lan, "Gửi tệp").is_hidden()
    assert await offences(lan) == []


async def test_a_file_survives_a_weak_network_and_a_closed_page(
    lan: Page, leader: Page, settings: Settings, tmp_path: Path
) -> None:
    await type_in(leader, "thông báo")
    await reads(leader, "gõ nội dung thông báo")
    path = tmp_path / "Giấy mời.pdf"
    path.write_bytes(PDF + os.urandom(2 * MEGABYTE))
    await leader.route("**/chat/files*", lambda route: route.abort())
    await pick(leader, path)
    await leader.locator(".own .state", has_text="đang gửi").wait_for()
    await leader.reload()
    await leader.locator(".own .state", has_text="đang gửi").wait_for()
    await leader.unroute("**/chat/files*")
    await reads(leader, "nhận được tệp rồi")
    [(kind, name, content)] = await kept(settings)
    assert (kind, name, content) == ("file", "Giấy mời.pdf", path.read_bytes())
    await type_in(leader, "Giấy mời họp")
    await tap(leader, "Tất cả mọi người")
    await tap(leader, "Gửi đi")
    await lan.locator("a.file", has_text="Giấy mời.pdf").wait_for()


async def test_how_far_it_is_gone_is_shown(
    lan: Page, leader: Page, settings: Settings, tmp_path: Path
) -> None:
    await type_in(leader, "thông báo")
    await reads(leader, "gõ nội dung thông báo")
    path = tmp_path / "lich.pdf"
    path.write_bytes(PDF + os.urandom(3 * MEGABYTE))
    line = await leader.context.new_cdp_session(leader)
    slow = {"offline": False, "latency": 20, "downloadThroughput": -1}
    await line.send("Network.enable")
    await line.send(
        "Network.emulateNetworkConditions", {**slow, "uploadThroughput": 0.75 * MEGABYTE}
    )
    await pick(leader, path)
    await leader.locator(".own .percent", has_text="%").wait_for()
    await reads(leader, "nhận được tệp rồi")
    assert len(await kept(settings)) == 1
    assert await lan.locator(".said").count()


async def test_what_is_too_large_is_told_before_it_is_sent(
    lan: Page, leader: Page, tmp_path: Path
) -> None:
    await reads(lan, "cháu đây")
    await type_in(leader, "thông báo")
    await reads(leader, "gõ nội dung thông báo")
    path = tmp_path / "phim.pdf"
    with path.open("wb") as film:
        film.truncate(60 * MEGABYTE)
    sent: list[str] = []
    leader.on("request", lambda request: sent.append(request.url))
    await pick(leader, path)
    refused = leader.locator(".refused .state", has_text="nhiều nhất 20 MB")
    await refused.wait_for()
    assert not any("/chat/files" in one for one in sent)
    await type_in(leader, "Mời các bác đến họp")
    await reads(leader, "muốn gửi cho ai")

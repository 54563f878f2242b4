"""Voices and files from the web page, over HTTP as a page sends them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientSession
from yarl import URL

from bot import app
from bot.settings import Settings
from storage import invites
from storage.people import Grant
from tests.patience import PATIENCE
from tests.sounds import packets_of, webm

SPOKEN = [bytes([0x83, 1, place]) for place in range(30)]
VOICE, PDF = webm(SPOKEN), b"%PDF-1.7 giay moi hop"
MEGABYTE = 1024 * 1024


class Browser:
    """Somebody's browser: what it sends, and what its page was told."""

    def __init__(self, session: ClientSession) -> None:
        self.session = session
        self._sent = 0
        self._seen = 0

    async def says(self, *texts: str) -> None:
        """Type messages, one after another."""
        for text in texts:
            self._sent += 1
            body = {"id": str(self._sent), "text": text}
            async with self.session.post("/chat/events", json=body) as answer:
                assert answer.status == 204

    async def sends(self, kind: str, content: bytes | AsyncIterator[bytes], **other: str) -> int:
        """Send a voice or a file as the page does; the status."""
        self._sent += 1
        query = {"id": other.pop("id", str(self._sent)), "name": other.pop("name", "")}
        type_ = "audio/webm;codecs=opus" if kind == "voices" else "application/octet-stream"
        headers = {"Content-Type": type_, **other}
        address = URL(f"/chat/{kind}").with_query(query)
        body = BytesIO(content) if isinstance(content, bytes) else content
        async with self.session.post(address, data=body, headers=headers) as answer:
            return answer.status

    async def hears(self, words: str) -> dict[str, Any]:
        """The first message with these words that came since the last one heard."""
        headers = {"Last-Event-ID": str(self._seen)}
        async with (
            asyncio.timeout(PATIENCE),
            self.session.get("/chat/stream", headers=headers) as stream,
        ):
            async for line in stream.content:
                if not line.startswith(b"data: "):
                    continue
                told: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                self._seen = max(self._seen, told["id"])
                if words in told["text"]:
                    return told
        raise AssertionError(words)


async def opens(url: str) -> Browser:
    """Open the page in a browser of one's own."""
    session = ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True))
    async with session.get("/"):
        return Browser(session)


@pytest.fixture
async def lan(url: str) -> AsyncIterator[Browser]:
    """Bà Lan of xóm Gò Vũ, registered."""
    browser = await opens(url)
    await browser.says("/start", "1", "1", "Lan", "gò vũ", "1")
    yield browser
    await browser.session.close()


@pytest.fixture
async def leader(url: str, settings: Settings) -> AsyncIterator[Browser]:
    """The leader of xóm Gò Vũ."""
    async with app.open_database(settings) as store, store.begin() as tx:
        now = app.now()
        grant = Grant(role="leader", unit="pt-go-vu")
        await invites.add(tx, "CODE-1", grant, now, now + timedelta(days=1))
    browser = await opens(url)
    await browser.says("/start CODE-1", "1", "1", "Minh", "1")
    yield browser
    await browser.session.close()


async def kept(settings: Settings) -> list[tuple[str, str, bytes]]:
    """Everything kept to be handed on."""
    async with app.open_database(settings) as store, store.read() as tx:
        rows = await tx.fetch("SELECT kind, name, content FROM enclosures")
    return [(row["kind"], row["name"], bytes(row["content"])) for row in rows]


async def test_what_an_elder_says_aloud_reaches_the_leader(
    lan: Browser, leader: Browser, settings: Settings
) -> None:
    await lan.says("tôi muốn hỏi")
    for _ in range(2):  # a page that was not told so sends it again
        assert await lan.sends("voices", VOICE, id="v") == 204
    await lan.says("1", "1")
    arrived = await leader.hears("nhắn Hội về")
    assert arrived["document"]["voice"]
    async with leader.session.get(arrived["document"]["address"]) as heard:
        assert heard.content_type == "audio/ogg"
        assert packets_of(await heard.read())[2:] == SPOKEN
    [(kind, name, _)] = await kept(settings)
    assert (kind, name) == ("voice", "loi-noi.ogg")


async def test_a_leader_sends_a_file_along_with_an_announcement(
    lan: Browser, leader: Browser, settings: Settings
) -> None:
    await leader.says("/thongbao")
    assert await leader.sends("files", PDF, name="Giấy mời/họp.docx") == 204
    await leader.says("Mời các bác đến họp", "1", "1")
    told = await lan.hears("Mời các bác đến họp")
    assert told["document"]["name"] == "Giấy mời họp.pdf"
    async with lan.session.get(told["document"]["address"]) as got:
        assert await got.read() == PDF
    assert len(await kept(settings)) == 1


async def test_a_file_that_nobody_asked_for_is_not_kept(lan: Browser, settings: Settings) -> None:
    assert await lan.sends("files", PDF, name="a.pdf") == 204
    await lan.hears("tệp thì cháu chưa mở được")
    assert await kept(settings) == []


async def endless() -> AsyncIterator[bytes]:
    """What never says how much it is."""
    for _ in range(60):
        yield PDF + bytes(MEGABYTE)


@pytest.mark.usefixtures("lan")
async def test_what_is_too_large_is_refused_before_it_is_taken(
    leader: Browser, settings: Settings
) -> None:
    await leader.says("/thongbao")
    assert await leader.sends("files", bytes(60 * MEGABYTE), name="phim.pdf") == 413
    assert await leader.sends("files", endless()) == 413
    assert await leader.sends("voices", VOICE + bytes(6 * MEGABYTE)) == 413
    assert await kept(settings) == []
    assert await leader.sends("files", PDF + bytes(19 * MEGABYTE), name="day.pdf") == 204
    await leader.hears("gõ một câu nói tệp này")


@pytest.mark.usefixtures("lan")
async def test_what_is_no_voice_is_refused(leader: Browser, settings: Settings) -> None:
    await leader.says("/thongbao")
    assert await leader.sends("voices", b"<html><script>alert(1)</script>") == 415
    assert await leader.sends("voices", b"") == 415
    assert await leader.sends("voices", b"\x1aE\xdf\xa3 no voice in it") == 204
    await leader.hears("chưa nhận được trọn tin")
    assert await leader.sends("files", b"PK\x03\x04 an app", name="moi.pdf") == 204
    await leader.hears("chỉ chuyển tệp PDF")
    assert [one for one in await kept(settings) if one[0] == "voice"] == []


@pytest.mark.usefixtures("lan")
async def test_another_site_or_a_stranger_sends_nothing(
    url: str, leader: Browser, settings: Settings
) -> None:
    await leader.says("/thongbao")
    for kind, content in (("voices", VOICE), ("files", PDF)):
        assert await leader.sends(kind, content, Origin="https://evil.example") == 403
        for form in ("multipart/form-data", "text/plain", "application/x-www-form-urlencoded"):
            assert await leader.sends(kind, content, **{"Content-Type": form}) == 403
        assert await leader.sends(kind, content, id="") == 400
        assert await leader.sends(kind, content, id="x" * 65) == 400
        async with ClientSession(url) as nobody:
            assert await Browser(nobody).sends(kind, content) == 401
        stranger = await opens(url)
        assert await stranger.sends(kind, content) == 204  # asked to register first
        await stranger.session.close()
    assert await kept(settings) == []


@pytest.mark.usefixtures("lan")
async def test_what_breaks_off_on_the_way_counts_as_never_sent(
    leader: Browser, settings: Settings
) -> None:
    async def breaks_off() -> AsyncIterator[bytes]:
        yield PDF
        await asyncio.sleep(0.2)
        raise ConnectionResetError

    await leader.says("/thongbao")
    headers = {"Content-Type": "application/octet-stream", "Content-Length": "1000"}
    with pytest.raises(aiohttp.ClientError):
        await leader.session.post("/chat/files?id=f&name=a.pdf", data=breaks_off(), headers=headers)
    assert await kept(settings) == []
    assert await leader.sends("files", PDF, id="f", name="a.pdf") == 204
    await leader.hears("gõ một câu nói tệp này")
    assert len(await kept(settings)) == 1

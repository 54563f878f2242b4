"""What people send to be handed on: kept for a while, and carried where a channel can."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import aiohttp
from aiohttp import ClientSession

from bot import app
from bot.channels.base import Limits
from bot.channels.telegram import TelegramChannel
from bot.channels.web import COOKIE
from bot.documents import documents_from
from bot.pictures import develop_from
from bot.settings import Settings
from handlers.talk.messages import Choice, Document, Reply
from storage import enclosures, outbox
from storage.enclosures import Enclosure
from tests.fakes.telegram_api import TelegramApi
from tests.talking import Phone, Village
from tests.test_erasing import erases

VOICE = b"OggS" + bytes(range(200))
WORDS = "Mời các bác họp lúc 2 giờ chiều."
OTHERWISE = "Kèm tin này có lời nói, ở đây cháu chưa phát được ạ."
DONE = Choice(digit="1", label="Tôi đọc rồi", payload="go:read:1")


def with_voice(words: str = WORDS) -> Reply:
    """A message with a voice."""
    return Reply(text=words, choices=(DONE,)).enclosing(
        Enclosure(7, "voice", "loi-noi.ogg"), OTHERWISE
    )


async def kept(village: Village) -> list[tuple[str, str | None]]:
    async with village.store.read() as tx:
        rows = await tx.fetch("SELECT name, belongs_to FROM enclosures ORDER BY id")
    return [(row["name"], row["belongs_to"]) for row in rows]


async def test_what_belongs_to_something_stays_and_the_rest_is_forgotten(
    village: Village, lan: Phone
) -> None:
    async with village.store.begin() as tx:
        for name in ("1", "2", "3", "4", "5"):
            one = await enclosures.keep(tx, 1, "voice", name, VOICE, village.clock())
            if name == "1":
                assert await enclosures.hand_over(tx, one.id, 1, "question:5")
                assert not await enclosures.hand_over(tx, one.id, 2, "question:6")
    assert await kept(village) == [("1", "question:5"), ("3", None), ("4", None), ("5", None)]
    async with village.store.begin() as tx:
        await enclosures.prune(tx, village.clock() + timedelta(seconds=1))
        assert await enclosures.of(tx, "question:5") == [one := Enclosure(1, "voice", "1")]
        assert await enclosures.content(tx, one.id) == VOICE
    assert await kept(village) == [("1", "question:5")]
    await erases(lan)
    assert await kept(village) == []


async def test_a_reply_is_kept_with_its_voice() -> None:
    assert Reply.from_json(with_voice().to_json()) == with_voice()
    photo = Reply(text=WORDS).enclosing(Enclosure(8, "photo", "anh.jpg"))
    assert photo.picture
    assert Reply.from_json(photo.to_json()) == photo
    assert Reply(text=WORDS).enclosing(None) == Reply(text=WORDS)


async def test_where_no_voice_can_be_carried_the_words_say_so(village: Village, lan: Phone) -> None:
    async with village.store.begin() as tx:
        one = await enclosures.keep(tx, 1, "voice", "loi-noi.ogg", VOICE, village.clock())
        spoken = Reply(text=WORDS).enclosing(one, OTHERWISE)
        for _ in range(2):
            await outbox.put(
                tx,
                channel="phone",
                address="lan",
                lane=outbox.BULK,
                body=spoken.to_json(),
                now=village.clock(),
            )
    village.channel.limits = Limits(text=4096, pace=100_000)
    await village.goes_out()
    assert [reply.text for reply in lan.replies[-2:]] == [f"{WORDS}\n{OTHERWISE}"] * 2
    assert lan.replies[-1].document is None


async def test_telegram_carries_a_voice_and_uploads_it_once() -> None:
    fetched: list[str] = []

    async def write(document: Document) -> bytes | None:
        fetched.append(document.name)
        return VOICE

    async with TelegramApi() as api:
        channel = TelegramChannel(api.token, api.url, write=write)
        lan, mai = api.phone(1001), api.phone(1002, "Mai")
        for phone in (lan, mai):
            await channel.send(str(phone.user["id"]), with_voice())
            [shown] = await phone.hears()
            assert (shown.method, shown.file, shown.text) == ("sendVoice", VOICE, WORDS)
            assert shown.buttons == [("1. Tôi đọc rồi", "go:read:1")]
        assert fetched == ["loi-noi.ogg"]

        await channel.send("1001", with_voice("ă" * 1025))
        spoken, said = await lan.hears(2)
        assert (spoken.method, spoken.text, said.text) == ("sendVoice", "", "ă" * 1025)

        api.fail_next("sendVoice", 400, "Bad Request: VOICE_MESSAGES_FORBIDDEN")
        await channel.send("1001", with_voice())
        [said] = await lan.hears()
        assert (said.method, said.text) == ("sendMessage", f"{WORDS}\n{OTHERWISE}")
        assert said.buttons

        await channel.send("1001", with_voice())
        assert (await lan.hears())[0].file == VOICE

        recorded = Enclosure(8, "voice", "loi-noi.aac")  # which Telegram does not play as a voice
        await channel.send("1001", Reply(text=WORDS).enclosing(recorded, OTHERWISE))
        [shown] = await lan.hears()
        assert (shown.method, shown.text) == ("sendDocument", WORDS)
        await channel.close()


async def test_the_page_plays_a_voice_in_the_parts_it_asks_for(tmp_path: Path) -> None:
    settings = Settings(bot_database_url=f"sqlite:///{tmp_path}/bot.db", bot_web_port=0)
    jar = aiohttp.CookieJar(unsafe=True)
    async with app.serve(settings) as url, ClientSession(url, cookie_jar=jar) as browser:
        async with browser.get("/") as page:
            address = hashlib.sha256(page.cookies[COOKIE].value.encode()).hexdigest()[:32]
        async with app.open_database(settings) as store, store.begin() as tx:
            await tx.execute(
                "INSERT INTO people (id, name, form, unit, registered_at)"
                " VALUES (1, '', '', '', '2026')"
            )
            one = await enclosures.keep(tx, 1, "voice", "loi-noi.ogg", VOICE, app.now())
            put = await outbox.put(
                tx,
                channel="web",
                address=address,
                lane=outbox.BULK,
                body=Reply(text=WORDS).enclosing(one, OTHERWISE).to_json(),
                now=app.now(),
            )
        assert put
        where = f"/chat/documents/{put.id}"
        async with browser.get(where) as whole:
            assert (whole.status, await whole.read()) == (200, VOICE)
            assert whole.headers["Content-Type"] == "audio/ogg"
            assert "Content-Disposition" not in whole.headers
        async with browser.get(where, headers={"Range": "bytes=0-1"}) as part:
            assert (part.status, await part.read()) == (206, VOICE[:2])
            assert part.headers["Content-Range"] == f"bytes 0-1/{len(VOICE)}"
        for none in ("bytes=x", f"bytes={len(VOICE)}-"):
            async with browser.get(where, headers={"Range": none}) as wrong:
                assert wrong.status == 416


async def test_bytes_are_fetched_only_on_their_way_out(village: Village, lan: Phone) -> None:
    async with village.store.begin() as tx:
        photo = await enclosures.keep(tx, 1, "photo", "anh.jpg", b"jpeg", village.clock())
        file = await enclosures.keep(tx, 1, "file", "thư mời.pdf", b"%PDF", village.clock())
    develop = develop_from(village.store)
    write = documents_from(village.store, village.content, village.clock)
    shown = Reply(text="").enclosing(photo)
    saved = Reply(text="").enclosing(file)
    assert shown.picture
    assert await develop(shown.picture) == b"jpeg"
    assert saved.document
    assert (saved.document.voice, await write(saved.document)) == (False, b"%PDF")
    assert saved.voiceless() == saved
    await erases(lan)
    assert await develop(shown.picture) is None
    assert await write(saved.document) is None

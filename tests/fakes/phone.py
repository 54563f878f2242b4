"""A person's phone: what it sends to the bot, what it heard, and what its screen shows now."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.patience import PATIENCE

Json = dict[str, Any]
_SHAPES = {"photo": {"width": 9, "height": 9}, "voice": {"duration": 1}, "audio": {"duration": 1}}
#: The longest side of the sizes in which Telegram hands a photo out.
_SIDES = (90, 320, 800, 1280, 2560)


class Network(Protocol):
    """What a phone is connected to."""

    ids: itertools.count[int]
    queries: dict[str, Phone]

    def keep(self, name: str, content: bytes) -> str:
        """Store a file and return its file_id."""

    def queue(self, kind: str, body: Json) -> int:
        """Deliver an update to the bot and return its update_id."""


@dataclass(frozen=True)
class BotMessage:
    """What a phone showed at one moment; `text` is the caption when a file came."""

    text: str
    buttons: list[tuple[str, str]]  # (label, callback data, or "" for a link)
    message_id: int
    chat_id: int
    method: str
    file: bytes = field(default=b"", repr=False)
    raw: Json = field(default_factory=dict, repr=False)


class Phone:
    """One person's private chat with the bot; every action returns its update_id."""

    def __init__(self, api: Network, user_id: int, name: str) -> None:
        person = {"id": user_id, "first_name": name}
        self.user: Json = person | {"is_bot": False, "language_code": "vi"}
        self.chat: Json = person | {"type": "private"}
        self.blocked = False
        self.heard: list[BotMessage] = []  # every message and edited text, as it came
        self.screen: dict[int, BotMessage] = {}  # message_id: the message as it looks now
        self.callback_answers: list[Json] = []  # query_id, text, show_alert
        self._api, self._own, self._read, self._arrival = api, Json(), 0, asyncio.Event()

    async def says(self, text: str) -> int:
        """Type a message."""
        return self._write(_typed(text))

    async def sends_photo(
        self, caption: str | None = None, content: bytes = b"\xff\xd8\xff\xd9"
    ) -> int:
        """Send a photo; it is handed out in several sizes, `content` being that of 1280 pixels."""
        sizes = []
        for side in _SIDES:
            name = self._api.keep(f"{side}.jpg", content if side == 1280 else b"another size")
            [size] = file_part("photo", name)["photo"]
            sizes.append(size | {"width": side, "height": side * 3 // 4})
        return self._write({"photo": sizes} | ({"caption": caption} if caption else {}))

    async def sends_document(self, name: str, size: int, content: bytes = b"") -> int:
        """Send a file: a photo that is not to lose any of its pixels, say."""
        document = file_part("document", self._api.keep(name, content))
        document["document"] |= {"file_size": size, "mime_type": "image/jpeg"}
        return self._write(document)

    async def sends_voice(self) -> int:
        """Send a voice note."""
        return self._write(file_part("voice", self._api.keep("voice.ogg", b"OggS")))

    async def edits(self, text: str) -> int:
        """Change the last message written here."""
        self._own = self._own | {"edit_date": int(time.time())} | _typed(text)
        return self._api.queue("edited_message", self._own)

    async def taps(self, label: str) -> int:
        """Tap a button of the newest message that has any now, by label or how it begins."""
        return self._tap([shown for shown in self.screen.values() if shown.buttons][-1], label)

    async def taps_on(self, message_index: int, label: str) -> int:
        """Tap a button of `heard[message_index]` as it was then, even if it is gone now."""
        return self._tap(self.heard[message_index], label)

    async def taps_data(self, data: str) -> int:
        """Send callback data that no button need ever have offered."""
        return self._press(data, max(self.screen, default=0))

    async def hears(self, count: int = 1, timeout: float = PATIENCE) -> list[BotMessage]:  # noqa: ASYNC109
        """Wait for at least `count` messages since the last call; return all there are."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while len(self.heard) < self._read + count:
                    self._arrival.clear()
                    await self._arrival.wait()
        news = self.heard[self._read :]
        if len(news) < count:
            raise TimeoutError(f"waited for {count} messages, heard {news}")
        self._read = len(self.heard)
        return news

    async def hears_of(self, part: str, timeout: float = PATIENCE) -> BotMessage:  # noqa: ASYNC109
        """Wait for a message with these words; it and those before it then count as read."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while True:
                    for place in range(self._read, len(self.heard)):
                        if part in self.heard[place].text:
                            self._read = place + 1
                            return self.heard[place]
                    self._arrival.clear()
                    await self._arrival.wait()
        raise TimeoutError(f"waited for {part!r}, heard {self.heard[self._read :]}")

    @property
    def last_text(self) -> str:
        """The text heard last, or nothing."""
        return self.heard[-1].text if self.heard else ""

    def show(self, raw: Json, method: str, file: bytes = b"") -> None:
        """Put a message of the bot's on the screen; a change of buttons alone is not heard."""
        rows = raw.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [(key["text"], key.get("callback_data", "")) for row in rows for key in row]
        text = raw.get("text") or raw.get("caption", "")
        message = BotMessage(text, buttons, raw["message_id"], self.chat["id"], method, file, raw)
        self.screen[message.message_id] = message
        if method != "editMessageReplyMarkup":
            self.heard.append(message)
            self._arrival.set()

    def _write(self, content: Json) -> int:
        self._own = {"message_id": next(self._api.ids), "date": int(time.time()), **content}
        self._own |= {"from": self.user, "chat": self.chat}
        return self._api.queue("message", self._own)

    def _tap(self, message: BotMessage, wanted: str) -> int:
        begins = re.compile(re.escape(wanted) + (r"(?!\d)" if wanted[-1:].isdigit() else ""))
        found = [data for label, data in message.buttons if data and label == wanted]
        found += [data for label, data in message.buttons if data and begins.match(label)]
        if not found:
            raise LookupError(f"no button {wanted!r} among {message.buttons}")
        return self._press(found[0], message.message_id)

    def _press(self, data: str, message_id: int) -> int:
        gone = {"message_id": message_id, "chat": self.chat, "date": 0}
        message = self.screen[message_id].raw if message_id in self.screen else gone
        query_id = str(next(self._api.ids))
        self._api.queries[query_id] = self
        query = {"id": query_id, "from": self.user, "chat_instance": "1", "message": message}
        return self._api.queue("callback_query", query | {"data": data})


def _typed(text: str) -> Json:
    command = re.match(r"/\w+(@\w+)?", text)
    entity = {"type": "bot_command", "offset": 0, "length": command.end()} if command else {}
    return {"text": text} | ({"entities": [entity]} if command else {})


def file_part(kind: str, file_id: str) -> Json:
    """Return the part of a message that describes a file."""
    about = {"file_id": file_id, "file_unique_id": file_id, **_SHAPES.get(kind, {})}
    about |= {"file_name": file_id.partition("-")[2]} if kind in {"audio", "document"} else {}
    return {kind: [about] if kind == "photo" else about}

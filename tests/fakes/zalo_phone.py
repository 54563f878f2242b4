"""A person's phone on Zalo: what it sends to the bot, and what it heard."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = dict[str, Any]


class Network(Protocol):
    """What a phone is connected to."""

    ids: itertools.count[int]

    def keep(self, name: str, content: bytes) -> str:
        """Store a file and return the URL that Zalo hands out for it."""

    def now(self) -> int:
        """The present, in milliseconds."""

    def queue(self, update: Json) -> Json:
        """Deliver an update to the bot, and return it."""


@dataclass(frozen=True)
class Heard:
    """One message on the screen; `text` is the caption under a picture."""

    text: str
    method: str
    file: bytes = field(default=b"", repr=False)
    params: Json = field(default_factory=dict, repr=False)

    @property
    def sizes(self) -> list[str]:
        """How large its letters are, as Zalo calls it."""
        return [code for style in self.params.get("text_styles", ()) for code in style["st"]]


class Phone:
    """One person's private chat with the bot; every action returns the update it became."""

    def __init__(self, api: Network, user_id: str, name: str) -> None:
        self.id, self.name = user_id, name
        self.blocked = False
        self.heard: list[Heard] = []
        self._api, self._read, self._arrival = api, 0, asyncio.Event()

    def says(self, text: str) -> Json:
        """Type a message."""
        return self._write("text", {"text": text})

    def sends_photo(self, caption: str = "", content: bytes = b"\xff\xd8\xff\xd9") -> Json:
        """Send a photo, with words under it or without."""
        url = self._api.keep("photo.jpg", content)
        about = {"photo_url": url, "message_type": "CHAT_PHOTO"}
        return self._write("image", about | ({"caption": caption} if caption else {}))

    def sends_voice(self, content: bytes = b"\xff\xf1") -> Json:
        """Send a voice note."""
        url = self._api.keep("voice.aac", content)
        return self._write("voice", {"voice_url": url, "message_type": "CHAT_VOICE"})

    def sends_sticker(self) -> Json:
        """Send a sticker."""
        url = self._api.keep("sticker.png", b"\x89PNG")
        return self._write("sticker", {"sticker": "0e078a2fb66a5f34067b", "url": url})

    def sends_hidden(self) -> Json:
        """Send what Zalo keeps from the bot: a card, a file, or words of an account it protects."""
        return self._write("unsupported", {})

    async def hears(self, count: int = 1, timeout: float = 5) -> list[Heard]:  # noqa: ASYNC109
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

    async def hears_of(self, part: str, timeout: float = 10) -> Heard:  # noqa: ASYNC109
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

    def show(self, message: Heard) -> None:
        """Put a message of the bot's on the screen."""
        self.heard.append(message)
        self._arrival.set()

    def _write(self, kind: str, about: Json) -> Json:
        message = {
            "message_id": f"{next(self._api.ids):020x}",
            "date": self._api.now(),
            "from": {"id": self.id, "display_name": self.name, "is_bot": False},
            "chat": {"id": self.id, "chat_type": "PRIVATE"},
            **about,
        }
        return self._api.queue({"event_name": f"message.{kind}.received", "message": message})

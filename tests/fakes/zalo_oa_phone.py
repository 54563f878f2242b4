"""A person's phone with Zalo on it, in the chat with one Official Account."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

Json = dict[str, Any]


class Network(Protocol):
    """What a phone is connected to."""

    ids: itertools.count[int]
    clock: Callable[[], datetime]
    media: dict[str, bytes]
    url: str
    free_replies: int

    def happens(self, event_name: str, at: datetime | None = None, **parts: Any) -> None:
        """Tell the program what happened."""


@dataclass(frozen=True)
class Shown:
    """What the phone showed."""

    text: str
    buttons: list[tuple[str, str]]  # (title, payload)
    file: bytes = field(default=b"", repr=False)


class OaPhone:
    """What a person does, and what they hear."""

    def __init__(self, api: Network, user: str) -> None:
        self._api, self.user = api, user
        self.heard: list[Shown] = []
        self.left = False
        self.interacted_at: datetime | None = None
        self.free_left = 0
        self._read, self._arrival = 0, asyncio.Event()

    async def says(self, text: str, *, msg_id: str = "", at: datetime | None = None) -> str:
        """Type a message; its id. One said before is sent once more under its id."""
        told = msg_id or f"m{next(self._api.ids)}"
        self._says("text", {"text": text, "msg_id": told}, at)
        return told

    async def taps(self, title: str) -> None:
        """Tap a button of the last message that has any, by its title or how it begins."""
        buttons = next(shown.buttons for shown in reversed(self.heard) if shown.buttons)
        found = [payload for label, payload in buttons if label.startswith(title)]
        assert found, f"no button {title!r} among {buttons}"
        await self.says(found[0])

    async def sends_image(self, content: bytes, caption: str = "", host: str = "") -> None:
        """Send a photo; Zalo keeps it at an address for a while."""
        name = f"{next(self._api.ids)}.jpg"
        self._api.media[name] = content
        url = f"{host or self._api.url}/media/{name}"
        payload = {"url": url, "thumbnail": url}
        said = {"text": caption} if caption else {}
        self.sends("image", {**said, "attachments": [{"type": "image", "payload": payload}]})

    def sends_voice(self, content: bytes, host: str = "") -> None:
        """Send a voice note; Zalo keeps it at an address for a while."""
        self._sends_kept("audio", f"{next(self._api.ids)}.m4a", content, host)

    def sends_file(self, name: str, content: bytes) -> None:
        """Send a file."""
        told = {"name": name, "size": str(len(content)), "type": name.rpartition(".")[2]}
        self._sends_kept("file", f"{next(self._api.ids)}", content, "", told)

    def _sends_kept(
        self, kind: str, kept: str, content: bytes, host: str, told: Json | None = None
    ) -> None:
        self._api.media[kept] = content
        payload = {"url": f"{host or self._api.url}/media/{kept}", **(told or {})}
        self.sends(kind, {"attachments": [{"type": kind, "payload": payload}]})

    def sends(self, kind: str, message: Json | None = None) -> None:
        """Send anything: audio, sticker, location, a thing nobody has heard of."""
        self._says(kind, {"msg_id": f"m{next(self._api.ids)}", **(message or {})}, None)

    def follows(self) -> None:
        """Follow the account."""
        self.left = False
        self._interacts()
        self._api.happens("follow", oa_id="3312345678901234567", follower={"id": self.user})

    def unfollows(self, at: datetime | None = None) -> None:
        """Leave the account."""
        self.left = True
        self._api.happens("unfollow", at, oa_id="3312345678901234567", follower={"id": self.user})

    def _says(self, kind: str, message: Json, at: datetime | None) -> None:
        self.left = False
        self._interacts()
        self._api.happens(
            f"user_send_{kind}",
            at,
            user_id_by_app=f"by-app-{self.user}",
            sender={"id": self.user},
            recipient={"id": "3312345678901234567"},
            message=message,
        )

    def _interacts(self) -> None:
        self.interacted_at, self.free_left = self._api.clock(), self._api.free_replies

    def show(self, message: Json, file: bytes) -> None:
        """Put a message of the account's on the screen."""
        payload = message.get("attachment", {}).get("payload", {})
        buttons = [(one["title"], one["payload"]) for one in payload.get("buttons", [])]
        self.heard.append(Shown(message.get("text", ""), buttons, file))
        self._arrival.set()

    async def hears_of(self, part: str, timeout: float = 10) -> Shown:  # noqa: ASYNC109
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

"""What comes with a form of a board: a photo made small, a voice, or a file, as from the chat."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from aiohttp import web

from bot.kinds import looked_at, sound
from bot.photos import NotAPhotoError, clean
from bot.sounds import SOUNDS
from handlers.leaders.drafts import READABLE
from handlers.talk.messages import LARGEST, Enclosed, Event

#: So much is read of a form with a file; what is too large to be handed on is told below that.
MOST = 3 * LARGEST["file"]
#: The field of the file.
FIELD = "tep"
_PHOTOS = ("jpg", "jpeg", "png", "webp")
#: What a browser offers to choose from.
ACCEPTED = ",".join(f".{ending}" for ending in (*_PHOTOS, *SOUNDS, "webm", *READABLE))
#: One photo at a time: a small file may hold a picture of a hundred megabytes.
_opening = asyncio.Lock()


async def came(form: Mapping[str, Any], now: datetime) -> Event:
    """The file of a form, as if it had been sent in the chat; nothing if none was chosen."""
    file = form.get(FIELD)
    if not isinstance(file, web.FileField):
        return _event(now)
    name = file.filename
    with file.file:
        content = await asyncio.to_thread(file.file.read)
    ending = name.rpartition(".")[2].lower()
    if ending in _PHOTOS:
        return _event(now, media="photo", photo=await _photo(content))
    media: Literal["voice", "file"] = "voice" if sound(content) else "file"
    enclosed = Enclosed(name=name, size=len(content), content=content)
    if len(content) <= LARGEST[media]:
        enclosed = await asyncio.to_thread(looked_at, enclosed, content, media)
    return _event(now, media=media, enclosed=enclosed)


def _event(now: datetime, **more: Any) -> Event:
    return Event(id="board", channel="board", address="", at=now, **more)


async def _photo(content: bytes) -> bytes | None:
    """A photo made small and free of metadata; None when it is none, or far too large."""
    if len(content) > LARGEST["file"]:
        return None
    async with _opening:
        try:
            return await asyncio.to_thread(clean, content)
        except NotAPhotoError:
            return None

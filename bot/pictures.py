"""The pictures of replies as bytes: photos fetched and drawings drawn, just before they go out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from handlers.reports import pictures
from handlers.talk.messages import ENCLOSED, PHOTO, Picture
from storage import enclosures, photos
from storage.database import Store

log = logging.getLogger(__name__)

#: The bytes of a picture; None when it is gone or cannot be drawn, and the words go out alone.
Develop = Callable[[Picture], Awaitable[bytes | None]]

#: What is fetched rather than drawn.
_KEPT = {PHOTO: photos.image, ENCLOSED: enclosures.content}


def develop_from(store: Store) -> Develop:
    """What turns pictures into bytes, with the photos of one database."""

    async def develop(picture: Picture) -> bytes | None:
        try:
            if picture.name not in _KEPT:
                return await asyncio.to_thread(pictures.draw, picture.name, picture.values)
            async with store.read() as tx:
                return await _KEPT[picture.name](tx, picture.values["id"])
        except Exception:
            log.exception("picture %s cannot be shown", picture.name)
            return None

    return develop

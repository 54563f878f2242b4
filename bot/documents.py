"""The files of replies as bytes: fetched, or made from the database, just before they go out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from content.loader import Content
from handlers.reports import files, freezing, periods
from handlers.talk.messages import ENCLOSED, Document
from handlers.talk.scene import ZONE, local_day
from storage import enclosures
from storage.database import Store

log = logging.getLogger(__name__)

#: The bytes of a file; None when it cannot be made, and the words go out alone.
Write = Callable[[Document], Awaitable[bytes | None]]


def documents_from(store: Store, content: Content, clock: Callable[[], datetime]) -> Write:
    """What turns documents into bytes, with the tallies and the enclosures of one database."""

    async def write(document: Document) -> bytes | None:
        told, now = document.values, clock()
        try:
            async with store.read() as tx:
                if ENCLOSED in told:
                    return await enclosures.content(tx, told[ENCLOSED])
                tally = await freezing.shown(
                    tx,
                    content,
                    periods.parse(told["period"], content.plan),
                    units=told["units"],
                    agencies=told["agencies"],
                    now=now.astimezone(ZONE),
                    today=local_day(now),
                )
            form = document.name.rpartition(".")[2]
            return await asyncio.to_thread(files.make, form, tally, content)
        except Exception:
            log.exception("document %s cannot be made", document.name)
            return None

    return write

"""The files of replies as bytes: made from the database just before they go out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from content.loader import Content
from handlers.reports import files, freezing, periods
from handlers.reports import surveys as results
from handlers.talk.messages import Document
from handlers.talk.scene import ZONE, local_day
from storage import surveys
from storage.database import Store

log = logging.getLogger(__name__)

#: The bytes of a file; None when it cannot be made, and the words go out alone.
Write = Callable[[Document], Awaitable[bytes | None]]


def documents_from(store: Store, content: Content, clock: Callable[[], datetime]) -> Write:
    """What turns documents into bytes, with the tallies of one database."""

    async def write(document: Document) -> bytes | None:
        told, form = document.values, document.name.rpartition(".")[2]
        try:
            if "survey" in told:
                return await _survey(store, content, told, form)
            now = clock()
            async with store.read() as tx:
                tally = await freezing.shown(
                    tx,
                    content,
                    periods.parse(told["period"], content.plan),
                    units=told["units"],
                    agencies=told["agencies"],
                    now=now.astimezone(ZONE),
                    today=local_day(now),
                )
            return await asyncio.to_thread(files.make, form, tally, content)
        except Exception:
            log.exception("document %s cannot be made", document.name)
            return None

    return write


async def _survey(
    store: Store, content: Content, told: Mapping[str, Any], form: str
) -> bytes | None:
    async with store.read() as tx:
        survey = await surveys.get(tx, told["survey"])
        if survey is None:
            return None
        found = await results.results(tx, survey, told["units"])
    return await asyncio.to_thread(results.make, form, found, content)

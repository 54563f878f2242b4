"""The files of replies as bytes: fetched, or made from the database, just before they go out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from content.loader import Content
from handlers.leaders.members import importing
from handlers.reports import files, freezing, lists, periods
from handlers.reports import questions as asked
from handlers.reports import surveys as results
from handlers.talk.messages import ENCLOSED, Document
from handlers.talk.scene import ZONE, local_day
from storage import enclosures, questions, surveys
from storage.database import Store, Tx

log = logging.getLogger(__name__)

#: The bytes of a file; None when it cannot be made, and the words go out alone.
Write = Callable[[Document], Awaitable[bytes | None]]
#: Makes the bytes from what was read; away from the loop, it may take a second.
_Make = Callable[[], bytes]


def documents_from(store: Store, content: Content, clock: Callable[[], datetime]) -> Write:
    """What turns documents into bytes: enclosures, lists, and tables of one database."""

    async def write(document: Document) -> bytes | None:
        told, form = document.values, document.name.rpartition(".")[2]
        try:
            async with store.read() as tx:
                if ENCLOSED in told:
                    return await enclosures.content(tx, told[ENCLOSED])
                read = next((read for key, read in _READS.items() if key in told), _tally)
                make = await read(tx, content, told, form, clock())
            return await asyncio.to_thread(make)
        except Exception:
            log.exception("document %s cannot be made", document.name)
            return None

    return write


async def _tally(
    tx: Tx, content: Content, told: Mapping[str, Any], form: str, now: datetime
) -> _Make:
    tally = await freezing.shown(
        tx,
        content,
        periods.parse(told["period"], content.plan),
        units=told["units"],
        agencies=told["agencies"],
        now=now.astimezone(ZONE),
        today=local_day(now),
    )
    return partial(files.make, form, tally, content)


async def _survey(
    tx: Tx, content: Content, told: Mapping[str, Any], form: str, now: datetime
) -> _Make:
    survey = await surveys.get(tx, told["survey"])
    if survey is None:
        raise LookupError(f"no survey {told['survey']}")
    found = await results.results(tx, survey, told["units"], local_day(now))
    return partial(results.make, form, found, content)


async def _questions(
    tx: Tx, content: Content, told: Mapping[str, Any], _form: str, now: datetime
) -> _Make:
    every = await questions.every(tx)
    return partial(asked.as_workbook, every, content, local_day(now), told["questions"])


async def _empty_list(
    _tx: Tx, content: Content, told: Mapping[str, Any], _form: str, _now: datetime
) -> _Make:
    return partial(importing.empty_list, content, told["empty_list"], told["rows"])


async def _marked(
    tx: Tx, content: Content, told: Mapping[str, Any], _form: str, _now: datetime
) -> _Make:
    file = await enclosures.content(tx, told["marked"])
    if file is None:
        raise LookupError(f"no enclosure {told['marked']}")
    head = content.phrases["importing.column_wrong"]
    return partial(lists.marked, file, told["wrong"], head)


#: What reads for a document, by a value that only such a document has.
_READS = {"survey": _survey, "questions": _questions, "empty_list": _empty_list, "marked": _marked}

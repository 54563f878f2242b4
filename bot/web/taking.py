"""What is taken out of the boards as a file."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from aiohttp import web

from bot.web.door import HEADERS
from bot.web.works import Chunks, Work
from content.loader import Content
from handlers.reports import files
from handlers.reports.tables import Tally


async def whole(form: str, tally: Tally, content: Content) -> Chunks:
    """A file that is made in one piece, away from the loop."""
    yield await asyncio.to_thread(files.make, form, tally, content), 0


async def sent(request: web.Request, work: Work, name: str) -> web.StreamResponse:
    """A file that has been made, as it is read."""
    response = web.StreamResponse(headers=attached(name))
    response.content_type = "text/csv" if name.endswith(".csv") else "application/octet-stream"
    response.content_length = work.size
    await response.prepare(request)
    async for some in work.read():
        await response.write(some)
    await response.write_eof()
    return response


def attached(name: str) -> dict[str, str]:
    """The headers of a file that is taken out."""
    safe = quote(name, safe="")
    told = f'filename="{name}"' if safe == name else f"filename*=UTF-8''{safe}"
    return {**HEADERS, "Content-Disposition": f"attachment; {told}"}

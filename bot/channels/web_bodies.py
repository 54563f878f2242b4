"""What a page sends beside words, taken from the line in small parts and never beyond its limit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile

from aiohttp import web

#: Bytes that are taken at a time, and bytes from which on they lie on the disk.
_PART, _IN_MEMORY = 64 * 1024, 1024 * 1024


@asynccontextmanager
async def received(request: web.Request, most: int) -> AsyncIterator[SpooledTemporaryFile[bytes]]:
    """The body of a request as a file at its beginning, as long as the context lasts.

    413 for more than `most` bytes: before any is taken where the browser tells how many there are.
    What breaks off on the way was never sent, and nobody is left to be told so.
    """
    if (request.content_length or 0) > most:
        raise web.HTTPRequestEntityTooLarge(most, request.content_length or 0)
    with SpooledTemporaryFile(_IN_MEMORY) as kept:
        try:
            async for part in request.content.iter_chunked(_PART):
                kept.write(part)
                if kept.tell() > most:
                    raise web.HTTPRequestEntityTooLarge(most, kept.tell())
        except ConnectionError:
            raise web.HTTPBadRequest from None
        kept.seek(0)
        yield kept

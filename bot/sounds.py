"""Voices over HTTP: a browser's player asks for parts of them."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

#: The type of a voice, by the ending of its name.
SOUNDS = {"ogg": "audio/ogg", "mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac"}


def sounding(
    request: web.Request, voice: bytes, name: str, headers: Mapping[str, str]
) -> web.Response:
    """A voice, or the part of it that a player asks for: on iPhones they ask for parts only."""
    try:
        begin, end, _ = request.http_range.indices(len(voice))
    except ValueError:
        raise web.HTTPRequestRangeNotSatisfiable from None
    part = "Range" in request.headers
    if part and begin >= end:
        raise web.HTTPRequestRangeNotSatisfiable
    told = {**headers, "Accept-Ranges": "bytes"}
    if part:
        told["Content-Range"] = f"bytes {begin}-{end - 1}/{len(voice)}"
    return web.Response(
        status=206 if part else 200,
        body=voice[begin:end],
        content_type=SOUNDS.get(name.rpartition(".")[2].lower(), "audio/ogg"),
        headers=told,
    )

"""One web server for everything that is served."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from handlers.reports.pictures import FONTS

_STATIC = Path(__file__).parent / "static"
_LARGEST_BODY = 256 * 1024
_HEADERS = {
    # data: and blob: are what a person is about to send, seen or heard on their own page.
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

#: Why the program is not healthy; empty when it is.
Problems = Callable[[], Awaitable[list[str]]]


def make_app(routes: Sequence[web.RouteDef], problems: Problems) -> web.Application:
    """The web application with these routes, its static files, /healthz and /metrics."""

    async def healthz(_request: web.Request) -> web.Response:
        found = await problems()
        return web.json_response({"ok": not found, "problems": found}, status=503 if found else 200)

    app = web.Application(client_max_size=_LARGEST_BODY)
    app.add_routes([*routes, web.get("/healthz", healthz), web.get("/metrics", _metrics)])
    app.router.add_static("/static", _STATIC)
    app.router.add_static("/fonts", Path(FONTS[0]).parent)  # charts are measured in this font
    app.on_response_prepare.append(_secure)
    return app


async def _metrics(request: web.Request) -> web.Response:
    """Figures for the operator's own machine; a request that a proxy passed on is refused."""
    passed_on = {"X-Forwarded-For", "Forwarded", "X-Real-IP"} & request.headers.keys()
    if passed_on or not ip_address(request.remote or "0.0.0.0").is_loopback:  # noqa: S104
        raise web.HTTPForbidden
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _secure(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)

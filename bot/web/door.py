"""The way in to the officers' boards: a link from the chat, a button, and a cookie for the day.

Opening a link spends nothing, since messengers open links by themselves; its button does. The page
with the button gives a cookie that lets nobody in yet, so that the button is answered only to the
browser that saw it. What a person may see is looked up at each request.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from content.loader import Content
from handlers.boards.parts import PATH
from handlers.talk import rights
from handlers.talk.scene import Library, Scene
from storage import people, visits
from storage.database import Store, Tx
from storage.visits import Look

COOKIE = "bang_so_lieu"
_HERE = Path(__file__).parent
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; "
    "img-src 'self'; media-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
}


class Door:
    """Who is in, and how they come in and go out."""

    def __init__(self, store: Store, library: Library, clock: Callable[[], datetime]) -> None:
        self._store, self._library, self._clock = store, library, clock
        self._secure = library.public_url.startswith("https://")
        self._pages = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    @property
    def content(self) -> Content:
        """Everything written for this program."""
        return self._library.content

    def routes(self) -> list[web.RouteDef]:
        """The page of a link, its button, and the way out."""
        link = f"{PATH}/vao/{{token:[A-Za-z0-9_-]{{16,64}}}}"
        return [
            web.get(link, self._page),
            web.post(link, self._enter),
            web.post(f"{PATH}/thoat", self._leave),
        ]

    async def visitor(self, tx: Tx, request: web.Request) -> Scene | None:
        """Who is asking, with the rights they have now; None for anybody who is not let in."""
        now = self._clock()
        id_ = await visits.visitor(tx, request.cookies.get(COOKIE, ""), now)
        person = None if id_ is None else await people.get(tx, id_)
        if person is None or not rights.may(person, "tally"):
            return None
        return Scene(self._library, now, "board", "", person)

    def render(self, template: str, status: int = 200, **values: Any) -> web.Response:
        """A page that nothing keeps."""
        shared = {"say": self._say, "program": self.content.plan.name}
        html = self._pages.get_template(template).render({**shared, **values})
        return web.Response(text=html, content_type="text/html", status=status, headers=HEADERS)

    def _say(self, key: str, **values: object) -> str:
        nobody = Scene(self._library, self._clock(), "board", "", None)
        return nobody.say(key, **values)

    def sorry(self, why: str, status: int) -> web.Response:
        """A page that says why it cannot be shown, and what to do now."""
        told = self._say(f"board.door_{why}")
        return self.render("door.html", status, why=told, go=None, csrf="")

    # --- in

    async def _page(self, request: web.Request) -> web.Response:
        token, now = request.match_info["token"], self._clock()
        async with self._store.read() as tx:
            state = await visits.look_at_link(tx, token, now)
        if state != "good":
            return self.sorry(state, 410)
        cookie = request.cookies.get(COOKIE) or secrets.token_urlsafe(32)
        told = self._say("board.door_good")
        page = self.render("door.html", why=told, go=request.path, csrf=csrf(cookie))
        self._give(page, cookie)
        return page

    async def _enter(self, request: web.Request) -> web.Response:
        if not await genuine(request):
            return self.sorry("stale", 403)
        token, now = request.match_info["token"], self._clock()
        cookie = secrets.token_urlsafe(32)
        async with self._store.begin() as tx:
            person_id = await visits.spend_link(tx, token, now)
            if person_id is None:
                return self.sorry(await visits.look_at_link(tx, token, now), 410)
            await visits.leave(tx, request.cookies.get(COOKIE, ""))
            await visits.enter(tx, cookie, person_id, now)
            await visits.note(tx, Look(person_id=person_id, at=now, did=visits.ENTER))
        page = web.Response(status=303, headers={**HEADERS, "Location": PATH})
        self._give(page, cookie)
        return page

    async def _leave(self, request: web.Request) -> web.Response:
        if not await genuine(request):
            return self.sorry("stale", 403)
        async with self._store.begin() as tx:
            scene = await self.visitor(tx, request)
            await visits.leave(tx, request.cookies[COOKIE])
            if scene is not None and scene.person is not None:
                look = Look(person_id=scene.person.id, at=scene.now, did=visits.LEAVE)
                await visits.note(tx, look)
        page = self.sorry("left", 200)
        page.del_cookie(COOKIE, path=PATH)
        return page

    def _give(self, page: web.Response, cookie: str) -> None:
        page.set_cookie(
            COOKIE,
            cookie,
            path=PATH,
            httponly=True,
            samesite="Lax",
            secure=self._secure,
            max_age=int(visits.VISIT_LASTS.total_seconds()),
        )


def csrf(cookie: str) -> str:
    """What a form must tell that was shown to the holder of a cookie."""
    return hashlib.sha256(f"csrf:{cookie}".encode()).hexdigest()


async def genuine(request: web.Request) -> bool:
    """Whether a form comes from a page of ours that this browser was shown."""
    told: Mapping[str, object] = await request.post()
    cookie, said = request.cookies.get(COOKIE, ""), told.get("csrf")
    return (
        bool(cookie)
        and isinstance(said, str)
        and hmac.compare_digest(said.encode(), csrf(cookie).encode())
    )

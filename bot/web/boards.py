"""The officers' boards over HTTP: shown, printed, taken out as files, and every look noted."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.sounds import sounding
from bot.web import taking, uploads
from bot.web.door import COOKIE, HEADERS, Door, csrf, genuine
from bot.web.works import AT_ONCE, Chunks, Works
from handlers.boards import behind, making, overview, reviewing, seeing, sending
from handlers.boards.overview import FILES
from handlers.boards.parts import PATH, Asked, Board, Done, at
from handlers.boards.places import PLACES, links, place
from handlers.boards.reviewing import PHOTO
from handlers.boards.sending import ENCLOSURE
from handlers.reports import grounds
from handlers.talk.messages import Event
from handlers.talk.scene import Library, Scene
from storage import visits
from storage.database import Store, Tx
from storage.visits import Look

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = logging.getLogger(__name__)

#: How much of what was asked for is written into the log, and what of a form: nothing in words.
_LOGGED = 500
_TOLD = ("ky", "ban", "don_vi", "loai", "so_nguoi", "viec", "so", "gui", "gio", "tuan")
#: What says that a board is shown again by itself: that is no new look.
_AGAIN = "tiep"
#: What says what has just been done.
_DONE = "xong"
#: What asks for a file that has been made; whoever waits for one asks with one of the two.
_FETCH = "lay"
_WAITING = {_AGAIN, _FETCH}
#: What an address says beside what is looked at.
_PASSING = {_AGAIN, _DONE}


class Boards:
    """Boards for who has come in."""

    def __init__(
        self,
        store: Store,
        library: Library,
        clock: Callable[[], datetime],
        patience: float = AT_ONCE,
    ) -> None:
        self._store, self._clock = store, clock
        self._door, self._works = Door(store, library, clock), Works(patience)

    def routes(self) -> list[web.RouteDef]:
        """The door and every board behind it."""
        board = f"{PATH}/{{board:[a-z0-9-]+}}"
        return [
            *self._door.routes(),
            web.get(f"{PATH}/{overview.FILE}", self._kindly(self._file)),
            web.get(f"{PATH}/{behind.LIST}", self._kindly(self._list)),
            web.get(f"{PATH}/{PHOTO}/{{report:\\d+}}/{{photo:\\d+}}", self._kindly(self._photo)),
            web.get(f"{PATH}/{ENCLOSURE}/{{number:\\d+}}", self._kindly(self._enclosure)),
            web.get(PATH, self._kindly(self._show)),
            web.get(board, self._kindly(self._show)),
            web.post(board, self._kindly(self._do)),
        ]

    async def stop(self) -> None:
        """Give up what is being made for somebody."""
        await self._works.stop()

    def _kindly(self, handle: Handle) -> Handle:
        """The same, but whatever goes wrong is told as a page that says what to do now."""

        async def handled(request: web.Request) -> web.StreamResponse:
            try:
                return await handle(request)
            except web.HTTPRequestEntityTooLarge:
                return self._door.sorry("large", 413)
            except (web.HTTPException, ConnectionResetError):  # who has left is told nothing
                raise
            except Exception:
                log.exception("the board %s cannot be shown", request.path)
                return self._door.sorry("trouble", 500)

        return handled

    async def _show(self, request: web.Request) -> web.Response:
        path = request.match_info.get("board", "")
        async with self._store.read() as tx:
            scene = await self._door.visitor(tx, request)
            if scene is None:
                return self._door.sorry("out", 401)
            where = place(path, scene)
            board = await where.show(tx, scene, _asked(request.query)) if where else None
        if board is None:
            return self._nothing(request, scene)
        asked = {key: told for key, told in request.query.items() if key not in _PASSING}
        await self._note(scene, visits.VIEW, path, urlencode(asked), again=_AGAIN in request.query)
        return self._page(request, scene, path, board)

    async def _do(self, request: web.Request) -> web.Response:
        path = request.match_info["board"]
        takes = path in PLACES and PLACES[path].take is not None
        if takes:  # much is read of it, so first of all: from whom
            async with self._store.read() as tx:
                if await self._door.visitor(tx, request) is None:
                    return self._door.sorry("out", 401)
            request = request.clone(client_max_size=uploads.MOST)
        if not await genuine(request):
            return self._door.sorry("stale", 403)
        form = await request.post()
        told = {**_asked(request.query), **_asked(form)}
        event = await uploads.came(form, self._clock())
        async with self._store.begin() as tx:
            scene = await self._door.visitor(tx, request)
            if scene is None:
                return self._door.sorry("out", 401)
            done = await _done(tx, scene, path, told, event)
            if done is not None:
                asked = urlencode({key: told[key] for key in _TOLD if key in told})
                await visits.note(tx, _look(scene, visits.CHANGE, path, asked))
        if done is None:
            return self._nothing(request, scene)
        if isinstance(done, Board):
            return self._page(request, scene, path, done, 422)
        mark = "&" if "?" in done.go else "?"
        raise web.HTTPSeeOther(f"{done.go}{mark}{_DONE}={done.told}", headers=HEADERS)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A file of just what is seen."""
        asked = _asked(request.query)
        form = asked.get("dang", "")
        async with self._store.read() as tx:
            scene = await self._door.visitor(tx, request)
            if scene is None:
                return self._door.sorry("out", 401)
            seen = await seeing.look(tx, scene, asked) if form in FILES else None
        if seen is None or seen.tally.to_come:
            return self._nothing(request, scene)
        unit = f"-{seen.unit.code}" if seen.unit else ""
        name = f"{FILES[form]}-{seen.tally.period.key}{unit}.{form}"
        whole = taking.whole(form, seen.tally, scene.content)
        return await self._made(request, scene, whole, 0, name)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        """All that stands behind a figure, written as it is read."""
        async with self._store.read() as tx:
            scene = await self._door.visitor(tx, request)
            if scene is None:
                return self._door.sorry("out", 401)
            figure = await behind.find(tx, scene, _asked(request.query))
            total = 0
            if figure and not _WAITING & request.query.keys():  # who waits was told before
                total = (await grounds.total(tx, scene.content, figure.cell)).grounds
        if figure is None:
            return self._nothing(request, scene)
        name = f"Danh-sach-{figure.row.target.id}-{figure.seen.tally.period.key}.csv"
        lines = behind.as_csv(self._store, scene, figure)
        return await self._made(request, scene, lines, total, name)

    async def _made(
        self, request: web.Request, scene: Scene, chunks: Chunks, total: int, name: str
    ) -> web.StreamResponse:
        """A file at once if that takes no long; else a page until it is made."""
        assert scene.person is not None  # noqa: S101 - only who has come in takes files out
        path = request.path.removeprefix(f"{PATH}/")
        asked = {key: one for key, one in _asked(request.query).items() if key not in _WAITING}
        work = self._works.get(key := (scene.person, at(path, **asked)))
        waited = bool(_WAITING & request.query.keys())
        if fresh := work is None or (work.ready and not waited):
            await self._note(scene, visits.EXPORT, path, urlencode(asked))
            work = await self._works.begin(key, chunks, total)
        if work.failed:
            return self._door.sorry("trouble", 500)
        if work.ready and (fresh or _FETCH in request.query):
            return await taking.sent(request, work, name)
        fetched = at(path, **asked, **{_FETCH: "1"}) if work.ready else ""
        board = making.board(scene, work.done, work.total, fetched)
        return self._page(request, scene, path, board)

    async def _photo(self, request: web.Request) -> web.Response:
        """A photo of a report, for its reviewer."""
        asked = request.match_info
        async with self._store.read() as tx:
            scene = await self._door.visitor(tx, request)
            if scene is None:
                return self._door.sorry("out", 401)
            image = await reviewing.photo(tx, scene, asked["report"], asked["photo"])
        if image is None:
            return self._nothing(request, scene)
        await self._note(scene, visits.VIEW, PHOTO, f"{asked['report']}/{asked['photo']}")
        return web.Response(body=image, content_type="image/jpeg", headers=HEADERS)

    async def _enclosure(self, request: web.Request) -> web.Response:
        """What goes with an announcement, for who may see it."""
        number = request.match_info["number"]
        async with self._store.read() as tx:
            scene = await self._door.visitor(tx, request)
            if scene is None:
                return self._door.sorry("out", 401)
            found = await sending.enclosed(tx, scene, number)
        if found is None:
            return self._nothing(request, scene)
        await self._note(scene, visits.VIEW, ENCLOSURE, number)
        one, content = found
        if one.kind == "voice":
            return sounding(request, content, one.name, HEADERS)
        if one.kind == "photo":
            return web.Response(body=content, content_type="image/jpeg", headers=HEADERS)
        return web.Response(
            body=content, content_type="application/octet-stream", headers=taking.attached(one.name)
        )

    def _page(
        self, request: web.Request, scene: Scene, path: str, board: Board, status: int = 200
    ) -> web.Response:
        done = f"board.did_{request.query.get(_DONE, '')}"
        phrases = scene.content.phrases
        page = self._door.render(
            "page.html",
            status,
            board=board,
            links=links(scene, path),
            home=at(""),
            told=scene.say(done) if done in phrases and request.method == "GET" else "",
            person=scene.person,
            csrf=csrf(request.cookies[COOKIE]),
            accepted=uploads.ACCEPTED,
        )
        if board.again:
            asked = {**request.query, _AGAIN: "1"}
            asked.pop(_DONE, None)
            page.headers["Refresh"] = f"{board.again}; url={at(path, **asked)}"
        if board.then:
            page.headers["Refresh"] = f"0; url={board.then}"
        return page

    def _nothing(self, request: web.Request, scene: Scene) -> web.Response:
        """What there is not, and what is not theirs, look the same."""
        board = Board(title=scene.say("board.nothing_title"), parts=())
        return self._door.render(
            "nothing.html",
            404,
            board=board,
            links=links(scene, "?"),
            home=at(""),
            person=scene.person,
            csrf=csrf(request.cookies[COOKIE]),
        )

    async def _note(
        self, scene: Scene, did: str, board: str, asked: str, *, again: bool = False
    ) -> None:
        look = _look(scene, did, board, asked)
        async with self._store.begin() as tx:
            if not again or not await visits.looked_lately(tx, look):
                await visits.note(tx, look)


async def _done(tx: Tx, scene: Scene, path: str, told: Asked, event: Event) -> Done | Board | None:
    """What became of a form; None where there is no such form for this person."""
    where = place(path, scene)
    if where and where.take:
        return await where.take(tx, scene, told, event)
    return await where.do(tx, scene, told) if where and where.do else None


def _look(scene: Scene, did: str, board: str, asked: str) -> Look:
    assert scene.person is not None  # noqa: S101 - only who has come in looks
    return Look(
        person_id=scene.person.id,
        at=scene.now,
        did=did,
        board=board,
        asked=asked[:_LOGGED],
        scope=seeing.may_see(scene.person, scene.content),
    )


def _asked(told: Mapping[str, Any]) -> dict[str, str]:
    return {key: value for key, value in told.items() if isinstance(value, str)}

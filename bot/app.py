"""The one place that wires everything together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from aiohttp import web

from bot import printing
from bot.channels import wiring
from bot.channels.base import Channel
from bot.channels.pace import PAUSES
from bot.channels.web import COOKIE
from bot.dispatcher import Dispatcher
from bot.pictures import develop_from
from bot.routes import ROUTES
from bot.scheduler import Ticker
from bot.sender import Sender
from bot.settings import Settings, SettingsError
from bot.web.boards import Boards
from bot.web.roles import Role
from bot.web.roles import routes as choosing_roles
from bot.web.server import make_app
from content.checks import aged
from content.loader import load
from handlers.talk.router import Router
from handlers.talk.scene import Library, local_day
from storage.database import Store, open_store
from storage.migrations import migrate

log = logging.getLogger(__name__)

#: `web` serves pages and webhooks and answers there; one `worker` does what comes from our side,
#: and fetches what has to be fetched.
Part = Literal["web", "worker"]


def now() -> datetime:
    """The present instant; the only clock of the program."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Core:
    """What talks and keeps, without any channel."""

    store: Store
    library: Library
    sender: Sender
    dispatcher: Dispatcher


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Store]:
    """The database, brought up to date."""
    store = await open_store(settings.bot_database_url)
    try:
        await migrate(store, now())
        yield store
    finally:
        await store.close()


def make_core(
    store: Store,
    library: Library,
    channels: dict[str, Channel],
    settings: Settings,
    clock: Callable[[], datetime] = now,
    pauses: tuple[float, ...] = PAUSES,
) -> Core:
    """Wire the conversation to a database and to channels; `pauses` are seconds between tries."""
    sender = Sender(store, channels, develop_from(store), settings.quiet, clock, pauses)
    router = Router(library, ROUTES)
    return Core(store, library, sender, Dispatcher(store, library, router, sender))


@asynccontextmanager
async def serve(
    settings: Settings,
    clock: Callable[[], datetime] = now,
    roles: Sequence[Role] = (),
    only: Part | None = None,
) -> AsyncIterator[str]:
    """Run everything, or one part of it, until the context ends; the address of the web server.

    With `roles`, whoever comes can be one of them: for a demo, never for people.
    """
    content = load(settings.bot_program)
    for problem in aged(content.tracks, local_day(clock())):
        log.warning("%s", problem)
    async with open_database(settings) as store:
        channels = wiring.channels(settings, store, content, clock)
        carries = wiring.carries(settings, channels)
        library = Library(content, settings.public_url, settings.quiet.cover, carries)
        core = make_core(store, library, channels, settings, clock)
        heard = {
            name: channel
            for name, channel in channels.items()
            if only is None or channel.fetches == (only == "worker")
        }
        await core.sender.resume(but=channels.keys() - heard.keys())
        routes: list[web.RouteDef] = []
        boards = Boards(store, library, clock)
        if only != "worker":
            routes += printing.routes(store, content, printing.Doors.of(settings), clock)
            routes += boards.routes()
            routes += choosing_roles(roles, content.plan.operator, COOKIE) if roles else ()
            routes += (route for channel in channels.values() for route in channel.routes())
        runner = await _listen(settings, store, heard, routes)
        port = runner.addresses[0][1]
        offer = None if only == "web" else core.dispatcher.offer
        sending = asyncio.create_task(core.sender.run(offer))
        for channel in heard.values():
            await channel.start(core.dispatcher.handle)
        changes = {name for name, channel in channels.items() if channel.limits.changes}
        ticker = Ticker(store, library, settings.quiet, clock, changes)
        if only != "web":
            ticker.start()
        try:
            yield f"http://{settings.bot_web_host}:{port}"
        finally:
            if only != "web":
                ticker.stop()
            for channel in heard.values():
                await channel.stop()
            await runner.cleanup()
            await boards.stop()
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending
            await core.sender.settle()
            for channel in channels.values():
                await channel.close()


async def _listen(
    settings: Settings,
    store: Store,
    heard: Mapping[str, Channel],
    routes: Sequence[web.RouteDef],
) -> web.AppRunner:
    async def problems() -> list[str]:
        found = [channel.problem for channel in heard.values()]
        try:
            async with store.read() as tx:
                await tx.fetch_one("SELECT 1 AS one")
        except Exception as error:  # noqa: BLE001 - whatever it is, the database does not answer
            found.append(f"database: does not answer ({type(error).__name__})")
        return [problem for problem in found if problem]

    runner = web.AppRunner(make_app(routes, problems), access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.bot_web_host, settings.bot_web_port).start()
    except OSError as error:
        await runner.cleanup()
        raise SettingsError(
            f"BOT_WEB_PORT: cannot listen on {settings.bot_web_host}:{settings.bot_web_port}: "
            f"{error.strerror or error}."
        ) from error
    return runner

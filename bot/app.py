"""The one place that wires everything together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

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
) -> AsyncIterator[str]:
    """Run everything until the context ends; the address of the web page.

    With `roles`, whoever comes can be one of them: for a demo, never for people.
    """
    content = load(settings.bot_program)
    for problem in aged(content.tracks, local_day(clock())):
        log.warning("%s", problem)
    async with open_database(settings) as store:
        channels = wiring.channels(settings, store, content, clock)
        library = Library(content, settings.public_url, settings.quiet.cover)
        core = make_core(store, library, channels, settings, clock)
        changes = {name for name, channel in channels.items() if channel.limits.changes}
        ticker = Ticker(store, core.library, settings.quiet, clock, changes)
        await core.sender.resume()
        own = printing.routes(store, content, settings.public_url, settings.telegram_name, clock)
        own = [*own, *Boards(store, library, clock).routes()]
        if roles:
            own = [*own, *choosing_roles(roles, content.plan.operator, COOKIE)]
        runner = await _listen(settings, store, channels, own)
        port = runner.addresses[0][1]
        sending = asyncio.create_task(core.sender.run(core.dispatcher.offer))
        for channel in channels.values():
            await channel.start(core.dispatcher.handle)
        ticker.start()
        try:
            yield f"http://{settings.bot_web_host}:{port}"
        finally:
            ticker.stop()
            for channel in channels.values():
                await channel.stop()
            await runner.cleanup()
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending
            await core.sender.settle()
            for channel in channels.values():
                await channel.close()


async def _listen(
    settings: Settings, store: Store, channels: dict[str, Channel], own: Sequence[web.RouteDef]
) -> web.AppRunner:
    async def problems() -> list[str]:
        found = [channel.problem for channel in channels.values()]
        try:
            async with store.read() as tx:
                await tx.fetch_one("SELECT 1 AS one")
        except Exception as error:  # noqa: BLE001 - whatever it is, the database does not answer
            found.append(f"database: does not answer ({type(error).__name__})")
        return [problem for problem in found if problem]

    routes = [*own, *(route for channel in channels.values() for route in channel.routes())]
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

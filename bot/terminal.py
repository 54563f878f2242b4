"""The terminal as a channel: the same bot for whoever tries it out at a keyboard."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import tempfile
from collections.abc import Sequence
from datetime import timedelta

import click
from aiohttp import web

from bot import app
from bot.channels.base import Deliver, Limits
from bot.channels.pace import Pace
from bot.channels.rendering import with_numbers
from bot.settings import Settings
from content.loader import Content
from handlers.talk.messages import Event, Reply
from handlers.talk.scene import Library
from storage import invites, registering
from storage.database import Store
from storage.people import Grant

NAME, ADDRESS = "terminal", "local"


class TerminalChannel:
    """Prints replies."""

    name = NAME
    fetches = False
    limits = Limits(text=100_000, pace=1000)
    problem: str | None = None

    def __init__(self) -> None:
        self.pace = Pace(self.limits.pace)

    def routes(self) -> Sequence[web.RouteDef]:
        """Nothing on the web."""
        return []

    async def start(self, deliver: Deliver) -> None:
        """Nothing to start: the loop in `talk` hands lines over itself."""

    async def stop(self) -> None:
        """Nothing to stop."""

    async def close(self) -> None:
        """Nothing to let go of."""

    async def send(
        self,
        address: str,  # noqa: ARG002 - there is only one
        reply: Reply,
        image: bytes | None = None,
    ) -> None:
        """Print a reply, and that there is a picture."""
        picture = f"[ảnh: {reply.picture.name}]\n" if reply.picture and image else ""
        click.echo(f"\n{picture}{with_numbers(reply)}")


async def talk(store: Store, content: Content, settings: Settings, role: str) -> None:
    """Talk until the input ends; each role has its own person in the database."""
    opening = "/start"
    if role != "elder":
        code = secrets.token_hex(8)
        async with store.begin() as tx:
            expires = app.now() + timedelta(hours=1)
            await invites.add(tx, code, Grant(role=role), app.now(), expires)
        opening = f"/start {code}"
    library = Library(content, settings.public_url)
    core = app.make_core(store, library, {NAME: TerminalChannel()}, settings)
    await _talk(core, role, opening)


async def preview(content: Content, settings: Settings, lesson: str) -> None:
    """Try one lesson until the input ends, as someone who is forgotten afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/preview.db"
        kept_nowhere = settings.model_copy(update={"bot_database_url": url})
        async with app.open_database(kept_nowhere) as store:
            async with store.begin() as tx:
                await registering.register(
                    tx,
                    name="Lan",
                    form=next(iter(content.forms)),
                    unit=content.root_unit.code,
                    unit_words=None,
                    over60=True,
                    consent_version=content.plan.consent_version,
                    channel=NAME,
                    at=f"{ADDRESS}-elder",
                    now=app.now(),
                )
            core = app.make_core(store, Library(content), {NAME: TerminalChannel()}, kept_nowhere)
            await _talk(core, "elder", tap=f"go:learn:{lesson}")


async def _talk(core: app.Core, role: str, line: str = "", tap: str | None = None) -> None:
    session = secrets.token_hex(4)
    for number in itertools.count(1):
        await core.dispatcher.handle(
            Event(
                id=f"{NAME}:{session}:{number}",
                channel=NAME,
                address=f"{ADDRESS}-{role}",
                at=app.now(),
                text=line,
                tap=tap if number == 1 else None,
            )
        )
        await core.sender.settle()
        try:
            line = await asyncio.to_thread(input, "\n> ")
        except EOFError:
            return

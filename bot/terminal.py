"""The terminal as a channel: the same bot for whoever tries it out at a keyboard."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from datetime import timedelta

import click
from aiohttp import web

from bot import app
from bot.channels.base import Deliver, Limits
from bot.channels.rendering import with_numbers
from bot.settings import Settings
from content.loader import Content
from handlers.talk.messages import Event, Reply
from storage import invites
from storage.database import Store
from storage.people import Grant

ADDRESS = "local"


class TerminalChannel:
    """Prints replies."""

    name = "terminal"
    limits = Limits(text=100_000, pace=1000)
    problem: str | None = None

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
    core = app.make_core(store, content, {"terminal": TerminalChannel()}, settings)
    session = secrets.token_hex(4)
    opening = "/start"
    if role != "elder":
        code = secrets.token_hex(8)
        async with store.begin() as tx:
            expires = app.now() + timedelta(hours=1)
            await invites.add(tx, code, Grant(role=role), app.now(), expires)
        opening = f"/start {code}"
    number, line = 0, opening
    while True:
        number += 1
        await core.dispatcher.handle(
            Event(
                id=f"terminal:{session}:{number}",
                channel="terminal",
                address=f"{ADDRESS}-{role}",
                at=app.now(),
                text=line,
            )
        )
        await core.sender.settle()
        try:
            line = await asyncio.to_thread(input, "\n> ")
        except EOFError:
            return

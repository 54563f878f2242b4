"""Commands that talk: the program itself, the demonstration, and the terminal."""

from __future__ import annotations

import asyncio
import signal
from difflib import get_close_matches
from tempfile import TemporaryDirectory

import click

from bot import app, terminal
from bot.commands.running import with_settings
from bot.demo import Commune
from bot.settings import Settings, SettingsError
from bot.web.roles import PAGE as ROLES_PAGE
from content.loader import load
from handlers.talk import rights
from handlers.talk.scene import Library


def _until_signalled() -> asyncio.Event:
    """Set when the program is asked to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    return stop


@click.command(help="Run everything: web chat, Telegram and Zalo if they are set, scheduler.")
@click.option("--only", type=click.Choice(["web", "worker"]), help="one part of several processes")
@with_settings
async def run(held: Settings, only: app.Part | None) -> None:
    """Serve until a signal comes."""
    if only and not held.bot_database_url.startswith("postgresql://"):
        raise SettingsError("BOT_DATABASE_URL: run --only needs postgresql://…, to be shared.")
    stop = _until_signalled()
    async with app.serve(held, only=only) as url:
        here = url.replace("127.0.0.1", "localhost")
        told = f"Trạng thái tại {here}/healthz" if only == "worker" else f"Trò chuyện tại {here}"
        click.echo(told, err=True)
        await stop.wait()


@click.command(help="Run on a throw-away database with a commune that does not exist.")
@with_settings
async def demo(held: Settings) -> None:
    """Make up the commune, then serve until a signal comes."""
    stop = _until_signalled()
    with TemporaryDirectory() as folder:
        alone = held.alone(f"sqlite:///{folder}/demo.db")
        click.echo("Đang dựng làng thử, bác đợi một chút…", err=True)
        async with app.open_database(alone) as store:
            commune = Commune(store, Library(load(alone.bot_program)), alone, app.now())
            roles = await commune.lives()
        async with app.serve(alone, roles=roles) as url:
            here = url.replace("127.0.0.1", "localhost")
            click.echo(f"Chọn vai tại {here}{ROLES_PAGE}", err=True)
            await stop.wait()


@click.command(help="Talk with the bot in this terminal.")
@click.option("--as", "role", type=click.Choice(["elder", *rights.ROLES]), default="elder")
@click.option("--lesson", metavar="ID", help="try this lesson; nothing is kept")
@with_settings
async def talk(held: Settings, role: str, lesson: str | None) -> None:
    """The same conversation in a terminal."""
    if lesson is not None:
        await _preview(held, lesson)
        return
    async with app.open_database(held) as store:
        await terminal.talk(store, load(held.bot_program), held, role)


async def _preview(held: Settings, lesson: str) -> None:
    content = load(held.bot_program)
    known = list(content.lessons)
    if lesson not in known:
        near = get_close_matches(lesson, known, n=3, cutoff=0.4)
        told = f"did you mean {', '.join(near)}?" if near else "ids are in content/lessons/*/*/"
        raise click.UsageError(f"--lesson: no lesson has the id {lesson!r}; {told}")
    await terminal.preview(content, held, lesson)

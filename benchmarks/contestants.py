"""The bots under test: `python -m benchmarks.contestants NAME API_URL DATABASE_URL`.

Each prints the CPU seconds it has used whenever a line comes in, and leaves when the input ends.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop
from pydantic import SecretStr
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, MessageHandler, filters

from benchmarks.load import TOKEN
from bot import app
from bot.channels.telegram import PATIENCE
from bot.channels.telegram_transport import AiohttpRequest
from bot.settings import Settings


async def _obey() -> None:
    while await asyncio.to_thread(sys.stdin.readline):
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(used.ru_utime + used.ru_stime, flush=True)


async def _repeat(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message and update.message.text:
        await update.message.reply_text(update.message.text)


async def _echo(builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any], api_url: str) -> None:
    application = builder.token(TOKEN).base_url(f"{api_url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, _repeat))
    assert application.updater  # noqa: S101 - the builder makes one unless told otherwise
    async with application:
        await application.updater.start_polling()
        await application.start()
        await _obey()
        await application.updater.stop()
        await application.stop()


async def bare(api_url: str, _database_url: str) -> None:
    """python-telegram-bot as its first example has it."""
    await _echo(Application.builder(), api_url)


async def tuned(api_url: str, _database_url: str) -> None:
    """The same, with our transport and everything at once."""
    builder = Application.builder().concurrent_updates(True)  # noqa: FBT003 - the library's own
    builder.request(AiohttpRequest(PATIENCE)).get_updates_request(AiohttpRequest(PATIENCE))
    await _echo(builder, api_url)


async def ours(api_url: str, database_url: str) -> None:
    """The program as it runs."""
    settings = Settings(
        _env_file=None,
        bot_program="phu_thinh",
        bot_database_url=database_url,
        bot_web_port=0,
        telegram_token=SecretStr(TOKEN),
        telegram_api_url=api_url,
        telegram_mode="polling",
        telegram_pace=100_000,  # what is measured is the work of a turn, not waiting
        telegram_chat_pace=100_000,
    )
    async with app.serve(settings):
        await _obey()


Runner = Callable[[Any], None]
CONTESTANTS: dict[str, tuple[Callable[[str, str], Awaitable[None]], Runner]] = {
    "bare": (bare, asyncio.run),
    "tuned": (tuned, uvloop.run),
    "ours": (ours, uvloop.run),
}

if __name__ == "__main__":
    name, api, database = sys.argv[1:]
    contestant, runner = CONTESTANTS[name]
    runner(contestant(api, database))

"""Who sends a broadcast: `python -m benchmarks.broadcasters NAME API_URL RECIPIENTS`.

Each writes to so many people at once and meanwhile answers whoever writes; it leaves when its input
ends.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import uvloop
from pydantic import SecretStr
from telegram import Update
from telegram.error import RetryAfter
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    ContextTypes,
    ExtBot,
    MessageHandler,
    filters,
)

from benchmarks.load import TOKEN
from bot import app
from bot.settings import Settings
from handlers.talk.messages import Reply
from storage import outbox

TEXT = "Bác ơi, sáng thứ Bảy mời bác ra nhà văn hóa xóm trồng cây ạ."
FIRST_PERSON = 1001
#: How often the library's limiter tries again before it gives a message up.
TRIES = 20


async def _until_told() -> None:
    await asyncio.to_thread(sys.stdin.read)


async def _answer(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message:
        await update.message.reply_text("Dạ cháu nghe.")


async def _with_library(
    builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any],
    api_url: str,
    broadcast: Callable[[ExtBot[Any]], Awaitable[None]],
) -> None:
    builder.token(TOKEN).base_url(f"{api_url}/bot").concurrent_updates(True)  # noqa: FBT003 - the library's own
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, _answer))
    assert application.updater  # noqa: S101 - the builder makes one unless told otherwise
    async with application:
        await application.updater.start_polling()
        await application.start()
        await broadcast(application.bot)
        await _until_told()
        await application.updater.stop()
        await application.stop()


async def limiter(api_url: str, recipients: int) -> None:
    """All at once, behind the library's own limiter as it comes."""

    async def broadcast(bot: ExtBot[Any]) -> None:
        people = range(FIRST_PERSON, FIRST_PERSON + recipients)
        await asyncio.gather(*(bot.send_message(person, TEXT) for person in people))

    builder = Application.builder().rate_limiter(AIORateLimiter(max_retries=TRIES))
    await _with_library(builder, api_url, broadcast)


async def loop(api_url: str, recipients: int) -> None:
    """One after another."""

    async def broadcast(bot: ExtBot[Any]) -> None:
        for person in range(FIRST_PERSON, FIRST_PERSON + recipients):
            await _stubbornly(bot, person)

    await _with_library(Application.builder(), api_url, broadcast)


async def _stubbornly(bot: ExtBot[Any], person: int) -> None:
    while True:
        try:
            await bot.send_message(person, TEXT)
        except RetryAfter:
            await asyncio.sleep(1)
        else:
            return


async def ours(api_url: str, recipients: int) -> None:
    """The program as it runs, on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            _env_file=None,
            bot_program="phu_thinh",
            bot_database_url=f"sqlite:///{folder}/bot.db",
            bot_web_port=0,
            bot_quiet_hours="off",
            telegram_token=SecretStr(TOKEN),
            telegram_api_url=api_url,
            telegram_mode="polling",
        )
        async with app.open_database(settings) as store, store.begin() as tx:
            for person in range(FIRST_PERSON, FIRST_PERSON + recipients):
                await outbox.put(
                    tx,
                    channel="telegram",
                    address=str(person),
                    lane=outbox.BULK,
                    body=Reply(text=TEXT).to_json(),
                    now=app.now() - timedelta(seconds=1),
                )
        async with app.serve(settings):
            await _until_told()


Runner = Callable[[Any], None]
BROADCASTERS: dict[str, tuple[Callable[[str, int], Awaitable[None]], Runner]] = {
    "limiter": (limiter, asyncio.run),
    "loop": (loop, asyncio.run),
    "ours": (ours, uvloop.run),
}

if __name__ == "__main__":
    name, api, number = sys.argv[1:]
    broadcaster, runner = BROADCASTERS[name]
    runner(broadcaster(api, int(number)))

"""What `doctor` says of the Zalo Bot Platform: which steps of docs/zalo-bot.md are done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from bot.channels.budget import month_of
from bot.channels.zalo_bot import told
from bot.channels.zalo_bot_transport import ZaloBotApi, ZaloBotError
from bot.settings import Settings
from storage import budgets
from storage.database import Store

#: Another try of the webhook is not allowed on this day.
_TRIED_ENOUGH = 426


async def look_over(settings: Settings, store: Store, now: datetime) -> AsyncIterator[str]:
    """Every line, as soon as it is known; with no token, that it is off."""
    token = settings.zalo_bot_token.get_secret_value()
    if not token:
        yield "off: Zalo Bot (ZALO_BOT_TOKEN is empty)"
        return
    api = ZaloBotApi(token, settings.zalo_bot_api_url)
    try:
        me = await api.get_me()
        yield f"zalo bot: connected as {me.get('account_name')} ({me.get('account_type')})"
        async for line in _webhook(api, settings):
            yield line
    except ZaloBotError as error:
        yield f"problem: {told(error)}"
    finally:
        await api.close()
    if not settings.public_url.startswith("https://"):
        yield "missing: BOT_PUBLIC_URL (https://…); till then no pictures and no files on Zalo"
    async with store.read() as tx:
        used = await budgets.used(tx, "zalo_bot", month_of(now))
    of_messages, of_people = settings.zalo_bot_messages, settings.zalo_bot_people
    yield (
        f"zalo bot: {used.messages} of {of_messages or 'any number of'} messages this month,"
        f" {used.people} of {of_people or 'any number of'} people;"
        f" Zalo hid messages of {used.hidden} of them"
    )
    if of_messages and of_messages - used.messages <= settings.zalo_bot_reserve:
        yield "warning: the reserve is reached; reminders and announcements wait for next month"


async def _webhook(api: ZaloBotApi, settings: Settings) -> AsyncIterator[str]:
    """Whether Zalo calls us, where it is to."""
    ours, set_ = f"{settings.public_url}/zalo-bot", await api.get_webhook_info()
    if settings.zalo_bot_mode == "polling":
        if set_:
            yield f"zalo bot: the webhook {set_} is set; `run` takes it away, to poll"
        yield "zalo bot: polls; for daily use set ZALO_BOT_MODE=webhook"
        return
    if set_ != ours:
        yield f"missing: the webhook is {set_ or 'not set'}; `run` sets it to {ours}"
        return
    try:
        tried = await api.test_webhook()
    except ZaloBotError as error:
        if error.code != _TRIED_ENOUGH:
            raise
        yield "zalo bot: the webhook is set; Zalo tries it no more today"
        return
    if tried.get("ok"):
        yield f"zalo bot: Zalo can call {ours}"
    else:
        hint = str(tried.get("hint", "")).strip()
        yield f"problem: Zalo cannot call {ours}: {tried.get('outcome')}. {hint}".rstrip()

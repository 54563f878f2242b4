"""The channels as they are set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels.base import Channel
from bot.channels.budget import Allowance, Budget
from bot.channels.media import Media
from bot.channels.telegram import LIMITS, TelegramChannel
from bot.channels.web import WebChannel
from bot.channels.zalo_bot import LIMITS as ZALO_BOT_LIMITS
from bot.channels.zalo_bot import Ways as ZaloBotWays
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_bot_transport import ZaloBotApi
from bot.channels.zalo_oa import LIMITS as ZALO_OA_LIMITS
from bot.channels.zalo_oa import PATIENCE as ZALO_OA_PATIENCE
from bot.channels.zalo_oa import Ways as ZaloOaWays
from bot.channels.zalo_oa import ZaloOaChannel
from bot.channels.zalo_oa_tokens import Tokens
from bot.channels.zalo_oa_transport import ZaloOaApi
from bot.documents import documents_from
from bot.pictures import develop_from
from bot.seals import secret_of
from bot.settings import Settings
from content.loader import Content
from handlers.talk.scene import Carries
from storage.database import Store
from storage.zalo import Rules

#: Commands that a channel may list for everybody; what comes first is looked for in a hurry.
COMMANDS = ("luadao", "hoc", "bao", "toi", "trogiup")


def channels(
    settings: Settings, store: Store, content: Content, clock: Callable[[], datetime]
) -> dict[str, Channel]:
    """Every channel that is set, by its name; the web page always is."""
    made: dict[str, Channel] = {
        "web": WebChannel(
            store,
            develop_from(store),
            documents_from(store, content, clock),
            content.plan.operator,
            clock,
            settings.public_url,
        )
    }
    if settings.telegram_token.get_secret_value():
        made["telegram"] = telegram(settings, store, content, clock)
    if settings.zalo_bot_token.get_secret_value():
        made["zalo_bot"] = zalo_bot(settings, store, content, clock)
    if settings.zalo_oa_app_id:
        made["zalo_oa"] = zalo_oa(settings, store, content, clock)
    return made


def carries(settings: Settings, made: Mapping[str, Channel]) -> dict[str, Carries]:
    """What each channel carries of what comes from our side."""
    all_, reserve = settings.zalo_bot_messages, settings.zalo_bot_reserve
    monthly = {ZaloBotChannel.name: max(0, all_ - reserve) if all_ else None}
    return {
        name: Carries(pace=channel.limits.pace, monthly=monthly.get(name))
        for name, channel in made.items()
    }


def telegram(
    settings: Settings, store: Store, content: Content, clock: Callable[[], datetime]
) -> TelegramChannel:
    """The Telegram channel as it is set."""
    webhook = settings.telegram_mode == "webhook"
    return TelegramChannel(
        settings.telegram_token.get_secret_value(),
        settings.telegram_api_url,
        write=documents_from(store, content, clock),
        webhook_url=settings.public_url if webhook else "",
        webhook_secret=settings.telegram_webhook_secret.get_secret_value(),
        limits=replace(LIMITS, pace=settings.telegram_pace, chat_pace=settings.telegram_chat_pace),
        commands=[(name, content.phrases[f"commands.{name}"]) for name in COMMANDS],
    )


def zalo_bot(
    settings: Settings, store: Store, content: Content, clock: Callable[[], datetime]
) -> ZaloBotChannel:
    """The Zalo Bot channel as it is set."""
    webhook = settings.zalo_bot_mode == "webhook"
    allowed = Allowance(
        settings.zalo_bot_messages, settings.zalo_bot_people, settings.zalo_bot_reserve
    )
    return ZaloBotChannel(
        ZaloBotApi(settings.zalo_bot_token.get_secret_value(), settings.zalo_bot_api_url),
        store,
        _media(settings, store, content, clock),
        Budget(ZaloBotChannel.name, "Zalo Bot", allowed, store, clock),
        clock,
        ZaloBotWays(
            webhook_url=settings.public_url if webhook else "",
            webhook_secret=settings.zalo_bot_secret.get_secret_value(),
            media_hosts=settings.zalo_bot_media_hosts.split(","),
            poll_gap=settings.zalo_bot_poll_gap,
            letters=settings.zalo_bot_letters,
            how_to_choose=content.phrases["zalo.how_to_choose"],
        ),
        limits=replace(ZALO_BOT_LIMITS, pace=settings.zalo_bot_pace),
    )


def zalo_oa_tokens(
    settings: Settings, store: Store, clock: Callable[[], datetime]
) -> tuple[ZaloOaApi, Tokens]:
    """Zalo's OpenAPI and the tokens for it; closed by whoever asked."""
    api = ZaloOaApi(
        settings.zalo_oa_app_id,
        settings.zalo_oa_app_secret.get_secret_value(),
        settings.zalo_oa_api_url,
        settings.zalo_oa_oauth_url,
        ZALO_OA_PATIENCE,
    )
    begins = settings.zalo_oa_refresh_token.get_secret_value()
    return api, Tokens(api, store, begins, clock)


def zalo_oa(
    settings: Settings, store: Store, content: Content, clock: Callable[[], datetime]
) -> ZaloOaChannel:
    """The Official Account channel as it is set."""
    api, tokens = zalo_oa_tokens(settings, store, clock)
    ways = ZaloOaWays(
        secret_key=settings.zalo_oa_secret_key.get_secret_value(),
        media_hosts=[host.strip() for host in settings.zalo_oa_media_hosts.split(",")],
        template_type=settings.zalo_oa_template_type,
        how_to_choose=content.phrases["zalo.how_to_choose"],
        staff_pause=timedelta(minutes=settings.zalo_oa_staff_minutes),
        pays=settings.zalo_oa_pays,
        rules=Rules(
            open_for=timedelta(days=settings.zalo_oa_open_days),
            free_for=timedelta(hours=settings.zalo_oa_free_hours),
            free_replies=settings.zalo_oa_free_replies,
        ),
    )
    limits = replace(ZALO_OA_LIMITS, pace=settings.zalo_oa_pace)
    write = documents_from(store, content, clock)
    media = _media(settings, store, content, clock)
    return ZaloOaChannel(api, tokens, store, write, media, clock, ways, limits=limits)


def _media(
    settings: Settings, store: Store, content: Content, clock: Callable[[], datetime]
) -> Media:
    """Addresses of pictures and files; whichever channel made one, each serves it."""
    return Media(
        store,
        develop_from(store),
        documents_from(store, content, clock),
        clock,
        settings.public_url,
        secret_of(settings),
        content.phrases["zalo.file"],
    )

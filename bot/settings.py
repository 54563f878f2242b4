"""Every setting of the program; the only module that reads the environment."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_SHORTEST_SECRET = 16
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class SettingsError(Exception):
    """A setting is wrong; the message names it and says what was expected."""


class Settings(BaseSettings):
    """Settings by their environment names, in lower case; also read from a file `.env`."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore")

    bot_program: str = Field(
        default="phu_thinh", description="which program to run: a folder of content/programs"
    )
    bot_database_url: str = Field(
        default="sqlite:///data/bot.db",
        description="where everything is kept: sqlite:///path or postgresql://user@host/name",
    )
    bot_web_host: str = Field(default="127.0.0.1", description="address the web server listens on")
    bot_web_port: int = Field(
        default=8080, ge=0, le=65535, description="port the web server listens on"
    )
    bot_public_url: str = Field(
        default="", description="the address people reach the web page at, for links and QR codes"
    )
    bot_quiet_hours: str = Field(
        default="20:00-07:00",
        description="when no reminder is sent (Vietnamese time), or off",
    )
    telegram_token: SecretStr = Field(
        default=SecretStr(""), description="token of the Telegram bot; empty: no Telegram"
    )
    telegram_name: str = Field(
        default="", description="the Telegram bot's name without @, for the QR on posters"
    )
    telegram_api_url: str = Field(
        default="https://api.telegram.org", description="address of the Bot API server"
    )
    telegram_mode: Literal["polling", "webhook"] = Field(
        default="polling",
        description="polling, or webhook (needs BOT_PUBLIC_URL and TELEGRAM_WEBHOOK_SECRET)",
    )
    telegram_pace: int = Field(
        default=30, ge=1, description="messages Telegram lets through in any second"
    )
    telegram_chat_pace: int = Field(
        default=1, ge=1, description="messages a second to one chat, in the long run"
    )
    telegram_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="what Telegram must send with each webhook call"
    )
    zalo_link: str = Field(
        default="",
        description="address that opens the Zalo bot or Official Account, for the QR on posters",
    )
    zalo_oa_app_id: str = Field(
        default="", description="number of the Zalo app of the Official Account; empty: no Zalo OA"
    )
    zalo_oa_app_secret: SecretStr = Field(
        default=SecretStr(""), description="secret key of the app, which buys tokens"
    )
    zalo_oa_secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="OA Secret Key, which Zalo signs webhooks with (another than the app's)",
    )
    zalo_oa_refresh_token: SecretStr = Field(
        default=SecretStr(""),
        description="refresh token to begin with; empty: python -m bot zalo-oa authorise",
    )
    zalo_oa_api_url: str = Field(
        default="https://openapi.zalo.me", description="address of Zalo's OpenAPI"
    )
    zalo_oa_oauth_url: str = Field(
        default="https://oauth.zaloapp.com", description="address of Zalo's permission page"
    )
    zalo_oa_media_hosts: str = Field(
        default="zdn.vn,zadn.vn",
        description="hosts, and those below, that photos, voices and files are fetched from",
    )
    zalo_oa_template_type: str = Field(
        default="", description="template_type of messages with buttons, if Zalo wants one: button"
    )
    zalo_oa_pace: int = Field(default=10, ge=1, description="messages a second to all together")
    zalo_oa_pays: bool = Field(
        default=False, description="send beyond the package's messages, which Zalo charges: true"
    )
    zalo_oa_staff_minutes: int = Field(
        default=60, ge=0, description="minutes the bot keeps silent after staff wrote to a person"
    )
    zalo_oa_open_days: int = Field(
        default=7, ge=1, description="days after a person's word in which Zalo takes messages"
    )
    zalo_oa_free_hours: int = Field(
        default=48, ge=0, description="hours after a person's word in which messages are free"
    )
    zalo_oa_free_replies: int = Field(
        default=8, ge=0, description="messages that are free after a person's word"
    )

    bot_secret: SecretStr = Field(
        default=SecretStr(""),
        description="seals addresses of pictures and files; empty: made and kept beside the data",
    )
    zalo_bot_token: SecretStr = Field(
        default=SecretStr(""), description="token of the Zalo bot; empty: no Zalo Bot Platform"
    )
    zalo_bot_api_url: str = Field(
        default="https://bot-api.zaloplatforms.com", description="address of the Zalo Bot API"
    )
    zalo_bot_mode: Literal["polling", "webhook"] = Field(
        default="polling",
        description="polling, or webhook (needs BOT_PUBLIC_URL and ZALO_BOT_SECRET)",
    )
    zalo_bot_secret: SecretStr = Field(
        default=SecretStr(""), description="what Zalo must send with each webhook call"
    )
    zalo_bot_messages: int = Field(
        default=3000, ge=0, description="messages a month the plan of the bot allows; 0: any number"
    )
    zalo_bot_people: int = Field(
        default=50, ge=0, description="people the plan of the bot lets in; 0: any number"
    )
    zalo_bot_reserve: int = Field(
        default=300,
        ge=0,
        description="messages of each month that reminders and announcements leave to answers;"
        " the last of them, one for each person, are for urgent news alone",
    )
    zalo_bot_letters: str = Field(
        default="f_18",
        description="size of letters: f_13, f_15, f_18, f_20; empty: as the phone has it",
    )
    zalo_bot_pace: int = Field(default=5, ge=1, description="messages a second to all together")
    zalo_bot_poll_gap: float = Field(
        default=1.0, gt=0, description="seconds from one getUpdates to the next"
    )
    zalo_bot_media_hosts: str = Field(
        default="zdn.vn,zadn.vn",
        description="hosts, and those below, that photos, voices and files are fetched from",
    )

    @field_validator("bot_quiet_hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        if value != "off" and not _HOURS.fullmatch(value):
            raise ValueError("expected HH:MM-HH:MM, such as 20:00-07:00, or off")
        return value

    @field_validator(
        "bot_public_url",
        "zalo_link",
        "telegram_api_url",
        "zalo_bot_api_url",
        "zalo_oa_api_url",
        "zalo_oa_oauth_url",
    )
    @classmethod
    def _url(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/]+\S*", value):
            raise ValueError("expected an address such as https://chat.example.vn")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value()
        if token and not re.fullmatch(r"\d+:[\w-]+", token):
            raise ValueError("expected the form 123456:ABC, as BotFather gives it")
        return value

    @field_validator("zalo_bot_token")
    @classmethod
    def _zalo_bot_token(cls, value: SecretStr) -> SecretStr:
        token = value.get_secret_value()
        if token and not re.fullmatch(r"\d+:[^\s/?#]+", token):
            raise ValueError("expected the form 123456:abc-xyz, as Zalo Bot Manager sends it")
        return value

    @field_validator("zalo_bot_secret")
    @classmethod
    def _zalo_bot_secret(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value()
        if secret and not re.fullmatch(r"[\w-]{8,256}", secret, re.ASCII):
            raise ValueError("expected 8 to 256 letters, digits, _ or -")
        return value

    @field_validator("bot_secret")
    @classmethod
    def _long(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < _SHORTEST_SECRET:
            raise ValueError(f"expected {_SHORTEST_SECRET} letters or more")
        return value

    @field_validator("zalo_bot_letters")
    @classmethod
    def _letters(cls, value: str) -> str:
        if value and not re.fullmatch(r"f_\d\d", value):
            raise ValueError("expected f_13, f_15, f_18, f_20 or nothing")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value()
        if secret and not re.fullmatch(r"[\w-]{16,256}", secret):
            raise ValueError("expected 16 to 256 letters, digits, _ or -")
        return value

    @field_validator("zalo_oa_app_id")
    @classmethod
    def _app_id(cls, value: str) -> str:
        if value and not re.fullmatch(r"\d+", value, re.ASCII):
            raise ValueError("expected the number of the app, as developers.zalo.me shows it")
        return value

    @property
    def quiet(self) -> QuietHours:
        """The quiet hours."""
        return QuietHours(self.bot_quiet_hours)

    @property
    def public_url(self) -> str:
        """The address of the web page, without a slash at its end."""
        return (self.bot_public_url or f"http://localhost:{self.bot_web_port}").rstrip("/")

    def alone(self, database_url: str) -> Settings:
        """The same on another database, reached on this machine only, with nobody's tokens."""
        secret = {name: SecretStr("") for name in type(self).model_fields if _is_secret(self, name)}
        here = {"bot_database_url": database_url, "bot_web_host": "127.0.0.1"}
        doors = {"bot_public_url": "", "telegram_name": "", "zalo_link": "", "zalo_oa_app_id": ""}
        return self.model_copy(update={**secret, **here, **doors})

    def secrets(self) -> list[str]:
        """Every secret that is set, to be kept out of logs."""
        held = (
            *(self.telegram_token, self.telegram_webhook_secret),
            *(self.zalo_oa_app_secret, self.zalo_oa_secret_key, self.zalo_oa_refresh_token),
            *(self.zalo_bot_token, self.zalo_bot_secret, self.bot_secret),
        )
        return [secret.get_secret_value() for secret in held if secret.get_secret_value()]


def _is_secret(settings: Settings, name: str) -> bool:
    return isinstance(getattr(settings, name), SecretStr)


def load() -> Settings:
    """The settings; SettingsError naming the first wrong one and what was expected."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "settings"
        raise SettingsError(f"{name}: {first['msg'].removeprefix('Value error, ')}.") from None
    except UnicodeDecodeError:
        raise SettingsError(".env: save the file as UTF-8.") from None
    _check_webhook(settings, "TELEGRAM", "TELEGRAM_WEBHOOK_SECRET")
    _check_webhook(settings, "ZALO_BOT", "ZALO_BOT_SECRET")
    if settings.zalo_oa_app_id:
        for name in ("ZALO_OA_APP_SECRET", "ZALO_OA_SECRET_KEY"):
            if not getattr(settings, name.lower()).get_secret_value():
                raise SettingsError(f"{name}: ZALO_OA_APP_ID needs it.")
    return settings


def _check_webhook(settings: Settings, channel: str, secret: str) -> None:
    """Raise SettingsError when a channel is to be called and cannot be."""
    mode, token = f"{channel}_MODE", getattr(settings, f"{channel}_TOKEN".lower())
    if getattr(settings, mode.lower()) != "webhook" or not token.get_secret_value():
        return
    if not settings.bot_public_url.startswith("https://"):
        raise SettingsError(f"BOT_PUBLIC_URL: {mode}=webhook needs an https:// address.")
    if not getattr(settings, secret.lower()).get_secret_value():
        raise SettingsError(f"{secret}: {mode}=webhook needs it.")


class QuietHours:
    """Hours of the Vietnamese day in which no reminder is sent; they may run over midnight."""

    def __init__(self, text: str) -> None:
        match = _HOURS.fullmatch(text)
        self._span: tuple[time, time] | None = None
        if match:
            from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
            self._span = time(from_hour, from_minute), time(to_hour, to_minute)

    def cover(self, now: datetime) -> bool:
        """Whether an instant falls in the quiet hours."""
        if self._span is None:
            return False
        start, end = self._span
        clock = now.astimezone(ZONE).time()
        return start <= clock < end if start <= end else clock >= start or clock < end

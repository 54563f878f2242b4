"""Telegram, through python-telegram-bot.

Receiving: updates are fetched here rather than by the library's Updater, which confirms a batch to
Telegram before it is handled and so loses it in a crash. Here a batch is confirmed only once every
update in it has been kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, cast
from urllib.parse import quote, urlencode
from weakref import WeakValueDictionary

from aiohttp import web

# Durations as timedelta: the library's announced default, and silent under warnings as errors.
os.environ.setdefault("PTB_TIMEDELTA", "true")

from telegram import Bot, CallbackQuery, Update
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.channels.base import Deliver, Limits, SendError
from bot.channels.pace import PAUSES, Pace
from bot.channels.rendering import button_label, split, utf16_length
from bot.channels.telegram_transport import AiohttpRequest
from bot.channels.telegram_updates import enclosed_of, event_of, photo_of
from bot.documents import Write
from handlers.talk.messages import ENCLOSED, LARGEST, Event, Reply

log = logging.getLogger(__name__)

#: https://core.telegram.org/bots/api#sendmessage and https://core.telegram.org/bots/faq#broadcasting
LIMITS = Limits(text=4096, pace=30, chat_pace=1, voices=True, changes=True)
#: https://core.telegram.org/bots/api#sendphoto
LONGEST_CAPTION = 1024
#: What is played as a voice, by its ending; any other sound goes as a file, opened with a tap:
#: https://core.telegram.org/bots/api#sendvoice
VOICES = (".ogg", ".oga", ".opus", ".mp3", ".m4a")
#: The most bytes of a photo that is worth fetching.
LARGEST_PHOTO = 5 * 1024 * 1024
#: Seconds that one getUpdates waits for something to come.
POLL = 30
#: Seconds to wait for an answer, beyond those that a getUpdates waits.
PATIENCE = 20.0
#: How often an update is tried that cannot be kept while others can.
MOST_TRIES = 5
_UPDATES = ["message", "edited_message", "callback_query"]


class TelegramChannel:
    """The Telegram side of the program."""

    name = "telegram"

    def __init__(
        self,
        token: str,
        api_url: str,
        *,
        write: Write | None = None,
        webhook_url: str = "",
        webhook_secret: str = "",
        commands: Sequence[tuple[str, str]] = (),
        poll: int = POLL,
        patience: float = PATIENCE,
        limits: Limits = LIMITS,
    ) -> None:
        self.limits = limits
        self.pace = Pace(limits.pace, limits.chat_pace)
        base = api_url.rstrip("/")
        self._requests = AiohttpRequest(patience), AiohttpRequest(poll + patience)
        self._bot = Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )
        query = {"timeout": poll, "allowed_updates": json.dumps(_UPDATES)}
        self._updates_url = f"{self._bot.base_url}/getUpdates?{urlencode(query)}"
        self._webhook_url, self._webhook_secret = webhook_url, webhook_secret
        self.fetches = not webhook_url
        self._write = write
        #: What the button beside the writing field lists: commands, and what each does.
        self._commands = commands
        self._deliver: Deliver | None = None
        self._running: asyncio.Task[None] | None = None
        self._problem: str | None = "Telegram: not connected yet"
        #: Updates of the batch under way that are kept, and how often the others were tried.
        self._kept: set[int] = set()
        self._tries: Counter[int] = Counter()
        self._spinners: set[asyncio.Task[None]] = set()
        #: The file_id of each enclosure that was uploaded: it goes to hundreds of people.
        self._uploaded: dict[int | None, str] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def problem(self) -> str | None:
        """Why Telegram is not working, or None."""
        return self._problem

    def routes(self) -> Sequence[web.RouteDef]:
        """The webhook, when there is one."""
        return [web.post("/telegram", self._webhook)] if self._webhook_url else []

    # --- receiving

    async def start(self, deliver: Deliver) -> None:
        """Begin to receive."""
        self._deliver = deliver
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop receiving."""
        if self._running:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def close(self) -> None:
        """Close the connections."""
        for request in self._requests:
            await request.shutdown()

    async def _run(self) -> None:
        tries = 0
        while True:
            try:
                await self._connect()
                tries = 0
                if self._webhook_url:
                    return
                await self._poll()
            except InvalidToken:
                self._trouble("Telegram: TELEGRAM_TOKEN is refused; put the token BotFather gave")
                return
            except Conflict:
                self._trouble("Telegram: another program is receiving for this TELEGRAM_TOKEN")
            except RetryAfter as error:
                await asyncio.sleep(cast("timedelta", error.retry_after).total_seconds())
            except TelegramError as error:
                self._trouble(f"Telegram: cannot be reached ({error})")
            except Exception:
                self._trouble("Telegram: a message could not be kept; it will be fetched again")
                log.exception("handling Telegram updates failed")
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1

    def _trouble(self, sentence: str) -> None:
        if sentence != self._problem:
            log.warning("%s", sentence)
        self._problem = sentence

    async def _connect(self) -> None:
        if self._webhook_url:
            await self._bot.set_webhook(
                f"{self._webhook_url}/telegram",
                secret_token=self._webhook_secret,
                allowed_updates=_UPDATES,
            )
        else:
            await self._bot.delete_webhook()
        await self._bot.set_my_commands(self._commands)
        self._problem = None

    async def _poll(self) -> None:
        offset = 0
        while True:
            # Not through the library: one update it cannot read would hold up all behind it.
            got = await self._requests[1].post(f"{self._updates_url}&offset={offset}")
            sent = cast("list[dict[str, Any]]", got)
            await self._take_all([update for update in map(self._read, sent) if update])
            if sent:
                # The next call confirms these to Telegram: all of them are kept by now.
                offset = sent[-1]["update_id"] + 1

    def _read(self, sent: dict[str, Any]) -> Update | None:
        """An update; None when the library knows only an older or a newer Telegram."""
        try:
            return Update.de_json(sent, self._bot)
        except (ValueError, TypeError, LookupError, AttributeError):
            log.exception("update %s cannot be read and is let go", sent["update_id"])
            return None

    async def _take_all(self, updates: Sequence[Update]) -> None:
        """Hand a batch on; raises when one of it could not be kept, so that it is fetched again.

        Those that were kept are not handed on again, and one that can never be kept is given up.
        """
        waiting = [update for update in updates if update.update_id not in self._kept]
        results = await asyncio.gather(*map(self._take, waiting), return_exceptions=True)
        failed: list[BaseException] = []
        for update, result in zip(waiting, results, strict=True):
            if isinstance(result, BaseException):
                self._tries[update.update_id] += 1
                if self._tries[update.update_id] < MOST_TRIES:
                    failed.append(result)
                    continue
                log.error("update %d is given up", update.update_id, exc_info=result)
            self._kept.add(update.update_id)
        if failed:
            raise failed[0]
        self._kept.clear()
        self._tries.clear()

    async def _webhook(self, request: web.Request) -> web.Response:
        header = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        secret = self._webhook_secret.encode()
        if not hmac.compare_digest(header.encode(errors="surrogateescape"), secret):
            raise web.HTTPForbidden
        try:
            sent = await request.json()
            sent["update_id"]
        except (ValueError, TypeError, LookupError):
            raise web.HTTPBadRequest from None
        if update := self._read(sent):
            await self._take(update)
        return web.Response()

    async def _take(self, update: Update) -> None:
        assert self._deliver is not None  # noqa: S101 - set by start
        event = event_of(update)
        if event is not None:
            turn = self._turns.setdefault(event.address, asyncio.Lock())
            async with turn:  # while a photo is fetched, what was said after it waits
                await self._deliver(await self._with_what_came(event, update))
        if update.callback_query:
            # Stops the spinner on the button. Nobody waits for it: it may be slow, or too late.
            task = asyncio.create_task(_stop_spinner(update.callback_query))
            self._spinners.add(task)
            task.add_done_callback(self._spinners.discard)

    async def _with_what_came(self, event: Event, update: Update) -> Event:
        """The event with its photo when Telegram hands it out, and with how to fetch all else."""
        photo, enclosed = photo_of(update), enclosed_of(update)
        if photo is not None:
            return replace(event, photo=await self._fetched(event, photo, LARGEST_PHOTO))
        if enclosed is None:
            return event
        file_id, came = enclosed
        fetch = partial(self._fetched, event, file_id, LARGEST[event.media or "file"])
        return replace(event, enclosed=replace(came, fetch=fetch))

    async def _fetched(self, event: Event, file_id: str, most: int) -> bytes | None:
        """What somebody sent; None when Telegram does not hand it out."""
        try:
            file = await self._requests[0].call(
                f"{self._bot.base_url}/getFile", {"file_id": file_id}
            )
            url = f"{self._bot.base_file_url}/{quote(file['file_path'])}"
            return await self._requests[0].download(url, most)
        except (TelegramError, LookupError, TypeError) as error:
            log.warning("the %s of event %s could not be fetched: %s", event.media, event.id, error)
            return None

    # --- sending

    async def send(self, address: str, reply: Reply, image: bytes | None = None) -> str | None:
        """Send one reply, a long one in parts; the buttons stand under the last part."""
        if reply.changing:
            return await self._send_changing(address, reply)
        carried = await self._carried(reply, image)
        left = reply if carried is None else await self._sent_with(address, reply, carried)
        if left is None:
            return None
        *first, last = split(left.text, self.limits.text)
        contents = [*({"text": part} for part in first), {"text": last, **_keyboard(reply)}]
        for number, content in enumerate(contents):
            if number or carried is not None:
                await self._send_more(address, content)
            else:
                await self._send(address, "sendMessage", content)
        return None

    async def _send_changing(self, address: str, reply: Reply) -> str:
        """Send words that will change, or put them in the place of those before."""
        content = {"text": reply.text, **_keyboard(reply)}
        if reply.replaces:
            before = {"message_id": int(reply.replaces)}
            try:
                await self._send(address, "editMessageText", {**before, **content})
            except SendError as error:
                if error.outcome != "failed":
                    raise
                if "not modified" in str(error):
                    return reply.replaces
                log.warning("Telegram refused a change, the words go out anew: %s", error)
                await self.pace.turn(address)
            else:
                return reply.replaces
        receipt = await self._send(address, "sendMessage", content)
        return str(receipt["message_id"])

    async def _carried(self, reply: Reply, image: bytes | None) -> bytes | str | None:
        """What goes along with a reply: its bytes, or the file_id of what was uploaded before."""
        if given := self._uploaded.get(_enclosed(reply)):
            return given
        if image is not None or reply.document is None or self._write is None:
            return image
        return await self._write(reply.document)

    async def _sent_with(self, address: str, reply: Reply, carried: bytes | str) -> Reply | None:
        """Send the picture, the voice or the file of a reply; what is left to be sent after it."""
        fits = utf16_length(reply.text) <= LONGEST_CAPTION
        content: dict[str, Any] = {"caption": reply.text, **_keyboard(reply)} if fits else {}
        kind, name = "photo", "picture"
        if document := reply.document:
            name = document.name
            kind = "voice" if document.voice and name.lower().endswith(VOICES) else "document"
        enclosed, file = _enclosed(reply), None
        if isinstance(carried, str):
            content[kind] = carried
        else:
            file = {kind: (name, carried, "application/octet-stream")}
        try:
            receipt = await self._send(address, f"send{kind.title()}", content, file)
        except SendError as error:
            if error.outcome != "failed":
                raise
            self._uploaded.pop(enclosed, None)
            log.warning("Telegram refused a %s, its words go out alone: %s", kind, error)
            return reply.voiceless()
        if enclosed and (given := _file_id(receipt, kind)):
            self._uploaded[enclosed] = given
        return None if fits else reply

    async def _send_more(self, address: str, content: dict[str, Any]) -> None:
        """Send what follows the first call of a message: refused, it alone is sent once more."""
        while True:
            await self.pace.turn(address)
            try:
                await self._send(address, "sendMessage", content)
            except SendError as error:
                if error.retry_after is None:
                    raise
                self.pace.refused(address, error.retry_after, everywhere=error.everywhere)
            else:
                return

    async def _send(
        self,
        address: str,
        method: str,
        content: dict[str, Any],
        files: dict[str, tuple[str, bytes, str]] | None = None,
    ) -> Any:
        """Call a method for one chat; its plain result."""
        try:
            return await self._requests[0].call(
                f"{self._bot.base_url}/{method}", {"chat_id": int(address), **content}, files
            )
        except RetryAfter as error:
            wait = cast("timedelta", error.retry_after).total_seconds()
            # It does not say whether it means this chat or all.
            everywhere = not self.pace.is_crowded(address)
            raise SendError("retry", str(error), wait, everywhere=everywhere) from error
        except Forbidden as error:
            raise SendError("stopped", str(error)) from error
        except BadRequest as error:
            gone = "chat not found" in str(error).lower()
            raise SendError("stopped" if gone else "failed", str(error)) from error
        except InvalidToken as error:
            raise SendError("retry", "TELEGRAM_TOKEN is refused") from error
        except NetworkError as error:
            raise SendError("retry", str(error)) from error
        except TelegramError as error:
            raise SendError("failed", str(error)) from error


async def _stop_spinner(query: CallbackQuery) -> None:
    with contextlib.suppress(TelegramError):
        await query.answer()


def _keyboard(reply: Reply) -> dict[str, Any]:
    """The choices as the API takes them, one button a row so that large letters have room."""
    rows = [
        [{"text": button_label(choice), "callback_data": choice.payload}]
        for choice in reply.choices
    ]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _enclosed(reply: Reply) -> int | None:
    """The enclosure that a reply carries."""
    if reply.picture and reply.picture.name == ENCLOSED:
        return int(reply.picture.values["id"])
    values = reply.document.values if reply.document else {}
    return int(values[ENCLOSED]) if ENCLOSED in values else None


def _file_id(receipt: Any, kind: str) -> str | None:
    """What Telegram calls the file that it has just taken."""
    try:
        taken = receipt[kind]
        return str((taken[-1] if isinstance(taken, list) else taken)["file_id"])
    except (LookupError, TypeError):
        return None

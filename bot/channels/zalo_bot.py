"""The Zalo Bot Platform, as https://docs.zaloplatforms.com/docs/BOT describes it.

There are no buttons: choices are numbered lines. Where what is known of the platform contradicts
itself, both are taken: bodies wrapped or flat, updates consumed or given out again, texts counted
in letters or in UTF-16 units.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from aiohttp import web
from prometheus_client import Counter

from bot.channels.base import Deliver, Limits, SendError
from bot.channels.budget import Budget
from bot.channels.hosts import ending_of
from bot.channels.intake import Intake, Json
from bot.channels.media import Media, picture_type
from bot.channels.pace import PAUSES, Pace
from bot.channels.rendering import split, utf16_length, with_numbers
from bot.channels.zalo_bot_transport import ZaloBotApi, ZaloBotError
from bot.channels.zalo_bot_updates import event_of, kind_of, unwrapped, url_of, whose
from handlers.talk.messages import LARGEST, Document, Enclosed, Event, Reply
from storage import budgets
from storage.database import Store
from storage.inbox import Incoming

log = logging.getLogger(__name__)

EVENTS = Counter("bot_zalo_bot_events", "What Zalo delivered, by its kind", ["kind"])

#: https://docs.zaloplatforms.com/docs/BOT sendMessage, sendPhoto (text and caption alike). How many
#: calls a second are let through is published nowhere.
LIMITS = Limits(text=2000, pace=5, chat_pace=1)
#: The most bytes of a photo that is worth fetching.
LARGEST_PHOTO = 5 * 1024 * 1024
#: The voices that are played, which is what a Zalo phone records.
VOICES = (".aac",)
#: Seconds that one getUpdates waits for something to come.
POLL = 30
#: Seconds of rest after each refusal for too many messages in a row.
RESTS = (60.0, 300.0, 900.0, 3600.0)
_THEIR_FAULT = HTTPStatus.INTERNAL_SERVER_ERROR


@dataclass(frozen=True, slots=True)
class Ways:
    """How the operator wants the channel to work."""

    webhook_url: str = ""
    webhook_secret: str = ""
    #: Hosts, and all below them, that photos and voices are fetched from.
    media_hosts: Sequence[str] = ()
    #: Seconds from one getUpdates to the next: the platform may give the same out each time.
    poll_gap: float = 1.0
    #: The size of letters as the platform calls it (f_13 … f_20); empty: as the phone has it.
    letters: str = "f_18"
    #: What stands under numbered choices.
    how_to_choose: str = ""


class ZaloBotChannel:
    """The Zalo Bot side of the program."""

    name = "zalo_bot"

    def __init__(
        self,
        api: ZaloBotApi,
        store: Store,
        media: Media,
        budget: Budget,
        clock: Callable[[], datetime],
        ways: Ways,
        *,
        limits: Limits = LIMITS,
        poll: int = POLL,
    ) -> None:
        #: Zalo fetches what it shows and plays, so our server has to be found from outside.
        self.limits = replace(limits, images=media.reachable, voices=media.reachable)
        self.pace = Pace(limits.pace, limits.chat_pace, holds=budget.holds)
        self._api, self._store, self._media, self._budget = api, store, media, budget
        self._clock, self._ways, self._poll_seconds = clock, ways, poll
        self._deliver: Deliver | None = None
        self.fetches = not ways.webhook_url
        self._running: asyncio.Task[None] | None = None
        #: Why receiving does not work, and why sending does not.
        self._problem: str | None = "Zalo Bot: not connected yet"
        self._send_problem: str | None = None
        self._refusals, self._rests_until = 0, 0.0
        self._styled = bool(ways.letters)
        self._intake = Intake(self.name, store, whose, self._handle)
        #: How many parts of a message have gone out that did not go out whole.
        self._gone: dict[int, int] = {}

    @property
    def problem(self) -> str | None:
        """Why Zalo is not working, or None."""
        return self._problem or self._send_problem or self._budget.problem

    def routes(self) -> Sequence[web.RouteDef]:
        """Pictures and files for Zalo to fetch, and the webhook when there is one."""
        hook = [web.post("/zalo-bot", self._webhook)] if self._ways.webhook_url else []
        return [*self._media.routes(), *hook]

    # --- receiving

    async def start(self, deliver: Deliver) -> None:
        """Begin to receive, with what an earlier run left unhandled."""
        self._deliver = deliver
        await self._intake.resume()
        await self._budget.look()
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop receiving; what has come is still handled."""
        if self._running:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self._intake.stop()

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()

    async def _run(self) -> None:
        tries = 0
        while True:
            try:
                await self._connect()
                tries = 0
                if self._ways.webhook_url:
                    return
                await self._poll()
            except ZaloBotError as error:
                self._trouble(told(error))
                if error.code == HTTPStatus.UNAUTHORIZED:
                    return
            except Exception:
                self._trouble("Zalo Bot: something that came could not be read")
                log.exception("receiving from Zalo failed")
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1

    def _trouble(self, sentence: str) -> None:
        if sentence != self._problem:
            log.warning("%s", sentence)
        self._problem = sentence

    async def _connect(self) -> None:
        me = await self._api.get_me()
        log.info("Zalo Bot: connected as %s", me.get("account_name"))
        if self._ways.webhook_url:
            await self._set_webhook(f"{self._ways.webhook_url}/zalo-bot")
            return
        if await self._api.get_webhook_info():
            await self._api.delete_webhook()
        self._problem = None

    async def _set_webhook(self, url: str) -> None:
        """Set the webhook. It may be set a few times a day only; one that stands is good enough."""
        try:
            tried = await self._api.set_webhook(url, self._ways.webhook_secret)
        except ZaloBotError as error:
            if error.code is None or await self._api.get_webhook_info() != url:
                raise
            log.warning("Zalo Bot: the webhook stays as it was set before (%s)", error)
            tried = {"ok": True}
        self._problem = None
        if not tried.get("ok"):
            outcome, hint = tried.get("outcome"), tried.get("hint", "")
            self._trouble(f"Zalo Bot: Zalo could not call {url}: {outcome}. {hint}".rstrip())

    async def _poll(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            for update in await self._api.get_updates(self._poll_seconds):
                await self._take(update)
            # Also after an empty answer that came too soon: some give the same out again at once.
            await asyncio.sleep(max(0.0, started + self._ways.poll_gap - loop.time()))

    async def _webhook(self, request: web.Request) -> web.Response:
        """Keep a message and say so; all else comes after."""
        body = await request.read()
        if not body.strip():
            return web.Response()  # Zalo tries whether anybody is there
        header = request.headers.get("X-Bot-Api-Secret-Token", "")
        secret = self._ways.webhook_secret.encode()
        if not hmac.compare_digest(header.encode(errors="surrogateescape"), secret):
            raise web.HTTPForbidden
        try:
            update = unwrapped(json.loads(body))
        except ValueError:
            raise web.HTTPBadRequest from None
        self._problem = None  # Zalo reaches us, whatever its first try gave
        await self._take(update)
        return web.Response()

    async def _take(self, update: Json) -> None:
        """Keep an update, to be handled soon; not one that nobody waits for an answer to."""
        now = self._clock()
        event = event_of(update, now)
        if event is None:
            EVENTS.labels(kind_of(update)).inc()
        else:
            await self._intake.take(event.id, update, now)

    async def _handle(self, update: Json, incoming: Incoming) -> None:
        """Hand on what somebody said."""
        assert self._deliver is not None  # noqa: S101 - set by start
        event = event_of(update, incoming.at)
        if event is None:
            return
        await self._deliver(await self._with_what_came(event, update))
        EVENTS.labels(kind_of(update)).inc()
        if event.media == "hidden":
            async with self._store.begin() as tx:
                await budgets.note_hidden(tx, self.name, event.address)
        await self._budget.look()

    async def _with_what_came(self, event: Event, update: Json) -> Event:
        """The event with its photo, which expires, and with how to fetch a voice."""
        if event.media not in {"photo", "voice"}:
            return event
        url = url_of(update, self._ways.media_hosts)
        if url is None:
            log.warning("what came with event %s is on no host of ZALO_BOT_MEDIA_HOSTS", event.id)
        if event.media == "photo":
            return replace(event, photo=await self._fetched(event, url, LARGEST_PHOTO))
        name = f"loi-noi.{ending_of(url, 'aac')}"
        fetch = partial(self._fetched, event, url, LARGEST["voice"])
        return replace(event, enclosed=Enclosed(name=name, size=0, fetch=fetch))

    async def _fetched(self, event: Event, url: str | None, most: int) -> bytes | None:
        """What somebody sent; None where it cannot be had."""
        try:
            return await self._api.download(url, most) if url else None
        except ZaloBotError as error:
            log.warning("the %s of event %s could not be fetched: %s", event.media, event.id, error)
            return None

    # --- sending

    async def send(self, address: str, reply: Reply, image: bytes | None = None) -> None:
        """Send one reply, a long one in parts; what has gone out of it is not sent again."""
        spoken, reply = _parted(reply)
        text = self._in_words(reply)
        calls = [partial(self._send_text, address, part) for part in split(text, self.limits.text)]
        if spoken is not None:
            calls = [partial(self._send_voice, address, reply.number, spoken), *calls]
        if image is not None:
            fits = utf16_length(text) <= self.limits.text
            photo = partial(self._send_photo, address, reply, image, text if fits else "")
            calls = [photo, *calls] if not fits else [photo]
        for place, call in enumerate(calls):
            if place < self._gone.get(reply.number, 0):
                continue
            if place:
                await self.pace.turn(address)
            try:
                await call()
            except SendError as error:
                if error.outcome != "retry":
                    self._gone.pop(reply.number, None)
                raise
            self._gone[reply.number] = place + 1
        self._gone.pop(reply.number, None)

    def _in_words(self, reply: Reply) -> str:
        """A reply as text: a file as its address, choices as numbered lines."""
        return with_numbers(self._media.below(reply), self._ways.how_to_choose).rstrip()

    async def _send_text(self, address: str, text: str) -> None:
        """Send one part of a text, in large letters where the platform takes them."""
        if not self._styled:
            await self._send(self._api.send_message, address, text)
            return
        styles = [{"start": 0, "len": utf16_length(text), "st": [self._ways.letters]}]
        try:
            await self._send(self._api.send_message, address, text, styles)
        except SendError as error:
            if error.outcome != "failed":
                raise
            await self._send(self._api.send_message, address, text)
            log.warning("Zalo Bot: large letters are refused, texts go out plain: %s", error)
            self._styled = False

    async def _send_photo(self, address: str, reply: Reply, image: bytes, caption: str) -> None:
        """Send the picture of a reply, its words under it; refused, its words alone."""
        ending = picture_type(image).removeprefix("image/")
        url = self._media.address(reply.number, f"picture.{ending}")
        try:
            await self._send(self._api.send_photo, address, url, caption)
        except SendError as error:
            if error.outcome != "failed":
                raise
            log.warning("Zalo refused a picture, its words go out alone: %s", error)
            if caption:
                await self._send_text(address, caption)

    async def _send_voice(self, address: str, number: int, spoken: Document) -> None:
        """Send the voice of message `number`; refused, it is told that there was one."""
        try:
            url = self._media.address(number, spoken.name)
            await self._send(self._api.send_voice, address, url)
        except SendError as error:
            if error.outcome != "failed":
                raise
            log.warning("Zalo refused a voice, its words go out alone: %s", error)
            if spoken.otherwise:
                await self._send_text(address, spoken.otherwise)

    async def _send(self, method: Callable[..., Any], *arguments: Any) -> None:
        try:
            await method(*arguments)
        except ZaloBotError as error:
            raise self._refused(error) from error
        self._refusals, self._send_problem = 0, None
        await self._budget.spend()

    def _refused(self, error: ZaloBotError) -> SendError:
        """What to do about a message that the platform did not take."""
        code, said = error.code, str(error)
        if code is None or code == HTTPStatus.REQUEST_TIMEOUT or code >= _THEIR_FAULT:
            return SendError("retry", said)
        if code == HTTPStatus.UNAUTHORIZED:
            self._send_problem = told(error)
            return SendError("retry", said)
        if code == HTTPStatus.TOO_MANY_REQUESTS:
            self._send_problem = f"Zalo Bot: no more messages are taken for now ({said})"
            return SendError("retry", said, self._rest(), everywhere=True)
        if code == HTTPStatus.NOT_FOUND:
            return SendError("stopped", said)  # nobody knows what a bot that was blocked gets
        if code == HTTPStatus.FORBIDDEN:
            log.error("Zalo Bot: a message is refused: %s", said)
        return SendError("failed", said)

    def _rest(self) -> float:
        """Seconds to leave the platform alone: longer each time that it still takes nothing."""
        now = asyncio.get_running_loop().time()
        if now >= self._rests_until:  # else this call started before the last refusal came
            rest = RESTS[min(self._refusals, len(RESTS) - 1)]
            self._refusals, self._rests_until = self._refusals + 1, now + rest
            log.warning("%s; resting %d seconds", self._send_problem, rest)
        return self._rests_until - now


def _parted(reply: Reply) -> tuple[Document | None, Reply]:
    """The voice of a reply, where Zalo plays it, and the reply without one."""
    spoken = reply.document if reply.document and reply.document.voice else None
    if spoken and spoken.name.lower().endswith(VOICES):
        return spoken, replace(reply, document=None)
    return None, reply.voiceless()


def told(error: ZaloBotError) -> str:
    """What a refusal means for the operator."""
    if error.code == HTTPStatus.UNAUTHORIZED:
        return "Zalo Bot: ZALO_BOT_TOKEN is refused; put the token Zalo Bot Manager sent"
    if error.code == HTTPStatus.BAD_REQUEST and "webhook" in error.description.lower():
        return "Zalo Bot: a webhook is set elsewhere for this ZALO_BOT_TOKEN"
    return f"Zalo Bot: cannot be reached ({error})"

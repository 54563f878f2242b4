"""A Zalo Official Account.

Zalo posts what people do; it is kept before Zalo is told so, and handled after. Choices are buttons
that come back as text. What may be written to whom, and what is free, is kept beside.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from aiohttp import web
from prometheus_client import Counter

from bot.channels.base import Deliver, Limits
from bot.channels.hosts import on_hosts
from bot.channels.intake import Intake
from bot.channels.media import Media
from bot.channels.pace import PAUSES, Pace
from bot.channels.zalo_oa_echoes import is_ours
from bot.channels.zalo_oa_tokens import Tokens
from bot.channels.zalo_oa_transport import Json, ZaloOaApi, ZaloOaError
from bot.channels.zalo_oa_updates import (
    CHANNEL,
    at_of,
    attached,
    enclosed_of,
    event_of,
    id_of,
    is_from_the_account,
    is_signed,
    kind_of,
    name_of,
    person_of,
)
from bot.channels.zalo_oa_writing import Writing
from bot.documents import Write
from handlers.talk.messages import LARGEST, Event, Reply
from storage import addresses, zalo
from storage.database import Store
from storage.inbox import Incoming

log = logging.getLogger(__name__)

EVENTS = Counter("bot_zalo_oa_events", "What Zalo delivered, by its kind", ["kind"])

#: https://developers.zalo.me/docs/official-account; the calls a second are published nowhere.
LIMITS = Limits(text=2000, pace=10)
#: The most bytes of a photo that is worth fetching.
LARGEST_PHOTO = 5 * 1024 * 1024
#: Seconds to wait for any answer.
PATIENCE = 20.0
#: Seconds between two looks at the tokens and at what is left of paid messages.
LOOK_AGAIN = 300.0


@dataclass(frozen=True, slots=True)
class Ways:
    """How the operator wants the channel to work."""

    #: What Zalo signs its calls with.
    secret_key: str
    #: Hosts, and all below them, that photos, voices and files are fetched from.
    media_hosts: Sequence[str] = ()
    #: The `template_type` of a message with buttons; some want none.
    template_type: str = ""
    #: How long the bot keeps silent after a human of the account has written to a person.
    staff_pause: timedelta = timedelta(hours=1)
    #: Whether messages may go out that the package does not hold, and Zalo charges.
    pays: bool = False
    rules: zalo.Rules = field(default_factory=zalo.Rules)


class ZaloOaChannel:
    """The side of the Official Account."""

    name = CHANNEL
    fetches = False

    def __init__(
        self,
        api: ZaloOaApi,
        tokens: Tokens,
        store: Store,
        write: Write,
        media: Media,
        clock: Callable[[], datetime],
        ways: Ways,
        *,
        limits: Limits = LIMITS,
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        self.limits = limits
        self.pace = Pace(limits.pace, limits.chat_pace)
        self._api, self._tokens, self._store = api, tokens, store
        self._media = media
        self._writing = Writing(
            api, tokens, store, write, media, clock, self.pace, limits.text, ways.template_type
        )
        self._clock, self._ways = clock, ways
        self._intake = Intake(CHANNEL, store, person_of, self._handle, pauses)
        self._deliver: Deliver | None = None
        self._looking: asyncio.Task[None] | None = None

    @property
    def problem(self) -> str | None:
        """Why the Official Account is not working, or None."""
        return self._tokens.problem or self._writing.problem

    def routes(self) -> Sequence[web.RouteDef]:
        """The webhook, which whoever looks for it finds, and files for people to fetch."""
        hook = [web.post("/zalo-oa", self._webhook), web.get("/zalo-oa", _is_here)]
        return [*hook, *self._media.routes()]

    # --- receiving

    async def start(self, deliver: Deliver) -> None:
        """Begin to receive, with what an earlier run left unhandled."""
        self._deliver = deliver
        await self._intake.resume()
        self._looking = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        """Stop receiving; what has come is still handled, or handled by the next run."""
        if self._looking:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await self._intake.stop()

    async def close(self) -> None:
        """Close the connections."""
        await self._tokens.close()
        await self._api.close()

    async def _webhook(self, request: web.Request) -> web.Response:
        """Keep what came and say so; Zalo waits two seconds, and all else comes after."""
        body = await request.read()
        if not body.strip():
            return web.Response()  # Zalo tries whether anybody is there
        try:
            update = json.loads(body)
        except ValueError:
            raise web.HTTPBadRequest from None
        header = request.headers.get("X-ZEvent-Signature", "")
        if not isinstance(update, dict) or not is_signed(
            body, update, header, self._api.app_id, self._ways.secret_key
        ):
            EVENTS.labels("not signed").inc()
            raise web.HTTPForbidden
        EVENTS.labels(kind_of(update)).inc()
        if person_of(update) is not None:
            await self._intake.take(id_of(update, body), update, self._clock())
        return web.Response()

    async def _handle(self, update: Json, incoming: Incoming) -> None:
        """Do what an update asks for."""
        if is_from_the_account(update):
            await self._leave_to_staff(update, incoming.at)
        elif name_of(update) == "unfollow":
            await self._left(update, incoming.at)
        else:
            await self._met(update, incoming)

    async def _met(self, update: Json, incoming: Incoming) -> None:
        """Hand on what a person said; while a human of the account talks there, only note it."""
        event = event_of(update, incoming.id, incoming.at)
        if event is None:
            return
        said_at = event.said_at or event.at
        async with self._store.begin() as tx:
            await zalo.interacted(tx, event.address, said_at, self._ways.rules)
            if await addresses.is_left_to_staff(tx, CHANNEL, event.address, said_at):
                return
        assert self._deliver is not None  # noqa: S101 - set by start
        await self._deliver(await self._with_what_came(event, update))

    async def _left(self, update: Json, now: datetime) -> None:
        address = person_of(update) or ""
        async with self._store.begin() as tx:
            await addresses.mark_stopped(tx, CHANNEL, address, at_of(update, now))

    async def _leave_to_staff(self, update: Json, now: datetime) -> None:
        """Keep silent for a while where somebody else than the bot has written."""
        address, at = person_of(update) or "", at_of(update, now)
        async with self._store.begin() as tx:
            if await is_ours(tx, update, address, self.limits.text):
                return
            until = at + self._ways.staff_pause
            await addresses.leave_to_staff(tx, CHANNEL, address, at, until)
        log.info("a human of the Official Account writes; the bot keeps silent there for a while")

    async def _with_what_came(self, event: Event, update: Json) -> Event:
        """The event with its photo, which expires, and with how to fetch a voice or a file."""
        if event.media not in {"photo", "voice", "file"}:
            return event
        url = on_hosts(attached(update).get("url"), self._ways.media_hosts)
        if url is None:
            log.warning("what came with event %s is on no host of ZALO_OA_MEDIA_HOSTS", event.id)
        if event.media == "photo":
            return replace(event, photo=await self._fetched(event, url, LARGEST_PHOTO))
        fetch = partial(self._fetched, event, url, LARGEST[event.media])
        return replace(event, enclosed=replace(enclosed_of(update, url), fetch=fetch))

    async def _fetched(self, event: Event, url: str | None, most: int) -> bytes | None:
        """What somebody sent; None where it cannot be had."""
        try:
            return await self._api.download(url, most) if url else None
        except ZaloOaError as error:
            log.warning("the %s of event %s could not be fetched: %s", event.media, event.id, error)
            return None

    # --- the account

    async def _keep_looking(self) -> None:
        """Keep the tokens good while nobody writes, and know what is left of paid messages."""
        while True:
            try:
                await self._look()
            except ZaloOaError as error:
                log.warning("Zalo OA: what is left could not be asked: %s", error)
            except Exception:
                log.exception("looking after the Official Account failed")
            await asyncio.sleep(LOOK_AGAIN)

    async def _look(self) -> None:
        told = await self._tokens.call(self._api.quota)
        left = None if self._ways.pays else _paid_left(told)
        async with self._store.begin() as tx:
            await zalo.keep_quota(tx, self._api.app_id, left, self._clock())

    # --- sending

    async def send(self, address: str, reply: Reply, image: bytes | None = None) -> None:
        """Send one reply: its picture or file, and its words, a long one in parts."""
        await self._writing.send(address, reply, image)


async def _is_here(_request: web.Request) -> web.Response:
    return web.Response(text="zalo-oa")


def _paid_left(told: Sequence[Json]) -> int | None:
    """How many messages beyond the free ones are left, out of all that Zalo tells of quotas."""
    left = []
    for one in told:
        with suppress(LookupError, TypeError, ValueError):
            if one.get("product_type") in {"cs", "", None}:
                left.append(int(one["remain"]))
    return sum(left) if left else None

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
from weakref import WeakValueDictionary

from aiohttp import web
from prometheus_client import Counter

from bot.channels.base import Deliver, Limits
from bot.channels.pace import PAUSES, Pace
from bot.channels.zalo_oa_echoes import is_ours
from bot.channels.zalo_oa_tokens import Tokens
from bot.channels.zalo_oa_transport import Json, ZaloOaApi, ZaloOaError
from bot.channels.zalo_oa_updates import (
    CHANNEL,
    at_of,
    event_of,
    id_of,
    is_from_the_account,
    is_signed,
    kind_of,
    name_of,
    person_of,
    photo_of,
)
from bot.channels.zalo_oa_writing import Writing
from bot.documents import Write
from handlers.talk.messages import Event, Reply
from storage import inbox, people, zalo
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
#: How many people are attended to at once: what comes meanwhile is kept and acknowledged first.
HANDS = 8
#: How often what came is tried that cannot be handled.
MOST_TRIES = 5
#: Seconds between two looks at the tokens and at what is left of paid messages.
LOOK_AGAIN = 300.0
#: Seconds that a stop gives to what has come.
LAST_MOMENT = 3.0


@dataclass(frozen=True, slots=True)
class Ways:
    """How the operator wants the channel to work."""

    #: What Zalo signs its calls with.
    secret_key: str
    #: Hosts, and all below them, that photos are fetched from.
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
        clock: Callable[[], datetime],
        ways: Ways,
        *,
        limits: Limits = LIMITS,
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        self.limits = limits
        self.pace = Pace(limits.pace, limits.chat_pace)
        self._api, self._tokens, self._store = api, tokens, store
        self._writing = Writing(
            api, tokens, store, write, clock, self.pace, limits.text, ways.template_type
        )
        self._clock, self._ways, self._pauses = clock, ways, pauses
        self._deliver: Deliver | None = None
        self._looking: asyncio.Task[None] | None = None
        #: What is being handled, by event and as tasks; and who waits for whom.
        self._under_way: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._hands = asyncio.Semaphore(HANDS)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def problem(self) -> str | None:
        """Why the Official Account is not working, or None."""
        return self._tokens.problem or self._writing.problem

    def routes(self) -> Sequence[web.RouteDef]:
        """The webhook; whoever looks whether it is there finds it."""
        return [web.post("/zalo-oa", self._webhook), web.get("/zalo-oa", _is_here)]

    # --- receiving

    async def start(self, deliver: Deliver) -> None:
        """Begin to receive, with what an earlier run left unhandled."""
        self._deliver = deliver
        async with self._store.read() as tx:
            left = await inbox.waiting(tx, CHANNEL)
        for incoming in left:
            self._take(incoming)
        self._looking = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        """Stop receiving; what has come is still handled, or handled by the next run."""
        if self._looking:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        if self._tasks:
            _, unfinished = await asyncio.wait(self._tasks, timeout=LAST_MOMENT)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

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
            incoming = Incoming(id_of(update, body), body.decode(), self._clock())
            async with self._store.begin() as tx:
                new = await inbox.keep(tx, CHANNEL, incoming)
            if new:
                self._take(incoming)
        return web.Response()

    def _take(self, incoming: Incoming) -> None:
        if incoming.id in self._under_way:
            return
        self._under_way.add(incoming.id)
        task = asyncio.create_task(self._handle(incoming))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _handle(self, incoming: Incoming) -> None:
        """Handle what came, after what came before it from the same person."""
        update = json.loads(incoming.body)
        turn = self._turns.setdefault(person_of(update) or "", asyncio.Lock())
        try:
            async with turn, self._hands:
                for tries in range(MOST_TRIES):
                    if await self._handled(update, incoming):
                        break
                    await asyncio.sleep(self._pauses[min(tries, len(self._pauses) - 1)])
                else:
                    log.error("event %s is given up", incoming.id)
                async with self._store.begin() as tx:
                    await inbox.drop(tx, incoming.id)
        except Exception:
            log.exception("event %s stays for the next start", incoming.id)
        finally:
            self._under_way.discard(incoming.id)

    async def _handled(self, update: Json, incoming: Incoming) -> bool:
        """Do what an update asks for; False when that could not be kept."""
        try:
            if is_from_the_account(update):
                await self._leave_to_staff(update, incoming.at)
            elif name_of(update) == "unfollow":
                await self._left(update, incoming.at)
            else:
                await self._met(update, incoming)
        except Exception:
            log.exception("event %s could not be kept", incoming.id)
            return False
        return True

    async def _met(self, update: Json, incoming: Incoming) -> None:
        """Hand on what a person said; while a human of the account talks there, only note it."""
        event = event_of(update, incoming.id, incoming.at)
        if event is None:
            return
        said_at = event.said_at or event.at
        async with self._store.begin() as tx:
            await zalo.interacted(tx, event.address, said_at, self._ways.rules)
            if await people.is_left_to_staff(tx, CHANNEL, event.address, said_at):
                return
        assert self._deliver is not None  # noqa: S101 - set by start
        await self._deliver(await self._with_photo(event, update))

    async def _left(self, update: Json, now: datetime) -> None:
        address = person_of(update) or ""
        async with self._store.begin() as tx:
            await people.mark_stopped(tx, CHANNEL, address, at_of(update, now))

    async def _leave_to_staff(self, update: Json, now: datetime) -> None:
        """Keep silent for a while where somebody else than the bot has written."""
        address, at = person_of(update) or "", at_of(update, now)
        async with self._store.begin() as tx:
            if await is_ours(tx, update, address, self.limits.text):
                return
            until = at + self._ways.staff_pause
            await people.leave_to_staff(tx, CHANNEL, address, at, until)
        log.info("a human of the Official Account writes; the bot keeps silent there for a while")

    async def _with_photo(self, event: Event, update: Json) -> Event:
        """The event with its photo, which expires; without it where it cannot be had."""
        if event.media != "photo":
            return event
        url = photo_of(update, self._ways.media_hosts)
        if url is None:
            log.warning("the photo of event %s is on no host of ZALO_OA_MEDIA_HOSTS", event.id)
            return event
        try:
            return replace(event, photo=await self._api.download(url, LARGEST_PHOTO))
        except ZaloOaError as error:
            log.warning("the photo of event %s could not be fetched: %s", event.id, error)
            return event

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

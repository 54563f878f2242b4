"""One event in, its answers out: each person in order, kept once, and sent only when kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from weakref import WeakValueDictionary

from prometheus_client import Counter

from bot.photos import NotAPhotoError, clean
from bot.sender import Sender
from handlers.talk.messages import LARGEST, Event, Reply
from handlers.talk.router import Router
from handlers.talk.scene import Library, Scene
from handlers.talk.state import Talk
from storage import addresses, outbox
from storage.database import Store, TryAgainError, Tx
from storage.outbox import Outgoing

log = logging.getLogger(__name__)

EVENTS = Counter("bot_events", "Events handled, by channel and outcome", ["channel", "outcome"])

#: After so many failures in a row the person's place is given up: better the menu than a trap.
GIVES_UP = 2
#: An answer older than this would only confuse.
STALE = timedelta(hours=24)


class Dispatcher:
    """Takes the events of every channel."""

    def __init__(self, store: Store, library: Library, router: Router, sender: Sender) -> None:
        self._store, self._library, self._router, self._sender = store, library, router, sender
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        # One photo at a time: a small file may hold a picture of a hundred megabytes.
        self._darkroom = asyncio.Semaphore(1)

    async def handle(self, event: Event) -> None:
        """Handle one event; returns once its effect and answers are kept (not yet sent).

        An event seen before changes nothing and is answered again. When handling fails, the person
        is told so and the event counts as handled; only if even that cannot be kept does it raise,
        so that the channel delivers the event again.
        """
        async with self._lock(event.channel, event.address):
            try:
                answers = await self._answer_or_again(await self._with_what_came(event))
            except Exception as error:
                log.exception("event %s could not be handled", event.id)
                answers = await self._apologise(event, error)
        self._sender.answer(answers)

    async def offer(self, message: Outgoing) -> None:
        """Let the choices of a message that went out from our side be answered in words too."""
        reply = Reply.from_json(message.body)
        if not reply.choices:
            return
        async with self._lock(message.channel, message.address), self._store.begin() as tx:
            await tx.lock(f"{message.channel}:{message.address}")
            here = await addresses.get(tx, message.channel, message.address)
            if here is not None:
                talk = Talk.from_json(here.talk, here.last_at)
                self._router.offer(talk, reply)
                await addresses.replace_talk(tx, here.channel, here.address, talk.to_json())

    def _lock(self, channel: str, address: str) -> asyncio.Lock:
        """The lock that keeps the events of one address in order."""
        lock = self._locks.get((channel, address))
        if lock is None:
            lock = self._locks[channel, address] = asyncio.Lock()
        return lock

    async def _with_what_came(self, event: Event) -> Event:
        """The event with its photo cleaned, and with the voice or the file that was asked for."""
        came = event.enclosed
        if came is None:
            return await self._with_clean_photo(event)
        async with self._store.read() as tx:
            here = await addresses.get(tx, event.channel, event.address)
        talk = Talk.from_json(here.talk, event.at) if here else Talk.new(event.at)
        asked = event.media in self._router.takes(talk)
        if not asked or not came.fetch or came.size > LARGEST.get(event.media or "", 0):
            return event
        return replace(event, enclosed=replace(came, content=await came.fetch()))

    async def _with_clean_photo(self, event: Event) -> Event:
        """The event, its photo made small and free of metadata; without it when it is no photo.

        Nobody's photo is opened who is not registered: it would not be kept.
        """
        if event.photo is None:
            return event
        async with self._store.read() as tx:
            here = await addresses.get(tx, event.channel, event.address)
        if here is None or here.person is None:
            return replace(event, photo=None)
        try:
            async with self._darkroom:
                return replace(event, photo=await asyncio.to_thread(clean, event.photo))
        except NotAPhotoError as error:
            log.info("the photo of event %s cannot be opened: %s", event.id, error)
            return replace(event, photo=None)

    async def _answer_or_again(self, event: Event) -> list[Outgoing]:
        """Answer an event; once more when another transaction had to be let past."""
        try:
            return await self._answer(event)
        except TryAgainError as error:
            log.info("event %s is tried once more: %s", event.id, error)
            return await self._answer(event)

    async def _answer(self, event: Event) -> list[Outgoing]:
        async with self._store.begin() as tx:
            await tx.lock(f"{event.channel}:{event.address}")
            if not await outbox.first_time(tx, event.id, event.at):
                EVENTS.labels(event.channel, "again").inc()
                return await outbox.answers_to(tx, event.id)
            here = await addresses.get(tx, event.channel, event.address)
            talk = Talk.from_json(here.talk, event.at) if here else Talk.new(event.at)
            turn = await self._router.handle(tx, event, here, talk)
            talk.failures = 0
            if turn.talk is None:
                await addresses.forget(tx, event.channel, event.address)
            else:
                kept = turn.talk.to_json()
                await addresses.keep_talk(tx, event.channel, event.address, kept, event.at)
            answers = await self._put(tx, event, turn.replies, turn.owner)
        EVENTS.labels(event.channel, "handled").inc()
        return answers

    async def _put(
        self, tx: Tx, event: Event, replies: Sequence[Reply], person_id: int | None
    ) -> list[Outgoing]:
        return await outbox.put_answers(
            tx,
            event_id=event.id,
            channel=event.channel,
            address=event.address,
            bodies=[reply.to_json() for reply in replies],
            person_id=person_id,
            now=event.at,
            not_after=event.at + STALE,
        )

    async def _apologise(self, event: Event, error: Exception) -> list[Outgoing]:
        async with self._store.begin() as tx:
            await tx.lock(f"{event.channel}:{event.address}")
            if not await outbox.first_time(tx, event.id, event.at):
                return await outbox.answers_to(tx, event.id)
            await outbox.note_problem(tx, event.id, type(error).__name__)
            here = await addresses.get(tx, event.channel, event.address)
            talk = Talk.from_json(here.talk, event.at) if here else Talk.new(event.at)
            talk.failures += 1
            if talk.failures >= GIVES_UP:
                talk = Talk(asked=talk.asked)
            await addresses.keep_talk(tx, event.channel, event.address, talk.to_json(), event.at)
            person = here.person if here else None
            scene = Scene(self._library, event.at, event.channel, event.address, person)
            answers = await self._put(tx, event, [scene.reply("talk.trouble")], None)
        EVENTS.labels(event.channel, "failed").inc()
        return answers

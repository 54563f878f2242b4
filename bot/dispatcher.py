"""One event in, its answers out: each person in order, kept once, and sent only when kept."""

from __future__ import annotations

import asyncio
import logging
from weakref import WeakValueDictionary

from prometheus_client import Counter

from bot.sender import Sender
from handlers.talk.messages import Event, Reply
from handlers.talk.router import Router
from handlers.talk.scene import Library, Scene
from handlers.talk.state import Talk
from storage import outbox, people
from storage.database import Store, Tx
from storage.outbox import Outgoing
from storage.people import Address

log = logging.getLogger(__name__)

EVENTS = Counter("bot_events", "Events handled, by channel and outcome", ["channel", "outcome"])

#: After so many failures in a row the person's place is given up: better the menu than a trap.
GIVES_UP = 2


class Dispatcher:
    """Takes the events of every channel."""

    def __init__(self, store: Store, library: Library, router: Router, sender: Sender) -> None:
        self._store, self._library, self._router, self._sender = store, library, router, sender
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def handle(self, event: Event) -> None:
        """Handle one event; returns once its effect and answers are kept (not yet sent).

        An event seen before changes nothing and is answered again. When handling fails, the person
        is told so and the event counts as handled; only if even that cannot be kept does it raise,
        so that the channel delivers the event again.
        """
        key = (event.channel, event.address)
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        async with lock:
            try:
                answers = await self._answer(event)
            except Exception as error:
                log.exception("event %s could not be handled", event.id)
                answers = await self._apologise(event, error)
        self._sender.answer(answers)

    async def _answer(self, event: Event) -> list[Outgoing]:
        async with self._store.begin() as tx:
            await tx.lock(f"{event.channel}:{event.address}")
            if not await outbox.first_time(tx, event.id, event.at):
                EVENTS.labels(event.channel, "again").inc()
                return await outbox.answers_to(tx, event.id)
            here = await people.address(tx, event.channel, event.address)
            person = here.person if here else None
            talk = Talk.from_json(here.talk) if here else Talk()
            last_at = here.last_at if here else None
            turn = await self._router.handle(tx, event, person, talk, last_at)
            talk.failures = 0
            if turn.talk is None:
                await people.forget_address(tx, event.channel, event.address)
            else:
                kept = turn.talk.to_json()
                await people.keep_talk(tx, event.channel, event.address, kept, event.at)
            owner = None if turn.talk is None or person is None else person.id
            answers = [await self._put(tx, event, reply, owner) for reply in turn.replies]
        EVENTS.labels(event.channel, "handled").inc()
        return answers

    async def _put(self, tx: Tx, event: Event, reply: Reply, person_id: int | None) -> Outgoing:
        answer = await outbox.put(
            tx,
            channel=event.channel,
            address=event.address,
            lane=outbox.ANSWER,
            body=reply.to_json(),
            now=event.at,
            person_id=person_id,
            event_id=event.id,
        )
        assert answer is not None  # noqa: S101 - only a dedupe key makes a put refuse
        return answer

    async def _apologise(self, event: Event, error: Exception) -> list[Outgoing]:
        async with self._store.begin() as tx:
            if not await outbox.first_time(tx, event.id, event.at):
                return await outbox.answers_to(tx, event.id)
            await outbox.note_problem(tx, event.id, type(error).__name__)
            here: Address | None = await people.address(tx, event.channel, event.address)
            person = here.person if here else None
            try:
                talk = Talk.from_json(here.talk) if here else Talk()
            except (ValueError, TypeError, AttributeError):
                talk = Talk()  # what failed was the reading of a talk some other version kept
            talk.failures += 1
            if talk.failures >= GIVES_UP:
                talk = Talk(asked=talk.asked)
            await people.keep_talk(tx, event.channel, event.address, talk.to_json(), event.at)
            scene = Scene(self._library, event.at, event.channel, event.address, person)
            answer = await self._put(tx, event, scene.reply("talk.trouble"), None)
        EVENTS.labels(event.channel, "failed").inc()
        return [answer]

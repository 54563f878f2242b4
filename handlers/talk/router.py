"""One event in, replies out: commands, buttons, answers to the current question, and free words.

The router knows routes by name only. A turn is one event of one person: it hears (`hearing`), moves
between flows (`moving`), knows who talks on a shared phone (`sharing`) and speaks (`speaking`).
Nothing there writes but the `finish` of a flow and the keeping of what came beside words, through
the transaction it is given.
"""

from __future__ import annotations

from collections.abc import Sequence

from handlers.talk.flow import Offer
from handlers.talk.hearing import Hearing
from handlers.talk.messages import Event, Reply
from handlers.talk.routes import Route, Routes
from handlers.talk.scene import Library, Scene
from handlers.talk.speaking import Turn
from handlers.talk.state import MOST_HELD, Talk
from storage.addresses import Address
from storage.database import Tx


class Router:
    """Made once with every route of the program."""

    def __init__(self, library: Library, routes: Sequence[Route]) -> None:
        self._library = library
        self._routes = Routes(library.content, routes)

    async def handle(self, tx: Tx, event: Event, here: Address | None, talk: Talk) -> Turn:
        """Answer one event at an address, inside the transaction that keeps what it does."""
        scene = Scene(
            self._library,
            event.at,
            event.channel,
            event.address,
            here.person if here else None,
            shared=here is not None and here.shared,
            said_at=event.said_at,
        )
        turn = Hearing(self._routes, tx, scene, talk, here.last_at if here else event.at)
        await turn.take(event)
        return turn.done()

    def takes(self, talk: Talk) -> frozenset[str]:
        """What the question somebody is at takes beside words."""
        return self._routes.takes(talk.at)

    def offer(self, talk: Talk, reply: Reply) -> None:
        """Let the choices of a message that was sent from our side be answered by digit and word.

        What the person was in the middle of is set aside, to be offered again.
        """
        if talk.at is not None:
            flow = self._routes.flow(talk.at)
            if flow and flow.holds:
                talk.held = [talk.at, *talk.held][:MOST_HELD]
            talk.at = None
        talk.offered = [
            Offer(choice.label, choice.payload.removeprefix("go:"), choice.words, choice.hears)
            for choice in reply.choices
        ]

"""What every channel is to the rest of the program."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from aiohttp import web

from handlers.talk.messages import Event, Reply

#: Hands an event on; returns once its effect and its answers are kept. Raises if they could not be.
Deliver = Callable[[Event], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel can carry."""

    #: The longest text of one message, in UTF-16 units (what platforms count).
    text: int
    #: Messages a second that bulk sending may use.
    pace: float
    #: Whether a message carries the bytes of its picture.
    images: bool = True


class SendError(Exception):
    """A message did not go out; `outcome` says what to do about it."""

    def __init__(
        self,
        outcome: Literal["retry", "stopped", "failed"],
        reason: str,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        #: retry: may go through later · stopped: the person stopped the bot · failed: never will.
        self.outcome = outcome
        #: Seconds the platform asks to wait before anything else is sent.
        self.retry_after = retry_after


class Channel(Protocol):
    """One way to talk with people."""

    name: str
    limits: Limits

    @property
    def problem(self) -> str | None:
        """Why the channel is not working, as a sentence; None when it works."""

    def routes(self) -> Sequence[web.RouteDef]:
        """What the channel wants to serve on the web server."""

    async def start(self, deliver: Deliver) -> None:
        """Begin to receive; returns at once, and keeps trying while the platform is away."""

    async def stop(self) -> None:
        """Stop receiving; what is on its way out can still be sent."""

    async def close(self) -> None:
        """Let go of everything."""

    async def send(self, address: str, reply: Reply, image: bytes | None = None) -> None:
        """Send one reply, with the PNG or JPEG of its picture if there is one to carry.

        SendError when it did not go out.
        """

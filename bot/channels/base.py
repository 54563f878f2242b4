"""What every channel is to the rest of the program."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from aiohttp import web

from bot.channels.pace import Pace
from handlers.talk.messages import Event, Reply

#: Hands an event on; returns once its effect and its answers are kept. Raises if they could not be.
Deliver = Callable[[Event], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel can carry."""

    #: The longest text of one message, in UTF-16 units (what platforms count).
    text: int
    #: Messages that the platform lets through in any second.
    pace: float
    #: Messages a second to one chat, in the long run; None: as many as to all.
    chat_pace: float | None = None
    #: Whether a message carries the bytes of its picture.
    images: bool = True
    #: Whether a voice can be listened to there.
    voices: bool = False
    #: Whether a message that has gone out can be changed there.
    changes: bool = False


class SendError(Exception):
    """A message did not go out; `outcome` says what to do about it."""

    def __init__(
        self,
        outcome: Literal["retry", "held", "stopped", "failed"],
        reason: str,
        retry_after: float | None = None,
        *,
        everywhere: bool = False,
    ) -> None:
        super().__init__(reason)
        #: retry: may go through later · held: nothing goes to this person before they write, or
        #: before so many seconds · stopped: the person stopped the bot · failed: never will.
        self.outcome = outcome
        #: Seconds the platform asks to wait.
        self.retry_after = retry_after
        #: Whether it asks that for every chat, or only for this one.
        self.everywhere = everywhere


class Channel(Protocol):
    """One way to talk with people."""

    name: str
    limits: Limits
    #: Whether it fetches what comes, so that one process must; the others are called.
    fetches: bool
    #: Whoever sends waits for a turn first; for further calls of one message the channel does.
    pace: Pace

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

    async def send(self, address: str, reply: Reply, image: bytes | None = None) -> str | None:
        """Send one reply, with the PNG or JPEG of its picture if there is one to carry.

        What the platform calls it, where `reply.changing` and it has a name of its own for it.
        SendError when it did not go out.
        """

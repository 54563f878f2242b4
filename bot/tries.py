"""One try to send a message, and the five ways it can end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.channels.base import Channel, SendError
from bot.channels.pace import pause_after
from bot.pictures import Develop
from handlers.talk.messages import Reply
from storage import outbox
from storage.outbox import Outgoing


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one try ended, and when.

    It was sent; it may be sent later, after `pause` seconds; it is held until the person writes;
    the person stopped the bot; it failed for a reason that stays.
    """

    kind: Literal["sent", "later", "held", "stopped", "failed"]
    message: Outgoing
    at: datetime
    problem: str = ""
    pause: float = 0.0
    #: What the platform calls a message that may be changed later.
    sent_as: str | None = None


#: The call to the platform; everything that takes time has been done before.
Call = Callable[[], Awaitable[Outcome]]


class Tries:
    """Makes tries, `pauses` seconds apart, and tells the pace what the platform said."""

    def __init__(
        self, develop: Develop, clock: Callable[[], datetime], pauses: tuple[float, ...]
    ) -> None:
        self._develop, self._clock, self._pauses = develop, clock, pauses

    async def ready(self, channel: Channel, message: Outgoing) -> Call:
        """A try of one message, ready for its turn."""
        reply = Reply.from_json(message.body)
        if reply.changing:  # anything else that is sent again is told again
            reply = replace(reply, replaces=message.sent_as)
        reply = reply if channel.limits.voices else reply.voiceless()
        wanted = reply.picture if channel.limits.images else None
        image = await self._develop(wanted) if wanted else None

        async def call() -> Outcome:
            try:
                sent_as = await channel.send(message.address, reply, image)
            except SendError as error:
                return self._refused(channel, message, error)
            channel.pace.answered()
            return Outcome("sent", message, self._clock(), sent_as=sent_as)

        return call

    def too_late(self, message: Outgoing) -> Outcome | None:
        """The outcome of a message that would only confuse by now; None for any other."""
        now = self._clock()
        if message.not_after is None or now <= message.not_after:
            return None
        return self.hopeless(message, "too late")

    def hopeless(self, message: Outgoing, why: str) -> Outcome:
        """The outcome of a message that need not be tried."""
        return Outcome("failed", message, self._clock(), why)

    def broken(self, message: Outgoing) -> Outcome:
        """The outcome of a try that ended in an error of our own: it is tried again."""
        return Outcome("later", message, self._clock(), "an error of ours", self._pauses[-1])

    def _refused(self, channel: Channel, message: Outgoing, error: SendError) -> Outcome:
        now = self._clock()
        if error.outcome != "retry":
            channel.pace.answered()
            if error.outcome == "held" and message.lane == outbox.ANSWER:
                return self.hopeless(message, str(error))  # by then it would answer something else
            if error.outcome == "held" and error.retry_after is not None:
                return Outcome("later", message, now, str(error), error.retry_after)
            return Outcome(error.outcome, message, now, f"{error.outcome}: {error}")
        if error.retry_after is None:
            channel.pace.failed()
            pause = pause_after(message.attempts, self._pauses)
        else:
            pause = error.retry_after
            channel.pace.refused(message.address, pause, everywhere=error.everywhere)
        return Outcome("later", message, now, str(error), pause)

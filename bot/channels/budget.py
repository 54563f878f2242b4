"""What a platform allows on a channel: so many messages a month, so many people."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import Gauge

from bot.settings import ZONE
from storage import budgets, outbox
from storage.budgets import Used
from storage.database import Store

log = logging.getLogger(__name__)

MESSAGES = Gauge("bot_month_messages", "Messages sent this month of a limited number", ["channel"])
PEOPLE = Gauge("bot_limited_people", "People who have written, of a limited number", ["channel"])
HELD = Gauge("bot_month_held", "1: reminders and announcements wait for next month", ["channel"])
HIDDEN = Gauge("bot_hidden_people", "People whose messages a platform hid", ["channel"])

#: From which part of the messages, and of the people, the operator is warned.
WARNS_AT, WARNS_AT_PEOPLE = 0.8, 0.9


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one has booked or got for nothing; 0: as many as one likes."""

    messages: int
    people: int
    #: So many messages of a month are kept back from what comes from our side unasked.
    reserve: int


def month_of(now: datetime) -> str:
    """The Vietnamese month of an instant, such as 2026-11."""
    return now.astimezone(ZONE).strftime("%Y-%m")


class Budget:
    """How much of an allowance is left: kept in the database, remembered here."""

    def __init__(
        self,
        channel: str,
        title: str,
        allowance: Allowance,
        store: Store,
        clock: Callable[[], datetime],
    ) -> None:
        self._channel, self._title, self._allowance = channel, title, allowance
        self._store, self._clock = store, clock
        self._month, self._used = "", Used(messages=0, people=0, hidden=0)
        self._warned: set[str] = set()

    def holds(self, lane: str) -> bool:
        """Whether what is left of the month is for other lanes.

        Reminders and announcements stop at the reserve. The last messages, one for each person who
        is let in, are for what is urgent alone.
        """
        if not self._allowance.messages or lane == outbox.URGENT:
            return False
        kept_back = self._allowance.reserve if lane == outbox.BULK else self._allowance.people
        return self._left() <= min(kept_back, self._allowance.reserve)

    @property
    def problem(self) -> str | None:
        """Why people get no answers, as a sentence; None while they do.

        That reminders wait is no outage: the operator is warned of it.
        """
        if not self.holds(outbox.ANSWER):
            return None
        return f"{self._title}: {self._left_told()}; nobody gets an answer before the next month"

    async def spend(self) -> None:
        """Count one message that went out; what goes wrong here does not call it back."""
        try:
            month = month_of(self._clock())
            async with self._store.begin() as tx:
                await budgets.spend(tx, self._channel, month, 1)
            await self.look()
        except Exception:
            log.exception("%s: a message could not be counted", self._title)

    async def look(self) -> None:
        """See how much has been used, and warn once of each limit that comes near."""
        month = month_of(self._clock())
        async with self._store.read() as tx:
            self._month, self._used = month, await budgets.used(tx, self._channel, month)
        MESSAGES.labels(self._channel).set(self._used.messages)
        PEOPLE.labels(self._channel).set(self._used.people)
        HIDDEN.labels(self._channel).set(self._used.hidden)
        held = self.holds(outbox.BULK)
        HELD.labels(self._channel).set(held)
        allowed, used = self._allowance, self._used
        if allowed.messages and used.messages >= allowed.messages * WARNS_AT:
            told = f"{used.messages} of {allowed.messages} messages of {month} have gone out"
            self._warn(f"{month} 80 %", told)
        if held:
            waits = "reminders and announcements wait for the next month"
            self._warn(f"{month} reserve", f"{self._left_told()}; {waits}")
        if allowed.people and used.people >= allowed.people * WARNS_AT_PEOPLE:
            told = f"{used.people} people write here, and the platform lets {allowed.people} in"
            self._warn(f"{used.people} people", told)

    def _left_told(self) -> str:
        month = month_of(self._clock())
        return f"{self._left()} of {self._allowance.messages} messages are left in {month}"

    def _left(self) -> int:
        used = self._used.messages if self._month == month_of(self._clock()) else 0
        return self._allowance.messages - used

    def _warn(self, once: str, told: str) -> None:
        if once not in self._warned:
            self._warned.add(once)
            log.warning("%s: %s", self._title, told)

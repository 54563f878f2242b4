"""What is due to go out: claimed by one sender, then marked with what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from storage import outbox
from storage.database import Tx, to_text
from storage.outbox import Outgoing

#: So long a claim holds that nobody renews: what a process claimed that was killed goes out then.
LEASE = timedelta(seconds=10)
#: The longest pause between two tries.
LONGEST_PAUSE = timedelta(hours=1)
#: So long after a message somebody may still be in the middle of a talk.
TALKING = timedelta(minutes=5)


#: Who wrote a moment ago may be answering a question, and is not interrupted but by what is urgent;
#: nor is who talks with a human of the account.
_NOT_TALKING = (
    "(o.lane = 'urgent' OR NOT EXISTS (SELECT 1 FROM addresses a WHERE a.channel = o.channel"
    " AND a.address = o.address AND (a.last_at > $2 AND a.last_at <= $1 OR a.staff_until > $1)))"
)
#: Nobody else's. A claim that ends too late was made before the clock was put back, and is void.
_UNCLAIMED = "(claimed_until IS NULL OR claimed_until <= $1 OR claimed_until > $3)"
#: What was held is due once the person has written since.
_NOT_HELD = (
    "(held_at IS NULL OR EXISTS (SELECT 1 FROM addresses a WHERE a.channel = o.channel"
    " AND a.address = o.address AND a.last_at > o.held_at))"
)
#: What was put or put off by a clock that has been put back since is due at once.
_DUE = (
    f"state = 'waiting' AND {_NOT_HELD} AND o.channel = $4 AND o.lane = $5"
    " AND (next_try_at <= $1 OR (next_try_at > $7 AND (attempts > 0 OR created_at > $7)))"
)
_FIRST_OF_ITS_ADDRESS = (
    "NOT EXISTS (SELECT 1 FROM outbox e WHERE e.state = 'waiting' AND e.channel = o.channel"
    " AND e.address = o.address AND e.lane = o.lane AND e.id < o.id)"
)


async def unsent_answers(tx: Tx) -> list[Outgoing]:
    """Every answer that has not gone out, oldest first."""
    rows = await tx.fetch(
        f"SELECT {outbox.COLUMNS} FROM outbox WHERE state = 'waiting' AND lane = $1 ORDER BY id",  # noqa: S608 - constant text
        outbox.ANSWER,
    )
    return [outbox.outgoing(row) for row in rows]


async def claim(tx: Tx, channel: str, lane: str, now: datetime, limit: int) -> list[Outgoing]:
    """Take what is due in one lane of one channel, oldest first, for the caller alone to send.

    One message an address, so that those to one person stay in order. A claim holds for LEASE, so
    that it must be renewed, and is over when the message is marked. Of two who claim at once each
    gets other messages: the later update sees what the earlier one wrote.
    """
    rows = await tx.fetch(
        f"UPDATE outbox SET claimed_until = $3 WHERE {_UNCLAIMED} AND id IN"  # noqa: S608 - constant text
        f" (SELECT o.id FROM outbox o WHERE {_DUE} AND {_UNCLAIMED} AND {_FIRST_OF_ITS_ADDRESS}"
        f" AND {_NOT_TALKING} ORDER BY o.id LIMIT $6) RETURNING {outbox.COLUMNS}",
        to_text(now),
        to_text(now - TALKING),
        to_text(now + LEASE),
        channel,
        lane,
        limit,
        to_text(now + LONGEST_PAUSE),
    )
    return sorted(map(outbox.outgoing, rows), key=lambda message: message.id)


async def is_still_due(tx: Tx, id_: int, now: datetime) -> bool:
    """Whether a claimed message still waits, and the person is not talking."""
    row = await tx.fetch_one(
        f"SELECT 1 AS one FROM outbox o WHERE {_NOT_TALKING} AND id = $3 AND state = 'waiting'",  # noqa: S608 - constant text
        to_text(now),
        to_text(now - TALKING),
        id_,
    )
    return row is not None


async def is_talking(tx: Tx, channel: str, address: str, now: datetime) -> bool:
    """Whether somebody wrote from an address a moment ago."""
    row = await tx.fetch_one(
        "SELECT 1 AS one FROM addresses WHERE channel = $1 AND address = $2"
        " AND last_at > $3 AND last_at <= $4",
        channel,
        address,
        to_text(now - TALKING),
        to_text(now),
    )
    return row is not None


async def renew(tx: Tx, ids: Iterable[int], now: datetime) -> None:
    """Hold claims for another LEASE."""
    await tx.execute_many(
        "UPDATE outbox SET claimed_until = $2 WHERE id = $1 AND state = 'waiting'",
        [(id_, to_text(now + LEASE)) for id_ in ids],
    )


async def release(tx: Tx, ids: Iterable[int]) -> None:
    """Give claims back: these messages have not been sent."""
    await tx.execute_many(
        "UPDATE outbox SET claimed_until = NULL WHERE id = $1", [(id_,) for id_ in ids]
    )


async def mark_sent(tx: Tx, ids: Sequence[int], now: datetime) -> None:
    """Note messages as sent."""
    await tx.execute_many(
        "UPDATE outbox SET state = 'sent', sent_at = $2 WHERE id = $1",
        [(id_, to_text(now)) for id_ in ids],
    )


async def note_sent_as(tx: Tx, id_: int, sent_as: str) -> None:
    """Note what the platform calls a message that may be changed later."""
    await tx.execute("UPDATE outbox SET sent_as = $2 WHERE id = $1", id_, sent_as)


async def mark_failed(tx: Tx, id_: int, problem: str) -> None:
    """Note a message as one that will not be sent, and why."""
    await tx.execute(
        "UPDATE outbox SET state = 'failed', problem = $2 WHERE id = $1 AND state = 'waiting'",
        id_,
        problem,
    )


async def try_later(tx: Tx, id_: int, next_try_at: datetime, problem: str) -> None:
    """Note that sending failed for now, and when to try again."""
    await tx.execute(
        "UPDATE outbox SET attempts = attempts + 1, next_try_at = $2, problem = $3,"
        " claimed_until = NULL WHERE id = $1 AND state = 'waiting'",
        id_,
        to_text(next_try_at),
        problem,
    )


async def hold(tx: Tx, id_: int, now: datetime, problem: str) -> None:
    """Note that a message cannot go out before the person writes, and why."""
    await tx.execute(
        "UPDATE outbox SET held_at = $2, problem = $3, claimed_until = NULL"
        " WHERE id = $1 AND state = 'waiting'",
        id_,
        to_text(now),
        problem,
    )

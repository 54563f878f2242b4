"""Events already handled, and everything on its way out: kept before it is sent, marked after."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.database import Row, Tx, from_text, to_text

ANSWER = "answer"
BULK = "bulk"
#: So long after a message somebody may still be in the middle of a talk.
TALKING = timedelta(minutes=5)
#: What an emptied message becomes. Its row stays, so that nothing is sent or handled twice.
EMPTIED = "body = '', state = CASE state WHEN 'waiting' THEN 'failed' ELSE state END"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message on its way to one address; `body` is the reply as JSON text."""

    id: int
    channel: str
    address: str
    lane: str
    body: str
    created_at: datetime
    #: After this instant it would only confuse.
    not_after: datetime | None = None


async def first_time(tx: Tx, event_id: str, now: datetime) -> bool:
    """Note an event as handled; False if it already was."""
    return bool(
        await tx.execute(
            "INSERT INTO events (id, at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
            event_id,
            to_text(now),
        )
    )


async def note_problem(tx: Tx, event_id: str, problem: str) -> None:
    """Keep beside an event why it could not be handled."""
    await tx.execute("UPDATE events SET problem = $2 WHERE id = $1", event_id, problem)


async def put_answers(
    tx: Tx,
    *,
    event_id: str,
    channel: str,
    address: str,
    bodies: Sequence[str],
    person_id: int | None,
    now: datetime,
    not_after: datetime,
) -> list[Outgoing]:
    """Put everything that is answered to an event on its way, in order."""
    if not bodies:
        return []
    first = 8
    rows = ", ".join(
        f"($1, $2, $3, $4, $5, ${number}, 'waiting', $6, $6, $7)"
        for number in range(first, first + len(bodies))
    )
    ids = await tx.fetch(
        "INSERT INTO outbox (event_id, person_id, channel, address, lane, body, state,"  # noqa: S608 - numbered marks
        f" next_try_at, created_at, not_after) VALUES {rows} RETURNING id",
        event_id,
        person_id,
        channel,
        address,
        ANSWER,
        to_text(now),
        to_text(not_after),
        *bodies,
    )
    return [
        Outgoing(
            id=number,
            channel=channel,
            address=address,
            lane=ANSWER,
            body=body,
            created_at=now,
            not_after=not_after,
        )
        for number, body in zip(sorted(row["id"] for row in ids), bodies, strict=True)
    ]


async def put(
    tx: Tx,
    *,
    channel: str,
    address: str,
    lane: str,
    body: str,
    now: datetime,
    person_id: int | None = None,
    event_id: str | None = None,
    dedupe_key: str | None = None,
    not_after: datetime | None = None,
) -> Outgoing | None:
    """Put one message on its way; None if one with the same `dedupe_key` was put before."""
    row = await tx.fetch_one(
        "INSERT INTO outbox (dedupe_key, event_id, person_id, channel, address, lane, body, state,"
        " next_try_at, created_at, not_after)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $8, $9) "
        "ON CONFLICT (dedupe_key) DO NOTHING RETURNING id",
        dedupe_key,
        event_id,
        person_id,
        channel,
        address,
        lane,
        body,
        to_text(now),
        None if not_after is None else to_text(not_after),
    )
    if row is None:
        return None
    return Outgoing(
        id=row["id"],
        channel=channel,
        address=address,
        lane=lane,
        body=body,
        created_at=now,
        not_after=not_after,
    )


_COLUMNS = "id, channel, address, lane, body, created_at, not_after"


def _outgoing(row: Row) -> Outgoing:
    return Outgoing(
        id=row["id"],
        channel=row["channel"],
        address=row["address"],
        lane=row["lane"],
        body=row["body"],
        created_at=from_text(row["created_at"]),
        not_after=None if row["not_after"] is None else from_text(row["not_after"]),
    )


async def answers_to(tx: Tx, event_id: str) -> list[Outgoing]:
    """What was answered to an event, in order."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM outbox WHERE event_id = $1 AND body <> '' ORDER BY id",  # noqa: S608 - constant text
        event_id,
    )
    return [_outgoing(row) for row in rows]


async def unsent_answers(tx: Tx) -> list[Outgoing]:
    """Every answer that has not gone out, oldest first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM outbox WHERE state = 'waiting' AND lane = $1 ORDER BY id",  # noqa: S608 - constant text
        ANSWER,
    )
    return [_outgoing(row) for row in rows]


async def due_bulk(tx: Tx, channel: str, now: datetime, limit: int) -> list[Outgoing]:
    """The bulk messages that are due on one channel, oldest first.

    Who wrote a moment ago may be answering a question, and is not interrupted.
    """
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM outbox o WHERE state = 'waiting' AND lane = $1 "  # noqa: S608 - constant text
        "AND channel = $2 AND next_try_at <= $3 "
        "AND NOT EXISTS (SELECT 1 FROM addresses a WHERE a.channel = o.channel"
        " AND a.address = o.address AND a.last_at > $5) ORDER BY id LIMIT $4",
        BULK,
        channel,
        to_text(now),
        limit,
        to_text(now - TALKING),
    )
    return [_outgoing(row) for row in rows]


async def said_to(tx: Tx, channel: str, address: str, after: int, limit: int) -> list[Outgoing]:
    """The last messages to one address that came after message number `after`, oldest first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM outbox WHERE channel = $1 AND address = $2 AND id > $3 "  # noqa: S608 - constant text
        "AND body <> '' ORDER BY id DESC LIMIT $4",
        channel,
        address,
        after,
        limit,
    )
    return [_outgoing(row) for row in reversed(rows)]


async def body_to(tx: Tx, channel: str, address: str, id_: int) -> str | None:
    """The body of one message, if it was to this address."""
    row = await tx.fetch_one(
        "SELECT body FROM outbox WHERE id = $1 AND channel = $2 AND address = $3 AND body <> ''",
        id_,
        channel,
        address,
    )
    return None if row is None else str(row["body"])


async def is_waiting(tx: Tx, id_: int) -> bool:
    """Whether a message still waits to be sent."""
    row = await tx.fetch_one("SELECT 1 AS one FROM outbox WHERE id = $1 AND state = 'waiting'", id_)
    return row is not None


async def attempts(tx: Tx, id_: int) -> int:
    """How many times sending a message has failed so far."""
    row = await tx.fetch_one("SELECT attempts FROM outbox WHERE id = $1", id_)
    return int(row["attempts"]) if row else 0


async def mark_sent(tx: Tx, ids: Sequence[int], now: datetime) -> None:
    """Note messages as sent."""
    await tx.execute_many(
        "UPDATE outbox SET state = 'sent', sent_at = $2 WHERE id = $1",
        [(id_, to_text(now)) for id_ in ids],
    )


async def mark_failed(tx: Tx, id_: int, problem: str) -> None:
    """Note a message as one that will not be sent, and why."""
    await tx.execute("UPDATE outbox SET state = 'failed', problem = $2 WHERE id = $1", id_, problem)


async def try_later(tx: Tx, id_: int, next_try_at: datetime, problem: str) -> None:
    """Note that sending failed for now, and when to try again."""
    await tx.execute(
        "UPDATE outbox SET attempts = attempts + 1, next_try_at = $2, problem = $3 WHERE id = $1",
        id_,
        to_text(next_try_at),
        problem,
    )


async def cancel(tx: Tx, dedupe_key: str) -> bool:
    """Take back a message that has not gone out yet: what it says no longer holds."""
    return bool(
        await tx.execute(
            "UPDATE outbox SET state = 'failed', problem = 'no longer needed' "
            "WHERE dedupe_key = $1 AND state = 'waiting'",
            dedupe_key,
        )
    )


async def forget_name(tx: Tx, person_id: int, name: str) -> None:
    """Empty every message to a person that has a name in it."""
    rows = await tx.fetch(
        "SELECT id, body FROM outbox WHERE (channel, address) IN"
        " (SELECT channel, address FROM sharers WHERE person_id = $1)"
        " AND (person_id = $1 OR person_id IS NULL) AND REPLACE(body, $2, '') <> body",
        person_id,
        name,
    )
    await tx.execute_many(
        f"UPDATE outbox SET {EMPTIED} WHERE id = $1",  # noqa: S608 - constant text
        [(row["id"],) for row in rows if names(row["body"], name)],
    )


def names(text: str, name: str) -> bool:
    """Whether a text has a name as words of its own: Ba is not in Bao."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


async def prune(tx: Tx, before: datetime) -> None:
    """Forget events, and messages that are no longer waiting, from before an instant."""
    await tx.execute("DELETE FROM events WHERE at < $1", to_text(before))
    await tx.execute(
        "DELETE FROM outbox WHERE created_at < $1 AND state <> 'waiting'", to_text(before)
    )

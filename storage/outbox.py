"""Events already handled, and everything on its way out: kept before it is sent, marked after."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.database import Row, Tx, from_text, to_text

ANSWER = "answer"
#: From our side: goes before other bulk, in quiet hours and in the middle of a talk as well.
URGENT = "urgent"
BULK = "bulk"
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
    #: How often sending it has failed so far.
    attempts: int = 0
    #: What the platform calls it, or else its own number, when it has gone out before with other
    #: words; "" when it has not.
    sent_as: str = ""


async def first_time(tx: Tx, event_id: str, now: datetime) -> bool:
    """Note an event as handled; False if it already was."""
    return bool(
        await tx.execute(
            "INSERT INTO events (id, at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
            event_id,
            to_text(now),
        )
    )


async def is_handled(tx: Tx, event_id: str) -> bool:
    """Whether an event has been handled."""
    row = await tx.fetch_one("SELECT 1 AS one FROM events WHERE id = $1", event_id)
    return row is not None


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


async def put_many(
    tx: Tx,
    lane: str,
    rows: Iterable[tuple[str, str, int, str, str]],
    now: datetime,
    *,
    not_after: datetime | None = None,
) -> None:
    """Put messages on their way, each once: channel, address, person, body and dedupe key."""
    at, until = to_text(now), None if not_after is None else to_text(not_after)
    await tx.execute_many(
        "INSERT INTO outbox (channel, address, person_id, body, dedupe_key, lane, state,"
        " next_try_at, created_at, not_after)"
        " VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $7, $8)"
        " ON CONFLICT (dedupe_key) DO NOTHING",
        [(*row, lane, at, until) for row in rows],
    )


COLUMNS = (
    "id, channel, address, lane, body, created_at, not_after, attempts,"
    " CASE WHEN sent_at IS NULL THEN '' ELSE COALESCE(sent_as, CAST(id AS TEXT)) END AS sent_as"
)


def outgoing(row: Row) -> Outgoing:
    """A message as it was read."""
    return Outgoing(
        id=row["id"],
        channel=row["channel"],
        address=row["address"],
        lane=row["lane"],
        body=row["body"],
        created_at=from_text(row["created_at"]),
        not_after=None if row["not_after"] is None else from_text(row["not_after"]),
        attempts=row["attempts"],
        sent_as=row["sent_as"],
    )


async def answers_to(tx: Tx, event_id: str) -> list[Outgoing]:
    """What was answered to an event, in order."""
    rows = await tx.fetch(
        f"SELECT {COLUMNS} FROM outbox WHERE event_id = $1 AND body <> '' ORDER BY id",  # noqa: S608 - constant text
        event_id,
    )
    return [outgoing(row) for row in rows]


async def said_to(tx: Tx, channel: str, address: str, after: int, limit: int) -> list[Outgoing]:
    """The last messages to one address that came after message number `after`, oldest first."""
    rows = await tx.fetch(
        f"SELECT {COLUMNS} FROM outbox WHERE channel = $1 AND address = $2 AND id > $3 "  # noqa: S608 - constant text
        "AND body <> '' ORDER BY id DESC LIMIT $4",
        channel,
        address,
        after,
        limit,
    )
    return [outgoing(row) for row in reversed(rows)]


async def said_again(
    tx: Tx, channel: str, address: str, ids: Iterable[int], upto: int
) -> list[Outgoing]:
    """Some of the messages to one address up to number `upto`, as they are now."""
    found: list[Outgoing] = []
    for id_ in sorted(one for one in ids if one <= upto):
        row = await tx.fetch_one(
            f"SELECT {COLUMNS} FROM outbox WHERE channel = $1 AND address = $2 AND id = $3"  # noqa: S608 - constant text
            " AND body <> ''",
            channel,
            address,
            id_,
        )
        found += [outgoing(row)] if row else []
    return found


async def body_to(tx: Tx, channel: str, address: str, id_: int) -> str | None:
    """The body of one message, if it was to this address."""
    row = await tx.fetch_one(
        "SELECT body FROM outbox WHERE id = $1 AND channel = $2 AND address = $3 AND body <> ''",
        id_,
        channel,
        address,
    )
    return None if row is None else str(row["body"])


async def body(tx: Tx, id_: int) -> str | None:
    """The body of one message, whoever it is to; None when it is gone."""
    row = await tx.fetch_one("SELECT body FROM outbox WHERE id = $1 AND body <> ''", id_)
    return None if row is None else str(row["body"])


async def change(tx: Tx, dedupe_key: str, body: str, now: datetime) -> bool:
    """Let a message take other words; False while it is on its way with those before."""
    return bool(
        await tx.execute(
            "UPDATE outbox SET state = 'waiting', body = $2, next_try_at = $3, attempts = 0,"
            " claimed_until = NULL WHERE dedupe_key = $1 AND state <> 'waiting'",
            dedupe_key,
            body,
            to_text(now),
        )
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


async def forget_words(tx: Tx, words: Iterable[str]) -> None:
    """Empty every answer that went out with some words in it; what still waits stays."""
    await tx.execute_many(
        "UPDATE outbox SET body = '' WHERE lane = $2 AND state <> 'waiting'"
        " AND REPLACE(body, $1, '') <> body",
        [(json.dumps(one, ensure_ascii=False)[1:-1], ANSWER) for one in words],
    )


def names(text: str, name: str) -> bool:
    """Whether a text has a name as words of its own: Ba is not in Bao."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


async def prune(tx: Tx, before: datetime) -> None:
    """Forget events, and messages that are no longer waiting, from before an instant.

    So is what was held all the while: it would come too late.
    """
    await tx.execute("DELETE FROM events WHERE at < $1", to_text(before))
    await tx.execute(
        "DELETE FROM outbox WHERE created_at < $1 AND (state <> 'waiting' OR held_at < $1)",
        to_text(before),
    )

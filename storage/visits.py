"""Who may look at the officers' boards now: links that let in once, visits, and the log of both.

Only hashes of what opens a door are kept, so that a copy of the database lets nobody in. A plain
hash is enough: tokens are random and long.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from storage.database import Row, Tx, from_text, to_text

LINK_LASTS = timedelta(minutes=10)
VISIT_LASTS = timedelta(hours=8)
#: For so long an old link is still known, so that who opens it is told why it does not let in.
LINK_KNOWN = timedelta(days=7)
#: So long a line of the log is kept: a figure is asked about in the year after its own.
LOG_KEPT = timedelta(days=2 * 366)

VIEW, EXPORT, CHANGE = "view", "export", "change"
ENTER, LEAVE = "enter", "leave"
#: Rights: given as a code, taken by whoever came with it, revoked before that.
GIVE, TAKE, REVOKE = "give", "take", "revoke"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def add_link(tx: Tx, token: str, person_id: int, now: datetime) -> None:
    """Keep a new link for a person; those that nobody will open any more are forgotten."""
    await tx.execute("DELETE FROM board_links WHERE expires_at < $1", to_text(now - LINK_KNOWN))
    await tx.execute(
        "INSERT INTO board_links (token_hash, person_id, expires_at) VALUES ($1, $2, $3)",
        _hash(token),
        person_id,
        to_text(now + LINK_LASTS),
    )


async def look_at_link(
    tx: Tx, token: str, now: datetime
) -> Literal["good", "used", "expired", "unknown"]:
    """Whether a link would let in, or why not; looking does not spend it."""
    row = await tx.fetch_one(
        "SELECT expires_at, used_at FROM board_links WHERE token_hash = $1", _hash(token)
    )
    if row is None:
        return "unknown"
    if row["used_at"] is not None:
        return "used"
    return "expired" if row["expires_at"] <= to_text(now) else "good"


async def spend_link(tx: Tx, token: str, now: datetime) -> int | None:
    """Spend a link; whose it is, or None when it does not let in (any more)."""
    rows = await tx.fetch(
        "UPDATE board_links SET used_at = $2 "
        "WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING person_id",
        _hash(token),
        to_text(now),
    )
    return rows[0]["person_id"] if rows else None


async def enter(tx: Tx, cookie: str, person_id: int, now: datetime) -> None:
    """Begin a visit under a cookie; visits that are over are forgotten."""
    await tx.execute("DELETE FROM visits WHERE expires_at <= $1", to_text(now))
    await tx.execute(
        "INSERT INTO visits (cookie_hash, person_id, expires_at) VALUES ($1, $2, $3)",
        _hash(cookie),
        person_id,
        to_text(now + VISIT_LASTS),
    )


async def visitor(tx: Tx, cookie: str, now: datetime) -> int | None:
    """Who visits under a cookie; None when nobody does, or the visit is over."""
    row = await tx.fetch_one(
        "SELECT person_id FROM visits WHERE cookie_hash = $1 AND expires_at > $2",
        _hash(cookie),
        to_text(now),
    )
    return None if row is None else int(row["person_id"])


async def leave(tx: Tx, cookie: str) -> None:
    """End a visit."""
    await tx.execute("DELETE FROM visits WHERE cookie_hash = $1", _hash(cookie))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A line of the log: who saw, took out or did what, when, and of what part of the program."""

    person_id: int
    at: datetime
    did: str
    board: str = ""
    #: What was asked for, as it stands in the address.
    asked: str = ""
    #: What the person might see then, in words.
    scope: str = ""
    #: Empty when the person has taken everything back.
    name: str = ""


async def note(tx: Tx, look: Look) -> None:
    """Add a line to the log."""
    await tx.execute(
        "INSERT INTO board_log (person_id, at, did, board, asked, scope) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        look.person_id,
        to_text(look.at),
        look.did,
        look.board,
        look.asked,
        look.scope,
    )


async def looked_lately(tx: Tx, look: Look) -> bool:
    """Whether a look at the same is in the log since the visit can have begun."""
    row = await tx.fetch_one(
        "SELECT 1 AS one FROM board_log"
        " WHERE person_id = $1 AND did = $2 AND board = $3 AND asked = $4 AND at > $5",
        look.person_id,
        look.did,
        look.board,
        look.asked,
        to_text(look.at - VISIT_LASTS),
    )
    return row is not None


async def prune(tx: Tx, now: datetime) -> None:
    """Delete the lines of the log that are older than they are kept."""
    await tx.execute("DELETE FROM board_log WHERE at < $1", to_text(now - LOG_KEPT))


async def looks(tx: Tx, limit: int, skip: int) -> list[Look]:
    """The lines of the log, newest first."""
    rows = await tx.fetch(
        "SELECT l.person_id, l.at, l.did, l.board, l.asked, l.scope, p.name "
        "FROM board_log l JOIN people p ON p.id = l.person_id "
        "ORDER BY l.id DESC LIMIT $1 OFFSET $2",
        limit,
        skip,
    )
    return [_look(row) for row in rows]


async def count_looks(tx: Tx) -> int:
    """How many lines the log has."""
    row = await tx.fetch_one("SELECT COUNT(*) AS looks FROM board_log")
    return int(row["looks"]) if row else 0


def _look(row: Row) -> Look:
    return Look(
        person_id=row["person_id"],
        at=from_text(row["at"]),
        did=row["did"],
        board=row["board"],
        asked=row["asked"],
        scope=row["scope"],
        name=row["name"],
    )

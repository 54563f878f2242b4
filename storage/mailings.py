"""What leaders and officers mean to announce: drafts, and what waits for its hour or a second."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from storage.database import Row, Tx, from_text, to_text

#: Being written; waiting for a second person; waiting for its hour; gone out for good.
DRAFT, ASKED, WAITING, SENT = "draft", "asked", "waiting", "sent"
#: It does not go out: its author stopped it, a second person refused it, or nobody agreed in time;
#: the program was off at its hour.
STOPPED, REFUSED, EXPIRED, MISSED = "stopped", "refused", "expired", "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """What is to be announced, to whom, and when."""

    id: int
    author_id: int
    audience: str
    #: Which skill, or which announcement, where the audience is about one.
    about: str
    #: Only to people of these units; none named: to all whom the author may reach.
    units: tuple[str, ...]
    words: str
    lane: str
    state: str
    #: None: at once.
    due_at: datetime | None
    weekly: bool
    changed_at: datetime


def owner(id_: int) -> str:
    """What the enclosures of a mailing belong to."""
    return f"mailing:{id_}"


async def write(
    tx: Tx,
    *,
    author_id: int,
    audience: str,
    about: str,
    units: Iterable[str],
    words: str,
    now: datetime,
) -> int:
    """Keep a new draft; its id."""
    row = await tx.fetch_one(
        "INSERT INTO mailings (author_id, audience, about, units, words, lane, state, weekly,"
        " changed_at) VALUES ($1, $2, $3, $4, $5, 'bulk', 'draft', 0, $6) RETURNING id",
        author_id,
        audience,
        about,
        ",".join(units),
        words,
        to_text(now),
    )
    assert row is not None  # noqa: S101 - an INSERT … RETURNING gives its row
    return int(row["id"])


_COLUMNS = "id, author_id, audience, about, units, words, lane, state, due_at, weekly, changed_at"


def _mailing(row: Row) -> Mailing:
    return Mailing(
        id=row["id"],
        author_id=row["author_id"],
        audience=row["audience"],
        about=row["about"],
        units=tuple(filter(None, row["units"].split(","))),
        words=row["words"],
        lane=row["lane"],
        state=row["state"],
        due_at=None if row["due_at"] is None else from_text(row["due_at"]),
        weekly=bool(row["weekly"]),
        changed_at=from_text(row["changed_at"]),
    )


async def get(tx: Tx, id_: int) -> Mailing | None:
    """One mailing."""
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM mailings WHERE id = $1", id_)  # noqa: S608 - constant text
    return _mailing(row) if row else None


async def set_out(
    tx: Tx,
    id_: int,
    state: str,
    now: datetime,
    *,
    lane: str,
    due_at: datetime | None = None,
    weekly: bool = False,
) -> bool:
    """Let a draft become what its author wishes; False when it is no longer a draft."""
    return bool(
        await tx.execute(
            "UPDATE mailings SET state = $2, lane = $3, due_at = $4, weekly = $5, changed_at = $6"
            " WHERE id = $1 AND state = 'draft'",
            id_,
            state,
            lane,
            None if due_at is None else to_text(due_at),
            int(weekly),
            to_text(now),
        )
    )


async def move(
    tx: Tx,
    id_: int,
    came_from: Collection[str],
    state: str,
    now: datetime,
    second_id: int | None = None,
) -> bool:
    """Change the state of a mailing; False when it was in none of the states it may come from."""
    states = ", ".join(f"'{one}'" for one in sorted(came_from))
    return bool(
        await tx.execute(
            "UPDATE mailings SET state = $2, changed_at = $3, second_id = COALESCE($4, second_id)"  # noqa: S608 - constants
            f" WHERE id = $1 AND state IN ({states})",
            id_,
            state,
            to_text(now),
            second_id,
        )
    )


async def put_off(tx: Tx, id_: int, due_at: datetime) -> bool:
    """Let a mailing wait for its next hour; False when it does not wait any more."""
    return bool(
        await tx.execute(
            "UPDATE mailings SET due_at = $2 WHERE id = $1 AND state = 'waiting'",
            id_,
            to_text(due_at),
        )
    )


async def due(tx: Tx, now: datetime, limit: int) -> list[Mailing]:
    """What waits for an hour that has come, the oldest first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM mailings WHERE state = 'waiting' AND due_at <= $1"  # noqa: S608 - constant text
        " ORDER BY due_at, id LIMIT $2",
        to_text(now),
        limit,
    )
    return [_mailing(row) for row in rows]


async def unanswered(tx: Tx, since: datetime, now: datetime, limit: int) -> list[Mailing]:
    """What has waited for a second person since before an instant, or until its hour came."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM mailings WHERE state = 'asked'"  # noqa: S608 - constant text
        " AND (changed_at < $1 OR due_at <= $2) ORDER BY id LIMIT $3",
        to_text(since),
        to_text(now),
        limit,
    )
    return [_mailing(row) for row in rows]


async def of_author(tx: Tx, author_id: int) -> list[Mailing]:
    """What of somebody's waits for its hour or for a second person, the next first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM mailings WHERE author_id = $1"  # noqa: S608 - constant text
        " AND state IN ('asked', 'waiting') ORDER BY COALESCE(due_at, ''), id",
        author_id,
    )
    return [_mailing(row) for row in rows]


async def prune(tx: Tx, before: datetime) -> None:
    """Delete what was to be handed on with mailings that are over since before an instant."""
    await tx.execute(
        "DELETE FROM enclosures WHERE belongs_to IN (SELECT 'mailing:' || CAST(id AS TEXT)"
        " FROM mailings WHERE state NOT IN ('asked', 'waiting') AND changed_at < $1)",
        to_text(before),
    )

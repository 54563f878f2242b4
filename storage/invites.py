"""One-time codes that give a role, and the rights they turned into."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.database import Row, Tx, from_text, to_text
from storage.people import Grant

#: Letters and digits that nobody confuses on paper or over the phone.
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """An invite that can still be taken."""

    id: int
    grant: Grant
    expires_at: datetime
    #: Who gave it in the chat; None when it was made on the command line.
    given_by: int | None


def new_code() -> str:
    """A code that nobody guesses, easy to read out."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _hash(code: str) -> str:
    # Only the hash is kept: a code stands in clear only in the message that brought it. A plain
    # hash is enough: codes are random and long, live for days and work once.
    bare = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(bare.encode()).hexdigest()


async def add(
    tx: Tx,
    code: str,
    grant: Grant,
    now: datetime,
    expires_at: datetime,
    given_by: int | None = None,
) -> int:
    """Keep a new invite; its id."""
    row = await tx.fetch_one(
        "INSERT INTO invites (code_hash, role, unit, agency, created_at, expires_at, given_by) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        _hash(code),
        grant.role,
        grant.unit,
        grant.agency,
        to_text(now),
        to_text(expires_at),
        given_by,
    )
    assert row is not None  # noqa: S101 - an INSERT … RETURNING gives its row
    return int(row["id"])


async def find(tx: Tx, code: str, now: datetime) -> Invite | str | None:
    """The invite behind a code, or why it cannot be taken, or None: unknown.

    Why not is `used`, `revoked` or `expired`.
    """
    row = await tx.fetch_one(
        "SELECT id, role, unit, agency, expires_at, given_by, used_at, revoked_at FROM invites"
        " WHERE code_hash = $1",
        _hash(code),
    )
    if row is None:
        return None
    if row["used_at"] is not None:
        return "used"
    if row["revoked_at"] is not None:
        return "revoked"
    return "expired" if row["expires_at"] <= to_text(now) else _invite(row)


async def waiting(tx: Tx, now: datetime) -> list[Invite]:
    """The invites that can still be taken, the newest first."""
    rows = await tx.fetch(
        "SELECT id, role, unit, agency, expires_at, given_by FROM invites"
        " WHERE used_at IS NULL AND revoked_at IS NULL AND expires_at > $1 ORDER BY id DESC",
        to_text(now),
    )
    return [_invite(row) for row in rows]


async def revoke(tx: Tx, invite_id: int, now: datetime) -> bool:
    """Let nobody take an invite any more; False when somebody did, or nobody could."""
    return bool(
        await tx.execute(
            "UPDATE invites SET revoked_at = $2 WHERE id = $1"
            " AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2",
            invite_id,
            to_text(now),
        )
    )


def _invite(row: Row) -> Invite:
    return Invite(
        id=row["id"],
        grant=Grant(role=row["role"], unit=row["unit"], agency=row["agency"]),
        expires_at=from_text(row["expires_at"]),
        given_by=row["given_by"],
    )


async def take(tx: Tx, invite_id: int, person_id: int, now: datetime) -> bool:
    """Give the invite's right to a person; False if it can no longer be taken."""
    taken = await tx.execute(
        "UPDATE invites SET used_at = $2, used_by = $3 "
        "WHERE id = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2",
        invite_id,
        to_text(now),
        person_id,
    )
    if not taken:
        return False
    await tx.execute(
        "INSERT INTO grants (person_id, role, unit, agency, granted_at, invite_id) "
        "SELECT $2, role, unit, agency, $3, id FROM invites WHERE id = $1",
        invite_id,
        person_id,
        to_text(now),
    )
    return True

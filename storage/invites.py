"""One-time codes that give a role, and the rights they turned into."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from storage.database import Tx, to_text
from storage.people import Grant


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """An invite that can still be taken."""

    id: int
    grant: Grant


def _hash(code: str) -> str:
    # Only the hash is kept, so that a copy of the database gives nobody a right. A plain hash is
    # enough: codes are random and long, live for days and work once.
    bare = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(bare.encode()).hexdigest()


async def add(tx: Tx, code: str, grant: Grant, now: datetime, expires_at: datetime) -> None:
    """Keep a new invite."""
    await tx.execute(
        "INSERT INTO invites (code_hash, role, unit, agency, created_at, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        _hash(code),
        grant.role,
        grant.unit,
        grant.agency,
        to_text(now),
        to_text(expires_at),
    )


async def find(tx: Tx, code: str, now: datetime) -> Invite | str | None:
    """The invite behind a code, or why it cannot be taken (`used`, `expired`), or None: unknown."""
    row = await tx.fetch_one(
        "SELECT id, role, unit, agency, expires_at, used_at FROM invites WHERE code_hash = $1",
        _hash(code),
    )
    if row is None:
        return None
    if row["used_at"] is not None:
        return "used"
    if row["expires_at"] <= to_text(now):
        return "expired"
    return Invite(
        id=row["id"], grant=Grant(role=row["role"], unit=row["unit"], agency=row["agency"])
    )


async def take(tx: Tx, invite_id: int, person_id: int, now: datetime) -> bool:
    """Give the invite's right to a person; False if someone took it first or it has expired."""
    taken = await tx.execute(
        "UPDATE invites SET used_at = $2, used_by = $3 "
        "WHERE id = $1 AND used_at IS NULL AND expires_at > $2",
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

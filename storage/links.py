"""Six digits that make another address one of the same person, for minutes, and once."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from storage.database import Tx, to_text

#: So long a code can be typed.
LASTS = timedelta(minutes=10)
#: After so many wrong ones, wherever they were typed, a code is dead.
MOST_WRONG = 5


def _hash(person_id: int, code: str) -> str:
    return hashlib.sha256(f"{person_id}:{code}".encode()).hexdigest()


async def make(tx: Tx, person_id: int, code: str, now: datetime) -> None:
    """Keep a new code of a person in the place of an older one."""
    await tx.lock("link_codes")
    await drop(tx, person_id)
    await tx.execute(
        "INSERT INTO link_codes (person_id, code_hash, expires_at) VALUES ($1, $2, $3)",
        person_id,
        _hash(person_id, code),
        to_text(now + LASTS),
    )


async def claim(tx: Tx, code: str, channel: str, at: str, now: datetime) -> int | None:
    """Whose code it is that was typed at an address, which may now act on it; None for a wrong one.

    Nobody knows whose code a wrong one was meant to be, so it counts against all that can be typed.
    """
    await tx.lock("link_codes")
    live = await tx.fetch(
        "SELECT person_id, code_hash FROM link_codes "
        "WHERE expires_at > $1 AND wrong < $2 AND channel IS NULL",
        to_text(now),
        MOST_WRONG,
    )
    same = [
        row["person_id"]
        for row in live
        if hmac.compare_digest(row["code_hash"], _hash(row["person_id"], code))
    ]
    if len(same) != 1:
        await tx.execute("UPDATE link_codes SET wrong = wrong + 1 WHERE channel IS NULL")
        return None
    await tx.execute(
        "UPDATE link_codes SET channel = $2, address = $3 WHERE person_id = $1",
        same[0],
        channel,
        at,
    )
    return int(same[0])


async def claimed(tx: Tx, channel: str, at: str, now: datetime) -> int | None:
    """Whose code was typed rightly at an address and not yet acted on."""
    row = await tx.fetch_one(
        "SELECT person_id FROM link_codes WHERE channel = $1 AND address = $2 AND expires_at > $3",
        channel,
        at,
        to_text(now),
    )
    return int(row["person_id"]) if row else None


async def drop(tx: Tx, person_id: int) -> None:
    """Let a person's code be worth nothing."""
    await tx.execute("DELETE FROM link_codes WHERE person_id = $1", person_id)

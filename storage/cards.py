"""Printed cards that let a phone in as a person, and sheets of them waiting to be fetched.

Only hashes are kept. A card works until it is revoked; a sheet can be fetched for an hour.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from storage.database import Tx, to_text

#: What a sheet shows: a card for each person of a unit, one card, or a unit's poster.
Kind = Literal["cards", "card", "poster"]
SHEET_LASTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Something to print that somebody asked for."""

    kind: Kind
    unit: str
    #: Whose card, when it is one.
    member_id: int | None = None


def _hash(token: str) -> str:
    # Tokens are random and long, so a plain hash is enough.
    return hashlib.sha256(token.encode()).hexdigest()


async def add(tx: Tx, person_id: int, token: str, now: datetime) -> None:
    """Keep a new card of a person beside those that are printed already."""
    await tx.execute(
        "INSERT INTO cards (person_id, token_hash, made_at) VALUES ($1, $2, $3)",
        person_id,
        _hash(token),
        to_text(now),
    )


async def owner(tx: Tx, token: str) -> int | None:
    """Whose card it is; None when there is no such card, or it was revoked."""
    row = await tx.fetch_one(
        "SELECT person_id FROM cards WHERE token_hash = $1 AND revoked_at IS NULL", _hash(token)
    )
    return int(row["person_id"]) if row else None


async def was_one(tx: Tx, token: str) -> bool:
    """Whether a card was printed with it, whatever became of the card."""
    found = await tx.fetch_one(
        "SELECT 1 AS one FROM cards WHERE token_hash = $1 LIMIT 1", _hash(token)
    )
    return found is not None


async def revoke(tx: Tx, person_id: int, now: datetime) -> int:
    """Let no card of a person work any more; how many did."""
    return await tx.execute(
        "UPDATE cards SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL",
        person_id,
        to_text(now),
    )


async def ask_for(tx: Tx, code: str, sheet: Sheet, person_id: int, now: datetime) -> None:
    """Keep what a person asked to print, to be fetched by a code."""
    await tx.execute("DELETE FROM sheets WHERE expires_at <= $1", to_text(now))
    await tx.execute(
        "INSERT INTO sheets (code_hash, person_id, kind, unit, member_id, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        _hash(code),
        person_id,
        sheet.kind,
        sheet.unit,
        sheet.member_id,
        to_text(now + SHEET_LASTS),
    )


async def asked_for(tx: Tx, code: str, now: datetime) -> Sheet | None:
    """What is to be printed for a code; None when its hour is over."""
    row = await tx.fetch_one(
        "SELECT kind, unit, member_id FROM sheets WHERE code_hash = $1 AND expires_at > $2",
        _hash(code),
        to_text(now),
    )
    return Sheet(kind=row["kind"], unit=row["unit"], member_id=row["member_id"]) if row else None

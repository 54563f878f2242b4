"""Registering: a person comes in, with what they agreed to and where they talk."""

from __future__ import annotations

from datetime import datetime

from storage import addresses, consents
from storage.database import Tx, to_text


async def register(
    tx: Tx,
    *,
    channel: str,
    at: str,
    name: str,
    form: str,
    unit: str,
    unit_words: str | None,
    over60: bool | None,
    consent_version: str,
    now: datetime,
) -> int:
    """Add a person with their consent and their first address; the person's id.

    Where someone talks already, that person goes on talking until `switch`.
    """
    row = await tx.fetch_one(
        "INSERT INTO people (name, form, unit, unit_words, over60, registered_at) "
        "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        name,
        form,
        unit,
        unit_words,
        None if over60 is None else int(over60),
        to_text(now),
    )
    assert row is not None  # noqa: S101 - an INSERT … RETURNING gives its row
    person_id = int(row["id"])
    await addresses.keep_talk(tx, channel, at, "{}", now)
    await addresses.let_talk(tx, person_id, channel, at)
    await consents.keep(tx, person_id, consent_version, channel, now, given=True)
    return person_id

"""What webhooks brought: kept before the platform is told so, until it is handled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.database import Tx, from_text, to_text


@dataclass(frozen=True, slots=True)
class Incoming:
    """One call of a webhook; `id` is that of its event."""

    id: str
    body: str
    at: datetime


async def keep(tx: Tx, channel: str, incoming: Incoming) -> bool:
    """Keep what came; False when it came before, whether or not it is handled by now."""
    if await tx.fetch_one("SELECT 1 AS one FROM events WHERE id = $1", incoming.id):
        return False
    return bool(
        await tx.execute(
            "INSERT INTO inbox (id, channel, body, at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (id) DO NOTHING",
            incoming.id,
            channel,
            incoming.body,
            to_text(incoming.at),
        )
    )


async def waiting(tx: Tx, channel: str) -> list[Incoming]:
    """Everything on a channel that is not handled, oldest first."""
    rows = await tx.fetch(
        "SELECT id, body, at FROM inbox WHERE channel = $1 ORDER BY at, id", channel
    )
    return [Incoming(row["id"], row["body"], from_text(row["at"])) for row in rows]


async def drop(tx: Tx, id_: str) -> None:
    """Let go of what is handled."""
    await tx.execute("DELETE FROM inbox WHERE id = $1", id_)

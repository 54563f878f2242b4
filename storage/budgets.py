"""What a platform counts on a channel: messages a month, people, and those whom it hides."""

from __future__ import annotations

from dataclasses import dataclass

from storage import outbox
from storage.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What of an allowance has been used."""

    #: Messages that went out in a month.
    messages: int
    #: Addresses that have written, and those of them that wrote what the platform did not hand out.
    people: int
    hidden: int


async def spend(tx: Tx, channel: str, month: str, messages: int) -> None:
    """Count messages that went out in a month such as 2026-11."""
    await tx.execute(
        "INSERT INTO spendings (channel, month, messages) VALUES ($1, $2, $3)"
        " ON CONFLICT (channel, month) DO UPDATE SET messages = spendings.messages + $3",
        channel,
        month,
        messages,
    )


async def used(tx: Tx, channel: str, month: str) -> Used:
    """What has been used on a channel, of messages in that month alone."""
    row = await tx.fetch_one(
        "SELECT COUNT(*) AS people, COALESCE(SUM(CASE WHEN hidden > 0 THEN 1 ELSE 0 END), 0)"
        " AS hidden, (SELECT COALESCE(SUM(messages), 0) FROM spendings"
        " WHERE channel = $1 AND month = $2) AS messages FROM addresses WHERE channel = $1",
        channel,
        month,
    )
    assert row is not None  # noqa: S101 - a count is always there
    return Used(messages=int(row["messages"]), people=int(row["people"]), hidden=int(row["hidden"]))


async def note_hidden(tx: Tx, channel: str, address: str) -> None:
    """Count one message from an address that the platform did not hand out."""
    await tx.execute(
        "UPDATE addresses SET hidden = hidden + 1 WHERE channel = $1 AND address = $2",
        channel,
        address,
    )


async def on_their_way(tx: Tx) -> dict[str, int]:
    """How many messages from our side wait on each channel for nothing but their turn."""
    rows = await tx.fetch(
        "SELECT channel, COUNT(*) AS messages FROM outbox"
        " WHERE state = 'waiting' AND lane <> $1 AND held_at IS NULL GROUP BY channel",
        outbox.ANSWER,
    )
    return {row["channel"]: int(row["messages"]) for row in rows}

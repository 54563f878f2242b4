"""Who wants last week's tally every Monday morning."""

from __future__ import annotations

from storage.database import Tx


async def choose(tx: Tx, person_id: int) -> None:
    """From now on this person is sent the tally."""
    await tx.execute(
        "INSERT INTO mondays (person_id) VALUES ($1) ON CONFLICT (person_id) DO NOTHING", person_id
    )


async def leave(tx: Tx, person_id: int) -> None:
    """From now on this person is not."""
    await tx.execute("DELETE FROM mondays WHERE person_id = $1", person_id)


async def chose(tx: Tx, person_id: int) -> bool:
    """Whether a person is sent the tally."""
    row = await tx.fetch_one("SELECT 1 AS one FROM mondays WHERE person_id = $1", person_id)
    return row is not None


async def unsent(tx: Tx, key: str, limit: int) -> list[int]:
    """Who chose it and has not been sent the one called `key`."""
    rows = await tx.fetch(
        "SELECT m.person_id FROM mondays m WHERE NOT EXISTS (SELECT 1 FROM outbox o"
        " WHERE o.dedupe_key = $1 || ':' || CAST(m.person_id AS TEXT)) "
        "ORDER BY m.person_id LIMIT $2",
        key,
        limit,
    )
    return [row["person_id"] for row in rows]

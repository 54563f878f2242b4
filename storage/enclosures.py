"""What people send to be handed on as it is: a photo, a voice, a file. It touches no count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.database import Row, Tx, to_text

#: What can be handed on.
Kind = Literal["photo", "voice", "file"]
#: How many of a person can wait; when one more comes, the oldest goes.
MOST = 3


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Something kept to be handed on; its bytes are fetched only on their way out."""

    id: int
    kind: Kind
    #: The name a file is saved under.
    name: str


async def keep(
    tx: Tx, person_id: int, kind: Kind, name: str, content: bytes, now: datetime
) -> Enclosure:
    """Keep what a person sent until it is known what it belongs to."""
    row = await tx.fetch_one(
        "INSERT INTO enclosures (person_id, kind, name, content, kept_at)"
        " VALUES ($1, $2, $3, $4, $5) RETURNING id",
        person_id,
        kind,
        name,
        content,
        to_text(now),
    )
    assert row is not None  # noqa: S101 - an INSERT … RETURNING gives its row
    await tx.execute(
        "DELETE FROM enclosures WHERE person_id = $1 AND belongs_to IS NULL AND id NOT IN"
        " (SELECT id FROM enclosures WHERE person_id = $1 AND belongs_to IS NULL"
        " ORDER BY id DESC LIMIT $2)",
        person_id,
        MOST,
    )
    return Enclosure(row["id"], kind, name)


async def hand_over(tx: Tx, id_: int, person_id: int, belongs_to: str) -> bool:
    """Let what a person sent belong to something; False when it is no longer kept."""
    return bool(
        await tx.execute(
            "UPDATE enclosures SET belongs_to = $3 WHERE id = $1 AND person_id = $2",
            id_,
            person_id,
            belongs_to,
        )
    )


async def share(tx: Tx, id_: int, person_id: int, belongs_to: str) -> bool:
    """Let what a person sent belong to something more; False when it is no longer kept.

    What it belongs to already keeps its own, so of that a copy is made.
    """
    taken = await tx.execute(
        "UPDATE enclosures SET belongs_to = $3"
        " WHERE id = $1 AND person_id = $2 AND belongs_to IS NULL",
        id_,
        person_id,
        belongs_to,
    )
    return bool(taken) or bool(
        await tx.execute(
            "INSERT INTO enclosures (person_id, kind, name, content, kept_at, belongs_to)"
            " SELECT person_id, kind, name, content, kept_at, $3 FROM enclosures"
            " WHERE id = $1 AND person_id = $2",
            id_,
            person_id,
            belongs_to,
        )
    )


async def get(tx: Tx, id_: int, person_id: int) -> Enclosure | None:
    """What a person sent, if it is still kept."""
    row = await tx.fetch_one(
        "SELECT id, kind, name FROM enclosures WHERE id = $1 AND person_id = $2", id_, person_id
    )
    return _enclosure(row) if row else None


async def of(tx: Tx, belongs_to: str) -> list[Enclosure]:
    """What belongs to something, oldest first."""
    rows = await tx.fetch(
        "SELECT id, kind, name FROM enclosures WHERE belongs_to = $1 ORDER BY id", belongs_to
    )
    return [_enclosure(row) for row in rows]


def _enclosure(row: Row) -> Enclosure:
    return Enclosure(row["id"], row["kind"], row["name"])


async def content(tx: Tx, id_: int) -> bytes | None:
    """The bytes, or None when they are no longer kept."""
    row = await tx.fetch_one("SELECT content FROM enclosures WHERE id = $1", id_)
    return None if row is None else bytes(row["content"])


async def of_person(tx: Tx, id_: int, person_id: int) -> bytes | None:
    """What a person sent that belongs to nothing yet; None for anything else."""
    row = await tx.fetch_one(
        "SELECT content FROM enclosures WHERE id = $1 AND person_id = $2 AND belongs_to IS NULL",
        id_,
        person_id,
    )
    return None if row is None else bytes(row["content"])


async def drop(tx: Tx, id_: int, person_id: int) -> None:
    """Forget what a person sent and what belongs to nothing yet."""
    await tx.execute(
        "DELETE FROM enclosures WHERE id = $1 AND person_id = $2 AND belongs_to IS NULL",
        id_,
        person_id,
    )


async def prune(tx: Tx, before: datetime) -> None:
    """Delete what has belonged to nothing since before an instant."""
    await tx.execute(
        "DELETE FROM enclosures WHERE belongs_to IS NULL AND kept_at < $1", to_text(before)
    )

"""Telling the proposer of an entry what became of it."""

from __future__ import annotations

from handlers.reports.registers import told, written
from handlers.talk.messages import Reply
from handlers.talk.scene import Scene
from handlers.talk.telling import tell
from storage import registers
from storage.database import Tx
from storage.registers import Entry


async def tell_proposer(tx: Tx, scene: Scene, entry_id: int) -> None:
    """Put word of an entry's last change on its way to its proposer, where they wrote last."""
    entry, by = await registers.get(tx, entry_id), scene.person
    assert entry is not None  # noqa: S101 - it was changed a moment ago
    if by is None or by.id != entry.proposer_id:
        key = f"register:{entry.id}:{entry.number}"
        await tell(tx, scene, entry.proposer_id, key, lambda to: _news(to, entry))


def _news(to: Scene, entry: Entry) -> Reply:
    resumed = (entry.was, entry.state) == (registers.PAUSED, registers.APPROVED)
    key = "resumed" if resumed else entry.state
    return to.reply(
        f"registers.news_{key}", what=told(to, entry), date=written(entry.day), why=entry.reason
    )

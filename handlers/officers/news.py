"""Telling the proposer of an entry what became of it."""

from __future__ import annotations

from handlers.reports.registers import told, written
from handlers.talk.scene import Scene
from handlers.talk.sharers import for_whom
from storage import outbox, people, registers
from storage.database import Tx


async def tell_proposer(tx: Tx, scene: Scene, entry_id: int) -> None:
    """Put word of an entry's last change on its way to its proposer, where they wrote last.

    It waits for the morning like all that nobody has just asked for.
    """
    entry = await registers.get(tx, entry_id)
    assert entry is not None  # noqa: S101 - it was changed a moment ago
    here = await people.latest_address(tx, entry.proposer_id)
    by = scene.person
    if here is None or here.person is None or (by and by.id == entry.proposer_id):
        return
    to = Scene(scene.library, scene.now, here.channel, here.address, here.person)
    resumed = (entry.was, entry.state) == (registers.PAUSED, registers.APPROVED)
    key = "resumed" if resumed else entry.state
    said = to.reply(
        f"registers.news_{key}", what=told(to, entry), date=written(entry.day), why=entry.reason
    )
    await outbox.put(
        tx,
        channel=here.channel,
        address=here.address,
        lane=outbox.BULK,
        body=for_whom(to, here, said).to_json(),
        now=scene.now,
        person_id=here.person.id,
        dedupe_key=f"register:{entry.id}:{entry.number}",
    )

"""Telling someone who is not talking now: a message from our side, where they wrote last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from handlers.talk import rights
from handlers.talk.messages import Choice, Reply
from handlers.talk.routes import FOR
from handlers.talk.scene import Scene
from handlers.talk.sharers import for_whom
from storage import addresses, outbox, people
from storage.database import Tx


async def who_holds(tx: Tx, scene: Scene, role: str) -> list[int]:
    """Those who have a role over the person's unit and can be written to; never the person."""
    person = scene.person
    assert person is not None  # noqa: S101 - only asked for someone registered
    held = await people.holders(tx, {role}, rights.covering(person.unit, scene.content))
    return [one for one in held if one != person.id and await addresses.latest(tx, one)]


async def tell(
    tx: Tx,
    scene: Scene,
    person_id: int,
    key: str,
    message: Callable[[Scene], Reply],
    *,
    not_after: datetime | None = None,
    lane: str = outbox.BULK,
) -> bool:
    """Put a message for a person on its way; False when it reaches nobody, or was put before.

    It goes out once under `key`, and not after an instant if one is given. It waits for the morning
    like all that nobody has just asked for, unless it is urgent.
    """
    here = await addresses.latest(tx, person_id)
    if here is None or here.person is None:
        return False
    theirs = Scene(scene.library, scene.now, here.channel, here.address, here.person)
    put = await outbox.put(
        tx,
        channel=here.channel,
        address=here.address,
        lane=lane,
        body=for_whom(theirs, here, message(theirs)).to_json(),
        now=scene.now,
        person_id=person_id,
        dedupe_key=key,
        not_after=not_after,
    )
    return put is not None


def choice(theirs: Scene, digit: int, label: str, go: str, words: tuple[str, ...] = ()) -> Choice:
    """A choice under such a message: a place to go, for this person and nobody else."""
    assert theirs.person is not None  # noqa: S101 - the message is for someone
    return Choice(
        digit=str(digit),
        label=label,
        payload=f"go:{FOR}:{theirs.person.id}:{go}",
        words=words,
    )

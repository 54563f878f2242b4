"""Who came, by typed names: of the invited and of the unit; two of one name are asked about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handlers.leaders.members.listing import bare
from handlers.leaders.namesakes import labels, told_apart
from handlers.talk import rights
from handlers.talk.messages import Reply
from handlers.talk.scene import Scene, local_day
from handlers.talk.understanding.text import fold
from storage import attendances, people
from storage.database import Tx
from storage.gatherings import Gathering
from storage.people import Person


async def named(
    tx: Tx, scene: Scene, one: Gathering, names: Sequence[str]
) -> tuple[tuple[Reply, ...], list[list[object]]]:
    """Note whoever was named; what is said of it, and each name that several have, with them."""
    known = await _known(tx, scene, one)
    there, unknown, which = list[Person](), list[str](), list[list[object]]()
    for name in names:
        meant = _meant(scene, known.values(), name)
        if len(meant) > 1:
            told = await labels(tx, scene, meant)
            which.append([name, [[person.id, told[person.id]] for person in meant]])
        elif meant:
            await attendances.came(tx, one, meant[0], local_day(one.at), scene.now)
            there.append(meant[0])
        else:
            unknown.append(name)
    said = await noted(tx, scene, there)
    if unknown:
        said = (*said, scene.reply("gather.roll_unknown", names=", ".join(unknown)))
    return said, which


async def noted(tx: Tx, scene: Scene, there: Sequence[Person]) -> tuple[Reply, ...]:
    """What is said of those who were just noted: who they are, so that a slip is seen."""
    called = await told_apart(tx, scene, there)
    listed = ", ".join(called[person.id] for person in there)
    return (scene.reply("gather.roll_noted", names=listed),) if there else ()


async def _known(tx: Tx, scene: Scene, one: Gathering) -> dict[int, Person]:
    """Whom a name may mean: the invited, and those of the unit whose names may be seen."""
    assert scene.person is not None  # noqa: S101 - the route needs the right
    known = {guest.person.id: guest.person for guest in await attendances.everyone(tx, one.id)}
    for id_, _, unit, _ in await people.taking_part(tx, scene.content.within(one.unit)):
        if id_ not in known and rights.over(scene.person, "names", unit, scene.content):
            found = await people.get(tx, id_)
            known |= {id_: found} if found else {}
    return known


def _meant(scene: Scene, known: Iterable[Person], name: str) -> list[Person]:
    """Whom a typed name means: the whole name before its end."""
    said = bare(scene, name)
    whole = [one for one in known if fold(one.name) == said]
    return whole or [one for one in known if f" {fold(one.name)}".endswith(f" {said}")]

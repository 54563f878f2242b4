"""Two of one name in one unit, told apart wherever a leader reads names or picks from them.

By the end of the telephone number that a leader wrote down, where the reader may see numbers;
else by the day on which each came into the book; else by the number there. Nothing is asked for it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from handlers.talk import rights
from handlers.talk.scene import Scene, local_day
from handlers.talk.sharers import called
from storage import namesakes
from storage.database import Tx
from storage.namesakes import Entry
from storage.people import Person

#: So many last digits of a telephone number are shown.
_DIGITS = 3


async def told_apart(tx: Tx, scene: Scene, people: Iterable[Person]) -> dict[int, str]:
    """What each of some people is called; with a mark, where a neighbour is called the same."""
    some = list(people)
    alike: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    for one in await namesakes.book(tx, {person.unit for person in some}):
        alike[_called(one)].append(one)
    return {person.id: _marked(scene, person, alike[_called(person)]) for person in some}


async def labels(tx: Tx, scene: Scene, people: Iterable[Person]) -> dict[int, str]:
    """The same at the beginning of a line."""
    found = await told_apart(tx, scene, people)
    return {id_: name[:1].upper() + name[1:] for id_, name in found.items()}


def _called(one: Entry | Person) -> tuple[str, str, str]:
    return one.unit, one.form, " ".join(one.name.casefold().split())


def _marked(scene: Scene, person: Person, alike: list[Entry]) -> str:
    name = called(scene, person)
    me = next((one for one in alike if one.id == person.id), None)
    if me is None or len(alike) == 1:
        return name
    assert scene.person is not None  # noqa: S101 - only somebody with a right reads names
    tells: list[Callable[[Entry], str]] = [
        lambda one: _day(scene, one),
        lambda one: _number(scene, one),
    ]
    if rights.over(scene.person, "members", person.unit, scene.content):
        tells.insert(0, lambda one: _phone(scene, one))
    for tell in tells:
        told = Counter(map(tell, alike))
        if (mark := tell(me)) and told[mark] == 1:
            return scene.say("namesakes.marked", name=name, state=mark)
        alike = [one for one in alike if told[tell(one)] > 1 or not tell(one)]
    return name


def _phone(scene: Scene, one: Entry) -> str:
    return scene.say("namesakes.phone", digits=one.phone[-_DIGITS:]) if one.phone else ""


def _day(scene: Scene, one: Entry) -> str:
    day = local_day(one.since)
    written = f"{day.day}/{day.month}" + ("" if day.year == scene.today.year else f"/{day.year}")
    return scene.say("namesakes.day", date=written)


def _number(scene: Scene, one: Entry) -> str:
    # What a line of the book is called is no amount, and has no points.
    return scene.say("namesakes.number", number=str(one.id))

"""Whose skills somebody may confirm: those who wait for it, and those a typed name means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from handlers.leaders.namesakes import told_apart
from handlers.talk import rights
from handlers.talk.flow import Data, without_courtesy
from handlers.talk.routes import number_in
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold
from storage import people, skills
from storage.database import Tx
from storage.people import Person

#: How a person is named in a route: by number, by unit and whole name, or by words.
OF, IN, FIND = "of", "in", "find"
#: So many are listed; whoever is not among them is typed.
LISTED = 9


@dataclass(frozen=True, slots=True)
class Found:
    """Who may be meant, each with the levels they have; or why it is nobody."""

    people: list[Data] = field(default_factory=list)
    problem: Literal["himself", "same_name", "not_found"] | None = None


def may_confirm(scene: Scene, unit: str, right: Literal["confirm", "vneid"] = "confirm") -> bool:
    """Whether this person may confirm skills in a unit, as seen or as it stands on VNeID.

    An officer must be of the agencies that lead them; leaders and helpers are bound to none.
    """
    assert scene.person is not None  # noqa: S101 - the route needs the right to confirm
    targets = scene.content.plan.targets
    lead = {one.lead for one in targets if one.indicator == skills.DIGITAL_SKILLS}
    return rights.for_agencies(scene.person, right, lead, unit, scene.content)


def _named_units(scene: Scene) -> set[str]:
    """The units whose people's names this person may see and whose skills they may confirm."""
    assert scene.person is not None  # noqa: S101 - the route needs the right to confirm
    units = rights.units(scene.person, "names", scene.content)
    known = set(scene.content.units) if units is None else units
    return {unit for unit in known if may_confirm(scene, unit)}


async def waiting(tx: Tx, scene: Scene) -> Found:
    """Those of one's own units who say they can do something, or learnt it, that nobody saw yet."""
    assert scene.person is not None  # noqa: S101 - the route needs the right to confirm
    ids = await skills.waiting(tx, _named_units(scene), scene.person.id, LISTED)
    return Found(await _shown(tx, scene, ids))


async def one_by_id(tx: Tx, scene: Scene, number: str) -> Found:
    """Someone by number, of the units whose names may be seen."""
    id_ = number_in(number)
    person = await people.get(tx, id_) if id_ is not None else None
    if person is None or person.unit not in _named_units(scene):
        return Found()
    return await _found(tx, scene, [person.id])


async def called_so(tx: Tx, scene: Scene, name: str) -> Found:
    """Those of one's own units whose whole name, or its end, was typed; accents do not matter."""
    said = _bare(scene, name)
    everyone = await people.taking_part(tx, _named_units(scene))
    ids = [id_ for id_, known, _, _ in everyone if f" {fold(known)}".endswith(f" {said}")]
    return await _found(tx, scene, ids[:LISTED])


async def of_unit(tx: Tx, scene: Scene, unit: str, name: str) -> Found:
    """The one person of a unit with just this name; two of one name are nobody."""
    if unit not in scene.content.units or not may_confirm(scene, unit):
        return Found()
    everyone = await people.taking_part(tx, {unit})
    ids = [id_ for id_, known, _, _ in everyone if fold(known) in {fold(name), _bare(scene, name)}]
    if len(ids) > 1:
        return Found(problem="same_name")
    return await _found(tx, scene, ids, go=f"{IN}:{unit}:{name}")


def _bare(scene: Scene, name: str) -> str:
    """A typed name, folded, without the form of address before it."""
    said = without_courtesy(fold(name), scene)
    forms = {fold(form.person) for form in scene.content.forms.values()}
    first, _, rest = said.partition(" ")
    return rest if rest and first in forms else said


async def _found(tx: Tx, scene: Scene, ids: Iterable[int], go: str | None = None) -> Found:
    me = scene.person
    assert me is not None  # noqa: S101 - the route needs the right to confirm
    told = list(ids)
    others = [id_ for id_ in told if id_ != me.id]
    return Found(await _shown(tx, scene, others, go), "himself" if told and not others else None)


async def _shown(tx: Tx, scene: Scene, ids: Iterable[int], go: str | None = None) -> list[Data]:
    shown: list[Data] = []
    found = [one for id_ in ids if (one := await people.get(tx, id_)) is not None]
    names = await told_apart(tx, scene, found)
    for person in found:
        levels = skills.levels(await skills.of_person(tx, person.id))
        sees = _sees_names(scene, person.unit)
        if not sees:
            # What a person learns is for who knows them; that it was confirmed has to be known.
            levels = {key: one for key, one in levels.items() if one == skills.CONFIRMED}
        told = _one(scene, person, names[person.id], levels, go or f"{OF}:{person.id}")
        shown.append({**told, "sees_levels": sees})
    return shown


def _sees_names(scene: Scene, unit: str) -> bool:
    assert scene.person is not None  # noqa: S101 - the route needs the right to confirm
    return rights.over(scene.person, "names", unit, scene.content)


def _one(scene: Scene, person: Person, name: str, levels: dict[str, str], go: str) -> Data:
    unit = scene.content.units.get(person.unit, scene.content.root_unit).name
    return {
        "id": person.id,
        "name": name,
        "unit": person.unit,
        "label": scene.say("confirm.person", name=name[:1].upper() + name[1:], unit=unit),
        "levels": levels,
        "go": go,
    }


def unconfirmed(scene: Scene, one: Data) -> list[str]:
    """The skills of a person that nobody confirmed: what the target needs, what is said, first."""
    rank = {level: -place for place, level in enumerate(skills.LEVELS, 1)}
    missing = [key for key in scene.content.skills if one["levels"].get(key) != skills.CONFIRMED]
    required = scene.content.plan.skills.required
    return sorted(
        missing, key=lambda key: (rank.get(one["levels"].get(key), 0), key not in required)
    )

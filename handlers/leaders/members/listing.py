"""Whom a leader's list holds, how a line of it reads, and its counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from content.models.plan import Unit
from handlers.elders.places import find_units
from handlers.talk import rights
from handlers.talk.flow import Misheard, without_courtesy
from handlers.talk.routes import number_in
from handlers.talk.scene import Scene
from handlers.talk.sharers import called
from handlers.talk.understanding.text import fold
from storage import members
from storage.database import Tx
from storage.members import Member
from storage.people import Person

#: Whom a list shows.
ALL, UNREACHED, SILENT = "all", "unreached", "silent"


def own_units(scene: Scene) -> set[str]:
    """The units whose members this person looks after."""
    assert scene.person is not None  # noqa: S101 - the route needs the right
    units = rights.units(scene.person, "members", scene.content)
    return set(scene.content.units) if units is None else units


def own_unit(scene: Scene, text: str) -> Unit | Misheard:
    """The unit of one's own that a text names."""
    found = find_units(scene, text)
    if len(found) != 1:
        kind = scene.content.plan.sub_units
        return Misheard(scene.reply("members.unit_unclear", kind=kind))
    if found[0].code not in own_units(scene):
        return Misheard(scene.reply("members.unit_elsewhere", unit=found[0].name))
    return found[0]


async def everyone(tx: Tx, scene: Scene) -> list[Member]:
    """All members of one's own units, by given name as in a class book."""
    return sorted(await members.of_units(tx, own_units(scene)), key=given_name_first)


def given_name_first(one: Member) -> tuple[list[str], int]:
    """The order of a class book: by given name."""
    return fold(one.person.name).split()[::-1], one.person.id


async def by_number(tx: Tx, scene: Scene, number: str) -> Member | None:
    """A member of one's own units by number; None for anybody else."""
    id_ = number_in(number)
    found = await members.get(tx, id_) if id_ is not None else None
    return found if found and found.person.unit in own_units(scene) else None


def chosen(people: Iterable[Member], kind: str) -> list[Member]:
    """Those of a list who cannot be reached, or can but never did anything; or all."""
    return [
        one
        for one in people
        if kind == ALL
        or (kind == UNREACHED and not one.channels)
        or (kind == SILENT and one.channels and not one.active)
    ]


def named(scene: Scene, people: Iterable[Member], name: str) -> list[Member]:
    """Those with a typed name, its end, or a part of it; accents do not matter."""
    said = bare(scene, name)
    known = [(f" {fold(one.person.name)} ", one) for one in people]
    ending = [one for name, one in known if name.endswith(f" {said} ")]
    return ending or [one for name, one in known if f" {said} " in name]


def bare(scene: Scene, name: str) -> str:
    """A typed name, folded, without the form of address before it."""
    said = without_courtesy(fold(name), scene)
    forms = {fold(form.person) for form in scene.content.forms.values()}
    first, _, rest = said.partition(" ")
    return rest if rest and first in forms else said


def where(scene: Scene) -> str:
    """One's own unit by name, or that there are several."""
    assert scene.person is not None  # noqa: S101 - the route needs the right
    units = rights.units(scene.person, "members", scene.content)
    if units is None:
        return scene.content.root_unit.name
    top = {code for code in units if scene.content.units[code].parent not in units}
    if len(top) == 1:
        return scene.content.units[top.pop()].name
    return scene.say("members.several")


def counted(scene: Scene, people: list[Member]) -> str:
    """How many there are, how many can be reached and where, how many never did anything."""
    reached = [one for one in people if one.channels]
    on = Counter(name for one in reached for name in _channels(scene, one))
    counts = [
        scene.say("members.home_count", channel=name, count=number)
        for name, number in on.most_common()
    ]
    return scene.say(
        "members.home" if people else "members.home_none",
        where=where(scene),
        total=len(people),
        reached=len(reached),
        by=f" {scene.say('members.home_by', counts=', '.join(counts))}" if counts else "",
        unreached=len(people) - len(reached),
        silent=len(chosen(people, SILENT)),
    )


def _channels(scene: Scene, one: Member) -> list[str]:
    return list(dict.fromkeys(scene.say(f"channels.{channel}") for channel in one.channels))


def label(scene: Scene, one: Member, name: str) -> str:
    """A member as a line of the list: "Bà Lan (web)"; with the unit where there are several."""
    key = "members.label" if len(own_units(scene)) == 1 else "members.label_in"
    return scene.say(
        key,
        name=name,
        unit=unit_of(scene, one.person),
        state=state_of(scene, one),
    )


def state_of(scene: Scene, one: Member) -> str:
    """Where a member can be reached, or why nowhere."""
    if not one.channels:
        return scene.say("members.state_stopped" if one.known else "members.state_none")
    channels = ", ".join(_channels(scene, one))
    return channels if one.active else scene.say("members.state_silent", channels=channels)


def unit_of(scene: Scene, person: Person) -> str:
    """The name of a person's unit."""
    return scene.content.units.get(person.unit, scene.content.root_unit).name


def told(scene: Scene, one: Member, name: str) -> str:
    """All that a leader sees of a member, called by a `name`."""
    if one.channels:
        key = "members.reach_active" if one.active else "members.reach_silent"
    else:
        key = "members.reach_stopped" if one.known else "members.reach_none"
    return scene.say(
        "members.one",
        name=name[:1].upper() + name[1:],
        unit=unit_of(scene, one.person),
        age=scene.say("privacy.age_over" if one.person.over60 else "privacy.age_under"),
        phone=scene.say("members.one_phone", phone=one.phone) if one.phone else "",
        reach=scene.say(key, channels=", ".join(_channels(scene, one))),
    )


def name_of(scene: Scene, person: Person) -> str:
    """What a member is called: "bà Lan"."""
    return called(scene, person)

"""Adding a member, with a telephone or without; they agreed, and the leader says so."""

from __future__ import annotations

import json
import secrets

from handlers.elders.wording import read_name, read_phone
from handlers.leaders.members.listing import name_of, own_unit, own_units, unit_of
from handlers.talk.flow import (
    LEFT,
    Data,
    Ending,
    Flow,
    Heard,
    Misheard,
    Offer,
    Option,
    Prompt,
    Said,
    Step,
    yes_or_no,
)
from handlers.talk.routes import ADD_MEMBER, ADD_MEMBERS, MEMBER_UNDO, MEMBERS
from handlers.talk.scene import Scene
from handlers.talk.sharers import labelled
from handlers.talk.understanding.text import fold
from storage import members
from storage.database import Tx
from storage.people import Person

#: Forms of address offered by button; any other is typed.
FORMS = ("ong", "ba", "bac")
#: Before what this program hands to itself. Nobody can type it: each process makes its own.
_OURS = secrets.token_hex()
#: What says 60 or over too, folded.
_ENOUGH = {"du", "du roi", "qua roi", "hon 60", "tren 60"}


async def begin(_tx: Tx, scene: Scene, argument: str) -> Data:
    """Nothing is known yet; or everything, of one who only has the name of another."""
    if argument.startswith(_OURS):
        known: Data = json.loads(argument.removeprefix(_OURS))
        return known
    units = own_units(scene)
    return {"unit": next(iter(units))} if len(units) == 1 else {}


def _person(data: Data) -> Person:
    return Person(
        id=0, name=data["name"], form=data["form"], unit=data.get("unit", ""), over60=None
    )


def _name(scene: Scene, data: Data) -> str:
    return labelled(scene, _person(data))


def _known_name(_scene: Scene, data: Data) -> Heard | None:
    return Heard("there") if "there" in data else None


def _ask_name(scene: Scene, _data: Data) -> Prompt:
    return Prompt(scene.say("adding.name"), (Option("many", scene.say("adding.many")),))


def _hear_name(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    words = said.text.split()
    by_person = {fold(form.person): key for key, form in scene.content.forms.items()}
    form = by_person.get(fold(words[0])) if len(words) > 1 else None
    name = read_name(scene, " ".join(words[1:]) if form else said.text)
    if name is None or said.media:
        return Misheard(scene.reply("register.name_unclear"))
    return Heard("told", {"name": name, "form": form} if form else {"name": name, "form": None})


def _known_form(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told") if data["form"] else None


def _ask_form(scene: Scene, _data: Data) -> Prompt:
    forms = scene.content.forms
    options = tuple(Option(key, forms[key].label) for key in FORMS)
    return Prompt(scene.say("adding.form"), options)


def _choose_form(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("told", {"form": key})


def _hear_form(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    words = fold(said.text).split()
    for form in scene.content.forms.values():
        if fold(form.label) in words:
            return Heard("told", {"form": form.key})
    return Misheard(scene.reply("adding.form_unclear"))


def _known_unit(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told") if "unit" in data else None


def _ask_unit(scene: Scene, data: Data) -> Prompt:
    kind = scene.content.plan.sub_units
    return Prompt(scene.say("adding.unit", name=_name(scene, data), kind=kind))


def _hear_unit(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    unit = own_unit(scene, said.text)
    return unit if isinstance(unit, Misheard) else Heard("told", {"unit": unit.code})


def _ask_over60(scene: Scene, data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("adding.over60", name=_name(scene, data)),
        ("yes", scene.say("register.over60_yes")),
        ("no", scene.say("register.over60_no")),
    )


def _hear_over60(_scene: Scene, _data: Data, said: Said) -> Heard | None:
    return Heard("told", {"over60": True}) if fold(said.text) in _ENOUGH else None


def _choose_over60(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("told", {"over60": key == "yes"})


def _ask_phone(scene: Scene, data: Data) -> Prompt:
    no = scene.content.vocabulary.answers.no
    options = (Option("none", scene.say("adding.phone_none"), no),)
    asked = scene.say("adding.phone", name=name_of(scene, _person(data)))
    return Prompt(asked, options)


def _choose_phone(_scene: Scene, _data: Data, _key: str) -> Heard:
    return Heard("told", {"phone": None})


def _hear_phone(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    phone = read_phone(said.text)
    if phone is None:
        return Misheard(scene.reply("adding.phone_unclear"))
    return Heard("told", {"phone": phone})


def _ask_agreed(scene: Scene, data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("adding.agreed", name=_name(scene, data)),
        ("yes", scene.say("adding.agreed_yes")),
        ("no", scene.say("adding.agreed_no")),
    )


def _ask_same(scene: Scene, data: Data) -> Prompt:
    """The list and the new name have one name: the same person, or another."""
    return Prompt(
        scene.say("adding.same", unit=unit_of(scene, _person(data)), name=data["there_name"]),
        (
            Option("same", scene.say("adding.same_yes")),
            Option("another", scene.say("adding.same_no")),
        ),
    )


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Add the person with the consent they gave the leader, unless somebody has that name there."""
    assert scene.person is not None  # noqa: S101 - the route needs the right
    again = Offer(scene.say("members.again"), MEMBERS)
    if outcome == "many":
        return Ending(go=ADD_MEMBERS)
    if outcome in {LEFT, "not_agreed"}:
        key = "adding.left" if outcome == LEFT else "adding.not_agreed"
        return Ending((scene.reply(key),), () if outcome == LEFT else (again,))
    if outcome == "same_person":
        return Ending(go=f"{MEMBERS}:of:{data['there']}")
    if data["unit"] not in own_units(scene):
        return Ending((scene.reply("talk.no_right"),))
    person = _person(data)
    if "there" not in data and (there := await _same(tx, person)):
        more = {"there": there.id, "there_name": name_of(scene, there)}
        return Ending(go=f"{ADD_MEMBER}:{_OURS}{json.dumps({**data, **more})}")
    id_ = await members.add(
        tx,
        name=person.name,
        form=person.form,
        unit=person.unit,
        over60=data["over60"],
        phone=data["phone"],
        consent_version=scene.content.plan.consent_version,
        channel=scene.channel,
        by=scene.person.id,
        now=scene.now,
    )
    done = scene.reply("adding.done", name=name_of(scene, person), unit=unit_of(scene, person))
    another = Offer(scene.say("adding.another"), ADD_MEMBER)
    undo = Offer(scene.say("members.undo"), f"{MEMBER_UNDO}:added:{id_}")
    return Ending((done,), (another, undo, again))


async def _same(tx: Tx, person: Person) -> Person | None:
    there = await members.of_units(tx, {person.unit})
    same = (one.person for one in there if fold(one.person.name) == fold(person.name))
    return next(same, None)


FLOW = Flow(
    name=ADD_MEMBER,
    first="name",
    steps={
        "name": Step(
            ask=_ask_name,
            hear=_hear_name,
            known=_known_name,
            takes_anything=True,
            names=True,
            to={"told": "form", "there": "same", "many": "many"},
        ),
        "same": Step(ask=_ask_same, to={"same": "same_person", "another": "added"}),
        "form": Step(
            ask=_ask_form,
            choose=_choose_form,
            hear=_hear_form,
            known=_known_form,
            to={"told": "unit"},
        ),
        "unit": Step(
            ask=_ask_unit,
            hear=_hear_unit,
            known=_known_unit,
            takes_anything=True,
            names=True,
            to={"told": "over60"},
        ),
        "over60": Step(
            ask=_ask_over60, choose=_choose_over60, hear=_hear_over60, to={"told": "phone"}
        ),
        "phone": Step(
            ask=_ask_phone, choose=_choose_phone, hear=_hear_phone, to={"told": "agreed"}
        ),
        "agreed": Step(ask=_ask_agreed, to={"yes": "added", "no": "not_agreed"}),
    },
    ends=frozenset({"added", "not_agreed", "same_person", "many"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("adding.recap"),
    stands=lambda content, data: data.get("unit") in {None, *content.units},
)

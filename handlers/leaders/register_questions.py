"""What is asked about a new entry of a register: which, its name, where, since when, how many."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from content.models.plan import Unit
from content.models.register import Register
from handlers.elders.places import find_units
from handlers.reports.registers import day_options, example_day, hear_day
from handlers.talk import rights
from handlers.talk.choosing import MORE, by_turns, onward
from handlers.talk.flow import Data, Heard, Misheard, Option, Prompt, Said, Step, chosen
from handlers.talk.scene import Scene
from handlers.talk.understanding.numbers import in_digits
from handlers.talk.understanding.text import fold

LONGEST_NAME, LONGEST_PLACE, LONGEST_WORDS = 120, 120, 1000
#: How many units are offered to pick from, and how many are named when several fit.
MOST_PICKED, MOST_NAMED = 3, 4


def register_of(scene: Scene, data: Data) -> Register:
    """The register that was chosen."""
    return scene.content.register(data["register"])


def _with_words(data: Data, said: Said) -> Data:
    words = [*data["words"], said.text]
    return {"words": words if sum(map(len, words)) <= LONGEST_WORDS else data["words"]}


# --- which register


def _ask_register(scene: Scene, data: Data) -> Prompt:
    options = [Option(one.key, one.name) for one in scene.content.registers]
    return Prompt(scene.say("registers.which"), by_turns(scene, options, data["from"]))


def _choose_register(_scene: Scene, data: Data, key: str) -> Heard:
    if key == MORE:
        return Heard("others", onward(data))
    return Heard("told", {"register": key, "from": 0})


def _hear_register(scene: Scene, data: Data, said: Said) -> Heard | None:
    if scene.reader.number(said.text) is not None:
        return None
    place = chosen([(one.name, ()) for one in scene.content.registers], said.text, scene)
    if place is None:
        return None
    key = scene.content.registers[place].key
    return Heard("told", {"register": key, "from": 0, **_with_words(data, said)})


# --- its name


def _ask_name(scene: Scene, data: Data) -> Prompt:
    return Prompt(scene.fill(register_of(scene, data).ask_name))


def _hear_name(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    name = said.text.strip(" .,;:\"“”'")
    if not any(letter.isalpha() for letter in name):
        return Misheard(scene.reply("registers.name_unclear"))
    if len(name) > LONGEST_NAME:
        return Misheard(scene.reply("registers.name_long", count=LONGEST_NAME))
    return Heard("told", {"name": name, **_with_words(data, said)})


# --- where


def _offered_units(scene: Scene) -> list[Unit]:
    """All units of the leader's when they are few, else the one the leader lives in."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to propose
    codes = rights.units(person, "propose", scene.content)
    mine = [one for one in scene.content.units.values() if codes is None or one.code in codes]
    return mine if len(mine) <= MOST_PICKED else [one for one in mine if one.code == person.unit]


def _ask_unit(scene: Scene, _data: Data) -> Prompt:
    options = tuple(Option(one.code, one.name) for one in _offered_units(scene))
    return Prompt(scene.say("registers.unit", kind=scene.content.plan.sub_units), options)


def _choose_unit(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("told", {"unit": key, "place": ""})


def _hear_unit(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    assert scene.person is not None  # noqa: S101 - the route needs the right to propose
    found = _named_in(scene, said.text)
    mine = [one for one in found if rights.over(scene.person, "propose", one.code, scene.content)]
    if found and not mine:
        return Misheard(scene.reply("registers.unit_elsewhere", unit=found[0].name))
    if len(mine) > 1:
        names = ", ".join(one.name for one in mine[:MOST_NAMED])
        return Misheard(scene.reply("registers.unit_many", names=names))
    if not mine or len(said.text) > LONGEST_PLACE:
        kind = scene.content.plan.sub_units
        return Misheard(scene.reply("registers.unit_unclear", kind=kind))
    place = "" if fold(said.text) in fold(mine[0].name) else said.text
    return Heard("told", {"unit": mine[0].code, "place": place, **_with_words(data, said)})


def _named_in(scene: Scene, text: str) -> list[Unit]:
    """The units a place in words may name; of Gò and Gò Vũ, the one whose name says more."""
    found = find_units(scene, text)
    names = {one.code: f" {fold(one.name).partition(' ')[2]} " for one in found}
    longer = {code: {*names.values()} - {name} for code, name in names.items()}
    return [one for one in found if not any(names[one.code] in name for name in longer[one.code])]


# --- since when, and how many people


def _ask_since(scene: Scene, data: Data) -> Prompt:
    question = scene.fill(register_of(scene, data).ask_since)
    text = scene.say("registers.day", question=question, example=example_day(scene))
    return Prompt(text, day_options(scene))


def _choose_since(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("told", {"since": key})


def _hear_since(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    day = hear_day(scene, said)
    if isinstance(day, Misheard):
        return day
    return Heard("told", {"since": day.isoformat(), **_with_words(data, said)})


def _ask_people(scene: Scene, data: Data) -> Prompt:
    return Prompt(scene.fill(register_of(scene, data).ask_people))


def _hear_people(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    numbers = scene.reader.numbers(said.text)
    if len(numbers) != 1 or numbers[0] % 1 != 0:
        return Misheard(scene.reply("registers.people_unclear"))
    if numbers[0] == 0:
        return Misheard(scene.reply("registers.people_none"))
    most = register_of(scene, data).most_people
    if numbers[0] > most:
        return Misheard(scene.reply("registers.people_many", number=in_digits(Decimal(most))))
    return Heard("told", {"people": int(numbers[0]), **_with_words(data, said)})


def _question(
    key: str,
    then: str,
    ask: Callable[[Scene, Data], Prompt],
    hear: Callable[[Scene, Data, Said], Heard | Misheard | None],
    choose: Callable[[Scene, Data, str], Heard] | None = None,
    *,
    takes_anything: bool = False,
) -> Step:
    """A step that learns one thing about the entry, and is passed over once that is known."""
    return Step(
        ask=ask,
        known=lambda _scene, data: Heard("told") if data.get(key) is not None else None,
        choose=choose,
        hear=hear,
        to={"told": then, "others": key},
        takes_anything=takes_anything,
        names=takes_anything,
    )


#: The questions in their order, for a flow to take in; after them comes its step "confirm".
QUESTIONS = {
    "register": _question("register", "name", _ask_register, _hear_register, _choose_register),
    "name": _question("name", "unit", _ask_name, _hear_name, takes_anything=True),
    "unit": _question("unit", "since", _ask_unit, _hear_unit, _choose_unit),
    "since": _question("since", "people", _ask_since, _hear_since, _choose_since),
    "people": _question("people", "confirm", _ask_people, _hear_people),
}

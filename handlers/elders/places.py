"""Which unit a person means: the search by name, and the questions that lead to one unit."""

from __future__ import annotations

import difflib

from content.models.plan import Unit
from handlers.talk.flow import Data, Heard, Misheard, Option, Prompt, Said, Step
from handlers.talk.messages import Reply
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold

#: How many units are offered to pick from, and how many are named when there are more.
MOST_PICKED, MOST_NAMED = 2, 4
#: What people say before the name of a place, folded.
_BEFORE_NAMES = {"xom", "thon", "xa", "phuong", "tinh", "ban", "o", "toi"}


def find_units(scene: Scene, text: str) -> list[Unit]:
    """The units a person may mean: one when it is plain, several when not, none when unknown.

    Who names a unit that became a part of another means that one.
    """
    found = [scene.content.today(unit) for unit in _named(scene, text)]
    return list({unit.code: unit for unit in found}.values())


def named_whole(scene: Scene, text: str) -> Unit | None:
    """The one unit below the whole program whose whole name is all that a text says."""
    said, root = _bare(text), scene.content.root_unit
    units = [one for one in scene.content.units.values() if said == _bare(one.name) and one != root]
    found = {unit.code: unit for unit in map(scene.content.today, units)}
    return next(iter(found.values())) if len(found) == 1 else None


def _named(scene: Scene, text: str) -> list[Unit]:
    units = list(scene.content.units.values())
    said = _bare(text)
    if not said:
        return []
    exact = [unit for unit in units if said in {_bare(unit.name), fold(unit.code)}]
    if exact:
        return exact
    inside = [unit for unit in units if f" {said} " in f" {_bare(unit.name)} "]
    inside = inside or [unit for unit in units if f" {_bare(unit.name)} " in f" {said} "]
    inside = inside or [
        unit for unit in units if f" {said} " in f" {fold(unit.formed_from or '')} "
    ]
    if inside:
        return inside
    names = {_bare(unit.name): unit for unit in units}
    near = difflib.get_close_matches(said, names, n=MOST_PICKED, cutoff=0.7)
    return [names[name] for name in near]


def _bare(name: str) -> str:
    words = fold(name).split()
    while len(words) > 1 and words[0] in _BEFORE_NAMES:
        words.pop(0)
    return " ".join(words)


def _ask_unit(scene: Scene, data: Data) -> Prompt:
    scene = scene.addressed(data.get("form"))
    return Prompt(
        scene.say("register.unit", kind=scene.content.plan.sub_units, example=_example_unit(scene))
    )


def _hear_unit(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    scene = scene.addressed(data.get("form"))
    found = find_units(scene, said.text)
    if len(found) == 1:
        return Heard("found", {"unit": found[0].code, "unit_words": said.text[:200]})
    if len(found) > MOST_PICKED:
        names = ", ".join(unit.name for unit in found[:MOST_NAMED])
        return Misheard(scene.reply("register.unit_many", names=names))
    if found:
        codes = [unit.code for unit in found]
        return Heard("several", {"candidates": codes, "unit_words": said.text[:200]})
    if said.media or not any(letter.isalpha() for letter in said.text):
        return Misheard(_unit_unclear(scene))
    return Heard("unknown", {"unit_words": said.text[:200]})


def _unit_unclear(scene: Scene) -> Reply:
    kind = scene.content.plan.sub_units
    return scene.reply("register.unit_unclear", kind=kind, example=_example_unit(scene))


def _example_unit(scene: Scene) -> str:
    units = [one.name for one in scene.content.units.values() if one.parent and not one.until]
    return units[0] if units else scene.content.plan.sub_units


def _ask_unknown_unit(scene: Scene, data: Data) -> Prompt:
    scene = scene.addressed(data.get("form"))
    kind = scene.content.plan.sub_units
    return Prompt(
        scene.say("register.unit_unknown", words=data["unit_words"], kind=kind),
        (
            Option("again", scene.say("register.unit_again")),
            Option("as_told", scene.say("register.unit_as_told")),
        ),
    )


def _choose_unknown_unit(scene: Scene, data: Data, key: str) -> Heard:
    if key == "again":
        return Heard("again")
    root = scene.content.root_unit
    note = scene.addressed(data.get("form")).reply("register.unit_unlisted", root=root.name)
    return Heard("as_told", {"unit": root.code}, (note,))


def _ask_pick(scene: Scene, data: Data) -> Prompt:
    scene = scene.addressed(data.get("form"))
    units = scene.content.units
    options = tuple(Option(code, units[code].name) for code in data["candidates"])
    return Prompt(
        scene.say("register.unit_pick"),
        (*options, Option("none", scene.say("register.unit_none"))),
    )


def _choose_pick(scene: Scene, data: Data, key: str) -> Heard:
    if key != "none":
        return Heard("picked", {"unit": key})
    root = scene.content.root_unit
    note = scene.addressed(data.get("form")).reply("register.unit_unlisted", root=root.name)
    return Heard("picked", {"unit": root.code}, (note,))


def unit_steps(then: str) -> dict[str, Step]:
    """The questions from "unit" on, for a flow to take in; `then` is its step after them.

    They leave the code as `unit`, and the words it was told in as `unit_words`; they speak in the
    form of address in `form`.
    """
    found = {"found": then, "several": "pick", "unknown": "unknown_unit"}
    return {
        "unit": Step(ask=_ask_unit, hear=_hear_unit, takes_anything=True, names=True, to=found),
        "unknown_unit": Step(
            ask=_ask_unknown_unit,
            choose=_choose_unknown_unit,
            hear=_hear_unit,
            to={"again": "unit", "as_told": then, **found},
        ),
        "pick": Step(ask=_ask_pick, choose=_choose_pick, to={"picked": then}),
    }

"""What officers are asked before a number is kept: of which unit, and where it comes from."""

from __future__ import annotations

from handlers.elders.places import find_units
from handlers.talk import rights
from handlers.talk.flow import Data, Heard, Misheard, Option, Prompt, Said, Step
from handlers.talk.scene import Scene

LONGEST_SOURCE = 200
#: How many units are named when several fit.
MOST_NAMED = 4


def unit_step(question: str, then: str) -> Step:
    """The question of which unit: the whole to choose, where that is allowed, or a name."""

    def ask(scene: Scene, _data: Data) -> Prompt:
        assert scene.person is not None  # noqa: S101 - the route needs the right to figures
        root, kind = scene.content.root_unit, scene.content.plan.sub_units
        units = rights.units(scene.person, "figures", scene.content)
        known = scene.content.units
        offered = [root] if units is None else [known[code] for code in sorted(units)][:3]
        options = tuple(Option(one.code, one.name) for one in offered if one.code in known)
        return Prompt(scene.say(question, kind=kind, root=root.name), options)

    return Step(
        ask=ask,
        choose=lambda _scene, _data, key: Heard("told", {"unit": key}),
        hear=_hear_unit,
        to={"told": then},
    )


def _hear_unit(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    assert scene.person is not None  # noqa: S101 - the route needs the right to figures
    kind = scene.content.plan.sub_units
    found = find_units(scene, said.text)
    mine = [one for one in found if rights.over(scene.person, "figures", one.code, scene.content)]
    if found and not mine:
        return Misheard(scene.reply("roster.unit_elsewhere", unit=found[0].name))
    if len(mine) > 1:
        names = ", ".join(one.name for one in mine[:MOST_NAMED])
        return Misheard(scene.reply("roster.unit_many", names=names))
    if not mine:
        return Misheard(scene.reply("roster.unit_unclear", kind=kind))
    return Heard("told", {"unit": mine[0].code})


def hear_source(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    """Where a number comes from, in a few words."""
    if not any(letter.isalpha() for letter in said.text):
        return Misheard(scene.reply("roster.source_unclear"))
    if len(said.text) > LONGEST_SOURCE:
        return Misheard(scene.reply("roster.source_long", count=LONGEST_SOURCE))
    return Heard("told", {"source": said.text})

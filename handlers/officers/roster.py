"""The roster in the chat: how many people a unit really has, with its day and its source."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from handlers.officers.asking import hear_source, unit_step
from handlers.reports.registers import day_options, example_day, hear_day, written
from handlers.talk import rights
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
from handlers.talk.messages import Reply
from handlers.talk.routes import MENU
from handlers.talk.scene import Scene
from handlers.talk.understanding.numbers import in_digits
from storage import counts, rosters
from storage.database import Tx
from storage.learning import AWARENESS
from storage.rosters import ALL, MEMBERS, OVER60, Roster
from storage.skills import DIGITAL_SKILLS

#: No province has more people.
MOST_PEOPLE = 10_000_000
SHOWN = 8
KINDS = (OVER60, ALL, MEMBERS)
#: What is counted of people, by the kind of roster it is a part of.
_COUNTED = {AWARENESS: ALL, DIGITAL_SKILLS: OVER60}


async def begin(tx: Tx, scene: Scene, _argument: str) -> Data | Ending:
    """How many people were counted so far in each unit: no roster should be smaller."""
    counted: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in await counts.between(tx, date.min, scene.today):
        kind = _COUNTED.get(one.measure)
        for code in scene.content.units if kind else ():
            if one.unit in scene.content.within(code):
                counted[code][kind or ""] += int(one.reported)
    return {"counted": {code: dict(kinds) for code, kinds in counted.items()}}


def _ask_kind(scene: Scene, data: Data) -> Prompt:
    options = tuple(Option(kind, scene.say(f"roster.{kind}")) for kind in KINDS)
    return Prompt(scene.say("roster.which", unit=_unit(scene, data)), options)


def _unit(scene: Scene, data: Data) -> str:
    return scene.content.units[data["unit"]].name


def _ask_people(scene: Scene, data: Data) -> Prompt:
    kind = scene.say(f"roster.{data['kind']}")
    return Prompt(scene.say("roster.people", kind=kind, unit=_unit(scene, data)))


def _hear_people(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    numbers = scene.reader.numbers(said.text)
    if len(numbers) != 1 or numbers[0] % 1 != 0:
        return Misheard(scene.reply("roster.people_unclear"))
    if numbers[0] == 0:
        return Misheard(scene.reply("roster.people_none"))
    if numbers[0] > MOST_PEOPLE:
        number = in_digits(Decimal(MOST_PEOPLE))
        return Misheard(scene.reply("roster.people_many", number=number))
    return Heard("told", {"people": int(numbers[0])})


def _ask_day(scene: Scene, _data: Data) -> Prompt:
    question = scene.say("roster.when")
    text = scene.say("registers.day", question=question, example=example_day(scene))
    return Prompt(text, day_options(scene))


def _hear_day(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    day = hear_day(scene, said)
    return day if isinstance(day, Misheard) else Heard("told", {"day": day.isoformat()})


def _ask_confirm(scene: Scene, data: Data) -> Prompt:
    amount = in_digits(Decimal(data["people"]))
    counted = data["counted"].get(data["unit"], {}).get(data["kind"], 0)
    text = scene.say(
        "roster.confirm",
        unit=_unit(scene, data),
        kind=scene.say(f"roster.{data['kind']}"),
        amount=amount,
        date=written(date.fromisoformat(data["day"])),
        what=data["source"],
    )
    asked = yes_or_no(scene, text, ("yes", scene.say("roster.yes")), ("no", scene.say("roster.no")))
    small = scene.say("roster.small", counted=in_digits(Decimal(counted)), amount=amount)
    warned = (Reply(text=small),) if counted > data["people"] else ()
    return Prompt(asked.text, asked.options, before=warned)


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the number beside the earlier ones."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to figures
    if outcome == LEFT:
        return Ending((scene.reply("roster.not_kept"),))
    if not rights.over(person, "figures", data["unit"], scene.content):
        return Ending((scene.reply("talk.no_right"),))
    new = Roster(
        unit=data["unit"],
        kind=data["kind"],
        people=data["people"],
        day=date.fromisoformat(data["day"]),
        source=data["source"],
    )
    await rosters.add(tx, new, person.id, scene.now)
    offers = (
        Offer(scene.say("roster.more"), "roster"),
        Offer(scene.say("roster.see"), f"rosters:{new.unit}"),
        Offer(scene.say("menu.home"), MENU),
    )
    return Ending((scene.reply("roster.kept"),), offers)


async def history(tx: Tx, scene: Scene, argument: str) -> Ending:
    """What was entered for a unit (the whole when none is named), newest first."""
    content, person = scene.content, scene.person
    assert person is not None  # noqa: S101 - the route needs the right to figures
    unit = content.units.get(argument) or content.root_unit
    if not rights.over(person, "figures", unit.code, content):
        return Ending((scene.reply("roster.unit_elsewhere", unit=unit.name),))
    lines = [
        scene.say(
            "roster.line",
            kind=scene.say(f"roster.{one.kind}"),
            amount=in_digits(Decimal(one.people)),
            date=written(one.day),
            what=one.source,
        )
        for one in await rosters.history(tx, unit.code, SHOWN)
    ]
    told = scene.reply("roster.history", unit=unit.name, lines="\n".join(lines))
    offers = (Offer(scene.say("roster.more"), "roster"), Offer(scene.say("menu.home"), MENU))
    return Ending((told if lines else scene.reply("roster.empty", unit=unit.name),), offers)


FLOW = Flow(
    name="roster",
    first="unit",
    steps={
        "unit": unit_step("roster.unit", "kind"),
        "kind": Step(
            ask=_ask_kind,
            choose=lambda _scene, _data, key: Heard("told", {"kind": key}),
            to={"told": "people"},
        ),
        "people": Step(ask=_ask_people, hear=_hear_people, to={"told": "day"}, takes_anything=True),
        "day": Step(
            ask=_ask_day,
            choose=lambda _scene, _data, key: Heard("told", {"day": key}),
            hear=_hear_day,
            to={"told": "source"},
        ),
        "source": Step(
            ask=lambda scene, _data: Prompt(scene.say("roster.source")),
            hear=hear_source,
            to={"told": "confirm"},
            takes_anything=True,
        ),
        "confirm": Step(ask=_ask_confirm, to={"yes": "kept", "no": "people"}),
    },
    ends=frozenset({"kept"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("roster.recap"),
    stands=lambda content, data: data.get("unit") in {None, *content.units},
)

"""Something to print: cards for a unit, its poster, or one member's card (`of:12`)."""

from __future__ import annotations

import secrets

from handlers.leaders.members.listing import by_number, own_unit, own_units
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
)
from handlers.talk.routes import MEMBERS, MENU, PRINT
from handlers.talk.scene import Scene
from storage import cards
from storage.cards import Sheet
from storage.database import Tx

OF = "of:"


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """What is known of it already."""
    units = own_units(scene)
    if argument.startswith(OF):
        one = await by_number(tx, scene, argument.removeprefix(OF))
        if one is None:
            return Ending((scene.reply("members.nobody"),), _offers(scene))
        return {"kind": "card", "unit": one.person.unit, "member": one.person.id}
    return {"unit": next(iter(units))} if len(units) == 1 else {}


def _offers(scene: Scene) -> tuple[Offer, ...]:
    return Offer(scene.say("members.again"), MEMBERS), Offer(scene.say("menu.home"), MENU)


def _known_what(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told") if "kind" in data else None


def _ask_what(scene: Scene, _data: Data) -> Prompt:
    kind = scene.content.plan.sub_units
    options = (
        Option("cards", scene.say("print.cards")),
        Option("poster", scene.say("print.poster", kind=kind)),
    )
    return Prompt(scene.say("print.what"), options)


def _choose_what(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("told", {"kind": key})


def _known_unit(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told") if "unit" in data else None


def _ask_unit(scene: Scene, _data: Data) -> Prompt:
    return Prompt(scene.say("print.unit", kind=scene.content.plan.sub_units))


def _hear_unit(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    unit = own_unit(scene, said.text)
    return unit if isinstance(unit, Misheard) else Heard("told", {"unit": unit.code})


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep what is to be printed, and tell where it can be fetched for an hour."""
    assert scene.person is not None  # noqa: S101 - the route needs the right
    if outcome == LEFT:
        return Ending((scene.reply("print.left"),))
    if data["unit"] not in own_units(scene):
        return Ending((scene.reply("talk.no_right"),))
    code = secrets.token_urlsafe(18)
    sheet = Sheet(kind=data["kind"], unit=data["unit"], member_id=data.get("member"))
    await cards.ask_for(tx, code, sheet, scene.person.id, scene.now)
    place = f"{scene.library.public_url}/sheets/{code}"
    told = [scene.reply("print.ready", place=place)]
    if sheet.kind != "poster":
        told.append(scene.reply("print.ready_never"))
    return Ending(tuple(told), _offers(scene))


FLOW = Flow(
    name=PRINT,
    first="what",
    steps={
        "what": Step(ask=_ask_what, choose=_choose_what, known=_known_what, to={"told": "unit"}),
        "unit": Step(
            ask=_ask_unit,
            hear=_hear_unit,
            known=_known_unit,
            takes_anything=True,
            names=True,
            to={"told": "printed"},
        ),
    },
    ends=frozenset({"printed"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("print.recap"),
    stands=lambda content, data: data.get("unit") in {None, *content.units},
    holds=False,
)

"""Proposing an entry for a register: one question at a time, kept once everything is confirmed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from content.loader import Content
from handlers.elders.question.desks import REPLY
from handlers.leaders.register_questions import QUESTIONS, register_of
from handlers.reports.registers import leads, told
from handlers.talk import rights
from handlers.talk.choosing import MORE, by_turns, onward
from handlers.talk.flow import (
    LEFT,
    Data,
    Ending,
    Flow,
    Heard,
    Offer,
    Option,
    Prompt,
    Step,
    yes_or_no,
)
from handlers.talk.routes import ANSWER, MENU, PROPOSE, number_in
from handlers.talk.scene import Scene
from handlers.talk.understanding.numbers import in_digits, in_words
from storage import registers
from storage.database import Tx
from storage.registers import APPROVED, ENTRIES, PAUSED, PROPOSED, Entry, NewEntry

#: What can be corrected before it is kept, in the order it is offered; each is the step that asks.
PARTS = ("name", "unit", "since", "people", "register")


async def begin(_tx: Tx, _scene: Scene, argument: str) -> Data | Ending:
    """Start with nothing known; `12` is the question that brought the idea."""
    return {"words": [], "from": 0, "question": number_in(argument)}


def _new(scene: Scene, data: Data) -> NewEntry:
    assert scene.person is not None  # noqa: S101 - the route needs the right to propose
    register = register_of(scene, data)
    return NewEntry(
        register=register.key,
        rule=register.counts,
        unit_of_measure=register.unit_of_measure,
        name=data["name"],
        unit=data["unit"],
        place=data["place"],
        people=data["people"],
        since=date.fromisoformat(data["since"]),
        words="\n".join(data["words"]),
        proposer_id=scene.person.id,
    )


def _ask_confirm(scene: Scene, data: Data) -> Prompt:
    people = Decimal(data["people"])
    in_full = f"{in_digits(people)} ({in_words(people)})"
    return yes_or_no(
        scene,
        scene.say("registers.confirm", what=told(scene, _new(scene, data), people=in_full)),
        ("yes", scene.say("registers.yes")),
        ("fix", scene.say("registers.fix")),
    )


def _ask_part(scene: Scene, data: Data) -> Prompt:
    options = [Option(part, scene.say(f"registers.part_{part}")) for part in PARTS]
    return Prompt(scene.say("registers.which_part"), by_turns(scene, options, data["from"]))


def _choose_part(_scene: Scene, data: Data, key: str) -> Heard:
    if key == MORE:
        return Heard("others", onward(data))
    return Heard(key, {key: None, "from": 0})


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the proposal, unless the register has the same entry already."""
    asked = data.get("question")
    answer = (Offer(scene.say("registers.answer"), f"{ANSWER}:{asked}:{REPLY}"),) if asked else ()
    if outcome == LEFT:
        return Ending((scene.reply("registers.not_proposed"),), answer)
    new = _new(scene, data)
    assert scene.person is not None  # noqa: S101 - the route needs the right to propose
    if not rights.over(scene.person, "propose", new.unit, scene.content):
        return Ending((scene.reply("talk.no_right"),))
    offers = (
        *(answer or (Offer(scene.say("registers.propose_more"), PROPOSE),)),
        Offer(scene.say("registers.see"), "registers"),
        Offer(scene.say("menu.home"), MENU),
    )
    await registers.one_by_one(tx, new.register, new.unit)
    standing = await registers.entries(tx, {PROPOSED, APPROVED, PAUSED})
    if any(_is_same(one, new) for one in standing):
        return Ending((scene.reply("registers.already", what=told(scene, new)),), offers)
    await registers.propose(tx, new, scene.now)
    agencies = scene.content.plan.agencies
    leading = leads(scene.content, new.register)
    names = [one.name for one in agencies if one.key in leading]
    names = names or [one.name for one in agencies if one.overall_lead]
    proposed = scene.reply("registers.proposed", what=told(scene, new), agency=", ".join(names))
    return Ending((proposed,), offers)


def _is_same(entry: Entry, new: NewEntry) -> bool:
    """Whether an entry is what is proposed anew; a job may begin again under the same name."""
    same_place = (entry.register, entry.unit) == (new.register, new.unit)
    same_name = entry.name.casefold() == new.name.casefold()
    return same_place and same_name and (new.rule == ENTRIES or entry.since == new.since)


def _stands(content: Content, data: Data) -> bool:
    registers_known = {one.key for one in content.registers}
    register, unit = data.get("register"), data.get("unit")
    return register in {None, *registers_known} and unit in {None, *content.units}


FLOW = Flow(
    name="propose",
    first="register",
    steps={
        **QUESTIONS,
        "confirm": Step(ask=_ask_confirm, to={"yes": "proposed", "fix": "part"}),
        "part": Step(
            ask=_ask_part,
            choose=_choose_part,
            to={**{part: part for part in PARTS}, "others": "part"},
        ),
    },
    ends=frozenset({"proposed"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("registers.recap_propose"),
    stands=_stands,
)

"""Confirming a skill: who it is, which skill, and what must have been seen.

Who may see names picks from those who say they can do something, or types a name; an officer types
the whole name and the unit, and browses nothing. Nobody confirms themselves.
"""

from __future__ import annotations

from typing import Literal

from handlers.elders.places import find_units
from handlers.leaders.candidates import (
    FIND,
    IN,
    OF,
    Found,
    called_so,
    may_confirm,
    of_unit,
    one_by_id,
    unconfirmed,
    waiting,
)
from handlers.talk import rights
from handlers.talk.choosing import MORE, by_turns, onward
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
from handlers.talk.routes import CONFIRM, MENU, UNCONFIRM
from handlers.talk.scene import Scene
from handlers.talk.telling import tell
from storage import people, skills
from storage.database import Tx

#: What was seen is the entry on VNeID; also the right to say so.
_VNEID: Literal["vneid"] = "vneid"


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """Whom it may be: those who wait, or `of:12`, `find:lan`, `in:pt-go-vu:Nguyễn Thị Lan`."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to confirm
    kind, _, rest = argument.partition(":")
    if not argument:
        browses = rights.may(person, "names")
        found = await waiting(tx, scene) if browses else Found()
        return {"people": found.people, "from": 0, "types": not browses, "one": None}
    if kind == OF:
        found = await one_by_id(tx, scene, rest)
    elif kind == IN:
        unit, _, name = rest.partition(":")
        found = await of_unit(tx, scene, unit, name)
    else:
        found = await called_so(tx, scene, rest if kind == FIND else argument)
    if found.problem or not found.people:
        again = Offer(scene.say("confirm.again"), CONFIRM)
        told = scene.reply(f"confirm.{found.problem or 'not_found'}")
        return Ending((told,), (again, Offer(scene.say("menu.home"), MENU)))
    one = found.people[0] if len(found.people) == 1 else None
    return {"people": found.people, "from": 0, "types": False, "one": one, "searched": True}


# --- who


def _known_who(_scene: Scene, data: Data) -> Heard | None:
    if data["types"]:
        return Heard("types")
    return Heard("picked") if data["one"] else None


def _ask_who(scene: Scene, data: Data) -> Prompt:
    options = [Option(str(one["id"]), one["label"]) for one in data["people"]]
    key = "confirm.which" if data.get("searched") else "confirm.who"
    return Prompt(
        scene.say(key if options else "confirm.who_none"), by_turns(scene, options, data["from"])
    )


def _choose_who(_scene: Scene, data: Data, key: str) -> Heard:
    if key == MORE:
        return Heard("more", onward(data))
    one = next(one for one in data["people"] if str(one["id"]) == key)
    return Heard("picked", {"one": one, "from": 0})


def _hear_name(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    if said.media or not any(letter.isalpha() for letter in said.text):
        return Misheard(scene.reply("confirm.name_unclear"))
    return Heard("told", {"name": said.text})


def _ask_name(scene: Scene, _data: Data) -> Prompt:
    return Prompt(scene.say("confirm.name"))


def _ask_unit(scene: Scene, _data: Data) -> Prompt:
    return Prompt(scene.say("confirm.unit", kind=scene.content.plan.sub_units))


def _hear_unit(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    found = find_units(scene, said.text)
    if len(found) == 1:
        return Heard("told", {"unit": found[0].code})
    return Misheard(scene.reply("confirm.unit_unclear", kind=scene.content.plan.sub_units))


# --- which skill, and what was seen


def _known_skill(scene: Scene, data: Data) -> Heard | None:
    return None if unconfirmed(scene, data["one"]) else Heard("complete")


def _ask_skill(scene: Scene, data: Data) -> Prompt:
    one = data["one"]
    options = [Option(key, _labelled(scene, key, one)) for key in unconfirmed(scene, one)]
    return Prompt(
        scene.say("confirm.skill", name=one["name"]), by_turns(scene, options, data["from"])
    )


def _labelled(scene: Scene, key: str, one: Data) -> str:
    title, level = scene.content.skills[key].name, one["levels"].get(key)
    return scene.say(f"confirm.skill_{level}", title=title) if level else title


def _choose_skill(_scene: Scene, data: Data, key: str) -> Heard:
    if key == MORE:
        return Heard("more", onward(data))
    return Heard("told", {"skill": key})


def _ask_seen(scene: Scene, data: Data) -> Prompt:
    one = data["one"]
    seen = scene.content.skills[data["skill"]].seen
    words = scene.content.vocabulary.answers
    options = [Option("yes", scene.say("confirm.seen_yes"), words.yes)]
    if may_confirm(scene, one["unit"], _VNEID):
        options.append(Option(_VNEID, scene.say("confirm.seen_vneid")))
    options.append(Option("no", scene.say("confirm.seen_no"), words.no))
    return Prompt(scene.say("confirm.seen", name=one["name"], what=seen), tuple(options))


def _choose_seen(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("no" if key == "no" else "yes", {"source": key})


def _known_unlearnt(_scene: Scene, data: Data) -> Heard | None:
    """Only what was never learnt is asked about once more, of those who may know that."""
    one = data["one"]
    return None if one.get("sees_levels") and data["skill"] not in one["levels"] else Heard("yes")


def _ask_unlearnt(scene: Scene, data: Data) -> Prompt:
    title = scene.content.skills[data["skill"]].name
    return yes_or_no(
        scene,
        scene.say("confirm.unlearnt", name=data["one"]["name"], title=title),
        ("yes", scene.say("confirm.unlearnt_yes")),
        ("no", scene.say("confirm.unlearnt_no")),
    )


# --- what comes of it


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Look for who was typed, or keep a confirmation and tell the person."""
    if outcome == "searched":
        where = f"{IN}:{data['unit']}" if data["types"] else FIND
        return Ending(go=f"{CONFIRM}:{where}:{data['name']}")
    if outcome == "complete":
        return Ending((scene.reply("confirm.complete", name=data["one"]["name"]),))
    if outcome in {LEFT, "not_seen"}:
        key = "confirm.left" if outcome == LEFT else "confirm.not_seen"
        return Ending((scene.reply(key),))
    return await _confirm(tx, scene, data["one"], data["skill"], data["source"])


async def _confirm(tx: Tx, scene: Scene, one: Data, skill: str, source: str) -> Ending:
    me, person = scene.person, await people.get(tx, one["id"])
    assert me is not None  # noqa: S101 - the route needs the right to confirm
    right = _VNEID if source == _VNEID else "confirm"
    if person is None or person.id == me.id or not may_confirm(scene, person.unit, right):
        return Ending((scene.reply("confirm.not_found"),))
    if source != _VNEID:
        role = rights.role_over(me, "confirm", person.unit, scene.content)
        source = role if role in {"leader", "helper"} else "officer"
    rule, title = scene.content.plan.skills, scene.content.skills[skill].name
    id_ = await skills.reach(
        tx,
        person.id,
        skill,
        skills.CONFIRMED,
        person.unit,
        scene.today,
        rule.required,
        rule.reported_at,
        seen=skills.Seen(by=me.id, source=source, at=scene.now),
    )
    if id_ is None:
        return Ending((scene.reply("confirm.already", title=title, name=one["name"]),))
    await tell(tx, scene, person.id, f"skill:{id_}", lambda theirs: _news(theirs, source, title))
    return Ending(
        (scene.reply("confirm.done", title=title, name=one["name"]),),
        (
            Offer(scene.say("confirm.more"), f"{CONFIRM}:{one['go']}"),
            Offer(scene.say("confirm.undo"), f"{UNCONFIRM}:{id_}"),
            Offer(scene.say("menu.home"), MENU),
        ),
    )


def _news(theirs: Scene, source: str, title: str) -> Reply:
    return theirs.reply(f"confirm.news_{source}", title=title)


FLOW = Flow(
    name="confirm",
    first="who",
    steps={
        "who": Step(
            ask=_ask_who,
            known=_known_who,
            choose=_choose_who,
            hear=_hear_name,
            takes_anything=True,
            names=True,
            to={"types": "name", "more": "who", "picked": "skill", "told": "searched"},
        ),
        "name": Step(
            ask=_ask_name, hear=_hear_name, takes_anything=True, names=True, to={"told": "unit"}
        ),
        "unit": Step(
            ask=_ask_unit, hear=_hear_unit, takes_anything=True, names=True, to={"told": "searched"}
        ),
        "skill": Step(
            ask=_ask_skill,
            known=_known_skill,
            choose=_choose_skill,
            to={"more": "skill", "told": "seen", "complete": "complete"},
        ),
        "seen": Step(ask=_ask_seen, choose=_choose_seen, to={"yes": "unlearnt", "no": "not_seen"}),
        "unlearnt": Step(
            ask=_ask_unlearnt,
            known=_known_unlearnt,
            to={"yes": "confirmed", "no": "not_seen"},
        ),
    },
    ends=frozenset({"searched", "complete", "confirmed", "not_seen"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("confirm.recap"),
    stands=lambda content, data: data.get("skill") in {None, *content.skills},
    holds=False,
)

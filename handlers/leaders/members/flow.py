"""The list of members: its counts, its names a few at a time, and what can be done for one.

`all:4` goes on in a list from its fifth name, `find:0:lan` looks for a name, `of:12` is one person.
"""

from __future__ import annotations

from handlers.elders.wording import read_name
from handlers.leaders.members.listing import (
    ALL,
    SILENT,
    UNREACHED,
    by_number,
    chosen,
    counted,
    everyone,
    label,
    name_of,
    named,
    own_unit,
    told,
)
from handlers.leaders.namesakes import labels, told_apart
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
from handlers.talk.routes import ADD_MEMBER, MEMBER_UNDO, MEMBERS, MENU, PRINT, number_in
from handlers.talk.scene import Scene
from storage import cards, members, people
from storage.database import Tx
from storage.members import DIED, MOVED, Member

#: How many names are shown at a time, and how many of them come before "more".
SHOWN, BEFORE_MORE = 3, 2
FIND, OF = "find", "of"
_MORE = "+"


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """The counts; or a part of a list, or one person."""
    kind, _, rest = argument.partition(":")
    if kind == OF:
        one = await by_number(tx, scene, rest)
        return (
            await _one(tx, scene, one)
            if one
            else Ending((scene.reply("members.nobody"),), _offers(scene))
        )
    everybody = await everyone(tx, scene)
    if kind in {ALL, UNREACHED, SILENT}:
        return await _part(tx, scene, argument, chosen(everybody, kind), kind)
    if not argument:
        return {"view": "home", "told": counted(scene, everybody)}
    start, _, name = rest.partition(":") if kind == FIND else ("0", "", argument)
    found = named(scene, everybody, name)
    if not found:
        add = Offer(scene.say("members.add"), ADD_MEMBER)
        return Ending((scene.reply("members.not_found"),), (add, *_offers(scene)))
    if len(found) == 1:
        return await _one(tx, scene, found[0])
    return await _part(tx, scene, f"{FIND}:{start}:{name}", found, FIND)


async def _part(
    tx: Tx, scene: Scene, argument: str, found: list[Member], kind: str
) -> Data | Ending:
    """The names of one page: three at the end of a list, else two and "more"."""
    _, start, name = (*argument.split(":", 2), "0", "")[:3]
    first = min(number_in(start) or 0, max(len(found) - 1, 0))
    if not found:
        return Ending((scene.reply("members.list_none"),), _offers(scene))
    ends = len(found) - first <= SHOWN
    shown = found[first : first + (SHOWN if ends else BEFORE_MORE)]
    asked = "members.found" if kind == FIND else "members.list"
    names = await labels(tx, scene, [one.person for one in shown])
    return {
        "view": "list",
        "told": scene.say(asked, first=first + 1, last=first + len(shown), total=len(found)),
        "people": [[one.person.id, label(scene, one, names[one.person.id])] for one in shown],
        "more": None if ends else f"{kind}:{first + BEFORE_MORE}" + (f":{name}" if name else ""),
    }


async def _one(tx: Tx, scene: Scene, one: Member) -> Data:
    assert scene.person is not None  # noqa: S101 - the route needs the right
    person = one.person
    names = await told_apart(tx, scene, [person])
    return {
        "view": "one",
        "id": person.id,
        "name": names[person.id],
        "written": person.name,
        "form": person.form,
        "unit": person.unit,
        "told": told(scene, one, names[person.id]),
        "himself": person.id == scene.person.id,
    }


def _offers(scene: Scene) -> tuple[Offer, ...]:
    return Offer(scene.say("members.again"), MEMBERS), Offer(scene.say("menu.home"), MENU)


# --- the counts and the names


def _known_home(_scene: Scene, data: Data) -> Heard | None:
    return None if data["view"] == "home" else Heard(data["view"])


def _ask_home(scene: Scene, data: Data) -> Prompt:
    options = [
        Option("browse", scene.say("members.browse")),
        Option("add", scene.say("members.add")),
        Option("print", scene.say("print.button")),
    ]
    return Prompt(data["told"], tuple(options))


def _hear_name(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    if said.media or not any(letter.isalpha() for letter in said.text):
        return Misheard(scene.reply("confirm.name_unclear"))
    return Heard("find", {"go": f"{FIND}:0:{said.text}"})


def _ask_which(scene: Scene, _data: Data) -> Prompt:
    kinds = (ALL, UNREACHED, SILENT)
    options = tuple(Option(kind, scene.say(f"members.which_{kind}")) for kind in kinds)
    return Prompt(scene.say("members.which"), options)


def _choose_which(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("chosen", {"go": f"{key}:0"})


def _ask_list(scene: Scene, data: Data) -> Prompt:
    options = [Option(str(id_), told) for id_, told in data["people"]]
    if data["more"]:
        options.append(Option(_MORE, scene.say("members.more")))
    return Prompt(data["told"], tuple(options))


def _choose_list(_scene: Scene, data: Data, key: str) -> Heard:
    return Heard("find", {"go": data["more"] if key == _MORE else f"{OF}:{key}"})


# --- one person


def _ask_one(scene: Scene, data: Data) -> Prompt:
    keys = ("rename", "move", "other")
    options = tuple(Option(key, scene.say(f"members.{key}")) for key in keys)
    return Prompt(data["told"], options)


def _ask_other(scene: Scene, data: Data) -> Prompt:
    keys = ("card", "lost", "gone")
    options = tuple(Option(key, scene.say(f"members.{key}")) for key in keys)
    return Prompt(scene.say("members.other_ask", name=data["name"]), options)


def _choose_other(_scene: Scene, data: Data, key: str) -> Heard:
    return Heard("himself" if key == "gone" and data["himself"] else key)


def _ask_name(scene: Scene, data: Data) -> Prompt:
    return Prompt(scene.say("members.name_ask", name=data["written"]))


def _hear_new_name(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    name = read_name(scene.addressed(data["form"]), said.text)
    if name is None or said.media:
        return Misheard(scene.reply("register.name_unclear"))
    return Heard("told", {"new": name})


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("members.name_sure", one=data["written"], other=data["new"]),
        ("yes", scene.say("members.name_yes")),
        ("no", scene.say("members.name_no")),
    )


def _ask_unit(scene: Scene, data: Data) -> Prompt:
    kind = scene.content.plan.sub_units
    return Prompt(scene.say("members.unit_ask", name=data["name"], kind=kind))


def _hear_unit(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    unit = own_unit(scene, said.text)
    if isinstance(unit, Misheard):
        return unit
    if unit.code == data["unit"]:
        same = scene.reply("members.unit_same", name=data["name"], unit=unit.name)
        return Misheard(same)
    return Heard("told", {"new": unit.code})


def _ask_gone(scene: Scene, data: Data) -> Prompt:
    keys = (MOVED, DIED, "no")
    options = tuple(Option(key, scene.say(f"members.gone_{key}")) for key in keys)
    return Prompt(scene.say("members.gone_ask", name=data["name"]), options)


def _choose_gone(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("no") if key == "no" else Heard("gone", {"left_as": key})


# --- what comes of it


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Go on in the list, or change what is written about a person; each change can be undone."""
    onward = {"elsewhere": f"{MEMBERS}:{data.get('go')}", "adding": ADD_MEMBER, "printing": PRINT}
    onward["card"] = f"{PRINT}:{OF}:{data.get('id')}"
    if outcome in onward:
        return Ending(go=onward[outcome])
    if outcome in {LEFT, "kept", "himself"}:
        key = "members.himself" if outcome == "himself" else "members.left"
        return Ending((scene.reply(key),), () if outcome == LEFT else _offers(scene))
    one = await by_number(tx, scene, str(data["id"]))
    if one is None:
        return Ending((scene.reply("members.nobody"),), _offers(scene))
    if outcome == "lost":
        return await _revoke(tx, scene, one)
    return await _change(tx, scene, one, data, outcome)


async def _revoke(tx: Tx, scene: Scene, one: Member) -> Ending:
    """Whoever found a lost card cannot get in with it."""
    revoked = await cards.revoke(tx, one.person.id, scene.now)
    key = "members.lost_done" if revoked else "members.lost_none"
    told = scene.reply(key, name=name_of(scene, one.person))
    again = Offer(scene.say("members.card"), f"{PRINT}:of:{one.person.id}")
    return Ending((told,), (again, *_offers(scene)))


async def _change(tx: Tx, scene: Scene, one: Member, data: Data, outcome: str) -> Ending:
    person, name = one.person, name_of(scene, one.person)
    if outcome == "renamed":
        await people.rename(tx, person.id, data["new"])
        again = await members.get(tx, person.id)
        assert again is not None  # noqa: S101 - it was there a moment ago
        told = scene.reply("members.renamed", name=name_of(scene, again.person))
        return Ending((told,), _offers(scene))
    if outcome == "moved":
        await members.move(tx, person.id, data["new"])
        unit = scene.content.units[data["new"]].name
        told, undo = scene.reply("members.moved", name=name, unit=unit), "unit"
        before = person.unit
    else:
        await members.leave(tx, person.id, data["left_as"], scene.now)
        key = "members.left_died" if data["left_as"] == DIED else "members.left_moved"
        told, undo, before = scene.reply(key, name=name), "gone", ""
    back = Offer(scene.say("members.undo"), f"{MEMBER_UNDO}:{undo}:{person.id}:{before}")
    return Ending((told,), (back, *_offers(scene)))


FLOW = Flow(
    name=MEMBERS,
    first="home",
    steps={
        "home": Step(
            ask=_ask_home,
            known=_known_home,
            hear=_hear_name,
            names=True,
            to={
                "list": "list",
                "one": "one",
                "browse": "which",
                "add": "adding",
                "print": "printing",
                "find": "elsewhere",
            },
        ),
        "which": Step(ask=_ask_which, choose=_choose_which, to={"chosen": "elsewhere"}),
        "list": Step(
            ask=_ask_list,
            choose=_choose_list,
            hear=_hear_name,
            names=True,
            to={"find": "elsewhere"},
        ),
        "one": Step(ask=_ask_one, to={"rename": "name", "move": "unit", "other": "other"}),
        "other": Step(
            ask=_ask_other,
            choose=_choose_other,
            to={"card": "card", "lost": "lost", "gone": "gone", "himself": "himself"},
        ),
        "name": Step(ask=_ask_name, hear=_hear_new_name, takes_anything=True, to={"told": "sure"}),
        "sure": Step(ask=_ask_sure, to={"yes": "renamed", "no": "name"}),
        "unit": Step(
            ask=_ask_unit, hear=_hear_unit, takes_anything=True, names=True, to={"told": "moved"}
        ),
        "gone": Step(
            ask=_ask_gone, choose=_choose_gone, to={"gone": "gone_for_good", "no": "kept"}
        ),
    },
    ends=frozenset(
        {
            "elsewhere",
            "adding",
            "printing",
            "card",
            "lost",
            "kept",
            "himself",
            "renamed",
            "moved",
            "gone_for_good",
        }
    ),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("members.recap"),
    holds=False,
)

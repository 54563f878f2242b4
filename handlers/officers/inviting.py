"""Giving somebody a right by a code: which, over what; it comes as a message to hand on."""

from __future__ import annotations

from handlers.elders.places import find_units
from handlers.elders.wording import right_in_words
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
    chosen,
)
from handlers.talk.messages import Picture, Reply
from handlers.talk.routes import CODES, INVITE, MENU
from handlers.talk.scene import Scene, local_day
from storage import invites, visits
from storage.database import Tx
from storage.invites import Invite
from storage.people import Grant
from storage.visits import Look


async def begin(tx: Tx, scene: Scene, _argument: str) -> Data | Ending:
    """What this person may give, and how many codes wait already."""
    person, content = scene.person, scene.content
    assert person is not None  # noqa: S101 - the route needs the right
    units = rights.units(person, "invite", content)
    root = content.root_unit.code
    codes = {root} if units is None else units & set(content.units)
    top = [code for code in codes if content.units[code].parent not in codes]
    roles = [role for role in rights.GIVEN if top and _agencies(scene, role, top[0])]
    if not roles:  # the unit of the right is no longer there
        return Ending((scene.reply("talk.no_right"),), (Offer(scene.say("menu.home"), MENU),))
    return {
        "roles": roles,
        "top": top[0] if len(top) == 1 else None,
        "waiting": len(await waiting(tx, scene)),
        "from": 0,
    }


async def waiting(tx: Tx, scene: Scene) -> list[Invite]:
    """The codes that nobody has taken yet and that this person may give."""
    person, content = scene.person, scene.content
    assert person is not None  # noqa: S101 - the route needs the right
    known = {None, *(one.key for one in content.plan.agencies)}
    return [
        one
        for one in await invites.waiting(tx, scene.now)
        if one.grant.agency in known and rights.may_give(person, one.grant, content)
    ]


def _agencies(scene: Scene, role: str, unit: str) -> list[str | None]:
    """For which agencies a role may be given over a unit; a leader is of none."""
    assert scene.person is not None  # noqa: S101 - the route needs the right
    every: list[str | None] = [None]
    if role == "officer":
        plan = scene.content.plan
        every = [one.key for one in sorted(plan.agencies, key=lambda one: not one.overall_lead)]
    return [
        key
        for key in every
        if rights.may_give(scene.person, Grant(role=role, unit=unit, agency=key), scene.content)
    ]


# --- the role


def _known_role(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told", {"role": data["roles"][0]}) if len(data["roles"]) == 1 else None


def _ask_role(scene: Scene, data: Data) -> Prompt:
    options = tuple(Option(role, scene.say(f"invite.role_{role}")) for role in data["roles"])
    key = "invite.role_waiting" if data["waiting"] else "invite.role"
    return Prompt(scene.say(key, count=data["waiting"]), options)


def _choose_role(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("told", {"role": key})


# --- where, and for which agency


def _known_unit(scene: Scene, data: Data) -> Heard | None:
    """An officer's right is as wide as the giver's; a leader's is over one place."""
    top = data["top"]
    alone = top is not None and scene.content.within(top) == {top}
    whole = top is not None and (data["role"] == "officer" or alone)
    return Heard("told", {"unit": top}) if whole else None


def _ask_unit(scene: Scene, _data: Data) -> Prompt:
    return Prompt(scene.say("invite.unit", kind=scene.content.plan.sub_units))


def _hear_unit(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    found = find_units(scene, said.text)
    if len(found) != 1:
        kind = scene.content.plan.sub_units
        return Misheard(scene.reply("members.unit_unclear", kind=kind))
    if not _agencies(scene, data["role"], found[0].code):
        return Misheard(scene.reply("invite.unit_elsewhere", unit=found[0].name))
    return Heard("told", {"unit": found[0].code})


def _options(scene: Scene, data: Data) -> list[Option]:
    plan = scene.content.plan
    keys = [key for key in _agencies(scene, data["role"], data["unit"]) if key]
    return [Option(key, plan.agency(key).name) for key in keys]


def _known_agency(scene: Scene, data: Data) -> Heard | None:
    if data["role"] != "officer":
        return Heard("told", {"agency": None})
    options = _options(scene, data)
    return Heard("told", {"agency": options[0].key}) if len(options) == 1 else None


def _ask_agency(scene: Scene, data: Data) -> Prompt:
    shown = by_turns(scene, _options(scene, data), data["from"], "invite.agency_more")
    return Prompt(scene.say("invite.agency"), shown)


def _choose_agency(_scene: Scene, data: Data, key: str) -> Heard:
    if key == MORE:
        return Heard("more", onward(data))
    return Heard("told", {"agency": key})


def _hear_agency(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    """An agency that is typed, also one that is not shown."""
    options = _options(scene, data)
    place = chosen([(one.label, one.words) for one in options], said.text, scene)
    if place is None or scene.reader.number(said.text) is not None:
        return Misheard(scene.reply("invite.agency_unclear"))
    return Heard("told", {"agency": options[place].key})


# --- what comes of it


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Make the code, and a message to be handed on."""
    person, content = scene.person, scene.content
    assert person is not None  # noqa: S101 - the route needs the right
    home = Offer(scene.say("menu.home"), MENU)
    if outcome == LEFT:
        return Ending((scene.reply("invite.left"),), (home,))
    whole = data["unit"] == content.root_unit.code
    given = Grant(role=data["role"], unit=None if whole else data["unit"], agency=data["agency"])
    if not rights.may_give(person, given, content):  # the talk may have waited for weeks
        return Ending((scene.reply("talk.no_right"),), (home,))
    code, until = invites.new_code(), scene.now + invites.LASTS
    id_ = await invites.add(tx, code, given, scene.now, until, person.id)
    await note(tx, scene, visits.GIVE, given)
    day = local_day(until)
    done = scene.reply("invite.done", date=f"{day.day}/{day.month}")
    offers = (
        Offer(scene.say("invite.another"), INVITE),
        Offer(scene.say("invite.revoke"), f"{CODES}:{id_}"),
        home,
    )
    return Ending((_to_hand_on(scene, given, code), done), offers)


def _to_hand_on(scene: Scene, given: Grant, code: str) -> Reply:
    """A message that says to whoever gets it what to do with the code."""
    words, place = right_in_words(scene, given), scene.library.public_url
    told = {**words, "code": code, "operator": scene.content.plan.operator}
    if not place:
        return scene.reply("invite.forward", **told)
    url, title = f"{place}/?start={code}", scene.say("invite.right", **words)
    title = title[:1].upper() + title[1:]
    picture = Picture(name="gathering_code", values={"title": title, "code": code, "url": url})
    return Reply(text=scene.say("invite.forward_web", place=url, **told), picture=picture)


async def note(tx: Tx, scene: Scene, did: str, given: Grant) -> None:
    """Put into the log who gave or revoked which right."""
    assert scene.person is not None  # noqa: S101 - the route needs the right
    asked = scene.say("invite.right", **right_in_words(scene, given))
    look = Look(person_id=scene.person.id, at=scene.now, did=did, asked=asked)
    await visits.note(tx, look)


FLOW = Flow(
    name=INVITE,
    first="role",
    steps={
        "role": Step(ask=_ask_role, known=_known_role, choose=_choose_role, to={"told": "unit"}),
        "unit": Step(
            ask=_ask_unit,
            hear=_hear_unit,
            known=_known_unit,
            takes_anything=True,
            names=True,
            to={"told": "agency"},
        ),
        "agency": Step(
            ask=_ask_agency,
            hear=_hear_agency,
            known=_known_agency,
            choose=_choose_agency,
            takes_anything=True,
            names=True,
            to={"told": "given", "more": "agency"},
        ),
    },
    ends=frozenset({"given"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("invite.recap"),
    stands=lambda content, data: data.get("unit") in {None, *content.units},
    holds=False,
)

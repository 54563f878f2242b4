"""Inviting to a gathering: what, when, where, whom, and how the invitation will look."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.elders.gathering.invitation import told
from handlers.elders.places import find_units
from handlers.elders.wording import moment_told
from handlers.leaders.gatherings.asking import place_steps, when_steps
from handlers.leaders.gatherings.inviting import audience, invite, own
from handlers.leaders.sending import signed
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
)
from handlers.talk.messages import Reply
from handlers.talk.routes import COMING, GATHER, GATHERING, MENU, split
from handlers.talk.scene import ZONE, Scene
from handlers.talk.understanding.text import fold
from storage import announcements
from storage.database import Tx

#: Whom one can invite: nobody is asked first which skill or which announcement.
INVITED_CAN_BE = (
    announcements.ALL,
    announcements.SILENT,
    announcements.HELPERS,
    announcements.LEADERS,
)
#: How many letters the name of a gathering has at most.
LONGEST_NAME = 80
#: People are left in peace from the one hour until the other, unless it is set otherwise.
EVENING, MORNING = 20, 7
#: How many choices are shown at a time, and how many of them come before the others.
SHOWN, BEFORE_MORE = 3, 2
_OTHERS = "others"


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """Whom each audience of a unit reaches now; what was said already (`pt-go-vu:mời họp mai 7h`).

    The unit is asked for first, where there may be several.
    """
    units = _tops(scene)
    if not units:
        return Ending(go=COMING)
    unit, words = split(argument)
    if unit not in scene.content.units:
        unit, words = "", argument
    if not unit and len(units) == 1 and _is_small(scene, units[0]):
        unit = units[0]
    if not unit:
        return {"unit": "", "units": units[:SHOWN], "said": words}
    home = Offer(scene.say("menu.home"), MENU)
    if not own(scene, unit):
        return Ending((scene.reply("talk.no_right"),), (home,))
    reached = {
        name: await announcements.by_channel(tx, audience(scene, unit, name))
        for name in INVITED_CAN_BE
    }
    if not any(channel for found in reached.values() for channel in found):
        return Ending((scene.reply("announce.nobody"),), (home,))
    return {"unit": unit, "reached": reached, "page": 0, "when": "", "said": words}


def _tops(scene: Scene) -> list[str]:
    """The units whose people the person may invite, but for those within another of them."""
    content, person = scene.content, scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    units = rights.announces(person, content)
    if units is None:
        return [content.root_unit.code]
    inside = {code for one in units for code in content.within(one) - {one}}
    return sorted(units - inside)


def _is_small(scene: Scene, unit: str) -> bool:
    return scene.content.within(unit) == {unit}


# --- of which unit


def _known_unit(_scene: Scene, data: Data) -> Heard | None:
    return Heard("known") if data["unit"] else None


def _ask_unit(scene: Scene, data: Data) -> Prompt:
    options = tuple(Option(code, scene.content.units[code].name) for code in data["units"])
    return Prompt(scene.say("gather.unit", kind=scene.content.plan.sub_units), options)


def _choose_unit(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("told", {"unit": key})


def _hear_unit(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    found = find_units(scene, said.text)
    if len(found) != 1:
        kind = scene.content.plan.sub_units
        return Misheard(scene.reply("members.unit_unclear", kind=kind))
    if not own(scene, found[0].code):
        return Misheard(scene.reply("members.unit_elsewhere", unit=found[0].name))
    return Heard("told", {"unit": found[0].code})


# --- what


def _known_kind(scene: Scene, data: Data) -> Heard | None:
    """The kind that the first words showed: "mời bà con họp chiều thứ sáu 2 giờ"."""
    key = _shown(scene, data["said"])
    name = scene.content.gathering(key).name if key else ""
    return Heard("told", {"kind": key, "name": name}) if name else None


def _shown(scene: Scene, text: str) -> str:
    """The kind whose words stand in a text, of several the one with the longest; "" for none."""
    told = f" {fold(text)} "
    shown = [
        (len(word), one.key)
        for one in scene.content.gatherings
        for word in one.words
        if f" {fold(word)} " in told
    ]
    return max(shown)[1] if shown else ""


def _ask_kind(scene: Scene, data: Data) -> Prompt:
    kinds = scene.content.gatherings
    pages = [kinds] if len(kinds) <= SHOWN else [kinds[:BEFORE_MORE], kinds[BEFORE_MORE:]]
    options = [Option(one.key, one.label) for one in pages[data["page"]][:SHOWN]]
    if data["page"] + 1 < len(pages):
        options.append(Option(_OTHERS, scene.say("gather.other_kinds")))
    return Prompt(scene.say("gather.kind"), tuple(options))


def _choose_kind(scene: Scene, _data: Data, key: str) -> Heard:
    if key == _OTHERS:
        return Heard("others", {"page": 1})
    name = scene.content.gathering(key).name
    return Heard("told" if name else "unnamed", {"kind": key, "name": name, "page": 0})


def _hear_name(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    """The leader's own name for it, which may show the kind."""
    if said.media or not fold(said.text):
        return Misheard(scene.reply("gather.kind_unclear"))
    if len(said.text) > LONGEST_NAME:
        return Misheard(scene.reply("gather.long", count=len(said.text), most=LONGEST_NAME))
    shown = _shown(scene, said.text)
    kind = shown or data.get("kind") or scene.content.gatherings[-1].key
    name = said.text[:1].lower() + said.text[1:] if shown else said.text
    return Heard("told", {"kind": kind, "name": name, "page": 0})


def _ask_name(scene: Scene, _data: Data) -> Prompt:
    return Prompt(scene.say("gather.name"))


# --- whom


def _ask_whom(scene: Scene, data: Data) -> Prompt:
    names = [name for name in INVITED_CAN_BE if _reachable(data, name)]
    pages = [names] if len(names) <= SHOWN else [names[:BEFORE_MORE], names[BEFORE_MORE:]]
    options = [Option(name, scene.say(f"announce.to_{name}")) for name in pages[data["page"]]]
    if data["page"] + 1 < len(pages):
        options.append(Option(_OTHERS, scene.say("announce.others")))
    unit = scene.content.units[data["unit"]].name
    return Prompt(scene.say("gather.whom", unit=unit), tuple(options))


def _choose_whom(_scene: Scene, _data: Data, key: str) -> Heard:
    if key == _OTHERS:
        return Heard("others", {"page": 1})
    return Heard("told", {"whom": key, "page": 0})


def _reachable(data: Data, whom: str) -> int:
    return sum(count for channel, count in data["reached"][whom].items() if channel)


# --- is it right


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    whom = scene.say(f"announce.to_{data['whom']}")
    lines = [scene.say("gather.sure", whom=whom, count=_reachable(data, data["whom"]))]
    if left := data["reached"][data["whom"]].get(""):
        lines.append(scene.say("announce.unreachable", count=left))
    at = datetime.fromisoformat(data["at"])
    if at <= _goes_out(scene.now.astimezone(ZONE)):
        lines.append(scene.say("gather.too_soon"))
    looks = scene.say(
        "gather.invitation",
        by=signed(scene),
        name=data["name"],
        moment=moment_told(scene, at),
        place=data["place"],
    )
    options = (
        Option("now", scene.say("gather.now"), scene.content.vocabulary.answers.yes),
        Option("rewrite", scene.say("gather.rewrite")),
    )
    before = (scene.reply("gather.looks"), Reply(text=looks))
    return Prompt("\n".join(lines), options, before=before)


def _goes_out(now: datetime) -> datetime:
    """When an invitation can go out: not before the morning, if it is night."""
    morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if now.hour >= EVENING:
        return morning + timedelta(days=1)
    return max(now, morning)


# --- what comes of it


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the gathering, and put the invitations on their way."""
    home = Offer(scene.say("menu.home"), MENU)
    if outcome == "placed":
        return Ending(go=f"{GATHER}:{data['unit']}:{data['said']}")
    if outcome == LEFT:
        return Ending((scene.reply("gather.left"),), (home,))
    # The talk may have waited for weeks.
    at = datetime.fromisoformat(data["at"])
    if not own(scene, data["unit"]):
        return Ending((scene.reply("talk.no_right"),), (home,))
    if at <= scene.now:
        return Ending(
            (scene.reply("gather.too_late"),), (Offer(scene.say("gather.new"), GATHER), home)
        )
    made = await invite(
        tx,
        scene,
        unit=data["unit"],
        whom=data["whom"],
        kind=data["kind"],
        name=data["name"],
        at=at,
        place=data["place"],
    )
    if made is None:
        return Ending((scene.reply("announce.nobody"),), (home,))
    one, count = made
    shown = Offer(scene.say("gather.who_comes"), f"{GATHERING}:{one.id}")
    reply = scene.reply("gather.sent", count=count, **told(scene, one))
    return Ending((reply,), (shown, home))


FLOW = Flow(
    name=GATHER,
    first="unit",
    steps={
        "unit": Step(
            ask=_ask_unit,
            choose=_choose_unit,
            hear=_hear_unit,
            known=_known_unit,
            to={"told": "placed", "known": "kind"},
            takes_anything=True,
        ),
        "kind": Step(
            ask=_ask_kind,
            choose=_choose_kind,
            hear=_hear_name,
            known=_known_kind,
            to={"told": "when", "unnamed": "name", "others": "kind"},
            takes_anything=True,
            for_others=True,
        ),
        "name": Step(
            ask=_ask_name,
            hear=_hear_name,
            to={"told": "when"},
            takes_anything=True,
            for_others=True,
        ),
        **when_steps("place"),
        **place_steps("whom"),
        "whom": Step(ask=_ask_whom, choose=_choose_whom, to={"told": "sure", "others": "whom"}),
        "sure": Step(
            ask=_ask_sure, to={"now": "sent", "rewrite": "kind"}, unanswered="gather.unsent"
        ),
    },
    ends=frozenset({"placed", "sent"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("gather.recap"),
    stands=lambda content, data: {data["unit"], *data.get("units", ())} <= {"", *content.units},
)

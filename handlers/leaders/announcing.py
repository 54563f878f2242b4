"""Writing an announcement: the words and what goes with them, and for whom it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from handlers.leaders import drafts
from handlers.leaders.sending import named, one_each, scope
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
from handlers.talk.routes import ANNOUNCE, MENU, PREVIEW, number_in
from handlers.talk.scene import Scene
from storage import enclosures, mailings
from storage.announcements import UNLEARNT, UNREAD
from storage.database import Tx

_UNITS = "units"


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """Whom the person reaches now; the draft that is written anew (`12`), if one is."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to announce
    home = (Offer(scene.say("menu.home"), MENU),)
    if not drafts.may(scene):
        return Ending((scene.reply("talk.no_right"),), home)
    found = await drafts.whom(tx, scene)
    if not found.audiences:
        return Ending((scene.reply("announce.nobody"),), home)
    data: Data = {
        "reached": found.audiences,
        "unread": found.unread,
        "several": drafts.several_units(scene),
    }
    empty: Data = {"words": "", "enclosure": None, "whom": "", "about": "", "units": [], "from": 0}
    return {**data, **empty, **await _draft(tx, scene, argument)}


async def _draft(tx: Tx, scene: Scene, argument: str) -> Data:
    number = number_in(argument)
    mailing = await mailings.get(tx, number) if number is not None else None
    if mailing is None or scene.person is None or mailing.author_id != scene.person.id:
        return {}
    enclosed = await enclosures.of(tx, mailings.owner(mailing.id))
    return {
        "words": mailing.words,
        "enclosure": asdict(enclosed[0]) if enclosed else None,
        "rewrites": True,
    }


# --- the words


def _ask_words(scene: Scene, data: Data) -> Prompt:
    if data["enclosure"] and not data["words"]:
        return Prompt(scene.say(f"announce.words_with_{data['enclosure']['kind']}"))
    if not data.get("rewrites"):
        return Prompt(scene.say("announce.words"))
    kind = data["enclosure"] and data["enclosure"]["kind"]
    return Prompt(scene.say(f"announce.words_again_{kind}" if kind else "announce.words_again"))


def _hear_words(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    heard = drafts.hear_words(scene, said)
    if isinstance(heard, Misheard):
        return heard
    kept = Data(enclosure=asdict(said.enclosure)) if said.enclosure else Data()
    return Heard("told" if data["words"] else heard.key, {**kept, **heard.keep})


# --- for whom


def _audiences(scene: Scene, data: Data) -> list[Option]:
    """Whoever can be reached, those who are meant most often first."""
    keys = [*data["reached"], *((_UNITS,) if data["several"] else ())]
    return [Option(key, scene.say(f"announce.to_{key}")) for key in keys]


def _among(scene: Scene, options: Sequence[Option], said: Said) -> str | None:
    """Which of all options the words choose, also of those that are not shown."""
    place = chosen([(one.label, one.words) for one in options], said.text, scene)
    by_number = scene.reader.number(said.text) is not None
    return None if place is None or by_number else options[place].key


def _ask_whom(scene: Scene, data: Data) -> Prompt:
    options = by_turns(scene, _audiences(scene, data), data["from"], "announce.others")
    return Prompt(scene.say("announce.whom", scope=scope(scene, data["units"])), options)


def _choose_whom(_scene: Scene, data: Data, key: str) -> Heard:
    if key == MORE:
        return Heard("more", onward(data))
    to = {UNREAD: "which", UNLEARNT: "skill", _UNITS: "where"}.get(key, "told")
    return Heard(to, {"from": 0} if key == _UNITS else {"from": 0, "whom": key, "about": ""})


def _hear_whom(scene: Scene, data: Data, said: Said) -> Heard | None:
    key = _among(scene, _audiences(scene, data), said)
    return _choose_whom(scene, data, key) if key else None


def _ask_which(scene: Scene, data: Data) -> Prompt:
    options = tuple(Option(key, label) for key, label in data["unread"].items())
    return Prompt(scene.say("announce.which"), options)


def _known_which(_scene: Scene, data: Data) -> Heard | None:
    return (
        Heard("told", {"about": next(iter(data["unread"]))}) if len(data["unread"]) == 1 else None
    )


def _choose_about(_scene: Scene, data: Data, key: str) -> Heard:
    if key == MORE:
        return Heard("more", onward(data))
    return Heard("told", {"about": key})


def _skills(scene: Scene) -> list[Option]:
    return [Option(one.key, one.name) for one in scene.content.skills.values()]


def _ask_skill(scene: Scene, data: Data) -> Prompt:
    options = by_turns(scene, _skills(scene), data["from"], "announce.other_skills")
    return Prompt(scene.say("announce.skill"), options)


def _hear_skill(scene: Scene, data: Data, said: Said) -> Heard | None:
    key = _among(scene, _skills(scene), said)
    return _choose_about(scene, data, key) if key else None


def _ask_where(scene: Scene, _data: Data) -> Prompt:
    return Prompt(scene.say("announce.where", kind=scene.content.plan.sub_units))


def _hear_where(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    """Units by their names, one or several with commas between them."""
    codes = one_each(scene, named(scene, "\n".join(said.lines)))
    if isinstance(codes, Misheard):
        return codes
    if not codes:
        return Misheard(scene.reply("announce.where_unclear"))
    return Heard("told", {"units": sorted(codes), "from": 0})


# --- what comes of it


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the draft, and go on to how it will look."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to announce
    if outcome == LEFT:
        return Ending((scene.reply("announce.left"),), (Offer(scene.say("menu.home"), MENU),))
    id_, kept = await drafts.keep(
        tx,
        scene,
        words=data["words"],
        audience=data["whom"],
        about=data["about"],
        units=data["units"],
        enclosed=data["enclosure"] and data["enclosure"]["id"],
    )
    said = () if kept else (scene.reply("announce.not_kept"),)  # the talk waited for days
    return Ending(said, go=f"{PREVIEW}:{id_}")


FLOW = Flow(
    name=ANNOUNCE,
    first="words",
    steps={
        "words": Step(
            ask=_ask_words,
            hear=_hear_words,
            to={"told": "whom", "wordless": "words"},
            takes_anything=True,
            for_others=True,
            takes=frozenset({"photo", "voice", "file"}),
        ),
        "whom": Step(
            ask=_ask_whom,
            choose=_choose_whom,
            hear=_hear_whom,
            to={
                "told": "told",
                "more": "whom",
                "which": "which",
                "skill": "skill",
                "where": "where",
            },
        ),
        "which": Step(
            ask=_ask_which, known=_known_which, choose=_choose_about, to={"told": "told"}
        ),
        "skill": Step(
            ask=_ask_skill,
            choose=_choose_about,
            hear=_hear_skill,
            to={"told": "told", "more": "skill"},
        ),
        "where": Step(ask=_ask_where, hear=_hear_where, takes_anything=True, to={"told": "whom"}),
    },
    ends=frozenset({"told"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("announce.recap"),
)

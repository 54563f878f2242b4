"""Adding many members at once: a spreadsheet that a leader sends, looked at before it is kept.

`file:12` is what was sent. It stays with what waits to be handed on until it is answered, and is
read anew then: the book may have changed, and the talk holds no names but those that were shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

from handlers.leaders.members import importing
from handlers.leaders.members.importing import NewMember, Same
from handlers.leaders.members.listing import own_units
from handlers.leaders.members.undoing import LIST
from handlers.reports.lists import NotAListError, Wrong
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
from handlers.talk.messages import Document, Reply
from handlers.talk.routes import ADD_MEMBERS, AGAIN, MEMBER_UNDO, MEMBERS, MENU, PRINT, number_in
from handlers.talk.scene import Scene
from storage import enclosures
from storage.database import Tx

FILE = "file:"
#: So many people are taken in at a time, from a file of so many bytes.
MOST, LARGEST = 1000, 2 * 1024 * 1024
#: So many wrong places, and so many names, are told in the message itself.
SHOWN = 3
#: So many rows of an empty list have the name of the unit already.
PREFILLED = 60
#: Where the platform keeps files from the bot.
WITHOUT_FILES = {"zalo_bot"}


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """Ask for a file; or tell what is in the one that was sent."""
    if scene.channel in WITHOUT_FILES:
        told = scene.reply("many.not_here", place=scene.library.public_url)
        return Ending((told,), _offers(scene))
    id_ = number_in(argument.removeprefix(FILE)) if argument.startswith(FILE) else None
    return {"again": argument == AGAIN} if id_ is None else await _look(tx, scene, id_)


async def _look(tx: Tx, scene: Scene, id_: int) -> Data:
    """What is in a file, or what is wrong about it: then it is asked for again."""
    try:
        people, wrong = await _read(tx, scene, id_)
    except NotAListError as error:
        return {"news": [scene.reply(error.key, **error.values).to_json()]}
    if wrong:
        return {"news": [one.to_json() for one in _told_wrong(scene, id_, len(people), wrong)]}
    there = await importing.already(tx, scene.content, people)
    new = [one for one in people if one not in there]
    return {
        "file": id_,
        "total": len(people),
        "new": len(new),
        "same": len(there),
        "names": _names(scene, there or dict.fromkeys(new)),
    }


async def _read(tx: Tx, scene: Scene, id_: int) -> tuple[list[NewMember], list[Wrong]]:
    """The rows of a file that this person sent; NotAListError when there are none."""
    assert scene.person is not None  # noqa: S101 - the route needs the right
    file = await enclosures.of_person(tx, id_, scene.person.id)
    if file is None:
        raise NotAListError("many.not_kept")
    if len(file) > LARGEST:
        raise NotAListError("importing.too_large")
    units = own_units(scene)
    read = partial(importing.understood, scene.content, file, units, MOST)
    people, wrong = await asyncio.to_thread(read)
    if not people and not wrong:
        raise NotAListError("importing.nobody")
    return people, wrong


def _told_wrong(scene: Scene, id_: int, fine: int, wrong: Sequence[Wrong]) -> list[Reply]:
    """The first wrong places in words; where there are more, all of them in the file itself."""
    rows = len({one.row for one in wrong})
    lines = "\n".join(one.told for one in wrong[:SHOWN])
    told = [scene.reply("many.wrong", total=fine + rows, count=rows, lines=lines)]
    if len(wrong) > SHOWN:
        values = {"marked": id_, "wrong": [[one.row, one.told] for one in wrong]}
        document = Document(name=scene.say("many.wrong_name"), values=values)
        told.append(Reply(text=scene.say("many.wrong_file"), document=document))
    return told


def _names(scene: Scene, people: Mapping[NewMember, str | None]) -> str:
    """The first of some people; of who stands in the file twice also in which row before."""
    named = []
    for one, where in people.items():
        name = f"{scene.content.forms[one.form].person} {one.name}"
        twice = where not in {None, scene.say("importing.there")}
        named.append(scene.say("many.twice", name=name, where=where) if twice else name)
    shown = ", ".join(named[:SHOWN])
    more = len(named) - SHOWN
    return scene.say("many.names_more", names=shown, count=more) if more > 0 else shown


def _offers(scene: Scene) -> tuple[Offer, ...]:
    return Offer(scene.say("members.again"), MEMBERS), Offer(scene.say("menu.home"), MENU)


# --- the file


def _known_file(_scene: Scene, data: Data) -> Heard | None:
    return Heard("read") if "file" in data else None


def _ask_file(scene: Scene, data: Data) -> Prompt:
    news = tuple(Reply.from_json(one) for one in data.get("news", ()))
    key = "many.ask_again" if news else "many.ask"
    words = scene.say("many.ask_unasked" if data.get("again") else key)
    return Prompt(words, (Option("empty", scene.say("many.empty")),), before=news)


def _choose_file(scene: Scene, _data: Data, key: str) -> Heard:
    """An empty list to be filled, with the name of one's own unit where there is one."""
    units = own_units(scene)
    unit = scene.content.units[next(iter(units))].name if len(units) == 1 else ""
    values = {"empty_list": unit, "rows": PREFILLED if unit else 0}
    document = Document(name=scene.say("many.empty_name"), values=values)
    here = Reply(text=scene.say("many.empty_here"), document=document)
    return Heard(key, {"news": [], "again": False}, (here,), stays=True)


def _hear_file(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    if said.too_large:
        return Misheard(scene.reply("importing.too_large"))
    if said.media == "file" and said.enclosure is None:
        return Misheard(scene.reply("announce.not_got"))
    if said.enclosure is None:
        return Misheard(scene.reply("many.unclear"))
    return Heard("came", {"came": said.enclosure.id})


# --- what is in it


def _ask_look(scene: Scene, data: Data) -> Prompt:
    options = []
    if data["new"]:
        label, words = scene.say("many.keep", count=data["new"]), scene.say("many.keep_words")
        yes = scene.content.vocabulary.answers.yes
        options.append(Option("keep", label, (*words.split(", "), *yes)))
    if data["same"]:
        options.append(Option("new", scene.say("many.others", count=data["total"])))
    key = "many.look" if not data["same"] else "many.look_same"
    if not data["new"]:
        key = "many.look_all"
    told = {"total": data["total"], "left": data["new"], "names": data["names"]}
    return Prompt(scene.say(key, count=data["same"], **told), tuple(options))


# --- what comes of it


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Look at what was sent; or keep all of it, if it is still what was shown."""
    assert scene.person is not None  # noqa: S101 - the route needs the right
    if outcome == "came":
        return Ending(go=f"{ADD_MEMBERS}:{FILE}{data['came']}")
    if outcome == LEFT:
        if "file" in data:
            await enclosures.drop(tx, data["file"], scene.person.id)
        return Ending((scene.reply("many.left"),), _offers(scene))
    id_, by = data["file"], scene.person.id
    people = await _as_shown(tx, scene, data)
    if people is None:
        return Ending((scene.reply("many.changed"),), go=f"{ADD_MEMBERS}:{FILE}{id_}")
    same: Same = "new" if outcome == "all" else "keep"
    done = await importing.keep(tx, scene.content, people, same, scene.now, by)
    await enclosures.drop(tx, id_, by)
    undo = Offer(scene.say("members.undo"), f"{MEMBER_UNDO}:{LIST}{scene.now.isoformat()}")
    cards = Offer(scene.say("print.button"), PRINT)
    again = Offer(scene.say("members.again"), MEMBERS)
    return Ending((scene.reply("many.done", count=done.added),), (cards, undo, again))


async def _as_shown(tx: Tx, scene: Scene, data: Data) -> list[NewMember] | None:
    """The people of the file, if they and the book are what they were when they were shown."""
    try:
        people, wrong = await _read(tx, scene, data["file"])
    except NotAListError:
        return None
    there = await importing.already(tx, scene.content, people)
    same = (len(people), len(there)) == (data["total"], data["same"])
    return people if same and not wrong else None


FLOW = Flow(
    name=ADD_MEMBERS,
    first="file",
    steps={
        "file": Step(
            ask=_ask_file,
            known=_known_file,
            choose=_choose_file,
            hear=_hear_file,
            to={"read": "look", "empty": "file", "came": "came"},
            takes=frozenset({"file"}),
        ),
        "look": Step(ask=_ask_look, to={"keep": "kept", "new": "all"}),
    },
    ends=frozenset({"came", "kept", "all"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("many.recap"),
)

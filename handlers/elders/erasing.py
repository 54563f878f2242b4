"""What others were told of a person who takes everything back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from handlers.talk import packing, rights
from handlers.talk.flow import Data, Frame, Offer
from handlers.talk.routes import (
    CHANGE_GATHERING,
    GATHERING,
    INVITED,
    PROXY,
    RESULT,
    ROLL,
    SURVEY,
    number_in,
)
from handlers.talk.scene import Library, Scene
from handlers.talk.state import Talk
from storage import addresses, consents, erasures, outbox, people, photos
from storage.database import Tx
from storage.erasures import Erasure, Typed
from storage.people import Person

#: These show names of whoever waits for a review or an answer, or learnt something.
_SHOWING = {"review", "confirm", "unconfirm", "answer"}
#: These show what the author of a gathering typed.
_OF_GATHERING = {CHANGE_GATHERING, ROLL, RESULT}


async def erase(tx: Tx, scene: Scene, version: str) -> None:
    """Take a person out who takes back the consent to some words; nothing names them any more."""
    assert scene.person is not None  # noqa: S101 - only somebody registered can be erased
    await _forget_elsewhere(tx, scene)
    await _forget_typed(tx, await erasures.typed(tx, scene.person.id))
    await erasures.withdraw(tx, scene.person.id, version, scene.channel, scene.now)


async def erase_again(tx: Tx, library: Library, taken_back: Iterable[Erasure]) -> int:
    """Take back once more what an older copy brought back; how many people that was."""
    again = set()
    for one in taken_back:
        person = await people.get(tx, one.person_id)
        if person is None or not await erasures.is_undone(tx, one):
            continue
        again.add(person.id)
        if one.of_photos:
            await photos.delete_all(tx, person.id)
            await consents.keep(tx, person.id, one.version, one.channel, one.at, given=False)
            continue
        talked = await addresses.talks(tx, person.id)
        await erase(tx, Scene(library, one.at, one.channel, "", person), one.version)
        for channel, address, *_ in talked:
            here = await addresses.get(tx, channel, address)
            if here is None or here.person is None:
                await addresses.forget(tx, channel, address)
    return len(again)


async def _forget_elsewhere(tx: Tx, scene: Scene) -> None:
    """Take the name out of what was told to those who may read it, and out of what they are doing.

    Everyone else's messages and talk stay as they are.
    """
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    over = rights.covering(person.unit, scene.content)
    roles = {role for role, given in rights.ROLES.items() if given & {"review", "names"}}

    def left(frame: Frame) -> Frame | None:
        return _without(frame, person)

    def names(offer: Offer) -> bool:
        return outbox.names(f"{offer.label} {offer.go}", person.name)

    for reader_id in await people.holders(tx, roles, over):
        await outbox.forget_name(tx, reader_id, person.name)
        await _forget_in_talks(tx, reader_id, left, names)


async def _forget_typed(tx: Tx, typed: Typed) -> None:
    """Take what a person typed for many out of what others were answered and are doing."""
    await outbox.forget_words(tx, typed.words)

    def left(frame: Frame) -> Frame | None:
        survey = frame.flow == SURVEY and frame.data.get("survey") in typed.surveys
        gathering = frame.flow in _OF_GATHERING and frame.data.get("id") in typed.gatherings
        return None if survey or gathering else frame

    def names(offer: Offer) -> bool:
        # "invited:3", on a shared phone "for:7:invited:3".
        route, number = (re.findall(r"([a-z_]+):(\d+)", offer.go) or [("", "")])[-1]
        return route in {INVITED, GATHERING} and number_in(number) in typed.gatherings

    for reader_id in await erasures.reading(tx, typed.words):
        await _forget_in_talks(tx, reader_id, left, names)


async def _forget_in_talks(
    tx: Tx,
    reader_id: int,
    left: Callable[[Frame], Frame | None],
    names: Callable[[Offer], bool],
) -> None:
    """Keep of what a reader is doing what is left, and of the offers those that name nobody."""
    for channel, address, kept, last_at in await addresses.talks(tx, reader_id):
        talk = Talk.from_json(kept, last_at)
        talk.at = left(talk.at) if talk.at else None
        talk.held = _left(talk.held, left)
        talk.offered = [one for one in talk.offered if not names(one)]
        await addresses.replace_talk(tx, channel, address, talk.to_json())
    for channel, address, held in await addresses.kept_places(tx, reader_id):
        talk = Talk()
        talk.take_places(held)
        talk.held = _left(talk.held, left)
        await addresses.keep_places(tx, channel, address, reader_id, talk.places())


def _left(frames: list[Frame], left: Callable[[Frame], Frame | None]) -> list[Frame]:
    return [kept for frame in frames if (kept := left(frame))]


def _without(frame: Frame, gone: Person) -> Frame | None:
    """A place without a person: a list loses their lines, what else tells of them goes whole."""
    if frame.flow == PROXY:
        step, data = _without_lines(frame.step, frame.data, gone)
        path = [[*_without_lines(step, before, gone)] for step, before in frame.path]
        emptied = frame.data.get("count") and not data["count"]
        return None if emptied else replace(frame, step=step, data=data, path=path)
    told = json.dumps([frame.data, frame.path], ensure_ascii=False)
    return None if frame.flow in _SHOWING or outbox.names(told, gone.name) else frame


def _without_lines(step: str, data: Data, gone: Person) -> tuple[str, Data]:
    if "which" not in data:
        return step, data
    # The list as handlers/leaders/rows.py packs it; the third value of a row is the person.
    rows = packing.unpack(data["rows"])
    left = [row for row in rows if row[2] != gone.id and not outbox.names(row[0], gone.name)]
    unread = [one for one in data["unread"] if not outbox.names(one[0], gone.name)]
    which = [
        [words, [one for one in people if one[0] != gone.id]]
        for words, people in data["which"]
        if not outbox.names(words, gone.name)
    ]
    called = {id_: name for id_, name in data["called"].items() if id_ != str(gone.id)}
    torn = "" if outbox.names(data["torn"], gone.name) else data["torn"]
    kept = {"rows": packing.pack(left), "count": len(left), "unread": unread, "torn": torn}
    return (
        "lines" if step == "which" and not which else step,
        {**data, **kept, "which": which, "called": called},
    )

"""Who came: names ticked page by page or typed, and a code that people type themselves."""

from __future__ import annotations

import json
import re
import secrets
from datetime import timedelta

from handlers.elders.gathering.invitation import told
from handlers.leaders.gatherings.listing import latest, looked_after, sees_names
from handlers.leaders.gatherings.naming import named, noted
from handlers.leaders.namesakes import labels
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
from handlers.talk.routes import CODE, COMING, GATHERING, HERE, MENU, RESULT, ROLL, number_in, split
from handlers.talk.scene import Scene, local_day
from handlers.talk.understanding.text import fold
from storage import attendances, gatherings, people
from storage.attendances import Guest
from storage.database import Tx
from storage.gatherings import NO, RIDE, YES, Gathering
from storage.people import Person

#: So many names are on a page.
SHOWN = 8
_DAY = timedelta(days=1)
_SKIP = "-"
#: Before what this program hands to itself. Nobody can type it: each process makes its own.
_OURS = secrets.token_hex()

#: Who said to come is read out first.
_ORDER = {YES: 0, RIDE: 0, None: 1, NO: 2}


async def open_for_roll(tx: Tx, scene: Scene, number: str) -> Gathering | None:
    """A gathering that has come, whose people this person may see by name; else None."""
    one = await looked_after(tx, scene, number)
    if one is None or not sees_names(scene, one):
        return None
    return one if one.off_at is None and local_day(one.at) <= scene.today else None


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """A page of names of a gathering (`12`, or `12:8` from the ninth on)."""
    number, start = split(argument)
    start, _, ours = start.partition(f":{_OURS}")
    one = await open_for_roll(tx, scene, number)
    if one is None:
        home = Offer(scene.say("menu.home"), MENU)
        return Ending((scene.reply("gather.gone"),), (home,))
    found = await _in_order(tx, one)
    first = number_in(start) or 0
    page = found[first : first + SHOWN]
    if not page and not ours:
        return await _over(tx, scene, one)
    names = await labels(tx, scene, [guest.person for guest in page])
    return {
        "id": one.id,
        "name": one.name,
        "first": first,
        "total": len(found),
        "people": [[guest.person.id, names[guest.person.id], guest.came] for guest in page],
        "which": json.loads(ours) if ours else [],
        "from": 0,
    }


async def _in_order(tx: Tx, one: Gathering) -> list[Guest]:
    """Those who said to come, then whoever did not answer; by given name."""
    found = await attendances.everyone(tx, one.id)
    return sorted(found, key=lambda guest: (_ORDER[guest.answer], *_given_name_first(guest)))


def _given_name_first(guest: Guest) -> tuple[list[str], int]:
    return fold(guest.person.name).split()[::-1], guest.person.id


async def _over(tx: Tx, scene: Scene, one: Gathering) -> Ending:
    count = await attendances.how_many_came(tx, one.id)
    result = (
        [Offer(scene.say("gather.result"), f"{RESULT}:{one.id}")] if one.at <= scene.now else []
    )
    offers = (
        *result,
        Offer(scene.say("gather.roll_again"), f"{ROLL}:{one.id}"),
        Offer(scene.say("menu.home"), MENU),
    )
    return Ending((scene.reply("gather.roll_over", name=one.name, count=count),), offers)


# --- which of several with one name


def _known_which(_scene: Scene, data: Data) -> Heard | None:
    return None if data["which"] else Heard("told")


def _ask_which(scene: Scene, data: Data) -> Prompt:
    (name, people), *_ = data["which"]
    options = [Option(str(id_), label) for id_, label in people]
    return Prompt(
        scene.say("gather.roll_which", name=name),
        by_turns(scene, options, data["from"], "proxy.which_more"),
        beside={_SKIP: tuple(scene.say("gather.roll_skip").split(", "))},
    )


def _choose_which(_scene: Scene, data: Data, key: str) -> Heard:
    if key == MORE:
        return Heard("others", onward(data))
    keep = {"which": data["which"][1:], "ticked": [] if key == _SKIP else [int(key)]}
    return Heard("picked", keep)


def _hear_which(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    (_, people), *_ = data["which"]
    place = chosen([(label, ()) for _, label in people], said.text, scene)
    if place is None or scene.reader.number(said.text) is not None:
        return Misheard(scene.reply("members.found"))
    return _choose_which(scene, data, str(people[place][0]))


# --- the names


def _ask(scene: Scene, data: Data) -> Prompt:
    lines = [
        scene.say("gather.roll_came" if came else "gather.roll_line", number=place, name=label)
        for place, (_, label, came) in enumerate(data["people"], data["first"] + 1)
    ]
    start, end = data["first"] + 1, data["first"] + len(data["people"])
    title = scene.say("gather.roll", start=start, end=end, total=data["total"])
    return Prompt("\n".join((title, *lines, scene.say("gather.roll_how"))))


def _hear(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    """Numbers of this page, "hết", "không", "xong"; "bỏ 3" for a slip; or any names."""
    told, shown = fold(said.text), [person_id for person_id, _, _ in data["people"]]
    if said.media or not told:
        return Misheard(scene.reply("gather.roll_unclear"))
    words = {
        "gather.roll_all": Heard("ticked", {"ticked": shown}),
        "gather.roll_none": Heard("ticked", {"ticked": []}),
        "gather.roll_done": Heard("done"),
    }
    if heard := next((one for key, one in words.items() if told in _listed(scene, key)), None):
        return heard
    drops = [one for one in _listed(scene, "gather.roll_drop") if told.startswith(f"{one} ")]
    numbers = [one for one in told.split() if one not in {"va", *drops}]
    if not all(one.isdecimal() for one in numbers):
        names = [name.strip() for line in said.lines for name in re.split(r"[,;]", line)]
        return Heard("named", {"names": [name for name in names if fold(name)]})
    start, end = data["first"] + 1, data["first"] + len(shown)
    if not all(start <= int(one) <= end for one in numbers):
        return Misheard(scene.reply("gather.roll_number", start=start, end=end))
    ids = [shown[int(one) - start] for one in numbers]
    return Heard("dropped" if drops else "ticked", {"ticked": ids})


def _listed(scene: Scene, key: str) -> list[str]:
    return [fold(word) for word in scene.say(key).split(", ")]


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep what was ticked at once, and go on with the next page."""
    number, first = data["id"], data["first"]
    home = Offer(scene.say("menu.home"), MENU)
    if outcome == LEFT:
        page = Offer(scene.say("gather.who_comes"), f"{GATHERING}:{number}")
        return Ending((scene.reply("gather.roll_left"),), (page, home))
    one = await open_for_roll(tx, scene, str(number))
    if one is None:
        return Ending((scene.reply("gather.gone"),), (home,))
    if outcome == "done":
        return await _over(tx, scene, one)
    if outcome == "named":
        said, which = await named(tx, scene, one, data["names"])
        return Ending(said, go=_again(number, first, which))
    there = list[Person]()
    for person_id in data["ticked"]:
        if outcome == "dropped":
            await attendances.did_not_come(tx, one, person_id)
        elif person := await people.get(tx, person_id):
            await attendances.came(tx, one, person, local_day(one.at), scene.now)
            there.append(person)
    ticked, which = outcome == "ticked", data["which"]
    go = f"{ROLL}:{number}:{first + SHOWN}" if ticked else _again(number, first, which)
    return Ending(await noted(tx, scene, there), go=go)


def _again(number: int, first: int, which: list[list[object]]) -> str:
    """The same page, after those who have to be asked about."""
    go = f"{ROLL}:{number}:{first}"
    return f"{go}:{_OURS}{json.dumps(which)}" if which else go


def _me(scene: Scene) -> Person:
    assert scene.person is not None  # noqa: S101 - the route needs the right
    return scene.person


async def roll_call(tx: Tx, scene: Scene, _argument: str) -> Ending:
    """Who looks after a gathering reads out the names; anybody else says to be there."""
    one = await latest(tx, scene)
    if one is not None:
        return Ending(go=f"{ROLL}:{one.id}")
    if not rights.announces(_me(scene), scene.content):
        return Ending(go=HERE)
    offers = (
        Offer(scene.say("gather.what_comes"), COMING),
        Offer(scene.say("gather.code_mine"), HERE),
        Offer(scene.say("menu.home"), MENU),
    )
    return Ending((scene.reply("gather.roll_early"),), offers)


async def code(tx: Tx, scene: Scene, argument: str) -> Ending:
    """The code of a gathering (`12`), for people to type on their own phones."""
    one = await open_for_roll(tx, scene, argument)
    home = Offer(scene.say("menu.home"), MENU)
    if one is None:
        return Ending((scene.reply("gather.gone"),), (home,))
    shown = await gatherings.show_code(tx, one, await _new_code(tx, one))
    count = await attendances.how_many_came(tx, one.id)
    roll = Offer(scene.say("gather.roll_button"), f"{ROLL}:{one.id}")
    refresh = Offer(scene.say("announce.refresh"), f"{CODE}:{one.id}")
    picture = _qr(scene, one, shown)
    key = "gather.code_qr" if picture else "gather.code"
    reply = Reply(text=scene.say(key, code=shown, count=count), picture=picture)
    return Ending((reply,), (refresh, roll, home))


async def _new_code(tx: Tx, one: Gathering) -> str:
    """Four digits that no other gathering of these days has."""
    while True:
        new = f"{secrets.randbelow(9000) + 1000}"
        if not await gatherings.by_code(tx, new, one.at - _DAY, one.at + _DAY):
            return new


def _qr(scene: Scene, one: Gathering, code: str) -> Picture | None:
    """The code to be scanned, where people can be led to the web page."""
    place = scene.library.public_url
    if not place:
        return None
    values = {"title": told(scene, one)["title"], "code": code, "url": f"{place}/?start=den{code}"}
    return Picture(name="gathering_code", values=values)


FLOW = Flow(
    name=ROLL,
    first="which",
    steps={
        "which": Step(
            ask=_ask_which,
            known=_known_which,
            choose=_choose_which,
            hear=_hear_which,
            to={"picked": "picked", "others": "which", "told": "names"},
        ),
        "names": Step(
            ask=_ask,
            hear=_hear,
            to={"ticked": "ticked", "dropped": "dropped", "named": "named", "done": "done"},
            takes_anything=True,
            names=True,
            for_others=True,
        ),
    },
    ends=frozenset({"ticked", "dropped", "named", "picked", "done"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("gather.roll_recap"),
    holds=False,
)

"""One person on two phones: six digits from the one, typed on the other.

A phone that belongs to nobody becomes the person's at once. Where somebody has registered on both,
they are asked once more, with both names: what is joined cannot be parted again.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

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
from handlers.talk.routes import LINK, LINK_CODE, MENU
from handlers.talk.scene import Scene
from handlers.talk.sharers import called
from handlers.talk.telling import tell
from storage import addresses, joining, links, people
from storage.database import Tx
from storage.people import Person

DIGITS = 6
#: Typed rightly already: only whether it is one person is still open.
SURE = "sure"


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """The code is asked; after a right one by somebody who has registered, whether to join."""
    if argument != SURE:
        return {"code": argument}
    other = await _claimed(tx, scene)
    if other is None or scene.person is None:
        return Ending((scene.reply("link.wrong"),), _again(scene))
    return {"one": called(scene, scene.person), "other": called(scene, other)}


async def _claimed(tx: Tx, scene: Scene) -> Person | None:
    id_ = await links.claimed(tx, scene.channel, scene.address, scene.now)
    return await people.get(tx, id_) if id_ is not None else None


def _again(scene: Scene) -> tuple[Offer, ...]:
    return Offer(scene.say("link.again"), LINK), Offer(scene.say("menu.home"), MENU)


def _known_code(scene: Scene, data: Data) -> Heard | None:
    if "other" in data:
        return Heard("right")
    heard = _hear_code(scene, data, Said.of(data["code"])) if data["code"] else None
    return heard if isinstance(heard, Heard) else None


def _ask_code(scene: Scene, _data: Data) -> Prompt:
    if scene.person is None:
        return Prompt(scene.say("link.code_new"))
    return Prompt(scene.say("link.code"), (Option("new", scene.say("link.get")),))


def _hear_code(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    digits = "".join(letter for letter in said.text if letter.isascii() and letter.isdigit())
    if len(digits) != DIGITS:
        return Misheard(scene.reply("link.unclear"))
    return Heard("typed", {"code": digits})


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("link.sure", one=data["one"], other=data["other"]),
        ("yes", scene.say("link.sure_yes")),
        ("no", scene.say("link.sure_no")),
    )


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Look at a typed code, or make two people one."""
    if outcome == "new":
        return Ending(go=LINK_CODE)
    if outcome == "typed":
        return await _typed(tx, scene, data["code"])
    if outcome == LEFT:
        return Ending((scene.reply("link.left"),), go=None if scene.person else MENU)
    other = await _claimed(tx, scene)
    if other is not None:
        await links.drop(tx, other.id)
    if outcome == "two":
        return Ending((scene.reply("link.two"),))
    if other is None or scene.person is None:
        return Ending((scene.reply("link.wrong"),), _again(scene))
    return await _join(tx, scene, scene.person, other)


async def _typed(tx: Tx, scene: Scene, code: str) -> Ending:
    id_ = await links.claim(tx, code, scene.channel, scene.address, scene.now)
    owner = await people.get(tx, id_) if id_ is not None else None
    if owner is None:
        return Ending((scene.reply("link.wrong"),), _again(scene))
    if scene.person is not None and scene.person.id == owner.id:
        return Ending((scene.reply("link.itself"),))
    if scene.person is not None:
        return Ending(go=f"{LINK}:{SURE}")
    await links.drop(tx, owner.id)
    await _warn(tx, scene, owner)
    await addresses.add(tx, owner.id, scene.channel, scene.address, scene.now)
    theirs = replace(scene, person=owner)
    return Ending((theirs.reply("link.linked", name=called(theirs, owner)),), go=MENU)


async def _join(tx: Tx, scene: Scene, here: Person, other: Person) -> Ending:
    """Both become whoever registered first."""
    await _warn(tx, scene, other)
    first, later = sorted((here, other), key=lambda person: person.id)
    rule = scene.content.plan.skills
    await joining.join(tx, later.id, first.id, rule.required, rule.reported_at)
    theirs = replace(scene, person=first)
    return Ending((theirs.reply("link.joined", name=called(theirs, first)),), go=MENU)


async def _warn(tx: Tx, scene: Scene, owner: Person) -> None:
    """Tell the phone where the code came from, so that nobody is linked without knowing."""
    key = f"link:{owner.id}:{scene.now.isoformat()}"
    await tell(tx, scene, owner.id, key, lambda theirs: theirs.reply("link.news"))


async def new_code(tx: Tx, scene: Scene, _argument: str) -> Ending:
    """Six digits to be typed on the other phone."""
    assert scene.person is not None  # noqa: S101 - the route needs a registered person
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    await links.make(tx, scene.person.id, code, scene.now)
    told = scene.reply("link.made", code=f"{code[:3]} {code[3:]}")
    return Ending((told, scene.reply("link.made_never")))


FLOW = Flow(
    name=LINK,
    first="code",
    steps={
        "code": Step(
            ask=_ask_code,
            hear=_hear_code,
            known=_known_code,
            to={"new": "new", "typed": "typed", "right": "sure"},
        ),
        "sure": Step(ask=_ask_sure, to={"yes": "joined", "no": "two"}),
    },
    ends=frozenset({"new", "typed", "joined", "two"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("link.recap"),
    holds=False,
)

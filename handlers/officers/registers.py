"""Deciding on what was proposed for a register, one entry at a time."""

from __future__ import annotations

from handlers.officers.news import tell_proposer
from handlers.reports.registers import may_decide, told
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
from handlers.talk.routes import MENU
from handlers.talk.scene import Scene
from storage import registers
from storage.database import Tx
from storage.registers import APPROVED, PROPOSED, REFUSED, Entry

LONGEST_REASON = 500
#: The state that each decision gives.
DECISIONS = {"approve": APPROVED, "refuse": REFUSED}


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """The oldest entry that waits for this officer; `3,7` were put off and are left out."""
    put_off = [int(number) for number in argument.split(",") if number.isdecimal()]
    waiting = await _waiting(tx, scene)
    left = [one for one in waiting if one.id not in put_off]
    if not left:
        return _end(scene, len(waiting))
    return {"id": left[0].id, "seen": left[0].number, "told": told(scene, left[0]), "off": put_off}


async def _waiting(tx: Tx, scene: Scene) -> list[Entry]:
    proposed = await registers.entries(tx, {PROPOSED})
    return [one for one in proposed if may_decide(scene, one)]


def _end(scene: Scene, left: int) -> Ending:
    said = scene.reply("registers.still_waiting" if left else "registers.none_waiting", left=left)
    offers = (Offer(scene.say("registers.see"), "registers"), Offer(scene.say("menu.home"), MENU))
    return Ending((said,), offers)


def _ask_one(scene: Scene, data: Data) -> Prompt:
    return Prompt(
        scene.say("registers.decide", what=data["told"]),
        (
            Option("approve", scene.say("registers.approve")),
            Option("refuse", scene.say("registers.refuse")),
            Option("later", scene.say("registers.later")),
        ),
    )


def _ask_reason(scene: Scene, _data: Data) -> Prompt:
    return Prompt(scene.say("registers.reason"))


def _hear_reason(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    if not any(letter.isalpha() for letter in said.text):
        return Misheard(scene.reply("registers.reason_unclear"))
    if len(said.text) > LONGEST_REASON:
        return Misheard(scene.reply("registers.reason_long", count=LONGEST_REASON))
    return Heard("told", {"reason": said.text})


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("registers.refuse_sure", why=data["reason"]),
        ("yes", scene.say("registers.send")),
        ("no", scene.say("registers.rewrite")),
    )


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Decide at once, tell the proposer, and go on to the next entry."""
    if outcome == LEFT:
        return _end(scene, len(await _waiting(tx, scene)))
    if outcome == "later":
        return Ending(go=_next([*data["off"], data["id"]]))
    said = await _decide(tx, scene, data, DECISIONS[outcome])
    return Ending((said,), go=_next(data["off"]))


def _next(put_off: list[int]) -> str:
    return f"approve:{','.join(map(str, put_off))}"


async def _decide(tx: Tx, scene: Scene, data: Data, state: str) -> Reply:
    person, entry = scene.person, await registers.get(tx, data["id"])
    assert person is not None  # noqa: S101 - the route needs the right to registers
    if entry is None or not may_decide(scene, entry):
        return scene.reply("registers.changed")
    reason = data["reason"] if state == REFUSED else ""
    done = await registers.change(
        tx, entry.id, seen=data["seen"], to=state, by=person.id, now=scene.now, reason=reason
    )
    if not done:
        return scene.reply("registers.changed")
    await tell_proposer(tx, scene, entry.id)
    return scene.reply(f"registers.now_{state}")


FLOW = Flow(
    name="approve",
    first="one",
    steps={
        "one": Step(ask=_ask_one, to={"approve": "approve", "refuse": "reason", "later": "later"}),
        "reason": Step(
            ask=_ask_reason, hear=_hear_reason, to={"told": "sure"}, takes_anything=True
        ),
        "sure": Step(ask=_ask_sure, to={"yes": "refuse", "no": "reason"}),
    },
    ends=frozenset({"approve", "refuse", "later"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("registers.recap_approve"),
    holds=False,
)

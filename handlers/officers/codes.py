"""The codes that nobody has taken yet, to be looked at and revoked; `12` is one of them."""

from __future__ import annotations

from handlers.elders.wording import right_in_words
from handlers.officers.inviting import note, waiting
from handlers.talk.choosing import MORE, by_turns, onward
from handlers.talk.flow import (
    LEFT,
    Data,
    Ending,
    Flow,
    Heard,
    Offer,
    Option,
    Prompt,
    Step,
    yes_or_no,
)
from handlers.talk.routes import CODES, INVITE, MENU
from handlers.talk.scene import Scene, local_day
from handlers.talk.sharers import called
from storage import invites, people, visits
from storage.database import Tx
from storage.invites import Invite


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """All that wait, or the one that is named."""
    found = await waiting(tx, scene)
    if not found:
        return Ending((scene.reply("invite.none"),), _offers(scene))
    one = next((one for one in found if str(one.id) == argument), None)
    if argument and one is None:
        return Ending((scene.reply("invite.late"),), _offers(scene))
    return {
        "codes": [[str(one.id), await _label(tx, scene, one)] for one in found],
        "rights": {str(one.id): right_in_words(scene, one.grant) for one in found},
        "from": 0,
        "id": argument or None,
    }


async def _label(tx: Tx, scene: Scene, one: Invite) -> str:
    day = local_day(one.expires_at)
    told = {**right_in_words(scene, one.grant), "date": f"{day.day}/{day.month}"}
    by = await people.get(tx, one.given_by) if one.given_by is not None else None
    if by is None:
        said = scene.say("invite.one", **told)
    else:
        said = scene.say("invite.one_by", name=called(scene, by), **told)
    return said[:1].upper() + said[1:]


def _offers(scene: Scene) -> tuple[Offer, ...]:
    return Offer(scene.say("menu.invite"), INVITE), Offer(scene.say("menu.home"), MENU)


def _known_which(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told") if data["id"] else None


def _ask_which(scene: Scene, data: Data) -> Prompt:
    options = [Option(id_, label) for id_, label in data["codes"]]
    shown = by_turns(scene, options, data["from"], "invite.more")
    return Prompt(scene.say("invite.waiting", total=len(data["codes"])), shown)


def _choose_which(_scene: Scene, data: Data, key: str) -> Heard:
    if key == MORE:
        return Heard("more", onward(data))
    return Heard("told", {"id": key})


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("invite.sure", **data["rights"][data["id"]]),
        ("yes", scene.say("invite.revoke_yes")),
        ("no", scene.say("invite.revoke_no")),
    )


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Revoke the code, if it waits still."""
    if outcome in {LEFT, "kept"}:
        return Ending((scene.reply("invite.kept"),), () if outcome == LEFT else _offers(scene))
    one = next((one for one in await waiting(tx, scene) if str(one.id) == data["id"]), None)
    if one is None or not await invites.revoke(tx, one.id, scene.now):
        return Ending((scene.reply("invite.late"),), _offers(scene))
    await note(tx, scene, visits.REVOKE, one.grant)
    return Ending((scene.reply("invite.revoked"),), _offers(scene))


FLOW = Flow(
    name=CODES,
    first="which",
    steps={
        "which": Step(
            ask=_ask_which,
            known=_known_which,
            choose=_choose_which,
            to={"more": "which", "told": "sure"},
        ),
        "sure": Step(ask=_ask_sure, to={"yes": "revoked", "no": "kept"}),
    },
    ends=frozenset({"revoked", "kept"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("invite.recap_codes"),
    holds=False,
)

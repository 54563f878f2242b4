"""Asking many people a few questions: composed in chat, looked at, and put on its way."""

from __future__ import annotations

from handlers.elders.survey.asking import invitation
from handlers.leaders.sending import audience, signed
from handlers.leaders.survey.questions import question_steps
from handlers.leaders.survey.reach import AUDIENCES, USUAL_DAYS, last_day, reach_steps
from handlers.talk import rights
from handlers.talk.flow import LEFT, Data, Ending, Flow, Offer
from handlers.talk.routes import MENU, NEW_SURVEY, SURVEYED
from handlers.talk.scene import Scene
from storage import announcements, outbox, surveys
from storage.announcements import Recipient
from storage.database import Tx
from storage.surveys import Question


async def begin(tx: Tx, scene: Scene, _argument: str) -> Data | Ending:
    """Whom each audience reaches now, by unit."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to announce
    if rights.announces(person, scene.content) == set():
        return Ending((scene.reply("talk.no_right"),), (_home(scene),))
    reached = {name: await surveys.reached(tx, audience(scene, name)) for name in AUDIENCES}
    if not any(reached.values()):
        return Ending((scene.reply("announce.nobody"),), (_home(scene),))
    whom: Data = {"reached": reached, "units": [], "within": [], "whom": "", "page": 0}
    return {**whom, "questions": [], "at": 0, "days": USUAL_DAYS}


def _home(scene: Scene) -> Offer:
    return Offer(scene.say("menu.home"), MENU)


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Fix whom it asks, and put the invitation on its way to all of them."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to announce
    if outcome == LEFT:
        return Ending((scene.reply("surveying.left"),), (_home(scene),))
    # The talk may have waited for weeks: who it reaches is asked anew, and so is the right.
    asked = audience(scene, data["whom"], units=data["units"])
    found = await announcements.recipients(tx, asked)
    if not any(one.here for one in found):
        return Ending((scene.reply("announce.nobody"),), (_home(scene),))
    questions = [
        Question(kind=one["kind"], words=one["words"], choices=tuple(one["choices"]))
        for one in data["questions"]
    ]
    id_ = await surveys.add(
        tx,
        author_id=person.id,
        audience=data["whom"],
        questions=questions,
        last_day=last_day(scene, data),
        to=found,
        now=scene.now,
    )
    count = await _put(tx, scene, id_, len(questions), found)
    see = Offer(scene.say("survey.results"), f"{SURVEYED}:{id_}")
    return Ending((scene.reply("surveying.sent", count=count),), (see, _home(scene)))


async def _put(tx: Tx, scene: Scene, id_: int, questions: int, to: list[Recipient]) -> int:
    """Put the invitation on its way to whoever can be reached; to how many."""
    by, rows = signed(scene), []
    for one in to:
        if here := one.here:
            theirs = Scene(scene.library, scene.now, here.channel, here.address, one.person)
            body = invitation(theirs, here, by, questions, id_).to_json()
            key = surveys.outbox_key(id_, one.person.id)
            rows.append((here.channel, here.address, one.person.id, body, key))
    await outbox.put_many(tx, outbox.BULK, rows, scene.now)
    return len(rows)


FLOW = Flow(
    name=NEW_SURVEY,
    first="question",
    steps={**question_steps("whom"), **reach_steps("sent")},
    ends=frozenset({"sent"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("surveying.recap"),
)

"""Taking back a report, any time."""

from __future__ import annotations

from handlers.elders.wording import amount_of, did_day
from handlers.talk.flow import Data, Ending, Flow, Prompt, Step, yes_or_no
from handlers.talk.scene import Scene
from storage import reports
from storage.database import Tx


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """The report to take back, which must be the person's own and still stand."""
    report = await reports.get(tx, int(argument)) if argument.isdecimal() else None
    mine = report and scene.person and report.person_id == scene.person.id
    if not report or not mine or report.status not in {reports.REPORTED, reports.CONFIRMED}:
        return Ending((scene.reply("undo.gone"),))
    amount = amount_of(scene, report.quantity, report.unit_of_measure, report.what)
    return {"report": report.id, "amount": amount, "day": did_day(scene, report.done_on)}


def _ask(scene: Scene, data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("undo.sure", amount=data["amount"], day=data["day"]),
        ("yes", scene.say("undo.yes")),
        ("no", scene.say("undo.no")),
    )


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Take the report out of the counts; it stays in the book as superseded."""
    assert scene.person is not None  # noqa: S101 - the route needs a registered person
    if outcome != "removed":
        return Ending((scene.reply("undo.kept"),))
    done = await reports.change_status(
        tx,
        data["report"],
        to=reports.SUPERSEDED,
        by=scene.person.id,
        now=scene.now,
        reason="taken back by the reporter",
    )
    if not done:
        return Ending((scene.reply("undo.gone"),))
    return Ending((scene.reply("undo.removed", amount=data["amount"]),))


FLOW = Flow(
    name="undo",
    first="sure",
    steps={"sure": Step(ask=_ask, to={"yes": "removed", "no": "kept"})},
    ends=frozenset({"removed", "kept"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("undo.recap"),
    holds=False,
)

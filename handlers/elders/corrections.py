"""Correcting what was reported, any time: which report, then to change it or to take it back."""

from __future__ import annotations

from handlers.elders.report.draft import FIX, own_report
from handlers.elders.wording import did_day, noted_in, what_was_done
from handlers.talk.flow import Data, Ending, Flow, Offer, Prompt, Step, yes_or_no
from handlers.talk.routes import CORRECT, MENU, REPORT
from handlers.talk.scene import Scene
from storage import reports
from storage.database import Tx

SHOWN = 2
#: A whole pasted list, taken back at once.
BATCH = "batch:"


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """What to correct: one report (its number), or the latest ones, a few at a time ("from:2")."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    if argument.isdecimal():
        return await _one(tx, scene, argument)
    start = argument.removeprefix("from:")
    shown_before = int(start) if start.isdecimal() else 0
    told = await reports.told_by(tx, person.id, shown_before + SHOWN + 1)
    here = told[shown_before:]
    if not here:
        return Ending((scene.reply("correct.none"),), (_home(scene),))
    if len(told) == 1:
        return await _one(tx, scene, str(told[0].id))
    offers = [Offer(_label(scene, one), f"{CORRECT}:{one.id}") for one in here[:SHOWN]]
    if len(here) > SHOWN:
        offers.append(Offer(scene.say("correct.older"), f"{CORRECT}:from:{shown_before + SHOWN}"))
    return Ending((scene.reply("correct.which"),), tuple(offers))


def _label(scene: Scene, one: reports.Report) -> str:
    what = f"{noted_in(scene, one)}, {did_day(scene, one.done_on)}"
    named = one.source == reports.PROXY and one.doer
    return scene.say("review.named", name=one.doer, what=what) if named else what


async def _one(tx: Tx, scene: Scene, number: str) -> Ending:
    report = await own_report(tx, scene, number)
    if report is None or not report.stands:
        return Ending((scene.reply("undo.gone"),), (_home(scene),))
    told = scene.reply("correct.one", what=_label(scene, report))
    return Ending(
        (told,),
        (
            Offer(scene.say("report.change"), f"{REPORT}:{FIX}:{report.id}"),
            Offer(scene.say("report.undo"), f"undo:{report.id}"),
            _home(scene),
        ),
    )


def _home(scene: Scene) -> Offer:
    return Offer(scene.say("menu.home"), MENU)


# --- taking back


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """What to take back: a report (its number), a pasted list, or the latest report."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    if argument.startswith(BATCH):
        return await _batch(tx, scene, argument.removeprefix(BATCH))
    if not argument:
        latest = await reports.told_by(tx, person.id, 1)
        argument = str(latest[0].id) if latest else ""
        if not argument:
            return Ending((scene.reply("correct.none"),), (_home(scene),))
    report = await own_report(tx, scene, argument)
    if report is None or not report.stands:
        return Ending((scene.reply("undo.gone"),))
    return {
        "reports": [report.id],
        "what": what_was_done(scene, report),
        "amount": noted_in(scene, report),
        "day": did_day(scene, report.done_on),
    }


async def _batch(tx: Tx, scene: Scene, number: str) -> Data | Ending:
    person = scene.person
    told = await reports.of_batch(tx, int(number)) if number.isdecimal() else []
    mine = [one.id for one in told if person and one.reported_by == person.id]
    if not mine:
        return Ending((scene.reply("undo.gone"),))
    return {"reports": mine, "amount": scene.say("correct.lines", count=len(mine))}


def _ask(scene: Scene, data: Data) -> Prompt:
    key = "undo.sure" if "day" in data else "undo.sure_all"
    return yes_or_no(
        scene,
        scene.say(key, what=data.get("what"), amount=data["amount"], day=data.get("day")),
        ("yes", scene.say("undo.yes")),
        ("no", scene.say("undo.no")),
    )


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Take the reports out of the counts; they stay in the book as superseded."""
    assert scene.person is not None  # noqa: S101 - the route needs a registered person
    if outcome != "removed":
        return Ending((scene.reply("undo.kept"),))
    done = [
        await reports.change_status(
            tx,
            number,
            to=reports.SUPERSEDED,
            by=scene.person.id,
            now=scene.now,
            reason="taken back",
        )
        for number in data["reports"]
    ]
    if not any(done):
        return Ending((scene.reply("undo.gone"),))
    return Ending((scene.reply("undo.removed", amount=data["amount"]),), (_home(scene),))


UNDO = Flow(
    name="undo",
    first="sure",
    steps={"sure": Step(ask=_ask, to={"yes": "removed", "no": "kept"})},
    ends=frozenset({"removed", "kept"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("undo.recap"),
    holds=False,
)

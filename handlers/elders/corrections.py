"""Correcting what was reported, any time: which report, then to change it or to take it back."""

from __future__ import annotations

from decimal import Decimal

from handlers.elders.report.draft import FIX, own_report
from handlers.elders.wording import did_day, noted_in, who_did_what, whose
from handlers.talk.flow import Data, Ending, Flow, Offer, Prompt, Step, yes_or_no
from handlers.talk.routes import CORRECT, MENU, REPORT, number_in
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold
from storage import reports
from storage.database import Tx

SHOWN = 2
#: Among so many of the latest a sentence is taken to mean one.
LATEST = 10
#: A whole pasted list, taken back at once.
BATCH = "batch:"


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """What to correct: one report (its number), the latest ones, a few at a time ("from:2").

    Or what a sentence asks for: "sửa 15 cây thành 20 cây", "ghi nhầm, chỉ có 10 cây thôi".
    """
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    if argument.isdecimal():
        return await _one(tx, scene, argument)
    if argument and not argument.startswith("from:"):
        return await _asked_for(tx, scene, argument)
    start = argument.removeprefix("from:")
    shown_before = number_in(start) or 0
    here = await reports.told_by(tx, person.id, SHOWN + 1, shown_before)
    if not here:
        return Ending((scene.reply("correct.none"),), (_home(scene),))
    if len(here) == 1 and not shown_before:
        return await _one(tx, scene, str(here[0].id))
    offers = [Offer(_label(scene, one), f"{CORRECT}:{one.id}") for one in here[:SHOWN]]
    if len(here) > SHOWN:
        offers.append(Offer(scene.say("correct.older"), f"{CORRECT}:from:{shown_before + SHOWN}"))
    return Ending((scene.reply("correct.which"),), tuple(offers))


async def _asked_for(tx: Tx, scene: Scene, words: str) -> Ending:
    report, numbers = await _meant(tx, scene, words)
    if report is None:
        return Ending(go=f"{REPORT}:{words}")  # nothing to correct: perhaps it reports something
    others = [number for number in numbers if number != report.quantity]
    if len(others) == 1:
        return Ending(go=f"{REPORT}:{FIX}:{report.id}:{words}")
    return await _one(tx, scene, str(report.id))


async def _meant(tx: Tx, scene: Scene, words: str) -> tuple[reports.Report | None, list[Decimal]]:
    """Which of the latest reports a sentence speaks of: by its amount, else by its kind of tree.

    Else the latest. And the numbers of the sentence.
    """
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    latest = await reports.told_by(tx, person.id, LATEST)
    numbers, said = scene.reader.numbers(words), f" {fold(words)} "
    by_amount = [one for number in numbers for one in latest if one.quantity == number]
    by_what = [one for one in latest if one.what and f" {fold(one.what)} " in said]
    both = [one for one in by_amount if one in by_what]
    return next(iter([*both, *by_amount, *by_what, *latest]), None), numbers


def _label(scene: Scene, one: reports.Report) -> str:
    what = f"{noted_in(scene, one)}, {did_day(scene, one.done_on)}"
    doer = whose(scene, one)
    return scene.say("review.named", name=doer, what=what) if doer else what


async def _one(tx: Tx, scene: Scene, number: str) -> Ending:
    report = await own_report(tx, scene, number)
    if report is None or not report.stands:
        return Ending((scene.reply("undo.gone"),), (_home(scene),))
    told = scene.reply("correct.one", what=_label(scene, report))
    return Ending(
        (told,),
        (
            Offer(scene.say("report.change"), f"{REPORT}:{FIX}:{report.id}", hears=True),
            Offer(scene.say("report.undo"), f"undo:{report.id}"),
            _home(scene),
        ),
    )


def _home(scene: Scene) -> Offer:
    return Offer(scene.say("menu.home"), MENU)


# --- taking back


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """What to take back: a report (its number, or words for it), a pasted list, or the latest."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    if argument.startswith(BATCH):
        return await _batch(tx, scene, argument.removeprefix(BATCH))
    if number_in(argument) is None:
        meant, _ = await _meant(tx, scene, argument)
        if meant is None:
            return Ending((scene.reply("correct.none"),), (_home(scene),))
        argument = str(meant.id)
    report = await own_report(tx, scene, argument)
    if report is None or not report.stands:
        return Ending((scene.reply("undo.gone"),))
    return {
        "reports": [report.id],
        "what": who_did_what(scene, report),
        "amount": noted_in(scene, report),
        "day": did_day(scene, report.done_on),
    }


async def _batch(tx: Tx, scene: Scene, number: str) -> Data | Ending:
    person = scene.person
    id_ = number_in(number)
    told = await reports.of_batch(tx, id_) if id_ is not None else []
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

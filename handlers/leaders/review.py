"""Reviewing the reports of one's own units: all that are shown at once, or one by one."""

from __future__ import annotations

from handlers.elders.wording import did_day, what_was_done
from handlers.talk import rights
from handlers.talk.flow import LEFT, Data, Ending, Flow, Heard, Offer, Option, Prompt, Step
from handlers.talk.routes import MENU
from handlers.talk.scene import Scene
from storage import reports
from storage.database import Tx
from storage.people import Person
from storage.reports import Report

SHOWN = 5


async def begin(tx: Tx, scene: Scene, _argument: str) -> Data | Ending:
    """The oldest reports that wait, in the units this person may review."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to review
    units = rights.units(person, "review", scene.content)
    waiting, total = await reports.unreviewed(tx, units, person.id, SHOWN)
    if not waiting:
        return Ending((scene.reply("review.none"),))
    shown = [
        {
            "id": one.id,
            "what": _told(scene, person, one),
            "day": did_day(scene, one.done_on),
            "words": one.words,
        }
        for one in waiting
    ]
    return {"shown": shown, "total": total, "at": 0, "confirmed": []}


def _ask_list(scene: Scene, data: Data) -> Prompt:
    lines = "\n".join(
        scene.say("review.line", number=number, what=one["what"], day=one["day"])
        for number, one in enumerate(data["shown"], 1)
    )
    count = len(data["shown"])
    return Prompt(
        scene.say("review.list", total=data["total"], lines=lines),
        (
            Option("all", scene.say("review.all_one" if count == 1 else "review.all", count=count)),
            Option("each", scene.say("review.each")),
            Option("later", scene.say("review.later")),
        ),
    )


def _told(scene: Scene, reviewer: Person, report: Report) -> str:
    what = what_was_done(scene, report)
    named = rights.over(reviewer, "names", report.unit, scene.content)
    if not named or not report.reporter:
        return what
    return scene.say("review.named", name=report.reporter, what=what)


def _choose_list(_scene: Scene, data: Data, key: str) -> Heard:
    return Heard(key, {"confirmed": [one["id"] for one in data["shown"]]} if key == "all" else {})


def _ask_one(scene: Scene, data: Data) -> Prompt:
    one = data["shown"][data["at"]]
    text = scene.say(
        "review.one" if one["words"] else "review.one_taps",
        number=data["at"] + 1,
        count=len(data["shown"]),
        what=one["what"],
        day=one["day"],
        words=one["words"],
    )
    return Prompt(
        text,
        (
            Option("right", scene.say("review.right")),
            Option("skip", scene.say("review.skip")),
            Option("stop", scene.say("review.stop")),
        ),
    )


def _choose_one(_scene: Scene, data: Data, key: str) -> Heard:
    if key == "stop":
        return Heard("stop")
    keep: Data = {"at": data["at"] + 1}
    if key == "right":
        keep["confirmed"] = [*data["confirmed"], data["shown"][data["at"]]["id"]]
    return Heard("over" if keep["at"] == len(data["shown"]) else "more", keep)


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Confirm what was confirmed; what the person broke off is left waiting."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to review
    ids = [] if outcome == LEFT else data["confirmed"]
    done = 0
    for report_id in ids:
        done += await reports.change_status(
            tx, report_id, to=reports.CONFIRMED, by=person.id, now=scene.now
        )
    units = rights.units(person, "review", scene.content)
    _, left = await reports.unreviewed(tx, units, person.id, 1)
    home = Offer(scene.say("menu.home"), MENU)
    if not done:
        return Ending((scene.reply("review.nothing_done", left=left),), (home,))
    told = scene.reply("review.done" if left else "review.done_all", count=done, left=left)
    more = (Offer(scene.say("review.more"), "review"),) if left else ()
    return Ending((told,), (*more, home))


FLOW = Flow(
    name="review",
    first="list",
    steps={
        "list": Step(
            ask=_ask_list,
            choose=_choose_list,
            to={"all": "reviewed", "each": "one", "later": LEFT},
        ),
        "one": Step(
            ask=_ask_one,
            choose=_choose_one,
            to={"more": "one", "over": "reviewed", "stop": "reviewed"},
        ),
    },
    ends=frozenset({"reviewed"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("review.recap"),
    holds=False,
)

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


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """The oldest reports that wait, in the units this person may review.

    `each:3,7` goes on one by one, leaving out the reports that were skipped.
    """
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to review
    one_by_one, _, told = argument.partition(":")
    skipped = [int(number) for number in told.split(",") if number.isdecimal()]
    units = rights.units(person, "review", scene.content)
    waiting, total = await reports.unreviewed(tx, units, person.id, SHOWN + len(skipped))
    left = [one for one in waiting if one.id not in skipped][:SHOWN]
    if not left:
        return _end(scene, total)
    shown = [
        {
            "id": one.id,
            "what": _told(scene, person, one),
            "day": did_day(scene, one.done_on),
            "words": one.words if _named(scene, person, one) else "",
        }
        for one in left
    ]
    return {"shown": shown, "total": total, "each": one_by_one == "each", "skipped": skipped}


def _end(scene: Scene, left: int) -> Ending:
    told = scene.reply("review.left", left=left) if left else scene.reply("review.none")
    return Ending((told,), (Offer(scene.say("menu.home"), MENU),))


def _ask_list(scene: Scene, data: Data) -> Prompt:
    lines = "\n".join(
        scene.say("review.line", what=one["what"], day=one["day"]) for one in data["shown"]
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


def _named(scene: Scene, reviewer: Person, report: Report) -> bool:
    """Whether a reviewer may see who reported, and in which words."""
    return rights.over(reviewer, "names", report.unit, scene.content)


def _told(scene: Scene, reviewer: Person, report: Report) -> str:
    what = what_was_done(scene, report)
    if not report.reporter or not _named(scene, reviewer, report):
        return what
    return scene.say("review.named", name=report.reporter, what=what)


def _known_list(_scene: Scene, data: Data) -> Heard | None:
    return Heard("each") if data["each"] else None


def _ask_one(scene: Scene, data: Data) -> Prompt:
    one = data["shown"][0]
    key = "review.one" if one["words"] else "review.one_taps"
    text = scene.say(key, words=one["words"], what=one["what"], day=one["day"])
    return Prompt(
        text,
        (
            Option("right", scene.say("review.right")),
            Option("skip", scene.say("review.skip")),
            Option("stop", scene.say("review.stop")),
        ),
    )


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Confirm what was just confirmed: each at once, so that breaking off loses nothing."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to review
    first = data["shown"][0]["id"]
    ids = {"all": [one["id"] for one in data["shown"]], "right": [first]}.get(outcome, [])
    done = 0
    for report_id in ids:
        done += await reports.change_status(
            tx, report_id, to=reports.CONFIRMED, by=person.id, now=scene.now
        )
    if outcome in {"right", "skip"}:
        skipped = [*data["skipped"], first] if outcome == "skip" else data["skipped"]
        one = (scene.reply("review.confirmed_one"),) if done else ()
        return Ending(one, go=f"review:each:{','.join(map(str, skipped))}")
    units = rights.units(person, "review", scene.content)
    _, left = await reports.unreviewed(tx, units, person.id, 1)
    if not done:
        return _end(scene, left)
    told = scene.reply("review.done" if left else "review.done_all", count=done, left=left)
    more = (Offer(scene.say("review.more"), "review"),) if left else ()
    return Ending((told,), (*more, Offer(scene.say("menu.home"), MENU)))


FLOW = Flow(
    name="review",
    first="list",
    steps={
        "list": Step(
            ask=_ask_list, known=_known_list, to={"all": "all", "each": "one", "later": LEFT}
        ),
        "one": Step(ask=_ask_one, to={"right": "right", "skip": "skip", "stop": LEFT}),
    },
    ends=frozenset({"all", "right", "skip"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("review.recap"),
    holds=False,
)

"""Reviewing the reports of one's own units: the plain ones at once, the doubtful one by one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from handlers.elders.report.draft import FIX
from handlers.elders.wording import did_day, what_was_done, who_did_what
from handlers.reports import scoping
from handlers.talk import rights
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
)
from handlers.talk.messages import Choice, Picture, Reply
from handlers.talk.routes import MENU, REPORT, number_in
from handlers.talk.scene import Scene
from handlers.talk.telling import choice, tell
from storage import photos, reports, reviews
from storage.database import Tx
from storage.reports import Report
from storage.reviews import Waiting

#: How many are shown, and confirmed, at once.
SHOWN = 10
#: So many are read; with more doubtful ones than that, those come first.
READ = 60
LONGEST_REASON = 500


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """What waits in the units this person may review: the oldest plain ones, or one by one.

    `each:3,7` goes on one by one, leaving out the reports that were skipped.
    """
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to review
    one_by_one, _, told = argument.partition(":")
    skipped = [id_ for number in told.split(",") if (id_ := number_in(number)) is not None]
    some = await waiting(tx, scene, READ + len(skipped))
    left = [one for one in some.first if one.id not in skipped]
    if not left:
        return _end(scene, some.total)
    plain = [one for one in left if not one.doubts][:SHOWN]
    each = one_by_one == "each" or not plain
    return {
        "shown": [await _shown(tx, scene, one) for one in (left[:1] if each else plain)],
        "total": some.total,
        "doubtful": some.doubtful,
        "each": each,
        "skipped": skipped,
    }


async def waiting(tx: Tx, scene: Scene, limit: int) -> Waiting:
    """What waits for this person's review, so many of it."""
    assert scene.person is not None  # noqa: S101 - the route needs the right to review
    units, activities = _reach(scene)
    return await reviews.unreviewed(tx, units, activities, scene.person.id, limit)


def _reach(scene: Scene) -> tuple[set[str] | None, set[str] | None]:
    """The units and the activities whose reports this person reviews; None: all."""
    assert scene.person is not None  # noqa: S101 - the route needs the right to review
    units, agencies = rights.reach(scene.person, "review", scene.content)
    return units, None if agencies is None else scoping.activities(scene.content, agencies)


def may_review(scene: Scene, report: Report) -> bool:
    """Whether a report is this person's to review; they may have lost the right meanwhile."""
    if not rights.may(scene.person, "review"):
        return False
    units, activities = _reach(scene)
    return (units is None or report.unit in units) and (
        activities is None or report.activity in activities
    )


async def _shown(tx: Tx, scene: Scene, one: Report) -> Data:
    assert scene.person is not None  # noqa: S101 - the route needs the right to review
    named = rights.over(scene.person, "names", one.unit, scene.content)
    what = what_was_done(scene, one)
    return {
        "id": one.id,
        "what": scene.say("review.named", name=one.doer, what=what) if named and one.doer else what,
        "day": _when_and_where(scene, one),
        "words": one.words if named else "",
        "doubts": list(one.doubts),
        "photos": await photos.of_report(tx, one.id),
    }


def _when_and_where(scene: Scene, one: Report) -> str:
    """The day, and the unit for who reviews several."""
    assert scene.person is not None  # noqa: S101 - the route needs the right to review
    day, (units, _) = did_day(scene, one.done_on), _reach(scene)
    unit = scene.content.units.get(one.unit, scene.content.root_unit).name
    return day if units == {one.unit} else scene.say("review.in_unit", day=day, unit=unit)


def _end(scene: Scene, left: int) -> Ending:
    told = scene.reply("review.left", left=left) if left else scene.reply("review.none")
    return Ending((told,), (Offer(scene.say("menu.home"), MENU),))


# --- all at once


def _known_list(_scene: Scene, data: Data) -> Heard | None:
    return Heard("one") if data["each"] else None


def _ask_list(scene: Scene, data: Data) -> Prompt:
    lines = "\n".join(
        scene.say("review.line", what=one["what"], day=one["day"]) for one in data["shown"]
    )
    count, doubtful = len(data["shown"]), data["doubtful"]
    key = "review.list_doubtful" if doubtful else "review.list"
    return Prompt(
        scene.say(key, total=data["total"], count=doubtful, lines=lines),
        (
            Option("all", scene.say("review.all_one" if count == 1 else "review.all", count=count)),
            Option("each", scene.say("review.each")),
            Option("later", scene.say("review.later")),
        ),
    )


# --- one by one


def _ask_one(scene: Scene, data: Data) -> Prompt:
    one = data["shown"][0]
    lines = [scene.say("review.one", what=one["what"], day=one["day"])]
    if one["words"]:
        lines.append(scene.say("review.words", words=one["words"]))
    lines += [scene.say(f"review.doubt_{doubt}") for doubt in one["doubts"]]
    return Prompt(
        "\n".join(lines),
        (
            Option("right", scene.say("review.right")),
            Option("wrong", scene.say("review.wrong")),
            Option("skip", scene.say("review.skip")),
        ),
        before=tuple(
            Reply(text=scene.say("review.photo"), picture=Picture(name="photo", values={"id": id_}))
            for id_ in one["photos"]
        ),
    )


def _ask_reason(scene: Scene, _data: Data) -> Prompt:
    return Prompt(
        scene.say("review.why"),
        (
            Option("twice", scene.say("review.why_twice")),
            Option("amount", scene.say("review.why_amount")),
        ),
    )


def _choose_reason(scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("told", {"reason": scene.say(f"review.why_{key}")})


def hear_reason(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    """Why a report is refused, in words that who told it will read."""
    if not any(letter.isalpha() for letter in said.text):
        return Misheard(scene.reply("review.why_unclear"))
    if len(said.text) > LONGEST_REASON:
        return Misheard(scene.reply("review.why_long", count=LONGEST_REASON))
    return Heard("told", {"reason": said.text})


# --- what comes of it


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Confirm or refuse what was just looked at: each at once, so that breaking off loses nothing.

    Who told a refused report hears the reason, kindly, and how to tell it again.
    """
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to review
    if outcome == "all":
        return await _confirm_all(tx, scene, data)
    if outcome == LEFT:
        return _end(scene, (await waiting(tx, scene, 0)).total)
    if outcome == "each":
        return Ending(go="review:each")  # the doubtful ones come first
    first, skipped = data["shown"][0]["id"], data["skipped"]
    told: tuple[Reply, ...] = ()
    if outcome == "right":
        if await confirm(tx, scene, first):
            told = (scene.reply("review.confirmed_one"),)
    elif outcome == "refused":
        if await refuse(tx, scene, first, data["reason"]):
            told = (scene.reply("review.refused_one"),)
    else:
        skipped = [*skipped, first]
    return Ending(told, go=f"review:each:{','.join(map(str, skipped))}")


async def _confirm_all(tx: Tx, scene: Scene, data: Data) -> Ending:
    done = 0
    for one in data["shown"]:
        done += await confirm(tx, scene, one["id"])
    left = (await waiting(tx, scene, 0)).total
    if not done:
        return _end(scene, left)
    told = scene.reply("review.done" if left else "review.done_all", count=done, left=left)
    more = (Offer(scene.say("review.more"), "review"),) if left else ()
    return Ending((told,), (*more, Offer(scene.say("menu.home"), MENU)))


async def confirm(tx: Tx, scene: Scene, report_id: int) -> bool:
    """Confirm a report that still waits and is this person's to review; whether that was so."""
    return await _change(tx, scene, report_id, reports.CONFIRMED)


async def refuse(tx: Tx, scene: Scene, report_id: int, reason: str) -> bool:
    """Refuse one in the same way; who told it hears why."""
    done = await _change(tx, scene, report_id, reports.REJECTED, reason)
    if done:
        await _tell(tx, scene, report_id, reason)
    return done


async def _change(tx: Tx, scene: Scene, report_id: int, to: str, reason: str | None = None) -> bool:
    """Review one report that still waits; who reviews may have lost the right meanwhile."""
    person, report = scene.person, await reports.get(tx, report_id)
    if report is None or person is None or person.id in {report.person_id, report.reported_by}:
        return False
    if not may_review(scene, report):
        return False
    return await reports.change_status(
        tx, report_id, to=to, by=person.id, now=scene.now, reason=reason, only=reports.REPORTED
    )


async def _tell(tx: Tx, scene: Scene, report_id: int, reason: str) -> None:
    """Whoever told the report hears why; with nobody to write to, the leader's list shows it."""
    report = await reports.get(tx, report_id)
    teller = report and (report.reported_by or report.person_id)
    if report is not None and teller:
        refusal = partial(_refusal, report, reason)
        await tell(tx, scene, teller, f"refused:{report.id}", refusal)


def _refusal(report: Report, reason: str, theirs: Scene) -> Reply:
    told = theirs.reply(
        "review.refused",
        what=who_did_what(theirs, report),
        day=did_day(theirs, report.done_on),
        why=reason,
    )
    go, words = f"{REPORT}:{FIX}:{report.id}", theirs.content.vocabulary.answers.yes
    again = choice(theirs, 1, theirs.say("review.tell_again"), go, words)
    home = Choice(digit="2", label=theirs.say("menu.home"), payload=f"go:{MENU}")
    return replace(told, choices=(again, home))


FLOW = Flow(
    name="review",
    first="list",
    steps={
        "list": Step(
            ask=_ask_list,
            known=_known_list,
            to={"all": "all", "each": "each", "one": "one", "later": LEFT},
        ),
        "one": Step(ask=_ask_one, to={"right": "right", "wrong": "reason", "skip": "skip"}),
        "reason": Step(
            ask=_ask_reason,
            choose=_choose_reason,
            hear=hear_reason,
            to={"told": "refused"},
            takes_anything=True,
        ),
    },
    ends=frozenset({"all", "each", "right", "refused", "skip"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("review.recap"),
    holds=False,
)

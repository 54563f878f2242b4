"""The flow of a report: its questions in order, and the one place where it is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

from content.loader import Content
from handlers.elders.report import amount, confirm, day, draft, kind
from handlers.elders.report.draft import activity_of, amount_told
from handlers.elders.weekly import weekly_key
from handlers.elders.wording import did_day, noted
from handlers.talk import rights
from handlers.talk.flow import LEFT, Data, Ending, Flow, Offer, Step
from handlers.talk.routes import MENU, PROXY, REPORT
from handlers.talk.scene import Scene
from storage import outbox, photos, reports
from storage.database import Tx
from storage.people import Person


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """Start from nothing, from a kind of activity ("trees"), from a sentence, or as draft says."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    data = await _start(tx, scene, argument)
    if isinstance(data, Ending):
        return data
    if data.get("group") and rights.may(person, "proxy"):
        return Ending(go=f"{PROXY}:{draft.group_lines(scene, _sentence(argument))}")
    return {**data, **await draft.known_before(tx, scene, person)}


async def _start(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    if argument in {activity.key for activity in scene.content.activities.activities}:
        return {"activity": argument, "words": []}
    begins, _, told = argument.partition(":")
    match begins if told else "":
        case draft.NOTHING:
            return draft.from_week(scene, told)
        case draft.MORE:
            return draft.from_more(scene, told)
        case draft.FOLLOW:
            return await draft.from_follow_up(tx, scene, told)
        case draft.FIX:
            return await draft.from_report(tx, scene, told)
        case _:
            return draft.from_sentence(scene, argument)


def _sentence(argument: str) -> str:
    """The words a report began with, also where some of them were told before."""
    return argument.split(":", 2)[2] if argument.startswith(f"{draft.MORE}:") else argument


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the report, or note that nothing was done; both answer the weekly question."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    if outcome == LEFT:
        return Ending((scene.reply("report.kept" if data.get("replaces") else "report.left"),))
    await outbox.cancel(tx, weekly_key(scene.today, person.id))
    if outcome == "nothing":
        on = draft.day_of(data) if data.get("on") else scene.today
        await reports.hear(tx, person.id, person.unit, on)
        return Ending((scene.reply("report.nothing"),))
    if outcome == "same":
        if data.get("replaces"):
            return Ending((scene.reply("report.kept"),), (_home(scene),))
        await reports.hear(tx, person.id, person.unit, draft.day_of(data))
        return _then(data, Ending((scene.reply("report.same"),), (_home(scene),)))
    return await _keep(tx, scene, data, person)


async def _keep(tx: Tx, scene: Scene, data: Data, person: Person) -> Ending:
    new = _new_report(data, person)
    if data.get("replaces"):
        old = await _replace(tx, scene, data["replaces"], person)
        if old is None:
            return Ending((scene.reply("undo.gone"),))
        new = _in_place_of(old, new)
    elif data.get("again") is None and await _told_meanwhile(tx, scene, data, person):
        new = replace(new, doubts=(*new.doubts, reports.AGAIN))
    report_id = await reports.add(tx, new, scene.now)
    if new.replaces:
        await photos.move(tx, new.replaces, report_id)
    saved = scene.reply(
        "report.corrected" if data.get("fixing", True) is None else "report.saved",
        what=noted(scene, activity_of(scene, data), amount_told(scene, data)),
        day=did_day(scene, new.done_on),
    )
    change = Offer(scene.say("report.change"), f"{REPORT}:{draft.FIX}:{report_id}")
    undo = Offer(scene.say("report.undo"), f"undo:{report_id}")
    return _then(data, Ending((saved,), (_home(scene), change, undo)))


async def _told_meanwhile(tx: Tx, scene: Scene, data: Data, person: Person) -> bool:
    """Whether something alike was told since this report began: it may have waited for days."""
    now = {**data, **await draft.known_before(tx, scene, person)}
    return confirm.alike(now) is not None


def _then(data: Data, ending: Ending) -> Ending:
    """The sentence may have told of more, and more may have been told meanwhile."""
    if data.get("more"):
        return Ending(ending.replies, go=f"{REPORT}:{draft.more_of(data)}")
    if data.get("later"):
        return Ending(ending.replies, go=f"{REPORT}:{data['later']}")
    return ending


def _new_report(data: Data, person: Person) -> reports.NewReport:
    understood = ("activity", "quantity", "measure", "what", "on", "about", "large")
    doubts = {reports.AGAIN: "again", reports.GROUP: "group", reports.LARGE: "large"}
    return reports.NewReport(
        person_id=person.id,
        reported_by=person.id,
        unit=person.unit,
        activity=data["activity"],
        quantity=Decimal(data["quantity"]),
        unit_of_measure=data["measure"],
        what=data.get("what"),
        done_on=draft.day_of(data),
        source=reports.SELF,
        words="\n".join(data["words"]),
        understood=json.dumps({key: data.get(key) for key in understood}, ensure_ascii=False),
        doubts=tuple(doubt for doubt, asked in doubts.items() if data.get(asked)),
        checks=tuple(data.get("checks") or ()),
        replaces=data.get("replaces"),
        follows=data.get("follows"),
    )


async def _replace(tx: Tx, scene: Scene, report_id: int, person: Person) -> reports.Report | None:
    """Take the report that is corrected out of the counts; None if it is not there any more."""
    await tx.lock(f"report:{report_id}")
    old = await draft.own_report(tx, scene, str(report_id))
    if old is None or not await draft.can_be_replaced(tx, old):
        return None
    if old.stands:
        await reports.change_status(
            tx, old.id, to=reports.SUPERSEDED, by=person.id, now=scene.now, reason="corrected"
        )
    return old


def _in_place_of(old: reports.Report, new: reports.NewReport) -> reports.NewReport:
    """A correction is of whoever the report was of, whoever corrects it; the words go together."""
    return replace(
        new,
        person_id=old.person_id,
        on_behalf_of=old.on_behalf_of,
        unit=old.unit,
        source=old.source,
        batch=old.batch,
        words="\n".join(filter(None, (old.words, new.words))),
        doubts=tuple(sorted({*old.doubts} - {reports.LARGE} | {*new.doubts})),
    )


def _home(scene: Scene) -> Offer:
    return Offer(scene.say("menu.home"), MENU)


def _recap(scene: Scene, data: Data) -> str:
    if not data.get("activity"):
        return scene.say("report.recap")
    return scene.say("report.recap_kind", activity=activity_of(scene, data).name.lower())


def _stands(content: Content, data: Data) -> bool:
    kinds = {one.key: one for one in content.activities.activities}
    kind = kinds.get(data.get("activity") or "")
    if kind is None:
        return not data.get("activity")
    # What is asked one after another is counted by its place.
    checks = "checked" not in data or kind.checks is not None
    return checks and data.get("measure") in {None, *(one.key for one in content.activities.units)}


FLOW = Flow(
    name=REPORT,
    first="kind",
    steps={
        "kind": Step(
            ask=kind.ask,
            known=kind.known,
            choose=kind.choose,
            hear=kind.hear,
            to={"chosen": "quantity", "more": "kind", "nothing": "nothing_sure"},
        ),
        "nothing_sure": Step(
            ask=kind.ask_nothing,
            known=kind.known_nothing,
            choose=kind.choose_nothing,
            to={"yes": "nothing", "no": "kind"},
        ),
        "quantity": Step(
            ask=amount.ask,
            known=amount.known,
            choose=amount.choose,
            hear=amount.hear,
            to={"told": "day", "nothing": "nothing_sure"},
        ),
        "day": Step(
            ask=day.ask,
            known=day.known,
            choose=day.choose,
            hear=day.hear,
            to={"told": "size", "later": "day"},
        ),
        "size": Step(
            ask=amount.ask_size,
            known=amount.known_size,
            choose=amount.choose_size,
            to={"usual": "new", "wrong": "quantity"},
        ),
        "new": Step(
            ask=confirm.ask_new,
            known=confirm.known_new,
            choose=confirm.choose_new,
            to={"new": "checks", "same": "same"},
        ),
        "checks": Step(
            ask=confirm.ask_checks,
            known=confirm.known_checks,
            choose=confirm.choose_checks,
            to={"told": "confirm", "each": "check"},
        ),
        "check": Step(
            ask=confirm.ask_check,
            known=confirm.known_check,
            choose=confirm.choose_check,
            to={"next": "check", "told": "confirm"},
        ),
        "confirm": Step(
            ask=confirm.ask_right,
            known=confirm.known_right,
            hear=confirm.hear_right,
            to={"yes": "saved", "fix": "fix", "changed": "size", "later": "confirm"},
        ),
        "fix": Step(
            ask=confirm.ask_fix,
            choose=confirm.choose_fix,
            hear=confirm.hear_fix,
            to={
                "quantity": "quantity",
                "day": "day",
                "kind": "kind",
                "changed": "size",
                "right": "confirm",
                "later": "fix",
            },
        ),
    },
    ends=frozenset({"saved", "nothing", "same"}),
    begin=begin,
    finish=finish,
    recap=_recap,
    stands=_stands,
)

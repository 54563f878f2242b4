"""The flow of a report: its questions in order, and the one place where it is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

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
    if reports.GROUP in data.get("doubts", []) and rights.may(person, "proxy"):
        return Ending(go=f"{PROXY}:{argument}")
    return {**data, **await draft.known_before(tx, scene, person)}


async def _start(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    if argument in {activity.key for activity in scene.content.activities.activities}:
        return {"activity": argument, "words": []}
    begins, _, told = argument.partition(":")
    match begins if told else "":
        case draft.NOTHING:
            return draft.from_week(scene, told)
        case draft.REST:
            return draft.from_rest(told)
        case draft.FOLLOW:
            return draft.from_follow_up(scene, told)
        case draft.FIX:
            return await draft.from_report(tx, scene, told)
        case _:
            return draft.from_sentence(scene, argument)


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
    report_id = await reports.add(tx, new, scene.now)
    if new.replaces:
        await photos.move(tx, new.replaces, report_id)
    on = did_day(scene, new.done_on)
    saved = scene.reply(
        "report.corrected" if data.get("replaces") else "report.saved",
        what=noted(activity_of(scene, data), amount_told(scene, data)),
        day=on,
    )
    change = Offer(scene.say("report.change"), f"{REPORT}:{draft.FIX}:{report_id}")
    undo = Offer(scene.say("report.undo"), f"undo:{report_id}")
    ending = Ending((saved,), (_home(scene), change, undo))
    return _then(data, ending)


def _then(data: Data, ending: Ending) -> Ending:
    """The sentence may have told of more: each is confirmed by itself."""
    if not data.get("rest"):
        return ending
    return Ending(ending.replies, go=f"{REPORT}:{draft.rest_of(data)}")


def _new_report(data: Data, person: Person) -> reports.NewReport:
    understood = ("activity", "quantity", "measure", "what", "on", "about", "large")
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
        doubts=tuple(data.get("doubts") or ()),
        checks=tuple(data.get("checks") or ()),
        replaces=data.get("replaces"),
        follows=data.get("follows"),
    )


async def _replace(tx: Tx, scene: Scene, report_id: int, person: Person) -> reports.Report | None:
    """Take the report that is corrected out of the counts; None if it is not there any more."""
    old = await draft.own_report(tx, scene, str(report_id))
    if old is None or old.status == reports.SUPERSEDED or await reports.is_replaced(tx, old.id):
        return None
    if old.stands:
        await reports.change_status(
            tx, old.id, to=reports.SUPERSEDED, by=person.id, now=scene.now, reason="corrected"
        )
    return old


def _in_place_of(old: reports.Report, new: reports.NewReport) -> reports.NewReport:
    """A correction is of whoever the report was of, whoever corrects it; the words go together."""
    words = "\n".join(filter(None, (old.words, new.words)))
    return replace(
        new,
        person_id=old.person_id,
        on_behalf_of=old.on_behalf_of,
        unit=old.unit,
        source=old.source,
        words=words,
        doubts=tuple(sorted({*old.doubts, *new.doubts})),
    )


def _home(scene: Scene) -> Offer:
    return Offer(scene.say("menu.home"), MENU)


def _recap(scene: Scene, data: Data) -> str:
    if not data.get("activity"):
        return scene.say("report.recap")
    return scene.say("report.recap_kind", activity=activity_of(scene, data).name.lower())


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
            ask=day.ask, known=day.known, choose=day.choose, hear=day.hear, to={"told": "size"}
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
            to={"yes": "saved", "fix": "fix", "changed": "size"},
        ),
        "fix": Step(
            ask=confirm.ask_fix,
            choose=confirm.choose_fix,
            to={"quantity": "quantity", "day": "day", "kind": "kind"},
        ),
    },
    ends=frozenset({"saved", "nothing", "same"}),
    begin=begin,
    finish=finish,
    recap=_recap,
)

"""Photos: asking once whether they may be kept, attaching them to a report, deleting them."""

from __future__ import annotations

from dataclasses import replace

from handlers.elders.wording import did_day, photo_consent, what_was_done
from handlers.talk.flow import Data, Ending, Flow, Heard, Offer, Option, Prompt, Step, yes_or_no
from handlers.talk.messages import Reply
from handlers.talk.routes import MENU, PHOTO, REPORT
from handlers.talk.scene import Scene
from storage import consents, photos, reports
from storage.database import Tx

#: How many reports are offered to attach a photo to.
SHOWN = 3
#: The argument that begins to delete the photos of a report: `delete:12`.
DELETE = "delete"


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """The photos that wait and the reports they may belong to; or the report to clear of photos."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    wish, _, number = argument.partition(":")
    if wish == DELETE:
        return await _begin_deleting(tx, scene, number)
    if not await photos.pending(tx, person.id):
        return Ending((scene.reply("photo.how"),))
    latest = await reports.of_person(tx, person.id, SHOWN)
    if not latest:
        offers = (Offer(scene.say("menu.report"), REPORT), Offer(scene.say("menu.home"), MENU))
        return Ending((scene.reply("photo.no_report"),), offers)
    return {
        "agreed": await consents.agrees(tx, person.id, photo_consent(scene.content)),
        "reports": [
            {"id": one.id, "what": what_was_done(scene, one), "day": did_day(scene, one.done_on)}
            for one in latest
        ],
    }


async def _begin_deleting(tx: Tx, scene: Scene, number: str) -> Data | Ending:
    report = await reports.get(tx, int(number)) if number.isdecimal() else None
    mine = report and scene.person and report.person_id == scene.person.id
    if not report or not mine or not await photos.of_report(tx, report.id):
        return Ending((scene.reply("photo.gone"),))
    return {"delete": report.id, "what": what_was_done(scene, report)}


def _known_consent(_scene: Scene, data: Data) -> Heard | None:
    if "delete" in data:
        return Heard("delete")
    return Heard("yes") if data["agreed"] else None


def _ask_consent(scene: Scene, _data: Data) -> Prompt:
    question = yes_or_no(
        scene,
        scene.say("photo.consent"),
        ("yes", scene.say("photo.consent_yes")),
        ("no", scene.say("photo.consent_no")),
    )
    return replace(question, back=False)


def _choose_consent(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard(key, {"consent": key})


def _ask_report(scene: Scene, data: Data) -> Prompt:
    shown = [
        Option(str(one["id"]), scene.say("photo.of", what=one["what"], day=one["day"]))
        for one in data["reports"]
    ]
    drop = Option("drop", scene.say("photo.drop"), scene.content.vocabulary.answers.no)
    return Prompt(scene.say("photo.which"), (*shown, drop))


def _choose_report(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("drop") if key == "drop" else Heard("report", {"report": int(key)})


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("photo.sure", what=data["what"]),
        ("yes", scene.say("undo.yes")),
        ("no", scene.say("undo.no")),
    )


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep what was said to keeping photos; attach those that wait, or delete what is unwanted."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    said = data.get("consent")
    if said is not None and not data["agreed"]:
        given = said == "yes"
        version = photo_consent(scene.content)
        await consents.keep(tx, person.id, version, scene.channel, scene.now, given=given)
    match outcome:
        case "attached":
            return await _attach(tx, scene, person.id, data["report"])
        case "dropped" | "declined":
            await photos.drop_pending(tx, person.id)
        case "deleted":
            await photos.delete_of_report(tx, person.id, data["delete"])
    return Ending((scene.reply(f"photo.{outcome}"),))


async def _attach(tx: Tx, scene: Scene, person_id: int, report_id: int) -> Ending:
    report = await reports.get(tx, report_id)
    waiting = len(await photos.pending(tx, person_id))
    if report is None or report.person_id != person_id or not report.stands or not waiting:
        return Ending((scene.reply("photo.gone"),))
    attached = await photos.attach(tx, person_id, report_id)
    replies: list[Reply] = []
    if attached < waiting:
        replies.append(scene.reply("photo.enough", count=photos.MOST))
    if attached:
        day = did_day(scene, report.done_on)
        replies.append(scene.reply("photo.attached", what=what_was_done(scene, report), day=day))
    delete = Offer(scene.say("photo.delete"), f"{PHOTO}:{DELETE}:{report_id}")
    return Ending(tuple(replies), (Offer(scene.say("menu.home"), MENU), delete))


FLOW = Flow(
    name=PHOTO,
    first="consent",
    steps={
        "consent": Step(
            ask=_ask_consent,
            known=_known_consent,
            choose=_choose_consent,
            to={"yes": "report", "no": "declined", "delete": "sure"},
        ),
        "report": Step(
            ask=_ask_report, choose=_choose_report, to={"report": "attached", "drop": "dropped"}
        ),
        "sure": Step(ask=_ask_sure, to={"yes": "deleted", "no": "spared"}),
    },
    ends=frozenset({"attached", "dropped", "declined", "deleted", "spared"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("photo.recap"),
    holds=False,
)

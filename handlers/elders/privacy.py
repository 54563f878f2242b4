"""My data: seeing what is kept, and taking everything back."""

from __future__ import annotations

from handlers.elders.erasing import erase
from handlers.elders.wording import photo_consent, read_name, reminded
from handlers.talk.flow import (
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
    yes_or_no,
)
from handlers.talk.routes import ANOTHER, LINK, MENU
from handlers.talk.scene import Scene, local_day
from storage import (
    attendances,
    consents,
    learning,
    people,
    photos,
    questions,
    reminders,
    reports,
    skills,
    surveys,
)
from storage.database import Tx


async def begin(tx: Tx, scene: Scene, _argument: str) -> Data | Ending:
    """Count what is kept about this person."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    mine = await reports.totals(tx, person.id)
    progress = await learning.progress(tx, person.id)
    since = local_day(await consents.agreed_at(tx, person.id))
    return {
        "reports": sum(one.reports for one in mine),
        "lessons": sum(one.finished for one in progress.values()),
        "photos": await photos.count(tx, person.id),
        "skills": sum(
            one.level == skills.CONFIRMED for one in await skills.of_person(tx, person.id)
        ),
        "questions": await questions.count(tx, person.id),
        "answers": await surveys.count(tx, person.id),
        "gatherings": await attendances.count(tx, person.id),
        "photos_agreed": await consents.agrees(tx, person.id, photo_consent(scene.content)),
        "reminded": reminded(scene, await reminders.wishes(tx, person.id)),
        "since": f"{since.day}/{since.month}/{since.year}",
    }


def _ask_show(scene: Scene, data: Data) -> Prompt:
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    age = {True: "over", False: "under", None: "unknown"}[person.over60]
    unit = scene.content.units.get(person.unit, scene.content.root_unit).name
    text = scene.say(
        "privacy.show",
        name=person.name,
        unit=unit,
        age=scene.say(f"privacy.age_{age}"),
        questions=data.get("questions", 0),  # a talk held since before has none
        count=data.get("answers", 0),
        total=data.get("gatherings", 0),
        state=data.get("reminded", ""),
        **{key: data[key] for key in ("reports", "photos", "lessons", "skills", "since")},
    )
    return Prompt(
        text,
        (
            Option("keep", scene.say("privacy.keep")),
            *((Option("photos", scene.say("privacy.photos")),) if _has_photos(data) else ()),
            Option("rename", scene.say("privacy.rename")),
            Option("erase", scene.say("privacy.erase")),
        ),
    )


def _has_photos(data: Data) -> bool:
    return bool(data["photos"] or data["photos_agreed"])


def _ask_photos(scene: Scene, data: Data) -> Prompt:
    options = [Option("keep", scene.say("privacy.keep"))]
    if data["photos"]:
        options.append(Option("delete", scene.say("privacy.photos_delete")))
    if data["photos_agreed"]:
        options.append(Option("withdraw", scene.say("privacy.photos_withdraw")))
    key = "privacy.photos_ask" if data["photos"] else "privacy.photos_none"
    return Prompt(scene.say(key, count=data["photos"]), tuple(options))


def _ask_sure(scene: Scene, _data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("privacy.sure"),
        ("erase", scene.say("privacy.sure_yes")),
        ("keep", scene.say("privacy.sure_no")),
    )


def _ask_name(scene: Scene, _data: Data) -> Prompt:
    return Prompt(scene.say("privacy.rename_ask"))


def _hear_name(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    name = read_name(scene, said.text)
    if name is None or said.media:
        return Misheard(scene.reply("register.name_unclear"))
    return Heard("named", {"name": name})


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Withdraw the consent and erase what names the person, or leave all as it is."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    if outcome == "renamed":
        await people.rename(tx, person.id, data["name"])
        return Ending((scene.reply("privacy.renamed", name=data["name"]),))
    if outcome in {"photos_deleted", "photos_withdrawn"}:
        return await _without_photos(tx, scene, person.id, withdrawn=outcome == "photos_withdrawn")
    if outcome != "erased":
        home = Offer(scene.say("menu.home"), MENU)
        return Ending(
            (scene.reply("privacy.kept"),),
            (
                home,
                Offer(scene.say("link.offer"), LINK),
                Offer(scene.say("sharing.add"), ANOTHER),
            ),
        )
    goodbye = scene.reply("privacy.erased")
    await erase(tx, scene, scene.content.plan.consent_version)
    return Ending((goodbye,), forget=True)


async def _without_photos(tx: Tx, scene: Scene, person_id: int, *, withdrawn: bool) -> Ending:
    await photos.delete_all(tx, person_id)
    if not withdrawn:
        return Ending((scene.reply("privacy.photos_deleted"),))
    version = photo_consent(scene.content)
    await consents.keep(tx, person_id, version, scene.channel, scene.now, given=False)
    return Ending((scene.reply("privacy.photos_withdrawn"),))


FLOW = Flow(
    name="privacy",
    first="show",
    steps={
        "show": Step(
            ask=_ask_show,
            to={"keep": "kept", "photos": "photos", "rename": "name", "erase": "sure"},
        ),
        "photos": Step(
            ask=_ask_photos,
            to={"keep": "kept", "delete": "photos_deleted", "withdraw": "photos_withdrawn"},
        ),
        "name": Step(
            ask=_ask_name, hear=_hear_name, takes_anything=True, names=True, to={"named": "renamed"}
        ),
        "sure": Step(ask=_ask_sure, to={"keep": "kept", "erase": "erased"}),
    },
    ends=frozenset({"kept", "photos_deleted", "photos_withdrawn", "renamed", "erased"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("privacy.recap"),
    holds=False,
)

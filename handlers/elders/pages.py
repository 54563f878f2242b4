"""Pages that only show: the menu, my page, and the safety corner."""

from __future__ import annotations

from handlers.elders.wording import did_day, what_was_done
from handlers.talk import rights
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Reply
from handlers.talk.scene import Scene
from storage import learning, reports
from storage.database import Tx

LATEST = 5


async def menu(_tx: Tx, scene: Scene, _argument: str) -> Ending:
    """What the bot can do for this person: three things."""
    person = scene.person
    names = ["tally"] if rights.may(person, "tally") else []
    names += ["review"] if rights.may(person, "review") else []
    names += ["learn", "report", "mine"]
    offers = tuple(Offer(scene.say(f"menu.{name}"), name) for name in names[:3])
    return Ending((scene.reply("menu.help"),), offers)


async def mine(tx: Tx, scene: Scene, _argument: str) -> Ending:
    """What I reported and learnt."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    latest = await reports.of_person(tx, person.id, LATEST)
    progress = await learning.progress(tx, person.id)
    lessons = scene.content.lessons()
    done = sum(1 for id_ in lessons if id_ in progress and progress[id_].finished)
    lines = "\n".join(
        scene.say("mine.line", day=did_day(scene, one.done_on), what=_with_status(scene, one))
        for one in latest
    )
    told = scene.reply("mine.reports", lines=lines) if latest else scene.reply("mine.no_reports")
    learnt = scene.reply("mine.lessons", done=done, total=len(lessons))
    offers = [
        Offer(scene.say("menu.home"), "menu"),
        *(
            Offer(scene.say("mine.undo", what=what_was_done(scene, one)), f"undo:{one.id}")
            for one in latest[:1]
        ),
        Offer(scene.say("mine.privacy"), "privacy"),
    ]
    return Ending((told, learnt), tuple(offers))


def _with_status(scene: Scene, report: reports.Report) -> str:
    what = what_was_done(scene, report)
    confirmed = report.status == reports.CONFIRMED
    return scene.say("mine.confirmed", what=what) if confirmed else what


async def thanks(_tx: Tx, scene: Scene, _argument: str) -> Ending:
    """Someone said thank you."""
    return Ending((scene.reply("talk.thanks"),))


async def safety(_tx: Tx, scene: Scene, _argument: str) -> Ending:
    """I think I am being cheated: three things to do now."""
    said = [scene.reply(f"safety.{part}") for part in ("stop", "call", "keep")]
    phone = scene.content.plan.help_phone
    if phone:
        said.append(Reply(text=scene.say("talk.ask_a_human_phone", phone=phone)))
    return Ending(tuple(said))

"""Taking back a confirmation: the one named, or the last one of whoever asks."""

from __future__ import annotations

from handlers.leaders.candidates import may_confirm
from handlers.talk import rights
from handlers.talk.flow import Data, Ending, Flow, Offer, Prompt, Step, yes_or_no
from handlers.talk.routes import CONFIRM, MENU, number_in
from handlers.talk.scene import Scene
from handlers.talk.sharers import called
from handlers.talk.telling import tell
from storage import outbox, people, skills
from storage.database import Tx
from storage.skills import Confirmation


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """Which confirmation, told in words."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to confirm
    number = number_in(argument)
    found = (
        await skills.latest_by(tx, person.id)
        if number is None
        else await skills.confirmation(tx, number)
    )
    whose = await people.get(tx, found.person_id) if found else None
    if found is None or whose is None or not _may(scene, found):
        home = Offer(scene.say("menu.home"), MENU)
        return Ending((scene.reply("confirm.gone"),), (home,))
    return {"id": found.id, "name": called(scene, whose), "title": _title(scene, found)}


def _may(scene: Scene, one: Confirmation) -> bool:
    """One's own, or any in a unit whose names one may see."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to confirm
    named = rights.over(person, "names", one.unit, scene.content)
    mine = one.by_id == person.id
    return one.stands and (mine or (named and may_confirm(scene, one.unit)))


def _title(scene: Scene, one: Confirmation) -> str:
    known = scene.content.skills.get(one.skill)
    return known.name if known else one.skill


def _ask(scene: Scene, data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("confirm.sure", title=data["title"], name=data["name"]),
        ("yes", scene.say("confirm.undo_yes")),
        ("no", scene.say("confirm.undo_no")),
    )


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Take it out of the counts; it stays in the book. Who was told the good news hears of it."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to confirm
    if outcome != "undone":
        return Ending((scene.reply("confirm.kept"),))
    found, rule = await skills.confirmation(tx, data["id"]), scene.content.plan.skills
    if found is None or not _may(scene, found):
        return Ending((scene.reply("confirm.gone"),))
    await skills.take_back(
        tx,
        found,
        by=person.id,
        now=scene.now,
        required=rule.required,
        reported_at=rule.reported_at,
    )
    if not await outbox.cancel(tx, f"skill:{found.id}"):
        await tell(
            tx,
            scene,
            found.person_id,
            f"unskill:{found.id}",
            lambda theirs: theirs.reply("confirm.news_undone", title=data["title"]),
        )
    more = Offer(scene.say("menu.confirm"), CONFIRM)
    return Ending((scene.reply("confirm.undone"),), (more, Offer(scene.say("menu.home"), MENU)))


FLOW = Flow(
    name="unconfirm",
    first="sure",
    steps={"sure": Step(ask=_ask, to={"yes": "undone", "no": "kept"})},
    ends=frozenset({"undone", "kept"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("confirm.recap"),
    holds=False,
)

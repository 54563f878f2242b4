"""What a person has reached: kept when the last lesson of a skill is learnt, or practised."""

from __future__ import annotations

from handlers.elders.lesson import schedule
from handlers.talk.flow import Ending, Offer
from handlers.talk.routes import ASK_HELP, LEARN, MENU
from handlers.talk.scene import Scene
from storage import help as help_requests
from storage import learning, recalls, skills
from storage.database import Tx
from storage.learning import Progress

#: Behind a lesson: it has not been managed yet.
NOT_YET = "not_yet"


async def reach(tx: Tx, scene: Scene, skill: str) -> None:
    """A skill is learnt, or said to be mastered, once every lesson that teaches it is.

    What was learnt is asked about again after some weeks.
    """
    person = scene.person
    assert person is not None  # noqa: S101 - the routes that lead here need a registered person
    progress = await learning.progress(tx, person.id)
    teaching = [progress.get(lesson.id) for lesson in scene.content.teaching(skill)]
    rule = scene.content.plan.skills
    for level, done in ((skills.LEARNT, _is_learnt), (skills.SAYS, _is_practised)):
        if all(one and done(one) for one in teaching):
            await skills.reach(
                tx,
                person.id,
                skill,
                level,
                person.unit,
                scene.today,
                rule.required,
                rule.reported_at,
            )
    if all(one and _is_learnt(one) for one in teaching):
        await recalls.start(tx, schedule.first(person.id, skill, scene.now))


def _is_learnt(one: Progress) -> bool:
    return one.finished


def _is_practised(one: Progress) -> bool:
    return one.finished and one.practised


async def practised(tx: Tx, scene: Scene, argument: str) -> Ending:
    """The answer to "can you do it now?", about a lesson: yes, or not yet (`lesson:not_yet`)."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    id_, _, answer = argument.partition(":")
    lesson = scene.content.lessons.get(id_)
    home = Offer(scene.say("menu.home"), MENU)
    if lesson is None:
        return Ending((scene.reply("learn.gone"),), (home,))
    if answer == NOT_YET:
        again = Offer(scene.say("learn.see_again"), f"{LEARN}:{id_}")
        help_ = Offer(scene.say("learn.ask_help"), f"{ASK_HELP}:{id_}")
        return Ending((scene.reply("learn.not_yet"),), (again, help_, home))
    await learning.practise(tx, person.id, id_, scene.now)
    await help_requests.needs_no_more(tx, person.id, id_, scene.now)
    await reach(tx, scene, lesson.skill)
    said = scene.reply("learn.can_do", title=scene.fill(lesson.title))
    return Ending((said,), (Offer(scene.say("learn.next_lesson"), LEARN), home))

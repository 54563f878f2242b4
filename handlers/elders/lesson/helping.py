"""Asking someone to come by: whoever helps with phones in the unit is told who needs what."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.talk import rights
from handlers.talk.flow import Data, Ending, Flow, Offer, Prompt, Step, yes_or_no
from handlers.talk.messages import Reply
from handlers.talk.routes import HELPED, LEARN, MENU
from handlers.talk.scene import Library, Scene
from handlers.talk.sharers import labelled
from handlers.talk.telling import choice, tell, who_holds
from storage import help as help_requests
from storage import learning, people
from storage.database import Tx


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """Which lesson help is wanted with; who has asked already is not asked for a yes again."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    if argument not in scene.content.lessons:
        return Ending((scene.reply("learn.gone"),), (_home(scene),))
    told = await help_requests.is_told(tx, person.id, argument)
    if told is not None:
        key = "help.already" if told else "help.already_kept"
        return Ending((scene.reply(key),), await _onward(tx, scene, argument))
    return {"lesson": argument, "somebody": bool(await _who_helps(tx, scene))}


def _ask(scene: Scene, data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("help.sure" if data.get("somebody", True) else "help.sure_later"),
        ("yes", scene.say("help.yes")),
        ("no", scene.say("help.no")),
    )


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the request and tell those who help; whoever helps later is told by `tell_others`."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    onward = await _onward(tx, scene, data["lesson"])
    if outcome != "told":
        return Ending((scene.reply("help.not_asked"),), onward)
    request = await help_requests.ask(tx, person.id, data["lesson"], person.unit, scene.now)
    if request is None:
        return Ending((scene.reply("help.already"),), onward)
    if await _tell(tx, scene, await _who_helps(tx, scene), data["lesson"], request):
        return Ending((scene.reply("help.told"),), onward)
    phone = scene.content.plan.help_phone
    key = "help.nobody_phone" if phone else "help.nobody"
    return Ending((scene.reply(key, phone=phone),), onward)


async def _onward(tx: Tx, scene: Scene, lesson: str) -> tuple[Offer, ...]:
    """Back into the lesson, where help was asked for in the middle of it; else the next one."""
    assert scene.person is not None  # noqa: S101 - the route needs a registered person
    opened = (await learning.progress(tx, scene.person.id)).get(lesson)
    if opened and opened.in_the_middle:
        return (Offer(scene.say("learn.go_on"), f"{LEARN}:{lesson}"), _home(scene))
    return (Offer(scene.say("learn.next_lesson"), LEARN), _home(scene))


async def tell_others(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Tell somebody of a request of which nobody was told who is still there to help; how many."""
    put = 0
    for one in await help_requests.left_alone(tx, rights.HELPING):
        person = await people.get(tx, one.person_id)
        if person is None or one.lesson not in library.content.lessons or put >= most:
            continue
        scene = Scene(library, now, "", "", replace(person, unit=one.unit))
        put += await _tell(tx, scene, await _who_helps(tx, scene), one.lesson, one.id)
    return put


async def _tell(tx: Tx, scene: Scene, helpers: list[int], lesson: str, request: int) -> int:
    told = 0
    for helper in helpers:
        key = f"help:{request}:{helper}"
        if await tell(
            tx, scene, helper, key, lambda theirs: _wanted(scene, theirs, lesson, request)
        ):
            await help_requests.note_told(tx, request, helper)
            told += 1
    return told


async def _who_helps(tx: Tx, scene: Scene) -> list[int]:
    """Those of the first helping role that anyone who can be written to has over the unit."""
    for role in rights.HELPING:
        if helpers := await who_holds(tx, scene, role):
            return helpers
    return []


def _wanted(scene: Scene, theirs: Scene, lesson_id: str, request: int) -> Reply:
    """Who needs help with what, in the words the person read."""
    person, lesson = scene.person, scene.content.lessons[lesson_id]
    assert person is not None  # noqa: S101 - the route needs a registered person
    text = theirs.say(
        "help.wanted",
        name=labelled(scene, person),
        unit=scene.content.units.get(person.unit, scene.content.root_unit).name,
        title=scene.fill(lesson.title),
        what=scene.fill(lesson.practice.text),
    )
    words = tuple(theirs.say("help.done_words").split(", "))
    done = choice(theirs, 1, theirs.say("help.done"), f"{HELPED}:{request}", words)
    return Reply(text=text, choices=(done,))


def _home(scene: Scene) -> Offer:
    return Offer(scene.say("menu.home"), MENU)


FLOW = Flow(
    name="ask_help",
    first="sure",
    steps={"sure": Step(ask=_ask, to={"yes": "told", "no": "not_asked"}, unanswered="help.unsent")},
    ends=frozenset({"told", "not_asked"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("help.recap"),
    stands=lambda content, data: data["lesson"] in content.lessons,
    holds=False,
)

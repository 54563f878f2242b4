"""A recall: two questions about a skill learnt weeks ago. It takes nothing away, whatever comes."""

from __future__ import annotations

import random
from dataclasses import replace

from content.loader import Content
from content.models.lesson import Lesson, QuizQuestion
from handlers.elders.lesson import asides, questions, schedule
from handlers.talk.flow import LEFT, Data, Ending, Flow, Heard, Offer, Prompt, Step
from handlers.talk.routes import LEARN, MENU
from handlers.talk.scene import Scene
from storage import learning, recalls, reminders
from storage.database import Tx

#: How many questions a recall has.
ASKED = 2
#: In the place of a skill: not now.
LATER = "later"


def recall_key(person_id: int, skill: str) -> str:
    """How the names of the reminders of one skill begin."""
    return f"recall:{person_id}:{skill}:"


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """The questions about a skill that is due: the one named, or the one longest due."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    home = Offer(scene.say("menu.home"), MENU)
    if argument == LATER:
        return Ending((scene.reply("recall.later"),), (home,))
    due = [
        one
        for one in await recalls.due(tx, person.id, scene.today)
        if one.skill in scene.content.skills
    ]
    progress = await learning.progress(tx, person.id)
    for skill in [one.skill for one in due if argument in {"", one.skill}]:
        learnt = [
            one
            for one in scene.content.teaching(skill)
            if one.id in progress and progress[one.id].finished
        ]
        if learnt:
            drawn = _drawn(scene, learnt, progress)
            return {"skill": skill, "drawn": drawn, "question": 0, "right": 0, "missed": []}
    return Ending((scene.reply("recall.none"),), (Offer(scene.say("menu.learn"), LEARN), home))


def _drawn(
    scene: Scene, lessons: list[Lesson], progress: dict[str, learning.Progress]
) -> list[list[str | int]]:
    """Questions of different lessons and different forms, where there are; new ones first."""
    person = scene.person.id if scene.person else 0
    shuffled = list(lessons)
    random.Random(f"{person}:{scene.today}").shuffle(shuffled)  # noqa: S311 - a draw, not a secret
    drawn: list[list[str | int]] = []
    forms: set[str] = set()
    for lesson in (shuffled * ASKED)[:ASKED]:
        bank = [
            number
            for number in questions.in_turn(scene, lesson, progress[lesson.id].times)
            if [lesson.id, number] not in drawn
        ]
        number = next((one for one in bank if lesson.quiz[one].form not in forms), bank[0])
        drawn.append([lesson.id, number])
        forms.add(lesson.quiz[number].form)
    return drawn


def _quiz(scene: Scene, data: Data) -> QuizQuestion:
    lesson, number = data["drawn"][data["question"]]
    quiz: QuizQuestion = scene.content.lessons[lesson].quiz[number]
    return quiz


def _ask(scene: Scene, data: Data) -> Prompt:
    words = asides.words(scene)
    prompt = replace(
        questions.ask(scene, _quiz(scene, data), data["question"] + 1, len(data["drawn"])),
        beside={kind: words[kind] for kind in (asides.LATER, asides.SKIP)},
    )
    if data["question"]:
        return prompt
    begun = scene.reply("recall.begin", title=scene.content.skills[data["skill"]].name)
    return replace(prompt, before=(begun,))


def _choose(scene: Scene, data: Data, key: str) -> Heard:
    if key == asides.LATER:
        return Heard(key)
    right, said = questions.answered(scene, _quiz(scene, data), key)
    lesson, _ = data["drawn"][data["question"]]
    keep = {
        "question": data["question"] + 1,
        "right": data["right"] + right,
        "missed": data["missed"] if right else [*data["missed"], lesson],
    }
    over = keep["question"] == len(data["drawn"])
    return Heard("over" if over else "more", keep, said)


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep when the skill is asked about next; what was forgotten has its lesson beside it."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    home = Offer(scene.say("menu.home"), MENU)
    if outcome == LEFT:
        return Ending((scene.reply("recall.later"),), (home,))
    await reminders.drop(tx, person.id, recall_key(person.id, data["skill"]))
    due = await recalls.due(tx, person.id, scene.today)
    for one in due:
        if one.skill == data["skill"]:
            again = schedule.after(one, data["right"], len(data["drawn"]), scene.now)
            await recalls.move(tx, again)
    if not data["missed"]:
        return Ending((scene.reply("recall.all_right"),), (home,))
    see = Offer(scene.say("learn.see_again"), f"{LEARN}:{data['missed'][0]}")
    return Ending((scene.reply("recall.some_wrong"),), (see, home))


def _stands(content: Content, data: Data) -> bool:
    lessons = content.lessons
    asked = all(id_ in lessons and number < len(lessons[id_].quiz) for id_, number in data["drawn"])
    return asked and data["skill"] in content.skills


FLOW = Flow(
    name="recall",
    first="question",
    steps={
        "question": Step(
            ask=_ask,
            choose=_choose,
            hear=questions.unclear,
            to={"more": "question", "over": "done", "later": LEFT},
        ),
    },
    ends=frozenset({"done"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("recall.recap"),
    stands=_stands,
)

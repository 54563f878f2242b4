"""Learning: cards one at a time, a quiz that teaches, one thing to do oneself."""

from __future__ import annotations

from content.models.lesson import Card, Lesson
from handlers.elders import lesson_choice
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
    yes_or_no,
)
from handlers.talk.messages import Picture, Reply
from handlers.talk.routes import MENU
from handlers.talk.scene import Scene
from storage import learning
from storage.database import Tx

#: How many of them must be right for the lesson to be praised without an offer to review.
ENOUGH_RIGHT = 2


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """What the person has learnt so far, to suggest what comes next."""
    assert scene.person is not None  # noqa: S101 - the route needs a registered person
    lessons = scene.content.lessons()
    progress = await learning.progress(tx, scene.person.id)
    started = [id_ for id_ in lessons if id_ in progress and not progress[id_].finished]
    fresh = [id_ for id_ in lessons if id_ not in progress]
    done = [id_ for id_ in lessons if id_ in progress and progress[id_].finished]
    places = {id_: progress[id_].card for id_ in started}
    data: Data = {"order": [*started, *fresh, *done], "done": len(done), "places": places}
    if argument in lessons:
        data |= lesson_choice.opened(scene, data, argument)
    return data


def _lesson(scene: Scene, data: Data) -> Lesson:
    return scene.content.lessons()[data["lesson"]]


def _ask_card(scene: Scene, data: Data) -> Prompt:
    lesson = _lesson(scene, data)
    last = data["card"] == len(lesson.cards) - 1
    opening: tuple[Reply, ...] = ()
    if data.get("opening"):
        title = scene.fill(lesson.title)
        opening = (
            scene.reply("learn.continue", title=title)
            if data["card"]
            else scene.reply(
                "learn.begin",
                title=title,
                cards=len(lesson.cards),
                questions=len(data["questions"]),
            ),
        )
    card = lesson.cards[data["card"]]
    return Prompt(
        scene.fill(card.text),
        (
            Option(
                "next",
                scene.say("learn.quiz_next" if last else "learn.next"),
                scene.content.vocabulary.answers.onward,
            ),
            Option("again", scene.say("learn.again")),
            Option("later", scene.say("learn.later")),
        ),
        before=opening,
        # Who wants to hear it again still has the picture above.
        picture=_picture(card) if not data.get("aloud") else None,
        aloud=bool(data.get("aloud")),
    )


def _picture(card: Card) -> Picture | None:
    drawn = card.picture
    return Picture(name=drawn.template, values=drawn.values) if drawn else None


def _choose_card(scene: Scene, data: Data, key: str) -> Heard:
    if key == "again":
        return Heard("again", {"aloud": True, "opening": False})
    last = data["card"] == len(_lesson(scene, data).cards) - 1
    if key == "next" and last:
        return Heard("quiz", {"aloud": False, "opening": False})
    if key == "next":
        return Heard("next", {"card": data["card"] + 1, "aloud": False, "opening": False})
    return Heard("later")


def _ask_quiz(scene: Scene, data: Data) -> Prompt:
    quiz = _lesson(scene, data).quiz[data["questions"][data["question"]]]
    return Prompt(
        scene.say(
            "learn.question",
            number=data["question"] + 1,
            total=len(data["questions"]),
            question=scene.fill(quiz.question),
        ),
        tuple(
            Option(str(place), scene.fill(choice)) for place, choice in enumerate(quiz.choices, 1)
        ),
    )


def _choose_quiz(scene: Scene, data: Data, key: str) -> Heard:
    quiz = _lesson(scene, data).quiz[data["questions"][data["question"]]]
    right = int(key) == quiz.answer
    feedback = Reply(text=scene.fill(quiz.right if right else quiz.wrong))
    keep = {"question": data["question"] + 1, "right": data["right"] + right}
    over = keep["question"] == len(data["questions"])
    return Heard("practice" if over else "more", keep, (feedback,))


def _hear_quiz(scene: Scene, _data: Data, _said: Said) -> Misheard:
    return Misheard(scene.reply("learn.question_unclear"))


def _ask_practice(scene: Scene, data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.fill(_lesson(scene, data).practice.text),
        ("says", scene.say("learn.practised")),
        ("not_yet", scene.say("learn.not_practised")),
    )


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the place, or the finished lesson with what it proves."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    if outcome == LEFT:
        if data.get("lesson"):
            await learning.keep_place(tx, person.id, data["lesson"], data["card"], scene.now)
        return Ending((scene.reply("learn.left"),))
    lesson, unit = _lesson(scene, data), person.unit
    await learning.finish(
        tx, person.id, lesson.id, data["right"], scene.now, practised=outcome == "practised"
    )
    await learning.inform(tx, person.id, "lesson", lesson.id, unit, scene.today)
    await _reach_levels(tx, scene, lesson.skill)
    title = scene.fill(lesson.title)
    if data["right"] >= min(ENOUGH_RIGHT, len(data["questions"])):
        done = scene.reply(
            "learn.done", title=title, right=data["right"], total=len(data["questions"])
        )
    else:
        done = scene.reply("learn.done_review", title=title)
    home = Offer(scene.say("menu.home"), MENU)
    following = [
        id_ for id_ in data["order"][: len(data["order"]) - data["done"]] if id_ != lesson.id
    ]
    if not following:
        return Ending((done,), (home,))
    return Ending((done,), (Offer(scene.say("learn.next_lesson"), f"learn:{following[0]}"), home))


async def _reach_levels(tx: Tx, scene: Scene, skill: str) -> None:
    """A skill is learnt, or said to be mastered, once every lesson that teaches it is."""
    assert scene.person is not None  # noqa: S101 - called by finish only
    progress = await learning.progress(tx, scene.person.id)
    teaching = [lesson.id for lesson in scene.content.lessons().values() if lesson.skill == skill]
    learnt = all(id_ in progress and progress[id_].finished for id_ in teaching)
    says = learnt and all(progress[id_].practised for id_ in teaching)
    required = scene.content.plan.skills.required
    for level, reached in (("learnt", learnt), ("says", says)):
        if reached:
            await learning.reach(
                tx, scene.person.id, skill, level, scene.person.unit, scene.today, required
            )


def _recap(scene: Scene, data: Data) -> str:
    if not data.get("lesson"):
        return scene.say("learn.recap_pick")
    return scene.say("learn.recap", title=scene.fill(_lesson(scene, data).title))


FLOW = Flow(
    name="learn",
    first="pick",
    steps={
        "pick": Step(
            ask=lesson_choice.ask_pick,
            known=lesson_choice.known_pick,
            choose=lesson_choice.choose_pick,
            hear=lesson_choice.hear_pick,
            to={"picked": "card", "tracks": "track"},
        ),
        "track": Step(
            ask=lesson_choice.ask_track,
            choose=lesson_choice.choose_track,
            hear=lesson_choice.hear_pick,
            to={"track": "lesson", "more": "track", "picked": "card"},
        ),
        "lesson": Step(
            ask=lesson_choice.ask_lesson,
            choose=lesson_choice.choose_lesson,
            hear=lesson_choice.hear_pick,
            to={"picked": "card", "more": "lesson"},
        ),
        "card": Step(
            ask=_ask_card,
            choose=_choose_card,
            to={"next": "card", "again": "card", "quiz": "quiz", "later": LEFT},
        ),
        "quiz": Step(
            ask=_ask_quiz,
            choose=_choose_quiz,
            hear=_hear_quiz,
            to={"more": "quiz", "practice": "practice"},
        ),
        "practice": Step(ask=_ask_practice, to={"says": "practised", "not_yet": "done"}),
    },
    ends=frozenset({"done", "practised"}),
    begin=begin,
    finish=finish,
    recap=_recap,
    keeps_place=True,
)

"""Learning: cards one at a time, a quiz that teaches, one thing to do oneself."""

from __future__ import annotations

from dataclasses import replace

from content.loader import Content
from content.models.lesson import Card, Lesson
from handlers.elders.lesson import certificate, choice, levels, questions, suggestions
from handlers.talk.flow import (
    LEFT,
    Data,
    Ending,
    Flow,
    Heard,
    Offer,
    Option,
    Prompt,
    Step,
    yes_or_no,
)
from handlers.talk.messages import Picture, Reply
from handlers.talk.routes import ASK_HELP, LEARN, MENU, RECALL
from handlers.talk.scene import Scene
from storage import help as help_requests
from storage import learning, recalls
from storage.database import Tx

#: How many of them must be right for the lesson to be praised without an offer to review.
ENOUGH_RIGHT = 2


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """What the person has learnt so far, to suggest what comes next."""
    assert scene.person is not None  # noqa: S101 - the route needs a registered person
    lessons = scene.content.lessons()
    progress = await learning.progress(tx, scene.person.id)
    # A lesson learnt before that was opened again and left is in the middle too.
    middle = [one for one in progress.values() if not one.finished or one.card]
    started = [id_ for id_ in lessons if id_ in {one.lesson for one in middle}]
    done = [id_ for id_ in progress if id_ in lessons and id_ not in started]
    fresh = suggestions.unlearnt(scene, progress)
    due = await recalls.due(tx, scene.person.id, scene.today)
    data: Data = {
        "order": [*started, *fresh, *done],
        "done": len(done),
        "places": {id_: progress[id_].card for id_ in started},
        "times": {id_: one.times for id_, one in progress.items() if one.times},
        "recall": next((one.skill for one in due if one.skill in scene.content.skills), None),
    }
    if argument in lessons:
        data |= choice.opened(scene, data, argument)
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
    return questions.ask(scene, quiz, data["question"] + 1, len(data["questions"]))


def _choose_quiz(scene: Scene, data: Data, key: str) -> Heard:
    quiz = _lesson(scene, data).quiz[data["questions"][data["question"]]]
    right, feedback = questions.answered(scene, quiz, key)
    keep = {"question": data["question"] + 1, "right": data["right"] + right}
    over = keep["question"] == len(data["questions"])
    return Heard("practice" if over else "more", keep, (feedback,))


def _ask_practice(scene: Scene, data: Data) -> Prompt:
    question = yes_or_no(
        scene,
        scene.fill(_lesson(scene, data).practice.text),
        ("says", scene.say("learn.practised")),
        ("not_yet", scene.say("learn.not_practised")),
    )
    words = tuple(scene.say("learn.ask_help_words").split(", "))
    help_ = Option("help", scene.say("learn.ask_help"), words)
    return replace(question, options=(*question.options, help_))


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the place, or the finished lesson with what it proves."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    if outcome == LEFT:
        if data.get("lesson"):
            await learning.keep_place(tx, person.id, data["lesson"], data["card"], scene.now)
        return Ending((scene.reply("learn.left"),))
    if outcome == RECALL:
        return Ending(go=f"{RECALL}:{data['recall']}")
    lesson, practised = _lesson(scene, data), outcome == "practised"
    await learning.finish(tx, person.id, lesson.id, data["right"], scene.now, practised=practised)
    await learning.inform(tx, person.id, "lesson", lesson.id, person.unit, scene.today)
    await levels.reach(tx, scene, lesson.skill)
    if practised:
        await help_requests.needs_no_more(tx, person.id, lesson.id, scene.now)
    told = (_done(scene, data), *await _certificate(tx, scene, lesson))
    if outcome == "help":
        return Ending(told, go=f"{ASK_HELP}:{lesson.id}")
    return Ending(told, _onward(scene, data))


def _enough(data: Data) -> bool:
    return bool(data["right"] >= min(ENOUGH_RIGHT, len(data["questions"])))


def _done(scene: Scene, data: Data) -> Reply:
    title = scene.fill(_lesson(scene, data).title)
    if not _enough(data):
        return scene.reply("learn.done_review", title=title)
    return scene.reply("learn.done", title=title, right=data["right"], total=len(data["questions"]))


async def _certificate(tx: Tx, scene: Scene, lesson: Lesson) -> tuple[Reply, ...]:
    """The certificate of the track, when this was the last lesson of it and the first time."""
    assert scene.person is not None  # noqa: S101 - called by finish only
    progress = await learning.progress(tx, scene.person.id)
    whole = [one for one in certificate.earned(scene, progress) if lesson in one.lessons]
    first = progress[lesson.id].times == 1
    return tuple(certificate.drawn(scene, one, progress) for one in whole if first)


def _onward(scene: Scene, data: Data) -> tuple[Offer, ...]:
    """What comes next; the same lesson once more where too little was right."""
    left = data["order"][: len(data["order"]) - data["done"]]
    following = suggestions.same_track(scene, data["lesson"], left)
    see = Offer(scene.say("learn.see_again"), f"{LEARN}:{data['lesson']}")
    next_ = [Offer(scene.say("learn.next_lesson"), f"{LEARN}:{id_}") for id_ in following[:1]]
    again = [] if _enough(data) else [see]
    return (*again, *next_, Offer(scene.say("menu.home"), MENU))


def _recap(scene: Scene, data: Data) -> str:
    if not data.get("lesson"):
        return scene.say("learn.recap_pick")
    return scene.say("learn.recap", title=scene.fill(_lesson(scene, data).title))


def _stands(content: Content, data: Data) -> bool:
    """Whether the lesson, its card and the questions drawn are there, or what is to be chosen."""
    lesson = content.lessons().get(data.get("lesson", ""))
    if lesson is None:
        tracks = {None, *(one.track.id for one in content.tracks)}
        some = any(one in content.lessons() for one in data["order"])
        return not data.get("lesson") and some and data.get("track") in tracks
    drawn = max(data["questions"], default=0)
    return data["card"] < len(lesson.cards) and drawn < len(lesson.quiz)


FLOW = Flow(
    name="learn",
    first="pick",
    steps={
        "pick": Step(
            ask=choice.ask_pick,
            known=choice.known_pick,
            choose=choice.choose_pick,
            hear=choice.hear_pick,
            to={"picked": "card", "tracks": "track", "recall": RECALL},
        ),
        "track": Step(
            ask=choice.ask_track,
            choose=choice.choose_track,
            hear=choice.hear_pick,
            to={"track": "lesson", "more": "track", "picked": "card", "old": "old"},
        ),
        "old": Step(
            ask=choice.ask_old,
            choose=choice.choose_lesson,
            hear=choice.hear_pick,
            to={"picked": "card", "more": "old"},
        ),
        "lesson": Step(
            ask=choice.ask_lesson,
            choose=choice.choose_lesson,
            hear=choice.hear_pick,
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
            hear=questions.unclear,
            to={"more": "quiz", "practice": "practice"},
        ),
        "practice": Step(
            ask=_ask_practice, to={"says": "practised", "not_yet": "done", "help": "help"}
        ),
    },
    ends=frozenset({"done", "practised", "help", RECALL}),
    begin=begin,
    finish=finish,
    recap=_recap,
    stands=_stands,
    keeps_place=True,
)

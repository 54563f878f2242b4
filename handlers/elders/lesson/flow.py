"""Learning: cards one at a time, a quiz that teaches, one thing to do oneself."""

from __future__ import annotations

from dataclasses import replace

from content.loader import Content, LoadedTrack
from content.models.lesson import Card, Lesson, QuizQuestion
from handlers.elders.lesson import asides, certificate, choice, levels, questions, suggestions
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
from handlers.talk.routes import ASK_HELP, LEARN, MENU, RECALL
from handlers.talk.scene import Scene
from storage import help as help_requests
from storage import learning, recalls
from storage.database import Tx


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """What the person has learnt so far, to suggest what comes next."""
    assert scene.person is not None  # noqa: S101 - the route needs a registered person
    lessons = scene.content.lessons
    progress = await learning.progress(tx, scene.person.id)
    # A lesson learnt before that was opened again and left is in the middle too.
    middle = {one.lesson for one in progress.values() if one.in_the_middle}
    started = [id_ for id_ in lessons if id_ in middle]
    asked = {id_: progress[id_] for id_ in started if progress[id_].question is not None}
    done = [id_ for id_ in progress if id_ in lessons and id_ not in started]
    fresh = suggestions.unlearnt(scene, progress)
    due = await recalls.due(tx, scene.person.id, scene.today)
    data: Data = {
        "order": [*started, *fresh, *done],
        "done": len(done),
        "places": {id_: progress[id_].card for id_ in started},
        "quizzes": {id_: [one.question, one.right_so_far] for id_, one in asked.items()},
        "times": {id_: one.times for id_, one in progress.items() if one.times},
        "recall": next((one.skill for one in due if one.skill in scene.content.skills), None),
    }
    if argument in lessons:
        data |= choice.opened(scene, data, argument)
    return data


def _lesson(scene: Scene, data: Data) -> Lesson:
    return scene.content.lessons[data["lesson"]]


def _opening(scene: Scene, data: Data) -> tuple[Reply, ...]:
    """Which lesson it is, said as it opens."""
    if not data.get("opening"):
        return ()
    lesson = _lesson(scene, data)
    title, cards, asked = scene.fill(lesson.title), len(lesson.cards), len(data["questions"])
    if data["card"] or data.get("quiz"):
        return (scene.reply("learn.continue", title=title),)
    return (scene.reply("learn.begin", title=title, cards=cards, questions=asked),)


def _known_card(_scene: Scene, data: Data) -> Heard | None:
    """Who left in the quiz has read the cards."""
    return Heard("quiz") if data.get("opening") and data.get("quiz") else None


def _ask_card(scene: Scene, data: Data) -> Prompt:
    lesson, words = _lesson(scene, data), asides.words(scene)
    last = data["card"] == len(lesson.cards) - 1
    card = lesson.cards[data["card"]]
    again = Option(
        "again", scene.say("learn.again"), tuple(scene.say("learn.again_words").split(", "))
    )
    help_ = Option(asides.HELP, scene.say("learn.ask_help"))
    return Prompt(
        scene.fill(card.text),
        (
            Option(
                "next",
                scene.say("learn.quiz_next" if last else "learn.next"),
                scene.content.vocabulary.answers.onward,
            ),
            help_ if data.get("lost") else again,
            Option("later", scene.say("learn.later")),
        ),
        beside={kind: words[kind] for kind in (asides.LATER, asides.HELP, asides.LOST)},
        before=_opening(scene, data),
        picture=_picture(card),
        aloud=bool(data.get("aloud")),
    )


def _picture(card: Card) -> Picture | None:
    drawn = card.picture
    return Picture(name=drawn.template, values=drawn.values) if drawn else None


def _choose_card(scene: Scene, data: Data, key: str) -> Heard:
    if key == "again":
        return Heard("again", {"aloud": True, "opening": False}, stays=True)
    if key == asides.LOST:
        keep = {"lost": True, "opening": False}
        return Heard("again", keep, (scene.reply("learn.lost"),), stays=True)
    keep = {"aloud": False, "lost": False, "opening": False}
    last = data["card"] == len(_lesson(scene, data).cards) - 1
    if key == "next" and last:
        return Heard("quiz", {**keep, "quiz": True})
    if key == "next":
        return Heard("next", {**keep, "card": data["card"] + 1})
    return Heard(key)


def _hear_card(scene: Scene, data: Data, said: Said) -> Heard | None:
    kind = asides.within(scene, said)
    return _choose_card(scene, data, kind) if kind and kind != asides.SKIP else None


def _known_quiz(_scene: Scene, data: Data) -> Heard | None:
    """Who left before the practice has answered everything."""
    return Heard("practice") if data["question"] >= len(data["questions"]) else None


def _ask_quiz(scene: Scene, data: Data) -> Prompt:
    asked = questions.ask(scene, _quiz(scene, data), data["question"] + 1, len(data["questions"]))
    return replace(asked, beside=asides.words(scene), before=_opening(scene, data))


def _quiz(scene: Scene, data: Data) -> QuizQuestion:
    number: int = data["questions"][data["question"]]
    return _lesson(scene, data).quiz[number]


def _choose_quiz(scene: Scene, data: Data, key: str) -> Heard:
    if key == asides.LOST:
        return Heard("again", {"opening": False}, (scene.reply("learn.lost_quiz"),), stays=True)
    if key in {asides.LATER, asides.HELP}:
        return Heard(key)
    right, said = questions.answered(scene, _quiz(scene, data), key)
    keep = {"question": data["question"] + 1, "right": data["right"] + right, "opening": False}
    over = keep["question"] == len(data["questions"])
    return Heard("practice" if over else "more", keep, said)


def _hear_quiz(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    kind = asides.within(scene, said)
    return _choose_quiz(scene, data, kind) if kind else questions.unclear(scene, data, said)


def _ask_practice(scene: Scene, data: Data) -> Prompt:
    question = yes_or_no(
        scene,
        scene.fill(_lesson(scene, data).practice.text),
        ("says", scene.say("learn.practised")),
        ("not_yet", scene.say("learn.not_practised")),
    )
    words = asides.words(scene)
    help_ = Option("help", scene.say("learn.ask_help"), words[asides.HELP])
    return replace(
        question,
        options=(*question.options, help_),
        beside={asides.LATER: words[asides.LATER]},
        before=_opening(scene, data),
    )


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the place, or the finished lesson with what it proves."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    if outcome in {LEFT, ASK_HELP}:
        if data.get("lesson"):
            await _keep_place(tx, scene, data)
        if outcome == ASK_HELP:
            return Ending(go=f"{ASK_HELP}:{data['lesson']}")
        return Ending((scene.reply("learn.left"),))
    if outcome == RECALL:
        return Ending(go=f"{RECALL}:{data['recall']}")
    lesson, practised = _lesson(scene, data), outcome == "practised"
    before = certificate.earned(scene, await learning.progress(tx, person.id))
    await learning.finish(tx, person.id, lesson.id, data["right"], scene.now, practised=practised)
    await learning.inform(tx, person.id, "lesson", lesson.id, person.unit, scene.today)
    await levels.reach(tx, scene, lesson.skill)
    if practised:
        await help_requests.needs_no_more(tx, person.id, lesson.id, scene.now)
    told = (*_done(scene, data, practised=practised), *await _certificates(tx, scene, before))
    if outcome == "help":
        return Ending(told, go=f"{ASK_HELP}:{lesson.id}")
    return Ending(told, _onward(scene, data))


async def _keep_place(tx: Tx, scene: Scene, data: Data) -> None:
    assert scene.person is not None  # noqa: S101 - called by finish only
    await learning.keep_place(
        tx,
        scene.person.id,
        data["lesson"],
        data["card"],
        scene.now,
        question=data["question"] if data.get("quiz") else None,
        right_so_far=data["right"],
    )


def _enough(data: Data) -> bool:
    return bool(data["right"] >= questions.ENOUGH_RIGHT)


def _done(scene: Scene, data: Data, *, practised: bool) -> tuple[Reply, ...]:
    title, right, total = scene.fill(_lesson(scene, data).title), data["right"], data["questions"]
    if _enough(data):
        return (scene.reply("learn.done", title=title, right=right, total=len(total)),)
    can_do = (scene.reply("learn.can_do", title=title),) if practised else ()
    return (*can_do, scene.reply("learn.done_review", title=title))


async def _certificates(tx: Tx, scene: Scene, before: list[LoadedTrack]) -> tuple[Reply, ...]:
    """The certificate of the track that this lesson made whole; `before` are those held already."""
    assert scene.person is not None  # noqa: S101 - called by finish only
    progress = await learning.progress(tx, scene.person.id)
    now = certificate.earned(scene, progress)
    return tuple(certificate.drawn(scene, one, progress) for one in now if one not in before)


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
    lesson = content.lessons.get(data.get("lesson", ""))
    if lesson is None:
        tracks = {None, *(one.track.id for one in content.tracks)}
        some = any(one in content.lessons for one in data["order"])
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
            names=True,
            to={"picked": "card", "tracks": "track", "track": "lesson", "recall": RECALL},
        ),
        "track": Step(
            ask=choice.ask_track,
            choose=choice.choose_track,
            hear=choice.hear_pick,
            names=True,
            to={"track": "lesson", "more": "track", "picked": "card", "old": "old"},
        ),
        "old": Step(
            ask=choice.ask_old,
            choose=choice.choose_lesson,
            hear=choice.hear_pick,
            names=True,
            to={"picked": "card", "track": "lesson", "more": "old"},
        ),
        "lesson": Step(
            ask=choice.ask_lesson,
            choose=choice.choose_lesson,
            hear=choice.hear_pick,
            names=True,
            to={"picked": "card", "track": "lesson", "more": "lesson"},
        ),
        "card": Step(
            ask=_ask_card,
            known=_known_card,
            choose=_choose_card,
            hear=_hear_card,
            to={"next": "card", "again": "card", "quiz": "quiz", "later": LEFT, "help": ASK_HELP},
        ),
        "quiz": Step(
            ask=_ask_quiz,
            known=_known_quiz,
            choose=_choose_quiz,
            hear=_hear_quiz,
            to={
                "more": "quiz",
                "again": "quiz",
                "practice": "practice",
                "later": LEFT,
                "help": ASK_HELP,
            },
        ),
        "practice": Step(
            ask=_ask_practice,
            to={"says": "practised", "not_yet": "done", "help": "help", "later": LEFT},
        ),
    },
    ends=frozenset({"done", "practised", "help", ASK_HELP, RECALL}),
    begin=begin,
    finish=finish,
    recap=_recap,
    stands=_stands,
    keeps_place=True,
)

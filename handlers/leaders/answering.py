"""Answering a question: in one's own words, or passing it to whoever can; and what waits."""

from __future__ import annotations

from content.loader import Content
from handlers.elders.question import desks
from handlers.elders.question.desks import BOOK, PASS, REPLY
from handlers.talk import rights
from handlers.talk.choosing import MORE, by_turns, onward
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
from handlers.talk.routes import ANSWER, ASK, MENU, PROPOSE, QUESTIONS, SURVEY, number_in
from handlers.talk.scene import Scene, local_day
from storage import photos, questions, surveys
from storage.database import Tx
from storage.enclosures import Enclosure
from storage.questions import ANSWERED, PASSED, Question

#: How many questions are offered at a time.
SHOWN = 2


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """The question that is meant (`12`), and what to do with it where that is said (`12:reply`)."""
    number, _, wish = argument.partition(":")
    question = await _mine(tx, scene, number)
    if question is None:
        return _gone(scene)
    agencies = await _others(tx, scene, question)
    return {
        "question": question.id,
        "told": desks.told(scene, question),
        "name": desks.asker(scene, question),
        "photos": await photos.of_question(tx, question.id),
        "voices": await desks.voices(tx, question),
        "agencies": agencies,
        "wish": wish,
        "from": 0,
    }


async def _mine(tx: Tx, scene: Scene, argument: str) -> Question | None:
    """An open question that is this person's to answer; nobody answers their own."""
    person, number = scene.person, number_in(argument)
    question = await questions.get(tx, number) if number is not None else None
    if question is None or person is None or not question.is_open:
        return None
    mine = rights.at_desk(person, question.desk, question.unit, scene.content)
    return question if mine and question.person_id != person.id else None


async def _others(tx: Tx, scene: Scene, question: Question) -> list[Data]:
    """The agencies somebody can be reached at, the one the subject belongs to first."""
    plan = scene.content.plan
    meant = scene.content.subject(question.subject).indicator
    keys = [plan.leading(meant), plan.questions.association]
    keys += [plan.leading(one.indicator) for one in scene.content.subjects]
    return [
        {"key": key, "name": plan.agency(key).name}
        for key in dict.fromkeys(keys)
        if key != question.desk
        and await desks.those_at(tx, scene.content, key, question.unit, question.person_id)
    ]


def _gone(scene: Scene) -> Ending:
    others = Offer(scene.say("question.see"), QUESTIONS)
    return Ending((scene.reply("question.not_here"),), (others, _home(scene)))


def _home(scene: Scene) -> Offer:
    return Offer(scene.say("menu.home"), MENU)


# --- the questions of the flow


def _known_question(_scene: Scene, data: Data) -> Heard | None:
    return Heard(data["wish"]) if data["wish"] in {REPLY, PASS, BOOK} else None


def _ask_question(scene: Scene, data: Data) -> Prompt:
    options = [
        Option(REPLY, scene.say("question.reply")),
        Option(PASS, scene.say("question.pass_on")),
    ]
    if rights.may(scene.person, "propose"):
        options.append(Option(BOOK, scene.say("question.book")))
    shown = [desks.photo(id_, scene) for id_ in data["photos"]]
    shown += [
        scene.reply("question.voice").enclosing(
            Enclosure(id_, "voice", name), scene.say("question.voice_elsewhere")
        )
        for id_, name in data.get("voices", ())
    ]
    return Prompt(data["told"], tuple(options), before=tuple(shown))


def _ask_words(scene: Scene, data: Data) -> Prompt:
    return Prompt(scene.say("question.your_answer", name=data["name"]))


def _hear_words(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    heard = desks.hear(scene, said, "question.answer_unclear")
    return heard if isinstance(heard, Misheard) else Heard("told", heard)


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    key = "question.answer_sure_voice" if data.get("voice") else "question.answer_sure"
    return yes_or_no(
        scene,
        scene.say(key, name=data["name"], words=data["words"]),
        ("yes", scene.say("question.send")),
        ("no", scene.say("question.rewrite")),
    )


def _known_where(_scene: Scene, data: Data) -> Heard | None:
    return None if data["agencies"] else Heard("nowhere")


def _ask_where(scene: Scene, data: Data) -> Prompt:
    options = [Option(one["key"], one["name"]) for one in data["agencies"]]
    shown = by_turns(scene, options, data["from"])
    return Prompt(scene.say("question.where"), shown)


def _choose_where(_scene: Scene, data: Data, key: str) -> Heard:
    if key == MORE:
        return Heard("more", onward(data))
    return Heard("told", {"to": key})


# --- what comes of it


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Send the answer to who asked, or the question to another desk; both are told."""
    others = Offer(scene.say("question.see"), QUESTIONS)
    if outcome in {LEFT, "nowhere"}:
        key = "question.unanswered" if outcome == LEFT else "question.nowhere"
        return Ending((scene.reply(key),), (others, _home(scene)))
    if outcome == BOOK:
        return Ending((scene.reply("question.to_book"),), go=f"{PROPOSE}:{data['question']}")
    if await desks.is_lost(tx, scene, data.get("voice")):
        go = f"{ANSWER}:{data['question']}:{REPLY}"
        return Ending((scene.reply("question.voice_gone"),), go=go)
    question = await _mine(tx, scene, str(data["question"]))
    step = _step(scene, data, question, outcome) if question else None
    kept = await questions.add(tx, question, step) if question and step else None
    if kept is None:
        return _gone(scene)
    await desks.enclose(tx, scene, kept, data.get("voice"))
    reached = await desks.tell_asker(tx, scene, kept)
    if outcome == ANSWERED:
        key = "question.answered" if reached else "question.answered_unreached"
        return Ending((scene.reply(key, name=data["name"]),), (others, _home(scene)))
    await desks.tell_desk(tx, scene, kept)
    passed = scene.reply("question.passed", agency=desks.named(scene, kept.desk))
    return Ending((passed,), (others, _home(scene)))


def _step(scene: Scene, data: Data, question: Question, outcome: str) -> questions.Step:
    assert scene.person is not None  # noqa: S101 - the route needs a right
    answered = outcome == ANSWERED
    return questions.Step(
        step=ANSWERED if answered else PASSED,
        desk=question.desk if answered else data["to"],
        words=data["words"] if answered else "",
        by_id=scene.person.id,
        at=scene.now,
    )


def _stands(content: Content, data: Data) -> bool:
    return {one["key"] for one in data["agencies"]} <= {one.key for one in content.plan.agencies}


FLOW = Flow(
    name=ANSWER,
    first="question",
    steps={
        "question": Step(
            ask=_ask_question,
            known=_known_question,
            to={REPLY: "words", PASS: "where", BOOK: BOOK},
        ),
        "words": Step(
            ask=_ask_words,
            hear=_hear_words,
            takes_anything=True,
            takes=desks.TAKES,
            to={"told": "sure"},
        ),
        "sure": Step(ask=_ask_sure, to={"yes": ANSWERED, "no": "words"}),
        "where": Step(
            ask=_ask_where,
            known=_known_where,
            choose=_choose_where,
            to={"told": PASSED, "more": "where", "nowhere": "nowhere"},
        ),
    },
    ends=frozenset({ANSWERED, PASSED, BOOK, "nowhere"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("question.recap_answer"),
    stands=_stands,
)


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """The questions that wait for this person, the oldest first, a few at a time (`2` goes on).

    Whoever answers for nobody means the questions they are asked, or one of their own.
    """
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    if not rights.may(person, "questions"):
        left_over, _ = await surveys.open_for(tx, person.id, scene.today)
        return Ending(go=SURVEY if left_over else ASK)
    waiting = [
        one
        for one in await questions.waiting(tx)
        if one.person_id != person.id and rights.at_desk(person, one.desk, one.unit, scene.content)
    ]
    home = _home(scene)
    if not waiting:
        return Ending((scene.reply("question.none"),), (home,))
    start = number_in(argument) or 0
    left = waiting[start:] or waiting
    offers = [Offer(_label(scene, one), f"{ANSWER}:{one.id}") for one in left[:SHOWN]]
    if len(left) > SHOWN:
        rest = len(waiting) - len(left) + SHOWN
        offers.append(Offer(scene.say("question.next"), f"{QUESTIONS}:{rest}"))
    told = scene.reply("question.list", total=len(waiting), day=_age(scene, waiting[0]))
    return Ending((told,), (*offers, home))


def _label(scene: Scene, one: Question) -> str:
    """No words of the question: a list is not the place for them."""
    what = scene.content.subject(one.subject).name
    return scene.say("question.line", name=desks.asker(scene, one), what=what, day=_age(scene, one))


def _age(scene: Scene, one: Question) -> str:
    days = (scene.today - local_day(one.steps[0].at)).days
    return scene.say("question.days" if days else "question.today", count=days)

"""Asking: one's own words, what they are about, and to whom they go; again when it is not clear."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.elders.question import desks
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
from handlers.talk.routes import ASK, MENU, OFFERED, SHOWN, SPOKEN, TOLD, number_in
from handlers.talk.scene import Scene
from storage import photos, questions
from storage.database import Tx
from storage.questions import ANSWERED, ASKED, CLOSED, UNCLEAR, Question

#: A photo that belongs to nothing has not waited longer.
_WAITED = timedelta(days=2)


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """What is asked: nothing, words (`told:…`, `offered:…`), a voice (`spoken:7:…`), or photos.

    Or an answer is not clear (`12`). Everything is kept from here on what the steps say: to whom it
    will go, and since when photos belong to it.
    """
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    kind, _, words = argument.partition(":")
    data: Data = {"begun": scene.now.isoformat(), "from": 0, "subject": None}
    data |= {"words": None, "voice": None}
    if number_in(argument) is not None:
        question = await desks.own(tx, scene, argument)
        if question is None or question.steps[-1].step not in {ANSWERED, CLOSED}:
            return Ending((scene.reply("question.gone"),), (_home(scene),))
        return {**data, "question": question.id, "desk": question.desk}
    if kind == SHOWN:
        data |= {SHOWN: True, "begun": (scene.now - _WAITED).isoformat()}
    desk = await desks.first_desk(tx, scene.content, person.unit, person.id)
    if kind in {TOLD, OFFERED}:
        data["words"] = words[: desks.LONGEST]
    elif kind == SPOKEN:
        number, _, words = words.partition(":")
        words = words[: desks.LONGEST] or scene.say("question.spoken")
        data |= {"words": words, "voice": number_in(number)}
    return {**data, "offered": kind in {OFFERED, SPOKEN}, "desk": desk}


def _known_offer(_scene: Scene, data: Data) -> Heard | None:
    if data["words"] is None:
        return Heard("empty")
    return None if data.get("offered") else Heard("told")


def _ask_offer(scene: Scene, data: Data) -> Prompt:
    kind = "offer_voice" if data["voice"] else "offer"
    return yes_or_no(
        scene,
        scene.say(f"question.{kind}", name=desks.named(scene, data["desk"])),
        ("yes", scene.say(f"question.{kind}_yes")),
        ("no", scene.say(f"question.{kind}_no")),
    )


def _ask_words(scene: Scene, data: Data) -> Prompt:
    if data.get(SHOWN):
        alone = Option(SHOWN, scene.say("question.send_shown"))
        return Prompt(scene.say("question.words_shown"), (alone,))
    return Prompt(scene.say("question.again" if "question" in data else "question.words"))


def _choose_words(scene: Scene, _data: Data, _key: str) -> Heard:
    """Nothing but the photo."""
    return Heard("told", {"words": scene.say("question.shown"), "voice": None, "alone": True})


def _hear_words(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    """A number alone asks nothing."""
    if not said.media and not any(letter.isalpha() for letter in said.text):
        return Misheard(scene.reply("question.words_unclear"))
    heard = desks.hear(scene, said, "question.words_unclear")
    return heard if isinstance(heard, Misheard) else Heard("told", {**heard, "alone": False})


def _known_subject(scene: Scene, data: Data) -> Heard | None:
    if "question" in data or data["subject"]:
        return Heard("told")
    found = desks.subject_of(scene.content, data["words"])
    return Heard("told", {"subject": found.key}) if found else None


def _ask_subject(scene: Scene, data: Data) -> Prompt:
    options = [Option(one.key, one.name, one.words) for one in scene.content.subjects]
    shown = by_turns(scene, options, data["from"])
    return Prompt(scene.say("question.subject"), shown)


def _choose_subject(_scene: Scene, data: Data, key: str) -> Heard:
    if key == MORE:
        return Heard("more", onward(data))
    return Heard("told", {"subject": key, "from": 0})


def _known_sure(_scene: Scene, data: Data) -> Heard | None:
    return Heard("yes") if data.get("offered") else None


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    key = "question.sure_voice" if data.get("voice") else "question.sure"
    key = "question.sure_shown" if data.get("alone") else key
    return yes_or_no(
        scene,
        scene.say(key, name=desks.named(scene, data["desk"]), words=data["words"]),
        ("yes", scene.say("question.send")),
        ("no", scene.say("question.rewrite")),
    )


def _choose_sure(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("yes") if key == "yes" else Heard("no", {"words": None, "subject": None})


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the question, or that an answer was not clear, and tell those it goes to."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    home = (_home(scene),)
    if outcome == LEFT:
        return Ending((scene.reply("question.left"),), home)
    if outcome == "not_asked":
        key = "question.voice_not_sent" if data["voice"] else "talk.what_i_can_do"
        return Ending((scene.reply(key),))
    if await desks.is_lost(tx, scene, data.get("voice")):
        go = f"{ASK}:{data['question']}" if "question" in data else ASK
        return Ending((scene.reply("question.voice_gone"),), go=go)
    if "question" in data:
        kept = await _ask_again(tx, scene, data)
    else:
        desk = await desks.first_desk(tx, scene.content, person.unit, person.id)
        step = _step(scene, ASKED, desk, data["words"])
        kept = await questions.ask(tx, person.id, person.unit, data["subject"], step)
    if kept is None:
        return Ending((scene.reply("question.gone"),), home)
    await desks.enclose(tx, scene, kept, data.get("voice"))
    begun = datetime.fromisoformat(data["begun"])
    await photos.attach_to_question(tx, person.id, kept.id, begun)
    told = await desks.tell_desk(tx, scene, kept)
    key = "question.sent" if told else "question.kept"
    return Ending((scene.reply(key, name=desks.named(scene, kept.desk)),), home)


async def _ask_again(tx: Tx, scene: Scene, data: Data) -> Question | None:
    question = await desks.own(tx, scene, str(data["question"]))
    if question is None or question.is_open:
        return None
    return await questions.add(tx, question, _step(scene, UNCLEAR, question.desk, data["words"]))


def _step(scene: Scene, step: str, desk: str, words: str) -> questions.Step:
    assert scene.person is not None  # noqa: S101 - the routes need a registered person
    return questions.Step(step=step, desk=desk, words=words, by_id=scene.person.id, at=scene.now)


def _home(scene: Scene) -> Offer:
    return Offer(scene.say("menu.home"), MENU)


FLOW = Flow(
    name=ASK,
    first="offer",
    steps={
        "offer": Step(
            ask=_ask_offer,
            known=_known_offer,
            to={"yes": "subject", "no": "not_asked", "told": "subject", "empty": "words"},
        ),
        "words": Step(
            ask=_ask_words,
            choose=_choose_words,
            hear=_hear_words,
            takes_anything=True,
            takes=desks.TAKES,
            to={"told": "subject"},
        ),
        "subject": Step(
            ask=_ask_subject,
            known=_known_subject,
            choose=_choose_subject,
            to={"told": "sure", "more": "subject"},
        ),
        "sure": Step(
            ask=_ask_sure, known=_known_sure, choose=_choose_sure, to={"yes": "sent", "no": "words"}
        ),
    },
    ends=frozenset({"sent", "not_asked"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("question.recap"),
)

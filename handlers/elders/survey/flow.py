"""One question of a survey at a time: each answer is kept at once, then comes the next question.

So nothing is lost whenever somebody stops, and what was answered can be changed until it closes.
"""

from __future__ import annotations

from decimal import Decimal

from handlers.elders.survey.wording import options, told
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
)
from handlers.talk.messages import Reply
from handlers.talk.routes import MENU, SURVEY, number_in
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold
from storage import reminders, surveys
from storage.database import Tx
from storage.surveys import CHOICE, NUMBER, SCALE, WORDS, Survey

#: An answer in words is at most so long, and a number is smaller than any of a mobile phone.
LONGEST, LARGEST = 500, Decimal(10**8)
#: A number comes in so few words; a longer sentence may report what was done.
_FEW = 5
#: Instead of an answer: none, or the one that was given before.
_SKIP, _KEEP = "skip", "keep"


def reminder_key(id_: int, person_id: int) -> str:
    """The name under which a person is reminded of a survey, once."""
    return f"survey-half:{id_}:{person_id}"


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """The first question left (`12`; of the oldest survey when none is named), or one (`12:3`).

    `12:3:skip` leaves a question without an answer.
    """
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    named, _, rest = argument.partition(":")
    wished, _, wish = rest.partition(":")
    survey = await _meant(tx, scene, named)
    if survey is None:
        key = "survey.gone" if named else "survey.none"
        return Ending((scene.reply(key),), (_home(scene),))
    before = await surveys.answers_of(tx, survey.id, person.id)
    left = [n for n in range(1, len(survey.questions) + 1) if n not in before]
    number = number_in(wished) or next(iter(left), 0)
    if not 1 <= number <= len(survey.questions):
        again = Offer(scene.say("survey.change"), f"{SURVEY}:{survey.id}:1")
        return Ending((scene.reply("survey.answered_all"),), (again, _home(scene)))
    question, answer = survey.questions[number - 1], before.get(number)
    return {
        "survey": survey.id,
        "number": number,
        "of": len(survey.questions),
        "kind": question.kind,
        "words": question.words,
        "choices": list(question.choices),
        "answered": number in before,
        "before": answer,
        "skip": wish == _SKIP,
    }


async def _meant(tx: Tx, scene: Scene, named: str) -> Survey | None:
    """The open survey that is meant and asks this person; one not answered whole comes first."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    if not named:
        left, whole = await surveys.open_for(tx, person.id, scene.today)
        first = next(iter([*left, *reversed(whole)]), None)
        return None if first is None else await surveys.get(tx, first)
    id_ = number_in(named)
    survey = await surveys.get(tx, id_) if id_ is not None else None
    if survey is None or not survey.is_open(scene.today):
        return None
    return survey if await surveys.asks(tx, survey.id, person.id) else None


def _home(scene: Scene) -> Offer:
    return Offer(scene.say("menu.home"), MENU)


# --- one question


def _which(_scene: Scene, data: Data) -> Heard:
    return Heard(_SKIP if data["skip"] else data["kind"], {"answer": None})


def _asked(scene: Scene, data: Data) -> str:
    lines = [scene.say("survey.question", number=data["number"], total=data["of"])]
    lines[0] += f" {data['words']}"
    if data["before"]:
        before = told(scene, data["kind"], data["choices"], data["before"])
        lines.append(scene.say("survey.before", what=before))
    lines += [scene.say(f"survey.how_{data['kind']}")] if data["kind"] != CHOICE else []
    return "\n".join(lines)


def _ask_pick(scene: Scene, data: Data) -> Prompt:
    picks = options(scene, data["kind"], data["choices"])
    if data["kind"] == SCALE:  # a sixth choice would be taken for a sixth point
        return Prompt(_asked(scene, data), picks)
    other = _KEEP if data["answered"] else _SKIP
    return Prompt(_asked(scene, data), (*picks, Option(other, scene.say(f"survey.{other}"))))


def _choose(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard(key) if key in {_SKIP, _KEEP} else Heard("told", {"answer": key})


def _hear_pick(scene: Scene, data: Data, said: Said) -> Heard | Misheard | None:
    if said.media:
        return None
    return _instead(scene, data, said) or Misheard(scene.reply("survey.pick_unclear"))


def _instead(scene: Scene, data: Data, said: Said) -> Heard | None:
    """Words that leave a question, or its answer, as it is."""
    words = fold(said.text)
    if words in map(fold, scene.say("survey.skip_words").split(",")):
        return Heard(_SKIP)
    keeps = data["answered"] and words in map(fold, scene.say("survey.keep_words").split(","))
    return Heard(_KEEP) if keeps else None


def _ask_free(scene: Scene, data: Data) -> Prompt:
    return Prompt(_asked(scene, data))


def _hear_number(scene: Scene, data: Data, said: Said) -> Heard | Misheard | None:
    if said.media:
        return None
    if instead := _instead(scene, data, said):
        return instead
    numbers = scene.reader.numbers(said.text)
    none = {*map(fold, scene.say("survey.zero_words").split(","))}
    if not numbers and fold(said.text) in none:
        numbers = [Decimal(0)]
    one = len(numbers) == 1 and len(said.text.split()) <= _FEW
    if not one or not 0 <= numbers[0] <= LARGEST:
        return Misheard(scene.reply("survey.number_unclear"))
    return Heard("told", {"answer": f"{numbers[0]:f}"})


def _hear_words(scene: Scene, data: Data, said: Said) -> Heard | Misheard | None:
    if said.media:
        return None
    if instead := _instead(scene, data, said):
        return instead
    if not any(letter.isalnum() for letter in said.text):
        return Misheard(scene.reply("survey.words_unclear"))
    if len(said.text) > LONGEST:
        return Misheard(scene.reply("survey.words_long", count=LONGEST))
    return Heard("told", {"answer": said.text})


# --- what comes of it


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the answer and go on to the next question; after the last one, say thanks."""
    person, id_, number = scene.person, data["survey"], data["number"]
    assert person is not None  # noqa: S101 - the route needs a registered person
    if outcome == LEFT:
        return _stopped(scene, data)
    if outcome == "told" and not await surveys.answer(
        tx, id_, number, person.id, data["answer"], today=scene.today, now=scene.now
    ):
        return Ending((scene.reply("survey.closed"),), (_home(scene),))
    await reminders.drop(tx, person.id, reminder_key(id_, person.id))
    noted = _noted(scene, data)
    if number < data["of"]:
        return Ending(noted, go=f"{SURVEY}:{id_}:{number + 1}")
    again = Offer(scene.say("survey.change"), f"{SURVEY}:{id_}:1")
    return Ending((*noted, scene.reply("survey.done")), (_home(scene), again))


def _noted(scene: Scene, data: Data) -> tuple[Reply, ...]:
    """A number is said back, as it was understood; a choice was on the button."""
    if data["kind"] != NUMBER or data["answer"] is None:
        return ()
    answer = told(scene, NUMBER, [], data["answer"])
    return (scene.reply("survey.noted", what=answer),)


def _stopped(scene: Scene, data: Data) -> Ending:
    go, number = f"{SURVEY}:{data['survey']}", data["number"]
    offers = [Offer(scene.say("survey.go_on"), f"{go}:{number}")]
    if not data["answered"]:
        offers.append(Offer(scene.say("survey.skip"), f"{go}:{number}:{_SKIP}"))
    last = Offer(scene.say("survey.previous"), f"{go}:{number - 1}") if number > 1 else _home(scene)
    key = "survey.kept" if data["answered"] else "survey.stopped"
    told = scene.say(key)
    if data["kind"] == NUMBER:  # "0" goes back everywhere, also where it was meant as a number
        told += "\n" + scene.say("survey.zero")
    return Ending((Reply(text=told),), (*offers, last))


_TO = {"told": "told", _SKIP: "told", _KEEP: "kept"}
FLOW = Flow(
    name=SURVEY,
    first="which",
    steps={
        "which": Step(
            ask=_ask_free,
            known=_which,
            to={CHOICE: "pick", SCALE: "pick", NUMBER: "number", WORDS: "words", _SKIP: "told"},
        ),
        "pick": Step(ask=_ask_pick, choose=_choose, hear=_hear_pick, to=_TO),
        "number": Step(ask=_ask_free, hear=_hear_number, to=_TO),
        "words": Step(ask=_ask_free, hear=_hear_words, takes_anything=True, to=_TO),
    },
    ends=frozenset({"told", "kept"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("survey.recap"),
    keeps_place=True,
)

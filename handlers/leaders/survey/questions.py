"""The questions of a survey, one after another: typed, understood, read back, and changed."""

from __future__ import annotations

from handlers.elders.survey.wording import labels
from handlers.leaders.survey.draft import MOST_QUESTIONS, drafted, listed, wrong_choices
from handlers.talk.flow import Data, Heard, Misheard, Option, Prompt, Said, Step
from handlers.talk.scene import Scene
from storage.surveys import CHOICE, NUMBER, SCALE, WORDS

_OTHERS = "others"


def how(scene: Scene, one: Data) -> str:
    """How a question is answered, in words."""
    shown = labels(scene, one["kind"], one["choices"]) if one["kind"] == CHOICE else []
    return ", ".join(shown) or scene.say(f"surveying.answered_{one['kind']}")


def _ask_question(scene: Scene, data: Data) -> Prompt:
    return Prompt(scene.say("surveying.again" if data["questions"] else "surveying.first"))


def _hear_question(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    """The question `at`, in the place of what stands there."""
    draft = drafted(scene, said)
    if isinstance(draft, Misheard):
        return draft
    at, before = data["at"], data["questions"]
    keep = {"questions": [*before[:at], draft, *before[at + 1 :]]}
    return Heard("whole" if draft["kind"] else "kindless", keep)


def _ask_kind(scene: Scene, data: Data) -> Prompt:
    pages = [[CHOICE, WORDS, _OTHERS], [SCALE, NUMBER]]
    options = [Option(one, scene.say(f"surveying.kind_{one}")) for one in pages[data["page"]]]
    words = data["questions"][data["at"]]["words"]
    return Prompt(scene.say("surveying.kind", words=words), tuple(options))


def _choose_kind(_scene: Scene, data: Data, key: str) -> Heard:
    if key == _OTHERS:
        return Heard("others", {"page": 1})
    return Heard(CHOICE if key == CHOICE else "told", {**_with(data, kind=key), "page": 0})


def _with(data: Data, **changed: object) -> Data:
    """The question `at`, changed."""
    at, some = data["at"], data["questions"]
    one = {**some[at], "choices": [], **changed}
    return {"questions": [*some[:at], one, *some[at + 1 :]]}


def _ask_choices(scene: Scene, data: Data) -> Prompt:
    return Prompt(scene.say("surveying.choices", words=data["questions"][data["at"]]["words"]))


def _hear_choices(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    choices = listed(list(said.lines)) if not said.media else []
    wrong = wrong_choices(scene, choices)
    return wrong or Heard("told", _with(data, kind=CHOICE, choices=choices))


def _ask_more(scene: Scene, data: Data) -> Prompt:
    """The question as it was understood; the next one is simply typed."""
    one, full = data["questions"][data["at"]], len(data["questions"]) >= MOST_QUESTIONS
    shown = scene.say(
        "surveying.drafted", number=data["at"] + 1, words=one["words"], what=how(scene, one)
    )
    hint = scene.say("surveying.full" if full else "surveying.more", most=MOST_QUESTIONS)
    done = tuple(scene.say("surveying.done_words").split(", "))
    options = (
        Option("done", scene.say("surveying.done"), done),
        Option("kind", scene.say("surveying.other_kind")),
        Option("again", scene.say("surveying.rewrite")),
    )
    return Prompt(f"{shown}\n{hint}", options)


def _hear_more(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    if len(data["questions"]) >= MOST_QUESTIONS:
        return Misheard(scene.reply("surveying.too_many", most=MOST_QUESTIONS))
    at = len(data["questions"])
    heard = _hear_question(scene, {**data, "at": at}, said)
    return heard if isinstance(heard, Misheard) else Heard(heard.key, {**heard.keep, "at": at})


def _known_which(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told", {"at": 0}) if len(data["questions"]) == 1 else None


def _ask_which(scene: Scene, data: Data) -> Prompt:
    return Prompt(scene.say("surveying.which", count=len(data["questions"])))


def _hear_which(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    numbers, count = scene.reader.numbers(said.text), len(data["questions"])
    if len(numbers) != 1 or numbers[0] % 1 or not 1 <= numbers[0] <= count:
        return Misheard(scene.reply("surveying.which", count=count))
    return Heard("told", {"at": int(numbers[0]) - 1})


_HEARD = {"whole": "more", "kindless": "kind"}


def question_steps(then: str) -> dict[str, Step]:
    """The steps from "question" on, for a flow to take in; `then` is its step after the last one.

    From "which" on one of them is changed. They leave the questions in `questions`.
    """
    return {
        "question": Step(
            ask=_ask_question,
            hear=_hear_question,
            to=_HEARD,
            takes_anything=True,
            for_others=True,
        ),
        "kind": Step(
            ask=_ask_kind,
            choose=_choose_kind,
            to={"others": "kind", CHOICE: "choices", "told": "more"},
        ),
        "choices": Step(
            ask=_ask_choices,
            hear=_hear_choices,
            to={"told": "more"},
            takes_anything=True,
            for_others=True,
        ),
        "more": Step(
            ask=_ask_more,
            hear=_hear_more,
            to={**_HEARD, "done": then, "kind": "kind", "again": "question"},
            takes_anything=True,
            for_others=True,
        ),
        "which": Step(ask=_ask_which, known=_known_which, hear=_hear_which, to={"told": "more"}),
    }

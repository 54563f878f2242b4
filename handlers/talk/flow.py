"""The conversation engine: flows are steps, steps are data, and moving between them is pure.

A flow reads what it needs in `begin`, talks without touching anything in its steps, and writes
only in `finish`. Between two turns the whole talk is a piece of JSON.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from content.loader import Content
from handlers.talk.messages import Choice, MediaKind, Picture, Reply
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold, tidy
from storage.database import Tx
from storage.enclosures import Enclosure, Kind

#: What a flow knows about the talk so far; plain JSON values only.
Data = dict[str, Any]

#: The end every flow has: the person went elsewhere before it was done.
LEFT = "left"
BACK = "0"

#: How many questions back "0" can go.
_LONGEST_PATH = 12
#: Longer texts are cut for understanding; nobody answers a question with more.
LONGEST_TEXT = 2000
#: A pasted list may be longer; it is read line by line.
LONGEST_LIST = 40_000
#: How many letters of a label must be typed to choose it by a part.
SHORTEST_PART = 3


@dataclass(frozen=True, slots=True)
class Option:
    """One choice under a question: its key, its label, and other words that mean it."""

    key: str
    label: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question as it is asked, after anything that is said first."""

    text: str
    options: tuple[Option, ...] = ()
    #: Keys that are not shown, and the ways to say them: heeded before a part of some label.
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    before: tuple[Reply, ...] = ()
    #: Shown anew when it is asked again, but not over and over.
    picture: Picture | None = None
    aloud: bool = False
    #: Whether there is anything to go back to.
    back: bool = True


@dataclass(frozen=True, slots=True)
class Said:
    """What a person answered: words, or something that is not words."""

    text: str
    media: MediaKind | None = None
    #: The same words line by line, as they were typed or pasted.
    lines: tuple[str, ...] = ()
    #: What was sent to be handed on, where the question takes that; None if it could not be kept.
    enclosure: Enclosure | None = None
    #: How many bytes that had which is too large to be handed on.
    too_large: int = 0

    @classmethod
    def of(cls, text: str) -> Said:
        """Words as they were typed; so many of them as anybody answers with."""
        lines = tuple(filter(None, map(tidy, text[:LONGEST_LIST].splitlines())))
        return cls(tidy(text[:LONGEST_TEXT]), lines=lines)


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer understood: where it goes (a key of the step's `to`), and what to remember."""

    key: str
    keep: Data = field(default_factory=dict)
    say: tuple[Reply, ...] = ()
    #: The same question once more: there is nothing new to go back from.
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Misheard:
    """An answer that was not understood, and what helps."""

    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question: how it is asked, how its answer is heard, and where each answer leads."""

    ask: Callable[[Scene, Data], Prompt]
    to: Mapping[str, str]
    #: Free words (or None: only the choices are heard).
    hear: Callable[[Scene, Data, Said], Heard | Misheard | None] | None = None
    #: What choosing an option does to the data; default: nothing.
    choose: Callable[[Scene, Data, str], Heard] | None = None
    #: The answer, when it is known already and need not be asked.
    known: Callable[[Scene, Data], Heard | None] | None = None
    #: Any words at all are an answer here (a name), so commands in plain words are not looked for.
    takes_anything: bool = False
    #: What is typed here names something; the very words of a command do not.
    names: bool = False
    #: They are for others to read: what would be a cry for help elsewhere is a warning here.
    for_others: bool = False
    #: The phrase for going elsewhere in place of an answer: that nothing was sent.
    unanswered: str | None = None
    #: What is an answer here beside words, to be handed on as it is.
    takes: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to do next, outside any flow: a label and a route ("report", "undo:12")."""

    label: str
    go: str
    words: tuple[str, ...] = ()
    #: An amount in words goes here, behind a colon.
    hears: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """What a page says, or a flow at its end: replies, and what next."""

    replies: tuple[Reply, ...] = ()
    offers: tuple[Offer, ...] = ()
    #: Where to go on at once ("menu"; "words:…" reads words as if the person had just said them).
    go: str | None = None
    #: The person who talks from here on, of those who use this phone.
    talks: int | None = None
    #: Forget this person at this address, and everything about the talk.
    forget: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A conversation with one purpose."""

    name: str
    first: str
    steps: Mapping[str, Step]
    ends: frozenset[str]
    #: Reads what the steps will need; an Ending instead of data refuses to begin.
    begin: Callable[[Tx, Scene, str], Awaitable[Data | Ending]]
    #: The only writer: called once, with the end that was reached.
    finish: Callable[[Tx, Scene, Data, str], Awaitable[Ending]]
    #: What the person is in the middle of, as a few words.
    recap: Callable[[Scene, Data], str]
    #: Whether all that the data names is still in the content, which changes while talks wait.
    stands: Callable[[Content, Data], bool] = lambda _content, _data: True
    #: Whether going elsewhere keeps the place, to be offered again.
    holds: bool = True
    #: Whether its `finish` itself keeps the place when it is left, so that it can begin anew.
    keeps_place: bool = False

    def __post_init__(self) -> None:
        """Every transition must lead to a step or an end of this flow."""
        for name, step in self.steps.items():
            for key, target in step.to.items():
                if target not in self.steps and target not in self.ends | {LEFT}:
                    raise ValueError(f"flow {self.name}, step {name}: {key!r} leads to {target!r}")


@dataclass(slots=True)
class Frame:
    """A person's place in one flow."""

    flow: str
    step: str
    data: Data
    path: list[list[Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ended:
    """The flow reached one of its ends."""

    outcome: str
    data: Data


def yes_or_no(scene: Scene, question: str, yes: tuple[str, str], no: tuple[str, str]) -> Prompt:
    """A question for yes or no, however people say it; each answer is its key and its label."""
    words = scene.content.vocabulary.answers
    options = (Option(*yes, words=words.yes), Option(*no, words=words.no))
    return Prompt(question, options)


@dataclass(frozen=True, slots=True)
class Moved:
    """Where an answer led, and what is said on the way."""

    to: Frame | Ended
    say: tuple[Reply, ...] = ()
    #: It is the same question once more.
    stays: bool = False


def advance(flow: Flow, frame: Frame, scene: Scene, heard: Heard) -> Moved:
    """Follow an answer to the next question that must be asked, or to an end."""
    before = [] if heard.stays else [[frame.step, frame.data]]
    path = [*frame.path, *before][-_LONGEST_PATH:]
    moved = _follow(flow, frame.step, frame.data, scene, heard, path)
    return replace(moved, stays=heard.stays)


def enter(flow: Flow, scene: Scene, data: Data) -> Moved:
    """The first question that must be asked."""
    known = flow.steps[flow.first].known
    heard = known(scene, data) if known else None
    if heard is None:
        return Moved(Frame(flow.name, flow.first, data))
    return _follow(flow, flow.first, data, scene, heard, [])


def _follow(
    flow: Flow, step: str, data: Data, scene: Scene, heard: Heard, path: list[list[Any]]
) -> Moved:
    say: tuple[Reply, ...] = ()
    answer: Heard | None = heard
    while answer is not None:
        data, say = {**data, **answer.keep}, (*say, *answer.say)
        step = flow.steps[step].to[answer.key]
        if step not in flow.steps:
            return Moved(Ended(step, data), say)
        known = flow.steps[step].known
        answer = known(scene, data) if known else None
    return Moved(Frame(flow.name, step, data, path), say)


def back(frame: Frame) -> Frame | None:
    """The question before this one as it then stood, or None at the first."""
    if not frame.path:
        return None
    *path, (step, data) = frame.path
    return Frame(frame.flow, step, data, path)


def ask(
    flow: Flow, frame: Frame, scene: Scene, number: int, *, first_time: bool, pictured: bool
) -> list[Reply]:
    """The current question, its choices bound to `number`, the number of this asking.

    What is said before a question is said the first time only; its picture only if `pictured`.
    """
    prompt = flow.steps[frame.step].ask(scene, frame.data)
    choices = [
        Choice(digit=str(place), label=option.label, payload=f"{number}:{option.key}")
        for place, option in enumerate(prompt.options, 1)
    ]
    if prompt.back:
        label = scene.say("talk.back")
        choices.append(Choice(digit=BACK, label=label, payload=f"{number}:{BACK}"))
    picture = prompt.picture if pictured else None
    question = Reply(
        text=prompt.text,
        choices=tuple(choices),
        picture=picture,
        aloud=prompt.aloud,
        takes=tuple(sorted(flow.steps[frame.step].takes)),
    )
    return [*(prompt.before if first_time else ()), question]


def answer(
    flow: Flow, frame: Frame, scene: Scene, said: Said, *, partly: bool = True, freely: bool = True
) -> Heard | Misheard | None:
    """What an answer to the current question means; None when it means nothing here.

    Not `freely`: only its choices are heard, and what is beside them.
    """
    step = flow.steps[frame.step]
    prompt = step.ask(scene, frame.data)
    options = [(option.label, option.words) for option in prompt.options]
    told = without_courtesy(fold(said.text), scene)
    aside = next((key for key, ways in prompt.beside.items() if told in map(fold, ways)), None)
    place = chosen(options, said.text, scene, partly=partly and aside is None)
    if aside is not None:
        # Without accents "dừng" is "đúng", and only the accents tell that stopping was meant.
        is_yes = told in _folded(scene.content.vocabulary.answers.yes)
        to_the_letter = any(way in said.text.casefold() for way in prompt.beside[aside])
        if to_the_letter or (place is None and not is_yes):
            return choose(flow, frame, scene, aside)
    if place is not None:
        return choose(flow, frame, scene, prompt.options[place].key)
    return step.hear(scene, frame.data, said) if step.hear and freely else None


def choose(flow: Flow, frame: Frame, scene: Scene, key: str) -> Heard | None:
    """The answer that choosing an option gives; None when the question has no such option."""
    step = flow.steps[frame.step]
    prompt = step.ask(scene, frame.data)
    if key not in {*prompt.beside, *(option.key for option in prompt.options)}:
        return None
    return step.choose(scene, frame.data, key) if step.choose else Heard(key)


def chosen(
    labels: Sequence[tuple[str, tuple[str, ...]]], text: str, scene: Scene, *, partly: bool = True
) -> int | None:
    """Which of several labels a text chooses: by digit, by label, or by other words for it.

    With `partly`, a part of just one label is enough.
    """
    said = without_courtesy(fold(text), scene)
    for lead in scene.content.vocabulary.answers.choice:
        if said.startswith(f"{fold(lead)} "):
            said = said.removeprefix(f"{fold(lead)} ")
            break
    folded = [fold(label) for label, _ in labels]
    for place, (label, words) in enumerate(zip(folded, (w for _, w in labels), strict=True)):
        # "Đã xong" folds like "dạ xong": a label is without its courtesy too.
        meant = {label, without_courtesy(label, scene), *map(fold, words)}
        if said and said in meant:
            return place
    number = scene.reader.number(said)
    if number is not None:
        return int(number) - 1 if 1 <= number <= len(labels) and number % 1 == 0 else None
    within = [place for place, label in enumerate(folded) if f" {said} " in f" {label} "]
    found = partly and len(within) == 1 and len(said) >= SHORTEST_PART
    return within[0] if found else None


def chosen_inside(labels: Sequence[tuple[str, tuple[str, ...]]], text: str) -> int | None:
    """Which of several labels a sentence speaks of, by words with "…" that may stand in it.

    Of words within other words only the longer ones count; a sentence with words of two chooses
    neither.
    """
    said = f" {fold(text)} "
    found = {
        (part, place)
        for place, (_, words) in enumerate(labels)
        for part in (f" {fold(one)} " for one in words if "…" in one)
        if part in said
    }
    longest = {place for part, place in found if not any(part != o and part in o for o, _ in found)}
    return longest.pop() if len(longest) == 1 else None


@lru_cache(maxsize=8)
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, words))


def without_courtesy(said: str, scene: Scene) -> str:
    """Folded words without the polite particles around them, unless nothing else is left."""
    polite = _folded(scene.content.vocabulary.answers.polite)
    words = said.split()
    while len(words) > 1 and words[-1] in polite:
        words.pop()
    while len(words) > 1 and words[0] in polite:
        words.pop(0)
    return " ".join(words)

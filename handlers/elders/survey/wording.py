"""A question of a survey in words: how it is answered, and an answer as people read it."""

from __future__ import annotations

from decimal import Decimal

from handlers.talk.flow import Option
from handlers.talk.scene import Scene
from handlers.talk.understanding.numbers import in_digits
from handlers.talk.understanding.text import fold
from storage.surveys import CHOICE, NUMBER, SCALE

#: From the least to the most.
POINTS = range(1, 6)


def labels(scene: Scene, kind: str, choices: list[str]) -> list[str]:
    """What can be chosen, in order; nothing for a number or words."""
    if kind == SCALE:
        return [scene.say("survey.points", count=point) for point in POINTS]
    return choices if kind == CHOICE else []


def options(scene: Scene, kind: str, choices: list[str]) -> tuple[Option, ...]:
    """The choices under a question; a plain yes and a plain no are heard however they are said."""
    shown = labels(scene, kind, choices)
    answers = scene.content.vocabulary.answers
    words: dict[int, tuple[str, ...]] = {}
    for meaning in (answers.yes, answers.no):
        folded = set(map(fold, meaning))
        meant = [place for place, label in enumerate(shown) if fold(label) in folded]
        if len(meant) == 1:
            words[meant[0]] = tuple(meaning)
    return tuple(
        Option(str(place + 1), label, words.get(place, ())) for place, label in enumerate(shown)
    )


def told(scene: Scene, kind: str, choices: list[str], answer: str) -> str:
    """An answer as it is kept, in words."""
    shown = labels(scene, kind, choices)
    if shown:
        return shown[int(answer) - 1]
    return in_digits(Decimal(answer)) if kind == NUMBER else answer

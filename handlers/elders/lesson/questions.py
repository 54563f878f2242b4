"""Questions of lessons: which are drawn, how they are asked, and what each answer teaches."""

from __future__ import annotations

import random

from content.models.lesson import Lesson, QuizQuestion
from handlers.elders.lesson.asides import SKIP
from handlers.talk.flow import Misheard, Option, Prompt, Said
from handlers.talk.messages import Reply
from handlers.talk.scene import Scene

#: How many questions are drawn from a lesson's bank.
DRAWN = 3
#: How many of them must be right for the lesson to count toward a certificate.
ENOUGH_RIGHT = 2

#: Where the other ways to say a choice are, of a question whether a sentence is true.
_WAYS = {"Đúng": "learn.true_words", "Sai": "learn.false_words"}


def in_turn(scene: Scene, lesson: Lesson, times: int) -> list[int]:
    """A lesson's questions in the order in which this person gets them, a few each time.

    After `times` attempts those not asked yet come first. Neighbours differ in form as long as the
    bank has several.
    """
    person = scene.person.id if scene.person else 0
    shuffled = list(range(len(lesson.quiz)))
    random.Random(f"{person}:{lesson.id}").shuffle(shuffled)  # noqa: S311 - a draw, not a secret
    by_form: dict[str, list[int]] = {}
    for number in shuffled:
        by_form.setdefault(lesson.quiz[number].form, []).append(number)
    in_rounds: list[int] = []
    while len(in_rounds) < len(shuffled):
        in_rounds += [numbers.pop(0) for numbers in by_form.values() if numbers]
    start = times * DRAWN % len(in_rounds)
    return in_rounds[start:] + in_rounds[:start]


def draw(scene: Scene, lesson: Lesson, times: int) -> list[int]:
    """The questions of one attempt at a lesson's quiz."""
    return sorted(in_turn(scene, lesson, times)[:DRAWN])


def ask(scene: Scene, quiz: QuizQuestion, number: int, total: int) -> Prompt:
    """One question with its choices; `number` counts from 1."""
    return Prompt(
        scene.say("learn.question", number=number, total=total, question=scene.fill(quiz.question)),
        tuple(
            Option(str(place), scene.fill(choice), _ways(scene, choice))
            for place, choice in enumerate(quiz.choices, 1)
        ),
    )


def _ways(scene: Scene, choice: str) -> tuple[str, ...]:
    return tuple(scene.say(_WAYS[choice]).split(", ")) if choice in _WAYS else ()


def answered(scene: Scene, quiz: QuizQuestion, key: str) -> tuple[bool, tuple[Reply, ...]]:
    """Whether a choice is right, and what it teaches either way; what is let be is told."""
    right = key == str(quiz.answer)
    taught = Reply(text=scene.fill(quiz.right if right else quiz.wrong))
    if key != SKIP:
        return right, (taught,)
    answer = scene.fill(quiz.choices[quiz.answer - 1])
    return False, (scene.reply("learn.skipped", words=answer), taught)


def unclear(scene: Scene, _data: object, _said: Said) -> Misheard:
    """Words that are no choice."""
    return Misheard(scene.reply("learn.question_unclear"))

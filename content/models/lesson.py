"""The shape of lessons and tracks."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, HttpUrl, model_validator

from content.models.drawing import Drawing
from content.models.fields import Key, Line, Strict


class Card(Strict):
    """One idea of a lesson: at most three short lines, and a picture where it helps."""

    text: Line
    picture: Drawing | None = None


#: The choices of a question whether a sentence is true.
TRUE_OR_FALSE = {"Đúng", "Sai"}


class QuizQuestion(Strict):
    """One question with two or three choices; `answer` counts from 1."""

    question: Line
    choices: Annotated[tuple[Line, ...], Field(min_length=2, max_length=3)]
    answer: int = Field(ge=1, le=3)
    right: Line
    wrong: Line

    @property
    def form(self) -> Literal["true_or_false", "one_of_two", "one_of_three"]:
        """What kind of question it is, so that a quiz can have several kinds."""
        if set(self.choices) == TRUE_OR_FALSE:
            return "true_or_false"
        return "one_of_two" if len(self.choices) == 2 else "one_of_three"

    @model_validator(mode="after")
    def _answer_exists(self) -> Self:
        if self.answer > len(self.choices):
            raise ValueError(f"answer: {self.answer} is not one of the {len(self.choices)} choices")
        return self


class Practice(Strict):
    """One thing to do oneself after the quiz."""

    text: Line


class Lesson(Strict):
    """One lesson: cards, a bank of quiz questions, one thing to do, and its sources."""

    id: Key
    title: Line
    skill: Key
    reviewed_on: date
    valid_until: date
    sources: Annotated[tuple[HttpUrl, ...], Field(min_length=1)]
    cards: Annotated[tuple[Card, ...], Field(min_length=3, max_length=6)]
    quiz: Annotated[tuple[QuizQuestion, ...], Field(min_length=5)]
    practice: Practice


class Track(Strict):
    """A folder of lessons in order."""

    id: Key
    title: Line
    order: int

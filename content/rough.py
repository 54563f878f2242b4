"""A lesson in the wrong shape, as far as it can be read, so that its words are checked in one run.

Nobody learns from one: what is wrong with its shape is a problem, and keeps the program from
starting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeVar, cast

from pydantic import HttpUrl, TypeAdapter, ValidationError

from content.models.drawing import Drawing
from content.models.fields import Line
from content.models.lesson import Card, Lesson, Practice, QuizQuestion

Value = TypeVar("Value")


def lesson(data: Mapping[str, Any]) -> Lesson:
    """The lesson in which what is missing or wrong is empty, and its days say nothing."""
    return Lesson.model_construct(
        id=_text(data, "id"),
        title=_text(data, "title"),
        skill=_text(data, "skill"),
        reviewed_on=_read(date, data.get("reviewed_on"), date.min),
        valid_until=_read(date, data.get("valid_until"), date.max),
        sources=_read(tuple[HttpUrl, ...], data.get("sources"), ()),
        cards=tuple(
            Card.model_construct(
                text=_text(one, "text"), picture=_read(Drawing, one.get("picture"), None)
            )
            for one in _tables(data, "cards")
        ),
        quiz=tuple(_question(one) for one in _tables(data, "quiz")),
        practice=Practice.model_construct(text=_text(_table(data.get("practice")), "text")),
    )


def _question(data: Mapping[str, Any]) -> QuizQuestion:
    return QuizQuestion.model_construct(
        question=_text(data, "question"),
        choices=_read(tuple[Line, ...], data.get("choices"), ()),
        answer=_read(int, data.get("answer"), 0),
        right=_text(data, "right"),
        wrong=_text(data, "wrong"),
    )


def _tables(data: Mapping[str, Any], key: str) -> Iterator[dict[str, Any]]:
    tables: list[object] = _read(list[Any], data.get(key), [])
    for one in tables:
        yield _table(one)


def _table(value: object) -> dict[str, Any]:
    return _read(dict[str, Any], value, {})


def _text(data: Mapping[str, Any], key: str) -> str:
    return _read(Line, data.get(key), "")


def _read(kind: Any, value: object, otherwise: Value) -> Value:
    """A value of a kind, or what stands for it."""
    try:
        return cast("Value", TypeAdapter(kind).validate_python(value))
    except ValidationError:
        return otherwise

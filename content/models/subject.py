"""The shape of what questions are about."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from content.models.fields import Indicator, Key, Line, Strict


class Subject(Strict):
    """One thing that questions are about, and how it is recognised in them."""

    key: Key
    name: Line
    #: Who leads the target of this indicator answers; without one, the association does.
    indicator: Indicator | None = None
    #: Words that show what a question is about.
    words: tuple[Line, ...]


class Subjects(Strict):
    """Everything that questions are about."""

    subjects: Annotated[tuple[Subject, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        keys = [one.key for one in self.subjects]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"subjects.{key}: two subjects have this key")
        return self

"""The shape of the skills that lessons teach and people confirm."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from content.models.fields import Key, Line, Strict


class Skill(Strict):
    """One skill: its name, and what somebody must have seen a person do to confirm it."""

    key: Key
    name: Line
    seen: Line


class Skills(Strict):
    """Every skill there is."""

    skills: Annotated[tuple[Skill, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        keys = [one.key for one in self.skills]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"skills.{key}: two skills have this key")
        return self

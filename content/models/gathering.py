"""The shape of what leaders invite to."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from content.models.fields import Key, Line, Strict


class GatheringKind(Strict):
    """One kind of gathering: how it is chosen, recognised and called."""

    key: Key
    label: Line
    #: What people are invited to, where the leader gives it no name: "buổi họp".
    name: Line = ""
    #: Words in the leader's own name for it that show the kind.
    words: tuple[Line, ...] = ()
    #: The activities of which there may be a result, beside the people who came.
    results: tuple[Key, ...] = ()


class GatheringKinds(Strict):
    """Every kind of gathering; the last is what nothing else fits."""

    gatherings: Annotated[tuple[GatheringKind, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        keys = [one.key for one in self.gatherings]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"gatherings.{key}: two kinds have this key")
        return self

"""The shape of what the bot says outside lessons."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from content.models.fields import Key, Line, Strict


class Form(Strict):
    """A form of address: what the bot calls the person and itself, and how the choice reads."""

    key: Key
    person: Line
    bot: Line
    label: Line


class Phrases(Strict):
    """Everything the bot says outside lessons, by key."""

    forms: Annotated[tuple[Form, ...], Field(min_length=1)]
    say: dict[str, dict[str, str]]

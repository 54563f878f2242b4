"""The shape of the approved lists."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from content.models.fields import Indicator, Key, Line, Strict


class Register(Strict):
    """One approved list: what is asked of a new entry, and how its entries count."""

    key: Key
    name: Line
    unit_of_measure: Line
    #: What its entries add up to; a register without one feeds no target.
    indicator: Indicator | None = None
    #: Who leads the target of this indicator approves here too.
    led_as: Indicator | None = None
    #: Entries that stand on a day; or people, on the day it began, whenever it ends.
    counts: Literal["entries", "people"]
    most_people: int = Field(gt=0)
    ask_name: Line
    ask_since: Line
    ask_people: Line


class Registers(Strict):
    """Every register there is."""

    registers: Annotated[tuple[Register, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        keys = [one.key for one in self.registers]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"registers.{key}: two registers have this key")
        return self

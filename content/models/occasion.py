"""The shape of the calendar of occasions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import HttpUrl, StringConstraints, model_validator

from content.models.fields import Key, Line, Strict

#: A month and a day of it, in any year that has them.
YearlyDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class Occasion(Strict):
    """One day of the year on which everyone gets a friendly word, and who says the day is that."""

    key: Key
    day: YearlyDay
    text: Line
    #: What the word invites to.
    about: Literal["report", "learn"]
    source: HttpUrl

    def is_on(self, day: date) -> bool:
        """Whether it is on this day."""
        return f"{day:%m-%d}" == self.day


class Occasions(Strict):
    """Every occasion of the year."""

    occasions: tuple[Occasion, ...]

    @model_validator(mode="after")
    def _days_differ(self) -> Self:
        days = [one.day for one in self.occasions]
        for day in days:
            if days.count(day) > 1:
                raise ValueError(f"occasions.{day}: two occasions are on this day")
        return self

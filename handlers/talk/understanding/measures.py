"""Units of measure: their words, which have parts, and how one is told in another."""

from __future__ import annotations

from decimal import Decimal

from content.models.activity import Activities, UnitOfMeasure
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.tokens import Phrases


class Measures:
    """What the reader knows of the units of measure."""

    def __init__(self, known: Vocabulary, kinds: Activities) -> None:
        people = set(known.not_amounts.people)
        #: Words for units. People are counted elsewhere, for "3 người" is seldom an amount.
        self.words = Phrases(
            [
                (word, unit.key)
                for unit in kinds.units
                for word in (unit.name, *unit.words)
                if word not in people
            ]
        )
        self._units = {unit.key: unit for unit in kinds.units}

    def is_whole(self, key: str) -> bool:
        """Whether it is counted one by one, so that there is no half of it."""
        return self._units[key].whole

    def has_halves(self, key: str) -> bool:
        """Whether "rưỡi" behind it is a half more: "hai bao rưỡi"."""
        return not self._units[key].whole

    def has_tenths(self, key: str) -> bool:
        """Whether a figure behind it counts tenths: "3 ký 2"."""
        return self._units[key].divisible

    def part_of(self, small: str, large: str) -> Decimal | None:
        """How much of a larger unit a smaller one is, or None: a lạng is 0.1 kg."""
        lesser, greater = _base(self._units[small]), _base(self._units[large])
        if lesser[0] != greater[0] or lesser[1] >= greater[1]:
            return None
        return lesser[1] / greater[1]


def _base(unit: UnitOfMeasure) -> tuple[str, Decimal]:
    """The unit that a unit is converted into everywhere, and how many of it: itself, or kg."""
    for conversion in unit.conversions:
        if conversion.region is None:
            return conversion.to, conversion.times
    return unit.key, Decimal(1)

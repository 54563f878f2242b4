"""The last stage: a sentence into reports, or into what is still to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from content.models import Activities, Activity, Vocabulary
from handlers.talk.understanding.days import DayReader
from handlers.talk.understanding.numbers import NumberReader
from handlers.talk.understanding.text import fold, words

Missing = Literal["activity", "quantity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount with its unit of measure (key), and what it is of."""

    quantity: Decimal
    unit_of_measure: str
    what: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing a sentence says was done; what the sentence leaves out is None."""

    activity: str
    amount: Amount | None
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What was read in a sentence."""

    items: tuple[Item, ...] = ()
    #: The person says that nothing was done.
    negated: bool = False
    #: What the bot must still ask.
    missing: Missing | None = None


class Reader:
    """Reads sentences; made once from the content, used for every message."""

    def __init__(self, known: Vocabulary, kinds: Activities, species: Sequence[str]) -> None:
        self._numbers = NumberReader(known.numbers)
        self._days = DayReader(known.days)
        self._activities = kinds.activities
        self._units = {
            fold(word): unit.key for unit in kinds.units for word in (unit.name, *unit.words)
        }
        self._species = {fold(name): name for name in species}
        self._nothing = [f" {fold(said)} " for said in known.negation.nothing]

    def understand(self, text: str, today: date) -> Understanding:
        """What a free sentence reports. An amount counts only beside its unit or its kind."""
        activity = self._activity(text)
        amount = self._amount(words(text), activity, bare=False) if activity else None
        if amount is None and self._says_nothing(text):
            return Understanding(negated=True)
        if activity is None:
            return Understanding()
        item = Item(activity=activity.key, amount=amount, on=self._days.read(text, today))
        return Understanding(items=(item,), missing=None if amount else "quantity")

    def amount(self, text: str, activity: Activity) -> Amount | None:
        """The amount in an answer to "how many?", where a bare number is enough."""
        return self._amount(words(text), activity, bare=True)

    def day(self, text: str, today: date) -> date | None:
        """The day in an answer to "when?"."""
        return self._days.read(text, today)

    def number(self, text: str) -> Decimal | None:
        """The number that a text is, or None when it is anything more or less than one number."""
        said = words(text)
        found = self._numbers.read(said, 0)
        return found.value if found and found.length == len(said) else None

    def numbers(self, text: str) -> list[Decimal]:
        """Every number in a text, in order."""
        said, found, at = words(text), [], 0
        while at < len(said):
            number = self._numbers.read(said, at)
            if number:
                found.append(number.value)
            at += number.length if number else 1
        return found

    def _says_nothing(self, text: str) -> bool:
        folded = f" {fold(text)} "
        return any(said in folded for said in self._nothing)

    def _activity(self, text: str) -> Activity | None:
        folded = f" {fold(text)} "
        best: tuple[int, Activity] | None = None
        for activity in self._activities:
            score = sum(len(word) for word in activity.words if f" {fold(word)} " in folded)
            if score and (best is None or score > best[0]):
                best = (score, activity)
        return best[1] if best else None

    def _amount(self, said: list[str], activity: Activity, *, bare: bool) -> Amount | None:
        fallback: Amount | None = None
        for at in range(len(said)):
            found = self._numbers.read(said, at)
            if found is None:
                continue
            after = at + found.length
            unit = self._units.get(said[after]) if after < len(said) else None
            if unit in activity.units:
                what = self._what(said, after + 1) if activity.things else None
                return Amount(quantity=found.value, unit_of_measure=str(unit), what=what)
            what = self._what(said, after) if activity.things else None
            if what or (bare and fallback is None and after == len(said)):
                fallback = Amount(
                    quantity=found.value, unit_of_measure=activity.units[0], what=what
                )
        return fallback

    def _what(self, said: list[str], at: int) -> str | None:
        for length in (3, 2, 1):
            name = self._species.get(" ".join(said[at : at + length]))
            if name:
                return name
        return None

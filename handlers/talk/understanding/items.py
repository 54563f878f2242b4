"""What reading a sentence gives: the values that the rest of the house works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Missing = Literal["quantity", "sure"]
#: Who did it, when it was not the speaker alone.
Who = Literal["family", "group", "other"]


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
    #: How many of it were lost again ("trồng hai chục, chết ba").
    lost: Decimal | None = None
    who: Who | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What was read in a sentence."""

    items: tuple[Item, ...] = ()
    #: The person says that nothing was done.
    negated: bool = False
    #: What the bot must still ask.
    missing: Missing | None = None

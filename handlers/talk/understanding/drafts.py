"""The draft of a report, and the amounts that come into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from content.models.activity import Activity
from handlers.talk.understanding.amounts import Told
from handlers.talk.understanding.items import Amount, Item, Who
from handlers.talk.understanding.tokens import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One amount of what was done, with all that was read around it."""

    told: Told
    activity: Activity
    #: The tokens between the last amount of the sentence, or the clause's start, and this one.
    lead: Sequence[Token]
    #: The part of the lead in which a refusal is not of a day ("không phải hôm qua mà hôm kia").
    refusing: Sequence[Token]
    #: The part of the lead behind the activity's last verb.
    after_verb: Sequence[Token]
    has_verb: bool
    #: The rest of its clause.
    behind: Sequence[Token]
    #: What its clause names right behind the verb or first of all: "trồng keo được 50".
    thing: str | None
    on: date | None
    who: Who | None
    #: It was told of each, and counted for all of them.
    shared: bool = False

    def amount(self) -> Amount | None:
        """The amount that a report would have; None when it is to be asked for."""
        told, units = self.told, self.activity.units
        what = told.what or self.thing if self.activity.things else None
        if told.quantity is None or told.negative or (told.unit is None and len(units) > 1):
            return None
        return Amount(quantity=told.quantity, unit_of_measure=told.unit or units[0], what=what)


@dataclass(slots=True)
class Draft:
    """The items so far, and whether all of them may be believed."""

    items: list[Item] = field(default_factory=list)
    sure: bool = True
    #: The amounts that the last item is the sum of, and whether nothing said to add them up.
    parts: list[Decimal] = field(default_factory=list)
    unsure_sum: bool = False
    #: What follows the first is said to be what it is made up of.
    itemised: bool = False
    #: Some of what was counted was told apart: "trong đó 150 keo".
    in_part: bool = False
    apart: list[Amount] = field(default_factory=list)

    def doubt(self) -> None:
        """Ask before counting."""
        self.sure = False

    def tell_apart(self, part: Amount) -> None:
        """Tell a part of the last item apart; parts that make up all of it take its place."""
        self.apart.append(part)
        whole = self.items[-1]
        told = sum((one.quantity for one in self.apart), Decimal(0))
        if whole.amount and whole.amount.what is None and told == whole.amount.quantity:
            self.items[-1:] = [replace(whole, amount=one) for one in self.apart]
            self.apart, self.in_part = [], False

    def lose(self, quantity: Decimal) -> None:
        """Keep how much of the last item was lost, which cannot be more than there was."""
        whole = self.items[-1]
        if whole.amount and quantity > whole.amount.quantity:
            self.doubt()
        self.items[-1] = replace(whole, lost=quantity)

    def keep_alive(self, quantity: Decimal) -> None:
        """Keep how much of the last item was lost, by what is left of it."""
        whole = self.items[-1]
        if whole.amount:
            self.lose(max(whole.amount.quantity - quantity, Decimal(0)))

    @property
    def believed(self) -> bool:
        """Whether nothing that was drafted is in doubt."""
        return self.sure and not self.unsure_sum

    def append(self, item: Item) -> None:
        """Begin a new item."""
        self.sure = self.believed
        self.items.append(item)
        self.parts = [item.amount.quantity] if item.amount else []
        self.unsure_sum = False

    def last_amount(self, activity: Activity) -> Amount | None:
        """The amount of the last item, when that is of the same activity."""
        same = self.items and self.items[-1].activity == activity.key
        return self.items[-1].amount if same else None

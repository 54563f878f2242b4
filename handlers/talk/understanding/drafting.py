"""The items of a sentence as its amounts are gone through: sums, corrections, losses, totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from content.models import Activities, Activity, TalkWords
from handlers.talk.understanding.amounts import Told
from handlers.talk.understanding.clauses import Clause
from handlers.talk.understanding.items import Amount, Item, Who
from handlers.talk.understanding.lookalikes import Ending
from handlers.talk.understanding.numbers import NumberReader
from handlers.talk.understanding.tokens import Token, flags

#: Nobody reports more than this in one sentence; it is asked about.
_BELIEVABLE = Decimal(9_999_999)
#: How near before an amount a loss must stand: "mất hai cây", but not "mất hai ngày được 20 cây".
_NEAR = 3


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

    def doubt(self) -> None:
        """Ask before counting."""
        self.sure = False

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


class Drafter:
    """Lets amounts change a draft, one after the other."""

    def __init__(self, talk: TalkWords, kinds: Activities, numbers: NumberReader) -> None:
        self._numbers = numbers
        #: Which activity an activity tells the fate of: living trees, of planted ones.
        self._followed = {
            one.follow_up.activity: one.key for one in kinds.activities if one.follow_up
        }
        self._fix, self._not_this = flags(talk.fix), flags(talk.not_this)
        self._weak_fix, self._fix_behind = Ending(talk.fix_weak), flags(talk.fix_behind)
        self._lost, self._alive = flags(talk.lost), flags(talk.alive)
        self._alive_before = Ending(talk.alive)
        self._total, self._part = flags(talk.total), flags(talk.of_which)
        self._each, self._more = flags(talk.each), flags(talk.more)

    def add(self, draft: Draft, entry: Entry, tokens: Sequence[Token]) -> None:
        """Let one amount change the draft: a new item, a sum, a correction, a loss."""
        lead, amount = entry.lead, entry.amount()
        # Only an amount of the same activity can be corrected, added up, or lost again.
        last = draft.last_amount(entry.activity)
        refused = self._not_this.search(entry.refusing)
        if self._is_rest(draft, entry, tokens) or (refused and not _comma_behind(lead)):
            return
        if entry.told.approximate or entry.told.negative or self._each.search(lead):
            draft.doubt()
        if amount and amount.quantity > _BELIEVABLE:
            draft.doubt()
        if last and amount and self._total.search(lead):
            _check_total(draft, amount)
        elif last and amount and (refused or self._corrects(tokens, entry)):
            self._correct(draft, entry, amount, last)
        else:
            item = Item(activity=entry.activity.key, amount=amount, on=entry.on, who=entry.who)
            self._join(draft, item, entry, tokens)

    def is_alive(self, tokens: Sequence[Token], told: Told, clause: Clause) -> bool:
        """Whether the amount is what still lives: "còn 8 cây", "30 cây sống cả"."""
        if clause.verb is None:
            return self._alive.at(tokens, told.end) is not None
        return self._alive_before.ends_at(tokens, told.start)

    def is_loss(self, tokens: Sequence[Token], told: Told) -> bool:
        """Whether the amount is said to be lost: "chết 3 cây", "3 cây chết"."""
        return self._lost_before(tokens, told) or self._lost_behind(tokens, told)

    def _lost_before(self, tokens: Sequence[Token], told: Told) -> bool:
        return self._lost.search(tokens[max(0, told.start - _NEAR) : told.start]) is not None

    def _lost_behind(self, tokens: Sequence[Token], told: Told) -> bool:
        """Whether a loss stands behind, and is not told of the next amount: "5 cây chết 3"."""
        lost = self._lost.at(tokens, told.end)
        after = told.end + lost.length if lost else told.end
        return bool(lost) and (after >= len(tokens) or self._numbers.read(tokens, after) is None)

    def _is_rest(self, draft: Draft, entry: Entry, tokens: Sequence[Token]) -> bool:
        """Whether the amount tells what was lost or is left, and of what; a loss is kept."""
        last = draft.last_amount(entry.activity)
        amount = entry.amount()
        if self.is_loss(tokens, entry.told):
            if last and amount:
                draft.items[-1] = replace(draft.items[-1], lost=amount.quantity)
            if last or not entry.has_verb or self._lost_before(tokens, entry.told):
                return True
            draft.doubt()  # "dặm lại 15 cây bị chết"
        if last:
            alive = self._alive.search(entry.after_verb)
            return alive is not None or self._part.search(entry.lead) is not None
        if self._is_left(draft, entry.activity, amount):
            return True
        # "còn 15 cây", "5 cây hôm nọ chết rồi"
        rest = self._lost.search(entry.behind) or self._alive.search(entry.lead[-_NEAR:])
        return rest is not None and not entry.has_verb

    def _corrects(self, tokens: Sequence[Token], entry: Entry) -> bool:
        if self._fix.search(entry.lead) or self._fix_behind.at(tokens, entry.told.end):
            return True
        end = len(entry.lead)
        end -= end > 0 and entry.lead[-1].is_sign
        return self._weak_fix.ends_at(entry.lead, end)

    def _is_left(self, draft: Draft, activity: Activity, amount: Amount | None) -> bool:
        """Whether it tells how many of the last item are left: "trồng 20 cây còn sống 17"."""
        item = draft.items[-1] if draft.items else None
        if item is None or item.activity != self._followed.get(activity.key):
            return False
        return bool(item.amount and amount and amount.quantity <= item.amount.quantity)

    @staticmethod
    def _correct(draft: Draft, entry: Entry, amount: Amount, last: Amount) -> None:
        item = draft.items[-1]
        if last.unit_of_measure != amount.unit_of_measure:
            draft.doubt()
        corrected = replace(amount, what=amount.what or last.what)
        draft.items[-1] = replace(item, amount=corrected, on=entry.on or item.on)
        draft.parts = [corrected.quantity]

    def _join(self, draft: Draft, new: Item, entry: Entry, tokens: Sequence[Token]) -> None:
        """Add an item, or add it up with the last one when both are of the same."""
        last = draft.items[-1] if draft.items else None
        if not (last and last.amount and new.amount and _are_alike(last, new)):
            draft.append(new)
            return
        behind = tokens[entry.told.end : entry.told.end + 2]
        if not (self._more.search(entry.lead) or self._more.search(behind) or last.who != new.who):
            draft.unsure_sum = True  # said twice, or two sums? "trồng 5 cây 3 cây"
        draft.parts.append(new.amount.quantity)
        total = sum(draft.parts, Decimal(0))
        if len(draft.parts) > 2 and draft.parts[0] * 2 == total:
            # The first is what the others make up: "3 túi: 1 túi giấy, 2 túi nhựa".
            total, draft.unsure_sum = draft.parts[0], False
        who = last.who if last.who == new.who else "family"
        draft.items[-1] = replace(last, amount=replace(last.amount, quantity=total), who=who)


def _are_alike(last: Item, new: Item) -> bool:
    """Whether two items are of one activity, unit, kind and day, so that they add up."""
    if not last.amount or not new.amount:
        return False
    mine, its = new.amount, last.amount
    same = (last.activity, its.unit_of_measure, last.on) == (
        new.activity,
        mine.unit_of_measure,
        new.on,
    )
    return same and mine.what in {None, its.what}


def _check_total(draft: Draft, total: Amount) -> None:
    """A total ("tổng cộng 8 cây") proves the amounts before it, or puts them in doubt."""
    counted = sum(one.amount.quantity for one in draft.items if one.amount)
    if counted != total.quantity:
        draft.doubt()
        draft.items[:] = [replace(draft.items[-1], amount=replace(total, what=None))]
        draft.parts = [total.quantity]


def _comma_behind(lead: Sequence[Token]) -> bool:
    """Whether the amount comes as a new word after a refusal ("không phải, 15 cây")."""
    return bool(lead) and lead[-1].text == ","


def without_parts(items: list[Item]) -> list[Item]:
    """Without a leading sum that the items behind it make up ("8 cây: 5 keo, 3 nhãn")."""
    if len(items) > 2 and items[0].amount and items[0].amount.what is None:
        parts = [one.amount for one in items[1:] if one.activity == items[0].activity]
        if all(parts) and sum(one.quantity for one in parts if one) == items[0].amount.quantity:
            return items[1:]
    return items

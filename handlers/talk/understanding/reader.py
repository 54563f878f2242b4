"""The last stage: a sentence into reports, or into what is still to be asked.

Rather than guess, it asks: an amount said without being sure, a plan, a sentence that is half a
question come back with what is missing, or as no report at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from content.models import Activities, Activity, Vocabulary
from handlers.talk.understanding.amounts import AmountReader, Told
from handlers.talk.understanding.clauses import Clause, ClauseReader
from handlers.talk.understanding.days import Day, DayReader
from handlers.talk.understanding.numbers import NumberReader
from handlers.talk.understanding.spelling import Speller
from handlers.talk.understanding.tokens import Phrases, Token, tokens_of

Missing = Literal["quantity", "sure"]

#: An answer to "how many?" that is longer than this is no bare number any more.
_LONGEST_ANSWER = 6


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What was read in a sentence."""

    items: tuple[Item, ...] = ()
    #: The person says that nothing was done.
    negated: bool = False
    #: What the bot must still ask.
    missing: Missing | None = None


@dataclass(slots=True)
class _Draft:
    """The items of a sentence as its amounts are gone through."""

    items: list[Item]
    sure: bool = True

    def last_amount(self, activity: Activity) -> Amount | None:
        same = self.items and self.items[-1].activity == activity.key
        return self.items[-1].amount if same else None


class Reader:
    """Reads sentences; made once from the content, used for every message."""

    def __init__(self, known: Vocabulary, kinds: Activities, species: Sequence[str]) -> None:
        talk = known.talk
        self._kinds = {activity.key: activity for activity in kinds.activities}
        self._owner = {unit: one.key for one in kinds.activities for unit in one.own_units}
        self._numbers = NumberReader(known.numbers)
        self._days = DayReader(known, kinds, self._numbers)
        self._amounts = AmountReader(known, kinds, species, self._numbers)
        self._clauses = ClauseReader(known, kinds)
        self._fix, self._not_this = _set(talk.fix), _set(talk.not_this)
        self._lost, self._alive = _set(talk.lost), _set(talk.alive)
        self._total, self._part = _set(talk.total), _set(talk.of_which)
        self._each = _set(talk.each)
        matter = [word for one in kinds.activities for word in (*one.verbs, *one.words)]
        matter += [word for unit in kinds.units for word in unit.words]
        numbers = known.numbers
        matter += [*species, *known.days, *numbers.digits, *numbers.scales, *numbers.following]
        matter += [*numbers.contracted, *numbers.joints.zero, *numbers.joints.half]
        matter += [*known.typing.values(), *talk.not_, *talk.lost, *talk.later]
        self._speller = Speller(known.typing, matter)
        self._latest: tuple[str, date, Understanding] | None = None

    def understand(self, text: str, today: date) -> Understanding:
        """What a free sentence reports. An amount counts only beside its unit or its kind."""
        # One turn asks more than once: whether a sentence reports anything, then what.
        if self._latest is None or self._latest[:2] != (text, today):
            self._latest = (text, today, self._understand(text, today))
        return self._latest[2]

    def _understand(self, text: str, today: date) -> Understanding:
        tokens = self._speller.mend(tokens_of(text))
        days = self._days.find(tokens, today)
        amounts = self._amounts.find(tokens, days)
        clauses = self._clauses.split(tokens, amounts)
        draft = _Draft([])
        end = 0
        for told in amounts:
            clause = next(one for one in clauses if one.start <= told.start < one.end)
            activity = self._activity(told, clause, clauses)
            if activity and self._was_done(tokens, told, clause, amounts):
                lead = tokens[max(end, clause.start if not draft.items else end) : told.start]
                self._add(draft, told, activity, lead, tokens, _day_of(told, clause, days))
                if clause.question:
                    draft.sure = False
            end = told.end
        items = _without_parts(draft.items)
        if items and all(item.amount and item.amount.quantity == 0 for item in items):
            return Understanding(negated=True)
        if items and not any(day.to_come for day in days):
            missing: Missing | None = None if draft.sure else "sure"
            if any(item.amount is None for item in items):
                missing = "quantity"
            return Understanding(items=tuple(items), missing=missing)
        return self._without_amount(clauses, amounts, days)

    def amount(self, text: str, activity: Activity) -> Amount | None:
        """The amount in an answer to "how many?", where a bare number is enough."""
        tokens = self._speller.mend(tokens_of(text))
        found = [
            told
            for told in self._amounts.find(tokens, self._days.find(tokens, date.max))
            if told.quantity is not None and told.unit in (*activity.units, None)
        ]
        if found:
            last = found[-1]
            return _amount(last, activity)
        bare = self.numbers(text)
        if len(bare) != 1 or len(tokens) > _LONGEST_ANSWER:
            return None
        return Amount(quantity=bare[0], unit_of_measure=activity.units[0])

    def day(self, text: str, today: date) -> date | None:
        """The day in an answer to "when?"; None when it names none, or one that has not come."""
        days = self._days.find(self._speller.mend(tokens_of(text)), today)
        return next((day.on for day in days if day.on is not None), None)

    def number(self, text: str) -> Decimal | None:
        """The number that a text is, or None when it is anything more or less than one number."""
        return self._numbers.whole(text)

    def numbers(self, text: str) -> list[Decimal]:
        """Every number in a text, in order."""
        tokens, found, at = tokens_of(text), [], 0
        while at < len(tokens):
            number = self._numbers.read(tokens, at)
            if number:
                found.append(number.value)
            at += number.length if number else 1
        return found

    # --- one amount

    def _activity(self, told: Told, clause: Clause, clauses: Sequence[Clause]) -> Activity | None:
        """Which activity an amount belongs to: by its unit, its clause, or a clause before it."""
        owner = self._owner.get(told.unit or "")
        if owner is None and told.unit is None and told.what:
            owner = next((one.key for one in self._kinds.values() if one.things), None)
        before = [one for one in clauses if one.start <= clause.start]
        spoken = [key for one in reversed(before) for key in (one.verb, *one.topics) if key]
        after = [key for one in clauses for key in (one.verb, *one.topics) if key]
        for key in [owner] if owner else [*spoken, *after]:
            if told.unit in (*self._kinds[key].units, None):
                return self._kinds[key]
        return None

    def _was_done(
        self, tokens: Sequence[Token], told: Told, clause: Clause, amounts: Sequence[Told]
    ) -> bool:
        if clause.planned or clause.elsewhere or clause.negated:
            return False
        if not self._clauses.done_to(tokens, clause, told, amounts):
            return False
        if told.unit is None and told.what is None:
            # A number alone is an amount only behind its verb, at the end of what is said.
            return clause.verb is not None and told.end >= clause.end - 1
        return True

    def _add(
        self,
        draft: _Draft,
        told: Told,
        activity: Activity,
        lead: Sequence[Token],
        tokens: Sequence[Token],
        on: date | None,
    ) -> None:
        """Let one amount change the draft: a new item, a sum, a correction, a loss."""
        amount = _amount(told, activity)
        # Only an amount of the same activity can be corrected, added up, or lost again.
        last = draft.last_amount(activity)
        if self._lost.search(lead) or self._lost_behind(tokens, told):
            if last and amount:
                draft.items[-1] = replace(draft.items[-1], lost=amount.quantity)
            return
        if last and (self._alive.search(lead) or self._part.search(lead)):
            return
        refused = self._not_this.search(lead)
        if refused and not _comma_behind(lead):
            return
        if told.approximate or told.negative or self._each.search(lead):
            draft.sure = False
        if last and amount and self._total.search(lead):
            self._check_total(draft, amount)
        elif last and amount and (refused or self._fix.search(lead)):
            corrected = replace(amount, what=amount.what or last.what)
            draft.items[-1] = replace(
                draft.items[-1], amount=corrected, on=on or draft.items[-1].on
            )
        else:
            _join(draft.items, Item(activity=activity.key, amount=amount, on=on))

    def _lost_behind(self, tokens: Sequence[Token], told: Told) -> bool:
        """Whether the amount is said to be lost behind it ("3 cây chết"), not the next one."""
        lost = self._lost.at(tokens, told.end)
        after = told.end + lost.length if lost else told.end
        return bool(lost) and (after >= len(tokens) or self._numbers.read(tokens, after) is None)

    def _check_total(self, draft: _Draft, total: Amount) -> None:
        """A total ("tổng cộng 8 cây") proves the amounts before it, or puts them in doubt."""
        counted = sum(one.amount.quantity for one in draft.items if one.amount)
        if counted != total.quantity:
            draft.sure = False
            draft.items[:] = [replace(draft.items[-1], amount=replace(total, what=None))]

    # --- no amount

    def _without_amount(
        self, clauses: Sequence[Clause], amounts: Sequence[Told], days: Sequence[Day]
    ) -> Understanding:
        """Nothing was done; or something was, and how much is still to be said; or neither."""
        if any(clause.negated for clause in clauses):
            return Understanding(negated=True)
        if any(day.to_come for day in days):
            return Understanding()
        for clause in clauses:
            if clause.verb and not (clause.planned or clause.question or amounts):
                on = next((day.on for day in days if day.on), None)
                item = Item(activity=clause.verb, amount=None, on=on)
                return Understanding(items=(item,), missing="quantity")
        return Understanding()


def _comma_behind(lead: Sequence[Token]) -> bool:
    """Whether the amount comes as a new word after a refusal ("không phải, 15 cây")."""
    return bool(lead) and lead[-1].text == ","


def _amount(told: Told, activity: Activity) -> Amount | None:
    if told.quantity is None:
        return None
    return Amount(
        quantity=-told.quantity if told.negative else told.quantity,
        unit_of_measure=told.unit or activity.units[0],
        what=told.what,
    )


def _day_of(told: Told, clause: Clause, days: Sequence[Day]) -> date | None:
    """The day of an amount: the last one named before it, or one behind it in its clause."""
    named = [day for day in days if day.on is not None]
    before = [day.on for day in named if day.start < told.start]
    behind = [day.on for day in named if told.start < day.start < clause.end]
    if before:
        return before[-1]
    if behind:
        return behind[0]
    return named[0].on if len(named) == 1 else None


def _join(items: list[Item], new: Item) -> None:
    """Add an item, or add it up with the last one when both are of the same."""
    if items and new.amount and items[-1].amount:
        last, amount = items[-1], items[-1].amount
        same = (last.activity, amount.unit_of_measure, last.on) == (
            new.activity,
            new.amount.unit_of_measure,
            new.on,
        )
        if same and new.amount.what in {None, amount.what}:
            total = replace(amount, quantity=amount.quantity + new.amount.quantity)
            items[-1] = replace(last, amount=total)
            return
    items.append(new)


def _without_parts(items: list[Item]) -> list[Item]:
    """Without a leading sum that the items behind it make up ("8 cây: 5 keo, 3 nhãn")."""
    if len(items) > 2 and items[0].amount and items[0].amount.what is None:
        parts = [one.amount for one in items[1:] if one.activity == items[0].activity]
        if all(parts) and sum(one.quantity for one in parts if one) == items[0].amount.quantity:
            return items[1:]
    return items


def _set(words: Sequence[str]) -> Phrases[bool]:
    return Phrases(dict.fromkeys(words, True))

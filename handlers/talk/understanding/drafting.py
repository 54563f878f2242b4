"""The items of a sentence as its amounts are gone through: sums, corrections, losses, totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from content.models.activity import Activities, Activity
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.amounts import Told
from handlers.talk.understanding.clauses import Clause
from handlers.talk.understanding.corrections import Refusals
from handlers.talk.understanding.drafts import Draft, Entry
from handlers.talk.understanding.items import Amount, Item
from handlers.talk.understanding.lookalikes import Ending
from handlers.talk.understanding.numbers import NumberReader
from handlers.talk.understanding.tokens import Token, flags

#: Nobody reports more than this in one sentence; it is asked about.
_BELIEVABLE = Decimal(9_999_999)
#: How near before an amount a loss must stand: "mất hai cây", but not "mất hai ngày được 20 cây".
_NEAR = 3


class Drafter:
    """Lets amounts change a draft, one after the other."""

    def __init__(self, known: Vocabulary, kinds: Activities, numbers: NumberReader) -> None:
        talk = known.talk
        self._kin = flags([*known.people.other, *known.people.family])
        self._numbers = numbers
        #: Which activity an activity tells the fate of: living trees, of planted ones.
        self._followed = {
            one.follow_up.activity: one.key for one in kinds.activities if one.follow_up
        }
        self._fix, self._refusals = flags(talk.fix), Refusals(talk)
        self._weak_fix, self._fix_behind = Ending(talk.fix_weak), flags(talk.fix_behind)
        self._lost, self._alive = flags(talk.lost), flags(talk.alive)
        self._alive_before = Ending(talk.alive)
        self._total, self._part = flags(talk.total), flags(talk.of_which)
        self._measured = flags(talk.measured)
        self._each, self._more = flags(talk.each), flags(talk.more)
        self._each_word, self._rates = set(known.sharing.each), flags(known.sharing.rates)

    def add(self, draft: Draft, entry: Entry, tokens: Sequence[Token]) -> None:
        """Let one amount change the draft: a new item, a sum, a correction, a loss."""
        lead, amount = entry.lead, entry.amount()
        # Only an amount of the same activity can be corrected, added up, or lost again.
        last = draft.last_amount(entry.activity)
        refused = self._refusals.search(entry.refusing)
        if last is None and self._outlives(draft, entry):
            draft.doubt()
        if self._is_rest(draft, entry, tokens) or (refused and not _comma_behind(lead)):
            return
        if entry.told.approximate or entry.told.negative or self._is_of_each(entry):
            draft.doubt()
        if last and lead and lead[-1].text == "a" and not lead[-1].exact:
            draft.doubt()  # "à 12 cây", perhaps
        if amount and amount.quantity > _BELIEVABLE:
            draft.doubt()
        if last and amount and self._total.search(lead):
            _check_total(draft, amount)
            if amount.what and len(draft.items) == 1 and draft.items[0].amount:
                whole = replace(draft.items[0].amount, what=amount.what)
                draft.items[0] = replace(draft.items[0], amount=whole)
        elif last and amount and (refused or self._corrects(tokens, entry)):
            self._correct(draft, entry, amount, last)
        else:
            if last and amount and amount.what is None and self._is_more(tokens, entry):
                amount = replace(amount, what=last.what)
            item = Item(activity=entry.activity.key, amount=amount, on=entry.on, who=entry.who)
            self._join(draft, item, entry, tokens)

    def _is_of_each(self, entry: Entry) -> bool:
        """Whether the amount is of each of several, and was not counted for all of them."""
        if entry.shared:
            return False
        said = any(
            token.text in self._each_word and not (place and entry.lead[place - 1].bare == "co")
            for place, token in enumerate(entry.lead)
        )  # "có mỗi hai cây" are only two
        start = 1 if entry.lead and entry.lead[0].is_sign else 0
        rated = self._rates.at(entry.lead, start) is not None
        return said or rated or self._each.search(entry.lead) is not None

    def is_alive(self, tokens: Sequence[Token], told: Told, clause: Clause) -> bool:
        """Whether the amount is what still lives: "còn 8 cây", "30 cây sống cả"."""
        if clause.verb is None:
            return self._alive.at(tokens, told.end) is not None
        return self._alive_before.ends_at(tokens, told.start)

    def is_loss(self, tokens: Sequence[Token], told: Told, floor: int) -> bool:
        """Whether an amount is said to be lost, behind the last: "chết 3 cây", "3 cây chết"."""
        lead = tokens[max(floor, told.start - _NEAR) : told.start]
        return self._lost.search(lead) is not None or self._lost_behind(tokens, told)

    def _is_lost(self, tokens: Sequence[Token], entry: Entry) -> bool:
        lost = self._lost.search(entry.lead[-_NEAR:]) is not None
        return lost or self._lost_behind(tokens, entry.told)

    def _lost_behind(self, tokens: Sequence[Token], told: Told) -> bool:
        """Whether a loss stands behind, and is not told of the next amount: "5 cây chết 3"."""
        lost = self._lost.at(tokens, told.end)
        after = told.end + lost.length if lost else told.end
        after += after < len(tokens) and tokens[after].text in {"cả", "ca"}
        return bool(lost) and (after >= len(tokens) or self._numbers.read(tokens, after) is None)

    def _is_rest(self, draft: Draft, entry: Entry, tokens: Sequence[Token]) -> bool:
        """Whether the amount tells what was lost or is left, and of what; a loss is kept."""
        last = draft.last_amount(entry.activity)
        amount = entry.amount()
        if entry.activity.things and self._is_lost(tokens, entry):
            if last and amount:
                draft.lose(amount.quantity)
            if last or not entry.has_verb or self._lost.search(entry.lead[-_NEAR:]):
                return True
            draft.doubt()  # "dặm lại 15 cây bị chết"
        if last:
            return self._is_part(draft, entry, amount)
        if amount and self._is_left(draft, entry.activity, amount):
            draft.keep_alive(amount.quantity)
            return True
        if not entry.activity.things:
            return False
        # "còn 15 cây", "5 cây hôm nọ chết rồi"
        rest = self._lost_alone(entry.behind) or self._alive.search(entry.lead[-_NEAR:])
        return bool(rest) and not entry.has_verb

    def _is_part(self, draft: Draft, entry: Entry, amount: Amount | None) -> bool:
        """Whether the amount is a part of the last, told apart, or what is left alive of it."""
        in_part = self._part.search(entry.lead) is not None
        draft.in_part = draft.in_part or in_part
        if draft.in_part and amount and amount.what:
            draft.tell_apart(amount)
            return True
        left = not in_part and self._is_left_alive(entry.after_verb)
        if left and amount:
            draft.keep_alive(amount.quantity)
        return in_part or left

    def _lost_alone(self, behind: Sequence[Token]) -> bool:
        """Whether a loss is told of the amount before it, and not of a number behind it."""
        for place in range(len(behind)):
            lost = self._lost.at(behind, place)
            if lost and self._numbers.read(behind, place + lost.length) is None:
                return True
        return False

    def _is_left_alive(self, tokens: Sequence[Token]) -> bool:
        """Whether something is left, and not a child typed without accents: "con dau toi"."""
        for place in range(len(tokens)):
            if self._alive.at(tokens, place) and not self._kin.at(tokens, place):
                return True
        return False

    def _corrects(self, tokens: Sequence[Token], entry: Entry) -> bool:
        if self._fix.search(entry.lead) or self._fix_behind.at(tokens, entry.told.end):
            return True
        end = len(entry.lead)
        end -= end > 0 and entry.lead[-1].is_sign
        return self._weak_fix.ends_at(entry.lead, end)

    def _outlives(self, draft: Draft, entry: Entry) -> bool:
        """Whether more is said to be alive than was planted."""
        item, amount = draft.items[-1] if draft.items else None, entry.amount()
        if item is None or item.activity != self._followed.get(entry.activity.key):
            return False
        return bool(item.amount and amount and amount.quantity > item.amount.quantity)

    def _is_left(self, draft: Draft, activity: Activity, amount: Amount) -> bool:
        """Whether it tells how many of the last item are left: "trồng 20 cây còn sống 17"."""
        item = draft.items[-1] if draft.items else None
        if item is None or item.activity != self._followed.get(activity.key):
            return False
        return bool(item.amount and amount.quantity <= item.amount.quantity)

    def _is_told_again(self, last: Item, new: Item, entry: Entry) -> bool:
        """Whether the same is told in another unit, or what is left of a whole is not plain."""
        if last.activity != new.activity:
            return False
        bracketed = any(token.text == "(" for token in entry.lead)
        return bracketed or self._measured.search(entry.lead) is not None

    def _is_between(self, lead: Sequence[Token]) -> bool:
        """Whether a word without accents between two amounts may be a number: "bon het"."""
        return any(
            not (token.exact or token.is_number) and self._numbers.read(lead, place) is not None
            for place, token in enumerate(lead)
        )

    def _is_more(self, tokens: Sequence[Token], entry: Entry) -> bool:
        """Whether it is more of the same: "thêm 2 cây nữa"."""
        behind = tokens[entry.told.end : entry.told.end + 1]
        words = {token.bare for token in (*entry.lead[-2:], *behind)}
        return bool(words & {"them", "nua", "tiep"})

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
            if last and (draft.in_part or self._is_told_again(last, new, entry)):
                draft.doubt()
            draft.append(new)
            return
        end = entry.told.end
        behind = tokens[end : end if end < len(tokens) and tokens[end].is_sign else end + 2]
        if entry.told.bare and not (_has_verb_between(entry) or self._is_more(tokens, entry)):
            draft.unsure_sum = True  # what a number alone counts is not plain
        if self._is_between(entry.lead):
            draft.unsure_sum = True
        if not (self._more.search(entry.lead) or self._more.search(behind) or last.who != new.who):
            draft.unsure_sum = True  # said twice, or two sums? "trồng 5 cây 3 cây"
        if len(draft.parts) == 1:
            draft.itemised = any(token.text in {":", "("} for token in entry.lead)
            draft.itemised = draft.itemised or self._part.search(entry.lead) is not None
        draft.parts.append(new.amount.quantity)
        total = sum(draft.parts, Decimal(0))
        if len(draft.parts) > 2 and draft.parts[0] * 2 == total:
            # The first is what the others make up: "3 túi: 1 túi giấy, 2 túi nhựa".
            draft.unsure_sum = not draft.itemised
            total = draft.parts[0]
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


def _has_verb_between(entry: Entry) -> bool:
    """Whether a verb stands between the last amount and this one."""
    return len(entry.after_verb) < len(entry.lead)

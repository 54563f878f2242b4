"""Whether what was read may be counted without asking: nothing left over, nothing in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from content.models.activity import Activities
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.amounts import Told
from handlers.talk.understanding.clauses import Clause
from handlers.talk.understanding.corrections import Refusals
from handlers.talk.understanding.items import Item
from handlers.talk.understanding.lookalikes import Ending
from handlers.talk.understanding.measures import Measures
from handlers.talk.understanding.plainness import Plainness
from handlers.talk.understanding.sentence import Sentence
from handlers.talk.understanding.text import fold
from handlers.talk.understanding.tokens import flags

#: Ages that elders tell.
_OLD, _OLDEST = 50, 110


class Certainty:
    """Looks for whatever puts a reading in doubt."""

    def __init__(self, known: Vocabulary, kinds: Activities, species: Sequence[str]) -> None:
        talk = known.talk
        self._plainness = Plainness(known, kinds, species)
        self._measures = Measures(known, kinds)
        self._fix, self._doubt, self._amend = flags(talk.fix), flags(talk.doubt), flags(talk.amend)
        self._weak_fix, self._alive = Ending(talk.fix_weak), Ending(talk.alive)
        self._from, self._until = flags(known.sharing.from_), flags(known.sharing.until)
        self._fix_behind = flags(talk.fix_behind)
        self._units = {one.key: one.units for one in kinds.activities}
        self._no_doubt = flags(talk.no_doubt)
        self._lost = flags(talk.lost)
        self._own = {unit for one in kinds.activities for unit in one.own_units}
        self._ages = Ending(known.not_amounts.ages)
        self._money, self._refusals = flags(talk.money), Refusals(talk)
        verbs = [verb for one in kinds.activities for verb in one.verbs if len(verb) == 1]
        #: Verbs of one letter, without accents: such a letter may be another word ("u", a mother).
        self._letters = {fold(verb) for verb in verbs}

    def holds(self, said: Sentence, items: Sequence[Item], used: Sequence[Told]) -> bool:
        """Whether nothing in the sentence puts what was read in doubt."""
        parts = [one.amount for one in items if one.amount and one.amount.quantity % 1]
        doubts = (
            self._is_doubted(said),
            self._amend.search(said.tokens) is not None and not self._has_corrected(said, used),
            any(day.doubtful for day in said.days),
            any(self._measures.is_whole(amount.unit_of_measure) for amount in parts),
            self._has_loose_letter(said),
            self._is_corrected(said, used),
            _are_days_mixed(said, items, used),
            self._is_span(said) and len({item.on for item in items}) < 2,
            any(self._is_left_over(said, told, used) for told in said.amounts if told not in used),
        )
        return not any(doubts) and self._is_plain(said, items, used)

    def is_money(self, said: Sentence, told: Told, clause: Clause) -> bool:
        """Whether a number without a unit is the price of something."""
        start = clause.start if clause.verbs else 0  # "bán ve chai 5 cân, được 30 nghìn"
        return self._money.search(said.tokens[start : told.start]) is not None

    def is_refused(self, said: Sentence, told: Told) -> bool:
        """Whether "không phải" stands right before an amount."""
        before = said.tokens[max(0, told.start - 3) : told.start]
        return self._refusals.search(before) and not before[-1].is_sign

    def is_closed(self, said: Sentence, told: Told, clause: Clause) -> bool:
        """Whether nothing that a number could count stands between it and its clause's end."""
        return all(self._is_light(said, place) for place in range(told.end, clause.end))

    def _is_light(self, said: Sentence, place: int) -> bool:
        if any(day.start <= place < day.start + day.length for day in said.days):
            return True
        if any(told.start <= place < told.end for told in said.amounts):
            return True
        if self._lost.at(said.tokens, place):
            return True  # "trồng 25 chết 5"
        return said.tokens[place].is_sign or self._plainness.is_light(said.tokens, place)

    def _is_corrected(self, said: Sentence, used: Sequence[Told]) -> bool:
        """Whether a correction stands behind everything that it could have corrected."""
        counted = [told for told in used if not self.is_refused(said, told)]
        end = max([said.settled, *(told.end for told in counted)])
        if any(told.start >= end and self.is_refused(said, told) for told in said.amounts):
            return False  # "12 cây chứ không phải 21, bác bấm nhầm"
        fixed = [
            place for place in range(end, len(said.tokens)) if self._fix.at(said.tokens, place)
        ]
        # "kiểm tra lại thì chết mất 4 cây" corrects nothing.
        return bool(fixed) and self._lost.search(said.tokens[fixed[-1] :]) is None

    def _is_span(self, said: Sentence) -> bool:
        """Whether days from one to another are told: "từ thứ hai đến thứ tư được 5 túi"."""
        for first, last in pairwise(said.days):
            link = said.tokens[first.start + first.length : last.start]
            if len(link) == 1 and self._until.at(link, 0) and first.start:
                return self._from.at(said.tokens, first.start - 1) is not None
        return False

    def _is_doubted(self, said: Sentence) -> bool:
        """Whether doubt is said, and not by the words of an amount ("2 bao rồi" is no báo rồi)."""
        counted = [told for told in said.amounts if not told.bare]
        inside = {place for told in counted for place in range(told.start, told.end)}
        places = (place for place in range(len(said.tokens)) if place not in inside)
        return any(
            self._doubt.at(said.tokens, place) and not self._no_doubt.at(said.tokens, place)
            for place in places
        )

    def _has_corrected(self, said: Sentence, used: Sequence[Told]) -> bool:
        """Whether what was wrong is said as well as what is right."""
        if (
            said.settled
            or self._fix_behind.search(said.tokens)
            or self._refusals.search(said.tokens)
        ):
            return True
        places = range(used[0].end, used[-1].start + 1) if used else range(0)
        return any(self._fix.at(said.tokens, at) for at in places) or any(
            self._weak_fix.ends_at(said.tokens, told.start) for told in used[1:]
        )

    def _has_loose_letter(self, said: Sentence) -> bool:
        """Whether a letter typed without accents may be a verb, where it is in none: "u thêm"."""
        verbs = [verb for clause in said.clauses for verb in clause.verbs]
        inside = {place for verb in verbs for place in range(verb.place, verb.place + verb.length)}
        return any(
            not token.exact and token.text in self._letters and place not in inside
            for place, token in enumerate(said.tokens)
        )

    def _is_left_over(self, said: Sentence, told: Told, used: Sequence[Told]) -> bool:
        """Whether an amount, or a number at the end of a clause, was not counted or explained."""
        clause = said.clause_of(told)
        if self._may_be_misread(said, told, clause):
            return True
        if clause.planned or clause.elsewhere:
            return False
        if not told.bare:
            verb = clause.verb_before(told.start)
            other = verb is not None and verb.activity is None
            spoken = {one.verb for one in said.clauses} | {
                key for one in said.clauses for key in one.topics
            }
            owners = {key for key, units in self._units.items() if told.unit in units}
            foreign = not owners & spoken and told.unit not in self._own
            return not (other or foreign or clause.negated or self.is_refused(said, told))
        if any(one.quantity == told.quantity and one.start < told.start for one in used):
            return False  # said again: "ghi 38 cho tui"
        if self._alive.ends_at(said.tokens, told.start) or self._is_age(said, told):
            return False
        alone = told.end == clause.end and not self.is_refused(said, told)
        return alone and not self.is_money(said, told, clause)

    def _may_be_misread(self, said: Sentence, told: Told, clause: Clause) -> bool:
        """Whether accents might show that an amount left out is one: "nhan 7", "con no 30 cay"."""
        if said.tokens[told.start].exact or told.bare or clause.planned:
            return False
        return told.unit is None or any(told.unit in units for units in self._units.values())

    def _is_age(self, said: Sentence, told: Told) -> bool:
        """Whether a number without a unit may be someone's age: "tôi năm nay 78"."""
        old = told.quantity is not None and _OLD <= told.quantity <= _OLDEST
        return old and self._ages.ends_at(said.tokens, told.start)

    def _is_plain(self, said: Sentence, items: Sequence[Item], used: Sequence[Told]) -> bool:
        """Whether a sentence without the verb of any activity has no strange words."""
        spoken = {verb.activity for clause in said.clauses for verb in clause.verbs} - {None}
        if spoken or not items:
            return True
        counted = [one for one in said.clauses if any(told in used for told in said.told_in(one))]
        places = [place for one in counted for place in range(one.start, one.end)]
        return self._plainness.holds(said.tokens, said.amounts, said.days, places)


def _are_days_mixed(said: Sentence, items: Sequence[Item], used: Sequence[Told]) -> bool:
    """Whether several days were named and the amounts of some became one."""
    days = {day.on for day in said.days if day.on}
    return len(days) > 1 and len(used) > 1 and len({item.on for item in items}) < min(len(days), 2)

"""Whether what was read may be counted without asking: nothing left over, nothing in doubt."""

from __future__ import annotations

from collections.abc import Sequence

from content.models import Activities, Vocabulary
from handlers.talk.understanding.amounts import Told
from handlers.talk.understanding.clauses import Clause
from handlers.talk.understanding.items import Item
from handlers.talk.understanding.measures import Measures
from handlers.talk.understanding.plainness import Plainness
from handlers.talk.understanding.sentence import Sentence
from handlers.talk.understanding.text import fold
from handlers.talk.understanding.tokens import flags


class Certainty:
    """Looks for whatever puts a reading in doubt."""

    def __init__(self, known: Vocabulary, kinds: Activities, species: Sequence[str]) -> None:
        talk = known.talk
        self._plainness = Plainness(known, kinds, species)
        self._measures = Measures(known, kinds)
        self._fix, self._doubt = flags(talk.fix), flags(talk.doubt)
        self._money, self._not_this = flags(talk.money), flags(talk.not_this)
        verbs = [verb for one in kinds.activities for verb in one.verbs if len(verb) == 1]
        #: Verbs of one letter, without accents: such a letter may be another word ("u", a mother).
        self._letters = {fold(verb) for verb in verbs}

    def holds(self, said: Sentence, items: Sequence[Item], used: Sequence[Told]) -> bool:
        """Whether nothing in the sentence puts what was read in doubt."""
        parts = [one.amount for one in items if one.amount and one.amount.quantity % 1]
        doubts = (
            self._doubt.search(said.tokens) is not None,
            any(day.doubtful for day in said.days),
            any(self._measures.is_whole(amount.unit_of_measure) for amount in parts),
            self._has_loose_letter(said),
            self._is_corrected(said, used),
            any(self._is_left_over(said, told) for told in said.amounts if told not in used),
        )
        return not any(doubts) and self._is_plain(said, items)

    def is_money(self, said: Sentence, told: Told, clause: Clause) -> bool:
        """Whether a number without a unit is the price of something."""
        return self._money.search(said.tokens[clause.start : told.start]) is not None

    def is_refused(self, said: Sentence, told: Told) -> bool:
        """Whether "không phải" stands right before an amount."""
        before = said.tokens[max(0, told.start - 3) : told.start]
        return self._not_this.search(before) is not None and not before[-1].is_sign

    def is_closed(self, said: Sentence, told: Told, clause: Clause) -> bool:
        """Whether nothing that a number could count stands between it and its clause's end."""
        return all(self._is_light(said, place) for place in range(told.end, clause.end))

    def _is_light(self, said: Sentence, place: int) -> bool:
        if any(day.start <= place < day.start + day.length for day in said.days):
            return True
        if any(told.start <= place < told.end for told in said.amounts):
            return True
        return said.tokens[place].is_sign or self._plainness.is_light(said.tokens, place)

    def _is_corrected(self, said: Sentence, used: Sequence[Told]) -> bool:
        """Whether a correction stands behind everything that it could have corrected."""
        end = max([said.settled, *(told.end for told in used)])
        return any(self._fix.at(said.tokens, place) for place in range(end, len(said.tokens)))

    def _has_loose_letter(self, said: Sentence) -> bool:
        """Whether a letter typed without accents may be a verb, where it is in none: "u thêm"."""
        verbs = [verb for clause in said.clauses for verb in clause.verbs]
        inside = {place for verb in verbs for place in range(verb.place, verb.place + verb.length)}
        return any(
            not token.exact and token.text in self._letters and place not in inside
            for place, token in enumerate(said.tokens)
        )

    def _is_left_over(self, said: Sentence, told: Told) -> bool:
        """Whether an amount, or a number at the end of a clause, was not counted or explained."""
        clause = said.clause_of(told)
        if clause.planned or clause.elsewhere:
            return False
        if not told.bare:
            # Without accents a unit may have been misread.
            return not said.tokens[told.start].exact
        alone = told.end == clause.end and not self.is_refused(said, told)
        return alone and not self.is_money(said, told, clause)

    def _is_plain(self, said: Sentence, items: Sequence[Item]) -> bool:
        """Whether a sentence without the verb of any activity has no strange words."""
        spoken = {verb.activity for clause in said.clauses for verb in clause.verbs} - {None}
        if spoken or not items:
            return True
        return self._plainness.holds(said.tokens, said.amounts, said.days)

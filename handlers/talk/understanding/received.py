"""Trees that were received or bought, and then planted: "xã cấp 50 cây lim, tôi trồng hết rồi"."""

from __future__ import annotations

from dataclasses import dataclass

from content.models.activity import Activities
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.amounts import Told
from handlers.talk.understanding.clauses import Clause
from handlers.talk.understanding.sentence import Sentence
from handlers.talk.understanding.tokens import flags
from handlers.talk.understanding.verbs import GIVES, Verb


@dataclass(frozen=True, slots=True)
class Planted:
    """Where it is told that what was received was planted, and whether plainly all of it."""

    clause: Clause
    verb: Verb
    sure: bool


class ReceivedReader:
    """Follows trees from where they came from into the ground."""

    def __init__(self, known: Vocabulary, kinds: Activities) -> None:
        grown = [one for one in kinds.activities if one.things and one.follow_up]
        self._keys = {one.key for one in grown}
        self._units = {unit for one in grown for unit in one.units}
        words = known.received
        self._got, self._gave = flags([*words.got, *GIVES]), flags(words.gave)
        self._whole, self._some, self._done = map(flags, (words.whole, words.some, words.done))
        self._lost = flags(known.talk.lost)
        self._later = flags(known.talk.later)
        self._rest = flags([*known.talk.lost, *known.talk.alive])

    def planted(self, said: Sentence, told: Told, clause: Clause) -> Planted | None:
        """Where an amount that was received is told to be planted, without another number."""
        if not self._is_received(said, told, clause):
            return None
        later = [
            (one, verb) for one in said.clauses for verb in one.verbs if verb.place >= told.end
        ]
        for one, verb in later:
            if verb.activity in self._keys:
                return self._told_of(said, told, one, verb)
            if verb.activity is None and self._is_given_on(said, verb):
                return None
        return None

    def kind(self, said: Sentence, told: Told) -> str | None:
        """What was received before some of it was planted: "phát 5 cây bưởi, trồng cả 5 cây"."""
        if told.quantity is None:
            return None
        kinds = set()
        for one in said.amounts:
            if one.end > told.start:
                continue
            if not (one.quantity and one.quantity >= told.quantity):
                return None
            if not self._is_received(said, one, said.clause_of(one)):
                return None
            kinds.add(one.what)
        return kinds.pop() if len(kinds) == 1 else None

    def _is_given_on(self, said: Sentence, verb: Verb) -> bool:
        token = said.tokens[verb.place]
        plain = token.text != "cho" or token.exact  # "o cho": ở chợ
        return plain and self._gave.at(said.tokens, verb.place) is not None

    def _is_received(self, said: Sentence, told: Told, clause: Clause) -> bool:
        if told.quantity is None or told.negative or told.bare:
            return False
        if told.unit not in {*self._units, None} or clause.planned or clause.question:
            return False
        verb = said.verb_before(told.start)
        if verb is None or verb.activity is not None or clause.negated:
            return False
        return self._got.at(said.tokens, verb.place) is not None

    def _told_of(self, said: Sentence, told: Told, clause: Clause, verb: Verb) -> Planted | None:
        if clause.planned or clause.negated or clause.question:
            return None
        if any(self._is_own(said, one) for one in said.amounts if one.start > verb.place):
            return None
        before = said.tokens[max(told.end, clause.start) : verb.place]
        end = clause.end
        end += end < len(said.tokens) and said.tokens[end].text == "rồi"
        behind = said.tokens[verb.place + verb.length : end]
        some = self._some.search(before) or self._some.search(behind) or self._lost.search(behind)
        whole = [place for place in range(len(behind)) if self._whole.at(behind, place)]
        done = self._done.search(before) or self._done.search(behind)
        if not (whole or some or done):
            return None
        spent = any(_counts_on(said, verb.place + verb.length + place + 1) for place in whole)
        doubtful = some or spent or clause.unclear or self._may_be_day(said, told)
        return Planted(clause, verb, sure=bool(whole) and not doubtful)

    def _may_be_day(self, said: Sentence, told: Told) -> bool:
        """Whether the tree may be tomorrow: "cấp 20 cây mai trồng hết"."""
        behind = told.end < len(said.tokens) and not said.tokens[told.end].is_sign
        return behind and self._later.at(said.tokens, told.end - 1) is not None

    def _is_own(self, said: Sentence, told: Told) -> bool:
        """Whether an amount is what was planted, and not what was lost or lives of it."""
        if told.unit not in {*self._units, None}:
            return False
        if told.bare and self._some.at(said.tokens, told.start):
            return False  # "trồng được một nửa"
        return not self._rest.search(said.tokens[max(0, told.start - 3) : told.start])


def _counts_on(said: Sentence, at: int) -> bool:
    """Whether a number stands at a place: "trồng hết hai buổi" is how long it took."""
    numbered = at < len(said.tokens) and said.tokens[at].is_number
    return numbered or any(one.start == at for one in said.amounts)

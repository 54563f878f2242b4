"""Clauses: what a sentence is about where an amount stands, and whether it was done at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from content.models import Activities, Vocabulary
from handlers.talk.understanding.amounts import Told
from handlers.talk.understanding.tokens import Phrases, Token

_STOPS = {",", ";", ".", "!", "?", "(", ")"}
#: How many words may stand between a negation and the verb it takes back.
_REACH = 3


@dataclass(frozen=True, slots=True)
class Clause:
    """Some tokens in a row, what they are about, and how they stand to what was done."""

    start: int
    end: int
    #: Key of the activity whose verb the clause has, and keys of those its other words speak of.
    verb: str | None
    topics: tuple[str, ...]
    negated: bool
    planned: bool
    question: bool
    #: Another verb stands here (to buy, to water), so an amount is not of what was done.
    elsewhere: bool


class ClauseReader:
    """Splits a sentence into clauses."""

    def __init__(self, known: Vocabulary, kinds: Activities) -> None:
        talk = known.talk
        self._verbs = Phrases([(verb, one.key) for one in kinds.activities for verb in one.verbs])
        self._topics = Phrases([(word, one.key) for one in kinds.activities for word in one.words])
        self._not, self._no_negation = _set(talk.not_), _set(talk.not_negation)
        self._nothing, self._any = _set(talk.nothing), _set(talk.any)
        self._done, self._about = _set(talk.done_verbs), _set(known.approximate.before)
        self._later, self._question = _set(talk.later), _set(talk.question)
        self._other, self._breaks = _set(talk.other_verbs), _set(talk.breaks)
        self._alive, self._have = _set(talk.alive), _set(talk.have)

    def split(self, tokens: Sequence[Token], amounts: Sequence[Told]) -> list[Clause]:
        """The clauses of a sentence, in order."""
        bounds = [0]
        taken = {place for told in amounts for place in range(told.start, told.end)}
        for place, token in enumerate(tokens):
            if place in taken:
                continue
            turn = self._breaks.at(tokens, place)
            if token.text in _STOPS or (turn and not self._alive.at(tokens, place)):
                bounds.append(place)
        bounds.append(len(tokens))
        return [
            self._clause(tokens, start, end, amounts)
            for start, end in pairwise(bounds)
            if end > start
        ]

    def _clause(
        self, tokens: Sequence[Token], start: int, end: int, amounts: Sequence[Told]
    ) -> Clause:
        # What stands inside an amount ("hai", "nhãn") is no verb written without its accents.
        inside = {place for told in amounts for place in range(told.start, told.end)}
        part = [
            token for place, token in enumerate(tokens[start:end], start) if place not in inside
        ]
        verb = self._verbs.search(part)
        topics = [self._topics.at(tokens, place) for place in range(start, end)]
        counted = any(start <= told.start < end for told in amounts)
        asked = end < len(tokens) and tokens[end].text == "?"
        return Clause(
            start=start,
            end=end,
            verb=verb.value if verb else None,
            topics=tuple(topic.value for topic in topics if topic),
            negated=self._negates(part, counted=counted),
            planned=bool(self._later.search(part)),
            question=asked or bool(self._question.search(part)),
            elsewhere=verb is None and bool(self._other.search(part) or self._have.search(part)),
        )

    def done_to(
        self, tokens: Sequence[Token], clause: Clause, told: Told, amounts: Sequence[Told]
    ) -> bool:
        """Whether the verb nearest before an amount is not one of another matter (to buy)."""
        inside = {place for one in amounts for place in range(one.start, one.end)}
        places = [at for at in range(clause.start, clause.end) if at not in inside]
        part = [tokens[at] for at in places]
        done = True
        for place, at in enumerate(places):
            if at > told.start:
                break
            if self._verbs.at(part, place):
                done = True
            elif self._other.at(part, place):
                done = False
        return done or clause.verb is None

    def _negates(self, part: Sequence[Token], *, counted: bool) -> bool:
        """Whether the clause says that it was not done."""
        if self._nothing.search(part) and not counted:
            return True
        for place in range(len(part)):
            if self._no_negation.at(part, place) or self._about.at(part, place):
                continue
            negation = self._not.at(part, place)
            if not negation:
                continue
            after = place + negation.length
            reach = part[after : after + _REACH]
            verb = self._verbs.search(reach) or self._done.search(reach) or self._any.search(reach)
            if verb and not counted:
                return True
            if verb and counted and self._verbs.at(part, after) is not None:
                return True
        return False


def _set(words: Sequence[str]) -> Phrases[bool]:
    return Phrases(dict.fromkeys(words, True))

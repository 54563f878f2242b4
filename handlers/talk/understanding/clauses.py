"""Clauses: what a sentence is about where an amount stands, and whether it was done at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from content.models.activity import Activities
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.amounts import Told
from handlers.talk.understanding.dates import Day
from handlers.talk.understanding.denials import DenialReader
from handlers.talk.understanding.items import Who
from handlers.talk.understanding.lookalikes import Ending
from handlers.talk.understanding.text import fold
from handlers.talk.understanding.tokens import Token, flags
from handlers.talk.understanding.verbs import GIVES, Verb, VerbReader
from handlers.talk.understanding.who import WhoReader

_STOPS = {",", ";", ".", "!", "?", "(", ")"}


@dataclass(frozen=True, slots=True)
class Clause:
    """Some tokens in a row, what they are about, and how they stand to what was done."""

    start: int
    end: int
    #: The verbs of activities, of none for another matter (to buy, to water), in order.
    verbs: tuple[Verb, ...]
    #: Keys of the activities that its other words speak of.
    topics: tuple[str, ...]
    negated: bool
    #: A negation stands here that does not plainly take everything back.
    unclear: bool
    planned: bool
    question: bool
    #: Only another verb stands here, or the clause goes on with what stood in the last.
    elsewhere: bool
    who: Who | None
    #: Someone is named here, if only the speaker.
    named: bool

    @property
    def verb(self) -> str | None:
        """Key of the first activity that was done here."""
        return next((verb.activity for verb in self.verbs if verb.activity), None)

    def verb_before(self, place: int) -> Verb | None:
        """The verb nearest before a place."""
        return next((verb for verb in reversed(self.verbs) if verb.place <= place), None)

    def is_done(self, told: Told) -> bool:
        """Whether an amount here is of what was done, and not of another matter."""
        if self.planned or self.elsewhere or self.negated:
            return False
        nearest = self.verb_before(told.start)
        return nearest is None or nearest.activity is not None or self.verb is None


class ClauseReader:
    """Splits a sentence into clauses."""

    def __init__(self, known: Vocabulary, kinds: Activities) -> None:
        talk = known.talk
        self._verbs = VerbReader(talk, kinds)
        self._who = WhoReader(known.people)
        self._denials = DenialReader(known, kinds, self._verbs)
        self._later, self._not_later = flags(talk.later), flags(talk.not_later)
        self._later_not_bare = {fold(word) for word in talk.later_not_bare}
        self._question, self._question_end = flags(talk.question), flags(talk.question_end)
        self._question_not_bare = {fold(word) for word in talk.question_not_bare}
        self._no_question = flags(talk.no_question)
        self._breaks_before_verb = flags(talk.breaks_before_verb)
        self._gives = flags(GIVES)
        self._polite, self._breaks = flags(known.answers.polite), flags(talk.breaks)
        counted = [one for one in kinds.activities if one.amount == "asked"]
        self._collected = {one.key for one in counted if not one.things}
        self._fixes = flags(talk.fix)
        self._fix = Ending(talk.fix)
        self._alive, self._have = flags(talk.alive), flags(talk.have)

    def split(
        self, tokens: Sequence[Token], amounts: Sequence[Told], days: Sequence[Day]
    ) -> list[Clause]:
        """The clauses of a sentence, in order."""
        bounds = [0]
        # What stands inside an amount ("hai", "nhãn") is no verb written without its accents.
        inside = {place for told in amounts for place in range(told.start, told.end)}
        bounds += [
            place
            for place in range(len(tokens))
            if place not in inside and self._breaks_at(tokens, place)
        ]
        bounds.append(len(tokens))
        clauses: list[Clause] = []
        for start, end in pairwise(bounds):
            if end > start:
                clause = self._clause(tokens, start, end, inside, days)
                before = clauses[-1] if clauses else None
                if self._had(before, clause, days) or self._may_have(tokens, clause, amounts):
                    clause = replace(clause, elsewhere=False)
                if before:
                    corrects = self._fixes.search(tokens[clause.start : clause.end]) is not None
                    clause = _carry_on(before, clause, days, corrects=corrects)
                clauses.append(clause)
        return clauses

    def _had(self, last: Clause | None, clause: Clause, days: Sequence[Day]) -> bool:
        """Whether "có" tells what came together on a day: "hôm qua có 3 bịch rác"."""
        topics = {*clause.topics, *(last.topics if last else ())}
        dated = any(day.on for day in days)
        return dated and bool(topics & self._collected) and not clause.verbs

    def _may_have(self, tokens: Sequence[Token], clause: Clause, amounts: Sequence[Told]) -> bool:
        """Whether what there is is told roughly, of something that the sentence speaks of."""
        rough = any(one.approximate and clause.start <= one.start < clause.end for one in amounts)
        topics = self._verbs.topics(tokens) if rough and not clause.verbs else set()
        return bool(topics & self._collected)

    def _breaks_at(self, tokens: Sequence[Token], place: int) -> bool:
        """Whether a clause begins at a place."""
        if tokens[place].text in _STOPS:
            return True
        onward = self._breaks_before_verb.at(tokens, place)
        denied = place > 0 and tokens[place - 1].text in {"mô", "đâu"}  # "có đi mô mà trồng"
        if onward and not denied and self._verbs.is_counted(tokens, place + onward.length, 1):
            return True
        turn, alive = self._breaks.at(tokens, place), self._alive.at(tokens, place)
        return turn is not None and not (alive and alive.length >= turn.length)

    def _clause(
        self,
        tokens: Sequence[Token],
        start: int,
        end: int,
        inside: set[int],
        days: Sequence[Day],
    ) -> Clause:
        places = [place for place in range(start, end) if place not in inside]
        part = [tokens[place] for place in places]
        dated = {place for day in days for place in range(day.start, day.start + day.length)}
        verbs, topics = self._verbs.find(part, places)
        verbs = tuple(verb for verb in verbs if verb.place not in dated)  # "chu nhat": no nhặt
        done = [verb for verb in verbs if verb.activity]
        before_verb = [
            token
            for place, token in zip(places, part, strict=True)
            if place not in dated and (not done or place < done[0].place)
            if place > self._giver(tokens, verbs, inside, done[0].place if done else end)
        ]
        who, named = self._who.find(before_verb)
        asked = end < len(tokens) and tokens[end].text == "?"
        last = max((place for place in inside if start <= place < end), default=start)
        before = sum(place < last for place in places)
        denial = self._denials.find(part, counted=len(part) < end - start, before=before)
        to_come = any(day.to_come and start <= day.start < end for day in days)
        return Clause(
            start=start,
            end=end,
            verbs=verbs,
            topics=topics,
            negated=denial == "nothing",
            unclear=denial == "unclear",
            planned=to_come or denial == "left" or self._plans(part),
            question=asked or self._asks(part, open_end=end - 1 not in inside),
            elsewhere=not done and bool(verbs or self._verbs.search(part, self._have)),
            who=who,
            named=named,
        )

    def _giver(
        self, tokens: Sequence[Token], verbs: Sequence[Verb], inside: set[int], end: int
    ) -> int:
        """Where it ends who gave what was planted: "hội phát 5 cây, tôi trồng"; or -1."""
        for verb in verbs:
            given = None if verb.activity else self._gives.at(tokens, verb.place)
            plain = tokens[verb.place].text != "cho" or tokens[verb.place].exact
            counted = any(verb.place < place < end for place in inside)
            if given and plain and counted and verb.place < end:
                return verb.place + verb.length - 1
        return -1

    def _plans(self, part: Sequence[Token]) -> bool:
        place = 0
        while place < len(part):
            later, kept = self._later.at(part, place), self._not_later.at(part, place)
            bare = not part[place].exact and part[place].text in self._later_not_bare
            if later and not bare and not (kept and kept.length >= later.length):
                return True
            named = self._who.person(part, place)  # "bà Mai" is no tomorrow
            place += max(kept.length if kept else 1, named)
        return False

    def _asks(self, part: Sequence[Token], *, open_end: bool) -> bool:
        """Whether it asks anywhere, or with its last words but for polite ones: "ghi chưa"."""
        if self._no_question.search(part):
            return False
        if self._question.search(part) or not open_end:
            return bool(self._question.search(part))
        end = len(part)
        while end and (part[end - 1].is_sign or self._polite.at(part, end - 1)):
            end -= 1
        corrected = self._fix.ends_at(part, end)  # "bảy cây à không"
        if end > 1 and not part[end - 1].exact and part[end - 1].text in self._question_not_bare:
            return False
        return end > 1 and not corrected and self._question_end.at(part, end - 1) is not None


def _carry_on(last: Clause, clause: Clause, days: Sequence[Day], *, corrects: bool) -> Clause:
    """A clause without a verb goes on with the last: "mai trồng 5 cây keo, 3 cây nhãn"."""
    dated = any(clause.start <= day.start < clause.end for day in days)
    if not clause.named:
        clause = replace(clause, who=last.who)
    if clause.verbs:
        return clause
    return replace(
        clause,
        planned=clause.planned or (last.planned and not dated and not corrects),
        elsewhere=clause.elsewhere or (last.elsewhere and not clause.topics),
    )

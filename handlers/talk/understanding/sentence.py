"""A sentence with all that the stages before the last found in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from handlers.talk.understanding.amounts import Told
from handlers.talk.understanding.clauses import Clause
from handlers.talk.understanding.dates import Day
from handlers.talk.understanding.tokens import Token
from handlers.talk.understanding.verbs import Verb


@dataclass(frozen=True)
class Sentence:
    """Tokens, and the days, amounts and clauses among them, the clauses in order.

    Asked of every amount, what stands before a place is looked up and not searched for: a text may
    hold hundreds of amounts.
    """

    tokens: Sequence[Token]
    days: Sequence[Day]
    amounts: Sequence[Told]
    clauses: Sequence[Clause]
    #: Where the last correction of a day ends.
    settled: int

    def told_in(self, clause: Clause) -> Iterator[Told]:
        """The amounts of a clause."""
        return (told for told in self.amounts if clause.start <= told.start < clause.end)

    def clause_of(self, told: Told) -> Clause:
        """The clause in which an amount begins."""
        behind = bisect_right(self.clauses, told.start, key=lambda one: one.start)
        return self.clauses[behind - 1]

    def end_before(self, place: int) -> int:
        """Where the last amount before a place ends; 0 when there is none."""
        behind = bisect_right(self._ends, place)
        return self._ends[behind - 1] if behind else 0

    def verb_before(self, place: int) -> Verb | None:
        """The last verb before a place, of any clause."""
        behind = bisect_left(self._verbs, place, key=lambda verb: verb.place)
        return self._verbs[behind - 1] if behind else None

    @cached_property
    def _ends(self) -> list[int]:
        return sorted(told.end for told in self.amounts)

    @cached_property
    def _verbs(self) -> list[Verb]:
        return [verb for one in self.clauses for verb in one.verbs]

    def has_come(self) -> bool:
        """Whether the sentence is not of a day to come alone."""
        return any(day.on for day in self.days) or not any(day.to_come for day in self.days)

    def on(self, start: int, clause: Clause) -> date | None:
        """The day of what is told at a place: of its clause if that has one, else one before."""
        named = [day for day in self.days if day.on is not None]
        here = [day for day in named if clause.start <= day.start < clause.end]
        before = [day for day in here if day.start < start]
        behind = [day for day in here if day.start > start]
        first = next(self.told_in(clause), None)
        # "trồng 5 cây hôm qua 3 cây hôm nay": each day stands behind its amount.
        trailing = first and behind and all(first.start < day.start for day in here)
        if before and not trailing:
            return before[-1].on
        vague = any(day.on is None and clause.start <= day.start < start for day in self.days)
        more = behind and any(told.start > behind[0].start for told in self.told_in(clause))
        if vague and (more or not behind):
            return None  # "hôm trước 5 cây hôm nay thêm 6 cây"
        if behind:
            return behind[0].on
        earlier = [day for day in named if day.start < start]
        if earlier:
            return earlier[-1].on
        return named[0].on if len({day.on for day in named}) == 1 else None

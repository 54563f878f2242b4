"""Days that are taken back: "hôm qua à không hôm kia", "chiều qua chứ không phải sáng nay"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from content.models.vocabulary import TalkWords, Vocabulary
from handlers.talk.understanding.dates import Day
from handlers.talk.understanding.lookalikes import Ending
from handlers.talk.understanding.numbers import NumberReader
from handlers.talk.understanding.tokens import Token, flags


class Refusals:
    """Finds "không phải", where it refuses what follows and does not correct ("à không phải")."""

    def __init__(self, talk: TalkWords) -> None:
        self._fix, self._not_this = flags(talk.fix), flags(talk.not_this)

    def search(self, tokens: Sequence[Token]) -> bool:
        """Whether something is refused anywhere."""
        place = 0
        while place < len(tokens):
            fix, refused = self._fix.at(tokens, place), self._not_this.at(tokens, place)
            if refused and not (fix and fix.length > refused.length):
                return True
            place += fix.length if fix else 1
        return False


class DayCorrector:
    """Keeps of two days the one that was meant."""

    def __init__(self, known: Vocabulary, numbers: NumberReader) -> None:
        talk = known.talk
        self._numbers, self._with = numbers, flags(known.people.with_)
        self._fix, self._refusals = flags(talk.fix), Refusals(talk)
        self._weak_fix, self._instead = Ending(talk.fix_weak), Ending(talk.instead)

    def settle(self, tokens: Sequence[Token], days: Sequence[Day]) -> tuple[list[Day], int]:
        """The days, each that was taken back standing for the one meant; where corrections end."""
        settled, end = list(days), 0
        for place in range(1, len(settled)):
            last, day = settled[place - 1], settled[place]
            between = tokens[last.start + last.length : day.start]
            before = tokens[max(0, last.start - 3) : last.start]
            refused = self._refusals.search(before) and self._instead.ends_at(tokens, day.start)
            if self._refusals.search(between[-4:]) and not between[-1].is_sign:
                settled[place] = _as(day, last)
            elif refused or self._is_fix(between):
                settled[place - 1] = _as(last, day)
            else:
                if self._with.at(between, 0) and len(between) == 1:
                    settled[place] = replace(day, doubtful=True)  # "hôm kia với hôm qua"
                continue
            end = day.start + day.length
        return settled, end

    def _is_fix(self, between: Sequence[Token]) -> bool:
        """Whether a correction stands between two days, with no amount behind it."""
        if self._weak_fix.ends_at(between, len(between)):
            return True
        for place in range(len(between) - 1, -1, -1):
            if self._numbers.read(between, place):
                return False
            if self._fix.at(between, place):
                return True
        return False


def _as(one: Day, meant: Day) -> Day:
    return replace(one, on=meant.on, to_come=meant.to_come, doubtful=meant.doubtful)

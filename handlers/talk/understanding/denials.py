"""What a clause takes back: that anything was done, or that an amount of it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from content.models.activity import Activities
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.lookalikes import Ending
from handlers.talk.understanding.tokens import NAME, Token, flags
from handlers.talk.understanding.verbs import VerbReader

#: Nothing was done; the amount before it is still to be done; or a "no" of unclear meaning.
Denial = Literal["nothing", "left", "unclear"]
#: How many words may stand between a negation and the verb it takes back.
_REACH = 3


class DenialReader:
    """Knows what a "no" takes back."""

    def __init__(self, known: Vocabulary, kinds: Activities, verbs: VerbReader) -> None:
        talk = known.talk
        self._verbs = verbs
        self._not, self._no_negation = flags(talk.not_), flags(talk.not_negation)
        self._nothing, self._any = flags(talk.nothing), flags(talk.any)
        self._not_behind, self._fix = flags(talk.not_behind), Ending(talk.fix)
        days = [word for phrase in (*known.days, *known.weekdays) for word in phrase.split()]
        topics = [word for one in kinds.activities for word in one.words]
        collected = [one for one in kinds.activities if one.amount == "asked" and not one.things]
        self._collected = flags([word for one in collected for word in one.words])
        self._none, self._behind_none = flags(talk.none), flags(talk.behind_none)
        self._idle, self._polite = flags(talk.idle), flags(known.answers.polite)
        self._around_idle = flags(
            [
                *days,
                *topics,
                *known.people.self_,
                *known.people.family,
                "bữa",
                "này",
                "thì",
                "nên",
                "đi",
                "trời",
                "mưa",
                "nắng",
                "bận",
                "tuần",
                "tháng",
                "năm",
                NAME,
            ]
        )
        self._selves = flags(known.people.self_)
        self._done, self._about = flags(talk.done_verbs), flags(known.approximate.before)

    def find(self, part: Sequence[Token], *, counted: bool, before: int) -> Denial | None:
        """What is denied in a clause; `before` of its words stand before its last amount."""
        if not counted and any(self._says_nothing(part, place) for place in range(len(part))):
            return "nothing"
        denials = [self._at(part, place, counted=counted) for place in range(len(part))]
        if "nothing" in denials[:before] or (not counted and "nothing" in denials):
            return "nothing"
        if any(self._denies_any(part, place) for place in range(len(part))):
            return "nothing"
        idle = self._denies_by_asking(part) or self._is_idle(part) or self._has_none(part)
        if idle and not counted:
            return "nothing"
        if any(
            denial == "nothing" and not self._is_other(part, place, before)
            for place, denial in enumerate(denials)
        ):
            return "left"
        return "unclear" if "unclear" in denials[:before] else None

    def _is_other(self, part: Sequence[Token], at: int, before: int) -> bool:
        """Whether what is denied is not what was counted: "ủ phân 9 kg, không nhặt rác"."""
        counted = self._verbs.counted(part[:before])
        denied = self._verbs.counted(part[at:])
        return bool(counted and denied) and not counted & denied

    def _says_nothing(self, part: Sequence[Token], at: int) -> bool:
        """Whether nothing is said to be done ("chưa trồng"), and not only not all of it."""
        nothing, some = self._nothing.at(part, at), self._no_negation.at(part, at)
        return nothing is not None and not (some and some.length > nothing.length)

    def _denies_any(self, part: Sequence[Token], at: int) -> bool:
        """Whether "any" is denied behind it: "trồng được cây nào đâu"."""
        found = self._any.at(part, at)
        return found is not None and self._not_behind.at(part, at + found.length) is not None

    def _denies_by_asking(self, part: Sequence[Token]) -> bool:
        """Whether it says "did I do any?" and means none: "có trồng gì đâu", "có làm chi mô"."""
        end = self._end(part)
        for place in range(len(part)):
            if part[place].text != "có":
                continue
            done = any(self._done.at(part, at) for at in range(place, len(part)))
            done = done or self._verbs.is_counted(part, place, len(part))
            behind = [at for at in range(place, len(part)) if self._not_behind.at(part, at)]
            if done and any(self._ends_denial(part, at, end) for at in behind):
                return True
        return False

    def _ends_denial(self, part: Sequence[Token], at: int, end: int) -> bool:
        """Whether the denial ends its clause, or a verb of what was not done follows."""
        found = self._not_behind.at(part, at)
        return found is not None and (at + found.length >= end or part[at + 1].text == "mà")

    def _is_idle(self, part: Sequence[Token]) -> bool:
        """Whether a clause ends with "nghỉ" or "không có", and names only when and what before."""
        end = self._end(part)
        for place in range(end):
            idle = self._idle.at(part, place)
            if idle and place + idle.length == end:
                return all(
                    token.is_sign or self._around_idle.at(part, at) is not None
                    for at, token in enumerate(part[:place])
                )
        return False

    def _has_none(self, part: Sequence[Token]) -> bool:
        """Whether a clause says only that there was none of what is collected: "không có rác"."""
        end = self._end(part)
        for place in range(end):
            none = self._none.at(part, place)
            at = place + none.length if none else end
            of = self._collected.at(part, at) if at < end else None
            if of:
                around = [*part[:place], *part[at + of.length : end]]
                return all(
                    token.is_sign
                    or self._around_idle.at(around, here) is not None
                    or self._behind_none.at(around, here) is not None
                    for here, token in enumerate(around)
                )
        return False

    def _end(self, part: Sequence[Token]) -> int:
        """Where a clause ends but for polite words and signs."""
        end = len(part)
        while end and (part[end - 1].is_sign or self._polite.at(part, end - 1)):
            end -= 1
        return end

    def _at(self, part: Sequence[Token], at: int, *, counted: bool) -> Denial | None:
        """What a negation at a place takes back."""
        negation = self._not.at(part, at)
        if not negation or self._no_negation.at(part, at) or self._about.at(part, at):
            return None
        after = at + negation.length
        reach = part[after : after + _REACH]
        if not counted and (self._done.at(part, after) or self._any.search(reach)):
            return "nothing"
        if self._verbs.is_counted(part, after, 1 if counted else _REACH):
            return "nothing"
        told = part[after:]
        for place in range(1, len(told)):
            if self._selves.at(told, place) and self._verbs.counted(told[place + 1 :]):
                return None  # "khong co khach, toi ve trong 8 cay"
        corrects = self._fix.ends_at(part, at + 1)  # "à không"
        return None if corrects else "unclear"

"""Reading a pasted list: on each line a name, an amount and what it is of.

A line that cannot be read comes back with what is wrong about it; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from handlers.elders.report.draft import LARGEST, fits
from handlers.leaders.doer import Doer, DoerReader
from handlers.talk.scene import Scene
from handlers.talk.understanding.reader import Amount
from handlers.talk.understanding.text import fold
from handlers.talk.understanding.tokens import Phrases, Token, flags, tokens_of

Problem = Literal["unclear", "amount", "elsewhere", "which", "name", "torn", "total"]

#: What stands before a name: "12.", "3)", "-", or the bare number of a table's first column.
_BULLET = re.compile(r"^\s*(?:\d{1,3}\s*[.)\-:]\s+|\d{1,3}\s+(?=\D+\d)|[-–—•*+]\s*)")
#: Signs that part words; the comma of 2,5 does not.
_SIGNS = re.compile(r"((?<!\d),|,(?!\d)|[:;|])")
_EDGES = " ,;:.-–—|\"'"
#: What may follow a day: "thứ Ba vừa rồi".
_OF_DAYS = {"vua", "roi", "qua", "truoc", "tuan", "nay"}
#: "Tổng cộng cả xóm" is a total still; a longer name is a name.
_LONGEST_TOTAL = 4
#: A number of words is no longer than this.
_LONGEST_NUMBER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing on a line as it was read; `problem` is why it was not."""

    words: str
    problem: Problem | None = None
    doer: Doer | None = None
    activity: str = ""
    amount: Amount | None = None
    on: date | None = None


class ListReader:
    """Reads the lines of one leader's list."""

    def __init__(self, scene: Scene, doers: DoerReader) -> None:
        self._scene, self._doers = scene, doers
        kinds = scene.content.activities.activities
        self._verbs = Phrases({verb: one.key for one in kinds for verb in one.verbs})
        unsure = scene.content.vocabulary.approximate
        self._unsure = flags((*unsure.few, *unsure.before))
        self._totals = flags(("tổng cộng", "tổng số", "tổng", "cộng lại", "cộng", "tất cả"))
        self._units = Phrases(
            [(word, one.key) for one in scene.content.activities.units for word in one.words]
        )
        self._no_amount_after = flags(scene.content.vocabulary.not_amounts.after_these)

    def read(self, text: str) -> list[Line]:
        """One line as it was read; a line of several things becomes several."""
        told = _BULLET.sub("", text, count=1).strip()
        exact = any(token.accented for token in tokens_of(told))
        split = self._split(told, exact=exact)
        if split is None:
            return [Line(words=text, problem="unclear")]
        name, day = self._name(split[0], exact=exact)
        if not any(letter.isalpha() for letter in name):
            return [Line(words=text, problem="unclear")]
        if self._totals.at(tokens_of(name), 0) and len(tokens_of(name)) <= _LONGEST_TOTAL:
            return [Line(words=text, problem="total")]
        things = self._things(split[1])
        if not things and (parted := self._doing(name)):
            name, things = parted[0], self._things(f"{parted[1]} {split[1]}")
        doer = self._doers.read(name, exact=exact)
        if doer.problem == "which" and not things:
            return [Line(words=text, problem="amount")]
        if doer.problem or not things:
            return [Line(words=text, problem=doer.problem or "amount", doer=doer)]
        return [
            Line(words=text, doer=doer, activity=activity, amount=amount, on=day or on)
            for activity, amount, on in things
        ]

    def tells(self, text: str) -> bool:
        """Whether a line tells who did how much; a mere day does not."""
        without, _ = self._without_day(text)
        return all(line.problem not in {"unclear", "amount"} for line in self.read(without))

    def is_open(self, text: str) -> bool:
        """Whether a line ends with a number: more of it may come."""
        words = text.split()
        ends = [" ".join(words[-count:]) for count in range(1, _LONGEST_NUMBER + 1)]
        return text[-1:].isdecimal() or any(map(self._is_number, ends))

    # --- where the name ends

    def _split(self, told: str, *, exact: bool) -> tuple[str, str] | None:
        """The name, and what was done; None when no amount can be found."""
        words = _SIGNS.sub(r" \1 ", told).split()
        for place, word in enumerate(words):
            numbered = place and self._is(self._no_amount_after, words[place - 1], exact=exact)
            if word[0].isdecimal() and not numbered:
                return _parted(words, place) if place else None
        for place in range(1, len(words)):
            ends = range(place + 1, place + 1 + _LONGEST_NUMBER)
            if any(self._is_number(" ".join(words[place:end])) for end in ends) and not all(
                self._doers.is_title(word, exact=exact) for word in words[:place]
            ):
                # "Hoa vài chục cây": the number begins before the part of it that is read.
                while place > 1 and self._is(self._unsure, words[place - 1], exact=exact):
                    place -= 1  # noqa: PLW2901 - nothing comes after
                return _parted(words, place)
        return self._split_by_unit(words)

    def _split_by_unit(self, words: Sequence[str]) -> tuple[str, str] | None:
        """The name of someone called Hội or Tô, when a number of something stands behind it."""
        for place in range(1, len(words)):
            rest = " ".join(words[place:])
            if (
                words[place][0].isdecimal()
                and self._scene.reader.understand(rest, self._scene.today).items
            ):
                return _parted(words, place)
        return None

    def _is(self, known: Phrases[bool], word: str, *, exact: bool) -> bool:
        token = _token(word, exact=exact)
        return token is not None and known.at([token], 0) is not None

    def _is_number(self, text: str) -> bool:
        return self._scene.reader.number(text) is not None

    # --- the name alone

    def _name(self, told: str, *, exact: bool) -> tuple[str, date | None]:
        """The name without what was done and when."""
        name = self._without_verb(told.strip(_EDGES), exact=exact)
        without, on = self._without_day(name)
        return without.strip(_EDGES), on

    def _without_verb(self, name: str, *, exact: bool) -> str:
        """A name without what was done behind it; what follows a mere title is a name (cô Bảy)."""
        tokens, words = tokens_of(name), name.split()
        for start in range(1, len(tokens)):
            verb = self._verbs.at(tokens, start)
            titled = all(self._doers.is_title(word, exact=exact) for word in words[:start])
            if verb and start + verb.length == len(tokens) == len(words) and not titled:
                return " ".join(words[:start])
        return name

    def _doing(self, name: str) -> tuple[str, str] | None:
        """A name, and the words of what was done behind it ("Lan phân loại rác | 2 lần")."""
        tokens, words = tokens_of(name), name.split()
        for start in range(1, len(words) - 1 if len(tokens) == len(words) else 0):
            if self._verbs.at(tokens, start):
                return _parted(words, start)
        return None

    def _without_day(self, name: str) -> tuple[str, date | None]:
        """A name without the day told before or behind it; a day has at least two words."""
        words = name.split()
        starts = [at for at in range(len(words) - 1) if self._day(words[at:]) is not None]
        if not starts:
            return name, None
        start = starts[-1]
        end = next(at for at in range(start + 1, len(words) + 1) if self._day(words[start:at]))
        while end < len(words) and fold(words[end]) in _OF_DAYS:
            end += 1
        return " ".join(words[:start] + words[end:]), self._day(words[start:end])

    def _day(self, words: Sequence[str]) -> date | None:
        return self._scene.reader.day(" ".join(words), self._scene.today)

    # --- what

    def _things(self, rest: str) -> list[tuple[str, Amount, date | None]]:
        """What was done: sure amounts only. A bare number is of the first kind there is."""
        scene = self._scene
        understood = scene.reader.understand(rest, scene.today)
        if understood.missing or understood.negated:
            return []
        told = [(one.activity, one.amount, one.on) for one in understood.items if one.amount]
        if not told:
            usual = scene.content.activities.activities[0]
            tokens = tokens_of(rest)
            units = [self._units.at(tokens, place) for place in range(len(tokens))]
            if any(unit and unit.value not in usual.units for unit in units):
                return []  # "1 sào keo" tells no trees
            amount = scene.reader.amount(rest, usual)
            told = [(usual.key, amount, scene.reader.day(rest, scene.today))] if amount else []
        return [
            (key, amount, on)
            for key, amount, on in told
            if fits(scene, amount) and amount.quantity <= LARGEST
        ]


def _parted(words: Sequence[str], place: int) -> tuple[str, str]:
    return " ".join(words[:place]), " ".join(words[place:])


def _token(word: str, *, exact: bool) -> Token | None:
    tokens = tokens_of(word)
    return None if not tokens else replace(tokens[0], exact=exact)

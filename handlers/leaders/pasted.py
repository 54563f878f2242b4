"""Reading a pasted list: on each line a name, an amount and what it is of.

A line that cannot be read comes back with what is wrong about it; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from handlers.elders.places import find_units
from handlers.elders.report.draft import LARGEST, fits
from handlers.talk.scene import Scene
from handlers.talk.understanding.reader import Amount
from handlers.talk.understanding.text import fold
from handlers.talk.understanding.tokens import Phrases, tokens_of

Problem = Literal["unclear", "amount", "elsewhere", "which"]

#: What stands before a name: "12.", "3)", "-", or the bare number of a table's first column.
_BULLET = re.compile(r"^\s*(?:\d{1,3}\s*[.)\-:]\s+|\d{1,3}\s+(?=\D+\d)|[-–—•*+]\s*)")
#: Signs that part words; the comma of 2,5 does not.
_SIGNS = re.compile(r"((?<!\d),|,(?!\d)|[:;|])")
_EDGES = " ,;:.-–—|\"'"
#: What tells a group from a person's name, folded, at its beginning.
_GROUPS = ("chi hoi", "ca ", "toan ", "hoi ", "xom ", "thon ", "ban ", "to ", "doi ", "ba con")
#: What a place in a name begins with, folded: "bà Lan xóm Phố".
_PLACES = {"xom", "thon", "ban", "to", "o"}
#: What may follow a day: "thứ Ba vừa rồi".
_OF_DAYS = {"vua", "roi", "qua", "truoc", "tuan", "nay"}


@dataclass(frozen=True, slots=True)
class Member:
    """A registered person a line may be about."""

    id: int
    name: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as it was read; `problem` is why it was not."""

    words: str
    name: str = ""
    person_id: int | None = None
    unit: str = ""
    group: bool = False
    activity: str = ""
    amount: Amount | None = None
    on: date | None = None
    problem: Problem | None = None


class ListReader:
    """Reads the lines of one leader's list."""

    def __init__(self, scene: Scene, members: Sequence[Member], units: set[str], home: str) -> None:
        self._scene, self._units, self._home = scene, units, home
        titles = scene.content.vocabulary.not_amounts.titles
        self._titles = {fold(title) for title in titles}
        self._members = [(self._bare(one.name), one) for one in members]
        kinds = scene.content.activities.activities
        self._verbs = Phrases({verb: one.key for one in kinds for verb in one.verbs})
        unsure = scene.content.vocabulary.approximate
        self._unsure = {fold(word) for word in (*unsure.few, *unsure.before)}
        self._no_amount_after = {
            fold(word) for word in scene.content.vocabulary.not_amounts.after_these
        }

    def read(self, text: str) -> list[Line]:
        """One line as it was read; a line of several things becomes several."""
        told = _BULLET.sub("", text, count=1).strip()
        split = self._split(told)
        unread = Line(words=text, problem="unclear")
        if split is None:
            return [unread]
        name, rest = split
        line = self._doer(unread, name)
        things = self._things(rest)
        if line.problem or not things:
            return [replace(line, problem=line.problem or "amount")]
        return [
            replace(line, activity=activity, amount=amount, on=line.on or on)
            for activity, amount, on in things
        ]

    # --- where the name ends

    def _split(self, told: str) -> tuple[str, str] | None:
        """The name, and what was done; None when no amount can be found."""
        words = _SIGNS.sub(r" \1 ", told).split()
        for place, word in enumerate(words):
            before = fold(words[place - 1]) if place else ""
            if word[0].isdecimal() and before not in self._no_amount_after:
                return (" ".join(words[:place]), " ".join(words[place:])) if place else None
        for place in range(1, len(words)):
            name, rest = words[:place], words[place:]
            numbers = [self._scene.reader.number(" ".join(rest[:end])) for end in range(1, 5)]
            titled = all(fold(word) in self._titles for word in name)
            if any(number is not None for number in numbers) and not titled:
                # "Hoa vài chục cây": the number begins before the part of it that is read.
                while len(name) > 1 and fold(name[-1]) in self._unsure:
                    rest = [name.pop(), *rest]
                return " ".join(name), " ".join(rest)
        return None

    # --- who

    def _doer(self, line: Line, told: str) -> Line:
        """Who a line is about: someone registered, someone by name, or a group."""
        name, on = self._without_day(self._without_verb(told.strip(_EDGES)))
        name = name.strip(_EDGES)
        if not any(letter.isalpha() for letter in name):
            return line
        line = replace(line, name=name, unit=self._home, on=on, problem=None)
        if fold(name).startswith(_GROUPS) or f"{fold(name)} " in _GROUPS:
            return self._placed(replace(line, group=True), name)
        bare = self._bare(name)
        same = [one for known, one in self._members if known == bare]
        same = same or [one for known, one in self._members if known.endswith(f" {bare}")]
        if len(same) == 1:
            return replace(line, person_id=same[0].id, name=same[0].name, unit=same[0].unit)
        if same:
            return replace(line, problem="which")
        words = name.split()
        for place, word in enumerate(words[1:], 1):
            if fold(word) in _PLACES and place + 1 < len(words):
                line = replace(line, name=" ".join(words[:place]).strip(_EDGES))
                return self._placed(line, " ".join(words[place + 1 :]))
        return line

    def _placed(self, line: Line, place: str) -> Line:
        """The line in the unit that is named in it, when that is one of the leader's."""
        found = {unit.code for unit in find_units(self._scene, place)}
        mine = sorted(found & self._units)
        if found and not mine:
            return replace(line, problem="elsewhere")
        return replace(line, unit=mine[0]) if len(mine) == 1 else line

    def _without_verb(self, name: str) -> str:
        """A name without what was done behind it; what follows a mere title is a name (cô Bảy)."""
        tokens, words = tokens_of(name), name.split()
        for start in range(1, len(tokens)):
            verb = self._verbs.at(tokens, start)
            titled = all(fold(word) in self._titles for word in words[:start])
            if verb and start + verb.length == len(tokens) == len(words) and not titled:
                return " ".join(words[:start])
        return name

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

    def _bare(self, name: str) -> str:
        words = fold(name).split()
        while len(words) > 1 and words[0] in self._titles:
            words.pop(0)
        return " ".join(words)

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
            amount = scene.reader.amount(rest, usual)
            told = [(usual.key, amount, scene.reader.day(rest, scene.today))] if amount else []
        return [
            (key, amount, on)
            for key, amount, on in told
            if fits(scene, amount) and amount.quantity <= LARGEST
        ]


def as_mapping(line: Line) -> Mapping[str, object]:
    """A readable line as plain JSON values."""
    assert line.amount is not None  # noqa: S101 - only lines that were read are kept
    return {
        "name": line.name,
        "person": line.person_id,
        "unit": line.unit,
        "group": line.group,
        "activity": line.activity,
        "quantity": str(line.amount.quantity),
        "measure": line.amount.unit_of_measure,
        "what": line.amount.what,
        "on": line.on.isoformat() if line.on else None,
        "words": line.words,
    }

"""Who a line of a leader's list is about: someone registered, a group, or someone by name.

A word typed with accents must have the right ones; in a line without any, accents are not asked
for. Nobody is taken for another: a title that contradicts a person's own is another person's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from handlers.elders.places import find_units
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold
from handlers.talk.understanding.tokens import Phrases, Token, flags, same_exactly, tokens_of

#: A name may be so long.
LONGEST_NAME = 80
_MEN, _WOMEN = ("ông", "anh", "chú", "cậu"), ("bà", "cô", "chị", "dì", "thím", "mợ")
#: What a place begins with: "bà Lan xóm Phố".
_PLACES = ("xóm", "thôn", "bản", "tổ", "đội", "ở")
#: What is a group by itself, and what is one behind "cả": "cả xóm".
_GROUPS = ("chi hội", "bà con", "hội người cao tuổi")
_WHOLE, _PARTS = ("cả", "toàn", "toàn thể"), ("chi hội", "xóm", "thôn", "bản", "tổ", "hội")
#: What adds nobody's name to a group, folded: "bà con trong xóm", "chi hội người cao tuổi".
_PLAIN = {"trong", "cua", "ta", "minh", "nguoi", "cao", "tuoi", "nct", "xom", "thon", "ban", "to"}


@dataclass(frozen=True, slots=True)
class Member:
    """A registered person a line may be about, with how they are addressed ("bà")."""

    id: int
    name: str
    unit: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doer:
    """Who did it; `problem` is why that cannot be told."""

    name: str
    unit: str
    person_id: int | None = None
    group: bool = False
    #: Whether the name tells of someone who may not have agreed to be in the book.
    private: bool = True
    problem: Literal["elsewhere", "which", "name"] | None = None
    #: Who of those registered it may be, where that is the problem.
    among: tuple[int, ...] = ()


class DoerReader:
    """Knows the people and places of one leader."""

    def __init__(
        self, scene: Scene, members: Sequence[Member], units: Collection[str], home: str
    ) -> None:
        self._scene, self._units, self._home = scene, units, home
        self._titles = flags(scene.content.vocabulary.not_amounts.titles)
        sexes = {**dict.fromkeys(_MEN, "man"), **dict.fromkeys(_WOMEN, "woman")}
        self._sexes = Phrases(sexes, same_exactly)
        self._places = flags(_PLACES)
        self._groups = flags((*_GROUPS, *(f"{all_} {one}" for all_ in _WHOLE for one in _PARTS)))
        self._members = [(_words(one.name), one) for one in members]
        names = [fold(unit.name) for unit in scene.content.units.values()]
        self._unit_names = {*names, *(name.partition(" ")[2] for name in names)} - {""}

    def read(self, name: str, *, exact: bool) -> Doer:
        """Who a name stands for; `exact` when it was typed by someone who sets accents."""
        doer = Doer(name=name, unit=self._home)
        if len(name) > LONGEST_NAME:
            return replace(doer, problem="name")
        words = _words(name, exact=exact)
        same = self._called(words, self._members)
        if same:
            return _one_of(doer, same)
        return self._group(doer, words) or self._somewhere(doer, exact=exact) or doer

    def is_title(self, word: str, *, exact: bool) -> bool:
        """Whether a word only goes before a name ("cô")."""
        return self._titles.at(_words(word, exact=exact), 0) is not None

    # --- someone registered

    def _called(
        self, words: list[Token], members: Sequence[tuple[list[Token], Member]]
    ) -> list[Member]:
        """The members who are called so: by their whole name, or else by the end of it."""
        bare, sex = self._bare(words), self._sex(words)
        others = {"man": "woman", "woman": "man"}.get(sex or "")
        fitting = [(known, one) for known, one in members if self._sex_of(one) != others or not sex]
        alike: list[list[tuple[list[Token], list[Token], Member]]] = [
            [(words, known, one) for known, one in members],
            [(bare, self._bare(known), one) for known, one in fitting],
            [(bare, known[-len(bare) :], one) for known, one in fitting],
        ]
        for same in (_to_the_letter, same_exactly):
            for pairs in alike:
                found = [one for typed, known, one in pairs if _equal(typed, known, same)]
                if found:
                    return found
        return []

    def _bare(self, words: list[Token]) -> list[Token]:
        """A name without the titles before it; a title alone is a name."""
        while len(words) > 1 and (title := self._titles.at(words, 0)) and title.length < len(words):
            words = words[title.length :]
        return words

    def _sex(self, words: list[Token]) -> str | None:
        """What the titles before a name tell: "cụ bà Lan" is a woman."""
        at = 0
        while at + 1 < len(words) and (title := self._titles.at(words, at)):
            if sex := self._sexes.at(words, at):
                return sex.value
            at += title.length
        return None

    def _sex_of(self, one: Member) -> str | None:
        sex = self._sexes.at(_words(one.title), 0)
        return sex.value if sex else None

    # --- a group

    def _group(self, doer: Doer, words: list[Token]) -> Doer | None:
        """A group: "chi hội", "cả xóm", "xóm Gò Vũ", "tổ 3"."""
        found = self._groups.at(words, 0)
        place = None if found else self._places.at(words, 0)
        if not (found or place):
            return None
        rest = [one.bare for one in words[found.length if found else 1 :]]
        named = [word for word in rest if word not in _PLAIN]
        plain = self._is_place(rest) or self._is_place(named) or not named
        if place and not self._is_place(rest):
            return None
        group = replace(doer, group=True, private=not plain)
        return self._placed(group, doer.name) if named else group

    def _is_place(self, folded: list[str]) -> bool:
        whole = " ".join(folded)
        return whole.isdecimal() or whole in self._unit_names

    def _placed(self, doer: Doer, place: str) -> Doer:
        """The doer in the unit that is named, when that is one of the leader's."""
        found = {unit.code for unit in find_units(self._scene, place)}
        mine = sorted(found & set(self._units))
        if found and not mine:
            return replace(doer, problem="elsewhere")
        return replace(doer, unit=mine[0]) if len(mine) == 1 else doer

    # --- someone of a place

    def _somewhere(self, doer: Doer, *, exact: bool) -> Doer | None:
        """Someone with a place behind the name: registered there, or by name."""
        words = doer.name.split()
        for at, word in enumerate(words[1:-1], 1):
            place = " ".join(words[at + 1 :])
            if not self._places.at(_words(word, exact=exact), 0):
                continue
            found = {unit.code for unit in find_units(self._scene, place)}
            if not found or len(found & set(self._units)) > 1:
                continue
            there = self._placed(replace(doer, name=" ".join(words[:at]).rstrip(" ,;:.-")), place)
            if there.problem:
                return there
            near = [(known, one) for known, one in self._members if one.unit == there.unit]
            same = self._called(_words(there.name, exact=exact), near)
            return _one_of(there, same) if same else there
        return None


def _one_of(doer: Doer, same: Sequence[Member]) -> Doer:
    if len(same) > 1:
        return replace(doer, problem="which", among=tuple(one.id for one in same))
    (one,) = same
    return replace(doer, person_id=one.id, name=one.name, unit=one.unit, private=False)


def _words(text: str, *, exact: bool = False) -> list[Token]:
    return [replace(token, exact=exact) for token in tokens_of(text) if not token.is_sign]


def _equal(typed: list[Token], known: list[Token], same: Callable[[Token, Token], bool]) -> bool:
    return len(typed) == len(known) and all(map(same, typed, known))


def _to_the_letter(typed: Token, known: Token) -> bool:
    return typed.text == known.text

"""Who did it: the speaker, the family, a group, or someone else."""

from __future__ import annotations

from collections.abc import Sequence

from content.models.vocabulary import PeopleWords
from handlers.talk.understanding.items import Who
from handlers.talk.understanding.lookalikes import Ending
from handlers.talk.understanding.tokens import NAME, Phrases, Token, flags, same_exactly


class WhoReader:
    """Finds the people named before a verb."""

    def __init__(self, words: PeopleWords) -> None:
        self._self = flags(words.self_)
        self._told: Phrases[Who] = Phrases(
            [
                *((word, "family") for word in words.family),
                *((word, "group") for word in words.group),
                *((word, "other") for word in words.other),
            ],
            same_exactly,
        )
        self._titles = flags(words.titles)
        self._names = flags([*words.names, NAME])
        self._not_who, self._with = flags(words.not_who), flags(words.with_)
        self._this_is_me, self._no_name = flags(words.this_is_me), flags(words.no_name_before)
        self._young = Ending(words.young)

    def find(self, part: Sequence[Token]) -> tuple[Who | None, bool]:
        """Who is named, and whether anyone is: the speaker is None, but named."""
        named: set[Who | None] = set()
        together = bool(self._with.search(part))
        if self._young.ends_at(part, len(part)):
            named.add("other")
        place = 0
        while place < len(part):
            skipped = self._not_who.at(part, place)
            who, length = (None, 0) if skipped else self._person(part, place)
            if length:
                named.add(who)
            place += max(length, skipped.length + 1 if skipped else 1)
        for who in ("family", "group"):
            if who in named:
                return who, True
        if "other" in named:
            return ("group" if together and None in named else "other"), True
        return None, bool(named)

    def person(self, part: Sequence[Token], at: int) -> int:
        """The length of the one person who is named at a place, or 0."""
        who, length = self._person(part, at)
        return length if who == "other" else 0

    @staticmethod
    def _is_oneself(part: Sequence[Token], at: int) -> bool:
        """Whether a name right before a verb is rather "tự": "em tu mua"."""
        return at == len(part) - 1 and part[at].text == "tu"

    def _person(self, part: Sequence[Token], at: int) -> tuple[Who | None, int]:
        told = self._told.at(part, at)
        title = self._titles.at(part, at)
        name = self._names.at(part, at + title.length) if title else None
        if title and name and self._is_oneself(part, at + title.length):
            name = None
        if title and name and self._no_name.at(part, at + title.length + name.length):
            name = None
        if title and name and not (told and told.length > title.length + name.length):
            length = title.length + name.length
            me = self._this_is_me.at(part, at + length)
            return (None if me else "other"), length + (me.length if me else 0)
        me = self._self.at(part, at)
        if told and not (me and me.length > told.length):
            return told.value, told.length
        return None, me.length if me else 0

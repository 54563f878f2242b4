"""Verbs of a clause: of an activity, or of another matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from content.models.activity import Activities
from content.models.vocabulary import TalkWords
from handlers.talk.understanding.text import fold
from handlers.talk.understanding.tokens import Phrases, Token, flags, same_exactly

#: At the end of a verb: only beside one of the activity's words ("mua … trên mạng").
_NEEDS_WORD = "…"
#: Verbs of another matter before which stands who gave, and not who planted.
GIVES = (
    "cấp", "cấp cho", "cấp phát", "phát", "phát cho", "cho", "tặng", "biếu", "biếu tặng", "hỗ trợ",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb at a place, with the key of its activity, or None for another matter."""

    place: int
    length: int
    activity: str | None


class VerbReader:
    """Finds verbs, and words that tell what a clause is about."""

    def __init__(self, talk: TalkWords, kinds: Activities) -> None:
        verbs = [(verb, one.key) for one in kinds.activities for verb in one.verbs]
        self._verbs = Phrases(
            [pair for pair in verbs if not pair[0].endswith(_NEEDS_WORD)], same_exactly
        )
        self._with_word = Phrases(
            [
                (verb.removesuffix(_NEEDS_WORD).strip(), key)
                for verb, key in reversed(verbs)  # compost before the waste it is made of
                if verb.endswith(_NEEDS_WORD)
            ],
            same_exactly,
        )
        spoken = [(word, one.key) for one in kinds.activities for word in one.words]
        #: The activities that a word speaks of.
        self._topics = Phrases(
            {word: [key for other, key in spoken if other == word] for word, _ in spoken},
            same_exactly,
        )
        self._units = {fold(word) for unit in kinds.units for word in unit.words}
        self._other = flags(talk.other_verbs)
        self._alive = flags(talk.alive)
        self._telling = flags(talk.telling)
        self._counted = {one.key for one in kinds.activities if one.amount == "asked"}

    def find(
        self, part: Sequence[Token], places: Sequence[int]
    ) -> tuple[tuple[Verb, ...], tuple[str, ...]]:
        """The verbs of a clause, and what its other words speak of; `places` are its tokens'."""
        found = [self._topics.at(part, place) for place in range(len(part))]
        topics = tuple(key for topic in found if topic for key in topic.value)
        verbs: list[Verb] = []
        place = 0
        while place < len(part):
            length, activity = self._at(part, places, place, topics)
            telling = self._telling.at(part, place)
            if telling and telling.length >= length:
                length = telling.length
            elif length:
                verbs.append(Verb(places[place], length, activity))
            place += max(length, 1)
        return tuple(verbs), topics

    def topics(self, tokens: Sequence[Token]) -> set[str]:
        """Keys of the activities that words anywhere speak of."""
        found = (self._topics.at(tokens, place) for place in range(len(tokens)))
        return {key for topic in found if topic for key in topic.value}

    def search(self, part: Sequence[Token], words: Phrases[bool]) -> bool:
        """Whether one of some words stands anywhere but in a telling: "đếm lại có 22"."""
        place = 0
        while place < len(part):
            telling = self._telling.at(part, place)
            if not telling and words.at(part, place):
                return True
            place += telling.length if telling else 1
        return False

    def counted(self, part: Sequence[Token]) -> set[str]:
        """Keys of what is counted that verbs among some tokens tell of."""
        found = (self._verbs.at(part, place) for place in range(len(part)))
        return {verb.value for verb in found if verb and verb.value in self._counted}

    def is_counted(self, part: Sequence[Token], at: int, reach: int) -> bool:
        """Whether a verb of something that is counted stands within reach of a place."""
        found = [self._verbs.at(part, place) for place in range(at, min(at + reach, len(part)))]
        return any(verb and verb.value in self._counted for verb in found)

    def _at(
        self, part: Sequence[Token], places: Sequence[int], at: int, topics: Sequence[str]
    ) -> tuple[int, str | None]:
        """The length of the longest verb at a place, and its activity."""
        verb = self._verbs.at(part, at)
        # Where an amount stands inside, it is no verb of another matter: "trồng 2 sào rau".
        near = min(at + self._other.longest, len(part))
        gap = next((end for end in range(at, near) if places[end] - places[at] > end - at), near)
        other = self._other.at(part[at:gap], 0)
        if other and other.length == 1 and not part[at].accented and part[at].bare in self._units:
            other = None  # "cay": cây, and not cấy
        if other and self._alive.at(part, at + other.length):
            other = None  # "thấy còn sống 75 cây"
        paired = self._with_word.at(part, at, topics)
        longest = max((one.length for one in (verb, paired, other) if one), default=0)
        for one in (verb, paired):
            if one and one.length == longest:
                return longest, one.value
        return longest, None

"""The names of people that are also words: Chú Bao, Ma Văn Tá, "Lạng báo", "cho Hai mượn".

Whoever types capitals where they belong tells a name by them. Its words then stand for nobody's
number, unit or tree any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from content.models.activity import Activities
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.text import fold
from handlers.talk.understanding.tokens import (
    NAME,
    Phrases,
    Token,
    flags,
    same_exactly,
    tokens_of,
)

#: What stands in the middle of names.
_MIDDLES = {"thị", "văn"}
#: A name written out: family, middle, own.
_WRITTEN_OUT = 3


class NameReader:
    """Marks the words that are parts of names."""

    def __init__(self, known: Vocabulary, kinds: Activities, species: Sequence[str]) -> None:
        numbers = known.numbers
        self._titles = {fold(word) for word in (*known.people.titles, *known.not_amounts.titles)}
        self._numbered = {fold(word) for word in known.not_amounts.after_these}
        self._units = flags([word for one in kinds.units for word in one.words])
        #: Words that mean something else than a name to the stages behind.
        self._read = {
            letters
            for word in (
                *numbers.digits, *numbers.following, *numbers.scales, *numbers.contracted,
                *(word for one in kinds.units for word in one.words), "thứ", "mai",
            )
            for token in tokens_of(word)
            for letters in (token.text, token.bare)
        }  # fmt: skip
        first_words = (
            *(verb for one in kinds.activities for verb in one.verbs),
            *known.days, *known.people.self_, *known.calendar.day_words,
        )  # fmt: skip
        names = {fold(name) for name in known.people.names}
        self._no_names = {fold(word).split()[0] for word in first_words if fold(word)} - names
        self._tells = flags([*known.people.this_is_me, "báo", "xin báo", "tôi", "tui"])
        self._no_name_before = flags(known.people.no_name_before)
        self._species = Phrases(dict.fromkeys(species, True), same_exactly)
        self._words = flags(known.not_amounts.words)
        self._is_called = {"la", "ten"}

    def mark(self, tokens: list[Token]) -> list[Token]:
        """The tokens, those that are parts of names read as nothing else."""
        words = [token for token in tokens if token.typed.isalpha()]
        if not words or 2 * sum(token.is_capital for token in words) > len(words) + 1:
            return tokens  # whoever Types Everything So tells nothing by it
        marked = {place for place in range(len(tokens)) if self._is_name(tokens, place)}
        marked |= self._written_out(tokens)
        if not marked:
            return tokens
        return [
            replace(token, text=NAME, bare=NAME) if place in marked else token
            for place, token in enumerate(tokens)
        ]

    def _is_name(self, tokens: Sequence[Token], at: int) -> bool:
        token = tokens[at]
        if not token.is_capital or token.is_number or token.bare in self._no_names:
            return False
        if self._no_name_before.at(tokens, at + 1):
            return False
        ambiguous = (token.text if token.accented else token.bare) in self._read
        if at == 0 or tokens[at - 1].text in {".", "!", "?", ":", ";"}:
            return ambiguous and token.bare != "mai" and self._tells.at(tokens, at + 1) is not None
        before = tokens[at - 1].bare
        if before in self._titles:
            return True
        numbered = before in self._numbered or tokens[at - 1].is_sign
        return ambiguous and not numbered and not self._units.at(tokens, at + 1)

    def _is_tree(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a tree is called so: "bưởi Soi Hà", "cây Hoàng Yến"."""
        named = self._species.at(tokens, at) or (at > 0 and self._species.at(tokens, at - 1))
        return bool(named) or (at > 0 and tokens[at - 1].bare == "cay")

    def _written_out(self, tokens: Sequence[Token]) -> set[int]:
        """The places of names of several words: "Ma Văn Tá", "tôi là Út Mười"."""
        marked: set[int] = set()
        place = 0
        while place < len(tokens):
            end = place
            while end < len(tokens) and tokens[end].is_capital and tokens[end].typed.isalpha():
                end += 1
            called = place > 0 and tokens[place - 1].bare in self._is_called
            told = self._tells.at(tokens, end) is not None
            long = end - place >= _WRITTEN_OUT or (end - place > 1 and (called or told))
            if any(token.bare in self._no_names for token in tokens[place:end]):
                long = False
            if long and not self._is_tree(tokens, place):
                first = place + (tokens[place].bare in self._titles)
                marked |= set(range(first, end))
            place = max(end, place + 1)
        return marked | self._spoken_out(tokens)

    def _spoken_out(self, tokens: Sequence[Token]) -> set[int]:
        """The places of names without capitals, by what stands in their middle: thị, văn."""
        marked: set[int] = set()
        for place in range(1, len(tokens) - 1):
            before, behind = tokens[place - 1], tokens[place + 1]
            if tokens[place].text not in _MIDDLES or self._words.at(tokens, place):
                continue
            counted = before.is_number or before.is_sign or self._units.at(tokens, place - 1)
            if not counted and behind.text.isalpha() and not self._tells.at(tokens, place + 1):
                marked |= {place - 1, place, place + 1}
        return marked

"""The second stage: a text as words and signs, and phrases found among them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from handlers.talk.understanding.text import fold, tidy

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[½¼¾²]|[^\s\w]|_")

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign: in lower case, folded, and whether it touches the last."""

    text: str
    bare: str
    glued: bool

    @property
    def accented(self) -> bool:
        """Whether it was typed with Vietnamese accents."""
        return self.text != self.bare

    @property
    def is_number(self) -> bool:
        """Whether it is written in figures."""
        return self.text[0].isdecimal()

    @property
    def is_sign(self) -> bool:
        """Whether it is neither a word nor a number."""
        return not self.text[0].isalnum()


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text."""
    lower = tidy(text).casefold()
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(lower):
        word = match[0]
        bare = fold(word) if word.isalpha() else word
        found.append(Token(word, bare or word, glued=match.start() == end and end > 0))
        end = match.end()
    return found


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """A phrase found at a place: what it stands for, and how many tokens it took."""

    value: Value
    length: int


class Phrases(Generic[Value]):
    """Phrases to look for. A word typed with accents must have the right ones."""

    def __init__(self, known: Mapping[str, Value] | Iterable[tuple[str, Value]]) -> None:
        pairs = known.items() if isinstance(known, Mapping) else known
        self._by_first: dict[str, list[tuple[list[Token], Value]]] = {}
        for phrase, value in pairs:
            words = tokens_of(phrase)
            self._by_first.setdefault(words[0].bare, []).append((words, value))
        for candidates in self._by_first.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))

    def at(self, tokens: Sequence[Token], place: int) -> Found[Value] | None:
        """The longest phrase that begins at a place, or None."""
        if place >= len(tokens):
            return None
        best: Found[Value] | None = None
        for words, value in self._by_first.get(tokens[place].bare, ()):
            if best and len(words) < best.length:
                break
            said = tokens[place : place + len(words)]
            if len(said) == len(words) and all(map(_same, said, words)):
                if all(one.text == word.text for one, word in zip(said, words, strict=True)):
                    return Found(value, len(words))
                best = best or Found(value, len(words))
        return best

    def search(self, tokens: Sequence[Token]) -> Found[Value] | None:
        """The first phrase anywhere in the tokens."""
        for place in range(len(tokens)):
            found = self.at(tokens, place)
            if found:
                return found
        return None


def _same(said: Token, known: Token) -> bool:
    """The same word: to the letter, or typed without accents, or with its mark on another vowel."""
    if said.bare != known.bare:
        return False
    return not said.accented or said.text == known.text or _pieces(said.text) == _pieces(known.text)


@lru_cache(maxsize=4096)
def _pieces(word: str) -> tuple[str, ...]:
    return tuple(sorted(unicodedata.normalize("NFD", word)))

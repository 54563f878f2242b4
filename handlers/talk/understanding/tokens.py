"""The second stage: a text as words and signs, and phrases found among them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Generic, TypeVar

from handlers.talk.understanding.text import fold, tidy

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[½¼¾²]|[^\s\w]|_")

#: What a word is read as that is part of a person's name.
NAME = "nnn"

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign: in lower case, folded, and whether it touches the last."""

    text: str
    bare: str
    glued: bool
    #: Typed by someone who sets accents, so that "sau" is not "sáu".
    exact: bool = False
    #: As it was typed, with its capitals.
    typed: str = ""

    @property
    def accented(self) -> bool:
        """Whether it was typed with Vietnamese accents."""
        return self.text != self.bare

    @property
    def is_capital(self) -> bool:
        """Whether it was typed with a capital first, and not in capitals alone."""
        return self.typed[:1].isupper() and (len(self.typed) == 1 or not self.typed.isupper())

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
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(tidy(text)):
        typed = match[0]
        word = typed.casefold()
        bare = fold(word) if word.isalpha() else word
        glued = match.start() == end and end > 0
        found.append(Token(word, bare or word, glued=glued, typed=typed))
        end = match.end()
    return found


def mark_exact(tokens: list[Token]) -> list[Token]:
    """The tokens, marked as exact when more than half of the words were typed with accents."""
    words = [token for token in tokens if token.text.isalpha() and token.text != NAME]
    if 2 * sum(token.accented for token in words) <= len(words):
        return tokens
    return [replace(token, exact=True) for token in tokens]


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """A phrase found at a place: what it stands for, and how many tokens it took."""

    value: Value
    length: int


class Phrases(Generic[Value]):
    """Phrases to look for; `same` says when a typed word is a known one."""

    def __init__(
        self,
        known: Mapping[str, Value] | Iterable[tuple[str, Value]],
        same: Callable[[Token, Token], bool] | None = None,
    ) -> None:
        pairs = known.items() if isinstance(known, Mapping) else known
        self._same = same or same_word
        self._by_first: dict[str, list[tuple[list[Token], Value]]] = {}
        for phrase, value in pairs:
            words = tokens_of(phrase)
            self._by_first.setdefault(words[0].bare, []).append((words, value))
        for candidates in self._by_first.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))
        #: How many tokens the longest phrase takes.
        self.longest = max((len(one[0][0]) for one in self._by_first.values()), default=0)

    def at(
        self, tokens: Sequence[Token], place: int, among: Container[Value] | None = None
    ) -> Found[Value] | None:
        """The longest phrase that begins at a place and stands for one `among` these, or None."""
        if place >= len(tokens):
            return None
        candidates = self._by_first.get(tokens[place].bare)
        if candidates is None:
            return None
        best: Found[Value] | None = None
        for words, value in candidates:
            if best and len(words) < best.length:
                break
            if among is not None and value not in among:
                continue
            said = tokens[place : place + len(words)]
            if len(words) == len(words[0].bare) == 1 and said[0].text != words[0].text:
                continue  # one letter ("u", a mother) is too little to be another ("ủ")
            if len(said) == len(words) and all(map(self._same, said, words)):
                if all(one.text == word.text for one, word in zip(said, words, strict=True)):
                    return Found(value, len(words))
                best = best or Found(value, len(words))
        return best

    def places(self, tokens: Sequence[Token], start: int, end: int) -> Iterator[int]:
        """The places from `start` on, before `end`, at which a phrase may begin."""
        known = self._by_first
        return (place for place in range(start, end) if tokens[place].bare in known)

    def search(self, tokens: Sequence[Token]) -> Found[Value] | None:
        """The first phrase anywhere in the tokens."""
        for place in range(len(tokens)):
            found = self.at(tokens, place)
            if found:
                return found
        return None


def flags(words: Iterable[str]) -> Phrases[bool]:
    """Phrases of which only the presence matters."""
    return Phrases(dict.fromkeys(words, True), same_exactly)


def same_word(said: Token, known: Token) -> bool:
    """The same word: to the letter, or typed without accents, or with its mark on another vowel."""
    if said.bare != known.bare:
        return False
    return not said.accented or said.text == known.text or _pieces(said.text) == _pieces(known.text)


def same_exactly(said: Token, known: Token) -> bool:
    """The same word, and with its accents when the person types accents."""
    return same_word(said, known) and (said.accented or not said.exact or said.text == known.text)


def same_nearly(said: Token, known: Token) -> bool:
    """The same word but for a slip: hỏi for ngã ("nhản"), no tone ("bươi"), or half a letter."""
    if same_exactly(said, known):
        return True
    if said.bare != known.bare or not said.accented:
        return False
    typed, meant = _tone(said.text), _tone(known.text)
    if typed[1] and typed[1] == meant[1] and set(_pieces(said.text)) <= set(_pieces(known.text)):
        return True  # a horn or a hat left out: "bưỏi"
    return typed[0] == meant[0] and (not typed[1] or {typed[1], meant[1]} == _HOOK_AND_TILDE)


_TONES = "\u0300\u0301\u0303\u0309\u0323"
_HOOK_AND_TILDE = {"\u0303", "\u0309"}


def _tone(word: str) -> tuple[str, str]:
    """A word without its tone mark, and the mark."""
    pieces = unicodedata.normalize("NFD", word)
    return "".join(c for c in pieces if c not in _TONES), "".join(c for c in pieces if c in _TONES)


@lru_cache(maxsize=4096)
def _pieces(word: str) -> tuple[str, ...]:
    return tuple(sorted(unicodedata.normalize("NFD", word)))

"""What a message speaks of, word by word, and what it speaks of only to deny it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace

from content.models.scams import Scams
from handlers.talk.suspicion.links import Marks
from handlers.talk.understanding.spelling import telex
from handlers.talk.understanding.text import fold, tidy
from handlers.talk.understanding.tokens import (
    Phrases,
    Token,
    flags,
    mark_exact,
    same_exactly,
    tokens_of,
)

#: Where each idea was found: the numbers of its first words.
Places = Mapping[str, Sequence[int]]

_SENTENCE_ENDS = {".", ";", "!", "?"}
_SHORTEST_SLIP = 3
#: "không" denies so many words: "không nên chuyển".
_NEAR = 2
#: Before a phrase that counts only when it is typed with its accents.
_TO_THE_LETTER = "!"
#: Letters of another alphabet that look like ours, put in to deceive machines.
_FOREIGN = str.maketrans("аеорсухіАЕОРСУХІВМТНК", "aeopcyxiAEOPCYXIBMTHK")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CODE = re.compile(r"\d{4,8}")


class Ideas:
    """Finds the ideas of `content/scams.toml` in a text."""

    def __init__(self, known: Scams) -> None:
        self._marks = Marks(known.links)
        self._ideas = {idea: flags(_plain(listed)) for idea, listed in known.ideas.items()}
        self._letters = {
            idea: Phrases(dict.fromkeys(to_the_letter, True), _same_letters)
            for idea, listed in known.ideas.items()
            if (to_the_letter := _marked(listed))
        }
        denials = known.denials
        self._denials: Phrases[int] = Phrases(
            {
                **dict.fromkeys(denials.near, _NEAR),
                **dict.fromkeys(denials.far, denials.reach),
                **dict.fromkeys(denials.none, 0),
            },
            same_exactly,
        )
        every = [words for listed in known.ideas.values() for words in listed]
        self._known = {token.bare for words in every for token in tokens_of(words)}

    def found(self, text: str, only: Container[str] | None = None) -> Places:
        """The places of ideas (`only` some) in a text; of what is denied, as "no_" and the idea."""
        tokens, ends = self._tokens(text.translate(_FOREIGN))
        denied = self._denied(tokens, ends)
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, token in enumerate(tokens):
            if "_" in token.text or token.text == "apk":
                places[token.text].append(place)
            elif _CODE.fullmatch(token.typed):
                places["code"].append(place)
        for idea, phrases in self._ideas.items():
            if only is not None and idea not in only:
                continue
            for place in range(len(tokens)):
                letters = self._letters.get(idea)
                if phrases.at(tokens, place) or (letters and letters.at(tokens, place)):
                    places[f"no_{idea}" if place in denied else idea].append(place)
        return places

    def _tokens(self, text: str) -> tuple[list[Token], set[int]]:
        """The words of a text, links and numbers as what they stand for; where sentences end."""
        tokens: list[Token] = []
        ends: set[int] = set()
        at = 0
        flat = tidy(text.replace("\n", " . "))
        for mark in self._marks.find(flat):
            self._add(flat[at : mark.start], tokens, ends)
            tokens += [Token(idea, idea, glued=False) for idea in mark.ideas]
            at = mark.end
        self._add(flat[at:], tokens, ends)
        return mark_exact(tokens), ends

    def _add(self, text: str, tokens: list[Token], ends: set[int]) -> None:
        for token in tokens_of(text):
            if not token.is_sign:
                tokens.append(self._mended(token))
            elif token.text in _SENTENCE_ENDS:
                ends.add(len(tokens))

    def _mended(self, token: Token) -> Token:
        """A number as any number; a slip of the Telex keyboard as the word it was meant to be."""
        if token.is_number:
            return replace(token, text="0", bare="0")
        if token.accented or len(token.text) < _SHORTEST_SLIP or token.bare in self._known:
            return token
        meant = fold(telex(token.text))
        return replace(token, text=meant, bare=meant) if meant in self._known else token

    def _denied(self, tokens: Sequence[Token], ends: set[int]) -> set[int]:
        """The places of words that a denial before them turns into their opposite."""
        denied: set[int] = set()
        place = 0
        while place < len(tokens):
            found = self._denials.at(tokens, place)
            if found is None:
                place += 1
                continue
            place += found.length
            for after in range(place, min(place + found.value, len(tokens))):
                if after in ends:
                    break
                denied.add(after)
        return denied


def _plain(listed: Iterable[str]) -> list[str]:
    """Phrases that accents do not matter to, in which every number is the same one."""
    return [_NUMBER.sub("0", words) for words in listed if not words.startswith(_TO_THE_LETTER)]


def _marked(listed: Iterable[str]) -> list[str]:
    """Phrases that count only with their accents."""
    return [words[1:] for words in listed if words.startswith(_TO_THE_LETTER)]


def _same_letters(said: Token, known: Token) -> bool:
    return said.text == known.text

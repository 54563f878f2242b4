"""The third stage: slips of the thumb mended, where what was meant is plain.

Telex slips ("troofng", "caay", "vari") become the letters they stand for; a known misspelling
becomes its word; a word one letter away from a word that matters becomes that word. Numbers are
never guessed at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from content.models.activity import Activities
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.lexicon import words_known
from handlers.talk.understanding.text import SYLLABLE, fold
from handlers.talk.understanding.tokens import (
    Phrases,
    Token,
    flags,
    mark_exact,
    same_exactly,
    tokens_of,
)

_HATS = {"aa": "â", "ee": "ê", "oo": "ô", "dd": "đ", "aw": "ă", "ow": "ơ", "uw": "ư"}
_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
#: A letter held down too long at the end: "nayy", "xoàii".
_STUTTER = re.compile(r"(\w)\1+$")
#: A horn left out where two stand together: "buởi".
_HALF_HORNED = re.compile("u(?=[ơờớởỡợ].)")
_VOWELS = "aeiouyăâêôơư"
#: Shorter words are too easily one letter away from another.
_SHORTEST = 4
#: What is longer is no word, and not worth the time.
_LONGEST = 20


class Speller:
    """Mends tokens towards the words the bot knows; the names of things are not guessed at."""

    def __init__(self, known: Vocabulary, kinds: Activities, species: Sequence[str]) -> None:
        slips = known.typing
        self._units = flags([word for one in kinds.units for word in one.words])
        self._slips = Phrases(
            {slip: tokens_of(meant) for slip, meant in slips.items()}, same_exactly
        )
        guessed = _letters_of(_words_to_guess(known, kinds))
        self._known = guessed | _letters_of([*species, *words_known(known), *known.typing.values()])
        self._bare = {fold(word) for word in self._known}
        self._by_bare: dict[str, set[str]] = {}
        for word in self._known:
            self._by_bare.setdefault(fold(word), set()).add(word)
        self._near: dict[str, str] = {}
        for word in sorted(guessed):
            if len(fold(word)) >= _SHORTEST and word.isalpha():
                for slip in _one_letter_less(fold(word)):
                    self._near.setdefault(slip, word)

    def mend(self, tokens: list[Token]) -> list[Token]:
        """The tokens with their slips mended, and marked if the person types accents."""
        tokens = mark_exact(tokens)
        mended: list[Token] = []
        place = 0
        while place < len(tokens):
            if self._is_heaped(tokens, place):
                tokens[place] = replace(tokens[place], text="ủ")
            slip = None if _is_lettered(tokens, place) else self._slips.at(tokens, place)
            if slip and (slip.length > 1 or not self._is_known(tokens[place])):
                first, *rest = slip.value
                mended += [replace(first, glued=tokens[place].glued), *rest]
                place += slip.length
            else:
                mended.append(self._mend_word(tokens[place]))
                place += 1
        return mended

    def _is_heaped(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether "u" without accents is no mother, as an amount follows: "u 3 bao la"."""
        if tokens[at].text != "u" or tokens[at].exact or at + 2 >= len(tokens):
            return False
        return tokens[at + 1].is_number and self._units.at(tokens, at + 2) is not None

    def _is_known(self, token: Token) -> bool:
        """Whether a word may be what was meant: to the letter, or but for its accents."""
        return token.text in self._known or (not token.accented and token.bare in self._bare)

    def _mend_word(self, token: Token) -> Token:
        if token.is_number or token.is_sign or len(token.text) > _LONGEST:
            return token
        meant = self._horned(token) or self._mended(token)
        if meant is None:
            return token
        mended = replace(token, text=meant, bare=fold(meant))
        slip = self._slips.at([mended], 0)
        return replace(mended, text=slip.value[0].text, bare=slip.value[0].bare) if slip else mended

    def _half_marked(self, word: str) -> str | None:
        """The one known word of which some marks were left out or misplaced: "chêt", "hưũ"."""
        typed = _marks(word)
        fuller = {one for one in self._by_bare.get(fold(word), ()) if typed <= _marks(one)}
        return fuller.pop() if len(fuller) == 1 else None

    def _horned(self, token: Token) -> str | None:
        """The word with the horn that was left out: "buởi"."""
        horned = _HALF_HORNED.sub("ư", token.text)
        return horned if horned != token.text and horned in self._known else None

    def _mended(self, token: Token) -> str | None:
        """The word that an unknown one was meant to be, where that is plain."""
        if token.text in self._known or (token.bare in self._bare and not token.accented):
            return None
        half_marked = self._half_marked(token.text) if token.accented else None
        if half_marked:
            return half_marked
        for meant in _meant_by(token.text):
            if meant != token.text and meant in self._known:
                return meant
        typed = telex(token.text)
        if typed != token.text and fold(typed) != typed:
            return self._half_marked(typed)  # "nguoif"
        guessed = len(token.bare) >= _SHORTEST - 1 and not token.accented
        return self._near.get(token.bare) if guessed else None


def _marks(word: str) -> set[str]:
    """The letters and marks of a word, each with its place among the letters."""
    pieces = unicodedata.normalize("NFD", word.replace("đ", "d\u0335"))
    place, marks = 0, set()
    for piece in pieces:
        place += not unicodedata.combining(piece)
        marks.add(f"{place}{piece}" if unicodedata.combining(piece) == 0 else piece)
    return marks


def _meant_by(word: str) -> Iterator[str]:
    """What a word was meant to be: a letter too many, Telex keys, or two letters swapped."""
    yield _STUTTER.sub(r"\1", word)
    yield telex(word)
    for place, (first, second) in enumerate(pairwise(word)):
        if fold(first) == fold(second):
            yield word[:place] + word[place + 1 :]  # "uủ"
    if len(word) < _SHORTEST - 1 or re.fullmatch(SYLLABLE, fold(word)):
        return  # it may be a word that the bot does not know
    for place in range(len(word) - 1):
        other = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        yield from (other, telex(other))
    if word != fold(word):
        yield word[:-1]  # "hômn"


def _is_lettered(tokens: Sequence[Token], at: int) -> bool:
    """Whether a letter is glued to a figure: "t2" is a day, and no "tôi"."""
    lettered = len(tokens[at].text) == 1 and at + 1 < len(tokens)
    return lettered and tokens[at + 1].is_number and tokens[at + 1].glued


#: No syllable takes more keys; a word of thousands would take minutes.
_MOST_KEYS = 15


def telex(word: str) -> str:
    """The word that Telex keys stand for: "troofng" is "trồng". A word without keys is itself."""
    if len(word) > _MOST_KEYS:
        return word
    tone = ""
    letters = word
    for place, letter in enumerate(word):
        if (
            letter in _TONES
            and place > 0
            and any(letter in fold(word[:place]) for letter in "aeiouy")
        ):
            tone, letters = _TONES[letter], word[:place] + word[place + 1 :]
            break
    for keys, letter in _HATS.items():
        letters = letters.replace(keys, letter)
    letters = _HALF_HORNED.sub("ư", letters)
    # "dd" and hats may stand apart: "dod" is "đo", "trongo" is "trông".
    if not tone:
        return letters
    vowel = _tone_place(letters)
    if vowel is None:
        return letters  # "nhãnx": marked twice
    marked = unicodedata.normalize("NFC", letters[vowel] + tone)
    return letters[:vowel] + marked + letters[vowel + 1 :]


def _tone_place(word: str) -> int | None:
    """Where the tone mark of a word stands: on the hatted vowel, else on the main one."""
    vowels = [place for place, letter in enumerate(word) if letter in _VOWELS]
    if word.startswith(("qu", "gi")) and len(vowels) > 1:
        vowels = vowels[1:]
    if not vowels:
        return None
    hatted = [place for place in vowels if word[place] in "ăâêôơư"]
    if hatted:
        return hatted[-1]
    closed = vowels[-1] < len(word) - 1
    return vowels[-1] if closed or len(vowels) == 1 else vowels[-2]


def _one_letter_less(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(1, len(word))}


def _letters_of(words: Iterable[str]) -> set[str]:
    return {token.text for word in words for token in tokens_of(word)}


def _words_to_guess(known: Vocabulary, kinds: Activities) -> list[str]:
    """The words that a letter more or less is mended towards."""
    return [
        *(word for one in kinds.activities for word in (*one.verbs, *one.words)),
        *(word for unit in kinds.units for word in unit.words),
        *known.days,
    ]

"""How much a message is like scams seen before: naive Bayes over words and pairs of words.

Of the methods that learn from examples it is the plainest one, and a few hundred messages are
enough for it (Metsis, Androutsopoulos and Paliouras, "Spam filtering with naive Bayes: which naive
Bayes?", 2006; this is the multi-variate Bernoulli form). Accents are ignored, as people do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from itertools import pairwise
from math import log

from handlers.talk.understanding.text import fold

#: Every word counts as seen this much more in both kinds, so that none is taken for a proof.
_DOUBT = 0.3
#: A text of fewer words says too little to be like anything.
_FEWEST_WORDS = 5
_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")


class Likeness:
    """Tells what is more like the scams it has learnt from than like the honest messages."""

    def __init__(self, scams: Collection[str], honest: Collection[str]) -> None:
        bad, good = _counted(scams), _counted(honest)
        self._without = log(len(scams) / len(honest))
        self._with: dict[str, float] = {}
        for word in bad.keys() | good.keys():
            in_bad = (bad[word] + _DOUBT) / (len(scams) + 2 * _DOUBT)
            in_good = (good[word] + _DOUBT) / (len(honest) + 2 * _DOUBT)
            missing = log((1 - in_bad) / (1 - in_good))
            self._without += missing
            self._with[word] = log(in_bad / in_good) - missing

    def __call__(self, text: str) -> bool:
        """Whether a text is more like a scam; a few words are like nothing."""
        if len(_WORD.findall(text)) < _FEWEST_WORDS:
            return False
        return self._without + sum(self._with.get(word, 0.0) for word in _words(text)) > 0


def _counted(messages: Iterable[str]) -> Counter[str]:
    return Counter(word for message in messages for word in _words(message))


def _words(text: str) -> set[str]:
    """The words of a text and each two that follow one another; a number is any number."""
    words = _WORD.findall(_DIGITS.sub("0", fold(text)))
    return {*words, *(f"{first} {second}" for first, second in pairwise(words))}

"""What an amount is of: the tree that is named behind it, or before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from content.models import Vocabulary
from handlers.talk.understanding.text import fold
from handlers.talk.understanding.tokens import Found, Phrases, Token, same_nearly

#: Words that stand between a unit and what it is of: "5 cây giống keo", "gốc cây nhãn".
_FILLERS = {"cay", "giong", "con", "non", "moi", "goc", "loai", "ta"}
_MOST_FILLERS = 2


class ThingReader:
    """Finds the names of trees."""

    def __init__(self, known: Vocabulary, species: Sequence[str]) -> None:
        self._names = Phrases({name.lower(): name for name in species}, same_nearly)
        self._not_bare = set(known.things.not_bare)
        bare = Counter(fold(name) for name in set(species))
        #: Without accents these could be more than one: "tram" is tràm, trám or trâm.
        self._unclear = {name for name, count in bare.items() if count > 1}

    def at(self, tokens: Sequence[Token], at: int) -> Found[str] | None:
        """The name at a place."""
        return self._names.at(tokens, at)

    def written_at(self, tokens: Sequence[Token], at: int) -> Found[str] | None:
        """The name at a place, written just as it is called."""
        found = self._names.at(tokens, at)
        return found if found and _typed(tokens, at, found) == found.value else None

    def behind(self, tokens: Sequence[Token], at: int, *, direct: bool) -> tuple[str | None, int]:
        """What is named behind a unit, or direct behind a number, and where that ends."""
        place = at
        while not direct and place < min(at + _MOST_FILLERS, len(tokens)):
            if tokens[place].bare not in _FILLERS or self._names.at(tokens, place):
                break
            place += 1
        thing = self._names.at(tokens, place)
        if thing is None or self._is_plain_word(tokens[place], thing):
            return None, at
        typed = _typed(tokens, place, thing)
        unclear = typed in self._unclear and typed != thing.value
        return None if unclear else thing.value, place + thing.length

    def before(self, tokens: Sequence[Token], at: int) -> str | None:
        """What an amount is of, when that stands right before it: "bạch đàn 60 cây"."""
        for start in range(max(0, at - 3), at):
            thing = self.written_at(tokens, start)
            if thing and start + thing.length == at:
                return thing.value
        return None

    def _is_plain_word(self, token: Token, thing: Found[str]) -> bool:
        """Whether a name typed without accents is rather an everyday word: "nua" is nữa."""
        typed_bare = not token.exact and not token.accented
        return typed_bare and thing.length == 1 and thing.value in self._not_bare


def _typed(tokens: Sequence[Token], at: int, found: Found[str]) -> str:
    return " ".join(token.text for token in tokens[at : at + found.length])

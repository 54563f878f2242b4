"""What an amount is of: the tree that is named behind it, before it, or first of all.

Listed trees are known by their names. What stands where a tree is named, and means nothing else to
the reader, is the name of one that is not listed, and is kept as it was typed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from content.models.activity import Activities
from content.models.vocabulary import Vocabulary
from handlers.talk.understanding.lexicon import words_known, words_of
from handlers.talk.understanding.text import SYLLABLE, fold
from handlers.talk.understanding.tokens import NAME, Found, Phrases, Token, flags, same_nearly

#: Words that stand between a unit and what it is of: "5 cây giống keo", "gốc cây nhãn".
_FILLERS = {"cay", "giong", "con", "non", "moi", "goc", "loai", "ta"}
_MOST_FILLERS = 2
#: No name of a tree has more words, nor more behind its listed name ("xoài cát Hòa Lộc").
_LONGEST = 4
_MOST_QUALIFIERS = 3
#: Of two trees that are one word without accents, the one that is planted by the hundred.
_MEANT = {"mo": "mỡ"}
#: A word as Vietnamese is written, without its accents; others are slips of the thumb.
_WORD = re.compile(SYLLABLE + "{1,3}")


class ThingReader:
    """Finds the names of trees."""

    def __init__(self, known: Vocabulary, kinds: Activities, species: Sequence[str]) -> None:
        words = known.things
        self._names = Phrases({name.lower(): name for name in species}, same_nearly)
        self._not_bare, self._not_first = set(words.not_bare), set(words.not_first)
        bare = Counter(fold(name) for name in set(species))
        self._bare_names = set(bare)
        #: Without accents these could be more than one: "tram" is tràm, trám or trâm.
        self._unclear = {name for name, count in bare.items() if count > 1}
        self._meant = flags([*words_known(known), *words_of(kinds), *words.ends])
        self._qualifiers, self._nothing_but = flags(words.qualifiers), flags(words.nothing_but)
        self._also = flags(words.also)
        self._people = flags([*known.people.self_, *known.people.titles, *words.owners])
        self._people_names = {fold(name) for name in known.people.names}
        trees = [verb for one in kinds.activities if one.things for verb in one.verbs]
        self._planting = flags([verb.removesuffix("…").strip() for verb in trees])
        self._openings = flags(words.openings)
        self._links = flags([*known.people.with_, "cây", "giống", "gốc"])

    def at(self, tokens: Sequence[Token], at: int) -> Found[str] | None:
        """The listed name at a place."""
        return self._names.at(tokens, at)

    def written_at(self, tokens: Sequence[Token], at: int) -> Found[str] | None:
        """The listed name at a place, written just as it is called."""
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
        if thing is None:
            thing = None if direct else self._unlisted(tokens, place)
            return (thing.value, place + thing.length) if thing else (None, at)
        if self._is_plain_word(tokens[place], thing):
            return None, at
        typed = _typed(tokens, place, thing)
        meant = None if direct else _MEANT.get(typed)
        if meant and not self._goes_on(tokens, place):
            return meant, place + thing.length
        if typed in self._unclear and typed != thing.value:
            return None, place + thing.length
        if thing.length == 1 and self._goes_on(tokens, place):
            return None, place + 1
        whole = self._qualified(tokens, place, thing)
        return whole.value, place + whole.length

    def before(self, tokens: Sequence[Token], floor: int, at: int, *, unlisted: bool) -> str | None:
        """What an amount is of, when that stands right before it: "bạch đàn 60 cây"."""
        at -= at > 0 and tokens[at - 1].text == ":"
        for start in range(max(floor, at - _LONGEST), at):
            thing = self.written_at(tokens, start) or self._in_list(tokens, start, at)
            thing = self._qualified(tokens, start, thing) if thing else None
            if thing and start + thing.length == at and not self._ends_phrase(tokens, start, at):
                return thing.value
        for start in range(max(floor, at - _LONGEST), at if unlisted else 0):
            thing = self._unlisted(tokens[:at], start)
            if thing and start + thing.length == at and self._begins_name(tokens, floor, start, at):
                return thing.value
        return None

    def ends_at(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether the name of a listed tree of several words ends right before a place."""
        found = [(start, self.written_at(tokens, start)) for start in range(max(0, at - 4), at)]
        return any(one and one.length > 1 and start + one.length == at for start, one in found)

    def topic(self, tokens: Sequence[Token], start: int, end: int) -> str | None:
        """The tree that a clause begins with: "keo trồng 50", "luồng nhà tôi", "cây thông"."""
        opening = self._openings.at(tokens[:end], start)
        start += opening.length if opening else 0
        called = start < end and tokens[start].bare == "cay"
        at = start + called
        thing = self._names.at(tokens[:end], at) if called else self.written_at(tokens[:end], at)
        if thing is None and at < end and self._planting.at(tokens, at + 1):
            thing = self._typed_bare(tokens[: at + 1], at, called=False)
        if thing is None:
            unlisted = self._unlisted(tokens[:end], at) if called else None
            return unlisted.value if unlisted else None
        typed = _typed(tokens, at, thing)
        if called and typed in self._unclear and typed != thing.value:
            return None
        thing = self._qualified(tokens[:end], at, thing)
        # A short name may be another word: "hồi ấy 25 cây".
        if called or thing.length > 1 or self._is_spoken_of(tokens, at + 1, end):
            return None if not called and typed in self._not_first else thing.value
        return None

    def behind_verb(self, tokens: Sequence[Token], at: int, end: int) -> str | None:
        """The tree named behind a verb: "trồng sưa đỏ", "trồng cây sa mộc"."""
        called = at < end and tokens[at].bare == "cay"
        thing = self.written_at(tokens[:end], at + called)
        after = at + called + 1
        if thing and not called and thing.value in self._not_first and after < end:
            return None  # "trồng hồi tháng hai"
        thing = thing or self._typed_bare(tokens[:end], at + called, called=called)
        if thing:
            return self._qualified(tokens[:end], at + called, thing).value
        unlisted = self._unlisted(tokens[:end], at + 1) if called else None
        return unlisted.value if unlisted else None

    def _typed_bare(self, tokens: Sequence[Token], at: int, *, called: bool) -> Found[str] | None:
        """A listed name without its accents, right before an amount: "trong que duoc 2 nghin"."""
        thing = None if at >= len(tokens) or tokens[at].exact else self._names.at(tokens, at)
        if thing is None or thing.value in self._not_bare | self._not_first:
            return None
        if _typed(tokens, at, thing) in self._unclear:
            return None
        left = {token.bare for token in tokens[at + thing.length :]}
        return thing if called or left <= {"duoc", "dc"} else None

    def all_of(self, tokens: Sequence[Token], start: int) -> str | None:
        """The tree that everything before was: "toàn sa mộc"."""
        for place in self._nothing_but.places(tokens, start, len(tokens)):
            lead = self._nothing_but.at(tokens, place)
            named = self.behind(tokens, place + lead.length, direct=False)[0] if lead else None
            if named:
                return named
        return None

    def named_in_a_row(self, tokens: Sequence[Token]) -> list[str]:
        """The trees named one after the other, at the end: "trồng đước với trang, mỗi thứ"."""
        names: list[str] = []
        place = 0
        while place < len(tokens):
            thing = self.written_at(tokens, place)
            thing = self._qualified(tokens, place, thing) if thing else None
            if (
                thing is None
                and names
                and (self._links.at(tokens, place - 1) or _after_comma(tokens, place))
            ):
                thing = self._unlisted(tokens, place)
            if thing:
                names.append(thing.value)
            place += thing.length if thing else 1
        return names

    # --- names that are not listed

    def _unlisted(self, tokens: Sequence[Token], at: int) -> Found[str] | None:
        """The words at a place that mean nothing else to the reader."""
        place = at
        while place < len(tokens) and place - at <= _LONGEST:
            if not self._is_strange(tokens, place, first=place == at):
                break
            place += 1
        length = place - at
        if fold(" ".join(token.text for token in tokens[at:place])) in self._bare_names:
            return None  # a listed name with a slip in it
        closed = place >= len(tokens) or not tokens[place].text.isalpha()
        if not length or length > _LONGEST - (not closed):
            return None
        if not closed and not any(token.accented for token in tokens[at:place]):
            return None  # typed without accents, any word may be strange
        words = [one.text if at == 0 else one.typed or one.text for one in tokens[at:place]]
        return Found(" ".join(words), length)

    def _is_strange(self, tokens: Sequence[Token], at: int, *, first: bool) -> bool:
        token = tokens[at]
        if not token.text.isalpha() or token.text == NAME or len(token.text) == 1:
            return False
        if not token.is_capital and not _WORD.fullmatch(token.bare):
            return False
        if first and at and tokens[at - 1].bare == "cay" and self._also.at(tokens, at):
            return True
        if self._meant.at(tokens, at):
            return not first and self._qualifier(tokens, at) > 0
        return True

    def _qualified(self, tokens: Sequence[Token], at: int, thing: Found[str]) -> Found[str]:
        """A listed name with the sort behind it: "cam Xã Đoài", "bàng vuông", "bơ 034"."""
        start = at + thing.length
        end = start
        while end < min(start + _MOST_QUALIFIERS, len(tokens)):
            length = self._qualifier(tokens, end) or int(self._is_place(tokens, end))
            if not length:
                break
            end += length
        sort = [token.typed or token.text for token in tokens[start:end]]
        return Found(" ".join([thing.value, *sort]), thing.length + len(sort))

    def _qualifier(self, tokens: Sequence[Token], at: int) -> int:
        """The length of what tells a sort at a place, or 0."""
        token, sort = tokens[at], self._qualifiers.at(tokens, at)
        if token.is_number:
            code = len(token.text) > 1 and token.text[0] == "0" and token.text.isdecimal()
            dated = at + 1 < len(tokens) and tokens[at + 1].text in {"/", ".", "-"}
            return int(code and not dated)
        longer = self._meant.at(tokens, at)
        if not sort or (longer and longer.length > sort.length):
            return 0
        return sort.length if token.accented or token.exact else 0

    def _is_place(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a capital tells where a sort is from, and no person: "quế Trà My"."""
        token = tokens[at]
        if not token.is_capital or token.text == NAME or not token.text.isalpha():
            return False
        if sum(one.is_capital for one in tokens) * 2 > len(tokens):
            return False
        beside = [*tokens[at + 1 : at + 2], *(tokens[at - 1 : at] if at > 1 else ())]
        if any(one.is_capital for one in beside) and not self._people.at(tokens, at):
            return True
        return token.bare not in self._people_names and not self._meant.at(tokens, at)

    def _begins_name(self, tokens: Sequence[Token], floor: int, start: int, end: int) -> bool:
        """Whether a tree, and no person, may be called so where a place begins what is told."""
        called = start > 0 and tokens[start - 1].bare == "cay"
        capitals = [token.is_capital for token in tokens[start:end]]
        if called:
            return True
        if start > 0 and self._planting.at(tokens, start - 1):
            return end - start > 1
        opens = (
            start == floor or tokens[start - 1].is_sign or bool(self._links.at(tokens, start - 1))
        )
        if end - start == 1:
            return opens and start > 0 and not capitals[0]
        return opens and not any(capitals[1:])

    def _in_list(self, tokens: Sequence[Token], start: int, end: int) -> Found[str] | None:
        """A tree of a list typed without accents: "xoan 30, lat 10"."""
        thing = self._names.at(tokens[:end], start)
        if thing is None or tokens[start].exact:
            return None
        opens = start == 0 or tokens[start - 1].text == "," or self._planting.at(tokens, start - 1)
        if thing.length == 1 and not opens:
            return None
        clear = _typed(tokens, start, thing) not in self._unclear
        return thing if clear and thing.value not in self._not_bare | self._not_first else None

    def _ends_phrase(self, tokens: Sequence[Token], start: int, end: int) -> bool:
        """Whether the name is the end of a longer word: "bổ sung"."""
        for before in range(max(0, start - 2), start):
            longer = self._meant.at(tokens, before)
            if longer and before + longer.length == end:
                return True
        return False

    def _goes_on(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a name typed without accents may be the first word of another: "sa pu che"."""
        bare = not (tokens[at].exact or tokens[at].accented)
        return bare and at + 1 < len(tokens) and self._is_strange(tokens, at + 1, first=True)

    def _is_spoken_of(self, tokens: Sequence[Token], at: int, end: int) -> bool:
        if at >= end:
            return False
        return bool(self._planting.at(tokens, at) or self._people.at(tokens, at))

    def _is_plain_word(self, token: Token, thing: Found[str]) -> bool:
        """Whether a name typed without accents is rather an everyday word: "nua" is nữa."""
        typed_bare = not token.exact and not token.accented
        return typed_bare and thing.length == 1 and thing.value in self._not_bare


def _after_comma(tokens: Sequence[Token], at: int) -> bool:
    return at > 0 and tokens[at - 1].text == ","


def _typed(tokens: Sequence[Token], at: int, found: Found[str]) -> str:
    return " ".join(token.text for token in tokens[at : at + found.length])

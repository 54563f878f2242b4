"""Numbers that only look like amounts: an age, an hour, a hamlet's number, cô Bảy, a telephone."""

from __future__ import annotations

from collections.abc import Sequence

from content.models.vocabulary import NotAmounts
from handlers.talk.understanding.numbers import Number
from handlers.talk.understanding.tokens import Token, flags

#: Figures this long without a separator are a telephone number or a code.
_LONGEST_FIGURE = 8
_LIST_SIGNS = {".", ")"}


class Lookalikes:
    """Knows the numbers that are no amounts by the words around them."""

    def __init__(self, words: NotAmounts) -> None:
        self._after_these, self._titles = Ending(words.after_these), Ending(words.titles)
        self._never_after = Ending(words.never_after)
        self._before_these, self._people = flags(words.before_these), flags(words.people)

    def is_code(self, tokens: Sequence[Token], at: int) -> bool:
        """A telephone number, a year, a hamlet in figures glued to letters."""
        text = tokens[at].text
        if not tokens[at].is_number:
            return False
        if text.isdecimal() and (len(text) > _LONGEST_FIGURE or (len(text) > 2 and text[0] == "0")):
            return True
        year = at > 0 and tokens[at - 1].bare == "nam" and len(text) == 4
        return year or (tokens[at].glued and at > 0 and tokens[at - 1].text == "/")

    @staticmethod
    def is_list_number(tokens: Sequence[Token], at: int) -> bool:
        """The number of an entry in a list that begins with 1: "1. Trồng 5 cây 2. Nhặt rác"."""
        listed = len(tokens) > 2 and tokens[0].text == "1" and tokens[1].text in _LIST_SIGNS
        after = tokens[at + 1 : at + 2]
        return listed and bool(after) and after[0].glued and after[0].text in _LIST_SIGNS

    def is_ordinal(self, tokens: Sequence[Token], at: int) -> bool:
        """A day of the week, a month, a whole of which a part was told, whatever stands behind."""
        return self._never_after.ends_at(tokens, at) and not _is_of_each(tokens, at)

    def is_numbered(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether something that has a number stands before it: a hamlet, a day."""
        return self._after_these.ends_at(tokens, at) and not _is_of_each(tokens, at)

    def counts_other(self, tokens: Sequence[Token], after: int, unit_length: int) -> bool:
        """Whether what follows only begins like a unit: "3 cây số", "hai cây vàng"."""
        other = self._before_these.at(tokens, after)
        return other is not None and other.length > unit_length

    def end_of_other(self, tokens: Sequence[Token], after: int) -> int:
        """Where what a number counts ends, when it is no amount: "35 năm" are no 35 and no 5."""
        other = self._before_these.at(tokens, after)
        return after + other.length if other else after

    def is_no_amount(self, tokens: Sequence[Token], at: int, after: int, number: Number) -> bool:
        """Whether a number without a unit is explained by the words around it."""
        if self.is_numbered(tokens, at):
            return True
        spoken = number.simple and not tokens[at].is_number
        if spoken and self._titles.ends_at(tokens, at):
            return True
        return bool(self._before_these.at(tokens, after) or self._people.at(tokens, after))

    @staticmethod
    def end_of_telephone(tokens: Sequence[Token], at: int) -> int:
        """Where the groups of a telephone number that begins here end; else the next place."""
        end = at + 1
        if len(tokens[at].text) >= 3 and tokens[at].text.startswith("0"):
            while end < len(tokens) and (tokens[end].is_number or tokens[end].text in {".", "-"}):
                end += 1
        return end


def _is_of_each(tokens: Sequence[Token], at: int) -> bool:
    """Whether the word before a number is what there are several of: "mỗi hôm 2 kg"."""
    return at > 1 and tokens[at - 2].bare in {"moi", "tung"}


class Ending:
    """Phrases that are looked for just before a place."""

    def __init__(self, words: Sequence[str]) -> None:
        self._phrases = flags(words)
        self._longest = max(len(word.split()) for word in words)

    def ends_at(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether one of the phrases ends exactly where a place begins."""
        for start in range(max(0, at - self._longest), at):
            found = self._phrases.at(tokens, start)
            if found and start + found.length == at:
                return True
        return False

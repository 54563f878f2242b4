"""A code or a password that somebody tells the bot, which nobody should."""

from __future__ import annotations

import re
from collections.abc import Iterable

from handlers.talk.understanding.text import fold

#: In a longer text it is a message pasted to be looked at.
_MOST_WORDS = 14
#: So many words may stand between the name of a secret and its digits: "ngân hàng của tôi là lan".
_BETWEEN = 7
_DIGITS = r"\d[\d.,]{2,}"


def tells_secret(text: str, names: Iterable[str]) -> bool:
    """Whether a short text tells a code or a password after one of their names."""
    if not re.search(_DIGITS, text):
        return False
    told = fold(text)
    if len(told.split()) > _MOST_WORDS:
        return False
    named = "|".join(re.escape(fold(name)) for name in names)
    digits = rf"(?: [^\W\d]+){{0,{_BETWEEN}}} {_DIGITS}"
    return re.search(rf"\b(?:{named}){digits}", told) is not None

"""What channels share in showing a reply: numbered choices, and long texts in parts."""

from __future__ import annotations

import re
import unicodedata

from handlers.talk.messages import Choice, Reply

_ZWJ = "\u200d"
_JOINERS = f"{_ZWJ}\ufe0f"
_BREAKS = ("\n\n", "\n", ". ", "! ", "? ", "; ", ", ", " ")


def button_label(choice: Choice) -> str:
    """A choice as a button: its digit can be typed instead."""
    return f"{choice.digit}. {choice.label}"


def with_numbers(reply: Reply, how: str = "") -> str:
    """A reply as text alone, its choices as numbered lines, and below them `how` to choose."""
    lines = [reply.text, *map(button_label, reply.choices)]
    if how and any(choice.digit != "0" for choice in reply.choices):  # else words are asked for
        lines.append(how)
    return "\n".join(lines)


def utf16_length(text: str) -> int:
    """The length of a text in UTF-16 units, which is what chat platforms count."""
    return len(text) + sum(character > "\uffff" for character in text)


def split(text: str, limit: int) -> list[str]:
    """A text in parts of at most `limit` UTF-16 units, broken where a reader would pause.

    A letter is never parted from its marks. The parts hold every visible character, in order.
    """
    parts: list[str] = []
    while utf16_length(text) > limit:
        cut = _cut(text, limit)
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [part for part in (*parts, text) if part] or [""]


def _cut(text: str, limit: int) -> int:
    end = _prefix(text, limit)
    for mark in _BREAKS:
        found = text.rfind(mark, end // 2, end)
        if found > 0:
            return found + len(mark)
    joined = end
    while joined > 0 and _joins(text, joined):
        joined -= 1
    return joined or end


def _joins(text: str, at: int) -> bool:
    """Whether a character belongs to the one before it."""
    return bool(unicodedata.combining(text[at])) or text[at] in _JOINERS or text[at - 1] == _ZWJ


def _prefix(text: str, limit: int) -> int:
    """How many characters fit into `limit` UTF-16 units; at least one."""
    if not re.search("[\U00010000-\U0010ffff]", text[:limit]):
        return max(1, min(limit, len(text)))
    used = 0
    for place, character in enumerate(text):
        used += 1 + (character > "\uffff")
        if used > limit:
            return max(1, place)
    return len(text)

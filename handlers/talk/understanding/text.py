"""The first stage: text as people type it, made comparable."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|½|²")

#: A syllable as Vietnamese is written, without its accents; others are slips of the thumb.
SYLLABLE = (
    r"(?:(?:ngh?|nh|th|tr|ch|ph|kh|gh|gi|qu|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ch|nh|ng|[cmnpt])?)"
)

#: What a thumb or a copied message brings along that no eye sees: direction marks, joiners, BOM.
_UNSEEN = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xFE0F, 0xAD]
)


def tidy(text: str) -> str:
    """The same words in NFC, without unseen marks or control characters, spaces made single."""
    whole = text.encode("utf-8", "ignore").decode()  # half of a broken emoji is no letter
    composed = unicodedata.normalize("NFC", whole).translate(_UNSEEN)
    if not composed.isprintable():
        composed = "".join(" " if unicodedata.category(c) == "Cc" else c for c in composed)
    return " ".join(composed.split())


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Lower case without accents or signs: "Đồng ý ạ!" and "dong y a" fold alike."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(_WORD.findall(letters))

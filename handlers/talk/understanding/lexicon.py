"""Every word that means something to the reader, so that none is taken for a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from content.models.activity import Activities
from content.models.vocabulary import Vocabulary

#: What is called by a word, and slips of the thumb, say nothing about what a word means.
_NO_MEANING = {"things", "typing", "people.names", "numbers.joints", "numbers.following"}


def words_known(known: Vocabulary) -> list[str]:
    """Every phrase of the vocabulary but for names and slips."""
    return [word for word in _texts(known.model_dump(), "") if word]


def words_of(kinds: Activities) -> list[str]:
    """What activities and their units are told with."""
    verbs = [word for one in kinds.activities for word in (*one.verbs, *one.words)]
    units = [word for unit in kinds.units for word in (unit.name, *unit.words)]
    return [*(verb.removesuffix("…").strip() for verb in verbs), *units]


def _texts(value: Any, path: str) -> Iterator[str]:
    if path in _NO_MEANING:
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, (int, list, tuple)) and not isinstance(inner, bool):
                yield from () if isinstance(inner, (list, tuple)) and _is_field(inner) else (key,)
            yield from _texts(inner, f"{path}.{key}".strip("."))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner, path)


def _is_field(inner: Any) -> bool:
    """Whether a list is one of words under a field's name, and not what a word stands for."""
    return any(isinstance(one, str) for one in inner)

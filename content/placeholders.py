"""The places {…} in texts that something else is put into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: Placeholders that stand for the forms of address, in every text a person reads.
ADDRESS = frozenset({"bác", "Bác", "cháu", "Cháu"})

_PLACEHOLDER = re.compile(r"{([^{}]*)}")


def filled(data: Any, words: Mapping[str, str]) -> Any:
    """The same data with these placeholders filled in, in every text; others stay."""
    if isinstance(data, str):
        return _PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), data)
    if isinstance(data, dict):
        return {key: filled(value, words) for key, value in data.items()}
    if isinstance(data, list):
        return [filled(value, words) for value in data]
    return data

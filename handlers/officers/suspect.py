"""What the reader of suspicious messages sees in one, laid open for whoever must trust it."""

from __future__ import annotations

from typing import Any

from handlers.talk.scene import Library, address_words
from handlers.talk.suspicion.reading import Suspicion


def as_json(library: Library, message: str) -> dict[str, Any]:
    """The warning as plain values: whether to warn, each sign with its reason, what to do."""
    seen = library.suspecting.read(message)
    form = next(iter(library.content.forms.values()))
    advice = library.content.phrases[f"suspect.{advised(seen)}"].format_map(address_words(form))
    return {
        "warn": seen.warn,
        "signs": [{"sign": sign.key, "why": sign.why} for sign in seen.signs] if seen.warn else [],
        "advice": advice,
    }


def advised(seen: Suspicion) -> str:
    """The key of what to do now: when something was given away already, before anything else."""
    if seen.lost:
        return "lost"
    return "warned" if seen.warn else "unseen"

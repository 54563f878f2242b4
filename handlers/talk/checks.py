"""What must be true of choices and flows, so that every answer leads where it was meant to.

Asked by `python -m bot check-content`, of choices as the talk itself hears them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from handlers.talk.flow import Flow, chosen
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold

#: A key of a file, or a step of a flow, and what is wrong there.
Found = Iterator[tuple[str, str]]


def mistakable(scene: Scene, labels: Sequence[str]) -> Iterator[str]:
    """Typing a choice, or how it begins, must choose that one and no other."""
    shown: list[tuple[str, tuple[str, ...]]] = [(label, ()) for label in labels]
    for place, (label, _) in enumerate(shown):
        words = label.split()
        for end in range(len(words), 0, -1):
            typed = " ".join(words[:end])
            heard = chosen(shown, typed, scene)
            if heard is not None and heard != place:
                yield f"typing {typed!r} for choice {place + 1} chooses {heard + 1}"
                break


def alike(labels: Mapping[str, str]) -> Found:
    """Labels, by key, that are one and the same without accents."""
    first: dict[str, str] = {}
    for key, label in labels.items():
        before = first.setdefault(fold(label), key)
        if label and before != key:
            yield key, f"{label!r} reads like {before} without accents"


def unreachable(flow: Flow) -> Found:
    """Steps and ends that no answer leads to."""
    reached, ahead = {flow.first}, [flow.first]
    while ahead:
        step = flow.steps.get(ahead.pop())
        found = set(step.to.values()) - reached if step else set()
        reached |= found
        ahead += found
    for name in sorted((flow.steps.keys() | flow.ends) - reached):
        yield name, "no answer leads here"

"""What people say in a lesson beside its answers: not now, not understood, help me, let it be."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.talk.flow import Said
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold

LATER, HELP, LOST, SKIP = "later", "help", "lost", "skip"
#: In more words than these somebody tells of something else.
_MOST_WORDS = 8


def words(scene: Scene) -> Mapping[str, tuple[str, ...]]:
    """The ways to say each of them."""
    listed = {
        LATER: scene.say("learn.later_words"),
        HELP: scene.say("learn.ask_help_words"),
        LOST: scene.say("learn.lost_words"),
        SKIP: scene.say("learn.skip_words"),
    }
    return {kind: tuple(said.split(", ")) for kind, said in listed.items()}


def within(scene: Scene, said: Said) -> str | None:
    """What a short sentence says among other words; a single word in it says nothing."""
    told = fold(said.text)
    if len(told.split()) > _MOST_WORDS:
        return None
    for kind, listed in words(scene).items():
        if any(f" {one} " in f" {told} " for one in map(fold, listed) if " " in one):
            return kind
    return None

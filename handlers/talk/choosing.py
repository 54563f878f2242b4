"""More choices than fit a question: three at a time, the last of which shows the others."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.talk.flow import Data, Option
from handlers.talk.scene import Scene

#: The choice that shows further choices, and how many come before it.
MORE, BEFORE_MORE = "+", 2


def by_turns(
    scene: Scene, options: Sequence[Option], start: int, others: str = "talk.others"
) -> tuple[Option, ...]:
    """The options from `start` on, with one that shows the others where they are more than fit.

    `others` is the phrase on that one.
    """
    left = tuple(options[start:])
    if len(left) <= BEFORE_MORE + 1:
        return left
    return (*left[:BEFORE_MORE], Option(MORE, scene.say(others)))


def onward(data: Data) -> Data:
    """What to keep when the others are wanted: where they begin."""
    return {"from": data["from"] + BEFORE_MORE}

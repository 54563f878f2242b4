"""The state of one talk, as it is kept between two turns."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from handlers.talk.flow import Frame, Offer


@dataclass(slots=True)
class Talk:
    """Where a person is: the flow they are in, flows set aside, and what was offered last."""

    at: Frame | None = None
    held: list[Frame] = field(default_factory=list)
    offered: list[Offer] = field(default_factory=list)
    #: The number of the last question asked; its buttons carry it.
    asked: int = 0
    #: How many answers in a row were not understood.
    misses: int = 0
    #: The payload of the last button that was accepted.
    last_tap: str | None = None
    #: How many events in a row could not be handled.
    failures: int = 0

    def to_json(self) -> str:
        """The talk as JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Talk:
        """The talk that `to_json` wrote; "{}" is a talk that has not begun."""
        kept = json.loads(text)
        return cls(
            at=Frame(**kept["at"]) if kept.get("at") else None,
            held=[Frame(**frame) for frame in kept.get("held", [])],
            offered=[Offer(**offer) for offer in kept.get("offered", [])],
            asked=kept.get("asked", 0),
            misses=kept.get("misses", 0),
            last_tap=kept.get("last_tap"),
            failures=kept.get("failures", 0),
        )

"""The state of one talk, as it is kept between two turns."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.talk.flow import Frame, Offer

#: How many half-finished flows are kept aside.
MOST_HELD = 3
#: How often in a row one question comes with its picture.
MOST_PICTURED = 2


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
    #: How often in a row the question now asked came with its picture.
    pictured: int = 0
    #: The payload of the last button that was accepted.
    last_tap: str | None = None
    #: How many events in a row could not be handled.
    failures: int = 0
    #: When it was last said who is talking, on a phone that several people use.
    who_at: datetime | None = None

    def to_json(self) -> str:
        """The talk as JSON text."""
        fields = {
            "at": _plain(self.at) if self.at else None,
            "held": [_plain(frame) for frame in self.held],
            "offered": [
                {"label": one.label, "go": one.go, "words": one.words, "hears": one.hears}
                for one in self.offered
            ],
            "asked": self.asked,
            "misses": self.misses,
            "pictured": self.pictured,
            "last_tap": self.last_tap,
            "failures": self.failures,
            "who_at": self.who_at.isoformat() if self.who_at else None,
        }
        return json.dumps(fields, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, now: datetime) -> Talk:
        """The talk that `to_json` wrote; a new one for "{}" and for what cannot be read.

        A talk kept by another version of the program may have other fields: a person is better
        served by the menu than by an error.
        """
        try:
            kept = json.loads(text)
            return cls(
                at=_frame(kept["at"]) if kept["at"] else None,
                held=[_frame(frame) for frame in kept["held"]],
                offered=[
                    Offer(
                        offer["label"],
                        offer["go"],
                        tuple(offer["words"]),
                        hears=offer.get("hears", False),
                    )
                    for offer in kept["offered"]
                ],
                asked=int(kept["asked"]),
                misses=int(kept["misses"]),
                pictured=int(kept.get("pictured", 0)),
                last_tap=kept["last_tap"],
                failures=int(kept["failures"]),
                who_at=datetime.fromisoformat(kept["who_at"]) if kept.get("who_at") else None,
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls.new(now)

    def places(self) -> str:
        """The places that are held, as JSON text: they belong to one person."""
        return json.dumps([_plain(frame) for frame in self.held], ensure_ascii=False)

    def take_places(self, held: str) -> None:
        """Go on with the places `places` wrote, of the person who talks now."""
        self.at, self.offered, self.misses = None, [], 0
        self.held = [_frame(frame) for frame in json.loads(held)]

    @classmethod
    def new(cls, now: datetime) -> Talk:
        """A talk that begins now. Its questions are numbered from the second of its beginning.

        So a button left over from a talk that was forgotten never fits a question of the new one.
        """
        return cls(asked=int(now.timestamp()))


def _plain(frame: Frame) -> dict[str, Any]:
    return {"flow": frame.flow, "step": frame.step, "data": frame.data, "path": frame.path}


def _frame(kept: dict[str, Any]) -> Frame:
    return Frame(kept["flow"], kept["step"], kept["data"], kept["path"])

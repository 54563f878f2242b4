"""Every board by its place in the address: who may see it, what shows it, what is done there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers.boards import (
    announced,
    announcements,
    behind,
    composing,
    freezing,
    log,
    members,
    overview,
    questions,
    registers,
    reports,
    reviewing,
    rosters,
    sending,
    target,
)
from handlers.boards.freezing import FREEZE
from handlers.boards.log import LOG
from handlers.boards.members import MEMBERS
from handlers.boards.overview import BEHIND, OVERVIEW, TARGET
from handlers.boards.parts import Asked, Board, Done, Link, at
from handlers.boards.questions import QUESTIONS
from handlers.boards.registers import REGISTERS
from handlers.boards.reports import REPORTS
from handlers.boards.reviewing import REVIEW
from handlers.boards.rosters import ROSTERS
from handlers.boards.sending import ANNOUNCED, ANNOUNCEMENTS, COMPOSE, SEND
from handlers.talk import rights
from handlers.talk.messages import Event
from handlers.talk.scene import Scene
from storage.database import Tx

#: A board; None when there is no such thing, or it is not theirs to see.
Show = Callable[[Tx, Scene, Asked], Awaitable[Board | None]]
#: What a form does; a board again when it could not be done.
Do = Callable[[Tx, Scene, Asked], Awaitable[Done | Board | None]]
#: The same for a form that a file may come with.
Take = Callable[[Tx, Scene, Asked, Event], Awaitable[Done | Board | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One board."""

    path: str
    #: Its name in the list of boards; empty for one that other boards lead to.
    name: str = ""
    right: rights.Right = "tally"
    show: Show
    do: Do | None = None
    take: Take | None = None


_PLACES = (
    Place(path=OVERVIEW, name="overview", show=overview.show),
    Place(path=TARGET, show=target.show),
    Place(path=BEHIND, show=behind.show),
    Place(path=REPORTS, name="reports", show=reports.show),
    Place(path=REVIEW, name="review", right="review", show=reviewing.show, do=reviewing.do),
    Place(path=REGISTERS, name="registers", show=registers.show),
    Place(path=ROSTERS, name="rosters", right="figures", show=rosters.show, do=rosters.do),
    Place(path=FREEZE, name="freeze", right="figures", show=freezing.show, do=freezing.do),
    Place(path=QUESTIONS, name="questions", right="questions", show=questions.show),
    Place(path=MEMBERS, name="members", show=members.show),
    Place(
        path=ANNOUNCEMENTS,
        name="announcements",
        right="announce",
        show=announcements.show,
        do=announcements.do,
    ),
    Place(path=COMPOSE, right="announce", show=composing.show, take=composing.take),
    Place(path=SEND, right="announce", show=sending.show, do=sending.do),
    Place(path=ANNOUNCED, right="announce", show=announced.show, do=announced.do),
    Place(path=LOG, name="log", right="audit", show=log.show),
)
PLACES = {one.path: one for one in _PLACES}


def place(path: str, scene: Scene) -> Place | None:
    """The board at an address, for who may see it."""
    found = PLACES.get(path)
    return found if found and rights.may(scene.person, found.right) else None


def links(scene: Scene, here: str) -> list[Link]:
    """The boards that a person may see."""
    return [
        Link(scene.say(f"board.to_{one.name}"), at(one.path), one.path == here)
        for one in PLACES.values()
        if one.name and rights.may(scene.person, one.right)
    ]

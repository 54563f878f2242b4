"""A file that is being made: how far it has come, and where it is fetched."""

from __future__ import annotations

from decimal import Decimal

from handlers.boards.overview import OVERVIEW
from handlers.boards.parts import Board, Lines, Link, Links, Part, Progress, at
from handlers.talk.scene import Scene
from handlers.talk.understanding.numbers import in_digits

#: Seconds from one look to the next while a file is made.
AGAIN = 2


def board(scene: Scene, done: int, total: int, fetched: str = "") -> Board:
    """So many rows of so many (0: nobody knows); `fetched` is where it is, once it is made."""
    home = Link(scene.say("board.to_overview"), at(OVERVIEW))
    if fetched:
        links = [Link(scene.say("board.fetch"), fetched), home]
        parts: list[Part] = [
            Lines(lines=[scene.say("board.made")], tone="good"),
            Links(label=scene.say("board.what_to_do"), links=links),
        ]
        return Board(title=scene.say("board.making_done"), parts=parts, then=fetched)
    told = scene.say("board.making")
    if total:
        rows = in_digits(Decimal(done))
        told = scene.say("board.making_rows", done=rows, total=in_digits(Decimal(total)))
    parts = [
        Progress(done=min(done, total), total=total, told=told),
        Lines(lines=[scene.say("board.making_wait")]),
    ]
    return Board(title=scene.say("board.making_title"), parts=parts, again=AGAIN)

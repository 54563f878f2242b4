"""Who saw, took out or did what on the boards, and when."""

from __future__ import annotations

from handlers.boards import figures
from handlers.boards.behind import turns
from handlers.boards.parts import ROWS, Asked, Board, Grid, Part
from handlers.boards.parts import pages as pages_of
from handlers.talk.scene import ZONE, Scene
from storage import visits
from storage.database import Tx

LOG = "nhat-ky"
_HEAD = ("at", "who", "did", "board", "asked", "scope")


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board:
    """The log, newest first."""
    number, last = pages_of(asked, await visits.count_looks(tx))
    looks = await visits.looks(tx, ROWS, (number - 1) * ROWS)
    parts: list[Part] = [
        Grid(
            caption=scene.say("board.log", number=number, total=last),
            head=[scene.say(f"board.log_{one}") for one in _HEAD],
            rows=[
                [
                    figures.text(f"{one.at.astimezone(ZONE):%H:%M:%S %d/%m/%Y}"),
                    figures.text(one.name or "–"),
                    figures.text(scene.say(f"board.log_{one.did}")),
                    figures.text(one.board or "–"),
                    figures.text(one.asked or "–"),
                    figures.text(one.scope or "–"),
                ]
                for one in looks
            ],
        ),
        *turns(scene, LOG, {}, number, last),
    ]
    return Board(title=scene.say("board.to_log"), parts=parts)

"""The registers of models and jobs, as far as someone may see them; deciding stays in the chat."""

from __future__ import annotations

from handlers.boards import figures
from handlers.boards.behind import turns
from handlers.boards.parts import ROWS, Asked, Board, Grid, Lines, Part
from handlers.boards.parts import pages as pages_of
from handlers.reports import registers as told
from handlers.reports.figures import home
from handlers.talk import rights
from handlers.talk.scene import Scene
from storage import registers
from storage.database import Tx

REGISTERS = "so-mo-hinh"


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board | None:
    """Every entry, what waits for a decision first."""
    if not (rights.may(scene.person, "propose") or rights.may(scene.person, "registers")):
        return None
    found = [one for one in await registers.entries(tx, told.ORDER) if told.may_see(scene, one)]
    found.sort(key=lambda one: (told.ORDER.index(one.state), one.id))
    number, last = pages_of(asked, len(found))
    names = {one.key: one.name for one in scene.content.registers}
    head = ("name", "register", "unit", "place", "people_count", "since", "state")
    parts: list[Part] = [
        Lines(lines=[scene.say("board.registers_chat")]),
        Grid(
            caption=scene.say("sheet.registers"),
            head=[scene.say(f"sheet.{one}") for one in head],
            rows=[
                [
                    figures.text(one.name),
                    figures.text(names.get(one.register, one.unit_of_measure)),
                    figures.text(scene.content.units[home(scene.content, one.unit)].name),
                    figures.text(one.place or "–"),
                    figures.amount(one.people),
                    figures.text(told.written(one.since)),
                    figures.text(
                        scene.say(
                            f"registers.state_{one.state}",
                            date=told.written(one.day),
                            why=one.reason,
                        )
                    ),
                ]
                for one in found[(number - 1) * ROWS : number * ROWS]
            ],
            empty=scene.say("registers.empty"),
        ),
        *turns(scene, REGISTERS, {}, number, last),
    ]
    return Board(title=scene.say("board.to_registers"), parts=parts)

"""What was announced, whom it has come to, and how many read it; announcing stays in the chat."""

from __future__ import annotations

from handlers.boards import figures
from handlers.boards.behind import turns
from handlers.boards.parts import ROWS, Asked, Board, Grid, Lines, Part
from handlers.boards.parts import pages as pages_of
from handlers.reports import forms
from handlers.talk import rights
from handlers.talk.scene import Scene, local_day
from storage import announcements
from storage.database import Tx

ANNOUNCEMENTS = "thong-bao"


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board | None:
    """One's own announcements; everybody's for who may announce to the whole program."""
    person = scene.person
    assert person is not None  # noqa: S101 - boards are for who has come in
    author = person.id if rights.announces(person, scene.content) is not None else None
    total = await announcements.count(tx, author)
    number, last = pages_of(asked, total)
    rows = []
    for one in await announcements.latest(tx, author, ROWS, (number - 1) * ROWS):
        reach = await announcements.reach(tx, one.id)
        rows.append(
            [
                figures.text(forms.day_text(local_day(one.sent_at))),
                figures.text(one.words or "–"),
                figures.amount(reach.total),
                figures.amount(reach.sent),
                figures.amount(reach.read),
                figures.amount(reach.waiting + reach.paused),
            ]
        )
    head = ("day", "words", "total", "sent", "read", "waiting")
    parts: list[Part] = [
        Lines(lines=[scene.say("board.announcements_chat")]),
        Grid(
            caption=scene.say("board.announcements"),
            head=[scene.say(f"board.announced_{one}") for one in head],
            rows=rows,
            empty=scene.say("board.announcements_none"),
        ),
        *turns(scene, ANNOUNCEMENTS, {}, number, last),
    ]
    return Board(title=scene.say("board.to_announcements"), parts=parts)

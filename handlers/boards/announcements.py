"""What was announced and what waits to be: whom it has come to, and how many read it."""

from __future__ import annotations

from handlers.boards import figures
from handlers.boards.behind import turns
from handlers.boards.parts import (
    ROWS,
    Asked,
    Board,
    Card,
    Cell,
    Done,
    Form,
    Grid,
    Link,
    Links,
    Part,
    at,
)
from handlers.boards.parts import pages as pages_of
from handlers.boards.sending import ANNOUNCED, ANNOUNCEMENTS, COMPOSE
from handlers.elders.wording import moment_told
from handlers.leaders import drafts, second, waiting
from handlers.leaders.sending import hour_of
from handlers.leaders.setting_out import called
from handlers.reports import forms
from handlers.talk.routes import number_in
from handlers.talk.scene import Scene, local_day
from storage import announcements, mailings
from storage.announcements import Announcement
from storage.database import Tx
from storage.mailings import Mailing

_HEAD = ("day", "words", "total", "sent", "read", "waiting")


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board:
    """One's own announcements; everybody's for who may announce to the whole program."""
    person = scene.person
    assert person is not None  # noqa: S101 - boards are for who has come in
    author = None if drafts.to_all(scene) else person.id
    number, last = pages_of(asked, await announcements.count(tx, author))
    latest = await announcements.latest(tx, author, ROWS, (number - 1) * ROWS)
    parts: list[Part] = []
    if drafts.may(scene):
        write = Link(scene.say("board.compose"), at(COMPOSE))
        parts.append(Links(label=scene.say("board.what_to_do"), links=[write]))
    parts += [await _card(tx, scene, one) for one in await mailings.of_author(tx, person.id)]
    parts += [
        Grid(
            caption=scene.say("board.announcements"),
            head=[scene.say(f"board.announced_{one}") for one in _HEAD],
            rows=[await _row(tx, one) for one in latest],
            empty=scene.say("board.announcements_none"),
        ),
        *turns(scene, ANNOUNCEMENTS, {}, number, last),
    ]
    return Board(title=scene.say("board.to_announcements"), parts=parts)


async def _row(tx: Tx, one: Announcement) -> list[Cell]:
    reach = await announcements.reach(tx, one.id)
    day = forms.day_text(local_day(one.sent_at))
    return [
        figures.text(day, go=at(ANNOUNCED, so=one.id)),
        figures.text(one.words or "–"),
        figures.amount(reach.total),
        figures.amount(reach.sent),
        figures.amount(reach.read),
        figures.amount(reach.waiting + reach.paused),
    ]


async def _card(tx: Tx, scene: Scene, one: Mailing) -> Card:
    """What waits for its hour or for a second person, and a button that stops it."""
    hour = hour_of(scene, one)
    lines = [one.words, scene.say("board.waits_for", whom=called(scene, one))]
    if one.state == mailings.ASKED:
        names = ", ".join(await second.names(tx, scene, one))
        until = moment_told(scene, second.until(one))
        lines.append(scene.say("board.waits_second", names=names, moment=until))
    heading = scene.say("board.waits", moment=hour)
    stop = Form(
        go=at(ANNOUNCEMENTS),
        button=scene.say("announce.coming_stop"),
        hidden={"viec": "bo", "so": str(one.id)},
        about=heading,
    )
    return Card(heading=heading, lines=lines, forms=(stop,))


def may_see(scene: Scene, one: Announcement) -> bool:
    """Whether somebody sees an announcement: their own; everybody's if they announce to all."""
    mine = scene.person is not None and one.author_id == scene.person.id
    return mine or drafts.to_all(scene)


async def do(tx: Tx, scene: Scene, asked: Asked) -> Done | None:
    """Stop what waits."""
    number = number_in(asked.get("so", ""))
    if asked.get("viec") != "bo" or number is None:
        return None
    stopped = await waiting.stop(tx, scene, number)
    return Done(at(ANNOUNCEMENTS), "announce_stopped" if stopped else "announce_gone")

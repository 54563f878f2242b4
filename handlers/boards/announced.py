"""One announcement: how far it has come, who read it, whom it could not reach, what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.boards import figures
from handlers.boards.announcements import may_see
from handlers.boards.behind import turns
from handlers.boards.parts import (
    ROWS,
    Asked,
    Board,
    Done,
    Form,
    Grid,
    Lines,
    Link,
    Links,
    Part,
    Progress,
    at,
)
from handlers.boards.parts import pages as pages_of
from handlers.boards.sending import ANNOUNCED, ANNOUNCEMENTS, message
from handlers.leaders import underway
from handlers.leaders.reached import named_units, why
from handlers.leaders.sending import as_it_went
from handlers.reports import forms
from handlers.talk.routes import number_in
from handlers.talk.scene import Scene, local_day
from storage import announcements
from storage.announcements import Announcement, Reach
from storage.database import Tx

#: Seconds from one look to the next while it goes out.
AGAIN = 10


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board | None:
    """One of those that the person may see (`so`); it is shown again while it goes out."""
    one = await _one(tx, scene, asked)
    if one is None:
        return None
    assert scene.person is not None  # noqa: S101 - boards are for who has come in
    reach = await announcements.reach(tx, one.id)
    here = {"so": one.id}
    runs, stays = bool(reach.waiting), bool(asked.get("dung"))
    links = [Link(scene.say("board.to_announcements"), at(ANNOUNCEMENTS))]
    if runs:
        key = "board.follow" if stays else "board.follow_not"
        links.append(Link(scene.say(key), at(ANNOUNCED, **here, **({} if stays else {"dung": 1}))))
    parts: list[Part] = [Links(label=scene.say("board.back"), links=links), *_come(scene, reach)]
    if one.author_id == scene.person.id:
        parts += _forms(scene, one, reach)
    parts += await _missed(tx, scene, one, reach, asked)
    if shown := await as_it_went(tx, scene, one):
        parts.append(message(scene, shown, one.mailing_id or 0))
    day = forms.day_text(local_day(one.sent_at))
    title = scene.say("board.announced", date=day)
    return Board(title=title, parts=parts, again=AGAIN if runs and not stays else 0)


async def _one(tx: Tx, scene: Scene, asked: Asked) -> Announcement | None:
    number = number_in(asked.get("so", ""))
    one = await announcements.get(tx, number) if number is not None else None
    return one if one and may_see(scene, one) else None


def _come(scene: Scene, reach: Reach) -> list[Part]:
    """How far it has come, as a bar and in words."""
    told = scene.say("board.come", sent=reach.sent, total=reach.total, read=reach.read)
    lines = []
    if reach.waiting:
        lines.append(scene.say("announce.waiting", count=reach.waiting))
    if reach.paused:
        lines.append(scene.say("announce.paused", count=reach.paused))
    if reach.missed:
        lines.append(scene.say("announce.missed", count=reach.missed))
    parts: list[Part] = [Progress(done=reach.sent, total=max(reach.total, 1), told=told)]
    if lines:
        stands = reach.missed or reach.paused
        parts.append(Lines(lines=lines, tone="warning" if stands else "plain"))
    return parts


def _forms(scene: Scene, one: Announcement, reach: Reach) -> Sequence[Form]:
    """What its author can do with it now."""
    labels = {underway.REMIND: "remind"}
    return [
        Form(
            go=at(ANNOUNCED, so=one.id),
            button=scene.say(f"announce.{labels.get(what, what)}"),
            hidden={"viec": what},
        )
        for what in underway.possible(one, reach)
    ]


async def _missed(
    tx: Tx, scene: Scene, one: Announcement, reach: Reach, asked: Asked
) -> list[Part]:
    """Whom it could not reach, by name, for who may see names."""
    number, last = pages_of(asked, reach.missed)
    skip = (number - 1) * ROWS
    found = await announcements.missed(tx, one.id, named_units(scene), ROWS, skip)
    if not found and number == 1:
        return []
    content = scene.content
    rows = [
        [
            figures.text(f"{content.forms[each.form].person} {each.name}"),
            figures.text(content.units[each.unit].name if each.unit in content.units else "–"),
            figures.text(why(scene, each)),
        ]
        for each in found
    ]
    return [
        Grid(
            caption=scene.say("board.missed"),
            head=[scene.say(f"board.missed_{one}") for one in ("name", "unit", "why")],
            rows=rows,
            narrow=True,
        ),
        *turns(scene, ANNOUNCED, {"so": str(one.id)}, number, last),
    ]


async def do(tx: Tx, scene: Scene, asked: Asked) -> Done | None:
    """Pause, resume or stop one's own, or remind those once who have not read it."""
    one, what = await _one(tx, scene, asked), asked.get("viec", "")
    if one is None or scene.person is None or one.author_id != scene.person.id:
        return None
    if what not in {underway.REMIND, *underway.DOES}:
        return None
    done = await underway.do(tx, scene, one, what)
    told = "reminded_before" if done is None else what
    return Done(at(ANNOUNCED, so=one.id), f"announced_{told}")

"""An announcement before it goes out: how it looks, whom it reaches, and when it is sent."""

from __future__ import annotations

from datetime import datetime

from handlers.boards.parts import (
    Asked,
    Board,
    Done,
    Field,
    Form,
    Lines,
    Link,
    Links,
    Message,
    Part,
    at,
)
from handlers.leaders import drafts, setting_out
from handlers.talk.flow import Misheard, Said
from handlers.talk.messages import ENCLOSED, Reply
from handlers.talk.routes import number_in
from handlers.talk.scene import ZONE, Scene
from storage import enclosures, mailings
from storage.database import Tx
from storage.enclosures import Enclosure
from storage.mailings import Mailing

SEND, COMPOSE, ANNOUNCED, ANNOUNCEMENTS = (
    *("gui-thong-bao", "soan-thong-bao", "mot-thong-bao", "thong-bao"),
)
#: What goes with an announcement: `/trang/dinh-kem/12`, by the number of its mailing.
ENCLOSURE = "dinh-kem"
NOW, LATER, URGENT = "gui", "hen", "gap"


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board | None:
    """A draft of the person's own (`so`); with an hour (`luc`) what was understood of it."""
    mailing = await setting_out.draft_of(tx, scene, asked.get("so", ""))
    return await _board(tx, scene, mailing, asked) if mailing and drafts.may(scene) else None


async def _board(
    tx: Tx, scene: Scene, mailing: Mailing, asked: Asked, *, unsure: bool = False
) -> Board:
    seen = await setting_out.outlook(tx, scene, mailing)
    back = Link(scene.say("announce.rewrite"), at(COMPOSE, so=mailing.id))
    parts: list[Part] = [
        Links(label=scene.say("board.back"), links=[back]),
        message(scene, seen.looks, mailing.id),
    ]
    if not seen.count:
        parts.append(Lines(lines=[scene.say("announce.nobody_there")], tone="warning"))
        return Board(title=scene.say("board.looks"), parts=parts)
    parts.append(Lines(lines=seen.lines, heading=scene.say("board.reaches")))
    if seen.beware:
        heading = scene.say("board.beware")
        parts.append(Lines(lines=seen.beware, heading=heading, tone="warning"))
    go = at(SEND, so=mailing.id)
    send = scene.say("board.send_now", count=seen.count)
    parts.append(Form(go=go, button=send, hidden={"viec": NOW}))
    parts += _later(scene, mailing, asked)
    parts.append(_urgent(scene, go, unsure=unsure))
    return Board(title=scene.say("board.looks"), parts=parts)


def message(scene: Scene, shown: Reply, mailing_id: int) -> Message:
    """An announcement as people read it, with what belongs to its mailing."""
    go = at(f"{ENCLOSURE}/{mailing_id}")
    document = shown.document
    file = Link(document.name, go) if document else None
    voice = document.voice if document else False
    photo = shown.picture is not None and shown.picture.name == ENCLOSED
    return Message(
        told=scene.say("board.message"),
        lines=shown.text.split("\n"),
        button=scene.say("announce.read"),
        photo=Link(scene.say("board.enclosed_photo"), go) if photo else None,
        voice=file if voice else None,
        file=None if voice else file,
    )


def _later(scene: Scene, mailing: Mailing, asked: Asked) -> list[Part]:
    """A form for the hour, and below it what was understood, to be agreed to."""
    told, wrong = asked.get("luc", "").strip(), ""
    parts: list[Part] = []
    if told:
        heard = setting_out.hear_when(scene, Said.of(told))
        if isinstance(heard, Misheard):
            wrong = heard.reply.text
        else:
            moments = heard.keep.get("moments") or [heard.keep["due"]]
            weekly = bool(heard.keep["weekly"])
            parts = [_agreed(scene, mailing, one, weekly=weekly) for one in moments]
    hour = Field(
        name="luc",
        label=scene.say("board.field_luc"),
        value=told,
        hint=scene.say("board.when_hint"),
        wrong=wrong,
    )
    asks = Form(
        go=at(SEND),
        heading=scene.say("board.send_later"),
        button=scene.say("board.look_at_hour"),
        fields=(hour,),
        hidden={"so": str(mailing.id)},
        asks=True,
    )
    return [asks, *parts]


def _agreed(scene: Scene, mailing: Mailing, due: str, *, weekly: bool) -> Form:
    told = setting_out.due_told(scene, datetime.fromisoformat(due), weekly=weekly)
    return Form(
        go=at(SEND, so=mailing.id),
        heading=told,
        button=scene.say("announce.due_yes"),
        hidden={"viec": LATER, "gio": due, **({"tuan": "1"} if weekly else {})},
        about=told,
    )


def _urgent(scene: Scene, go: str, *, unsure: bool) -> Form:
    sure = Field(
        name="chac",
        label=scene.say("board.field_chac"),
        kind="check",
        hint=scene.say("board.urgent_hint"),
        wrong=scene.say("board.urgent_unsure") if unsure else "",
    )
    return Form(
        go=go,
        heading=scene.say("announce.urgent"),
        button=scene.say("announce.urgent_yes"),
        fields=(sure,),
        hidden={"viec": URGENT},
    )


async def do(tx: Tx, scene: Scene, asked: Asked) -> Done | Board | None:
    """Send it, or let it wait, by the rules of the chat."""
    told, what = asked.get("so", ""), asked.get("viec", "")
    if not drafts.may(scene) or what not in {NOW, LATER, URGENT}:
        return None
    due = _hour(asked.get("gio", "")) if what == LATER else None
    if what == LATER and due is None:
        return None
    mailing = await setting_out.draft_of(tx, scene, told)
    if mailing and what == URGENT and not asked.get("chac"):
        return await _board(tx, scene, mailing, asked, unsure=True)
    weekly = due is not None and bool(asked.get("tuan"))
    went = await setting_out.set_out(tx, scene, told, due=due, weekly=weekly, urgent=what == URGENT)
    go = at(ANNOUNCEMENTS)
    if went.announcement:
        go = at(ANNOUNCED, so=went.announcement)
    elif went.what in {"when_past", "second_nobody"}:
        go = at(SEND, so=told)
    return Done(go, f"announce_{went.what}")


def _hour(told: str) -> datetime | None:
    try:
        return datetime.fromisoformat(told).astimezone(ZONE)
    except (ValueError, OverflowError):
        return None


async def enclosed(tx: Tx, scene: Scene, told: str) -> tuple[Enclosure, bytes] | None:
    """What goes with a mailing, for its author; None for others.

    Whoever announces to all sees it too, once it is no draft any more.
    """
    number, person = number_in(told), scene.person
    mailing = await mailings.get(tx, number) if number is not None else None
    if mailing is None or person is None or not drafts.may(scene):
        return None
    theirs = mailing.state != mailings.DRAFT and drafts.to_all(scene)
    if mailing.author_id != person.id and not theirs:
        return None
    found = await enclosures.of(tx, mailings.owner(mailing.id))
    content = await enclosures.content(tx, found[0].id) if found else None
    return (found[0], content) if content is not None else None

"""Reviewing reports, the doubtful first: by the rules and the functions of the chat."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.boards.behind import readable, turns
from handlers.boards.parts import Asked, Board, Card, Done, Field, Form, Lines, Link, Part, at
from handlers.boards.parts import pages as pages_of
from handlers.elders.wording import what_was_done
from handlers.leaders import review
from handlers.reports import forms
from handlers.reports.figures import home
from handlers.talk import rights
from handlers.talk.flow import Misheard, Said
from handlers.talk.routes import number_in
from handlers.talk.scene import Scene
from storage import photos, reports
from storage.database import Tx
from storage.reports import Report

REVIEW, PHOTO = "duyet", "anh"
#: How many reports stand on one page.
SHOWN = 20
CONFIRM, REFUSE = "dung", "chua-dung"


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board:
    """What waits for this person's review."""
    return await _board(tx, scene, asked)


async def _board(tx: Tx, scene: Scene, asked: Asked, wrong: str = "") -> Board:
    total = (await review.waiting(tx, scene, 0)).total
    number, last = pages_of(asked, total, SHOWN)
    waiting = await review.waiting(tx, scene, number * SHOWN)
    shown = waiting.first[(number - 1) * SHOWN :]
    plain = [one for one in shown if not one.doubts]
    count = scene.say("board.review_count", total=total, count=waiting.doubtful)
    parts: list[Part] = [Lines(lines=[count if total else scene.say("review.none")])]
    if len(plain) > 1:
        parts.append(_all(scene, plain, number))
    parts += [await _card(tx, scene, one, number, asked, wrong) for one in shown]
    parts += turns(scene, REVIEW, {}, number, last)
    return Board(title=scene.say("board.to_review"), parts=parts)


def _all(scene: Scene, plain: Sequence[Report], number: int) -> Form:
    ids = ",".join(str(one.id) for one in plain)
    label = scene.say("board.confirm_plain", count=len(plain))
    return Form(go=at(REVIEW, trang=number), button=label, hidden={"viec": CONFIRM, "so": ids})


async def _card(tx: Tx, scene: Scene, one: Report, number: int, asked: Asked, wrong: str) -> Card:
    person = scene.person
    assert person is not None  # noqa: S101 - boards are for who has come in
    named = rights.over(person, "names", one.unit, scene.content)
    what = what_was_done(scene, one)
    heading = scene.say("review.named", name=one.doer, what=what) if named and one.doer else what
    unit = scene.content.units[home(scene.content, one.unit)].name
    day, source = forms.day_text(one.done_on), scene.say(f"source.{one.source}")
    lines = [scene.say("board.review_line", day=day, unit=unit, what=source)]
    if one.words and readable(one.words, one.source, one.doer, named=named):
        lines.append(scene.say("review.words", words=one.words))
    lines += [scene.say(f"review.doubt_{doubt}") for doubt in one.doubts]
    mine = asked.get("so") == str(one.id)
    reason = Field(
        name="ly_do",
        label=scene.say("board.why_refused"),
        kind="words",
        value=asked.get("ly_do", "") if mine else "",
        hint=scene.say("board.why_refused_hint"),
        wrong=wrong if mine else "",
    )
    go, hidden = at(REVIEW, trang=number), {"so": str(one.id)}
    return Card(
        heading=heading,
        lines=lines,
        photos=[
            Link(scene.say("board.photo"), at(f"{PHOTO}/{one.id}/{id_}"))
            for id_ in await photos.of_report(tx, one.id)
        ],
        forms=(
            Form(
                go=go,
                button=scene.say("review.right"),
                hidden={**hidden, "viec": CONFIRM},
                about=heading,
            ),
            Form(
                go=go,
                button=scene.say("review.wrong"),
                fields=(reason,),
                hidden={**hidden, "viec": REFUSE},
                about=heading,
            ),
        ),
    )


async def do(tx: Tx, scene: Scene, asked: Asked) -> Done | Board | None:
    """Confirm one or several, or refuse one with a reason that reaches who told it."""
    ids = [id_ for one in asked.get("so", "").split(",") if (id_ := number_in(one)) is not None]
    back = at(REVIEW, trang=asked.get("trang", ""))
    if asked.get("viec") == CONFIRM and 0 < len(ids) <= SHOWN:
        done = [await review.confirm(tx, scene, one) for one in ids]
        return Done(back, "confirmed" if any(done) else "overtaken")
    if asked.get("viec") != REFUSE or len(ids) != 1:
        return None
    heard = review.hear_reason(scene, {}, Said.of(asked.get("ly_do", "").strip()))
    if isinstance(heard, Misheard):
        return await _board(tx, scene, asked, heard.reply.text)
    refused = await review.refuse(tx, scene, ids[0], str(heard.keep["reason"]))
    return Done(back, "refused" if refused else "overtaken")


async def photo(tx: Tx, scene: Scene, report_id: str, photo_id: str) -> bytes | None:
    """A photo of a report that this person may review; None for any other."""
    number, wanted = number_in(report_id), number_in(photo_id)
    report = await reports.get(tx, number) if number is not None else None
    if report is None or wanted is None or not review.may_review(scene, report):
        return None
    if wanted not in await photos.of_report(tx, report.id):
        return None
    return await photos.image(tx, wanted)

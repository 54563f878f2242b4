"""Freezing a period: what the chat reads out and asks first, on one page."""

from __future__ import annotations

from handlers.boards import figures
from handlers.boards.overview import OVERVIEW
from handlers.boards.parts import (
    Asked,
    Board,
    Done,
    Field,
    Form,
    Grid,
    Lines,
    Link,
    Links,
    Part,
    at,
)
from handlers.officers import freeze
from handlers.officers.freeze import Refused
from handlers.reports import forms, freezing, periods
from handlers.talk.flow import Data, Misheard, Said
from handlers.talk.routes import number_in
from handlers.talk.scene import Scene, local_day
from storage import freezes
from storage.database import Tx

FREEZE = "chot"


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board | None:
    """Which period, or what would be frozen of one, and what is frozen already."""
    key = asked.get("ky", "")
    parts: list[Part] = _choices(scene, key) if freeze.may(scene) else []
    made = await freeze.look(tx, scene, key) if key or not parts else None
    if isinstance(made, Refused):
        # The chat names its own words and commands; a page leads on with links.
        words = scene.say(f"board.{made.key.replace('.', '_')}", **made.told)
        parts.append(Lines(lines=words.split("\n"), tone="warning"))
    elif made is not None:
        parts += _draft(scene, made)
    parts.append(await _frozen(tx, scene))
    return Board(title=scene.say("board.to_freeze"), parts=parts)


def _choices(scene: Scene, key: str) -> list[Part]:
    links = [Link(one.label, at(FREEZE, ky=one.key), one.key == key) for one in freeze.over(scene)]
    period = Field(
        name="ky",
        label=scene.say("board.other_period"),
        value=key,
        hint=scene.say("board.period_hint"),
    )
    other = Form(go=at(FREEZE), button=scene.say("board.show"), fields=(period,), asks=True)
    return [Links(label=scene.say("board.over"), links=links), other]


def _draft(scene: Scene, made: Data, why: str = "", wrong: str = "") -> list[Part]:
    """What would be frozen, what is different from before, and the button."""
    parts: list[Part] = [Lines(lines=made["figures"].split("\n"))]
    fields: tuple[Field, ...] = ()
    if made["changed"]:
        parts.append(Lines(lines=made["changed"].split("\n"), tone="warning"))
        asked = scene.say("board.why_again_hint")
        fields = (
            Field(
                name="ly_do",
                label=scene.say("board.why_again"),
                kind="words",
                value=why,
                hint=asked,
                wrong=wrong,
            ),
        )
    parts.append(Lines(lines=[scene.say("board.freeze_sure", number=made["number"])]))
    parts.append(
        Form(
            go=at(FREEZE, ky=made["period"]),
            button=scene.say("freeze.yes"),
            fields=fields,
            hidden={"ban": str(made["number"]), "thay": made["seen"]},
        )
    )
    return parts


async def _frozen(tx: Tx, scene: Scene) -> Grid:
    """What is frozen, the latest first."""
    rows = []
    for key, revision, at_, name in await freezes.every(tx):
        period = periods.parse(key, scene.content.plan)
        number = scene.say("board.revision", number=revision)
        rows.append(
            [
                figures.text(period.label, go=at(OVERVIEW, ky=key, ban=revision)),
                figures.text(number),
                figures.text(forms.day_text(local_day(at_))),
                figures.text(name or scene.say("freeze.somebody")),
            ]
        )
    head = [scene.say(f"board.frozen_{one}") for one in ("period", "revision", "day", "by")]
    return Grid(
        caption=scene.say("board.frozen"),
        head=head,
        rows=rows,
        empty=scene.say("board.frozen_none"),
        narrow=True,
    )


async def do(tx: Tx, scene: Scene, asked: Asked) -> Done | Board | None:
    """Freeze what was shown, unless someone else did, or a figure has moved since."""
    person = scene.person
    assert person is not None  # noqa: S101 - boards are for who has come in
    if not freeze.may(scene) or not asked.get("ky"):
        return None
    made = await freeze.look(tx, scene, asked["ky"])
    back = at(FREEZE, ky=asked["ky"])
    if isinstance(made, Refused):
        return Done(back, "not_frozen")
    why = asked.get("ly_do", "").strip()
    if made["changed"]:
        heard = freeze.hear_why(scene, {}, Said.of(why))
        if isinstance(heard, Misheard):
            parts = _draft(scene, made, why, heard.reply.text)
            return Board(title=scene.say("board.to_freeze"), parts=parts)
    period = periods.parse(made["period"], scene.content.plan)
    try:
        await freezing.freeze(
            tx,
            scene.content,
            period,
            now=scene.now,
            today=scene.today,
            by=person.id,
            why=why if made["changed"] else "",
            seen=(number_in(asked.get("ban", "")) or 0, asked.get("thay", "")),
        )
    except freezing.NotFrozenError as error:
        return Done(back, f"freeze_{error.why}")
    return Done(at(OVERVIEW, ky=period.key), "frozen")

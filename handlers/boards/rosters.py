"""How many people each unit has: what was entered, and entering it anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from handlers.boards import figures
from handlers.boards.parts import Asked, Board, Cell, Done, Field, Form, Grid, Lines, Part, at
from handlers.officers import asking, roster
from handlers.reports import registers
from handlers.talk import rights
from handlers.talk.flow import Data, Heard, Misheard, Said
from handlers.talk.scene import Scene
from handlers.talk.understanding.numbers import in_digits
from storage import rosters
from storage.database import Tx
from storage.rosters import Roster

ROSTERS = "so-nguoi"
#: How many earlier numbers are shown, and what of them.
MOST = 50
_EARLIER = ("holds_on", "kind", "people_count", "source_words")


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board | None:
    """The numbers that hold today, what was entered for one unit, and a form for a new one."""
    return await _board(tx, scene, asked, {})


def _units(scene: Scene) -> list[str]:
    """The units whose numbers this person may enter, the whole first."""
    assert scene.person is not None  # noqa: S101 - boards are for who has come in
    units = rights.units(scene.person, "figures", scene.content)
    return [code for code in scene.content.units if units is None or code in units]


async def _board(
    tx: Tx, scene: Scene, asked: Asked, wrong: Mapping[str, str], warning: str = ""
) -> Board | None:
    codes, known = _units(scene), scene.content.units
    chosen = asked.get("don_vi", "")
    if chosen and chosen not in codes:
        return None
    holding = {(one.unit, one.kind): one for one in await rosters.holding_on(tx, scene.today)}
    parts: list[Part] = [Lines(lines=[warning], tone="warning")] if warning else []
    parts.append(_form(scene, asked, wrong, again=bool(warning)))
    parts.append(
        Grid(
            caption=scene.say("board.rosters"),
            head=[scene.say("sheet.unit"), *(scene.say(f"roster.{kind}") for kind in roster.KINDS)],
            rows=[
                [
                    figures.text(known[code].name, go=at(ROSTERS, don_vi=code)),
                    *(_holds(scene, holding.get((code, kind))) for kind in roster.KINDS),
                ]
                for code in codes
            ],
        )
    )
    if chosen:
        parts.append(await _history(tx, scene, chosen))
    return Board(title=scene.say("board.to_rosters"), parts=parts)


def _holds(scene: Scene, one: Roster | None) -> Cell:
    if one is None:
        return Cell(text="–", number=True)
    note = scene.say("board.roster_note", date=registers.written(one.day), what=one.source)
    return Cell(text=in_digits(Decimal(one.people)), note=note, number=True)


async def _history(tx: Tx, scene: Scene, unit: str) -> Grid:
    name = scene.content.units[unit].name
    return Grid(
        caption=scene.say("board.roster_history", unit=name),
        head=[scene.say(f"sheet.{one}") for one in _EARLIER],
        rows=[
            [
                figures.text(registers.written(one.day)),
                figures.text(scene.say(f"roster.{one.kind}")),
                figures.amount(one.people),
                figures.text(one.source),
            ]
            for one in await rosters.history(tx, unit, MOST)
        ],
        empty=scene.say("roster.empty", unit=name),
    )


def _form(scene: Scene, asked: Asked, wrong: Mapping[str, str], *, again: bool) -> Form:
    known = scene.content.units
    units = [(code, known[code].name) for code in _units(scene)]
    kinds = [(kind, scene.say(f"roster.{kind}")) for kind in roster.KINDS]

    def field(name: str, hint: str = "", **more: object) -> Field:
        return Field(
            name=name,
            label=scene.say(f"board.field_{name}"),
            value=asked.get(name, ""),
            hint=hint,
            wrong=wrong.get(name, ""),
            **more,  # type: ignore[arg-type]
        )

    day = scene.say("board.day_hint", date=registers.written(scene.today))
    fields = [
        field("don_vi", kind="select", options=units),
        field("loai", kind="select", options=kinds),
        field("so_nguoi"),
        field("ngay", day),
        field("nguon", scene.say("board.source_hint")),
    ]
    if again:
        fields.append(field("van_ghi", kind="check"))
    return Form(
        go=at(ROSTERS),
        heading=scene.say("board.new_roster"),
        button=scene.say("board.keep"),
        fields=fields,
    )


async def do(tx: Tx, scene: Scene, asked: Asked) -> Done | Board | None:
    """Keep a number beside the earlier ones; less than were counted only when told twice."""
    person, unit, kind = scene.person, asked.get("don_vi", ""), asked.get("loai", "")
    assert person is not None  # noqa: S101 - boards are for who has come in
    if unit not in _units(scene) or kind not in roster.KINDS:
        return None
    heard = {
        "so_nguoi": roster.hear_people(scene, {}, Said.of(asked.get("so_nguoi", ""))),
        "nguon": asking.hear_source(scene, {}, Said.of(asked.get("nguon", "").strip())),
    }
    wrong = {name: one.reply.text for name, one in heard.items() if isinstance(one, Misheard)}
    day = registers.hear_day(scene, Said.of(asked.get("ngay", "")))
    if isinstance(day, Misheard):
        wrong["ngay"] = day.reply.text
    if wrong or not isinstance(day, date):
        return await _board(tx, scene, asked, wrong)
    told: Data = {}
    for one in heard.values():
        told |= one.keep if isinstance(one, Heard) else {}
    counted = (await roster.counted(tx, scene)).get(unit, {}).get(kind, 0)
    if counted > told["people"] and not asked.get("van_ghi"):
        small = scene.say(
            "roster.small",
            counted=in_digits(Decimal(counted)),
            amount=in_digits(Decimal(told["people"])),
        )
        return await _board(tx, scene, asked, {}, small)
    new = Roster(unit=unit, kind=kind, people=told["people"], day=day, source=told["source"])
    await rosters.add(tx, new, person.id, scene.now)
    return Done(at(ROSTERS, don_vi=unit), "kept")

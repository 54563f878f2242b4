"""Members: how many there are and can be reached, unit by unit; names for who may read them."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.boards import figures
from handlers.boards.behind import turns
from handlers.boards.parts import ROWS, Asked, Board, Cell, Grid, Part, at
from handlers.boards.parts import pages as pages_of
from handlers.leaders.members import listing
from handlers.leaders.namesakes import labels
from handlers.officers.sight import scope
from handlers.reports.figures import home
from handlers.talk import rights
from handlers.talk.scene import Scene
from storage import members
from storage.database import Tx
from storage.members import Member

MEMBERS = "hoi-vien"
_HEAD = ("unit", "total", "reached", "active", "none")


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board | None:
    """Counts of every unit; of one unit also its members by name, with the right to names there."""
    person, content = scene.person, scene.content
    assert person is not None  # noqa: S101 - boards are for who has come in
    units, _ = scope(person, content)
    codes = [code for code in content.units if units is None or code in units]
    chosen = asked.get("don_vi", "")
    if chosen and (chosen not in codes or not rights.over(person, "names", chosen, content)):
        return None
    people = await members.of_units(tx, codes)
    parts: list[Part] = []
    if chosen:
        parts += await _names(
            tx, scene, [one for one in people if one.person.unit == chosen], asked
        )
    parts.append(_counts(scene, people, codes))
    return Board(title=scene.say("board.to_members"), parts=parts)


def _counts(scene: Scene, people: Sequence[Member], codes: Sequence[str]) -> Grid:
    assert scene.person is not None  # noqa: S101 - boards are for who has come in
    content = scene.content
    of: dict[str, list[Member]] = {code: [] for code in codes}
    for one in people:
        of[home(content, one.person.unit)].append(one)
    rows = []
    for code, some in of.items():
        named = some and rights.over(scene.person, "names", code, content)
        go = at(MEMBERS, don_vi=code) if named else ""
        rows.append([figures.text(content.units[code].name, go=go), *_row(some)])
    return Grid(
        caption=scene.say("board.members"),
        head=[scene.say(f"board.member_{one}") for one in _HEAD],
        rows=rows,
        foot=[figures.text(scene.say("sheet.sum")), *_row(people)],
    )


def _row(people: Sequence[Member]) -> list[Cell]:
    counts = (
        len(people),
        sum(bool(one.channels) for one in people),
        sum(one.active for one in people),
        len(listing.chosen(people, listing.UNREACHED)),
    )
    return [figures.amount(one) for one in counts]


async def _names(tx: Tx, scene: Scene, people: list[Member], asked: Asked) -> list[Part]:
    number, last = pages_of(asked, len(people))
    chosen = asked["don_vi"]
    shown = sorted(people, key=listing.given_name_first)[(number - 1) * ROWS : number * ROWS]
    names = await labels(tx, scene, [one.person for one in shown])
    return [
        Grid(
            caption=scene.say("board.member_names", unit=scene.content.units[chosen].name),
            head=[scene.say(f"board.member_{one}") for one in ("name", "state")],
            rows=[
                [figures.text(names[one.person.id]), figures.text(listing.state_of(scene, one))]
                for one in shown
            ],
            empty=scene.say("board.member_nobody"),
            narrow=True,
        ),
        *turns(scene, MEMBERS, {"don_vi": chosen}, number, last),
    ]

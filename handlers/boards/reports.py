"""All reports of a period, as far as someone may see them, whatever became of them."""

from __future__ import annotations

from handlers.boards import figures
from handlers.boards.behind import cells, head, turns
from handlers.boards.overview import state, title
from handlers.boards.parts import ROWS, Asked, Board, Field, Form, Grid, Lines, Part, at
from handlers.boards.parts import pages as pages_of
from handlers.boards.seeing import Seen, choices, look
from handlers.reports.figures import reported_as
from handlers.talk.scene import Scene
from storage import grounds
from storage.database import Tx
from storage.grounds import Which
from storage.reports import CONFIRMED, REJECTED, REPORTED, SUPERSEDED

REPORTS = "bao-cao"
STATES = (REPORTED, CONFIRMED, REJECTED, SUPERSEDED)


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board | None:
    """The reports of a period, a page at a time, all or those in one state."""
    seen = await look(tx, scene, asked)
    wanted = asked.get("tinh_trang", "")
    if seen is None or (wanted and wanted not in STATES):
        return None
    which = _which(scene, seen, wanted)
    total = await grounds.sum_of_reports(tx, which) if which else grounds.Sum()
    number, last = pages_of(asked, total.grounds)
    found = await grounds.reports(tx, which, ROWS, (number - 1) * ROWS) if which else []
    back = {**seen.asked, "tinh_trang": wanted}
    parts: list[Part] = [
        *state(scene, seen),
        *choices(scene, REPORTS, seen, tinh_trang=wanted),
        _states(scene, seen, wanted),
        Lines(lines=[scene.say("board.reports_count", count=figures.amount(total.grounds).text)]),
        Grid(
            caption=scene.say("board.behind", number=number, total=last),
            head=head(scene),
            rows=[cells(scene, one) for one in found],
            empty=scene.say("board.no_reports"),
        ),
        *turns(scene, REPORTS, back, number, last),
    ]
    return Board(title=scene.say("board.reports_title", what=title(scene, seen)), parts=parts)


def _which(scene: Scene, seen: Seen, wanted: str) -> Which | None:
    """The reports that are seen; None where an agency leads nothing that is reported."""
    content, period = scene.content, seen.tally.period
    indicators = {row.target.indicator for row in seen.tally.rows}
    kinds = {kind for one in indicators for kind in reported_as(content, one)}
    if seen.agencies is None:
        kinds = set()
    elif not kinds:
        return None
    codes = [one.code for one in seen.tally.units]
    return Which(
        start=period.start,
        end=period.end,
        units=codes,
        others=tuple(content.units) if content.root_unit.code in codes else (),
        kinds=kinds,
        statuses=(wanted,) if wanted else STATES,
    )


def _states(scene: Scene, seen: Seen, wanted: str) -> Form:
    options = [(one, scene.say(f"board.only_{one}")) for one in STATES]
    return Form(
        go=at(REPORTS),
        button=scene.say("board.show"),
        fields=(
            Field(
                name="tinh_trang",
                label=scene.say("board.ground_state"),
                kind="select",
                value=wanted,
                options=[("", scene.say("board.all_units")), *options],
            ),
        ),
        hidden=seen.asked,
        asks=True,
    )

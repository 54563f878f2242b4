"""One target: its figures by source, by unit and by week, beside last year's."""

from __future__ import annotations

from handlers.boards import figures
from handlers.boards.overview import (
    OVERVIEW,
    TARGET,
    behind,
    chart,
    files,
    state,
    targets,
    title,
)
from handlers.boards.parts import Asked, Board, Cell, Grid, Lines, Link, Links, Part, at
from handlers.boards.seeing import Seen, choices, look, revisions
from handlers.reports import weeks
from handlers.reports.tables import Figures, Spans, TargetRow
from handlers.talk.scene import Scene
from storage.database import Tx

SPANS = ("in_period", "last_period", "last_year", "cumulative")
_HEAD = ("period", "before", "last_year", "up")


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board | None:
    """One target of a period; None where it is not theirs to see."""
    seen = await look(tx, scene, asked)
    row = row_of(seen, asked)
    if seen is None or row is None:
        return None
    id_ = row.target.id
    parts: list[Part] = [
        Links(
            label=scene.say("board.back"),
            links=[Link(scene.say("board.to_overview"), at(OVERVIEW, **seen.asked))],
        ),
        _plan(scene, row),
        *state(scene, seen),
        *choices(scene, TARGET, seen, chi_tieu=id_),
    ]
    if not seen.tally.to_come:
        parts += await _all(tx, scene, seen, row)
    return Board(title=f"{figures.name(scene, row)}. {title(scene, seen)}", parts=parts)


async def _all(tx: Tx, scene: Scene, seen: Seen, row: TargetRow) -> list[Part]:
    """Every figure of a target, drawn and in tables."""
    id_ = row.target.id
    parts: list[Part] = [
        *await revisions(tx, scene, TARGET, seen, chi_tieu=id_),
        targets(scene, seen, [row], scene.say("board.figures")),
        _sources(scene, row),
        _units(scene, seen, row),
    ]
    if row.target.indicator == "trees":
        parts += [chart(scene, seen, "weeks"), chart(scene, seen, "units")]
    if row.target.indicator in weeks.indicators(seen.tally):
        parts.append(_weeks(scene, seen, row))
    return [*parts, files(scene, seen)]


def row_of(seen: Seen | None, asked: Asked) -> TargetRow | None:
    """The target that was asked for, when it is one of those that are seen."""
    rows = seen.tally.rows if seen else ()
    return next((one for one in rows if one.target.id == asked.get("chi_tieu")), None)


def _plan(scene: Scene, row: TargetRow) -> Lines:
    """What the plan says of a target, and how it is counted."""
    target = row.target
    others = ", ".join(target.coordinating) or "–"
    lines = [
        target.text,
        scene.say("board.led", name=row.lead, names=others),
        scene.say("board.counting", what=target.counting),
    ]
    return Lines(lines=lines)


def _head(scene: Scene, first: str) -> list[str]:
    return [scene.say(f"sheet.{first}"), *(scene.say(f"board.head_{one}") for one in _HEAD)]


def _sources(scene: Scene, row: TargetRow) -> Grid:
    return Grid(
        caption=scene.say("sheet.by_source"),
        head=_head(scene, "source"),
        rows=[
            [
                figures.text(scene.say(f"source.{source}")),
                *(figures.both(scene, getattr(spans, span)) for span in SPANS),
            ]
            for source, spans in row.sources.items()
            if spans
        ],
        empty=scene.say("board.no_figures"),
    )


def _units(scene: Scene, seen: Seen, row: TargetRow) -> Grid:
    """Each unit's own figures; they add up to the target's."""
    id_ = row.target.id
    told = {
        one.code: sum(one.targets.get(id_, {}).values(), start=Spans()) for one in seen.tally.units
    }
    return Grid(
        caption=scene.say("sheet.units_title"),
        head=_head(scene, "unit"),
        rows=[
            [
                figures.text(one.name, go=at(TARGET, **_of(seen, one.code), chi_tieu=id_)),
                *(
                    figures.both(
                        scene,
                        getattr(told[one.code], span),
                        behind(seen, id_, span, don_vi=one.code, rieng="1"),
                    )
                    for span in SPANS
                ),
            ]
            for one in seen.tally.units
            if told[one.code]
        ],
        foot=_sum(scene, sum(told.values(), start=Spans())),
        empty=scene.say("board.no_figures"),
    )


def _of(seen: Seen, unit: str) -> dict[str, str]:
    return {**seen.asked, "don_vi": unit}


def _sum(scene: Scene, spans: Spans) -> list[Cell]:
    added = [figures.both(scene, getattr(spans, span)) for span in SPANS]
    return [figures.text(scene.say("sheet.sum")), *added]


def _weeks(scene: Scene, seen: Seen, row: TargetRow) -> Grid:
    """The weeks of the year, the latest first, each beside the same week a year before."""
    id_, told = row.target.id, seen.tally.weeks(row.target.indicator)
    shown = weeks.of_year(seen.tally)
    last = [week for week in reversed(shown) if told.get(week.key) or told.get(week.before)]
    return Grid(
        caption=scene.say("board.weeks"),
        head=[scene.say(f"board.week_{one}") for one in ("head", "now", "then")],
        rows=[
            [
                figures.text(scene.say("board.week", label=week.label)),
                *(
                    figures.both(scene, told.get(key, Figures()), behind(seen, id_, key))
                    for key in (week.key, week.before)
                ),
            ]
            for week in last
        ],
        empty=scene.say("board.no_figures"),
        narrow=True,
    )

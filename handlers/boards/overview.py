"""The overview of a period: every target, who was heard from, what stands out, and the files."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.boards import figures
from handlers.boards.parts import Asked, Board, Chart, Grid, Lines, Link, Links, Part, at
from handlers.boards.seeing import Seen, choices, look, may_see, revisions, whose
from handlers.reports import changed, charts, forms, pictures, progress, summary
from handlers.reports.tables import TargetRow
from handlers.talk.scene import Scene
from storage.database import Tx

OVERVIEW, TARGET, BEHIND, FILE = "", "chi-tieu", "bao-cao-cua-so", "tep"
#: The files of a board of figures, and what they are called.
FILES = {"xlsx": "Tong-hop", "docx": "Bao-cao", "csv": "So-lieu"}


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board | None:
    """The overview; None where there is no such period, or it is not theirs to see."""
    seen = await look(tx, scene, asked)
    if seen is None:
        return None
    tally, content = seen.tally, scene.content
    parts: list[Part] = [*state(scene, seen), *choices(scene, OVERVIEW, seen)]
    parts += await revisions(tx, scene, OVERVIEW, seen)
    if tally.to_come:
        return Board(title=title(scene, seen), parts=parts)
    if not tally.rows:
        parts.append(Lines(lines=[scene.say("board.no_targets")], tone="warning"))
        return Board(title=title(scene, seen), parts=parts)
    parts.append(Lines(lines=summary.lines(tally, content).split("\n"), tone="good"))
    parts.append(files(scene, seen))
    now = progress.current(tally, content)
    parts.append(targets(scene, seen, now, scene.say("board.targets")))
    others = [row for row in tally.rows if row not in now]
    if others:
        parts.append(targets(scene, seen, others, scene.say("board.other_targets")))
    parts += completeness(scene, seen)
    drawn = ["targets"]
    if any(row.target.indicator == "trees" for row in tally.rows):
        drawn.append("weeks")
    parts += [chart(scene, seen, one) for one in drawn]
    return Board(title=title(scene, seen), parts=parts)


def title(scene: Scene, seen: Seen) -> str:
    """Whose part is seen, and the period."""
    return scene.say("board.title", unit=whose(scene, seen), label=seen.tally.period.label)


def state(scene: Scene, seen: Seen) -> list[Part]:
    """Which days these are, whose figures, and whether they are frozen."""
    tally = seen.tally
    frozen = forms.state_line(tally, scene.content) or [scene.say("board.not_frozen")]
    days = scene.say(
        "board.days",
        start=forms.day_text(tally.period.start),
        end=forms.day_text(tally.period.end),
    )
    scope = scene.say("board.scope", what=may_see(seen.person, scene.content))
    lines = [" ".join([days, *frozen]), *changed.lines(tally, scene.content)]
    return [Lines(lines=[*lines, *forms.part_line(tally, scene.content), scope])]


def chart(scene: Scene, seen: Seen, which: str) -> Chart:
    """A chart as SVG, drawn by what draws the pictures in the chat."""
    drawn = charts.picture(which, seen.tally, scene.content)
    heading = scene.say(f"files.chart_{which}")
    return Chart(
        svg=pictures.svg(drawn.name, drawn.values), told=scene.say("board.chart", name=heading)
    )


def targets(scene: Scene, seen: Seen, rows: Sequence[TargetRow], caption: str) -> Grid:
    """A table of targets with all their figures, each leading to what stands behind it."""
    head = ("goal", "period", "before", "last_year", "up", "percent", "needed", "sources", "notes")
    return Grid(
        caption=caption,
        head=[scene.say("board.target_head"), *(scene.say(f"board.head_{one}") for one in head)],
        rows=[
            [
                figures.text(
                    figures.name(scene, row),
                    row.lead,
                    at(TARGET, **seen.asked, chi_tieu=row.target.id),
                ),
                figures.goal(scene, row),
                *(
                    figures.both(scene, getattr(row.spans, span), behind(seen, row.target.id, span))
                    for span in ("in_period", "last_period", "last_year", "cumulative")
                ),
                figures.percent(scene, row),
                figures.needed(scene, row, seen.tally),
                figures.sources(scene, row),
                figures.text(forms.note(row, scene.content) or "–"),
            ]
            for row in rows
        ],
    )


def behind(seen: Seen, target: str, span: str, **more: str) -> str:
    """The address of what stands behind a figure."""
    return at(BEHIND, **{**seen.asked, "chi_tieu": target, "cot": span, **more})


def completeness(scene: Scene, seen: Seen) -> list[Part]:
    """Who was heard from and who was not, all by name, and figures that stand out."""
    tally = seen.tally
    expected = progress.expected(tally)
    quiet = progress.silent(tally)
    told = scene.say(
        "board.heard",
        done=len(expected) - len(quiet),
        total=len(expected),
        left=tally.waiting,
    )
    names = scene.say("board.silent", names=", ".join(one.name for one in quiet))
    parts: list[Part] = [
        Lines(
            heading=scene.say("board.completeness"),
            lines=[told, *([names] if quiet else [])],
            tone="warning" if quiet else "plain",
        )
    ]
    if flagged := forms.flag_lines(tally, scene.content):
        heading = scene.say("board.flags")
        parts.append(Lines(heading=heading, lines=flagged, tone="warning"))
    if expected and (not seen.unit or len(tally.units) > 1):
        parts.append(_units(scene, seen))
    return parts


def _units(scene: Scene, seen: Seen) -> Grid:
    head = ("unit", "registered", "heard", "waiting")
    return Grid(
        caption=scene.say("board.units"),
        head=[scene.say(f"sheet.{one}") for one in head],
        rows=[
            [
                figures.text(one.name, go=at(OVERVIEW, **{**seen.asked, "don_vi": one.code})),
                figures.amount(one.expected),
                figures.amount(one.heard_from),
                figures.amount(one.waiting),
            ]
            for one in seen.tally.units
            if one.expected or one.heard_from or one.waiting or one.targets
        ],
        narrow=True,
    )


def files(scene: Scene, seen: Seen) -> Links:
    """The files of just what is seen."""
    links = [
        Link(scene.say(f"board.file_{form}"), at(FILE, **seen.asked, dang=form)) for form in FILES
    ]
    return Links(label=scene.say("board.files"), links=links)

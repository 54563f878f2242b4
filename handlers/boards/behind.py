"""What stands behind one figure: every report, person, entry and paper, and their sum."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handlers.boards import figures
from handlers.boards.overview import BEHIND, TARGET, state
from handlers.boards.parts import ROWS, Asked, Board, Cell, Grid, Lines, Link, Links, Part, at
from handlers.boards.parts import pages as pages_of
from handlers.boards.seeing import Seen, look, whose
from handlers.boards.target import SPANS, row_of
from handlers.elders.wording import amount_of, done_as_told
from handlers.reports import forms, grounds
from handlers.reports.figures import home
from handlers.reports.tables import Figures, Spans, TargetRow
from handlers.talk import rights
from handlers.talk.scene import Scene, local_day
from storage import freezes, outbox
from storage.database import Store, Tx
from storage.freezes import Freeze
from storage.grounds import Ground, Sum
from storage.reports import REPORTED, SELF

LIST = "danh-sach-cua-so"
_HEAD = ("day", "unit", "what", "reported", "confirmed", "words", "doer", "source", "state")
#: A list in a file has the day of telling as well; on a board it is shown where that is late.
_LISTED = (*_HEAD, "told")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure as it stands on a board, and what counts it up."""

    seen: Seen
    row: TargetRow
    #: One of a target's four figures, or a week.
    span: str
    alone: bool
    shown: Figures
    cell: grounds.Cell

    @property
    def asked(self) -> dict[str, str]:
        """What leads here."""
        told = {**self.seen.asked, "chi_tieu": self.row.target.id, "cot": self.span}
        return {**told, "rieng": "1"} if self.alone else told


async def find(tx: Tx, scene: Scene, asked: Asked) -> Figure | None:
    """The figure that was asked for; None where it is not theirs to see."""
    seen = await look(tx, scene, asked)
    row, span = row_of(seen, asked), asked.get("cot", "")
    if seen is None or row is None or seen.tally.to_come:
        return None
    alone = bool(asked.get("rieng")) and seen.unit is not None
    units = [
        one
        for one in seen.tally.units
        if not alone or (seen.unit is not None and one.code == seen.unit.code)
    ]
    try:
        cell = grounds.cell(
            scene.content,
            row.target,
            seen.tally.period,
            span,
            [one.code for one in units],
            min(scene.today, seen.tally.counted_to),
        )
    except (ValueError, OverflowError):
        return None
    if span in SPANS:
        told = (one.targets.get(row.target.id, {}).values() for one in units)
        spans = sum((one for some in told for one in some), start=Spans())
        shown: Figures = getattr(spans, span)
    else:
        weeks = (one.weeks.get(row.target.indicator, {}) for one in units)
        shown = sum((one.get(span, Figures()) for one in weeks), start=Figures())
    return Figure(seen=seen, row=row, span=span, alone=alone, shown=shown, cell=cell)


async def show(tx: Tx, scene: Scene, asked: Asked) -> Board | None:
    """Everything behind one figure, a page at a time."""
    figure = await find(tx, scene, asked)
    if figure is None:
        return None
    total = await grounds.total(tx, scene.content, figure.cell)
    number, last = pages_of(asked, total.grounds)
    found = await grounds.some(tx, scene.content, figure.cell, ROWS, (number - 1) * ROWS)
    seen = figure.seen
    first = await freezes.get(tx, seen.tally.period.key, 1)
    back = at(TARGET, **seen.asked, chi_tieu=figure.row.target.id)
    parts: list[Part] = [
        Links(label=scene.say("board.back"), links=[Link(scene.say("board.to_target"), back)]),
        *state(scene, seen),
        _sum(scene, figure, total),
        Grid(
            caption=scene.say("board.behind", number=number, total=last),
            head=head(scene),
            rows=[cells(scene, one, first) for one in found],
            empty=scene.say("board.no_figures"),
        ),
        *turns(scene, BEHIND, figure.asked, number, last),
        Links(
            label=scene.say("board.list"),
            links=[Link(scene.say("board.file_csv_all"), at(LIST, **figure.asked))],
        ),
    ]
    return Board(title=_title(scene, figure), parts=parts)


def turns(scene: Scene, board: str, asked: Asked, number: int, last: int) -> list[Part]:
    """The way to the other pages of a list, if there are any."""
    near = [one for one in (1, number - 1, number, number + 1, last) if 0 < one <= last]
    if last == 1:
        return []
    links = [
        Link(
            scene.say("board.page", number=one), at(board, **{**asked, "trang": one}), one == number
        )
        for one in dict.fromkeys(near)
    ]
    return [Links(label=scene.say("board.pages"), links=links)]


def _title(scene: Scene, figure: Figure) -> str:
    start, end = figure.cell.days
    key = "board.behind_up" if start == date.min else "board.behind_days"
    return scene.say(
        key,
        name=figures.name(scene, figure.row),
        unit=whose(scene, figure.seen),
        start=forms.day_text(start),
        end=forms.day_text(end),
    )


def _sum(scene: Scene, figure: Figure, total: Sum) -> Lines:
    """The figure beside the sum of what is listed; what was frozen may differ by now."""
    same = figure.shown == Figures(total.reported, total.confirmed)
    told = scene.say(
        "board.adds_up" if same else "board.adds_up_not",
        count=total.grounds,
        reported=_told(figure.shown.reported),
        confirmed=_told(figure.shown.confirmed),
        low=_told(total.reported),
        high=_told(total.confirmed),
    )
    return Lines(lines=[told], tone="good" if same else "warning")


def _told(amount: Decimal) -> str:
    return figures.amount(amount).text


def head(scene: Scene) -> list[str]:
    """The names of the columns of a list of grounds."""
    return [scene.say(f"board.ground_{one}") for one in _HEAD]


def cells(scene: Scene, ground: Ground, first: Freeze | None = None) -> list[Cell]:
    """One ground as a row of a list, marked when it was told after its period was first frozen."""
    day, unit, what, reported, confirmed, words, doer, source, status, told_on = told(scene, ground)
    late = first and ground.told_at and ground.id > first.last_report and not ground.corrects
    return [
        figures.text(day, scene.say("board.told_late", date=told_on) if late else ""),
        figures.text(unit),
        figures.text(what),
        figures.amount(Decimal(reported)),
        figures.amount(Decimal(confirmed)),
        figures.text(words),
        figures.text(doer),
        figures.text(source),
        figures.text(status),
    ]


def told(scene: Scene, ground: Ground) -> list[str]:
    """All that this person may read of one ground, column by column."""
    person, content = scene.person, scene.content
    assert person is not None  # noqa: S101 - boards are for who has come in
    named = rights.over(person, "names", ground.unit, content)
    return [
        forms.day_text(ground.day),
        content.units[home(content, ground.unit)].name,
        _what(scene, ground),
        str(forms.number(ground.reported)),
        str(forms.number(ground.confirmed)),
        _words(scene, ground, named=named),
        (ground.doer or "–") if named else "–",
        scene.say(f"source.{ground.source}"),
        _state(scene, ground, named=named),
        forms.day_text(local_day(ground.told_at)) if ground.told_at else "–",
    ]


def _what(scene: Scene, ground: Ground) -> str:
    """What was understood to be done."""
    content = scene.content
    if ground.kind == "report":
        amount = amount_of(scene, ground.quantity, ground.unit_of_measure, ground.what)
        return done_as_told(scene, content.activity(ground.measure), amount)
    if ground.kind == "entry":
        return ground.what or "–"
    if ground.kind == "paper":
        return scene.say("board.ground_paper", what=ground.what or "–")
    return scene.say(f"board.ground_{ground.kind}")


def _words(scene: Scene, ground: Ground, *, named: bool) -> str:
    """The original words, for who may read them."""
    if ground.kind != "report" or not ground.words:
        return ground.words or "–"
    if not readable(ground.words, ground.source, ground.doer, named=named):
        return scene.say("board.words_hidden")
    return f"“{ground.words}”"


def readable(words: str, source: str, doer: str | None, *, named: bool) -> bool:
    """Whether the words of a report may be read by who may not read names.

    They may not where leaders told of others, and where they name who told them.
    """
    return named or (source == SELF and not (doer and outbox.names(words, doer)))


def _state(scene: Scene, ground: Ground, *, named: bool) -> str:
    """What a ground is now, who decided it, and when."""
    key = f"registers.state_{ground.status}" if ground.kind == "entry" else "board.state_counted"
    if ground.kind == "report":
        key = f"board.state_{ground.status}"
    status = scene.say(key, date=forms.day_text(ground.day), why=ground.reason or "–")
    if ground.reviewed_at is None or ground.status == REPORTED:
        return status
    role = scene.say(f"role.{ground.reviewer_role}") if ground.reviewer_role else ""
    who = ground.reviewer if named and ground.reviewer else role
    day = forms.day_text(local_day(ground.reviewed_at))
    return scene.say(
        "board.decided", what=status, name=who or scene.say("board.somebody"), date=day
    )


async def as_csv(store: Store, scene: Scene, figure: Figure) -> AsyncIterator[tuple[bytes, int]]:
    """The whole list as CSV, some lines at a time and how many, however long it is."""
    # Spreadsheets take a file for UTF-8 only when it begins with a byte order mark.
    yield "\ufeff".encode() + _lines([[scene.say(f"board.ground_{one}") for one in _LISTED]]), 0
    async for some in grounds.every(store, scene.content, figure.cell):
        if some:
            yield _lines([told(scene, one) for one in some]), len(some)


def _lines(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([[forms.safe(one) for one in row] for row in rows])
    return out.getvalue().encode()

"""How figures stand in the cells of a board."""

from __future__ import annotations

from decimal import Decimal

from handlers.boards.parts import Cell
from handlers.reports import forms, progress
from handlers.reports.tables import Figures, Tally, TargetRow
from handlers.talk.scene import Scene
from handlers.talk.understanding.numbers import in_digits


def text(value: str, note: str = "", go: str = "") -> Cell:
    """A cell of words."""
    return Cell(text=value, note=note, go=go)


def amount(value: Decimal | int, go: str = "") -> Cell:
    """A cell of one number."""
    return Cell(text=in_digits(Decimal(value)), number=True, go=go)


def both(scene: Scene, figures: Figures, go: str = "") -> Cell:
    """What was reported, and below it what of that is confirmed."""
    confirmed = scene.say("board.confirmed", amount=in_digits(figures.confirmed))
    return Cell(
        text=in_digits(figures.reported),
        note=confirmed if figures else "",
        go=go if figures else "",
        number=True,
    )


def percent(scene: Scene, row: TargetRow) -> Cell:
    """How much of the goal is reached; of people only where a roster says of how many."""
    content = scene.content
    share = progress.percent_of_people(row, content)
    told = progress.percent_of_goal(row, content) if row.target.basis != "share" else share
    if told is None and row.target.basis != "share":
        return Cell(text="–", number=True)
    if told is None:
        return Cell(text=scene.say("tally.no_roster"))
    note = ""
    if share is not None and row.roster is not None:
        people, day = in_digits(Decimal(row.roster.people)), forms.day_text(row.roster.day)
        note = scene.say("board.of_people", total=people, date=day)
    return Cell(text=f"{in_digits(told)}%", note=note, number=True)


def goal(scene: Scene, row: TargetRow) -> Cell:
    """The goal with its unit of measure."""
    told = forms.goal_text(row.target, scene.content)
    measure = row.target.unit_of_measure
    return Cell(text=f"{told}%" if measure == "%" else f"{told} {measure}", number=True)


def needed(scene: Scene, row: TargetRow, tally: Tally) -> Cell:
    """What is missing to the goal, and how much that is a week."""
    missing = progress.needed(row, tally, scene.content)
    if missing is None:
        return Cell(text="–", number=True)
    per_week = missing.per_week
    key = "board.per_week" if per_week is not None else "board.deadline_over"
    note = scene.say(
        key, amount=in_digits(per_week or Decimal(0)), date=forms.day_text(missing.deadline)
    )
    if not missing.amount:
        note = scene.say("board.reached")
    return Cell(text=in_digits(missing.amount), note=note, number=True)


def sources(scene: Scene, row: TargetRow) -> Cell:
    """Who told what is counted up, reported by each."""
    told = [
        f"{scene.say(f'source.{source}')} {in_digits(spans.cumulative.reported)}"
        for source, spans in row.sources.items()
        if spans.cumulative
    ]
    return Cell(text="; ".join(told) or "–")


def name(scene: Scene, row: TargetRow) -> str:
    """A target in a few words, with its number in the plan and its horizon."""
    return scene.say(
        "board.target",
        number=row.target.number,
        name=scene.say(f"tally.{row.target.indicator}"),
        what=row.target.horizon,
    )

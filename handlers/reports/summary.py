"""A tally in three lines: the figure that matters most, who is silent, and what waits."""

from __future__ import annotations

from decimal import Decimal

from content.loader import Content
from handlers.reports import forms, progress
from handlers.reports.tables import Tally, TargetRow
from handlers.talk.understanding.numbers import in_digits


def lines(tally: Tally, content: Content) -> str:
    """The three lines; one while the period is to come."""
    if tally.to_come:
        return "\n".join(forms.state_line(tally, content))
    say = content.phrases
    waiting = "summary.waiting" if tally.waiting else "summary.none_waiting"
    first = progress.main(tally, content)
    return "\n".join(
        [
            *(_figure(row, tally, content) for row in first[:1]),
            forms.silent(tally, content),
            say[waiting].format(left=tally.waiting),
        ]
    )


def _figure(row: TargetRow, tally: Tally, content: Content) -> str:
    """The figures of one target; counted up, and in percent, is what counts toward the goal."""
    say, target = content.phrases, row.target
    share = target.basis == "share"
    percent = (
        progress.percent_of_people(row, content)
        if share
        else progress.percent_of_goal(row, content)
    )
    key = "people" if share else "first" if row.whole is None else "first_part"
    return say[f"summary.{key}"].format(
        label=tally.period.label,
        name=say[f"tally.{target.indicator}"].lower(),
        measure=target.unit_of_measure,
        reported=in_digits(row.in_period.reported),
        confirmed=in_digits(row.in_period.confirmed),
        cumulative=in_digits(progress.counted(target, row.cumulative, content)),
        goal=f"{forms.goal_text(target, content)}{'%' if share else ''}",
        percent=_beside(percent, row, content),
    )


def _beside(percent: Decimal | None, row: TargetRow, content: Content) -> str:
    """In percent of the goal; where these are some units' figures, of what was done in all."""
    if percent is not None:
        return content.phrases["summary.percent"].format(percent=in_digits(percent))
    of_whole = forms.of_whole(row, content)
    return f", {of_whole}" if of_whole else ""

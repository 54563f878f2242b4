"""The charts of a tally: drawings in content/pictures, filled in with its figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from content.loader import Content
from handlers.reports import forms, papers, pictures, progress, weeks
from handlers.reports.periods import week_of
from handlers.reports.tables import Spans, Tally, TargetRow
from handlers.talk.messages import Picture
from handlers.talk.understanding.numbers import in_digits

#: How many units a chart names.
MOST_UNITS = 12


def of(tally: Tally) -> list[str]:
    """The charts that say something of a tally: those of trees only where trees are in it."""
    trees = any(row.target.indicator == "trees" for row in tally.rows)
    return [chart for chart in CHARTS if trees or chart == "targets"]


def make(chart: str, tally: Tally, content: Content) -> bytes:
    """The PNG of one of CHARTS."""
    drawn = picture(chart, tally, content)
    return pictures.draw(drawn.name, drawn.values)


def picture(chart: str, tally: Tally, content: Content) -> Picture:
    """One of CHARTS as a picture of a message, drawn on its way out."""
    period = tally.period
    days = f"{forms.day_text(period.start)} - {forms.day_text(period.end)}"
    state = forms.state_line(tally, content) or [content.phrases["chart.not_frozen"]]
    place = ", ".join(filter(None, [content.plan.name, tally.part]))
    shared = {"label": period.label, "days": days, "place": place, "state": state[0]}
    name, values = CHARTS[chart]
    return Picture(name=name, values={**shared, **values(tally, content)})


def _targets(tally: Tally, content: Content) -> dict[str, Any]:
    return {"rows": [_bullet(row, content) for row in progress.main(tally, content)]}


def _bullet(row: TargetRow, content: Content) -> dict[str, Any]:
    """One bar: as far as it goes toward the goal, confirmed within reported, in percent of it."""
    target, up = row.target, row.cumulative
    share = progress.percent_of_people(row, content)
    known = progress.percent_of_goal(row, content) is not None
    of = Decimal(target.goal)
    if target.basis == "share" and row.roster:
        of = of * row.roster.people / 100
    percent = progress.percent_of_goal(row, content)
    measure = "người" if target.basis == "share" else target.unit_of_measure
    goal = forms.goal_text(target, content)
    goal = f"{goal}%" if target.basis == "share" else f"{goal} {target.unit_of_measure}"
    told = in_digits(progress.counted(target, up, content))
    return {
        "name": content.phrases[f"tally.{target.indicator}"],
        "told": f"{told} {measure}",
        "goal": "" if not known and target.basis != "share" else goal,
        "share": "" if share is None else f"{in_digits(share)}%",
        "percent": "" if percent is None else f"{in_digits(percent)}%",
        "known": known,
        "why": "" if known else _why(row, content),
        "reported": part(up.reported, of) if known else 0,
        "confirmed": part(up.confirmed, of) if known else 0,
    }


def _why(row: TargetRow, content: Content) -> str:
    """Why there is no bar: nobody knows of how many people, or the goal is not these units' own."""
    if row.target.basis == "share":
        return content.phrases["tally.no_roster"]
    return forms.of_whole(row, content)


def part(of: Decimal, whole: Decimal) -> float:
    """A part as percent of a whole, from nothing to all of it."""
    return round(float(min(max(of * 100 / whole, Decimal(0)), Decimal(100))), 1)


def _weeks(tally: Tally, content: Content) -> dict[str, Any]:
    """What people reported; a paper tells of many weeks at once, and would hide them all."""
    by_week: dict[str, Decimal] = defaultdict(Decimal)
    for key, figures in tally.weeks("trees").items():
        by_week[key] = figures.reported
    outside, shown = Decimal(0), weeks.of_year(tally)
    for paper in tally.papers:
        if papers.indicator(paper, content) == "trees":
            week = week_of(paper.last_day).key
            by_week[week] -= paper.quantity
            outside += paper.quantity if week[:4] == shown[0].key[:4] else 0
    now = [by_week[week.key] for week in shown]
    then = [by_week[f"{shown[0].before[:4]}-W{number:02}"] for number in range(1, 53)]
    left_out = content.phrases["chart.without_papers"].format(amount=in_digits(outside))
    most = _round_up(max([*now, *then, Decimal(1)]))
    return {
        "year": shown[0].key[:4],
        "last_year": shown[0].before[:4],
        "now": [part(one, most) for one in now],
        "then": [part(one, most) for one in then],
        "has_last_year": any(then),
        "outside": left_out if outside else "",
        "most": in_digits(most),
        "half": in_digits(most / 2),
        "sum_now": in_digits(sum(now, Decimal(0))),
        "sum_then": in_digits(sum(then[: len(now)], Decimal(0))),
    }


def _round_up(most: Decimal) -> Decimal:
    """The next number with one figure that halves well: 2, 4, 10, 20, 40 and so on."""
    size = Decimal(1)
    while True:
        for step in (2, 4, 6, 8, 10):
            if step * size >= most:
                return step * size
        size *= 10


def _units(tally: Tally, _content: Content) -> dict[str, Any]:
    rows = [row for row in tally.rows if row.target.indicator == "trees"]
    first = next(iter(rows), None)
    figures = []
    for unit in tally.units:
        sources = unit.targets.get(first.target.id, {}).values() if first else ()
        spans = sum(sources, start=Spans())
        if spans.in_period or unit.parent:  # the whole itself has no trees but those of nowhere
            figures.append((spans.in_period, unit))
    figures.sort(key=lambda one: (-one[0].reported, one[1].name))
    told = [one for one in figures if one[0].reported]
    most = max([one[0].reported for one in told] or [Decimal(1)])
    registered = {unit.code for unit in progress.expected(tally)}
    return {
        "units": [
            {
                "name": unit.name,
                "reported": part(one.reported, most),
                "confirmed": part(one.confirmed, most),
                "told": in_digits(one.reported),
            }
            for one, unit in told[:MOST_UNITS]
        ],
        "others": len(told[MOST_UNITS:]),
        "others_sum": in_digits(sum((one[0].reported for one in told[MOST_UNITS:]), Decimal(0))),
        "without": len(registered - {unit.code for _, unit in told}),
    }


#: Each chart: its drawing, and what fills it in.
CHARTS: dict[str, tuple[str, Callable[[Tally, Content], dict[str, Any]]]] = {
    "targets": ("chart_targets", _targets),
    "weeks": ("chart_weeks", _weeks),
    "units": ("chart_units", _units),
}

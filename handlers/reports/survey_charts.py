"""The chart of one question of a survey: how often each answer was given."""

from __future__ import annotations

from decimal import Decimal

from content.loader import Content
from handlers.reports.charts import part
from handlers.reports.surveys import Found, Results, lines
from handlers.talk.messages import Picture
from handlers.talk.scene import local_day
from handlers.talk.understanding.numbers import in_digits


def picture(told: Results, one: Found, state: str, content: Content) -> Picture:
    """A question as a picture, as far as it may be seen; `state`: until when answers are taken."""
    say, asked = content.phrases, local_day(told.survey.asked_at)
    figures = lines(one.question, one.answers or {}, content)
    counts = [(label, much) for label, much in figures if isinstance(much, int)]
    means = [f"{label}: {in_digits(much)}" for label, much in figures if isinstance(much, Decimal)]
    most = Decimal(max([much for _, much in counts], default=0) or 1)
    later = say["surveyed.chart_later"].format(count=one.waiting) if one.waiting else ""
    values = {
        "words": one.question.words,
        "asked": say["surveyed.chart_asked"].format(
            day=f"{asked.day}/{asked.month}", count=in_digits(Decimal(one.people))
        ),
        "place": content.plan.name,
        "bars": [
            {
                "label": label,
                "told": say["surveyed.chart_bar"].format(
                    count=in_digits(Decimal(much)), percent=round(Decimal(much) * 100 / one.people)
                ),
                "part": part(Decimal(much), most),
            }
            for label, much in counts
        ],
        "mean": "".join(means),
        "state": f"{state[:1].upper()}{state[1:]}{later}",
    }
    return Picture(name="chart_survey", values=values)

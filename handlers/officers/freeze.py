"""Freezing a period in the chat: which one, why once more, the main figures, and yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from handlers.reports import forms, freezing, periods, progress
from handlers.reports.tables import Tally
from handlers.talk import rights
from handlers.talk.flow import (
    LEFT,
    Data,
    Ending,
    Flow,
    Heard,
    Misheard,
    Offer,
    Option,
    Prompt,
    Said,
    Step,
    yes_or_no,
)
from handlers.talk.messages import Reply
from handlers.talk.routes import MENU
from handlers.talk.scene import Scene
from handlers.talk.understanding.numbers import in_digits
from storage import freezes
from storage.database import Tx

LONGEST_WHY = 300
#: How many figures are read out before the question.
MAIN = 3


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a period is not frozen now: the key of the words of the chat, and what fills them in."""

    key: str
    told: Mapping[str, object]


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """A period to freeze, or nothing yet: then it is asked for."""
    if may(scene) and not argument:
        return {"period": None}
    found = await look(tx, scene, argument)
    if isinstance(found, Refused):
        return Ending((scene.reply(found.key, **found.told),))
    return found


def may(scene: Scene) -> bool:
    """Whether the person freezes periods: for the plan's overall lead."""
    person = scene.person
    return person is not None and rights.over_all(person, "figures", scene.content)


async def look(tx: Tx, scene: Scene, argument: str) -> Data | Refused:
    """What would be frozen of a period, or why it is not."""
    content = scene.content
    if not may(scene):
        lead = next(one.name for one in content.plan.agencies if one.overall_lead)
        return Refused("freeze.only_lead", {"agency": lead})
    try:
        period = periods.said(argument, scene.today, content.plan)
    except ValueError:
        return Refused("tally.unknown_period", {"period": argument[:20]})
    before = await freezes.get(tx, period.key)
    try:
        made = await freezing.draft(tx, content, period, now=scene.now, today=scene.today)
    except freezing.NotFrozenError as error:
        number = before.revision if before else 0
        return await refused(tx, scene, period, error.why, number)
    return {
        "period": period.key,
        "label": period.label,
        "number": made.number,
        "why": None if before else "",
        "figures": _main_figures(scene, made.tally),
        "changed": _changes(scene, made) if made.before else "",
        "seen": freezing.fingerprint(made.tally, content),
    }


async def refused(tx: Tx, scene: Scene, period: periods.Period, why: str, number: int) -> Refused:
    """Why a period is not frozen now: it is open, the same, or somebody was faster."""
    who = await freezes.frozen_by(tx, period.key, number) or scene.say("freeze.somebody")
    told = {
        "label": period.label,
        "end": forms.day_text(period.end),
        "period": period.key,
        "number": number,
        "name": who,
    }
    return Refused(f"freeze.{why}", told)


def _main_figures(scene: Scene, tally: Tally) -> str:
    content, period = scene.content, tally.period
    lines = [
        scene.say(
            "freeze.figure",
            name=scene.say(f"tally.{row.target.indicator}"),
            confirmed=in_digits(row.in_period.confirmed),
            reported=in_digits(row.in_period.reported),
            cumulative=in_digits(progress.counted(row.target, row.cumulative, content)),
            goal=f"{forms.goal_text(row.target, content)} {row.target.unit_of_measure}".replace(
                " %", "%"
            ),
        )
        for row in progress.main(tally, content)[:MAIN]
    ]
    return scene.say(
        "freeze.before",
        label=period.label,
        start=forms.day_text(period.start),
        end=forms.day_text(period.end),
        lines="\n".join(lines),
    )


def _changes(scene: Scene, made: freezing.Draft) -> str:
    """What is not as it was in the revision before, in the figures that matter most."""
    content = scene.content
    was = {row.target.id: row.in_period for row in made.was(content)}
    lines = [
        scene.say(
            "freeze.changed_line",
            name=scene.say(f"tally.{row.target.indicator}"),
            low=in_digits(was[row.target.id].reported),
            reported=in_digits(row.in_period.reported),
            high=in_digits(was[row.target.id].confirmed),
            confirmed=in_digits(row.in_period.confirmed),
        )
        for row in progress.main(made.tally, content)
        if row.target.id in was and was[row.target.id] != row.in_period
    ]
    told = "\n".join(lines[:MAIN]) or scene.say("freeze.changed_other")
    return scene.say("freeze.changed", number=made.number - 1, lines=told)


# --- which period


def over(scene: Scene) -> list[periods.Period]:
    """The week, the month and the quarter that ended last."""
    plan, this_week = scene.content.plan, periods.week_of(scene.today)
    kinds = (this_week.key, f"{scene.today:%Y-%m}", f"{scene.today:%Y}-Q1")
    running = [periods.holding(kind, scene.today, plan) for kind in kinds]
    return [periods.holding(one.key, one.start - timedelta(days=1), plan) for one in running]


def _ask_which(scene: Scene, _data: Data) -> Prompt:
    options = tuple(Option(one.key, one.label) for one in over(scene))
    return Prompt(scene.say("freeze.which", example=over(scene)[1].label), options)


def _hear_which(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    try:
        period = periods.said(said.text, scene.today, scene.content.plan)
    except ValueError:
        return Misheard(scene.reply("freeze.unknown", example=over(scene)[1].label))
    return Heard("told", {"period": period.key})


# --- why once more, and whether


def _ask_why(scene: Scene, data: Data) -> Prompt:
    text = scene.say("freeze.why", label=data["label"], number=data["number"] - 1)
    return Prompt(text, before=(Reply(text=data["changed"]),))


def hear_why(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    """Why a period is frozen once more, for who reads the table later."""
    if not any(letter.isalpha() for letter in said.text):
        return Misheard(scene.reply("freeze.why_unclear"))
    if len(said.text) > LONGEST_WHY:
        return Misheard(scene.reply("freeze.why_long", count=LONGEST_WHY))
    return Heard("told", {"why": said.text})


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    prompt = yes_or_no(
        scene,
        scene.say("freeze.sure", number=data["number"]),
        ("yes", scene.say("freeze.yes")),
        ("no", scene.say("freeze.no")),
    )
    return Prompt(prompt.text, prompt.options, before=(Reply(text=data["figures"]),))


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Freeze what was read out, unless someone else did, or a figure has moved since."""
    assert scene.person is not None  # noqa: S101 - the route needs the right to figures
    if outcome in {LEFT, "kept_open"}:
        return Ending((scene.reply("freeze.not_done"),))
    if outcome == "chosen":
        return Ending(go=f"freeze:{data['period']}")
    period = periods.parse(data["period"], scene.content.plan)
    see = Offer(scene.say("freeze.see"), f"tally:{period.key}")
    home = Offer(scene.say("menu.home"), MENU)
    try:
        number = await freezing.freeze(
            tx,
            scene.content,
            period,
            now=scene.now,
            today=scene.today,
            by=scene.person.id,
            why=data["why"],
            seen=(data["number"], data["seen"]),
        )
    except freezing.NotFrozenError as error:
        if error.why == "moved":
            return Ending((scene.reply("freeze.moved"),), go=f"freeze:{period.key}")
        why = await refused(tx, scene, period, "overtaken", data["number"])
        return Ending((scene.reply(why.key, **why.told),), (see, home))
    done = scene.reply("freeze.done", label=period.label, number=number)
    files = Offer(scene.say("files.get"), f"files:{period.key}")
    return Ending((done,), (files, see, home))


async def unfreeze(_tx: Tx, scene: Scene, _argument: str) -> Ending:
    """What is frozen stays so; a new revision is the way."""
    offers = (Offer(scene.say("freeze.again"), "freeze"), Offer(scene.say("menu.home"), MENU))
    return Ending((scene.reply("freeze.unfreeze"),), offers)


FLOW = Flow(
    name="freeze",
    first="which",
    steps={
        "which": Step(
            ask=_ask_which,
            choose=lambda _scene, _data, key: Heard("told", {"period": key}),
            hear=_hear_which,
            known=lambda _scene, data: Heard("known") if data["period"] else None,
            to={"told": "chosen", "known": "why"},
        ),
        "why": Step(
            ask=_ask_why,
            hear=hear_why,
            known=lambda _scene, data: Heard("told") if data["why"] is not None else None,
            to={"told": "sure"},
            takes_anything=True,
        ),
        "sure": Step(ask=_ask_sure, to={"yes": "frozen", "no": "kept_open"}),
    },
    ends=frozenset({"chosen", "frozen", "kept_open"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("freeze.recap"),
    holds=False,
)

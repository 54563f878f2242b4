"""Figures from outside the chat: entering what a paper says, seeing it, and taking it back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from content.loader import Content
from handlers.officers.asking import hear_source, unit_step
from handlers.reports.registers import day_options, example_day, hear_day, written
from handlers.reports.scoping import concerns
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
from handlers.talk.routes import MENU, number_in
from handlers.talk.scene import Scene
from handlers.talk.understanding.numbers import in_digits
from storage import outside
from storage.database import Tx
from storage.learning import PEOPLE
from storage.outside import Figure, NewFigure

#: Larger figures are slips of a finger.
MOST = Decimal(1_000_000_000)
LONGEST_PAPER = 60
SHOWN = 2


def _measures(content: Content) -> dict[str, tuple[str, str, str]]:
    """What a figure may be of, by indicator: its measure, its unit of measure by key and by name.

    What is counted from approved registers alone is not among it.
    """
    registered = {one.indicator for one in content.registers}
    found: dict[str, tuple[str, str, str]] = {}
    for target in content.plan.targets:
        if target.indicator in registered:
            continue
        found[target.indicator] = (target.indicator, PEOPLE, PEOPLE)
        for one in content.activities.activities:
            if one.evidence_for == target.indicator and one.role == "counts":
                name = content.unit_of_measure(one.units[0]).name
                found[target.indicator] = (one.key, one.units[0], name)
    return found


def _may(scene: Scene, indicator: str, unit: str) -> bool:
    """Whether this person's agency leads or coordinates an indicator, over a unit."""
    content, person = scene.content, scene.person
    assert person is not None  # noqa: S101 - the route needs the right to figures
    concerned = {
        agency.key
        for agency in content.plan.agencies
        for target in content.plan.targets
        if target.indicator == indicator and concerns(content, target, agency.key)
    }
    return rights.for_agencies(person, "figures", concerned, unit, content)


def _indicator(scene: Scene, figure: NewFigure) -> str:
    known = _measures(scene.content)
    return next((one for one, it in known.items() if it[0] == figure.measure), figure.measure)


# --- entering


async def begin(_tx: Tx, scene: Scene, _argument: str) -> Data | Ending:
    """What this person may enter figures of."""
    content = scene.content
    mine = [
        one for one in _measures(content) if any(_may(scene, one, code) for code in content.units)
    ]
    return {"offered": mine} if mine else Ending((scene.reply("outside.none"),))


def _ask_which(scene: Scene, data: Data) -> Prompt:
    options = tuple(Option(one, scene.say(f"tally.{one}")) for one in data["offered"])
    return Prompt(scene.say("outside.which"), options)


def _ask_amount(scene: Scene, data: Data) -> Prompt:
    name, measure = _names(scene, data)
    return Prompt(scene.say("outside.amount", name=name, measure=measure))


def _names(scene: Scene, data: Data) -> tuple[str, str]:
    measure = _measures(scene.content)[data["indicator"]][2]
    return scene.say(f"tally.{data['indicator']}"), measure


def _hear_amount(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    numbers = scene.reader.numbers(said.text)
    if len(numbers) != 1 or numbers[0] <= 0 or numbers[0] % 1 != 0:
        return Misheard(scene.reply("outside.amount_unclear"))
    if numbers[0] > MOST:
        return Misheard(scene.reply("outside.amount_many"))
    return Heard("told", {"amount": int(numbers[0])})


def _day_step(key: str, then: str, *, after: str | None = None) -> Step:
    """The question of a day; not before the day kept as `after`."""

    def ask(scene: Scene, data: Data) -> Prompt:
        question = scene.say(f"outside.{key}")
        text = scene.say("registers.day", question=question, example=example_day(scene))
        return Prompt(text, day_options(scene, _earliest(data)))

    def hear(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
        day = hear_day(scene, said, _earliest(data))
        return day if isinstance(day, Misheard) else Heard("told", {key: day.isoformat()})

    def _earliest(data: Data) -> date:
        return date.fromisoformat(data[after]) if after else date.min

    return Step(
        ask=ask,
        choose=lambda _scene, _data, chosen: Heard("told", {key: chosen}),
        hear=hear,
        to={"told": then},
    )


def _hear_paper(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    known = any(letter.isdigit() for letter in said.text) and len(said.text) <= LONGEST_PAPER
    return (
        Heard("told", {"paper": said.text})
        if known
        else Misheard(scene.reply("outside.paper_unclear"))
    )


def _ask_confirm(scene: Scene, data: Data) -> Prompt:
    text = scene.say("outside.confirm", **_told(scene, data["indicator"], _figure(scene, data)))
    return yes_or_no(
        scene, text, ("yes", scene.say("outside.yes")), ("no", scene.say("outside.no"))
    )


def _told(scene: Scene, indicator: str, figure: NewFigure) -> dict[str, str]:
    content = scene.content
    return {
        "name": scene.say(f"tally.{indicator}"),
        "unit": content.units.get(figure.unit, content.root_unit).name,
        "amount": in_digits(figure.quantity),
        "measure": _measures(content)[indicator][2],
        "start": written(figure.first_day),
        "end": written(figure.last_day),
        "number": figure.paper,
        "date": written(figure.paper_day),
        "what": figure.source,
    }


def _figure(scene: Scene, data: Data) -> NewFigure:
    measure, unit_of_measure, _ = _measures(scene.content)[data["indicator"]]
    return NewFigure(
        measure=measure,
        unit_of_measure=unit_of_measure,
        unit=data["unit"],
        quantity=Decimal(data["amount"]),
        first_day=date.fromisoformat(data["first_day"]),
        last_day=date.fromisoformat(data["last_day"]),
        paper=data["paper"],
        paper_day=date.fromisoformat(data["paper_day"]),
        source=data["source"],
    )


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the figure and count it, unless the same of the same paper is there already."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to figures
    if outcome == LEFT:
        return Ending((scene.reply("outside.not_kept"),))
    new = _figure(scene, data)
    if not _may(scene, data["indicator"], new.unit):
        return Ending((scene.reply("talk.no_right"),))
    offers = (
        Offer(scene.say("outside.more"), "outside"),
        Offer(scene.say("outside.see"), "papers"),
        Offer(scene.say("menu.home"), MENU),
    )
    await tx.lock(f"paper:{new.measure}:{new.unit}")
    same = await outside.of_unit(tx, new.measure, new.unit)
    if any((one.paper, one.last_day) == (new.paper, new.last_day) for one in same):
        return Ending((scene.reply("outside.again", number=new.paper),), offers)
    await outside.add(tx, new, person.id, scene.now)
    return Ending((scene.reply("outside.kept", end=written(new.last_day)),), offers)


def _stands(content: Content, data: Data) -> bool:
    indicators = {*data["offered"], data.get("indicator"), None}
    return indicators <= {None, *_measures(content)} and data.get("unit") in {None, *content.units}


FLOW = Flow(
    name="outside",
    first="which",
    steps={
        "which": Step(
            ask=_ask_which,
            choose=lambda _scene, _data, key: Heard("told", {"indicator": key}),
            known=lambda _scene, data: (
                Heard("told", {"indicator": data["offered"][0]})
                if len(data["offered"]) == 1
                else None
            ),
            to={"told": "unit"},
        ),
        "unit": unit_step("outside.unit", "amount"),
        # "0 cây" here is no report that nothing was done.
        "amount": Step(
            ask=_ask_amount, hear=_hear_amount, to={"told": "first_day"}, takes_anything=True
        ),
        "first_day": _day_step("first_day", "last_day"),
        "last_day": _day_step("last_day", "paper", after="first_day"),
        "paper": Step(
            ask=lambda scene, _data: Prompt(scene.say("outside.paper")),
            hear=_hear_paper,
            to={"told": "paper_day"},
            takes_anything=True,
        ),
        "paper_day": _day_step("paper_day", "source"),
        "source": Step(
            ask=lambda scene, _data: Prompt(scene.say("outside.source")),
            hear=hear_source,
            to={"told": "confirm"},
            takes_anything=True,
        ),
        "confirm": Step(ask=_ask_confirm, to={"yes": "kept", "no": "which"}),
    },
    ends=frozenset({"kept"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("outside.recap"),
    stands=_stands,
)


# --- seeing, and taking back


async def papers(tx: Tx, scene: Scene, argument: str) -> Ending:
    """The figures this person may change, newest first, a few at a time ("2" goes on)."""
    standing = await outside.standing(tx, date.min, scene.today)
    mine = [one for one in reversed(standing) if _may(scene, _indicator(scene, one), one.unit)]
    start = number_in(argument) or 0
    shown = mine[start : start + SHOWN]
    more = Offer(scene.say("outside.more"), "outside")
    if not shown:
        return Ending((scene.reply("outside.empty"),), (more,))
    lines = "\n".join(scene.say("outside.line", **_of(scene, one)) for one in shown)
    offers = [
        Offer(scene.say("outside.remove", **_of(scene, one)), f"remove:{one.id}") for one in shown
    ]
    if mine[start + SHOWN :]:
        offers.append(Offer(scene.say("outside.older"), f"papers:{start + SHOWN}"))
    else:
        offers.append(more)
    return Ending((scene.reply("outside.list", lines=lines),), tuple(offers))


def _of(scene: Scene, figure: Figure) -> dict[str, str]:
    return _told(scene, _indicator(scene, figure), figure)


async def _begin_removing(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    number = number_in(argument)
    figure = await outside.get(tx, number) if number is not None else None
    if figure is None or not _may(scene, _indicator(scene, figure), figure.unit):
        return Ending((scene.reply("outside.gone"),))
    return {"id": figure.id, "what": scene.say("outside.line", **_of(scene, figure))}


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("outside.sure", what=data["what"]),
        ("yes", scene.say("outside.remove_yes")),
        ("no", scene.say("outside.remove_no")),
    )


async def _remove(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    assert scene.person is not None  # noqa: S101 - the route needs the right to figures
    offers = (
        Offer(scene.say("outside.more"), "outside"),
        Offer(scene.say("outside.see"), "papers"),
        Offer(scene.say("menu.home"), MENU),
    )
    if outcome != "removed":
        return Ending((scene.reply("outside.still"),), offers)
    done = await outside.take_back(tx, data["id"], scene.person.id, scene.now)
    return Ending((scene.reply("outside.removed" if done else "outside.gone"),), offers)


REMOVE = Flow(
    name="remove",
    first="sure",
    steps={"sure": Step(ask=_ask_sure, to={"yes": "removed", "no": "still"})},
    ends=frozenset({"removed", "still"}),
    begin=_begin_removing,
    finish=_remove,
    recap=lambda scene, _data: scene.say("outside.recap_remove"),
    holds=False,
)

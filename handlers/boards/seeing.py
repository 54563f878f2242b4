"""What someone sees on the boards of figures: a period, in some units, as far as they may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from content.loader import Content
from content.models.plan import Unit
from handlers.boards.parts import Asked, Field, Form, Link, Links, Part, at
from handlers.officers.sight import scope
from handlers.reports import freezing, periods
from handlers.reports.periods import Period
from handlers.reports.tables import Tally
from handlers.talk.routes import number_in
from handlers.talk.scene import ZONE, Scene
from storage import freezes
from storage.database import Tx
from storage.people import Person

#: No period is frozen more often.
MOST_REVISIONS = 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A period as far as someone may see it, narrowed to one unit if that was asked for."""

    person: Person
    tally: Tally
    unit: Unit | None
    units: list[str] | None
    agencies: list[str] | None
    #: The revision that was asked for; empty for the latest.
    revision: str = ""

    @property
    def asked(self) -> dict[str, str]:
        """What leads back here from another board."""
        told = {"ky": self.tally.period.key, "ban": self.revision}
        return told | ({"don_vi": self.unit.code} if self.unit else {})


async def look(tx: Tx, scene: Scene, asked: Asked) -> Seen | None:
    """What was asked for; None where there is no such period, revision, or unit of theirs."""
    content, person = scene.content, scene.person
    assert person is not None  # noqa: S101 - boards are for who has come in
    period = period_of(scene, asked)
    units, agencies = scope(person, content)
    unit = content.units.get(asked["don_vi"]) if asked.get("don_vi") else None
    if period is None or (asked.get("don_vi") and unit is None):
        return None
    if unit is not None:
        if units is not None and unit.code not in units:
            return None
        below = content.within(unit.code)
        units = sorted(below if units is None else below & set(units))
    revision = asked.get("ban", "")
    if revision and not 0 < (number_in(revision) or 0) <= MOST_REVISIONS:
        return None
    try:
        tally = await freezing.shown(
            tx,
            content,
            period,
            units=units,
            agencies=agencies,
            now=scene.now.astimezone(ZONE),
            today=scene.today,
            revision=int(revision) if revision else None,
        )
    except KeyError:
        return None
    return Seen(
        person=person, tally=tally, unit=unit, units=units, agencies=agencies, revision=revision
    )


def period_of(scene: Scene, asked: Asked) -> Period | None:
    """The period that was asked for, this week if none was; None where there is no such."""
    try:
        key = asked.get("ky", "").strip()
        if key:
            return periods.said(key, scene.today, scene.content.plan)
        return periods.week_of(scene.today)
    except ValueError:
        return None


def may_see(person: Person, content: Content) -> str:
    """The units and targets that someone sees, in words, as the log keeps them."""
    units, agencies = scope(person, content)
    names = [content.units[code].name for code in units or () if code in content.units]
    leads = [content.plan.agency(key).name for key in agencies or ()]
    parts = [", ".join(names) or content.root_unit.name, ", ".join(leads)]
    return "; ".join(filter(None, parts))


def whose(scene: Scene, seen: Seen) -> str:
    """Whose figures are seen: the part that they are of, or the whole."""
    return seen.tally.part or scene.content.root_unit.name


def choices(scene: Scene, board: str, seen: Seen, **more: str) -> list[Part]:
    """The periods and units there are to choose from."""
    plan, today, period = scene.content.plan, scene.today, seen.tally.period
    kinds = (f"{today:%Y-%m}", f"{today:%Y}-Q1", f"{today:%Y}-H1", f"{today:%Y}", "all")
    told = [periods.week_of(today - timedelta(days=7)), periods.week_of(today)]
    told += [periods.holding(kind, today, plan) for kind in kinds]
    unit = {"don_vi": seen.unit.code} if seen.unit else {}
    links = [
        Link(one.label, at(board, ky=one.key, **unit, **more), one.key == period.key)
        for one in told
    ]
    earlier = periods.before(period, plan)
    if earlier is not None:
        later = periods.holding(period.key, period.end + timedelta(days=1), plan)
        for label, one in (("board.earlier", earlier), ("board.later", later)):
            if one.start <= today and one.key not in {chosen.key for chosen in told}:
                name = scene.say(label, label=one.label)
                links.append(Link(name, at(board, ky=one.key, **unit, **more)))
    other = Form(
        go=at(board),
        button=scene.say("board.show"),
        fields=(_period_field(scene, period), _unit_field(scene, seen)),
        hidden=more,
        asks=True,
    )
    return [Links(label=scene.say("board.periods"), links=links), other]


def _period_field(scene: Scene, period: Period) -> Field:
    return Field(
        name="ky",
        label=scene.say("board.other_period"),
        value=period.key,
        hint=scene.say("board.period_hint"),
    )


def _unit_field(scene: Scene, seen: Seen) -> Field:
    content = scene.content
    units, _ = scope(seen.person, content)
    every = [one for one in content.units.values() if units is None or one.code in units]
    return Field(
        name="don_vi",
        label=scene.say("board.unit"),
        kind="select",
        value=seen.unit.code if seen.unit else "",
        options=[("", scene.say("board.all_units")), *((one.code, one.name) for one in every)],
    )


async def revisions(tx: Tx, scene: Scene, board: str, seen: Seen, **more: str) -> Sequence[Part]:
    """The revisions of a frozen period, when there are several."""
    last = await freezes.get(tx, seen.tally.period.key)
    if last is None or last.revision < 2:
        return ()
    links = [
        Link(
            scene.say("board.revision", number=number),
            at(board, **{**seen.asked, "ban": number, **more}),
            number == seen.tally.number,
        )
        for number in range(1, last.revision + 1)
    ]
    return (Links(label=scene.say("board.revisions"), links=links),)

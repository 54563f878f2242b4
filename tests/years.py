"""A year of reports as a program might see it, kept in a database and known one by one.

The list that comes back is what tests count by themselves, apart from the program.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from content.loader import Content
from handlers.talk.scene import ZONE
from storage import outside, registering, registers, reports, rosters
from storage.database import Tx
from storage.outside import NewFigure
from storage.registers import APPROVED, NewEntry
from storage.reports import CONFIRMED, GATHERING, OUTSIDE, PROXY, REJECTED, SELF, NewReport
from storage.rosters import Roster

START = date(2025, 11, 1)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is counted."""

    indicator: str
    unit: str
    source: str
    day: date
    reported: Decimal
    confirmed: Decimal


@dataclass(frozen=True, slots=True)
class Year:
    """All that was told, and what else the tally shows."""

    told: list[Told]
    rosters: dict[str, int]
    officer: int


async def make(tx: Tx, content: Content, seed: int = 7, many: int = 400) -> Year:
    """Keep a year of reports in some units, spread as the seasons go."""
    luck = random.Random(seed)  # noqa: S311 - a made-up village needs no secrets
    units = [one.code for one in content.units.values() if one.parent][:8]
    now = datetime(2026, 11, 20, 9, tzinfo=ZONE)
    officer = await _person(tx, "Minh", content.root_unit.code, now)
    tellers = {unit: await _person(tx, f"Bà {unit}", unit, now, over60=True) for unit in units}
    told: list[Told] = []
    for _ in range(many):
        day = START + timedelta(days=int(luck.betavariate(2, 3) * 384))
        unit = luck.choice(units)
        amount = Decimal(luck.choice([1, 5, 12, 40, 200, 1600]))
        source = luck.choice([SELF, SELF, PROXY, GATHERING])
        number = await reports.add(
            tx,
            NewReport(
                person_id=tellers[unit] if source == SELF else None,
                reported_by=tellers[unit],
                unit=unit,
                activity="trees",
                quantity=amount,
                unit_of_measure="cay",
                what="keo",
                done_on=day,
                source=source,
                words="trồng cây",
                understood="{}",
            ),
            now,
        )
        fate = luck.choice([None, CONFIRMED, CONFIRMED, REJECTED])
        if fate:
            await reports.change_status(tx, number, to=fate, by=officer, now=now, reason="")
        counted = Decimal(0) if fate == REJECTED else amount
        sure = amount if fate == CONFIRMED else Decimal(0)
        told.append(Told("trees", unit, source, day, counted, sure))
    told += await _papers(tx, units, officer, now)
    told += await _models(tx, content, units, tellers, officer, now, luck)
    return Year(told, await _rosters(tx, units, officer, now, luck), officer)


async def _person(
    tx: Tx, name: str, unit: str, now: datetime, *, over60: bool | None = None
) -> int:
    return await registering.register(
        tx,
        channel="year",
        at=f"{name}-{unit}",
        name=name,
        form="bac",
        unit=unit,
        unit_words=None,
        over60=over60,
        consent_version="1",
        now=now - timedelta(days=500),
    )


async def _papers(tx: Tx, units: list[str], officer: int, now: datetime) -> list[Told]:
    told = []
    for unit, amount, last in (
        (units[0], 5000, date(2026, 3, 31)),
        (units[1], 700, date(2026, 10, 31)),
    ):
        await outside.add(
            tx,
            NewFigure(
                measure="trees",
                unit_of_measure="cay",
                unit=unit,
                quantity=Decimal(amount),
                first_day=last.replace(day=1),
                last_day=last,
                paper="12/BC-HKL",
                paper_day=last + timedelta(days=3),
                source='=HYPERLINK("http://example.com")',
            ),
            officer,
            now,
        )
        told.append(Told("trees", unit, OUTSIDE, last, Decimal(amount), Decimal(amount)))
    return told


async def _models(
    tx: Tx,
    content: Content,
    units: list[str],
    tellers: dict[str, int],
    officer: int,
    now: datetime,
    luck: random.Random,
) -> list[Told]:
    told = []
    for register in content.registers:
        for number in range(4):
            unit, since = luck.choice(units), START + timedelta(days=luck.randrange(380))
            entry = await registers.propose(
                tx,
                NewEntry(
                    register=register.key,
                    rule=register.counts,
                    unit_of_measure=register.unit_of_measure,
                    name=f"+{register.name} {number}",
                    unit=unit,
                    place="@nhà văn hóa",
                    people=number + 1,
                    since=since,
                    words="",
                    proposer_id=tellers[unit],
                ),
                now,
            )
            sure = number % 2 == 0
            if sure:
                await registers.change(tx, entry, seen=1, to=APPROVED, by=officer, now=now)
            worth = Decimal(number + 1 if register.counts == "people" else 1)
            if register.indicator:
                confirmed = worth if sure else Decimal(0)
                told.append(Told(register.indicator, unit, "register", since, worth, confirmed))
    return told


async def _rosters(
    tx: Tx, units: list[str], officer: int, now: datetime, luck: random.Random
) -> dict[str, int]:
    """Numbers of the people over 60 in every one of the units: no sum, since others have none."""
    known = {}
    for unit in units:
        known[unit] = luck.randrange(40, 120)
        roster = Roster(
            unit=unit,
            kind="over60",
            people=known[unit],
            day=date(2026, 1, 1),
            source="-sổ hội viên",
        )
        await rosters.add(tx, roster, officer, now)
    return known

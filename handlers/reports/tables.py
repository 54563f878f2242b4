"""The counted table of a period as values: what is counted, frozen, and shown in every form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from content.models.plan import Target
from handlers.reports.periods import Period
from storage.outside import Figure as OutsideFigure
from storage.reviews import Changes, Told
from storage.rosters import Roster


@dataclass(frozen=True, slots=True)
class Figures:
    """What people reported, and the part of it that someone confirmed."""

    reported: Decimal = Decimal(0)
    confirmed: Decimal = Decimal(0)

    def __add__(self, other: Figures) -> Figures:
        return Figures(self.reported + other.reported, self.confirmed + other.confirmed)

    def __bool__(self) -> bool:
        return bool(self.reported or self.confirmed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """One target's figures over the days they are shown for."""

    in_period: Figures = Figures()
    #: Counted up as the target's basis says.
    cumulative: Figures = Figures()
    last_period: Figures = Figures()
    #: The same period a year before.
    last_year: Figures = Figures()

    def __add__(self, other: Spans) -> Spans:
        return Spans(
            in_period=self.in_period + other.in_period,
            cumulative=self.cumulative + other.cumulative,
            last_period=self.last_period + other.last_period,
            last_year=self.last_year + other.last_year,
        )

    def __bool__(self) -> bool:
        return any((self.in_period, self.cumulative, self.last_period, self.last_year))


#: A target's figures by who told them: self, proxy, gathering, outside, register, chat.
BySource = Mapping[str, Spans]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """One target of the plan with its figures."""

    target: Target
    lead: str
    sources: BySource = field(default_factory=dict)
    #: How many people its share is of, where a roster tells.
    roster: Roster | None = None
    #: Where these are the figures of some units: what is counted up in all, whose the goal is.
    whole: Figures | None = None

    @property
    def spans(self) -> Spans:
        """The figures of all sources."""
        return sum(self.sources.values(), start=Spans())

    @property
    def in_period(self) -> Figures:
        """What was done in the period."""
        return self.spans.in_period

    @property
    def cumulative(self) -> Figures:
        """What was done as far as the target's basis counts up."""
        return self.spans.cumulative


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One unit's own figures (units below it have their own rows)."""

    code: str
    name: str
    parent: str | None
    #: People registered there, and how many of them were heard from in the period.
    expected: int
    heard_from: int
    #: By activity, in the period.
    values: Mapping[str, Figures]
    #: By target.
    targets: Mapping[str, BySource]
    #: By indicator and week, this year's and last year's.
    weeks: Mapping[str, Mapping[str, Figures]]
    #: By kind; the people of units below are included.
    rosters: Mapping[str, Roster]
    #: By activity, what became of the reports of the period.
    told: Mapping[str, Told]
    #: The last day before it became a part of its parent.
    until: date | None = None

    @property
    def waiting(self) -> int:
        """Reports of the period that nobody has reviewed."""
        return sum(one.waiting for one in self.told.values())

    @property
    def changes(self) -> Changes:
        """Reports of the period that no longer stand as they were told."""
        return sum((one.changes for one in self.told.values()), start=Changes())


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEntry:
    """An approved entry of a register as it stood on the last day that is counted."""

    register: str
    name: str
    unit: str
    place: str
    people: int
    unit_of_measure: str
    since: date
    state: str
    #: The day from which the state holds.
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A figure of a target that is not what it was in the revision before."""

    target: str
    was: Spans
    now: Spans
    #: How many people its share is of.
    people_was: int | None = None
    people_now: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LateReports:
    """What was told about the period after it had been frozen, of one activity in one unit."""

    unit: str
    measure: str
    reports: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Why a period was frozen again, and what is different."""

    why: str
    moved: tuple[Moved, ...]
    late: tuple[LateReports, ...]
    #: How many reports more than before stand no longer as they were told.
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The counted table of one period."""

    program: str
    period: Period
    made_at: datetime
    #: The last day that is counted.
    counted_to: date
    rows: tuple[TargetRow, ...]
    units: tuple[UnitRow, ...]
    #: What stood in the registers on the last day that is counted.
    entries: tuple[ListedEntry, ...] = ()
    #: The papers behind the figures from outside, as far as they are counted up.
    papers: tuple[OutsideFigure, ...] = ()
    #: The number of its freeze; 0 while it is not frozen.
    number: int = 0
    #: What the last freeze changed; None in the first.
    revision: Revision | None = None
    #: Whose part this is, by the names of units and agencies; empty for the whole.
    part: str = ""

    @property
    def to_come(self) -> bool:
        """Whether its period has not begun: there is nothing to count, and no figure is shown."""
        return self.counted_to < self.period.start

    @property
    def changes(self) -> Changes:
        """Reports of the period that no longer stand as they were told, and are not counted."""
        return sum((one.changes for one in self.units), start=Changes())

    @property
    def waiting(self) -> int:
        """Reports of the period that nobody has reviewed."""
        return sum(one.waiting for one in self.units)

    def weeks(self, indicator: str) -> dict[str, Figures]:
        """The figures of an indicator by week."""
        found: dict[str, Figures] = defaultdict(Figures)
        for unit in self.units:
            for week, figures in unit.weeks.get(indicator, {}).items():
                found[week] += figures
        return dict(found)


def added(several: Iterable[BySource]) -> dict[str, Spans]:
    """The figures of several units together, by source."""
    found: dict[str, Spans] = {}
    for by_source in several:
        for source, spans in by_source.items():
            found[source] = found.get(source, Spans()) + spans
    return found

"""The counts are true: whatever happens in whatever order, they equal a full count."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from storage import counts, learning, registering, reports, skills
from storage.database import Store, Tx
from storage.reports import CONFIRMED, REJECTED, REPORTED, SUPERSEDED, NewReport
from tests.databases import fresh_schema, opened

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
ALWAYS = (date.min, date.max)

UNITS = ("go-vu", "vai-cay", "05800")
LEVELS = ("learnt", "says", "confirmed")
SKILLS = ("safety", "messages")
KINDS = (("trees", "cây"), ("trees", "bầu"), ("waste", "kg"), ("waste", "bao"))
PEOPLE = range(3)

#: Measure, unit of measure, unit, source: what one line of `counts.between` is about.
Line = tuple[str, str, str, str]
#: Reported and confirmed.
Sums = dict[Line, tuple[Decimal, Decimal]]


@dataclass(frozen=True)
class Reports:
    """Somebody says what was done."""

    person: int | None
    unit: str
    kind: tuple[str, str]
    quantity: Decimal
    day: date
    source: str


@dataclass(frozen=True)
class Reviews:
    """Somebody changes the status of one of the last reports."""

    which: int
    to: str


@dataclass(frozen=True)
class Informs:
    """A person finishes a lesson, or says that they read an announcement."""

    person: int
    ref: int
    unit: str
    day: date


@dataclass(frozen=True)
class Reaches:
    """A person reaches a level of a skill."""

    person: int
    skill: str
    level: str
    unit: str
    day: date


Step = Reports | Reviews | Informs | Reaches

DAYS = st.integers(0, 9).map(lambda ago: TODAY - timedelta(days=ago))
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(
        Reports,
        person=st.sampled_from([None, *PEOPLE]),
        unit=st.sampled_from(UNITS),
        kind=st.sampled_from(KINDS),
        quantity=st.sampled_from([Decimal(text) for text in ("1", "2.5", "0.125", "7", "999999")]),
        day=DAYS,
        source=st.sampled_from(["self", "proxy", "gathering"]),
    ),
    st.builds(
        Reviews,
        which=st.integers(1, 3),
        to=st.sampled_from([CONFIRMED, CONFIRMED, REJECTED, SUPERSEDED, REPORTED]),
    ),
    st.builds(
        Informs,
        person=st.sampled_from(PEOPLE),
        ref=st.integers(0, 2),
        unit=st.sampled_from(UNITS),
        day=DAYS,
    ),
    st.builds(
        Reaches,
        person=st.sampled_from(PEOPLE),
        skill=st.sampled_from(SKILLS),
        level=st.sampled_from(LEVELS),
        unit=st.sampled_from(UNITS),
        day=DAYS,
    ),
)
LIVES = st.lists(STEPS, min_size=5, max_size=30)


@dataclass
class Kept:
    """One report in the test's own book."""

    step: Reports
    id: int
    status: str = REPORTED


@dataclass
class Book:
    """What the counts must be, kept by the test in plain Python with no sums at all."""

    reports: list[Kept] = field(default_factory=list)
    #: Everyone's first evidence, and the days on which they came to count for the skills.
    informed: dict[int, tuple[str, date]] = field(default_factory=dict)
    levels: dict[int, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    says: dict[int, tuple[str, date]] = field(default_factory=dict)
    confirmed: dict[int, tuple[str, date]] = field(default_factory=dict)

    def reach(self, step: Reaches) -> None:
        """Note a level, and whether it was the last one missing."""
        mine, here = self.levels[step.person], (step.unit, step.day)
        mine.add((step.skill, step.level))
        sure = {skill for skill, level in mine if level == "confirmed"}
        if sure == set(SKILLS):
            self.confirmed.setdefault(step.person, here)
        if sure | {skill for skill, level in mine if level == "says"} == set(SKILLS):
            self.says.setdefault(step.person, here)

    def between(self, start: date, end: date) -> Sums:
        """The sums of some days, as `counts.between` must give them."""
        sums: Sums = defaultdict(lambda: (Decimal(0), Decimal(0)))

        def add(line: Line, day: date, reported: Decimal | int, confirmed: Decimal | int) -> None:
            if start <= day <= end:
                sums[line] = (sums[line][0] + reported, sums[line][1] + confirmed)

        for one in self.reports:
            step = one.step
            standing = one.status in {REPORTED, CONFIRMED}
            sure = one.status == CONFIRMED
            line = (*step.kind, step.unit, step.source)
            add(line, step.day, step.quantity * standing, step.quantity * sure)
        for unit, day in self.informed.values():
            add(("awareness", "người", unit, "chat"), day, 1, 1)
        for unit, day in self.says.values():
            add(("digital_skills", "người", unit, "chat"), day, 1, 0)
        for unit, day in self.confirmed.values():
            add(("digital_skills", "người", unit, "chat"), day, 0, 1)
        return without_nothing(sums)


def without_nothing(sums: Sums) -> Sums:
    return {line: both for line, both in sums.items() if any(both)}


async def sums(tx: Tx, start: date, end: date) -> Sums:
    """What the program counts over some days."""
    lines = await counts.between(tx, start, end)
    counted = {
        (one.measure, one.unit_of_measure, one.unit, one.source): (one.reported, one.confirmed)
        for one in lines
    }
    assert len(counted) == len(lines)
    return without_nothing(counted)


def new_report(
    step: Reports = Reports(None, "go-vu", ("trees", "cây"), Decimal(5), TODAY, "self"),
    person_id: int | None = None,
) -> NewReport:
    return NewReport(
        person_id=person_id,
        reported_by=person_id,
        unit=step.unit,
        activity=step.kind[0],
        quantity=step.quantity,
        unit_of_measure=step.kind[1],
        what=None,
        done_on=step.day,
        source=step.source,
        words="…",
        understood="{}",
    )


async def take(tx: Tx, book: Book, ids: list[int], step: Step) -> None:
    """Do one step in the database, and write it in the book."""
    if isinstance(step, Reports):
        person_id = None if step.person is None else ids[step.person]
        book.reports.append(Kept(step, await reports.add(tx, new_report(step, person_id), NOW)))
    elif isinstance(step, Reviews):
        await review(tx, book, ids, step)
    elif isinstance(step, Informs):
        ref = f"lesson-{step.ref}"
        await learning.inform(tx, ids[step.person], "lesson", ref, step.unit, step.day)
        book.informed.setdefault(step.person, (step.unit, step.day))
    else:
        person_id, skill, level = ids[step.person], step.skill, step.level
        await skills.reach(tx, person_id, skill, level, step.unit, step.day, SKILLS)
        book.reach(step)


async def review(tx: Tx, book: Book, ids: list[int], step: Reviews) -> None:
    """Change a status, which must be refused when the report no longer stands or has it already."""
    if len(book.reports) < step.which:
        return
    one = book.reports[-step.which]
    allowed = one.status not in {REJECTED, SUPERSEDED, step.to}
    assert allowed == await reports.change_status(tx, one.id, to=step.to, by=ids[0], now=NOW)
    if allowed:
        one.status = step.to


async def villagers(store: Store) -> list[int]:
    async with store.begin() as tx:
        return [
            await registering.register(
                tx,
                channel="phone",
                at=str(number),
                name="Lan",
                form="bac",
                unit="go-vu",
                unit_words=None,
                over60=True,
                consent_version="1",
                now=NOW,
            )
            for number in PEOPLE
        ]


async def live(store: Store, steps: list[Step]) -> None:
    """Take steps one by one; after each, the counts are true in both ways of proving it."""
    ids, book = await villagers(store), Book()
    for step in steps:
        async with store.begin() as tx:
            await take(tx, book, ids, step)
        async with store.read() as tx:
            assert await counts.recount(tx, SKILLS) == []
            assert await sums(tx, *ALWAYS) == book.between(*ALWAYS)
    async with store.read() as tx:
        for start, end in pairwise(TODAY - timedelta(days=ago) for ago in (9, 6, 3, 1, 0)):
            assert await sums(tx, start, end) == book.between(start, end)
            assert await sums(tx, end, start) == {}


class TestWhateverHappens:
    @settings(max_examples=100, deadline=None)
    @given(steps=LIVES)
    async def test_the_counts_are_true_on_sqlite(
        self, tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
    ) -> None:
        folder = tmp_path_factory.mktemp("life")
        async with opened(f"sqlite:///{folder}/bot.db") as store:
            await live(store, steps)

    # Not shrunk: a schema for every try takes minutes, and SQLite has said most of it already.
    @settings(max_examples=12, deadline=None, phases=[Phase.generate])
    @given(steps=LIVES)
    async def test_the_counts_are_true_on_postgresql(
        self, postgres: str, steps: list[Step]
    ) -> None:
        async with fresh_schema(postgres) as url, opened(url) as store:
            await live(store, steps)


async def count(store: Store, measure: str) -> tuple[float, float]:
    """One measure over all units and days: reported and confirmed."""
    async with store.read() as tx:
        lines = [one for one in await counts.between(tx, *ALWAYS) if one.measure == measure]
    return float(sum(one.reported for one in lines)), float(sum(one.confirmed for one in lines))


async def differences(store: Store) -> list[str]:
    async with store.read() as tx:
        return await counts.recount(tx, SKILLS)


async def reported(store: Store, person_id: int | None = None) -> int:
    async with store.begin() as tx:
        return await reports.add(tx, new_report(person_id=person_id), NOW)


async def changes(store: Store, report_id: int, to: str, by: int) -> bool:
    async with store.begin() as tx:
        return await reports.change_status(tx, report_id, to=to, by=by, now=NOW, reason="…")


class TestRecounting:
    @pytest.fixture
    async def lived(self, store: Store) -> Store:
        """A store with something of every kind in it."""
        lan, mai, _ = await villagers(store)
        await changes(store, await reported(store, lan), CONFIRMED, mai)
        async with store.begin() as tx:
            await learning.inform(tx, lan, "lesson", "otp", "go-vu", TODAY)
            for skill in SKILLS:
                await skills.reach(tx, lan, skill, "says", "go-vu", TODAY, SKILLS)
        assert await differences(store) == []
        return store

    @pytest.mark.parametrize(
        ("tampering", "sentence"),
        [
            (
                "UPDATE counts SET confirmed = confirmed + 1000 WHERE measure = 'trees'",
                "trees/cây/go-vu/2026-11-21/self: kept (5000, 6000), counted again (5000, 5000)",
            ),
            (
                "UPDATE counts SET unit = 'vai-cay' WHERE measure = 'awareness'",
                (
                    "awareness/người/go-vu/2026-11-21/chat: kept (0, 0), counted again (1000, 1000)"
                    "\nawareness/người/vai-cay/2026-11-21/chat: "
                    "kept (1000, 1000), counted again (0, 0)"
                ),
            ),
            (
                "DELETE FROM counts WHERE measure = 'digital_skills'",
                "digital_skills/người/go-vu/2026-11-21/chat: kept (0, 0), counted again (1000, 0)",
            ),
            (
                "INSERT INTO counts VALUES ('jobs', 'việc', 'go-vu', '2026-11-21', 'self', 1, 0)",
                "jobs/việc/go-vu/2026-11-21/self: kept (1, 0), counted again (0, 0)",
            ),
            (
                "UPDATE reports SET quantity = 6000",
                "trees/cây/go-vu/2026-11-21/self: kept (5000, 5000), counted again (6000, 6000)",
            ),
        ],
    )
    async def test_reports_what_was_tampered_with_and_mends_it(
        self, lived: Store, tampering: str, sentence: str
    ) -> None:
        async with lived.begin() as tx:
            await tx.execute(tampering)
        assert "\n".join(await differences(lived)) == sentence
        async with lived.begin() as tx:
            await counts.rebuild(tx, SKILLS)
        assert await differences(lived) == []

    async def test_rebuilding_what_is_right_changes_nothing(self, lived: Store) -> None:
        async with lived.begin() as tx:
            before = await counts.between(tx, *ALWAYS)
            await counts.rebuild(tx, SKILLS)
            assert await counts.between(tx, *ALWAYS) == before
        assert len(before) == 3

    async def test_rebuilding_brings_back_what_was_lost(self, lived: Store) -> None:
        async with lived.begin() as tx:
            before = await counts.between(tx, *ALWAYS)
            await tx.execute("DELETE FROM counts")
            assert await counts.between(tx, *ALWAYS) == []
            await counts.rebuild(tx, SKILLS)
            assert await counts.between(tx, *ALWAYS) == before


class TestStatus:
    @pytest.mark.parametrize("end", [REJECTED, SUPERSEDED])
    @pytest.mark.parametrize("first", [REPORTED, CONFIRMED])
    async def test_of_a_report_that_no_longer_stands_is_never_changed(
        self, store: Store, first: str, end: str
    ) -> None:
        lan, mai, _ = await villagers(store)
        report_id = await reported(store, lan)
        if first == CONFIRMED:
            assert await changes(store, report_id, CONFIRMED, mai)
        assert await changes(store, report_id, end, mai)
        async with store.read() as tx:
            before = await tx.fetch_one("SELECT * FROM reports")
        for to in (REPORTED, CONFIRMED, REJECTED, SUPERSEDED):
            assert not await changes(store, report_id, to, lan)
        async with store.read() as tx:
            after = await tx.fetch_one("SELECT * FROM reports")
        assert before
        assert after
        assert dict(before) == dict(after)
        assert (after["status"], after["reviewer_id"]) == (end, mai)
        assert await count(store, "trees") == (0, 0)

    async def test_moves_the_quantity_between_the_two_sums(self, store: Store) -> None:
        lan, mai, _ = await villagers(store)
        report_id = await reported(store, lan)
        assert await count(store, "trees") == (5, 0)
        assert await changes(store, report_id, CONFIRMED, mai)
        assert await count(store, "trees") == (5, 5)
        assert not await changes(store, report_id, CONFIRMED, mai)
        assert await count(store, "trees") == (5, 5)
        assert await changes(store, report_id, REPORTED, mai)
        assert await count(store, "trees") == (5, 0)
        assert await changes(store, report_id, REJECTED, mai)
        assert await count(store, "trees") == (0, 0)

    async def test_of_a_report_that_does_not_exist_cannot_be_changed(self, store: Store) -> None:
        lan, _, _ = await villagers(store)
        assert not await changes(store, 1, CONFIRMED, lan)


class TestAtOnce:
    """Several rounds each, for the pool opens its connections during the first."""

    async def test_many_confirming_one_report_count_it_once(self, store: Store) -> None:
        lan, mai, hoa = await villagers(store)
        for number in range(1, 6):
            report_id = await reported(store, lan)
            done = await asyncio.gather(
                *(changes(store, report_id, CONFIRMED, by) for by in (mai, hoa, mai, hoa, mai))
            )
            assert sum(done) == 1
            assert await count(store, "trees") == (5 * number, 5 * number)
        assert await differences(store) == []

    async def test_confirming_and_taking_back_leave_nothing_counted(self, store: Store) -> None:
        lan, mai, _ = await villagers(store)
        for _ in range(5):
            report_id = await reported(store, lan)
            _, taken_back = await asyncio.gather(
                changes(store, report_id, CONFIRMED, mai),
                changes(store, report_id, SUPERSEDED, lan),
            )
            assert taken_back
            assert await count(store, "trees") == (0, 0)
        assert await differences(store) == []

    async def test_many_reports_of_one_line_are_all_counted(self, store: Store) -> None:
        lan, mai, _ = await villagers(store)
        await asyncio.gather(*(reported(store, by) for by in (lan, mai, lan, None, mai)))
        assert await count(store, "trees") == (25, 0)
        assert await differences(store) == []

    async def test_what_comes_in_while_the_counts_are_rebuilt_is_counted(
        self, store: Store
    ) -> None:
        lan, mai, _ = await villagers(store)

        async def rebuild() -> None:
            async with store.begin() as tx:
                await counts.rebuild(tx, SKILLS)

        for number in range(1, 6):
            report_id = await reported(store, lan)
            await asyncio.gather(
                reported(store, mai), rebuild(), changes(store, report_id, CONFIRMED, mai)
            )
            assert await count(store, "trees") == (10 * number, 5 * number)
        assert await differences(store) == []

    async def test_a_person_informed_many_times_counts_once(self, store: Store) -> None:
        async def inform(person: int, ref: str, unit: str) -> None:
            async with store.begin() as tx:
                await learning.inform(tx, person, "lesson", ref, unit, TODAY)

        for number, person in enumerate(await villagers(store), 1):
            await asyncio.gather(*(inform(person, ref, unit) for ref in "ab" for unit in UNITS))
            assert await count(store, "awareness") == (number, number)
        assert await differences(store) == []

    async def test_a_person_reaching_all_skills_counts_once(self, store: Store) -> None:
        async def reach(person: int, skill: str, level: str) -> None:
            async with store.begin() as tx:
                await skills.reach(tx, person, skill, level, "go-vu", TODAY, SKILLS)

        for number, person in enumerate(await villagers(store), 1):
            await asyncio.gather(
                *(
                    reach(person, skill, level)
                    for level in ("learnt", "says", "confirmed")
                    for skill in SKILLS
                )
            )
            assert await count(store, "digital_skills") == (number, number)
        assert await differences(store) == []


class TestSkills:
    @pytest.mark.parametrize(
        "reached",
        [
            [("safety", "go-vu", 0), ("messages", "go-vu", 3)],
            [("safety", "go-vu", 0), ("messages", "vai-cay", 0)],
            [("messages", "vai-cay", 0), ("safety", "go-vu", 0)],
        ],
    )
    async def test_count_where_and_when_the_last_one_was_told(
        self, store: Store, reached: list[tuple[str, str, int]]
    ) -> None:
        """Even when it is told of an earlier day, or of another unit on the same day."""
        lan, _, _ = await villagers(store)
        for skill, unit, days_ago in reached:
            day = TODAY - timedelta(days=days_ago)
            async with store.begin() as tx:
                await skills.reach(tx, lan, skill, "says", unit, day, SKILLS)
        _, unit, days_ago = reached[-1]
        day = TODAY - timedelta(days=days_ago)
        async with store.read() as tx:
            assert await sums(tx, day, day) == {
                ("digital_skills", "người", unit, "chat"): (Decimal(1), Decimal(0))
            }
        assert await differences(store) == []

    async def test_count_the_days_people_were_heard_from_by_unit(self, store: Store) -> None:
        lan, mai, _ = await villagers(store)
        async with store.begin() as tx:
            for person, days_ago in [(lan, 0), (lan, 0), (lan, 1), (mai, 2)]:
                await reports.hear(tx, person, "go-vu", TODAY - timedelta(days=days_ago))
            await reports.add(tx, new_report(person_id=None), NOW)
        async with store.read() as tx:
            assert await counts.heard_by_unit(tx, TODAY - timedelta(days=2), TODAY) == {"go-vu": 2}
            assert await counts.heard_by_unit(tx, TODAY, TODAY) == {"go-vu": 1}

"""The registers' counts are true: whatever is decided in whatever order, for whichever day."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from storage import counts, erasures, registering, registers
from storage.database import Store, Tx
from storage.registers import (
    APPROVED,
    ENDED,
    ENTRIES,
    PAUSED,
    PEOPLE,
    PROPOSED,
    REFUSED,
    NewEntry,
)
from tests.databases import fresh_schema, opened

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
WINDOW = [TODAY - timedelta(days=ago) for ago in range(9, -1, -1)]
MEASURES = {ENTRIES: "waste_models", PEOPLE: "jobs"}
SKILLS = ("safety",)


@dataclass(frozen=True)
class Proposes:
    """Somebody proposes an entry that works since some days ago."""

    rule: str
    people: int
    ago: int
    by: int


@dataclass(frozen=True)
class Changes:
    """Somebody changes one of the last entries, perhaps without having seen its last change."""

    which: int
    to: str
    ago: int
    by: int
    seen_last: bool = True


Step = Proposes | Changes

STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(
        Proposes,
        rule=st.sampled_from([ENTRIES, PEOPLE]),
        people=st.integers(1, 30),
        ago=st.integers(0, 9),
        by=st.integers(0, 1),
    ),
    st.builds(
        Changes,
        which=st.integers(1, 3),
        to=st.sampled_from([APPROVED, APPROVED, PAUSED, ENDED, REFUSED, PROPOSED]),
        ago=st.integers(0, 9),
        by=st.sampled_from([0, 1, 1]),
        seen_last=st.sampled_from([True, True, True, False]),
    ),
)
LIVES = st.lists(STEPS, min_size=6, max_size=30)


@dataclass
class Kept:
    """One entry in the test's own book: every state it had, each with its first day."""

    step: Proposes
    id: int
    history: list[tuple[str, date]] = field(default_factory=list)

    @property
    def since(self) -> date:
        return TODAY - timedelta(days=self.step.ago)

    @property
    def state(self) -> str:
        return self.history[-1][0]

    def on(self, day: date) -> str | None:
        """The state that holds on a day, as everything stands now."""
        return next((state for state, start in reversed(self.history) if start <= day), None)

    def takes(self, step: Changes) -> bool:
        """Whether a change must be taken."""
        before = self.history[-2][0] if len(self.history) > 1 else None
        undoing = before == PROPOSED
        allowed = {
            PROPOSED: {APPROVED, REFUSED},
            APPROVED: {PAUSED, ENDED, PROPOSED} if undoing else {PAUSED, ENDED},
            PAUSED: {APPROVED, ENDED},
        }
        own = self.state == PROPOSED and step.by == self.step.by
        dated = PROPOSED not in {self.state, step.to}
        early = dated and TODAY - timedelta(days=step.ago) < self.history[-1][1]
        return step.seen_last and step.to in allowed.get(self.state, ()) and not own and not early


def expected(book: list[Kept], rule: str, day: date) -> tuple[int, int]:
    """What all days up to one must add up to: reported and confirmed."""
    reported = confirmed = 0
    for one in book:
        if one.step.rule != rule or one.since > day:
            continue
        # A job stays what it came to be; a model stands or does not on each day.
        state = one.on(day) if rule == ENTRIES else one.state
        worth = 1 if rule == ENTRIES else one.step.people
        placed = {APPROVED} if rule == ENTRIES else {APPROVED, PAUSED, ENDED}
        confirmed += worth * (state in placed)
        reported += worth * (state in placed | {PROPOSED})
    return reported, confirmed


async def counted(tx: Tx, rule: str, day: date) -> tuple[int, int]:
    """What the program counts up to a day."""
    lines = await counts.between(tx, date.min, day)
    mine = [one for one in lines if one.measure == MEASURES[rule]]
    return int(sum(one.reported for one in mine)), int(sum(one.confirmed for one in mine))


def entry(step: Proposes, person_id: int) -> NewEntry:
    return NewEntry(
        register=MEASURES[step.rule],
        rule=step.rule,
        unit_of_measure="mô hình",
        name="Xóm sạch",
        unit="go-vu",
        place="",
        people=step.people,
        since=TODAY - timedelta(days=step.ago),
        words="…",
        proposer_id=person_id,
    )


async def staff(store: Store) -> list[int]:
    """Two people who work with the registers."""
    async with store.begin() as tx:
        return [
            await registering.register(
                tx,
                channel="phone",
                at=str(number),
                name="Minh",
                form="bac",
                unit="go-vu",
                unit_words=None,
                over60=None,
                consent_version="1",
                now=NOW,
            )
            for number in range(2)
        ]


async def take(tx: Tx, book: list[Kept], ids: list[int], step: Step) -> None:
    """Do one step in the database, and write it in the book."""
    if isinstance(step, Proposes):
        new = await registers.propose(tx, entry(step, ids[step.by]), NOW)
        book.append(Kept(step, new, [(PROPOSED, TODAY - timedelta(days=step.ago))]))
        return
    if len(book) < step.which:
        return
    one, day = book[-step.which], TODAY - timedelta(days=step.ago)
    taken = await registers.change(
        tx,
        one.id,
        seen=len(one.history) - (not step.seen_last),
        to=step.to,
        by=ids[step.by],
        now=NOW,
        day=day,
    )
    assert taken == one.takes(step)
    if taken:
        about_proposal = PROPOSED in {one.state, step.to}
        one.history.append((step.to, one.since if about_proposal else day))


async def live(store: Store, steps: list[Step]) -> None:
    """Take steps one by one; after each, every day's figures are those of the book."""
    ids, book = await staff(store), list[Kept]()
    for step in steps:
        async with store.begin() as tx:
            await take(tx, book, ids, step)
        async with store.read() as tx:
            assert await counts.recount(tx, SKILLS) == []
            for rule in MEASURES:
                for day in WINDOW:
                    assert await counted(tx, rule, day) == expected(book, rule, day)


class TestWhateverIsDecided:
    @settings(max_examples=60, deadline=None)
    @given(steps=LIVES)
    async def test_the_counts_are_true_on_sqlite(
        self, tmp_path_factory: pytest.TempPathFactory, steps: list[Step]
    ) -> None:
        folder = tmp_path_factory.mktemp("life")
        async with opened(f"sqlite:///{folder}/bot.db") as store:
            await live(store, steps)

    # Not shrunk: a schema for every try takes minutes, and SQLite has said most of it already.
    @settings(max_examples=6, deadline=None, phases=[Phase.generate])
    @given(steps=LIVES)
    async def test_the_counts_are_true_on_postgresql(
        self, postgres: str, steps: list[Step]
    ) -> None:
        async with fresh_schema(postgres) as url, opened(url) as store:
            await live(store, steps)


async def proposed(store: Store, person_id: int, rule: str = ENTRIES, ago: int = 5) -> int:
    async with store.begin() as tx:
        return await registers.propose(tx, entry(Proposes(rule, 12, ago, 0), person_id), NOW)


async def approves(store: Store, entry_id: int, by: int) -> bool:
    async with store.begin() as tx:
        return await registers.change(tx, entry_id, seen=1, to=APPROVED, by=by, now=NOW)


async def test_two_officers_at_once_count_once(store: Store) -> None:
    leader, officer = await staff(store)
    entry_id = await proposed(store, leader)
    both = await asyncio.gather(*(approves(store, entry_id, officer) for _ in range(2)))
    assert sorted(both) == [False, True]
    async with store.read() as tx:
        assert await counted(tx, ENTRIES, TODAY) == (1, 1)
        assert await counts.recount(tx, SKILLS) == []


async def test_nobody_approves_their_own(store: Store) -> None:
    leader, _ = await staff(store)
    entry_id = await proposed(store, leader)
    assert not await approves(store, entry_id, leader)
    async with store.read() as tx:
        assert await counted(tx, ENTRIES, TODAY) == (1, 0)


async def test_every_change_is_kept_with_who_when_and_why(store: Store) -> None:
    leader, officer = await staff(store)
    entry_id = await proposed(store, leader)
    async with store.begin() as tx:
        before = await tx.fetch_one("SELECT * FROM register_entries")
        assert await registers.change(
            tx, entry_id, seen=1, to=REFUSED, by=officer, now=NOW, reason="thiếu người phụ trách"
        )
        after = await tx.fetch_one("SELECT * FROM register_entries")
        history = await tx.fetch("SELECT * FROM register_changes ORDER BY number")
    assert before
    assert after
    assert dict(before) == dict(after)
    assert [(one["was"], one["state"], one["person_id"], one["reason"]) for one in history] == [
        (None, PROPOSED, leader, ""),
        (PROPOSED, REFUSED, officer, "thiếu người phụ trách"),
    ]


async def test_recounting_mends_what_was_tampered_with(store: Store) -> None:
    leader, officer = await staff(store)
    await approves(store, await proposed(store, leader, PEOPLE), officer)
    async with store.begin() as tx:
        await tx.execute("UPDATE counts SET confirmed = confirmed + 1000 WHERE measure = 'jobs'")
    async with store.read() as tx:
        [told] = await counts.recount(tx, SKILLS)
    key = "jobs/mô hình/go-vu/2026-11-16/register"
    assert told == f"{key}: kept (12000, 13000), counted again (12000, 12000)"
    async with store.begin() as tx:
        await counts.rebuild(tx, SKILLS)
    async with store.read() as tx:
        assert await counts.recount(tx, SKILLS) == []
        assert await counted(tx, PEOPLE, TODAY) == (12, 12)


async def test_who_erases_takes_their_words_along(store: Store) -> None:
    leader, officer = await staff(store)
    entry_id = await proposed(store, leader)
    async with store.begin() as tx:
        await registers.change(
            tx, entry_id, seen=1, to=REFUSED, by=officer, now=NOW, reason="gặp tôi"
        )
        for person_id in (leader, officer):
            await erasures.withdraw(tx, person_id, "1", "phone", NOW)
        kept = await registers.get(tx, entry_id)
    assert kept
    assert (kept.words, kept.reason, kept.state, kept.people) == ("", "", REFUSED, 12)

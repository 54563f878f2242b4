"""What is kept: transactions, the schema, and every record, on SQLite and on real PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from storage import (
    addresses,
    claims,
    consents,
    erasures,
    invites,
    learning,
    outbox,
    people,
    registering,
    reminders,
    reports,
    skills,
)
from storage.database import (
    StorageError,
    Store,
    TryAgainError,
    Tx,
    from_text,
    open_store,
    redacted,
    to_text,
)
from storage.invites import Invite
from storage.migrations import migrate, schema_version, steps
from storage.outbox import ANSWER, BULK, Outgoing
from storage.people import Grant, Person
from storage.reminders import Moment
from storage.reports import NewReport
from storage.skills import SAYS, Reached, counted
from tests.databases import opened
from tests.patience import PATIENCE

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
NAIVE = NOW.replace(tzinfo=None)
INSERT = "INSERT INTO events (id, at) VALUES ($1, $2)"


def later(**time: float) -> datetime:
    return NOW + timedelta(**time)


async def event_ids(tx: Tx) -> list[str]:
    return [row["id"] for row in await tx.fetch("SELECT id FROM events ORDER BY id")]


async def kept(store: Store) -> list[str]:
    """The ids of all events, which stand here for anything at all that is kept."""
    async with store.read() as tx:
        return await event_ids(tx)


async def write(store: Store, *ids: str) -> None:
    async with store.begin() as tx:
        for id_ in ids:
            await outbox.first_time(tx, id_, NOW)


async def register(
    tx: Tx, at: str, unit: str = "go-vu", now: datetime = NOW, *, over60: bool | None = True
) -> int:
    return await registering.register(
        tx,
        channel="phone",
        at=at,
        name=at.title(),
        form="bac",
        unit=unit,
        unit_words=None,
        over60=over60,
        consent_version="1",
        now=now,
    )


async def registered(store: Store, at: str, unit: str = "go-vu") -> int:
    async with store.begin() as tx:
        return await register(tx, at, unit)


async def also_at(tx: Tx, person_id: int, channel: str, at: str, now: datetime = NOW) -> None:
    """One more address for someone."""
    await addresses.keep_talk(tx, channel, at, "{}", now)
    await tx.execute("UPDATE addresses SET person_id = $1 WHERE address = $2", person_id, at)
    sharer = "INSERT INTO sharers (channel, address, person_id) VALUES ($1, $2, $3)"
    await tx.execute(sharer, channel, at, person_id)


@asynccontextmanager
async def several(url: str, number: int) -> AsyncIterator[list[Store]]:
    """Several stores open on one database at once, as several processes would have it."""
    stores = await asyncio.gather(*(open_store(url) for _ in range(number)))
    try:
        yield stores
    finally:
        for store in stores:
            await store.close()


class TestTransactions:
    async def test_keep_everything_at_the_end(self, store: Store) -> None:
        await write(store, "a", "b")
        assert await kept(store) == ["a", "b"]

    async def test_keep_nothing_after_an_exception(self, store: Store) -> None:
        async def fails() -> None:
            async with store.begin() as tx:
                await outbox.first_time(tx, "a", NOW)
                assert await event_ids(tx) == ["a"]
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fails()
        assert await kept(store) == []
        await write(store, "b")
        assert await kept(store) == ["b"]

    async def test_keep_nothing_after_a_statement_fails(self, store: Store) -> None:
        async def writes_twice() -> None:
            async with store.begin() as tx:
                for _ in range(2):
                    await tx.execute(INSERT, "a", to_text(NOW))

        with pytest.raises(Exception, match=r"(?i)unique"):
            await writes_twice()
        assert await kept(store) == []
        await write(store, "b")
        assert await kept(store) == ["b"]

    async def test_keep_nothing_when_cancelled_in_the_middle(self, store: Store) -> None:
        in_the_middle = asyncio.Event()

        async def never_ends() -> None:
            async with store.begin() as tx:
                await outbox.first_time(tx, "a", NOW)
                in_the_middle.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(never_ends())
        await in_the_middle.wait()
        await cancelled(task)
        assert await kept(store) == []
        await write(store, "b")
        assert await kept(store) == ["b"]

    async def test_keep_all_or_nothing_wherever_they_are_cancelled(self, store: Store) -> None:
        # A little later each time: on BEGIN, on one statement after another, on COMMIT.
        for cut in range(40):
            ids = [f"{cut}-{number}" for number in range(4)]
            task = asyncio.create_task(write(store, *ids))
            await asyncio.sleep(cut * 0.0002)
            await cancelled(task)
            mine = [id_ for id_ in await kept(store) if id_.startswith(f"{cut}-")]
            assert mine in ([], ids)
        await write(store, "works still")
        assert "works still" in await kept(store)

    async def test_keep_nothing_when_cancelled_while_waiting_for_another(
        self, store: Store
    ) -> None:
        async with store.begin() as tx:
            await tx.lock("one")
            await outbox.first_time(tx, "a", NOW)
            waiting = asyncio.create_task(locked_write(store, "b"))
            await asyncio.sleep(0.02)
            await cancelled(waiting)
        await asyncio.wait_for(locked_write(store, "c"), timeout=PATIENCE)
        assert await kept(store) == ["a", "c"]

    async def test_of_two_that_wait_for_each_other_one_is_to_try_again(self, store: Store) -> None:
        await write(store, "a", "b")
        both = asyncio.Barrier(2)

        async def notes(first: str, second: str) -> None:
            async with store.begin() as tx:
                await outbox.note_problem(tx, first, "?")
                await both.wait()
                await outbox.note_problem(tx, second, "?")

        if store.dialect == "sqlite":
            return  # one writes after the other
        told = await asyncio.gather(notes("a", "b"), notes("b", "a"), return_exceptions=True)
        assert sorted(map(type, told), key=str) == [type(None), TryAgainError]

    async def test_write_many_rows_with_one_statement(self, store: Store) -> None:
        async with store.begin() as tx:
            rows = [(id_, to_text(NOW)) for id_ in "abc"]
            await tx.execute_many(INSERT, rows)
            assert await tx.execute("DELETE FROM events WHERE id > $1", "a") == 2
            assert await tx.execute("DELETE FROM events WHERE id > $1", "a") == 0
        assert await kept(store) == ["a"]

    async def test_writers_wait_for_each_other(self, store: Store) -> None:
        await asyncio.gather(*(add_one(store) for _ in range(6)))
        assert await kept(store) == ["0", "1", "2", "3", "4", "5"]

    async def test_writers_of_several_processes_wait_for_each_other(
        self, store: Store, database_url: str
    ) -> None:
        async with several(database_url, 3) as stores:
            await asyncio.gather(*(add_one(one) for one in stores * 2))
        assert await kept(store) == ["0", "1", "2", "3", "4", "5"]

    async def test_a_reader_sees_an_unchanging_picture_while_a_writer_commits(
        self, store: Store
    ) -> None:
        await write(store, "a")
        async with store.read() as tx:
            assert await event_ids(tx) == ["a"]
            await asyncio.wait_for(write(store, "b"), timeout=PATIENCE)
            assert await event_ids(tx) == ["a"]
        assert await kept(store) == ["a", "b"]

    async def test_a_reader_does_not_see_what_is_not_committed(self, store: Store) -> None:
        async with store.begin() as tx:
            await outbox.first_time(tx, "a", NOW)
            assert await asyncio.wait_for(kept(store), timeout=PATIENCE) == []


async def cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def locked_write(store: Store, id_: str) -> None:
    async with store.begin() as tx:
        await tx.lock("one")
        await outbox.first_time(tx, id_, NOW)


async def add_one(store: Store) -> None:
    """Count, think, and write the next number: two at once would write the same."""
    async with store.begin() as tx:
        await tx.lock("counting")
        number = len(await event_ids(tx))
        await asyncio.sleep(0.005)
        await tx.execute(INSERT, str(number), to_text(NOW))


class TestSchema:
    async def test_is_made_once(self, empty_url: str) -> None:
        async with several(empty_url, 1) as (store,):
            everything = [number for number, _ in steps()]
            assert await migrate(store, NOW) == everything
            await write(store, "a")
            assert await migrate(store, later(days=1)) == []
            assert await kept(store) == ["a"]
            async with store.read() as tx:
                assert await schema_version(tx) == everything[-1]
                rows = await tx.fetch("SELECT version, applied_at FROM schema_version")
        assert {row["version"]: from_text(row["applied_at"]) for row in rows} == dict.fromkeys(
            everything, NOW
        )

    async def test_of_a_newer_program_is_refused_with_a_sentence(self, empty_url: str) -> None:
        async with opened(empty_url) as store:
            async with store.begin() as tx:
                await tx.execute("INSERT INTO schema_version VALUES (9000, $1)", to_text(NOW))
            with pytest.raises(StorageError, match=r"schema 9000, made by a newer .*install"):
                await migrate(store, NOW)
            async with store.read() as tx:
                assert await schema_version(tx) == 9000

    async def test_is_made_once_by_several_processes_at_once(self, empty_url: str) -> None:
        async with several(empty_url, 5) as stores:
            applied = await asyncio.gather(*(migrate(store, NOW) for store in stores))
            assert sorted(number for by_one in applied for number in by_one) == [
                number for number, _ in steps()
            ]
            for number, store in enumerate(stores):
                await write(store, str(number))
            assert await kept(stores[0]) == ["0", "1", "2", "3", "4"]

    async def test_file_that_another_program_holds_is_waited_for(self, tmp_path: Path) -> None:
        # A backup put back by hand is not in WAL mode, and only one may switch it.
        holder = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        holder.execute("CREATE TABLE something (one TEXT)")
        opening = asyncio.create_task(open_store(f"sqlite:///{tmp_path}/bot.db"))
        await asyncio.sleep(0.05)
        holder.execute("COMMIT")
        holder.close()
        store = await opening
        assert await migrate(store, NOW)
        await store.close()


class TestOpening:
    @pytest.mark.parametrize(
        ("url", "says"),
        [
            ("", "must begin with sqlite:/// or postgresql://"),
            ("bot.db", "must begin with sqlite:/// or postgresql://"),
            ("mysql://bot:matkhau@db/bot", "must begin with sqlite:/// or postgresql://"),
            ("postgresql://bot:matkhau@127.0.0.1:1/bot", "cannot reach PostgreSQL"),
            ("postgresql://bot@127.0.0.1:1/bot?password=matkhau", "cannot reach PostgreSQL"),
            ("postgresql://bot:matkhau/1@127.0.0.1:1/bot", "cannot reach PostgreSQL"),
            ("postgresql://bot:matkhau#1@127.0.0.1:1/bot", "cannot reach PostgreSQL"),
            ("postgresql://bot:matkhau@127.0.0.1:1/bot?sslmode=no", "`sslmode` parameter"),
            ("sqlite:////dev/null/bot.db", "cannot open the SQLite file /dev/null/bot.db"),
            ("sqlite:////dev", "cannot open the SQLite file /dev"),
            (f"sqlite:///{__file__}", "file is not a database"),
            ("sqlite:///", "needs the path of a file"),
            ("sqlite:///:memory:", "needs the path of a file"),
        ],
    )
    async def test_the_wrong_way_says_what_to_mend_and_no_password(
        self, url: str, says: str
    ) -> None:
        with pytest.raises(StorageError) as refused:
            await open_store(url)
        sentence = str(refused.value)
        assert sentence.startswith("BOT_DATABASE_URL")
        assert says in sentence
        assert "matkhau" not in sentence
        assert "\n" not in sentence

    async def test_a_database_that_is_not_there_says_so(self, postgres: str) -> None:
        with pytest.raises(StorageError, match=r'^BOT_DATABASE_URL: .*"nowhere" does not exist'):
            await open_store(postgres.replace("/postgres?", "/nowhere?"))

    async def test_makes_the_folder_of_a_file(self, tmp_path: Path) -> None:
        store = await open_store(f"sqlite:///{tmp_path}/a/b/bot.db")
        await store.close()
        assert (tmp_path / "a/b/bot.db").exists()

    @pytest.mark.parametrize(
        ("url", "shown"),
        [
            ("postgresql://bot:mat@khau@db/bot", "postgresql://bot:***@db/bot"),
            ("postgresql://db/bot?password=mat&port=1", "postgresql://db/bot?password=***&port=1"),
            ("postgresql://bot@db/bot?port=1", "postgresql://bot@db/bot?port=1"),
            ("postgresql://db:5432/bot", "postgresql://db:5432/bot"),
        ],
    )
    def test_a_url_is_shown_without_its_password(self, url: str, shown: str) -> None:
        assert redacted(url) == shown


class TestInstants:
    def test_are_kept_in_utc_and_sort_as_text(self) -> None:
        hanoi = datetime.fromisoformat("2026-11-21T09:00:00+07:00")
        assert to_text(hanoi) == to_text(NOW) == "2026-11-21T02:00:00.000000+00:00"
        assert from_text(to_text(hanoi)) == hanoi
        assert to_text(NOW) < to_text(later(microseconds=1)) < to_text(later(seconds=1))

    async def test_without_a_zone_are_refused_and_nothing_is_kept(self, store: Store) -> None:
        async def registers(at: datetime) -> None:
            async with store.begin() as tx:
                await outbox.first_time(tx, "a", NOW)
                await register(tx, "lan", now=at)

        with pytest.raises(ValueError, match="naive"):
            await registers(NAIVE)
        async with store.read() as tx:
            assert not await tx.fetch("SELECT * FROM events")
            assert not await tx.fetch("SELECT * FROM people")


async def person_at(store: Store, at: str) -> Person | None:
    async with store.read() as tx:
        here = await addresses.get(tx, "phone", at)
    assert here
    return here.person


class TestPeople:
    async def test_are_known_by_their_address(self, store: Store) -> None:
        lan = await registered(store, "lan")
        assert await person_at(store, "lan") == Person(
            id=lan, name="Lan", form="bac", unit="go-vu", over60=True
        )
        async with store.read() as tx:
            assert await addresses.get(tx, "phone", "mai") is None
            assert await addresses.get(tx, "telegram", "lan") is None

    async def test_a_talk_begins_before_anyone_has_registered(self, store: Store) -> None:
        async with store.begin() as tx:
            await addresses.keep_talk(tx, "phone", "lan", '{"asked": 1}', NOW)
        async with store.read() as tx:
            here = await addresses.get(tx, "phone", "lan")
        assert here
        assert (here.person, here.talk, here.last_at) == (None, '{"asked": 1}', NOW)

    async def test_registering_keeps_what_was_agreed_to(self, store: Store) -> None:
        lan = await registered(store, "lan")
        async with store.read() as tx:
            assert await consents.agreed_at(tx, lan) == NOW
            said = [dict(row) for row in await tx.fetch("SELECT * FROM consents")]
        assert said == [
            {
                "id": said[0]["id"],
                "person_id": lan,
                "version": "1",
                "given": 1,
                "channel": "phone",
                "at": to_text(NOW),
                "by_id": None,
            }
        ]

    async def test_keep_their_talk(self, store: Store) -> None:
        await registered(store, "lan")
        async with store.begin() as tx:
            await addresses.keep_talk(tx, "phone", "lan", '{"asked": 7}', later(hours=1))
            await addresses.replace_talk(tx, "phone", "lan", '{"asked": 8}')
            await addresses.replace_talk(tx, "phone", "mai", '{"asked": 9}')
        async with store.read() as tx:
            here = await addresses.get(tx, "phone", "lan")
            assert await addresses.get(tx, "phone", "mai") is None
        assert here
        assert here.person
        assert (here.talk, here.last_at) == ('{"asked": 8}', later(hours=1))

    async def test_who_stopped_and_writes_again_is_no_longer_stopped(self, store: Store) -> None:
        await registered(store, "lan")
        async with store.begin() as tx:
            await addresses.mark_stopped(tx, "phone", "lan", NOW)
            assert await stopped(tx) == [to_text(NOW)]
            await addresses.replace_talk(tx, "phone", "lan", "{}")
            assert await stopped(tx) == [to_text(NOW)]
            await addresses.keep_talk(tx, "phone", "lan", "{}", later(hours=1))
            assert await stopped(tx) == [None]

    @pytest.mark.parametrize(
        ("first_day", "last_day", "counted"),
        [
            (-2, 0, {}),
            (0, 1, {"go-vu": 1, "vai-cay": 1}),
            (1, 2, {"go-vu": 2, "vai-cay": 1}),
            (3, 4, {"go-vu": 1, "vai-cay": 1}),
            (-2, 4, {"go-vu": 2, "vai-cay": 1}),
        ],
    )
    async def test_are_counted_in_their_units_from_registering_until_withdrawing(
        self, store: Store, first_day: int, last_day: int, counted: dict[str, int]
    ) -> None:
        async with store.begin() as tx:
            lan = await register(tx, "lan")
            await register(tx, "hoa", unit="vai-cay")
            await register(tx, "officer", over60=None)
            await register(tx, "mai", now=later(days=1))
            await erasures.withdraw(tx, lan, "1", "phone", later(days=2))
            start, end = later(days=first_day), later(days=last_day)
            assert await people.registered_by_unit(tx, start, end) == counted

    async def test_an_address_is_forgotten_alone(self, store: Store) -> None:
        async with store.begin() as tx:
            for at in ("lan", "mai"):
                await addresses.keep_talk(tx, "phone", at, "{}", NOW)
            await addresses.forget(tx, "phone", "lan")
            assert await addresses.get(tx, "phone", "lan") is None
            assert await addresses.get(tx, "phone", "mai")


async def stopped(tx: Tx) -> list[str | None]:
    return [row["stopped_at"] for row in await tx.fetch("SELECT stopped_at FROM addresses")]


async def says(tx: Tx, person_id: int) -> int:
    new = NewReport(
        person_id=person_id,
        reported_by=person_id,
        unit="go-vu",
        activity="trees",
        quantity=Decimal(5),
        unit_of_measure="cây",
        what="keo",
        done_on=TODAY,
        source=reports.SELF,
        words="tôi trồng năm cây keo",
        understood='{"quantity": "5"}',
    )
    return await reports.add(tx, new, NOW)


class TestWithdrawing:
    async def test_takes_name_words_rights_and_addresses_and_leaves_the_numbers(
        self, store: Store
    ) -> None:
        lan = await registered(store, "lan")
        async with store.begin() as tx:
            await also_at(tx, lan, "web", "lan-web")
            await invites.add(tx, "A", Grant(role="leader", unit="go-vu"), NOW, later(days=1))
            invite = await invites.find(tx, "A", NOW)
            assert isinstance(invite, Invite)
            await invites.take(tx, invite.id, lan, NOW)
            report = await says(tx, lan)
            await put(tx, "cảm ơn Lan", address="lan", person_id=lan)
            await put(tx, "chào Lan", address="lan-web", channel="web")
            await erasures.withdraw(tx, lan, "2", "phone", later(days=1))
        async with store.read() as tx:
            for table in ("addresses", "grants", "outbox"):
                assert not await tx.fetch(f"SELECT * FROM {table}"), table
            person = await tx.fetch_one("SELECT * FROM people")
            consents = await tx.fetch("SELECT version, given FROM consents ORDER BY id")
            left = await reports.get(tx, report)
            counted = await tx.fetch_one("SELECT reported FROM counts")
        assert person
        assert (person["name"], person["form"], person["unit_words"]) == ("", "", None)
        assert person["withdrawn_at"] == to_text(later(days=1))
        assert [tuple(row.values()) for row in map(dict, consents)] == [("1", 1), ("2", 0)]
        assert left
        assert (left.words, left.quantity, left.doer) == ("", Decimal(5), "")
        assert counted
        assert counted["reported"] == 5000

    async def test_leaves_everyone_else_as_they_are(self, store: Store) -> None:
        lan, mai = await registered(store, "lan"), await registered(store, "mai")
        async with store.begin() as tx:
            report = await says(tx, mai)
            await put(tx, "cảm ơn Mai", address="mai", person_id=mai)
            await erasures.withdraw(tx, lan, "1", "phone", NOW)
            assert await unsent(tx) == ["cảm ơn Mai"]
            left = await reports.get(tx, report)
        assert left
        assert (left.words, left.doer) == ("tôi trồng năm cây keo", "Mai")
        assert await person_at(store, "mai")

    async def test_and_registering_again_agrees_anew(self, store: Store) -> None:
        lan = await registered(store, "lan")
        async with store.begin() as tx:
            await erasures.withdraw(tx, lan, "1", "phone", later(days=1))
            again = await register(tx, "lan", now=later(days=2))
            assert again != lan
            assert await consents.agreed_at(tx, again) == later(days=2)
        assert await person_at(store, "lan") == Person(
            id=again, name="Lan", form="bac", unit="go-vu", over60=True
        )


async def to_ask(tx: Tx, now: datetime | None = None) -> list[str]:
    """Whom to ask, a day after NOW unless told otherwise."""
    asked = await reminders.to_ask_this_week(
        tx,
        "2026-11-16",
        "2026-11-22",
        "week:47",
        Moment(
            now=later(days=2),
            today=date(2026, 11, 22),
            clock="09:00",
            usual="09:00",
            silent_since=now or later(days=1),
        ),
        registered_before=later(seconds=1),
        limit=100,
    )
    return [one.address for id_ in asked if (one := await addresses.latest(tx, id_))]


class TestAskingThisWeek:
    @pytest.fixture
    async def lan(self, store: Store) -> int:
        return await registered(store, "lan")

    async def test_asks_whoever_was_not_heard_from(self, store: Store, lan: int) -> None:
        mai = await registered(store, "mai")
        async with store.begin() as tx:
            await reports.hear(tx, lan, "go-vu", date(2026, 11, 15))
            await reports.hear(tx, mai, "go-vu", date(2026, 11, 16))
            assert await to_ask(tx) == ["lan"]

    async def test_asks_nobody_twice(self, store: Store, lan: int) -> None:
        async with store.begin() as tx:
            await put(tx, "?", lane=BULK, dedupe_key=f"week:47:{lan}")
            assert await to_ask(tx) == []
            await register(tx, "mai")
            assert await to_ask(tx) == ["mai"]

    async def test_leaves_out_who_registered_later(self, store: Store, lan: int) -> None:
        async with store.begin() as tx:
            await register(tx, "mai", now=later(seconds=1))
            assert await to_ask(tx) == ["lan"]

    async def test_leaves_out_who_is_in_the_middle_of_a_talk(self, store: Store, lan: int) -> None:
        async with store.begin() as tx:
            await also_at(tx, lan, "web", "lan-web", later(hours=1))
            assert await to_ask(tx, later(hours=1)) == []
            assert await to_ask(tx, later(hours=2)) == ["lan-web"]

    async def test_asks_where_the_person_wrote_last(self, store: Store, lan: int) -> None:
        async with store.begin() as tx:
            await also_at(tx, lan, "web", "lan-web", later(hours=1))
            assert await to_ask(tx) == ["lan-web"]
            await addresses.mark_stopped(tx, "web", "lan-web", later(hours=2))
            assert await to_ask(tx) == ["lan"]

    async def test_leaves_out_who_stopped_or_withdrew_or_only_serves(
        self, store: Store, lan: int
    ) -> None:
        mai = await registered(store, "mai")
        async with store.begin() as tx:
            await register(tx, "officer", over60=None)
            assert await to_ask(tx) == ["lan", "mai"]
            await addresses.mark_stopped(tx, "phone", "lan", NOW)
            await erasures.withdraw(tx, mai, "1", "phone", NOW)
            assert await to_ask(tx) == []


CODE = "GOVU-7KQ2"
LEADER = Grant(role="leader", unit="go-vu", agency="hội")


async def invited(store: Store, code: str = CODE) -> int:
    """A code as it is made, good for a day; the id of its invite."""
    async with store.begin() as tx:
        await invites.add(tx, code, LEADER, NOW, later(days=1))
        invite = await invites.find(tx, code, NOW)
    assert isinstance(invite, Invite)
    assert invite.grant == LEADER
    return invite.id


async def found(store: Store, code: str, now: datetime = NOW) -> Invite | str | None:
    async with store.read() as tx:
        return await invites.find(tx, code, now)


async def takes(store: Store, invite: int, person: int, now: datetime = NOW) -> bool:
    async with store.begin() as tx:
        return await invites.take(tx, invite, person, now)


class TestInvites:
    @pytest.mark.parametrize("typed", [CODE, "govu-7kq2", "GOVU7KQ2", " govu 7kq2 ", "Govu–7kq2."])
    async def test_are_found_however_they_are_typed(self, store: Store, typed: str) -> None:
        invite = await invited(store)
        until = later(days=1)
        expected = Invite(id=invite, grant=LEADER, expires_at=until, given_by=None)
        assert await found(store, typed) == expected

    @pytest.mark.parametrize("typed", ["", "-", "GOVU-7KQ3", "GOVU", "GOVU-7KQ22"])
    async def test_that_nobody_made_are_unknown(self, store: Store, typed: str) -> None:
        await invited(store)
        assert await found(store, typed) is None

    async def test_are_not_to_be_read_in_a_copy_of_the_database(self, store: Store) -> None:
        await invited(store)
        async with store.read() as tx:
            rows = [dict(row) for row in await tx.fetch("SELECT * FROM invites")]
        assert "7KQ2" not in str(rows).upper()

    async def test_give_a_right_once(self, store: Store) -> None:
        lan, mai = await registered(store, "lan"), await registered(store, "mai")
        invite = await invited(store)
        assert await takes(store, invite, lan)
        assert await found(store, CODE) == "used"
        assert not await takes(store, invite, mai)
        for at, grants in (("lan", (LEADER,)), ("mai", ())):
            person = await person_at(store, at)
            assert person
            assert person.grants == grants

    async def test_that_have_expired_give_nothing(self, store: Store) -> None:
        lan, invite = await registered(store, "lan"), await invited(store)
        assert isinstance(await found(store, CODE, later(hours=23)), Invite)
        assert await found(store, CODE, later(days=1)) == "expired"
        assert not await takes(store, invite, lan, later(days=1))
        person = await person_at(store, "lan")
        assert person
        assert person.grants == ()

    async def test_taken_by_many_at_once_go_to_exactly_one(self, store: Store) -> None:
        crowd = [await registered(store, f"person {number}") for number in range(5)]
        invite = await invited(store)
        got = await asyncio.gather(*(takes(store, invite, person) for person in crowd))
        assert sorted(got) == [False] * 4 + [True]
        async with store.read() as tx:
            granted = [row["person_id"] for row in await tx.fetch("SELECT person_id FROM grants")]
            used = await tx.fetch_one("SELECT used_by FROM invites")
        assert used
        assert granted == [used["used_by"]] == [crowd[got.index(True)]]

    async def test_of_several_kinds_add_up(self, store: Store) -> None:
        lan = await registered(store, "lan")
        await takes(store, await invited(store), lan)
        async with store.begin() as tx:
            await invites.add(tx, "OFFICER", Grant(role="officer"), NOW, later(days=1))
            invite = await invites.find(tx, "OFFICER", NOW)
        assert isinstance(invite, Invite)
        await takes(store, invite.id, lan)
        person = await person_at(store, "lan")
        assert person
        assert person.grants == (LEADER, Grant(role="officer"))


async def put(
    tx: Tx,
    body: str,
    *,
    channel: str = "phone",
    address: str = "lan",
    lane: str = ANSWER,
    now: datetime = NOW,
    person_id: int | None = None,
    event_id: str | None = None,
    dedupe_key: str | None = None,
    not_after: datetime | None = None,
) -> Outgoing | None:
    return await outbox.put(
        tx,
        channel=channel,
        address=address,
        lane=lane,
        body=body,
        now=now,
        person_id=person_id,
        event_id=event_id,
        dedupe_key=dedupe_key,
        not_after=not_after,
    )


async def put_all(tx: Tx, *bodies: str) -> list[int]:
    outgoing = [await put(tx, body) for body in bodies]
    return [one.id for one in outgoing if one]


async def bodies(messages: Awaitable[list[Outgoing]]) -> list[str]:
    return [message.body for message in await messages]


async def unsent(tx: Tx) -> list[str]:
    return await bodies(claims.unsent_answers(tx))


async def due(
    tx: Tx, now: datetime = NOW, channel: str = "phone", limit: int = 100, lane: str = BULK
) -> list[str]:
    """What could be claimed; it is given back."""
    claimed = await claims.claim(tx, channel, lane, now, limit)
    await claims.release(tx, [message.id for message in claimed])
    return [message.body for message in claimed]


@dataclass
class State:
    """What became of a message."""

    state: str
    problem: str | None


async def state(tx: Tx, id_: int) -> State:
    row = await tx.fetch_one("SELECT state, problem FROM outbox WHERE id = $1", id_)
    assert row
    return State(row["state"], row["problem"])


class TestOutbox:
    async def test_answers_wait_in_the_order_they_were_put(self, store: Store) -> None:
        async with store.begin() as tx:
            await put(tx, "1", now=later(seconds=-1))
            await put(tx, "bulk", lane=BULK)
            await put(tx, "2", now=later(seconds=-5))
            await put(tx, "3", address="mai", channel="web")
            await put(tx, "4", now=later(seconds=1))
            assert await unsent(tx) == ["1", "2", "3", "4"]

    async def test_bulk_is_due_in_the_order_it_was_put_each_channel_by_itself(
        self, store: Store
    ) -> None:
        async with store.begin() as tx:
            await put(tx, "1", lane=BULK, now=later(seconds=-1))
            await put(tx, "answer")
            await put(tx, "2", lane=BULK, address="hoa", now=later(seconds=-5))
            await put(tx, "elsewhere", lane=BULK, channel="web")
            await put(tx, "3", lane=BULK, address="mai")
            await put(tx, "to come", lane=BULK, address="tám", now=later(seconds=1))
            assert await due(tx) == ["1", "2", "3"]
            assert await due(tx, limit=2) == ["1", "2"]
            assert await due(tx, channel="web") == ["elsewhere"]
            assert await due(tx, later(seconds=1)) == ["1", "2", "3", "to come"]

    async def test_gives_back_what_was_put(self, store: Store) -> None:
        async with store.begin() as tx:
            message = await put(
                tx, '{"text": "Chào bác ạ"}', event_id="phone:1", not_after=later(days=1)
            )
            assert message
            assert message.not_after == later(days=1)
            assert await claims.unsent_answers(tx) == [message]
            assert await outbox.answers_to(tx, "phone:1") == [message]
            assert await outbox.answers_to(tx, "phone:2") == []

    async def test_what_was_sent_or_given_up_no_longer_waits(self, store: Store) -> None:
        async with store.begin() as tx:
            first, second, third, fourth = await put_all(tx, "1", "2", "3", "4")
            await claims.mark_sent(tx, [first, third], later(seconds=1))
            await claims.mark_failed(tx, second, "no such address")
            assert await unsent(tx) == ["4"]
            assert await claims.is_still_due(tx, fourth, NOW)
            assert not await claims.is_still_due(tx, first, NOW)
            assert not await claims.is_still_due(tx, second, NOW)
            assert await state(tx, third) == State("sent", None)
            assert await state(tx, second) == State("failed", "no such address")

    async def test_what_could_not_be_sent_is_tried_later(self, store: Store) -> None:
        async with store.begin() as tx:
            bulk, answer = await put(tx, "1", lane=BULK), await put(tx, "2")
            assert bulk
            assert answer
            assert bulk.attempts == 0
            for message in (bulk, answer):
                await claims.try_later(tx, message.id, later(seconds=5), "out of reach")
            [claimed] = await claims.claim(tx, "phone", BULK, later(seconds=5), 1)
            assert claimed.attempts == 1
            await claims.release(tx, [bulk.id])
            assert await due(tx, later(seconds=4)) == []
            assert await due(tx, later(seconds=5)) == ["1"]
            assert await unsent(tx) == ["2"]
            assert await state(tx, bulk.id) == State("waiting", "out of reach")

    async def test_one_key_is_put_once(self, store: Store) -> None:
        async with store.begin() as tx:
            assert await put(tx, "1", dedupe_key="week:47:1")
            assert await put(tx, "again", dedupe_key="week:47:1") is None
            assert await put(tx, "2", dedupe_key="week:47:2")
            assert await unsent(tx) == ["1", "2"]
        async with store.begin() as tx:
            assert await put(tx, "once more", dedupe_key="week:47:1") is None

    async def test_one_key_put_by_many_at_once_is_put_once(self, store: Store) -> None:
        async def ask() -> bool:
            async with store.begin() as tx:
                return await put(tx, "?", dedupe_key="week:47:1") is not None

        assert sum(await asyncio.gather(*(ask() for _ in range(5)))) == 1

    async def test_what_is_no_longer_needed_is_taken_back(self, store: Store) -> None:
        async with store.begin() as tx:
            gone, sent = [
                await put(tx, key, lane=BULK, dedupe_key=key) for key in ("week:47", "week:46")
            ]
            assert gone
            assert sent
            await claims.mark_sent(tx, [sent.id], NOW)
            for key in ("week:47", "week:46", "never put"):
                await outbox.cancel(tx, key)
            assert await due(tx) == []
            assert await state(tx, gone.id) == State("failed", "no longer needed")
            assert await state(tx, sent.id) == State("sent", None)
            assert await put(tx, "again", dedupe_key="week:47") is None

    async def test_an_event_is_new_once(self, store: Store) -> None:
        async with store.begin() as tx:
            assert await outbox.first_time(tx, "phone:1", NOW)
            assert not await outbox.first_time(tx, "phone:1", later(days=1))
            assert await outbox.first_time(tx, "phone:2", NOW)
            await outbox.note_problem(tx, "phone:1", "KeyError")
            rows = await tx.fetch("SELECT id, problem FROM events ORDER BY id")
        assert [(row["id"], row["problem"]) for row in rows] == [
            ("phone:1", "KeyError"),
            ("phone:2", None),
        ]

    async def test_said_to_gives_the_last_words_to_one_address(self, store: Store) -> None:
        async with store.begin() as tx:
            first, second, _, fourth = await put_all(tx, "1", "2", "3", "4")
            await put(tx, "to another", address="mai")
            await put(tx, "elsewhere", channel="web")
            await claims.mark_sent(tx, [first, second], NOW)
            said = [
                await bodies(outbox.said_to(tx, "phone", "lan", after, limit))
                for after, limit in [(0, 100), (0, 2), (second, 100), (fourth, 100)]
            ]
        assert said == [["1", "2", "3", "4"], ["3", "4"], ["3", "4"], []]

    async def test_forgets_what_is_old_and_settled(self, store: Store) -> None:
        async with store.begin() as tx:
            await outbox.first_time(tx, "old", later(days=-31))
            await outbox.first_time(tx, "new", later(days=-29))
            put_then = [
                (await put(tx, body, now=later(days=-days)), done)
                for body, days, done in [
                    ("old and sent", 31, True),
                    ("old and waiting", 31, False),
                    ("new and sent", 29, True),
                ]
            ]
            await claims.mark_sent(tx, [one.id for one, done in put_then if one and done], NOW)
            await outbox.prune(tx, later(days=-30))
            assert await event_ids(tx) == ["new"]
            left = await bodies(outbox.said_to(tx, "phone", "lan", 0, 100))
        assert left == ["old and waiting", "new and sent"]


class TestLearning:
    async def test_a_place_in_a_lesson_is_kept(self, store: Store) -> None:
        lan, mai = await registered(store, "lan"), await registered(store, "mai")
        async with store.begin() as tx:
            assert await learning.progress(tx, lan) == {}
            await learning.keep_place(tx, lan, "otp", 1, NOW)
            await learning.keep_place(tx, lan, "otp", 3, later(days=1))
            await learning.keep_place(tx, mai, "otp", 2, NOW)
            opened = (await learning.progress(tx, lan))["otp"]
        assert (opened.card, opened.finished, opened.practised) == (3, False, False)

    async def test_finishing_again_keeps_the_first_day_and_the_better_result(
        self, store: Store
    ) -> None:
        lan = await registered(store, "lan")
        async with store.begin() as tx:
            await learning.keep_place(tx, lan, "otp", 4, NOW)
            await learning.finish(tx, lan, "otp", 2, later(days=1), practised=False)
            assert not (await learning.progress(tx, lan))["otp"].practised
            await learning.finish(tx, lan, "otp", 3, later(days=2), practised=True)
            await learning.finish(tx, lan, "otp", 1, later(days=3), practised=False)
            row = await tx.fetch_one("SELECT * FROM progress")
            done = (await learning.progress(tx, lan))["otp"]
        assert row
        assert (
            row["started_at"],
            row["finished_at"],
            row["practised_at"],
            row["right_answers"],
        ) == (
            to_text(NOW),
            to_text(later(days=1)),
            to_text(later(days=2)),
            3,
        )
        assert (done.card, done.finished, done.practised) == (0, True, True)

    async def test_reading_a_finished_lesson_again_leaves_it_finished(self, store: Store) -> None:
        lan = await registered(store, "lan")
        async with store.begin() as tx:
            await learning.finish(tx, lan, "otp", 3, NOW, practised=True)
            await learning.keep_place(tx, lan, "otp", 2, later(days=1))
            again = (await learning.progress(tx, lan))["otp"]
        assert (again.card, again.finished, again.practised) == (2, True, True)

    @pytest.mark.parametrize(
        ("levels", "counts_as"),
        [
            ("", (0, 0)),
            ("a:learnt b:learnt", (0, 0)),
            ("a:says", (0, 0)),
            ("a:says b:learnt", (0, 0)),
            ("a:says b:says", (1, 0)),
            ("a:says b:confirmed", (1, 0)),
            ("a:confirmed b:confirmed", (1, 1)),
            ("a:says b:says a:confirmed", (1, 0)),
            ("c:confirmed d:confirmed", (0, 0)),
        ],
    )
    def test_a_person_counts_once_they_have_every_skill(
        self, levels: str, counts_as: tuple[int, int]
    ) -> None:
        reached = [
            Reached(skill=skill, level=level, unit="go-vu", day="2026-11-21")
            for skill, level in (one.split(":") for one in levels.split())
        ]
        found = counted(reached, ["a", "b"], SAYS)
        assert found.get(("go-vu", "2026-11-21"), (0, 0)) == counts_as

    async def test_a_level_is_kept_with_the_day_it_was_first_reached(self, store: Store) -> None:
        lan = await registered(store, "lan")
        async with store.begin() as tx:
            for level, day in [("learnt", 21), ("learnt", 22), ("says", 22), ("confirmed", 23)]:
                reached = date(2026, 11, day)
                await skills.reach(tx, lan, "safety", level, "go-vu", reached, ["safety"])
            rows = await tx.fetch("SELECT level, day FROM skills ORDER BY day")
        assert [(row["level"], row["day"]) for row in rows] == [
            ("learnt", "2026-11-21"),
            ("says", "2026-11-22"),
            ("confirmed", "2026-11-23"),
        ]


@pytest.mark.parametrize(
    ("index", "sql"),
    [
        ("reports_by_activity", "SELECT 1 FROM reports WHERE activity = '' AND done_on > ''"),
        ("reports_by_day", "SELECT 1 FROM reports WHERE done_on BETWEEN '' AND ''"),
        ("reports_unreviewed", "SELECT * FROM reports WHERE status = 'reported'"),
        (
            "outbox_bulk",
            "SELECT 1 FROM outbox WHERE address = '' AND channel = '' AND lane = 'bulk'",
        ),
    ],
)
async def test_what_is_asked_for_often_has_an_index(store: Store, index: str, sql: str) -> None:
    async with store.read() as tx:
        if store.dialect == "postgresql":
            await tx.execute("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if store.dialect == "sqlite" else "EXPLAIN"
        plan = [dict(row) for row in await tx.fetch(f"{explain} {sql}")]
    assert index in str(plan)

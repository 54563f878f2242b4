"""The real process, killed without warning again and again while somebody talks with it."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.bulk import CLAIMED
from content.loader import Content
from handlers.talk.messages import Reply
from handlers.talk.scene import local_day
from storage.database import Store
from tests import programs
from tests.fakes.phone import Phone
from tests.fakes.telegram_api import TelegramApi
from tests.patience import PATIENCE
from tests.programs import free_port, until
from tests.talking import Village

ROOT = Path(__file__).parent.parent
TREES = (5, 7, 9)
#: Seconds from a message to its answer, more or less: somewhere in between the power goes.
A_TURN = 0.01


class Machine:
    """A machine that runs the program, and can be switched off at the wall."""

    def __init__(self, api: TelegramApi, folder: Path, **settings: str) -> None:
        self._api, self._folder = api, folder
        self._process: Process | None = None
        self._log = folder / "log"
        self._env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "always::ResourceWarning",
            "BOT_DATABASE_URL": f"sqlite:///{folder}/bot.db",
            "BOT_QUIET_HOURS": "off",
            "BOT_WEB_PORT": str(free_port()),
            "TELEGRAM_TOKEN": api.token,
            "TELEGRAM_API_URL": api.url,
            **settings,
        }

    async def start(self) -> None:
        """Start, and wait until it asks for messages."""
        asked = self._api.calls["getUpdates"]
        self._process = await self._run("run")
        await until(lambda: self._api.calls["getUpdates"] > asked)

    async def is_killed(self) -> None:
        """The power goes, and comes back."""
        assert self._process
        self._process.kill()
        assert await self._process.wait() == -9
        await self.start()

    async def stops(self) -> int:
        """Ask it to stop; the exit code."""
        assert self._process
        self._process.terminate()
        return await self._process.wait()

    async def off(self) -> None:
        """Leave nothing running."""
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def command(self, *words: str) -> tuple[int | None, str]:
        """Run another command; its exit code and what it printed."""
        process = await self._run(*words, stdout=PIPE)
        printed, _ = await process.communicate()
        return process.returncode, printed.decode()

    async def _run(self, *words: str, stdout: int | None = None) -> Process:
        with self._log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", *words,
                cwd=self._folder, env=self._env, stdout=stdout or log, stderr=log,
            )  # fmt: skip

    def keeps(self, sql: str, values: Iterable[Sequence[object]]) -> None:
        """Write into the database beside the program."""
        with closing(sqlite3.connect(self._folder / "bot.db")) as connection, connection:
            connection.executemany(sql, values)

    def logged(self) -> str:
        """Everything it has logged."""
        return self._log.read_text()

    def kept(self, sql: str) -> list[Any]:
        """Read the database: rows, or values where a row is only one."""
        return programs.kept(self._folder / "bot.db", sql)


@pytest.fixture
async def api() -> AsyncIterator[TelegramApi]:
    async with TelegramApi() as server:
        yield server


@pytest.fixture
async def machine(api: TelegramApi, tmp_path: Path) -> AsyncIterator[Machine]:
    folder = tmp_path / "machine"
    folder.mkdir()
    one = Machine(api, folder)
    await one.start()
    yield one
    await one.off()


def conversation() -> Iterable[str]:
    """Registering, a whole lesson, and three reports."""
    yield from ("/start", "1", "1", "Lan", "gò vũ", "1")
    yield from ("học", "1", *["1"] * 5, *["1"] * 3, "1")
    day = local_day(datetime.now(UTC)) - timedelta(days=2)  # no midnight changes its words
    for trees in TREES:
        yield from (f"ngày {day.day}/{day.month} tôi trồng {trees} cây keo", "1")


async def rehearsed(village: Village, messages: Iterable[str]) -> list[list[str]]:
    """What the bot answers to each message when nothing goes wrong."""
    village.clock.now = datetime.now(UTC)
    lan, answers = village.phone(), []
    for message in messages:
        await lan.says(message)
        answers.append([reply.text for reply in lan.latest])
    return answers


@pytest.mark.parametrize("seed", [1, 2])
async def test_twenty_crashes_change_nothing_in_what_is_heard_or_counted(
    api: TelegramApi, machine: Machine, sqlite_store: Store, phu_thinh: Content, seed: int
) -> None:
    chance, lan = random.Random(seed), api.phone()  # noqa: S311 - for the test to come out alike
    messages = list(conversation())
    answers = await rehearsed(Village(sqlite_store, phu_thinh), messages)
    api.latency = 0.005
    for message, answer in zip(messages, answers, strict=True):
        await lan.says(message)
        if chance.random() < 0.7:
            await asyncio.sleep(chance.uniform(0, A_TURN))
            await machine.is_killed()
        for text in answer:
            await lan.hears_of(text)
        if chance.random() < 0.2:
            await machine.is_killed()

    assert {message.text for message in lan.heard} == {
        text for answer in answers for text in answer
    }
    sent = [("sent", sum(map(len, answers)))]
    await until(lambda: machine.kept("SELECT state, COUNT(*) FROM outbox GROUP BY state") == sent)
    assert await machine.stops() == 0
    assert machine.kept("SELECT COUNT(*) FROM events") == [len(messages)]
    assert machine.kept("SELECT quantity / 1000 FROM reports ORDER BY id") == list(TREES)
    assert machine.kept("SELECT SUM(reported) / 1000 FROM counts WHERE measure = 'trees'") == [21]
    assert machine.kept("SELECT COUNT(*) FROM evidence") == [1]
    code, printed = await machine.command("recount")
    assert code == 0
    assert "equal" in printed
    assert "ERROR" not in machine.logged()


async def test_an_answer_that_waits_for_another_try_is_sent_after_a_crash(
    api: TelegramApi, machine: Machine
) -> None:
    lan, waits = api.phone(), "SELECT COUNT(*) FROM outbox WHERE attempts = 1"
    api.fail_next("sendMessage", 429, "Too Many Requests: retry after 600", retry_after=600)
    await lan.says("/start")
    await until(lambda: api.refused and machine.kept(waits) == [1])
    await machine.is_killed()
    await lan.hears_of("đồng ý")


async def test_asked_to_stop_it_stops_cleanly(api: TelegramApi, machine: Machine) -> None:
    lan = api.phone()
    await lan.says("/start")
    await lan.hears_of("đồng ý")
    assert await machine.stops() == 0
    await lan.says("1")
    assert machine.kept("SELECT COUNT(*) FROM events") == [1]
    assert machine.kept("SELECT DISTINCT state FROM outbox") == ["sent"]
    assert [line for line in machine.logged().splitlines() if "Trò chuyện tại" not in line] == []
    await machine.start()
    await lan.hears_of("gọi bác thế nào")


EVERYONE = range(2000, 2250)
LONG_AGO = "2026-01-01T00:00:00.000000+00:00"


async def test_a_broadcast_reaches_everyone_though_the_process_is_killed_again_and_again(
    api: TelegramApi, tmp_path: Path
) -> None:
    chance = random.Random(3)  # noqa: S311 - for the test to come out alike
    phones = {number: api.phone(number) for number in EVERYONE}
    blocked = set(chance.sample(EVERYONE, len(EVERYONE) * 3 // 10))
    for number in blocked:
        api.block(number)
    machine, kills = Machine(api, tmp_path, TELEGRAM_PACE="60"), 8
    await machine.start()
    try:
        api.latency = 0.05
        machine.keeps(
            "INSERT INTO addresses (channel, address, talk, last_at) VALUES"
            " ('telegram', ?, '{}', ?)",
            [(str(number), LONG_AGO) for number in EVERYONE],
        )
        body = Reply(text="Sáng mai mời bác ra nhà văn hóa ạ.").to_json()
        machine.keeps(
            "INSERT INTO outbox (channel, address, lane, body, state, next_try_at, created_at)"
            " VALUES ('telegram', ?, 'bulk', ?, 'waiting', ?, ?)",
            [(str(number), body, LONG_AGO, LONG_AGO) for number in EVERYONE],
        )
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0, 0.6))
            await machine.is_killed()
        async with asyncio.timeout(PATIENCE):
            while machine.kept("SELECT COUNT(*) FROM outbox WHERE state = 'waiting'") != [0]:
                await asyncio.sleep(0.1)
        assert await machine.stops() == 0
    finally:
        await machine.off()

    reached = {number for number, phone in phones.items() if phone.heard}
    assert reached == set(EVERYONE) - blocked
    assert api.calls["sendMessage"] - len(EVERYONE) <= kills * CLAIMED
    stopped = machine.kept("SELECT address FROM addresses WHERE stopped_at IS NOT NULL")
    assert set(map(int, stopped)) == blocked
    assert dict(machine.kept("SELECT state, COUNT(*) FROM outbox GROUP BY state")) == {
        "sent": len(reached),
        "failed": len(blocked),
    }
    assert machine.kept("SELECT MAX(attempts) FROM outbox") == [0]
    assert "ERROR" not in machine.logged()
    repeated = sum(len(phone.heard) for phone in phones.values()) - len(reached)
    print(f"{repeated} of {len(reached)} heard it again after {kills} crashes")  # noqa: T201 - for whoever looks


#: As many as somebody may announce to alone.
XOM = range(3000, 3150)


async def test_an_announcement_reaches_everyone_once_though_killed_at_every_step(
    api: TelegramApi, tmp_path: Path
) -> None:
    """From the tap that sends it: whom it is for, each message, and what its author is told."""
    chance = random.Random(7)  # noqa: S311 - for the test to come out alike
    phones = {number: api.phone(number) for number in XOM}
    blocked = set(chance.sample(XOM, len(XOM) * 3 // 10))
    for number in blocked:
        api.block(number)
    leader = api.phone(1999, "Minh")
    machine, kills = Machine(api, tmp_path, TELEGRAM_PACE="60"), 8
    await machine.start()
    try:
        await _appoints(machine, leader)
        api.latency = 0.05
        await leader.says("/thongbao")
        await leader.says("Sáng mai 7 giờ mời các bác ra nhà văn hóa.")
        await leader.says("1")
        await leader.hears_of("gửi đến 150 người")
        await leader.taps("1")
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0, 0.6))
            await machine.is_killed()
        await leader.hears_of("Gửi xong rồi ạ", 60)
        assert await machine.stops() == 0
    finally:
        await machine.off()

    assert machine.kept("SELECT COUNT(*) FROM announcements") == [1]
    assert machine.kept("SELECT COUNT(*) FROM recipients") == [len(XOM)]
    times = {number: len(phone.heard) for number, phone in phones.items()}
    assert {number for number, heard in times.items() if heard} == set(XOM) - blocked
    repeated = sum(times.values()) - len(XOM) + len(blocked)
    assert repeated <= kills * CLAIMED
    assert leader.last_text.count("Đã đến máy 105 trên 150 người") == 1
    progress = [shown for shown in leader.screen.values() if "Đã đến máy" in shown.text]
    assert len(progress) <= 1 + kills
    assert "ERROR" not in machine.logged()
    print(f"{repeated} of {len(XOM) - len(blocked)} heard it again after {kills} crashes")  # noqa: T201 - for whoever looks


async def _appoints(machine: Machine, leader: Phone) -> None:
    """Make someone the leader of xóm Gò Vũ, where everyone lives."""
    machine.keeps(
        "INSERT INTO people (id, name, form, unit, over60, registered_at)"
        " VALUES (?, 'Tên', 'bac', 'pt-go-vu', 1, ?)",
        [(number, LONG_AGO) for number in XOM],
    )
    machine.keeps(
        "INSERT INTO addresses (channel, address, person_id, talk, last_at) VALUES"
        " ('telegram', ?, ?, '{}', ?)",
        [(str(number), number, LONG_AGO) for number in XOM],
    )
    machine.keeps(
        "INSERT INTO sharers (channel, address, person_id) VALUES ('telegram', ?, ?)",
        [(str(number), number) for number in XOM],
    )
    code = (await machine.command("invite", "--role", "leader", "--unit", "pt-go-vu"))[1].split()[0]
    for said in (f"/start {code}", "1", "1", "Minh", "1"):
        await leader.says(said)
    await leader.hears_of("Dạ cháu đây")

"""A commune that does not exist: eight weeks of talk, told through the chat as people would.

Nothing is written beside the conversation, so what the demo shows is what the program does.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from aiohttp import web

from bot import app, printing
from bot.channels.base import Deliver, Limits
from bot.channels.pace import Pace
from bot.settings import Settings
from bot.web.roles import Role
from content.loader import ROOT
from content.models.demo import Demo
from content.models.lesson import Lesson
from content.placeholders import filled
from content.problems import ContentError
from content.reading import Reading
from handlers.talk.messages import Event, Reply
from handlers.talk.scene import ZONE, Library, address_words
from storage import addresses, cards, invites
from storage.database import Store, Tx
from storage.people import Grant

WEEKS, UNITS, ELDERS = 8, 8, 5
#: So that everybody sees the same commune.
_SEED = 379
#: How many elders of a unit take up lessons, and how many each.
_LEARNERS, _LESSONS = 2, 3
_MOST_ANSWERS = 40
#: The part of the people who have no time in a week.
_BUSY = 0.35
#: The weeks in which something is announced.
_ANNOUNCED = (1, WEEKS - 2)

#: How many people there are: the choice among the kinds of a roster, and the number.
_ROSTER = {"1": "620", "2": "640"}

#: When, since a week began, and what.
Happening = tuple[timedelta, Callable[[], Awaitable[None]]]


def words(root: Path = ROOT) -> Demo:
    """What the people say; ContentError naming what is wrong."""
    reading = Reading(root)
    demo = reading.file(root / "demo.toml", Demo, {"n", "name"})
    if demo is None or reading.problems:
        raise ContentError(reading.problems)
    return demo


class Chats:
    """A channel to phones that nobody holds; it remembers what each was told last."""

    name = "web"
    fetches = False
    limits = Limits(text=100_000, pace=100_000)
    problem: str | None = None

    def __init__(self) -> None:
        self.pace = Pace(self.limits.pace)
        self.told: dict[str, Reply] = {}

    def routes(self) -> Sequence[web.RouteDef]:
        """Nothing on the web."""
        return []

    async def start(self, deliver: Deliver) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""

    async def close(self) -> None:
        """Nothing to let go of."""

    async def send(self, address: str, reply: Reply, image: bytes | None = None) -> None:  # noqa: ARG002 - nobody looks
        """Remember it."""
        self.told[address] = reply


class Commune:
    """Its people and its clock."""

    def __init__(self, store: Store, library: Library, settings: Settings, ends: datetime) -> None:
        self._store, self._library = store, library
        self._content, self._words = library.content, words()
        self._random = Random(_SEED)  # noqa: S311 - no secret
        self._chats = Chats()
        self._now = self._first = ends - timedelta(weeks=WEEKS)
        self._core = app.make_core(
            store, library, {self._chats.name: self._chats}, settings, lambda: self._now
        )
        parents = {unit.parent for unit in self._content.units.values()}
        leaves = [code for code in self._content.units if code not in parents]
        self._units = leaves[:UNITS]

    async def lives(self) -> tuple[Role, ...]:
        """Let the weeks pass; whom a visitor can be."""
        officer = await self._staff("officer", "officer", self._words.officer, None)
        for number, unit in enumerate(self._units):
            await self._staff(_leader(unit), "leader", self._words.leaders[number], unit)
            for name in self._names(number):
                await self._registers(name, unit)
        for week in range(WEEKS):
            self._now = self._first + timedelta(weeks=week)
            await self._week(week)
        await self._officer_works(officer)
        elder = self._names(0)[0]
        async with self._store.begin() as tx:
            return (
                await self._role(tx, "elder", elder, elder),
                await self._role(tx, "leader", self._words.leaders[0], _leader(self._units[0])),
                await self._role(tx, "officer", self._words.officer, officer),
            )

    def _names(self, unit: int) -> Sequence[str]:
        return self._words.people[unit * ELDERS : (unit + 1) * ELDERS]

    async def _week(self, week: int) -> None:
        """What happens in one week, in its order."""
        happens = [one for number in range(UNITS) for one in self._of_unit(number, week)]
        if week in _ANNOUNCED:
            said = self._words.announcements[_ANNOUNCED.index(week)]
            happens.append(self._some_time(2, self._announces, self._units[0], said))
        if week == WEEKS - 1:
            happens += [
                self._some_time(3, self._asks, self._names(number)[1], question)
                for number, question in enumerate(self._words.questions)
            ]
        start = self._now
        for at, what in sorted(happens, key=lambda one: one[0]):
            self._now = start + at
            await what()

    def _of_unit(self, number: int, week: int) -> Iterator[Happening]:
        if number == UNITS - 1 and week >= WEEKS - 2:
            return  # so that the officer sees one fall silent
        for place, name in enumerate(self._names(number)):
            if self._random.random() < _BUSY:
                continue
            yield self._some_time(self._random.randrange(6), self._reports, name)
            if place < _LEARNERS and week < _LESSONS:
                yield self._some_time(self._random.randrange(6), self._learns, name)
        yield self._some_time(5, self._lists, number)
        if week < WEEKS - 1:  # the last week's reports wait for whoever plays the leader
            yield self._some_time(6, self._reviews, self._units[number])

    def _some_time(
        self, day: int, what: Callable[..., Awaitable[None]], *args: object
    ) -> Happening:
        at = timedelta(days=day, minutes=self._random.randrange(7 * 60, 19 * 60))
        return at, partial(what, *args)

    # --- what one person does

    async def _says(self, who: str, *texts: str) -> Reply:
        for text in texts:
            self._now += timedelta(seconds=20)
            event = Event(
                id=f"demo:{secrets.token_hex(8)}",
                channel=self._chats.name,
                address=f"demo {who}",
                at=self._now,
                text=text,
            )
            await self._core.dispatcher.handle(event)
            await self._core.sender.settle()
        return self._chats.told[f"demo {who}"]

    async def _registers(self, name: str, unit: str) -> None:
        form = "3" if " Thị " in name else "2"
        await self._says(name, f"/start {unit}", "1", form, name, "1", "1")

    async def _staff(self, who: str, role: str, name: str, unit: str | None) -> str:
        code = secrets.token_hex(8)
        async with self._store.begin() as tx:
            grant = Grant(role=role, unit=unit, agency=None)
            await invites.add(tx, code, grant, self._now, self._now + timedelta(days=1))
        await self._says(who, f"/start {code}", "1", "1", name)
        if role == "leader":
            await self._says(who, "1")
        return who

    async def _reports(self, name: str) -> None:
        kinds = self._words.trees if self._random.random() < 0.7 else self._words.waste
        said = self._random.choice(kinds).replace("{n}", str(self._random.randint(2, 12)))
        told = await self._says(name, said)
        while told.choices and not _is_over(told):
            told = await self._says(name, "1")

    async def _learns(self, name: str) -> None:
        """A lesson from its first card to its end, every question answered as it should be."""
        told = await self._says(name, "học bài", "1")
        right = self._right_answers()
        for _ in range(_MOST_ANSWERS):
            answer = next((number for text, number in right.items() if text in told.text), None)
            if not told.choices or _is_over(told):
                break
            told = await self._says(name, answer or "1")

    def _right_answers(self) -> dict[str, str]:
        every: Sequence[Lesson] = list(self._content.lessons.values())
        forms = [address_words(form) for form in self._content.forms.values()]
        return {
            filled(quiz.question, form).strip().splitlines()[0]: str(quiz.answer)
            for lesson in every
            for quiz in lesson.quiz
            for form in forms
        }

    async def _lists(self, number: int) -> None:
        """The leader tells what those without phones did."""
        lines = []
        for form in ("ông", "bà"):
            name = f"{form} {self._random.choice(self._words.people).split()[-1]}"
            line = self._random.choice(self._words.lists)
            lines.append(line.format(name=name, n=self._random.randint(2, 9)))
        await self._says(_leader(self._units[number]), "báo hộ", "\n".join(lines), "hôm nay", "1")

    async def _reviews(self, unit: str) -> None:
        await self._says(_leader(unit), "/duyet", "1", "menu")

    async def _announces(self, unit: str, said: str) -> None:
        await self._says(_leader(unit), "/thongbao", said, "1", "1")

    async def _asks(self, name: str, question: str) -> None:
        await self._says(name, question, "1")

    async def _officer_works(self, officer: str) -> None:
        """How many people there are, so that a share has something to be a share of."""
        root = self._content.root_unit.name
        day = f"{self._first.astimezone(ZONE):%d/%m/%Y}"
        for kind, count in _ROSTER.items():
            counted = (kind, count, day, "Số liệu làm mẫu, không có thật", "1")
            await self._says(officer, "nhập số người", root, *counted)

    async def _role(self, tx: Tx, key: str, name: str, who: str) -> Role:
        here = await addresses.get(tx, self._chats.name, f"demo {who}")
        assert here and here.person  # noqa: S101, PT018 - they have registered
        token = printing.token()
        await cards.add(tx, here.person.id, token, self._now)
        return Role(key, name, token)


def _is_over(told: Reply) -> bool:
    """Whether a message only offers where to go next."""
    return told.choices[0].payload.startswith("go:")


def _leader(unit: str) -> str:
    return f"leader {unit}"

"""Talk with the bot as a person does: `await lan.says("1")`, then `lan.heard("Cảm ơn")`.

Everything behind the phone is real: the dispatcher, the router and a database. Only the clock is
the test's own.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from bot import app
from bot.channels.base import Deliver, Limits, SendError
from bot.channels.pace import Pace
from bot.scheduler import Ticker
from bot.settings import QuietHours, Settings
from content.loader import Content
from handlers.talk.messages import Choice, Enclosed, Event, MediaKind, Reply
from handlers.talk.scene import Library
from storage import invites
from storage.database import Store
from storage.people import Grant
from tests.jpegs import jpeg
from tests.patience import PATIENCE

#: Bytes a button carries where it carries least: https://core.telegram.org/bots/api#inlinekeyboardbutton
LONGEST_PAYLOAD = 64

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
SATURDAY_MORNING = datetime(2026, 11, 21, 9, 0, tzinfo=VIETNAM)


class Clock:
    """A clock that moves when the test says so."""

    def __init__(self, now: datetime = SATURDAY_MORNING) -> None:
        self.now = now.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> None:
        """Let time pass: `clock.passes(days=40)`."""
        self.now += timedelta(**time)


class PhoneChannel:
    """A channel that delivers to phones in the same process; each can be out of reach."""

    name = "phone"
    fetches = False
    limits = Limits(text=4096, pace=100_000, voices=True)
    problem: str | None = None

    def __init__(self) -> None:
        self.pace = Pace(self.limits.pace)
        self.heard: dict[str, list[Reply]] = defaultdict(list)
        self.images: dict[str, list[bytes]] = defaultdict(list)
        self.refusals: dict[str, list[SendError]] = defaultdict(list)
        #: What everyone is refused with while the channel is down.
        self.down: SendError | None = None
        #: What buttons carried that Telegram would refuse, with the whole message.
        self.uncarried: list[str] = []

    def routes(self) -> Sequence[web.RouteDef]:
        """Nothing on the web."""
        return []

    async def start(self, deliver: Deliver) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""

    async def close(self) -> None:
        """Nothing to let go of."""

    async def send(self, address: str, reply: Reply, image: bytes | None = None) -> str | None:
        """Deliver, unless a refusal is waiting for this address, or for all of them."""
        if self.down is not None:
            raise self.down
        if self.refusals[address]:
            raise self.refusals[address].pop(0)
        payloads = [choice.payload for choice in reply.choices]
        self.uncarried += [one for one in payloads if len(one.encode()) > LONGEST_PAYLOAD]
        self.images[address] += [image] if image else []
        if reply.replaces:
            self.heard[address][int(reply.replaces)] = reply
            return reply.replaces
        self.heard[address].append(reply)
        return str(len(self.heard[address]) - 1) if reply.changing else None


#: The readers made from each content: making them takes longer than most tests. A library holds
#: its content, so that no other takes its place in memory.
_LIBRARIES: dict[int, Library] = {}


class Village:
    """A running bot and the people who talk with it."""

    def __init__(
        self, store: Store, content: Content, *, pauses: tuple[float, ...] = (0.01,)
    ) -> None:
        self.clock = Clock()
        self.channel = PhoneChannel()
        self.store, self._pauses = store, pauses
        self._numbers = itertools.count(1)
        self.starts_with(content)

    def starts_with(self, content: Content) -> None:
        """The program starts, or starts again with other content; every talk goes on."""
        self.content = content
        if id(content) not in _LIBRARIES:
            _LIBRARIES[id(content)] = Library(
                content, "http://localhost:8080", quiet=Settings().quiet.cover
            )
        library = _LIBRARIES[id(content)]
        self.core = app.make_core(
            self.store, library, {"phone": self.channel}, Settings(), self.clock, self._pauses
        )

    def phone(self, address: str = "lan") -> Phone:
        """The phone of someone who has not written yet."""
        return Phone(self, address)

    async def elder(self, name: str = "Lan", unit: str = "gò vũ", form: str = "1") -> Phone:
        """Someone who has registered."""
        phone = self.phone(name.lower())
        await phone.says("/start", "1", form, name, unit, "1")
        return phone

    async def staff(self, role: str, unit: str | None = None, agency: str | None = None) -> Phone:
        """Someone who has registered with an invite."""
        phone = self.phone(f"{role}-{unit}-{agency}")
        await phone.says(f"/start {await self.invite(role, unit, agency)}", "1", "1", "Minh")
        if role == "leader":
            await phone.says("1")
        return phone

    async def invite(self, role: str, unit: str | None = None, agency: str | None = None) -> str:
        """A fresh invite code, good for a day."""
        code = f"CODE-{next(self._numbers)}"
        grant = Grant(role=role, unit=unit, agency=agency)
        async with self.store.begin() as tx:
            await invites.add(tx, code, grant, self.clock(), self.clock() + timedelta(days=1))
        return code

    async def deliver(self, event: Event) -> None:
        """Hand an event over and wait until its answers have gone out, on any channel."""
        await self.core.dispatcher.handle(event)
        await self.core.sender.settle()
        assert self.channel.uncarried == []

    async def ticks(self) -> int:
        """One tick of the clock, and everything it puts on its way goes out; how many messages."""
        quiet = QuietHours("20:00-07:00")
        put = await Ticker(self.store, self.core.library, quiet, self.clock).tick()
        await self.goes_out()
        return put

    async def goes_out(self) -> None:
        """What waits to be sent from our side goes out, to whoever has put the phone down."""
        self.clock.passes(minutes=6)
        sending = asyncio.create_task(self.core.sender.run(self.core.dispatcher.offer))
        async with asyncio.timeout(PATIENCE):
            while await self._waits():
                await asyncio.sleep(0.01)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        assert self.channel.uncarried == []

    async def _waits(self) -> bool:
        async with self.store.read() as tx:
            return bool(await tx.fetch("SELECT id FROM outbox WHERE state = 'waiting'"))

    def next_id(self) -> str:
        """An event id never used before."""
        return f"phone:{next(self._numbers)}"


class Phone:
    """One person's phone."""

    def __init__(self, village: Village, address: str) -> None:
        self.village, self.address = village, address
        self._read = 0
        self.last_event: Event | None = None

    async def says(self, *texts: str) -> None:
        """Type messages, one after another."""
        for text in texts:
            await self._sends(text=text)

    async def taps(self, label: str) -> None:
        """Press a button of the last message that has any, by its label."""
        await self.taps_payload(self.button(label).payload)

    async def taps_payload(self, payload: str) -> None:
        """Press a button by what it carries: an old one, or a forged one."""
        await self._sends(tap=payload)

    async def shows(
        self,
        media: MediaKind,
        caption: str = "",
        photo: bytes | None = jpeg(),
        enclosed: Enclosed | None = None,
    ) -> None:
        """Send something that is not words; a photo that could not be fetched is None."""
        photo = photo if media == "photo" else None
        await self._sends(text=caption, media=media, photo=photo, enclosed=enclosed)

    async def edits(self, text: str) -> None:
        """Change a message sent before."""
        await self._sends(text=text, edited=True)

    async def repeats(self) -> None:
        """The channel delivers the last event once more."""
        assert self.last_event
        self._read = len(self.replies)
        await self.village.deliver(self.last_event)

    async def sends_late(self, text: str, **ago: float) -> None:
        """A message that was written some time ago and arrives only now."""
        await self._sends(text=text, said_at=self.village.clock() - timedelta(**ago))

    async def _sends(
        self,
        text: str = "",
        tap: str | None = None,
        media: MediaKind | None = None,
        photo: bytes | None = None,
        enclosed: Enclosed | None = None,
        *,
        edited: bool = False,
        said_at: datetime | None = None,
    ) -> None:
        self._read = len(self.replies)
        self.last_event = Event(
            id=self.village.next_id(),
            channel="phone",
            address=self.address,
            at=self.village.clock(),
            text=text,
            tap=tap,
            media=media,
            photo=photo,
            enclosed=enclosed,
            edited=edited,
            said_at=said_at,
        )
        await self.village.deliver(self.last_event)

    @property
    def replies(self) -> list[Reply]:
        """Everything the bot has said to this phone."""
        return self.village.channel.heard[self.address]

    @property
    def latest(self) -> list[Reply]:
        """What the bot said to the last message."""
        return self.replies[self._read :]

    @property
    def images(self) -> list[bytes]:
        """Every picture the bot has sent to this phone."""
        return self.village.channel.images[self.address]

    @property
    def text(self) -> str:
        """What the bot said to the last message, as one text."""
        return "\n".join(reply.text for reply in self.latest)

    def heard(self, *parts: str) -> None:
        """The answer to the last message says all of these."""
        for part in parts:
            assert part in self.text, f"{part!r} not in:\n{self.text}"

    def heard_nothing_of(self, *parts: str) -> None:
        """The answer to the last message says none of these."""
        for part in parts:
            assert part not in self.text, f"{part!r} in:\n{self.text}"

    def labels(self) -> list[str]:
        """The choices under the last message."""
        return [choice.label for choice in self.replies[-1].choices]

    def button(self, label: str) -> Choice:
        """A button of the last message that has any."""
        for reply in reversed(self.replies):
            if reply.choices:
                found = [one for one in reply.choices if label in {one.label, one.digit}]
                assert found, f"no button {label!r} among {[one.label for one in reply.choices]}"
                return found[0]
        raise AssertionError("no buttons yet")

    async def trees(self) -> tuple[int, int]:
        """The trees counted in the whole village: reported and confirmed."""
        async with self.village.store.read() as tx:
            row = await tx.fetch_one(
                "SELECT COALESCE(SUM(reported), 0) AS r, COALESCE(SUM(confirmed), 0) AS c"
                " FROM counts WHERE measure = 'trees'"
            )
        assert row
        return int(row["r"]) // 1000, int(row["c"]) // 1000

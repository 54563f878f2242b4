"""What leaders and officers announce: to whom, how far it has come, and who has read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from storage.addresses import Address
from storage.database import Row, Tx, from_text, to_text
from storage.mailings import Mailing
from storage.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Words to many people."""

    id: int
    author_id: int
    words: str
    sent_at: datetime
    reminded_at: datetime | None
    #: The mailing it came of; None for one from before there were any.
    mailing_id: int | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone an announcement is for, and where they wrote last; None: they cannot be reached."""

    person: Person
    here: Address | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many people an announcement is for, has come to, is on its way to, and who read it."""

    total: int
    sent: int
    waiting: int
    #: To whom it goes once they write themselves.
    held: int
    paused: int
    read: int

    @property
    def missed(self) -> int:
        """How many it could not reach."""
        return self.total - self.sent - self.waiting - self.paused


#: Everyone with the place they wrote from last, if there is any where they can be written to.
_PEOPLE = (
    "people p LEFT JOIN (SELECT s.person_id, b.channel, b.address, b.last_at,"
    " ROW_NUMBER() OVER (PARTITION BY s.person_id"
    " ORDER BY b.last_at DESC, b.channel, b.address) AS place"
    " FROM sharers s JOIN addresses b ON b.channel = s.channel AND b.address = s.address"
    " WHERE b.stopped_at IS NULL) a ON a.person_id = p.id AND a.place = 1 "
    "WHERE p.withdrawn_at IS NULL"
)
_EVERYONE = (
    "p.id, p.name, p.form, p.unit, p.over60, a.channel, a.address, a.last_at,"  # noqa: S608 - constant text
    " (SELECT COUNT(*) FROM sharers c WHERE c.channel = a.channel AND c.address = a.address)"
    f" AS sharers FROM {_PEOPLE}"
)
_TAKES_PART = "p.over60 IS NOT NULL AND {inside}"
_HOLDS = (
    "EXISTS (SELECT 1 FROM grants g WHERE g.person_id = p.id AND g.role = '{role}' AND {inside})"
)
_SILENT = "NOT EXISTS (SELECT 1 FROM heard h WHERE h.person_id = p.id AND h.day BETWEEN {days})"
_UNREAD = (
    "EXISTS (SELECT 1 FROM recipients r JOIN announcements n ON n.id = r.announcement_id"
    " WHERE r.person_id = p.id AND r.read_at IS NULL AND n.author_id = $1 AND n.id = {about})"
)
_UNLEARNT = (
    "NOT EXISTS (SELECT 1 FROM skills s WHERE s.person_id = p.id AND s.skill = {about}"
    " AND s.taken_back_at IS NULL)"
)
#: Whom an announcement can be for, of the people of some units.
ALL, SILENT, UNLEARNT, UNREAD, HELPERS, LEADERS = AUDIENCES = (
    *("all", "silent", "unlearnt", "unread", "helpers", "leaders"),
)
#: Why a message of a stopped announcement does not go out.
TAKEN_BACK = "taken back"
_OUTBOX_KEY = (
    "'announcement:' || CAST(r.announcement_id AS TEXT) || ':' || CAST(r.person_id AS TEXT)"
)
_RECIPIENTS = f"recipients r LEFT JOIN outbox o ON o.dedupe_key = {_OUTBOX_KEY}"


def outbox_key(id_: int, person_id: int, part: str = "") -> str:
    """The name under which an announcement goes out to a person, once; so does its reminder."""
    return f"announcement:{id_}:{person_id}{part}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Some people, as a question to the data; `units` None: of the whole program."""

    #: One of AUDIENCES; `silent` are those not heard from in `week`.
    name: str
    units: Collection[str] | None
    week: tuple[date, date]
    #: Who announces is left out.
    but: int
    #: The skill that is not learnt, or the number of the author's announcement that is not read.
    about: str | int = ""

    def where(self) -> tuple[str, list[object]]:
        """The condition on people, and its arguments."""
        codes = sorted(self.units or ())
        marks = ", ".join(f"${number}" for number in range(2, len(codes) + 2)) or "NULL"
        column = "g.unit" if self.name in {HELPERS, LEADERS} else "p.unit"
        inside = "TRUE" if self.units is None else f"{column} IN ({marks})"
        args: list[object] = [self.but, *codes]
        if self.name in {HELPERS, LEADERS}:
            role = self.name.removesuffix("s")
            return f"p.id <> $1 AND {_HOLDS.format(role=role, inside=inside)}", args
        about = f"${len(args) + 1}"
        if self.name == UNREAD:
            unread = _UNREAD.format(about=about)
            return f"p.id <> $1 AND {inside} AND {unread}", [*args, self.about]
        where = f"p.id <> $1 AND {_TAKES_PART.format(inside=inside)}"
        if self.name == UNLEARNT:
            return f"{where} AND {_UNLEARNT.format(about=about)}", [*args, self.about]
        if self.name == SILENT:
            days = f"{about} AND ${len(args) + 2}"
            args += [day.isoformat() for day in self.week]
            where = f"{where} AND {_SILENT.format(days=days)}"
        return where, args


async def recipients(tx: Tx, audience: Audience) -> list[Recipient]:
    """Everyone an announcement to an audience is for."""
    where, args = audience.where()
    rows = await tx.fetch(f"SELECT {_EVERYONE} AND {where} ORDER BY p.id", *args)
    return [_recipient(row) for row in rows]


async def by_channel(tx: Tx, audience: Audience) -> dict[str, int]:
    """How many of an audience are reached on each channel; under "" those who cannot be."""
    where, args = audience.where()
    rows = await tx.fetch(
        "SELECT COALESCE(a.channel, '') AS channel, COUNT(*) AS people"  # noqa: S608 - constant text
        f" FROM {_PEOPLE} AND {where} GROUP BY COALESCE(a.channel, '')",
        *args,
    )
    return {row["channel"]: int(row["people"]) for row in rows}


async def addresses(tx: Tx, audience: Audience, channel: str) -> list[str]:
    """Where those of an audience are who are reached on a channel."""
    where, args = audience.where()
    rows = await tx.fetch(
        f"SELECT a.channel, a.address FROM {_PEOPLE} AND {where}",  # noqa: S608 - constant text
        *args,
    )
    return [row["address"] for row in rows if row["channel"] == channel]


async def unread(tx: Tx, id_: int) -> list[Recipient]:
    """Everyone an announcement has come to who has not said to have read it."""
    came = (
        f"SELECT r.person_id FROM {_RECIPIENTS}"  # noqa: S608 - constant text
        " WHERE r.announcement_id = $1 AND r.read_at IS NULL AND o.state = 'sent'"
    )
    return await among(tx, came, id_)


async def among(tx: Tx, which: str, *args: object) -> list[Recipient]:
    """Everyone whose id a query gives who takes part, and where they wrote last."""
    rows = await tx.fetch(f"SELECT {_EVERYONE} AND p.id IN ({which}) ORDER BY p.id", *args)
    return [_recipient(row) for row in rows]


def person_in(row: Row) -> Person:
    """The person of a row, without what they may do."""
    return Person(
        id=row["id"],
        name=row["name"],
        form=row["form"],
        unit=row["unit"],
        over60=None if row["over60"] is None else bool(row["over60"]),
    )


def _recipient(row: Row) -> Recipient:
    person = person_in(row)
    if row["address"] is None:
        return Recipient(person, None)
    here = Address(
        channel=row["channel"],
        address=row["address"],
        person=person,
        talk="{}",
        last_at=from_text(row["last_at"]),
        shared=row["sharers"] > 1,
    )
    return Recipient(person, here)


async def add(tx: Tx, mailing: Mailing, to: Iterable[int], now: datetime) -> int | None:
    """Keep that a mailing goes out and whom it is for, from here on nobody else; its id.

    None when it went out for the same hour before.
    """
    row = await tx.fetch_one(
        "INSERT INTO announcements"
        " (author_id, audience, words, lane, sent_at, mailing_id, due_at, told)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 0)"
        " ON CONFLICT (mailing_id, due_at) DO NOTHING RETURNING id",
        mailing.author_id,
        mailing.audience,
        mailing.words,
        mailing.lane,
        to_text(now),
        mailing.id,
        None if mailing.due_at is None else to_text(mailing.due_at),
    )
    if row is None:
        return None
    await tx.execute_many(
        "INSERT INTO recipients (announcement_id, person_id) VALUES ($1, $2)",
        [(row["id"], person_id) for person_id in to],
    )
    return int(row["id"])


_COLUMNS = "id, author_id, words, sent_at, reminded_at, mailing_id"


async def of_author(tx: Tx, author_id: int, since: datetime, limit: int) -> list[Announcement]:
    """What someone announced since an instant, the latest first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM announcements"  # noqa: S608 - constant text
        " WHERE author_id = $1 AND sent_at >= $2 ORDER BY id DESC LIMIT $3",
        author_id,
        to_text(since),
        limit,
    )
    return [_announcement(row) for row in rows]


async def latest(tx: Tx, author_id: int | None, limit: int, skip: int) -> list[Announcement]:
    """What was announced (None: by anybody), the latest first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM announcements"  # noqa: S608 - constant text
        " WHERE CAST($1 AS BIGINT) IS NULL OR author_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3",
        author_id,
        limit,
        skip,
    )
    return [_announcement(row) for row in rows]


async def count(tx: Tx, author_id: int | None) -> int:
    """How many announcements there are of someone, or (None) of anybody."""
    row = await tx.fetch_one(
        "SELECT COUNT(*) AS announced FROM announcements"
        " WHERE CAST($1 AS BIGINT) IS NULL OR author_id = $1",
        author_id,
    )
    return int(row["announced"]) if row else 0


def _announcement(row: Row) -> Announcement:
    return Announcement(
        id=row["id"],
        author_id=row["author_id"],
        words=row["words"],
        sent_at=from_text(row["sent_at"]),
        reminded_at=None if row["reminded_at"] is None else from_text(row["reminded_at"]),
        mailing_id=row["mailing_id"],
    )


async def reach(tx: Tx, id_: int) -> Reach:
    """How far an announcement has come. Who said to have read it has got it, whatever else."""
    row = await tx.fetch_one(
        "SELECT COUNT(*) AS total, COUNT(r.read_at) AS read,"  # noqa: S608 - constant text
        " COUNT(CASE WHEN o.state = 'sent' OR r.read_at IS NOT NULL THEN 1 END) AS sent,"
        " COUNT(CASE WHEN o.state = 'waiting' AND o.held_at IS NULL AND r.read_at IS NULL"
        " THEN 1 END) AS waiting,"
        " COUNT(CASE WHEN o.state = 'waiting' AND o.held_at IS NOT NULL AND r.read_at IS NULL"
        " THEN 1 END) AS held,"
        " COUNT(CASE WHEN o.state = 'paused' AND r.read_at IS NULL THEN 1 END) AS paused"
        f" FROM {_RECIPIENTS} WHERE r.announcement_id = $1",
        id_,
    )
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return Reach(
        total=row["total"],
        sent=row["sent"],
        waiting=row["waiting"],
        held=row["held"],
        paused=row["paused"],
        read=row["read"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Someone an announcement could not reach."""

    name: str
    form: str
    unit: str
    #: What the outbox says of it; None where there was no address to write to.
    problem: str | None


async def missed(
    tx: Tx, id_: int, units: Collection[str] | None, limit: int, start: int = 0
) -> list[Missed]:
    """Whom of some units (None: of all) an announcement could not reach, unit by unit.

    But for the first so many.
    """
    codes = sorted(units or ())
    marks = ", ".join(f"${number}" for number in range(4, len(codes) + 4)) or "NULL"
    inside = "TRUE" if units is None else f"p.unit IN ({marks})"
    rows = await tx.fetch(
        "SELECT p.name, p.form, p.unit, o.problem, o.id AS tried"  # noqa: S608 - constant text
        f" FROM {_RECIPIENTS} JOIN people p ON p.id = r.person_id"
        " WHERE r.announcement_id = $1 AND r.read_at IS NULL"
        " AND (o.id IS NULL OR o.state = 'failed' OR o.state = 'waiting' AND o.held_at IS NOT NULL)"
        f" AND {inside} ORDER BY p.unit, p.id LIMIT $2 OFFSET $3",
        id_,
        limit,
        start,
        *codes,
    )
    return [
        Missed(
            name=row["name"],
            form=row["form"],
            unit=row["unit"],
            problem=None if row["tried"] is None else row["problem"] or "",
        )
        for row in rows
    ]


async def running(tx: Tx, since: datetime, limit: int) -> list[tuple[Announcement, int]]:
    """What is still going out, or has just gone out, of which its author is told how far it came.

    With how many tenths of it they know, the oldest first.
    """
    rows = await tx.fetch(
        f"SELECT {_COLUMNS}, told FROM announcements WHERE told < 10 AND sent_at >= $1"  # noqa: S608 - constant text
        " ORDER BY id LIMIT $2",
        to_text(since),
        limit,
    )
    return [(_announcement(row), row["told"]) for row in rows]


async def mark_told(tx: Tx, id_: int, tenths: int) -> None:
    """Note how much of an announcement its author knows to have gone out."""
    await tx.execute("UPDATE announcements SET told = $2 WHERE id = $1", id_, tenths)


async def pause(tx: Tx, id_: int) -> None:
    """Hold back what of an announcement has not gone out."""
    await _move(tx, id_, "state = 'paused'", "waiting")


async def resume(tx: Tx, id_: int) -> None:
    """Let what was held back go out, but for what was emptied meanwhile."""
    await _move(tx, id_, "state = CASE body WHEN '' THEN 'failed' ELSE 'waiting' END", "paused")


async def stop(tx: Tx, id_: int) -> None:
    """Give up what was held back."""
    await _move(tx, id_, f"state = 'failed', problem = '{TAKEN_BACK}'", "paused")


async def _move(tx: Tx, id_: int, change: str, state: str) -> None:
    await tx.execute(
        f"UPDATE outbox SET {change} WHERE state = $2 AND dedupe_key IN"  # noqa: S608 - constant text
        f" (SELECT {_OUTBOX_KEY} FROM recipients r WHERE r.announcement_id = $1)",
        id_,
        state,
    )


async def mark_read(tx: Tx, id_: int, person_id: int, now: datetime) -> bool:
    """Note that someone has read an announcement; False when it was not for them."""
    return bool(
        await tx.execute(
            "UPDATE recipients SET read_at = COALESCE(read_at, $3)"
            " WHERE announcement_id = $1 AND person_id = $2",
            id_,
            person_id,
            to_text(now),
        )
    )


async def mark_reminded(tx: Tx, id_: int, now: datetime) -> bool:
    """Note that those who have not read an announcement are reminded; False if they were before."""
    return bool(
        await tx.execute(
            "UPDATE announcements SET reminded_at = $2 WHERE id = $1 AND reminded_at IS NULL",
            id_,
            to_text(now),
        )
    )

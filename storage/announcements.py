"""What leaders and officers announce: to whom, how far it has come, and who has read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from storage.database import Row, Tx, from_text, to_text
from storage.people import Address, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Words to many people."""

    id: int
    author_id: int
    words: str
    sent_at: datetime
    reminded_at: datetime | None


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
    read: int


#: Everyone with a place to be written to: where they wrote last.
_PEOPLE = (
    "SELECT p.id, p.name, p.form, p.unit, p.over60, a.channel, a.address, a.last_at,"
    " (SELECT COUNT(*) FROM sharers c WHERE c.channel = a.channel AND c.address = a.address)"
    " AS sharers FROM people p LEFT JOIN (SELECT s.person_id, b.channel, b.address, b.last_at,"
    " ROW_NUMBER() OVER (PARTITION BY s.person_id"
    " ORDER BY b.last_at DESC, b.channel, b.address) AS place"
    " FROM sharers s JOIN addresses b ON b.channel = s.channel AND b.address = s.address"
    " WHERE b.stopped_at IS NULL) a ON a.person_id = p.id AND a.place = 1 "
    "WHERE p.withdrawn_at IS NULL"
)
_TAKES_PART = "p.over60 IS NOT NULL AND {inside}"
_HOLDS = (
    "EXISTS (SELECT 1 FROM grants g WHERE g.person_id = p.id AND g.role = '{role}' AND {inside})"
)
#: Whom an announcement can be for, of the people of some units.
AUDIENCES = ("all", "silent", "helpers", "leaders")
_OUTBOX_KEY = (
    "'announcement:' || CAST(r.announcement_id AS TEXT) || ':' || CAST(r.person_id AS TEXT)"
)
_RECIPIENTS = f"recipients r LEFT JOIN outbox o ON o.dedupe_key = {_OUTBOX_KEY}"


def outbox_key(id_: int, person_id: int, part: str = "") -> str:
    """The name under which an announcement goes out to a person, once; so does its reminder."""
    return f"announcement:{id_}:{person_id}{part}"


async def audience(
    tx: Tx, name: str, units: Collection[str] | None, week: tuple[date, date], but: int
) -> list[Recipient]:
    """Everyone an announcement to an audience is for; `units` None: the whole program.

    `silent` are those not heard from in `week`. Left out is who announces it (`but`).
    """
    codes = sorted(units or ())
    marks = ", ".join(f"${number}" for number in range(2, len(codes) + 2)) or "NULL"
    args: list[object] = [but, *codes]
    if name in {"helpers", "leaders"}:
        inside = "TRUE" if units is None else f"g.unit IN ({marks})"
        where = _HOLDS.format(role=name.removesuffix("s"), inside=inside)
    else:
        where = _TAKES_PART.format(inside="TRUE" if units is None else f"p.unit IN ({marks})")
    if name == "silent":
        start, end = len(args) + 1, len(args) + 2
        where += (
            " AND NOT EXISTS (SELECT 1 FROM heard h WHERE h.person_id = p.id"  # noqa: S608 - numbered marks
            f" AND h.day BETWEEN ${start} AND ${end})"
        )
        args += [day.isoformat() for day in week]
    sql = f"{_PEOPLE} AND p.id <> $1 AND {where} ORDER BY p.id"
    return [_recipient(row) for row in await tx.fetch(sql, *args)]


async def unread(tx: Tx, id_: int) -> list[Recipient]:
    """Everyone an announcement has come to who has not said to have read it."""
    rows = await tx.fetch(
        f"{_PEOPLE} AND p.id IN (SELECT r.person_id FROM {_RECIPIENTS}"  # noqa: S608 - constant text
        " WHERE r.announcement_id = $1 AND r.read_at IS NULL AND o.state = 'sent') ORDER BY p.id",
        id_,
    )
    return [_recipient(row) for row in rows]


def _recipient(row: Row) -> Recipient:
    person = Person(
        id=row["id"],
        name=row["name"],
        form=row["form"],
        unit=row["unit"],
        over60=None if row["over60"] is None else bool(row["over60"]),
    )
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


async def add(
    tx: Tx,
    *,
    author_id: int,
    audience: str,
    words: str,
    lane: str,
    to: Iterable[int],
    now: datetime,
) -> int:
    """Keep an announcement and whom it is for, from here on nobody else; its id."""
    row = await tx.fetch_one(
        "INSERT INTO announcements (author_id, audience, words, lane, sent_at)"
        " VALUES ($1, $2, $3, $4, $5) RETURNING id",
        author_id,
        audience,
        words,
        lane,
        to_text(now),
    )
    assert row is not None  # noqa: S101 - an INSERT … RETURNING gives its row
    await tx.execute_many(
        "INSERT INTO recipients (announcement_id, person_id) VALUES ($1, $2)",
        [(row["id"], person_id) for person_id in to],
    )
    return int(row["id"])


async def of_author(tx: Tx, author_id: int, since: datetime, limit: int) -> list[Announcement]:
    """What someone announced since an instant, the latest first."""
    rows = await tx.fetch(
        "SELECT id, author_id, words, sent_at, reminded_at FROM announcements"
        " WHERE author_id = $1 AND sent_at >= $2 ORDER BY id DESC LIMIT $3",
        author_id,
        to_text(since),
        limit,
    )
    return [_announcement(row) for row in rows]


async def get(tx: Tx, id_: int) -> Announcement | None:
    """One announcement."""
    row = await tx.fetch_one(
        "SELECT id, author_id, words, sent_at, reminded_at FROM announcements WHERE id = $1", id_
    )
    return _announcement(row) if row else None


def _announcement(row: Row) -> Announcement:
    return Announcement(
        id=row["id"],
        author_id=row["author_id"],
        words=row["words"],
        sent_at=from_text(row["sent_at"]),
        reminded_at=None if row["reminded_at"] is None else from_text(row["reminded_at"]),
    )


async def reach(tx: Tx, id_: int) -> Reach:
    """How far an announcement has come. Who said to have read it has got it, whatever else."""
    row = await tx.fetch_one(
        "SELECT COUNT(*) AS total, COUNT(r.read_at) AS read,"  # noqa: S608 - constant text
        " COUNT(CASE WHEN o.state = 'sent' OR r.read_at IS NOT NULL THEN 1 END) AS sent,"
        " COUNT(CASE WHEN o.state = 'waiting' AND r.read_at IS NULL THEN 1 END) AS waiting"
        f" FROM {_RECIPIENTS} WHERE r.announcement_id = $1",
        id_,
    )
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return Reach(total=row["total"], sent=row["sent"], waiting=row["waiting"], read=row["read"])


async def missed(tx: Tx, id_: int, limit: int) -> list[tuple[str, str, str | None]]:
    """Whom an announcement could not reach: name, key of the form, and what the outbox says of it.

    None where there was no address to write to.
    """
    rows = await tx.fetch(
        "SELECT p.name, p.form, o.problem, o.id AS tried"  # noqa: S608 - constant text
        f" FROM {_RECIPIENTS} JOIN people p ON p.id = r.person_id"
        " WHERE r.announcement_id = $1 AND r.read_at IS NULL"
        " AND (o.id IS NULL OR o.state = 'failed') ORDER BY p.id LIMIT $2",
        id_,
        limit,
    )
    return [
        (row["name"], row["form"], None if row["tried"] is None else row["problem"] or "")
        for row in rows
    ]


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

"""Where people talk: their addresses on channels, and the state of the talk at each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage import people
from storage.database import Row, Tx, from_text, to_text
from storage.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A person's place on a channel, and the state of the talk there (JSON text)."""

    channel: str
    address: str
    person: Person | None
    talk: str
    last_at: datetime
    #: Whether several people use it.
    shared: bool = False


_SELECT_ADDRESS = (
    "a.channel, a.address, a.talk, a.last_at, (SELECT COUNT(*) FROM sharers c"  # noqa: S608 - constant text
    " JOIN people q ON q.id = c.person_id AND q.withdrawn_at IS NULL"
    " WHERE c.channel = a.channel AND c.address = a.address) AS sharers, " + people.COLUMNS
)


#: Everyone at each of their addresses, whoever talks there now.
_PEOPLE_AT_ADDRESSES = (
    "people p JOIN sharers s ON s.person_id = p.id "
    "JOIN addresses a ON a.channel = s.channel AND a.address = s.address "
    "LEFT JOIN grants g ON g.person_id = p.id"
)


def _address(rows: list[Row]) -> Address:
    first = rows[0]
    return Address(
        channel=first["channel"],
        address=first["address"],
        person=None if first["id"] is None else people.one_of(rows),
        talk=first["talk"],
        last_at=from_text(first["last_at"]),
        shared=first["sharers"] > 1,
    )


async def get(tx: Tx, channel: str, at: str) -> Address | None:
    """The address, with who talks there now and that person's rights; None for a first contact."""
    rows = await tx.fetch(
        f"SELECT {_SELECT_ADDRESS} FROM addresses a "  # noqa: S608 - constant text
        "LEFT JOIN people p ON p.id = a.person_id "
        "LEFT JOIN grants g ON g.person_id = p.id "
        "WHERE a.channel = $1 AND a.address = $2 ORDER BY g.id",
        channel,
        at,
    )
    return _address(rows) if rows else None


async def latest(tx: Tx, person_id: int) -> Address | None:
    """Where to write to a person: the address used last, even if another talks there now.

    None when there is none, or the bot was stopped everywhere.
    """
    rows = await tx.fetch(
        f"SELECT {_SELECT_ADDRESS} FROM {_PEOPLE_AT_ADDRESSES} "  # noqa: S608 - constant text
        "WHERE p.id = $1 AND p.withdrawn_at IS NULL AND a.stopped_at IS NULL "
        "ORDER BY a.last_at DESC, a.channel, a.address, g.id",
        person_id,
    )
    last = [row for row in rows if _place(row) == _place(rows[0])]
    return _address(last) if last else None


def _place(row: Row) -> tuple[str, str]:
    return row["channel"], row["address"]


async def sharing(tx: Tx, channel: str, at: str) -> list[Person]:
    """Everyone who uses an address, in the order they registered."""
    rows = await tx.fetch(
        f"SELECT {people.COLUMNS} FROM sharers s JOIN people p ON p.id = s.person_id "  # noqa: S608 - constant text
        "LEFT JOIN grants g ON g.person_id = p.id "
        "WHERE s.channel = $1 AND s.address = $2 AND p.withdrawn_at IS NULL ORDER BY p.id, g.id",
        channel,
        at,
    )
    return people.all_of(rows)


async def keep_places(tx: Tx, channel: str, at: str, person_id: int, held: str) -> None:
    """Keep the places (JSON text) a sharer of an address leaves while another talks there."""
    await tx.execute(
        "UPDATE sharers SET held = $4 WHERE channel = $1 AND address = $2 AND person_id = $3",
        channel,
        at,
        person_id,
        held,
    )


async def switch(tx: Tx, channel: str, at: str, person_id: int) -> str:
    """From now on this sharer of an address talks there; the places that were kept for them."""
    row = await tx.fetch_one(
        "SELECT held FROM sharers WHERE channel = $1 AND address = $2 AND person_id = $3",
        channel,
        at,
        person_id,
    )
    assert row is not None  # noqa: S101 - only those who use the address are offered
    await tx.execute(
        "UPDATE addresses SET person_id = $3 WHERE channel = $1 AND address = $2",
        channel,
        at,
        person_id,
    )
    return str(row["held"])


async def keep_talk(tx: Tx, channel: str, at: str, talk: str, now: datetime) -> None:
    """Keep the state of the talk at an address; a person who writes again is no longer stopped."""
    await tx.execute(
        "INSERT INTO addresses (channel, address, talk, last_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (channel, address) DO UPDATE "
        "SET talk = excluded.talk, last_at = excluded.last_at, stopped_at = NULL",
        channel,
        at,
        talk,
        to_text(now),
    )


async def replace_talk(tx: Tx, channel: str, at: str, talk: str) -> None:
    """Change the state of the talk from our side, leaving when the person last wrote as it is."""
    await tx.execute(
        "UPDATE addresses SET talk = $3 WHERE channel = $1 AND address = $2", channel, at, talk
    )


#: What is known of addresses at Zalo that are here no longer goes with them.
_NO_WINDOWS = (
    "DELETE FROM zalo_oa_windows WHERE NOT EXISTS (SELECT 1 FROM addresses a"
    " WHERE a.channel = 'zalo_oa' AND a.address = zalo_oa_windows.address)"
)


async def forget(tx: Tx, channel: str, at: str) -> None:
    """Forget an address, the talk there, and everything that was said there."""
    await tx.execute("DELETE FROM outbox WHERE channel = $1 AND address = $2", channel, at)
    await tx.execute("DELETE FROM addresses WHERE channel = $1 AND address = $2", channel, at)
    await tx.execute(_NO_WINDOWS)


async def leave_to_staff(tx: Tx, channel: str, at: str, now: datetime, until: datetime) -> None:
    """Note that a human of the account talks at an address: the bot keeps silent there.

    Also where nobody has written to the bot yet: what comes next is for the human.
    """
    await tx.execute(
        "INSERT INTO addresses (channel, address, talk, last_at, staff_until)"
        " VALUES ($1, $2, '{}', $3, $4) ON CONFLICT (channel, address) DO UPDATE"
        " SET staff_until = excluded.staff_until"
        " WHERE COALESCE(addresses.staff_until, '') < excluded.staff_until",
        channel,
        at,
        to_text(now),
        to_text(until),
    )


async def is_left_to_staff(tx: Tx, channel: str, at: str, now: datetime) -> bool:
    """Whether a human of the account talks at an address."""
    row = await tx.fetch_one(
        "SELECT 1 AS one FROM addresses WHERE channel = $1 AND address = $2 AND staff_until > $3",
        channel,
        at,
        to_text(now),
    )
    return row is not None


async def mark_stopped(tx: Tx, channel: str, at: str, now: datetime) -> None:
    """Note that the person has stopped the bot on this channel; they are not written to again.

    What waits there from our side is given up. Who has written since `now` has not stopped.
    """
    stopped = await tx.execute(
        "UPDATE addresses SET stopped_at = $3 WHERE channel = $1 AND address = $2"
        " AND last_at <= $3",
        channel,
        at,
        to_text(now),
    )
    if stopped:
        await tx.execute(
            "UPDATE outbox SET state = 'failed', problem = 'stopped' WHERE channel = $1"
            " AND address = $2 AND lane <> 'answer' AND state = 'waiting'",
            channel,
            at,
        )


async def add(tx: Tx, person_id: int, channel: str, at: str, now: datetime) -> None:
    """Let a person talk at one more address, beside those who do already."""
    if await get(tx, channel, at) is None:
        await keep_talk(tx, channel, at, "{}", now)
    await let_talk(tx, person_id, channel, at)


async def let_talk(tx: Tx, person_id: int, channel: str, at: str) -> None:
    """Let a person talk at an address that is there, beside those who do already."""
    await tx.execute(
        "INSERT INTO sharers (channel, address, person_id) VALUES ($1, $2, $3) "
        "ON CONFLICT (channel, address, person_id) DO NOTHING",
        channel,
        at,
        person_id,
    )
    await tx.execute(
        "UPDATE addresses SET person_id = COALESCE(person_id, $3) "
        "WHERE channel = $1 AND address = $2",
        channel,
        at,
        person_id,
    )


async def talks(tx: Tx, person_id: int) -> list[tuple[str, str, str, datetime]]:
    """Where a person talks now: channel, address, the talk (JSON text), and its last instant."""
    rows = await tx.fetch(
        "SELECT channel, address, talk, last_at FROM addresses WHERE person_id = $1", person_id
    )
    return [(*_place(row), row["talk"], from_text(row["last_at"])) for row in rows]


async def kept_places(tx: Tx, person_id: int) -> list[tuple[str, str, str]]:
    """The places (JSON text) a person left at each channel and address where another talks now."""
    rows = await tx.fetch(
        "SELECT channel, address, held FROM sharers WHERE person_id = $1 AND held <> '[]'",
        person_id,
    )
    return [(*_place(row), row["held"]) for row in rows]


async def leave(tx: Tx, person_id: int) -> None:
    """Take a person off their addresses: each goes over to the next who uses it, or away.

    What was written there goes too, but for what was surely written to one who stays.
    """
    await tx.execute(
        "DELETE FROM outbox WHERE person_id = $1 OR (EXISTS (SELECT 1 FROM sharers s "
        "WHERE s.person_id = $1 AND s.channel = outbox.channel AND s.address = outbox.address) "
        "AND NOT EXISTS (SELECT 1 FROM sharers s WHERE s.person_id = outbox.person_id "
        "AND s.channel = outbox.channel AND s.address = outbox.address))",
        person_id,
    )
    # A question who is talking names everyone.
    await tx.execute(
        "UPDATE addresses SET talk = '{}' WHERE (channel, address) IN "
        "(SELECT channel, address FROM sharers WHERE person_id = $1)",
        person_id,
    )
    await tx.execute("DELETE FROM sharers WHERE person_id = $1", person_id)
    others = (
        "sharers s JOIN people p ON p.id = s.person_id AND p.withdrawn_at IS NULL"
        " WHERE s.channel = addresses.channel AND s.address = addresses.address"
    )
    await tx.execute(
        f"DELETE FROM addresses WHERE person_id = $1 AND NOT EXISTS (SELECT 1 FROM {others})",  # noqa: S608 - constant text
        person_id,
    )
    await tx.execute(
        f"UPDATE addresses SET person_id = (SELECT MIN(s.person_id) FROM {others}) "  # noqa: S608 - constant text
        "WHERE person_id = $1",
        person_id,
    )
    await tx.execute(_NO_WINDOWS)

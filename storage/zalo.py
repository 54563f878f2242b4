"""What Zalo allows an Official Account: to whom it may write until when, and what is free.

A person's word opens a window: for some days the Official Account may write, and for the first
hours so many messages are free. What goes beyond is paid from the account's quota.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.database import Row, Tx, from_text, to_text

CHANNEL = "zalo_oa"
_COLUMNS = "address, open_until, free_until, free_left"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What one word of a person opens."""

    open_for: timedelta = timedelta(days=7)
    free_for: timedelta = timedelta(hours=48)
    free_replies: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What may be written to one person."""

    open_until: datetime
    free_until: datetime
    free_left: int

    def is_open(self, now: datetime) -> bool:
        """Whether anything may be written at all."""
        return now < self.open_until

    def is_free(self, now: datetime) -> bool:
        """Whether the next message costs nothing."""
        return now < self.free_until and self.free_left > 0


@dataclass(frozen=True, slots=True)
class Plan:
    """How many people get a message free, paid, or not before they write themselves."""

    free: int
    paid: int
    waiting: int


async def interacted(tx: Tx, address: str, at: datetime, rules: Rules) -> None:
    """Open the window of a person who did something; what is told late opens nothing anew."""
    await tx.execute(
        "INSERT INTO zalo_oa_windows"
        " (address, interacted_at, open_until, free_until, free_left) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (address) DO UPDATE SET interacted_at = excluded.interacted_at,"
        " open_until = excluded.open_until, free_until = excluded.free_until,"
        " free_left = excluded.free_left"
        " WHERE excluded.interacted_at >= zalo_oa_windows.interacted_at",
        address,
        to_text(at),
        to_text(at + rules.open_for),
        to_text(at + rules.free_for),
        rules.free_replies,
    )


async def window(tx: Tx, address: str) -> Window | None:
    """The window of a person; None when nothing is known of it."""
    row = await tx.fetch_one(
        f"SELECT {_COLUMNS} FROM zalo_oa_windows WHERE address = $1",  # noqa: S608 - constant text
        address,
    )
    return _window(row) if row else None


def _window(row: Row) -> Window:
    return Window(
        open_until=from_text(row["open_until"]),
        free_until=from_text(row["free_until"]),
        free_left=row["free_left"],
    )


async def spend(tx: Tx, address: str, now: datetime) -> None:
    """Note a message that went out: one of the free ones, or else one that was paid for."""
    spent = await tx.execute(
        "UPDATE zalo_oa_windows SET free_left = free_left - 1"
        " WHERE address = $1 AND free_left > 0 AND free_until > $2",
        address,
        to_text(now),
    )
    if not spent:
        await tx.execute("UPDATE zalo_oa_quota SET paid_left = paid_left - 1 WHERE paid_left > 0")


async def close(tx: Tx, address: str, now: datetime) -> None:
    """Note that Zalo takes nothing for a person before they write."""
    await tx.execute(
        "UPDATE zalo_oa_windows SET open_until = $2, free_until = $2, free_left = 0"
        " WHERE address = $1",
        address,
        to_text(now),
    )


async def keep_quota(tx: Tx, app_id: str, paid_left: int | None, now: datetime) -> None:
    """Keep how many paid messages are left, as Zalo says; None: as many as are wanted."""
    await tx.execute("DELETE FROM zalo_oa_quota WHERE app_id = $1", app_id)
    if paid_left is not None:
        await tx.execute(
            "INSERT INTO zalo_oa_quota (app_id, paid_left, asked_at) VALUES ($1, $2, $3)",
            app_id,
            paid_left,
            to_text(now),
        )


async def paid_left(tx: Tx) -> int | None:
    """How many paid messages are left; None when that is not known, or as many as are wanted."""
    row = await tx.fetch_one("SELECT paid_left FROM zalo_oa_quota ORDER BY asked_at DESC LIMIT 1")
    return None if row is None else int(row["paid_left"])


async def use_up_free(tx: Tx, address: str) -> None:
    """Note that Zalo gives a person nothing more for nothing before they write."""
    await tx.execute("UPDATE zalo_oa_windows SET free_left = 0 WHERE address = $1", address)


async def plan(tx: Tx, people: Collection[str], now: datetime) -> Plan:
    """What a message to people, by their addresses here, would come to if it went out now.

    Whoever cannot be paid for any more waits as well.
    """
    free = paid = 0
    addresses = list(people)
    for first in range(0, len(addresses), _AT_ONCE):
        some = addresses[first : first + _AT_ONCE]
        marks = ", ".join(f"${number}" for number in range(1, len(some) + 1))
        for row in await tx.fetch(
            f"SELECT {_COLUMNS} FROM zalo_oa_windows WHERE address IN ({marks})",  # noqa: S608 - numbered marks
            *some,
        ):
            its = _window(row)
            free += its.is_open(now) and its.is_free(now)
            paid += its.is_open(now) and not its.is_free(now)
    left = await paid_left(tx)
    paid = paid if left is None else min(paid, max(0, left))
    return Plan(free, paid, len(addresses) - free - paid)

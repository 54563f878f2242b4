"""What people agreed to, in which words, and how often they were asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storage.database import Tx, from_text, to_text

#: How the name of every version of the consent to keeping photos begins.
PHOTOS = "photo-"
#: How the name of every version of a consent begins that a leader passed on.
THROUGH_LEADER = "leader-"
#: So often a person can put it off; so many days lie between two times.
MOST, BETWEEN = 3, timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How often a person who agreed only to older words was asked about the newest, and when."""

    times: int
    on: date | None

    @property
    def is_last(self) -> bool:
        """Whether it has been put off as often as it can be."""
        return self.times >= MOST - 1

    def is_due(self, today: date) -> bool:
        """Whether to ask on a day, of our own accord."""
        return self.times < MOST and (self.on is None or today - self.on >= BETWEEN)

    def holds_up(self, today: date) -> bool:
        """Whether what a person wishes on a day waits for the answer."""
        return self.is_last and (self.times >= MOST or self.is_due(today))


def agreed(person: str, version: str) -> str:
    """A condition of SQL: whether somebody agreed to some words, here or through a leader.

    `person` and `version` are pieces of SQL.
    """
    return (
        f"EXISTS (SELECT 1 FROM consents c WHERE c.person_id = {person} AND c.given = 1"  # noqa: S608 - constant text
        f" AND c.version IN ({version}, '{THROUGH_LEADER}' || {version}))"
    )


async def keep(
    tx: Tx,
    person_id: int,
    version: str,
    channel: str,
    now: datetime,
    *,
    given: bool,
    by: int | None = None,
) -> None:
    """Keep that a person gave, refused or withdrew a consent, to which words, and through whom."""
    await tx.execute(
        "INSERT INTO consents (person_id, version, given, channel, at, by_id) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        person_id,
        version,
        int(given),
        channel,
        to_text(now),
        by,
    )


async def agrees(tx: Tx, person_id: int, version: str) -> bool:
    """Whether what a person last said to a consent was yes."""
    row = await tx.fetch_one(
        "SELECT given FROM consents WHERE person_id = $1 AND version = $2 ORDER BY id DESC LIMIT 1",
        person_id,
        version,
    )
    return row is not None and bool(row["given"])


async def agreed_at(tx: Tx, person_id: int) -> datetime:
    """When a person gave the consent to being registered that holds now."""
    row = await tx.fetch_one(
        "SELECT MAX(at) AS at FROM consents "
        "WHERE person_id = $1 AND given = 1 AND version NOT LIKE $2",
        person_id,
        f"{PHOTOS}%",
    )
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return from_text(row["at"])


async def asked(tx: Tx, person_id: int, version: str) -> Asked | None:
    """How often a person was asked to agree to some words; None when they agree to them."""
    row = await tx.fetch_one(
        "SELECT a.times, a.asked_on FROM people p "  # noqa: S608 - constant text
        "LEFT JOIN consent_asks a ON a.person_id = p.id AND a.version = $2 "
        f"WHERE p.id = $1 AND NOT {agreed('p.id', 'CAST($2 AS TEXT)')}",
        person_id,
        version,
    )
    if row is None:
        return None
    on = date.fromisoformat(row["asked_on"]) if row["asked_on"] else None
    return Asked(times=row["times"] or 0, on=on)


async def note_asked(tx: Tx, person_id: int, version: str, today: date) -> None:
    """Remember that a person was asked and did not agree."""
    await tx.execute(
        "INSERT INTO consent_asks (person_id, version, times, asked_on) VALUES ($1, $2, 1, $3) "
        "ON CONFLICT (person_id) DO UPDATE SET asked_on = excluded.asked_on,"
        " times = CASE WHEN consent_asks.version = excluded.version"
        " THEN consent_asks.times + 1 ELSE 1 END, version = excluded.version",
        person_id,
        version,
        today.isoformat(),
    )

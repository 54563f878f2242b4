"""Whom we may remind, and how often: the one rule that every reminder asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from storage import outbox
from storage.database import Tx, to_text
from storage.reports import THOUSANDTHS

#: What a person wishes: as usual, fewer, none at all.
USUAL, LESS, NONE = "usual", "less", "none"
#: From when on people are reminded of what is tomorrow ("17:00").
EVENING = "17:00"
#: The invitations and gatherings of those who may come: `i` and `g` in SQL.
MAY_COME = "g.off_at IS NULL AND g.place <> '' AND COALESCE(i.answer, '') <> 'no'"
#: So many reminders in a row without a word in return, and from then on so many days of rest.
_RESTS = ((6, 28), (3, 14), (0, 1))
#: Who wishes fewer reminders rests at least so many days.
_LESS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An instant as the rule looks at it."""

    now: datetime
    #: The Vietnamese day and time of day ("09:05").
    today: date
    clock: str
    #: From when on people are reminded who named no hour of their own ("09:00").
    usual: str
    #: Who wrote since then may be in the middle of a talk.
    silent_since: datetime

    def args(self) -> tuple[object, ...]:
        """The arguments that `allowed` needs, in order."""
        return self.today.isoformat(), self.clock, self.usual, to_text(self.silent_since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person said about being reminded."""

    wish: str = USUAL
    #: The hour from which on ("15:00"); None: the usual one.
    hour: str | None = None


def allowed(person: str, first: int) -> str:
    """The rule as a condition of SQL on `person`, its four arguments numbered from `first`.

    Somebody who can be written to, is not in a talk and wishes reminders, from their hour on; one a
    day on each phone; and whoever did not answer the last ones rests until a day, or a word. Until
    the evening the day before a gathering is kept for its reminder.
    """
    today, clock, usual, silent = (f"${number}" for number in range(first, first + 4))
    return (
        f"EXISTS (SELECT 1 FROM {_PHONES} WHERE s.person_id = {person} AND a.stopped_at IS NULL) "  # noqa: S608 - constant text
        f"AND NOT EXISTS (SELECT 1 FROM {_PHONES}"
        f" WHERE s.person_id = {person} AND a.last_at >= {silent}) "
        f"AND COALESCE((SELECT m.hour FROM reminding m WHERE m.person_id = {person}),"
        f" {usual}) <= {clock} "
        "AND NOT EXISTS (SELECT 1 FROM sharers s JOIN sharers t"
        " ON t.channel = s.channel AND t.address = s.address"
        " JOIN reminding m ON m.person_id = t.person_id"
        f" WHERE s.person_id = {person} AND m.reminded_on = {today}) "
        f"AND ({clock} >= '{EVENING}' OR NOT EXISTS (SELECT 1 FROM invitations i"
        " JOIN gatherings g ON g.id = i.gathering_id"
        f" WHERE i.person_id = {person} AND g.eve = {today} AND {MAY_COME})) "
        f"AND NOT EXISTS (SELECT 1 FROM reminding m WHERE m.person_id = {person}"
        f" AND (m.wish = '{NONE}' OR (m.rests_until > {today}"
        f" AND (m.wish = '{LESS}' OR NOT EXISTS (SELECT 1 FROM {_PHONES}"
        f" WHERE s.person_id = {person} AND a.last_at > m.reminded_at)))))"
    )


_PHONES = (
    "sharers s JOIN addresses a ON a.channel = s.channel AND a.address = s.address"
    " JOIN people q ON q.id = s.person_id AND q.withdrawn_at IS NULL"
)


async def may(tx: Tx, person_id: int, moment: Moment) -> bool:
    """Whether the rule allows to remind one person now."""
    row = await tx.fetch_one(
        f"SELECT 1 AS one FROM people p WHERE p.id = $1 AND {allowed('p.id', 2)}",  # noqa: S608 - constant text
        person_id,
        *moment.args(),
    )
    return row is not None


async def note(tx: Tx, person_id: int, key: str, moment: Moment) -> None:
    """Remember a reminder that was put under `key` now, and how long to rest if no word comes."""
    row = await tx.fetch_one(
        "SELECT m.wish, m.unanswered, m.reminded_at, (SELECT MAX(a.last_at) FROM"  # noqa: S608 - constant text
        f" {_PHONES} WHERE s.person_id = m.person_id) AS last_at"
        " FROM reminding m WHERE m.person_id = $1",
        person_id,
    )
    answered = row is None or not row["reminded_at"] or row["last_at"] > row["reminded_at"]
    unanswered = 1 if answered or row is None else int(row["unanswered"]) + 1
    rest = next(days for many, days in _RESTS if unanswered >= many)
    if row is not None and row["wish"] == LESS:
        rest = max(rest, _LESS)
    await tx.execute(
        "INSERT INTO reminding (person_id, wish, key, reminded_at, reminded_on, unanswered,"
        " rests_until) VALUES ($1, $2, $3, $4, $5, $6, $7) "
        "ON CONFLICT (person_id) DO UPDATE SET key = excluded.key,"
        " reminded_at = excluded.reminded_at, reminded_on = excluded.reminded_on,"
        " unanswered = excluded.unanswered, rests_until = excluded.rests_until",
        person_id,
        USUAL,
        key,
        to_text(moment.now),
        moment.today.isoformat(),
        unanswered,
        (moment.today + timedelta(days=rest)).isoformat(),
    )


async def wishes(tx: Tx, person_id: int) -> Wishes:
    """What a person said about being reminded."""
    row = await tx.fetch_one(
        "SELECT wish, hour FROM reminding WHERE person_id = $1",
        person_id,
    )
    return Wishes(wish=row["wish"], hour=row["hour"]) if row else Wishes()


async def wish(tx: Tx, person_id: int, wished: Wishes) -> None:
    """Keep what a person wishes, and take back the reminder that has not gone out yet.

    Who wishes fewer rests from the last reminder on; who wishes them as usual begins anew.
    """
    await tx.execute(
        "INSERT INTO reminding (person_id, wish, hour, unanswered) VALUES ($1, $2, $3, 0) "
        "ON CONFLICT (person_id) DO UPDATE SET wish = excluded.wish, hour = excluded.hour,"
        " unanswered = 0",
        person_id,
        wished.wish,
        wished.hour,
    )
    row = await tx.fetch_one(
        "SELECT key, reminded_on FROM reminding WHERE person_id = $1", person_id
    )
    last = row["reminded_on"] if row else None
    if last:
        rest = _LESS if wished.wish == LESS else 1
        await tx.execute(
            "UPDATE reminding SET rests_until = $2 WHERE person_id = $1",
            person_id,
            (date.fromisoformat(last) + timedelta(days=rest)).isoformat(),
        )
    if wished.wish != USUAL:
        await drop(tx, person_id)


async def drop(tx: Tx, person_id: int, about: str = "") -> None:
    """Take back a person's last reminder, if it has not gone out yet and its key begins so."""
    row = await tx.fetch_one("SELECT key FROM reminding WHERE person_id = $1", person_id)
    if row and row["key"] and row["key"].startswith(about):
        await outbox.cancel(tx, row["key"])


async def to_ask_this_week(
    tx: Tx,
    monday: str,
    sunday: str,
    key: str,
    at: Moment,
    *,
    registered_before: datetime,
    limit: int,
) -> list[int]:
    """Whoever has not been heard from between two days, was not asked under `key` and may be now.

    Left out are staff, those who registered later, and those on whose phone another was asked; who
    talks there now comes before the others.
    """
    rows = await tx.fetch(
        "SELECT p.id FROM people p "  # noqa: S608 - constant text
        "WHERE p.withdrawn_at IS NULL AND p.over60 IS NOT NULL AND p.registered_at < $4 "
        "AND NOT EXISTS (SELECT 1 FROM heard h WHERE h.person_id = p.id"
        " AND h.day BETWEEN $1 AND $2) "
        # One question a phone: nobody who shares it was asked, unless that did not go out.
        "AND NOT EXISTS (SELECT 1 FROM sharers s JOIN sharers t"
        " ON t.channel = s.channel AND t.address = s.address"
        " JOIN outbox o ON o.dedupe_key = $3 || ':' || CAST(t.person_id AS TEXT)"
        " WHERE s.person_id = p.id AND (t.person_id = p.id OR o.state <> 'failed')) "
        f"AND {allowed('p.id', 6)} "
        "ORDER BY CASE WHEN EXISTS (SELECT 1 FROM addresses a WHERE a.person_id = p.id)"
        " THEN 0 ELSE 1 END, p.id LIMIT $5",
        monday,
        sunday,
        key,
        to_text(registered_before),
        limit,
        *at.args(),
    )
    return [row["id"] for row in rows]


async def to_follow_up(
    tx: Tx,
    activity: str,
    unit_of_measure: str,
    start: date,
    end: date,
    key: str,
    at: Moment,
    limit: int,
) -> dict[int, Decimal]:
    """How much of an activity each did between two days, of whoever may be asked under `key` now.

    Left out is who was asked already.
    """
    rows = await tx.fetch(
        "SELECT d.person_id, d.quantity FROM"  # noqa: S608 - constant text
        " (SELECT r.person_id, CAST(SUM(r.quantity) AS BIGINT) AS quantity FROM reports r"
        " WHERE r.activity = $1 AND r.unit_of_measure = $2"
        " AND r.status IN ('reported', 'confirmed')"
        " AND r.person_id IS NOT NULL AND r.done_on BETWEEN $3 AND $4 GROUP BY r.person_id) d "
        "WHERE NOT EXISTS (SELECT 1 FROM outbox o"
        " WHERE o.dedupe_key = $5 || ':' || CAST(d.person_id AS TEXT)) "
        f"AND {allowed('d.person_id', 7)} "
        "ORDER BY d.person_id LIMIT $6",
        activity,
        unit_of_measure,
        start.isoformat(),
        end.isoformat(),
        key,
        limit,
        *at.args(),
    )
    return {row["person_id"]: Decimal(row["quantity"]) / THOUSANDTHS for row in rows}


async def not_told_yet(tx: Tx, key: str, at: Moment, limit: int) -> list[int]:
    """Everyone who takes part, may be reminded now, and was not yet under `key`."""
    rows = await tx.fetch(
        "SELECT p.id FROM people p WHERE p.withdrawn_at IS NULL AND p.over60 IS NOT NULL "  # noqa: S608 - constant text
        "AND NOT EXISTS (SELECT 1 FROM outbox o"
        " WHERE o.dedupe_key = $1 || ':' || CAST(p.id AS TEXT)) "
        f"AND {allowed('p.id', 3)} ORDER BY p.id LIMIT $2",
        key,
        limit,
        *at.args(),
    )
    return [row["id"] for row in rows]

"""People, their addresses on channels, what they agreed to, and what they may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from storage.database import Row, Tx, from_text, to_text
from storage.outbox import EMPTIED
from storage.reminders import Moment, allowed
from storage.reports import THOUSANDTHS

#: How the name of every version of the consent to keeping photos begins.
PHOTOS = "photo-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One right given to a person: a role, over one unit (None: the whole program)."""

    role: str
    unit: str | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who has registered."""

    id: int
    name: str
    #: Key of the form of address in content/phrases.toml ("bac", "ong", "ba" …).
    form: str
    unit: str
    #: None for staff, who serve the program but do not take part in it.
    over60: bool | None
    grants: tuple[Grant, ...] = ()


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


_SELECT_PERSON = (
    "p.id, p.name, p.form, p.unit, p.over60, g.role, g.unit AS grant_unit, g.agency AS grant_agency"
)
_SELECT_ADDRESS = (
    "a.channel, a.address, a.talk, a.last_at, (SELECT COUNT(*) FROM sharers c"  # noqa: S608 - constant text
    " JOIN people q ON q.id = c.person_id AND q.withdrawn_at IS NULL"
    " WHERE c.channel = a.channel AND c.address = a.address) AS sharers, " + _SELECT_PERSON
)
#: Everyone at each of their addresses, whoever talks there now.
_PEOPLE_AT_ADDRESSES = (
    "people p JOIN sharers s ON s.person_id = p.id "
    "JOIN addresses a ON a.channel = s.channel AND a.address = s.address "
    "LEFT JOIN grants g ON g.person_id = p.id"
)


def _person(rows: list[Row]) -> Person:
    first = rows[0]
    return Person(
        id=first["id"],
        name=first["name"],
        form=first["form"],
        unit=first["unit"],
        over60=None if first["over60"] is None else bool(first["over60"]),
        grants=tuple(
            Grant(role=row["role"], unit=row["grant_unit"], agency=row["grant_agency"])
            for row in rows
            if row["role"] is not None
        ),
    )


def _people(rows: list[Row]) -> list[Person]:
    by_id: dict[int, list[Row]] = {}
    for row in rows:
        by_id.setdefault(row["id"], []).append(row)
    return [_person(of_one) for of_one in by_id.values()]


def _address(rows: list[Row]) -> Address:
    first = rows[0]
    return Address(
        channel=first["channel"],
        address=first["address"],
        person=None if first["id"] is None else _person(rows),
        talk=first["talk"],
        last_at=from_text(first["last_at"]),
        shared=first["sharers"] > 1,
    )


async def address(tx: Tx, channel: str, at: str) -> Address | None:
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


async def get(tx: Tx, person_id: int) -> Person | None:
    """Someone registered, by id; None when they took everything back."""
    rows = await tx.fetch(
        f"SELECT {_SELECT_PERSON} FROM people p LEFT JOIN grants g ON g.person_id = p.id "  # noqa: S608 - constant text
        "WHERE p.id = $1 AND p.withdrawn_at IS NULL ORDER BY g.id",
        person_id,
    )
    return _person(rows) if rows else None


async def latest_address(tx: Tx, person_id: int) -> Address | None:
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
        f"SELECT {_SELECT_PERSON} FROM sharers s JOIN people p ON p.id = s.person_id "  # noqa: S608 - constant text
        "LEFT JOIN grants g ON g.person_id = p.id "
        "WHERE s.channel = $1 AND s.address = $2 AND p.withdrawn_at IS NULL ORDER BY p.id, g.id",
        channel,
        at,
    )
    return _people(rows)


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


async def forget_address(tx: Tx, channel: str, at: str) -> None:
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


async def register(
    tx: Tx,
    *,
    channel: str,
    at: str,
    name: str,
    form: str,
    unit: str,
    unit_words: str | None,
    over60: bool | None,
    consent_version: str,
    now: datetime,
) -> int:
    """Add a person with their consent and their first address; the person's id.

    Where someone talks already, that person goes on talking until `switch`.
    """
    row = await tx.fetch_one(
        "INSERT INTO people (name, form, unit, unit_words, over60, registered_at) "
        "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        name,
        form,
        unit,
        unit_words,
        None if over60 is None else int(over60),
        to_text(now),
    )
    assert row is not None  # noqa: S101 - an INSERT … RETURNING gives its row
    person_id = int(row["id"])
    await keep_talk(tx, channel, at, "{}", now)
    await _let_talk(tx, person_id, channel, at)
    await consent(tx, person_id, consent_version, channel, now, given=True)
    return person_id


async def add_address(tx: Tx, person_id: int, channel: str, at: str, now: datetime) -> None:
    """Let a person talk at one more address, beside those who do already."""
    if await address(tx, channel, at) is None:
        await keep_talk(tx, channel, at, "{}", now)
    await _let_talk(tx, person_id, channel, at)


async def _let_talk(tx: Tx, person_id: int, channel: str, at: str) -> None:
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


async def rename(tx: Tx, person_id: int, name: str) -> None:
    """Correct a person's name."""
    await tx.execute("UPDATE people SET name = $2 WHERE id = $1", person_id, name)


async def withdraw(tx: Tx, person_id: int, version: str, channel: str, now: datetime) -> None:
    """Take a person out: name, words and addresses go; numbers stay, without a name."""
    await consent(tx, person_id, version, channel, now, given=False)
    await tx.execute(
        "UPDATE people SET name = '', form = '', unit_words = NULL, phone = NULL, "
        "withdrawn_at = $2, left_as = NULL "
        "WHERE id = $1",
        person_id,
        to_text(now),
    )
    for table, cleared, which in _CLEARING:
        await tx.execute(f"UPDATE {table} SET {cleared} WHERE {which}", person_id)  # noqa: S608 - constant text
    await tx.execute(f"DELETE FROM enclosures WHERE {_ENCLOSED}", person_id)  # noqa: S608 - constant text
    for table in _FORGOTTEN:
        await tx.execute(f"DELETE FROM {table} WHERE person_id = $1", person_id)  # noqa: S608 - constant text
    await _leave_addresses(tx, person_id)


#: What is kept for the person alone.
_FORGOTTEN = (
    *("photos", "help_requests", "recalls", "mondays", "reminding", "grants", "help_told"),
    "consent_asks",
    *("cards", "link_codes", "sheets", "recipients", "board_links", "visits"),
    *("invitations", "attendances", "enclosures"),
)
_TOLD = "(SELECT id FROM reports WHERE person_id = $1 OR reported_by = $1)"
_REVIEWED = f"by_id = $1 OR report_id IN {_TOLD}"
_DECIDED = "person_id = $1 OR entry_id IN (SELECT id FROM register_entries WHERE proposer_id = $1)"
_REFUSALS = "SELECT 'refused:' || CAST(report_id AS TEXT) FROM reviews"
_NEWS = (
    "SELECT 'register:' || CAST(entry_id AS TEXT) || ':' || CAST(number AS TEXT)"
    " FROM register_changes"
)
_ASKS_FOR_HELP = (
    "EXISTS (SELECT 1 FROM help_requests h WHERE h.person_id = $1"
    " AND outbox.dedupe_key LIKE 'help:' || CAST(h.id AS TEXT) || ':%')"
)
_QUESTIONED = "by_id = $1 OR question_id IN (SELECT id FROM questions WHERE person_id = $1)"
_QUESTIONS = (
    "EXISTS (SELECT 1 FROM question_steps WHERE outbox.dedupe_key LIKE 'question:'"  # noqa: S608 - constant text
    " || CAST(question_id AS TEXT) || ':' || CAST(number AS TEXT) || ':%'"
    f" AND ({_QUESTIONED}))"
)
_SENT_BY = (
    "EXISTS (SELECT 1 FROM {0}s n WHERE n.author_id = $1"
    " AND outbox.dedupe_key LIKE '{0}:' || CAST(n.id AS TEXT) || ':%')"
)
_SURVEYED = (
    "EXISTS (SELECT 1 FROM surveys v WHERE v.author_id = $1"
    " AND outbox.dedupe_key LIKE 'survey:' || CAST(v.id AS TEXT) || ':%')"
)
_SURVEYS = "survey_id IN (SELECT id FROM surveys WHERE author_id = $1)"
_OWN_WORDS = (
    "person_id = $1 AND EXISTS (SELECT 1 FROM survey_questions q"
    " WHERE q.survey_id = survey_answers.survey_id AND q.number = survey_answers.number"
    " AND q.kind = 'words')"
)
_ENCLOSED = (
    "EXISTS (SELECT 1 FROM questions q WHERE q.person_id = $1"
    " AND enclosures.belongs_to LIKE 'question:' || CAST(q.id AS TEXT) || ':%')"
)
_SECONDED = (
    "EXISTS (SELECT 1 FROM mailings m WHERE (m.author_id = $1 OR m.second_id = $1)"
    " AND outbox.dedupe_key LIKE 'second:' || CAST(m.id AS TEXT) || ':%')"
)
_REVIEWED_LAST = "reviewer_id = $1 AND id IN (SELECT report_id FROM reviews WHERE by_id = $1)"
#: All that a person typed goes, and the reasons that others typed about it, since any of it may
#: hold a name or a telephone number; so do the messages that told a reason.
_CLEARING = (
    ("outbox", EMPTIED, f"dedupe_key IN ({_REFUSALS} WHERE {_REVIEWED})"),
    ("outbox", EMPTIED, f"dedupe_key IN ({_NEWS} WHERE {_DECIDED})"),
    ("outbox", EMPTIED, _ASKS_FOR_HELP),
    ("outbox", EMPTIED, "dedupe_key LIKE 'scam:' || CAST(CAST($1 AS BIGINT) AS TEXT) || ':%'"),
    ("outbox", EMPTIED, _QUESTIONS),
    ("question_steps", "words = ''", _QUESTIONED),
    ("outbox", EMPTIED, _SENT_BY.format("announcement")),
    ("announcements", "words = ''", "author_id = $1"),
    ("outbox", EMPTIED, _SENT_BY.format("gathering")),
    ("gatherings", "name = '', place = ''", "author_id = $1"),
    ("outbox", EMPTIED, _SECONDED),
    ("outbox", EMPTIED, _SURVEYED),
    ("survey_questions", "words = '', choices = '[]'", _SURVEYS),
    ("surveys", "closed_at = COALESCE(closed_at, asked_at)", "author_id = $1"),
    ("survey_answers", "answer = SUBSTR(answer, 1, 0), shown = SUBSTR(shown, 1, 0)", _OWN_WORDS),
    ("survey_answers", "person_id = NULL, at = SUBSTR(at, 1, 10)", "person_id = $1"),
    ("respondents", "person_id = NULL, reminded_at = NULL", "person_id = $1"),
    ("mailings", "words = '', state = 'stopped'", "author_id = $1"),
    ("reports", "words = '', understood = '{}', reason = NULL", f"id IN {_TOLD}"),
    ("reports", "reason = NULL", _REVIEWED_LAST),
    ("reviews", "reason = NULL", _REVIEWED),
    ("register_changes", "reason = ''", _DECIDED),
    ("register_entries", "words = ''", "proposer_id = $1"),
)


async def holders(tx: Tx, roles: Collection[str], units: Collection[str]) -> list[int]:
    """Everyone who has one of some roles over one of some units, or over the whole program."""
    these, those = sorted(roles), sorted(units)
    marks = [f"${number}" for number in range(1, len(these) + len(those) + 1)]
    rows = await tx.fetch(
        "SELECT DISTINCT person_id FROM grants "  # noqa: S608 - numbered marks
        "WHERE person_id NOT IN (SELECT id FROM people WHERE withdrawn_at IS NOT NULL) "
        f"AND role IN ({', '.join(marks[: len(these)])}) "
        f"AND (unit IS NULL OR unit IN ({', '.join(marks[len(these) :])})) ORDER BY person_id",
        *these,
        *those,
    )
    return [row["person_id"] for row in rows]


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


async def _leave_addresses(tx: Tx, person_id: int) -> None:
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


async def consent(
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


async def registered_by_unit(tx: Tx, start: datetime, end: datetime) -> dict[str, int]:
    """How many people took part, in each unit itself, at some instant from `start` to `end`."""
    rows = await tx.fetch(
        "SELECT unit, COUNT(*) AS people FROM people "
        "WHERE over60 IS NOT NULL AND registered_at < $2 "
        "AND (withdrawn_at IS NULL OR withdrawn_at >= $1) GROUP BY unit",
        to_text(start),
        to_text(end),
    )
    return {row["unit"]: int(row["people"]) for row in rows}


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


async def taking_part(tx: Tx, units: Collection[str]) -> list[tuple[int, str, str, str]]:
    """Everyone registered in some units: id, name, unit, and key of the form of address."""
    marks = ", ".join(f"${number}" for number in range(1, len(units) + 1))
    rows = await tx.fetch(
        "SELECT id, name, unit, form FROM people "  # noqa: S608 - numbered marks
        f"WHERE withdrawn_at IS NULL AND over60 IS NOT NULL AND unit IN ({marks or 'NULL'}) "
        "ORDER BY id",
        *sorted(units),
    )
    return [(row["id"], row["name"], row["unit"], row["form"]) for row in rows]

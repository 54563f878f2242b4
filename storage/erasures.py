"""What people took back, to be taken back once more where a copy from before brings it back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storage import addresses, consents
from storage.database import Tx, from_text, to_text
from storage.outbox import EMPTIED


async def withdraw(tx: Tx, person_id: int, version: str, channel: str, now: datetime) -> None:
    """Take a person out: name, words and addresses go; numbers stay, without a name."""
    await consents.keep(tx, person_id, version, channel, now, given=False)
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
    await addresses.leave(tx, person_id)


#: What is kept for the person alone.
_FORGOTTEN = (
    *("photos", "help_requests", "recalls", "mondays", "reminding", "grants", "help_told"),
    *("consent_asks", "wrong_codes"),
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


_LEFT_AT = "SELECT withdrawn_at FROM people WHERE id = $1"


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
    # Who has no right any more gives none.
    ("invites", f"revoked_at = ({_LEFT_AT})", "given_by = $1 AND used_at IS NULL"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """A person who took everything back, or only the consent to keeping photos."""

    person_id: int
    #: Since when the person was there: the same id and instant are the same person in every copy.
    registered_at: str
    version: str
    channel: str
    at: datetime

    @property
    def of_photos(self) -> bool:
        """Whether only the photos were taken back."""
        return self.version.startswith(consents.PHOTOS)


async def every(tx: Tx) -> list[Erasure]:
    """All that was taken back and not given again, the first first."""
    rows = await tx.fetch(
        "SELECT p.id, p.registered_at, c.version, c.channel, c.at FROM consents c "
        "JOIN people p ON p.id = c.person_id "
        "WHERE c.given = 0 AND ((p.withdrawn_at = c.at AND p.left_as IS NULL) OR c.version LIKE $1)"
        " AND NOT EXISTS (SELECT 1 FROM consents n"
        " WHERE n.person_id = c.person_id AND n.version = c.version AND n.id > c.id) ORDER BY c.id",
        f"{consents.PHOTOS}%",
    )
    return [
        Erasure(
            person_id=row["id"],
            registered_at=row["registered_at"],
            version=row["version"],
            channel=row["channel"],
            at=from_text(row["at"]),
        )
        for row in rows
    ]


async def is_undone(tx: Tx, one: Erasure) -> bool:
    """Whether the same person is there again, as if nothing had been taken back."""
    row = await tx.fetch_one(
        "SELECT 1 AS one FROM people p WHERE p.id = $1 AND p.registered_at = $2 AND NOT EXISTS"
        " (SELECT 1 FROM consents c WHERE c.person_id = p.id AND c.version = $3 AND c.given = 0"
        " AND c.at = $4)",
        one.person_id,
        one.registered_at,
        one.version,
        to_text(one.at),
    )
    return row is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a person typed that others were shown in answers, and what they are in the middle of."""

    words: frozenset[str]
    surveys: frozenset[int]
    gatherings: frozenset[int]


async def typed(tx: Tx, person_id: int) -> Typed:
    """What a person typed for others to read: announcements, gatherings, questions, answers."""
    surveys = await tx.fetch(
        "SELECT v.id, q.words FROM surveys v JOIN survey_questions q ON q.survey_id = v.id"
        " WHERE v.author_id = $1",
        person_id,
    )
    gatherings = await tx.fetch(
        "SELECT id, name, place FROM gatherings WHERE author_id = $1", person_id
    )
    told = await tx.fetch(
        "SELECT words FROM mailings WHERE author_id = $1 UNION"
        " SELECT a.answer FROM survey_answers a JOIN survey_questions q"
        " ON q.survey_id = a.survey_id AND q.number = a.number"
        " WHERE a.person_id = $1 AND q.kind = 'words' AND a.answer IS NOT NULL UNION"
        " SELECT a.shown FROM survey_answers a JOIN survey_questions q"
        " ON q.survey_id = a.survey_id AND q.number = a.number"
        " WHERE a.person_id = $1 AND q.kind = 'words' AND a.shown IS NOT NULL",
        person_id,
    )
    words = {row["words"] for row in (*surveys, *told)}
    for row in gatherings:
        name = row["name"]
        words |= {name, name[:1].upper() + name[1:], row["place"]}
    return Typed(
        words=frozenset(words - {""}),
        surveys=frozenset(row["id"] for row in surveys),
        gatherings=frozenset(row["id"] for row in gatherings),
    )


async def reading(tx: Tx, words: Iterable[str]) -> list[int]:
    """Who is in the middle of something, or was offered something, that has some words in it."""
    found: set[int] = set()
    for one in words:
        rows = await tx.fetch(
            "SELECT person_id FROM addresses"
            " WHERE person_id IS NOT NULL AND REPLACE(talk, $1, '') <> talk"
            " UNION SELECT person_id FROM sharers WHERE REPLACE(held, $1, '') <> held",
            json.dumps(one, ensure_ascii=False)[1:-1],
        )
        found |= {row["person_id"] for row in rows}
    return sorted(found)

"""What leaders and officers ask many people, and what these answered, question by question."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from storage import survey_results
from storage.announcements import Audience, Recipient
from storage.database import Row, Tx, from_text, to_text
from storage.reminders import Moment, allowed

#: How a question is answered: by one of its choices, from 1 to 5, by a number, in words.
CHOICE, SCALE, NUMBER, WORDS = "choice", "scale", "number", "words"
#: Why a message of a survey that was closed does not go out.
CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a survey."""

    kind: str
    words: str
    #: What can be chosen, in order; empty for the other kinds.
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A few questions to many people, numbered from 1."""

    id: int
    author_id: int
    #: Whom it asks, by the name of the audience.
    audience: str
    asked_at: datetime
    #: The last day on which answers are taken; None: until somebody closes it.
    last_day: date | None
    closed_at: datetime | None
    questions: tuple[Question, ...]

    def is_open(self, today: date) -> bool:
        """Whether answers are still taken."""
        return self.closed_at is None and (self.last_day is None or today <= self.last_day)


_OPEN = "s.closed_at IS NULL AND (s.last_day IS NULL OR s.last_day >= {today})"
_ANSWERED = (
    "(SELECT COUNT(*) FROM survey_answers a"
    " WHERE a.survey_id = r.survey_id AND a.person_id = r.person_id)"
)
_QUESTIONS = "(SELECT COUNT(*) FROM survey_questions q WHERE q.survey_id = r.survey_id)"
_KEY = "'survey:' || CAST(r.survey_id AS TEXT) || ':' || CAST(r.person_id AS TEXT)"


def outbox_key(id_: int, person_id: int) -> str:
    """The name under which a person is asked to take part, once."""
    return f"survey:{id_}:{person_id}"


async def reached(tx: Tx, audience: Audience) -> dict[str, int]:
    """How many of an audience can be written to, by unit."""
    where, args = audience.where()
    rows = await tx.fetch(
        "SELECT p.unit, COUNT(*) AS people FROM people p WHERE p.withdrawn_at IS NULL"  # noqa: S608 - constant text
        " AND EXISTS (SELECT 1 FROM sharers h JOIN addresses b"
        " ON b.channel = h.channel AND b.address = h.address"
        f" WHERE h.person_id = p.id AND b.stopped_at IS NULL) AND {where} GROUP BY p.unit",
        *args,
    )
    return {row["unit"]: int(row["people"]) for row in rows}


async def add(
    tx: Tx,
    *,
    author_id: int,
    audience: str,
    questions: Sequence[Question],
    last_day: date | None,
    to: Iterable[Recipient],
    now: datetime,
) -> int:
    """Keep a survey and whom it asks, from here on nobody else; its id."""
    row = await tx.fetch_one(
        "INSERT INTO surveys (author_id, audience, asked_at, last_day) VALUES ($1, $2, $3, $4)"
        " RETURNING id",
        author_id,
        audience,
        to_text(now),
        None if last_day is None else last_day.isoformat(),
    )
    assert row is not None  # noqa: S101 - an INSERT … RETURNING gives its row
    id_ = int(row["id"])
    await tx.execute_many(
        "INSERT INTO survey_questions (survey_id, number, kind, words, choices)"
        " VALUES ($1, $2, $3, $4, $5)",
        [
            (id_, number, one.kind, one.words, json.dumps(one.choices, ensure_ascii=False))
            for number, one in enumerate(questions, 1)
        ],
    )
    await tx.execute_many(
        "INSERT INTO respondents (survey_id, person_id, unit) VALUES ($1, $2, $3)",
        [(id_, one.person.id, one.person.unit) for one in to],
    )
    return id_


_SELECT = (
    "SELECT s.id, s.author_id, s.audience, s.asked_at, s.last_day, s.closed_at,"
    " q.kind, q.words, q.choices FROM surveys s JOIN survey_questions q ON q.survey_id = s.id"
)


def _survey(rows: Sequence[Row]) -> Survey:
    first = rows[0]
    return Survey(
        id=first["id"],
        author_id=first["author_id"],
        audience=first["audience"],
        asked_at=from_text(first["asked_at"]),
        last_day=None if first["last_day"] is None else date.fromisoformat(first["last_day"]),
        closed_at=None if first["closed_at"] is None else from_text(first["closed_at"]),
        questions=tuple(
            Question(
                kind=row["kind"], words=row["words"], choices=tuple(json.loads(row["choices"]))
            )
            for row in rows
        ),
    )


async def get(tx: Tx, id_: int) -> Survey | None:
    """One survey."""
    rows = await tx.fetch(f"{_SELECT} WHERE s.id = $1 ORDER BY q.number", id_)
    return _survey(rows) if rows else None


async def of_author(tx: Tx, author_id: int) -> list[int]:
    """The surveys of an author, the latest first."""
    rows = await tx.fetch("SELECT id FROM surveys WHERE author_id = $1 ORDER BY id DESC", author_id)
    return [row["id"] for row in rows]


async def open_for(tx: Tx, person_id: int, today: date) -> tuple[list[int], list[int]]:
    """The open surveys that ask a person, the oldest first: those not answered whole, and those."""
    rows = await tx.fetch(
        f"SELECT s.id, {_ANSWERED} AS answered, {_QUESTIONS} AS questions"  # noqa: S608 - constant text
        " FROM respondents r JOIN surveys s ON s.id = r.survey_id"
        f" WHERE r.person_id = $1 AND {_OPEN.format(today='$2')} ORDER BY s.id",
        person_id,
        today.isoformat(),
    )
    left = [row["id"] for row in rows if row["answered"] < row["questions"]]
    return left, [row["id"] for row in rows if row["id"] not in left]


async def asks(tx: Tx, id_: int, person_id: int) -> bool:
    """Whether a survey asks a person."""
    row = await tx.fetch_one(
        "SELECT 1 AS one FROM respondents WHERE survey_id = $1 AND person_id = $2", id_, person_id
    )
    return row is not None


async def answers_of(tx: Tx, id_: int, person_id: int) -> dict[int, str | None]:
    """What a person answered so far, by the number of the question."""
    rows = await tx.fetch(
        "SELECT number, answer FROM survey_answers WHERE survey_id = $1 AND person_id = $2",
        id_,
        person_id,
    )
    return {row["number"]: row["answer"] for row in rows}


async def count(tx: Tx, person_id: int) -> int:
    """How many questions a person answered; what was skipped is no answer."""
    row = await tx.fetch_one(
        "SELECT COUNT(answer) AS answers FROM survey_answers WHERE person_id = $1", person_id
    )
    return int(row["answers"]) if row else 0


async def answer(
    tx: Tx,
    id_: int,
    number: int,
    person_id: int,
    said: str | None,
    *,
    today: date,
    now: datetime,
) -> bool:
    """Keep what a person answers, in the place of an earlier answer; False when it is closed."""
    kept = bool(
        await tx.execute(
            "INSERT INTO survey_answers (survey_id, number, person_id, unit, answer, at)"  # noqa: S608 - constant text
            " SELECT r.survey_id, q.number, r.person_id, r.unit, $4, $5"
            " FROM respondents r JOIN surveys s ON s.id = r.survey_id"
            " JOIN survey_questions q ON q.survey_id = s.id AND q.number = $2"
            " WHERE r.survey_id = $1 AND r.person_id = $3"
            f" AND {_OPEN.format(today='$6')}"
            " ON CONFLICT (survey_id, number, person_id)"
            " DO UPDATE SET answer = excluded.answer, at = excluded.at",
            id_,
            number,
            person_id,
            said,
            to_text(now),
            today.isoformat(),
        )
    )
    await survey_results.step(tx, id_, number)
    return kept


async def close(tx: Tx, id_: int, now: datetime) -> None:
    """Take no more answers; whoever has not been asked yet is not asked any more."""
    await tx.execute(
        "UPDATE surveys SET closed_at = COALESCE(closed_at, $2) WHERE id = $1", id_, to_text(now)
    )
    await tx.execute(
        "UPDATE outbox SET state = 'failed', problem = $2 WHERE state = 'waiting'"  # noqa: S608 - constant text
        f" AND dedupe_key IN (SELECT {_KEY} FROM respondents r WHERE r.survey_id = $1)",
        id_,
        CLOSED,
    )


async def half_way(
    tx: Tx, at: Moment, *, silent_since: datetime, limit: int
) -> list[tuple[int, int]]:
    """Who stopped half-way in an open survey and may be reminded of it now: person and survey.

    Each once for a survey, one survey a person; left out is who answered since an instant.
    """
    rows = await tx.fetch(
        "SELECT r.person_id, MIN(r.survey_id) AS survey_id"  # noqa: S608 - constant text
        " FROM respondents r JOIN surveys s ON s.id = r.survey_id"
        f" WHERE {_OPEN.format(today='$1')} AND r.reminded_at IS NULL AND r.person_id IS NOT NULL"
        f" AND {_ANSWERED} > 0 AND {_ANSWERED} < {_QUESTIONS}"
        " AND NOT EXISTS (SELECT 1 FROM survey_answers a WHERE a.survey_id = r.survey_id"
        " AND a.person_id = r.person_id AND a.at >= $2)"
        f" AND {allowed('r.person_id', 4)}"
        " GROUP BY r.person_id ORDER BY r.person_id LIMIT $3",
        at.today.isoformat(),
        to_text(silent_since),
        limit,
        *at.args(),
    )
    return [(row["person_id"], row["survey_id"]) for row in rows]


async def note_reminder(tx: Tx, id_: int, person_id: int, now: datetime) -> None:
    """Remember that a person was reminded of a survey."""
    await tx.execute(
        "UPDATE respondents SET reminded_at = $3 WHERE survey_id = $1 AND person_id = $2",
        id_,
        person_id,
        to_text(now),
    )

"""What people took back, to be taken back once more where a copy from before brings it back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storage import people
from storage.database import Tx, from_text, to_text


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
        return self.version.startswith(people.PHOTOS)


async def every(tx: Tx) -> list[Erasure]:
    """All that was taken back and not given again, the first first."""
    rows = await tx.fetch(
        "SELECT p.id, p.registered_at, c.version, c.channel, c.at FROM consents c "
        "JOIN people p ON p.id = c.person_id "
        "WHERE c.given = 0 AND ((p.withdrawn_at = c.at AND p.left_as IS NULL) OR c.version LIKE $1)"
        " AND NOT EXISTS (SELECT 1 FROM consents n"
        " WHERE n.person_id = c.person_id AND n.version = c.version AND n.id > c.id) ORDER BY c.id",
        f"{people.PHOTOS}%",
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

"""Two people of the book who are one: all of the later one becomes the first one's.

Counts stay what a full count gives: a report keeps its unit and day, what makes a person count
once (evidence, skills) is counted anew for the two together.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from storage import learning, skills
from storage.database import Tx
from storage.migrations import references

#: Where one person has a thing once: what of the later one ($1) gives way to the first one's ($2).
GIVES_WAY = {
    "heard": "f.day = t.day",
    "recalls": "f.skill = t.skill",
    "sharers": "f.channel = t.channel AND f.address = t.address",
    "progress": "f.lesson = t.lesson AND (f.finished_at IS NOT NULL OR t.finished_at IS NULL)",
    "help_requests": "f.lesson = t.lesson AND f.solved_at IS NULL AND t.solved_at IS NULL",
    "help_told": "f.request_id = t.request_id",
    "skills": "f.skill = t.skill AND f.level = t.level"
    " AND f.taken_back_at IS NULL AND t.taken_back_at IS NULL",
    "evidence": "f.kind = t.kind AND f.ref = t.ref",
    "consent_asks": "1 = 1",
    "link_codes": "1 = 1",
    "mondays": "1 = 1",
    "reminding": "1 = 1",
    "recipients": "f.announcement_id = t.announcement_id",
    "invitations": "f.gathering_id = t.gathering_id AND (f.answer IS NOT NULL OR t.answer IS NULL)",
    "attendances": "f.gathering_id = t.gathering_id",
    "respondents": "f.survey_id = t.survey_id",
    "survey_answers": "f.survey_id = t.survey_id AND f.number = t.number",
}
#: Where then what only the later one did takes the place of what the first one only began.
_TAKES_PLACE = {"progress": "lesson", "invitations": "gathering_id"}


async def join(
    tx: Tx, later: int, first: int, required_skills: Collection[str], reported_at: str
) -> None:
    """Make two people one; the later one's row goes."""
    for person_id in sorted((later, first)):
        await tx.lock(f"skills:{person_id}")
        await tx.lock(f"evidence:{person_id}")
    for id_ in (later, first):
        await skills.count_person(tx, id_, required_skills, reported_at, times=-1)
        await learning.count_person(tx, id_, times=-1)
    for table, same in GIVES_WAY.items():
        await tx.execute(
            f"DELETE FROM {table} AS t WHERE t.person_id = $1 AND EXISTS "  # noqa: S608 - constant text
            f"(SELECT 1 FROM {table} f WHERE f.person_id = $2 AND {same})",
            later,
            first,
        )
    for table, thing in _TAKES_PLACE.items():
        await tx.execute(
            f"DELETE FROM {table} WHERE person_id = $2 AND {thing} IN"  # noqa: S608 - constant text
            f" (SELECT {thing} FROM {table} WHERE person_id = $1)",
            later,
            first,
        )
    await _rename_messages(tx, later, first)
    for table, column in references("people"):
        await tx.execute(
            f"UPDATE {table} SET {column} = $2 WHERE {column} = $1",  # noqa: S608 - names of the schema
            later,
            first,
        )
    await tx.execute(
        "UPDATE people SET over60 = COALESCE(over60, (SELECT over60 FROM people WHERE id = $1)),"
        " phone = COALESCE(phone, (SELECT phone FROM people WHERE id = $1)) WHERE id = $2",
        later,
        first,
    )
    # What the one wrote and the other agreed to waits for somebody else.
    await tx.execute(
        "UPDATE mailings SET state = 'asked', second_id = NULL"
        " WHERE state = 'waiting' AND author_id = $1 AND second_id = $1",
        first,
    )
    await tx.execute("DELETE FROM people WHERE id = $1", later)
    await skills.count_person(tx, first, required_skills, reported_at, times=1)
    await learning.count_person(tx, first, times=1)


async def _rename_messages(tx: Tx, later: int, first: int) -> None:
    """Let what went out to the later one, each thing once, have gone out to the first."""
    named = re.compile(rf"((?:announcement|gathering|survey|survey-half):\d+:){later}(?=:|$)")
    rows = await tx.fetch(
        "SELECT id, dedupe_key FROM outbox WHERE person_id = $1 AND dedupe_key IS NOT NULL", later
    )
    await tx.execute_many(
        "UPDATE outbox SET dedupe_key = $2 WHERE id = $1"
        " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.dedupe_key = $2)",
        [
            (row["id"], named.sub(rf"\g<1>{first}", row["dedupe_key"]))
            for row in rows
            if named.match(row["dedupe_key"])
        ],
    )

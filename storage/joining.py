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
    "wrong_codes": "1 = 1",
    "link_codes": "1 = 1",
    "mondays": "1 = 1",
    "reminding": "1 = 1",
    "recipients": "f.announcement_id = t.announcement_id"
    " AND (f.read_at IS NOT NULL OR t.read_at IS NULL)",
    "invitations": "f.gathering_id = t.gathering_id AND (f.answer IS NOT NULL OR t.answer IS NULL)",
    "attendances": "f.gathering_id = t.gathering_id",
    "respondents": "f.survey_id = t.survey_id",
    "survey_answers": "f.survey_id = t.survey_id AND f.number = t.number"
    " AND (f.answer IS NOT NULL OR t.answer IS NULL)",
}
#: Where then what only the later one did takes the place of what the first one only began, or left.
_TAKES_PLACE = {
    "progress": "lesson",
    "invitations": "gathering_id",
    "recipients": "announcement_id",
    "survey_answers": "survey_id, number",
}
#: What goes out to a person under a name of its own, once; the person's number stands in the name.
_ONCE = (
    r"(?:announcement|gathering|survey|survey-half|help|proxy|second|weekly|monday"
    r"|occasion:[^:]+|question:\d+|follow:[^:]+:[^:]+):[^:]+:|recall:|lesson:"
)
#: How far such a message has come.
_SENT = 3
_COME = (
    f"CASE WHEN state = 'sent' THEN {_SENT} WHEN state = 'waiting' AND held_at IS NULL THEN 2"
    " WHEN state IN ('waiting', 'paused') THEN 1 ELSE 0 END AS come"
)


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
            f"DELETE FROM {table} WHERE person_id = $2 AND ({thing}) IN"  # noqa: S608 - constant text
            f" (SELECT {thing} FROM {table} WHERE person_id = $1)",
            later,
            first,
        )
    await _send_once(tx, later, first)
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
    await tx.execute("INSERT INTO joined (later_id, first_id) VALUES ($1, $2)", later, first)
    # What the one wrote and the other agreed to waits for somebody else.
    await tx.execute(
        "UPDATE mailings SET state = 'asked', second_id = NULL"
        " WHERE state = 'waiting' AND author_id = $1 AND second_id = $1",
        first,
    )
    await tx.execute("DELETE FROM people WHERE id = $1", later)
    await skills.count_person(tx, first, required_skills, reported_at, times=1)
    await learning.count_person(tx, first, times=1)


async def _send_once(tx: Tx, later: int, first: int) -> None:
    """Let what went out to the later one, or waits, be the first one's, each thing once.

    Of two that are the same the one that has come further stays.
    """
    rows = await tx.fetch(
        f"SELECT id, dedupe_key, {_COME} FROM outbox"  # noqa: S608 - constant text
        " WHERE person_id = $1 AND dedupe_key IS NOT NULL",
        later,
    )
    named = re.compile(rf"({_ONCE}){later}(?=:|$)")
    for row in rows:
        if not named.match(row["dedupe_key"]):
            continue
        name = named.sub(rf"\g<1>{first}", row["dedupe_key"])
        same = await tx.fetch_one(f"SELECT id, {_COME} FROM outbox WHERE dedupe_key = $1", name)  # noqa: S608 - constant text
        goes = None if same is None else row if same["come"] >= row["come"] else same
        if goes and goes["come"] < _SENT:
            await tx.execute("DELETE FROM outbox WHERE id = $1", goes["id"])
        if goes is not row:
            await tx.execute("UPDATE outbox SET dedupe_key = $2 WHERE id = $1", row["id"], name)


async def who_is(tx: Tx, person_id: int) -> int:
    """Whose number it is now that a message named when it went out."""
    row = await tx.fetch_one("SELECT first_id FROM joined WHERE later_id = $1", person_id)
    return int(row["first_id"]) if row else person_id

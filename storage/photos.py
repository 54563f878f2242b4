"""Photos people send: waiting, or attached to a report or a question. They touch no count."""

from __future__ import annotations

from datetime import datetime

from storage.database import Tx, to_text

#: How many photos one report can have, and how many can wait for a report.
MOST = 3
#: A photo that belongs to nothing yet.
_WAITS = "report_id IS NULL AND question_id IS NULL"


async def keep(tx: Tx, person_id: int, image: bytes, now: datetime) -> bool:
    """Keep a photo until it is known what it shows; False if as many wait as a report can have."""
    if len(await pending(tx, person_id)) >= MOST:
        return False
    await tx.execute(
        "INSERT INTO photos (person_id, image, kept_at) VALUES ($1, $2, $3)",
        person_id,
        image,
        to_text(now),
    )
    return True


async def pending(tx: Tx, person_id: int) -> list[int]:
    """The photos of a person that wait for a report, oldest first."""
    rows = await tx.fetch(
        f"SELECT id FROM photos WHERE person_id = $1 AND {_WAITS} ORDER BY id",  # noqa: S608 - constant text
        person_id,
    )
    return [row["id"] for row in rows]


async def of_report(tx: Tx, report_id: int) -> list[int]:
    """The photos of a report, oldest first."""
    rows = await tx.fetch("SELECT id FROM photos WHERE report_id = $1 ORDER BY id", report_id)
    return [row["id"] for row in rows]


async def count(tx: Tx, person_id: int) -> int:
    """How many photos of a person are kept."""
    row = await tx.fetch_one(
        "SELECT COUNT(*) AS photos FROM photos WHERE person_id = $1", person_id
    )
    return int(row["photos"]) if row else 0


async def image(tx: Tx, photo_id: int) -> bytes | None:
    """The photo itself, or None when it is no longer kept."""
    row = await tx.fetch_one("SELECT image FROM photos WHERE id = $1", photo_id)
    return None if row is None else bytes(row["image"])


async def attach(tx: Tx, person_id: int, report_id: int) -> int:
    """Attach the waiting photos of a person to a report; how many there was room for.

    Those there is no room for are deleted.
    """
    room = MOST - len(await of_report(tx, report_id))
    attached = (await pending(tx, person_id))[: max(room, 0)]
    await tx.execute_many(
        "UPDATE photos SET report_id = $2 WHERE id = $1", [(id_, report_id) for id_ in attached]
    )
    await drop_pending(tx, person_id)
    return len(attached)


async def attach_to_question(tx: Tx, person_id: int, question_id: int, since: datetime) -> int:
    """Attach the photos of a person that came since an instant to a question; how many."""
    return await tx.execute(
        f"UPDATE photos SET question_id = $2 WHERE person_id = $1 AND {_WAITS} AND kept_at >= $3",  # noqa: S608 - constant text
        person_id,
        question_id,
        to_text(since),
    )


async def of_question(tx: Tx, question_id: int) -> list[int]:
    """The photos of a question, oldest first."""
    rows = await tx.fetch("SELECT id FROM photos WHERE question_id = $1 ORDER BY id", question_id)
    return [row["id"] for row in rows]


async def move(tx: Tx, from_report: int, to_report: int) -> None:
    """Let the photos of a report be those of the report that takes its place."""
    await tx.execute(
        "UPDATE photos SET report_id = $2 WHERE report_id = $1", from_report, to_report
    )


async def drop_pending(tx: Tx, person_id: int) -> None:
    """Delete the photos of a person that wait for a report."""
    await tx.execute(
        f"DELETE FROM photos WHERE person_id = $1 AND {_WAITS}",  # noqa: S608 - constant text
        person_id,
    )


async def pass_on(tx: Tx, giver_id: int, taker_id: int, since: datetime) -> None:
    """Make another the owner of the photos that came since an instant and wait for a report."""
    await tx.execute(
        "UPDATE photos SET person_id = $2 "  # noqa: S608 - constant text
        f"WHERE person_id = $1 AND {_WAITS} AND kept_at >= $3",
        giver_id,
        taker_id,
        to_text(since),
    )


async def delete_of_report(tx: Tx, person_id: int, report_id: int) -> None:
    """Delete the photos that a person attached to a report."""
    await tx.execute(
        "DELETE FROM photos WHERE person_id = $1 AND report_id = $2", person_id, report_id
    )


async def delete_all(tx: Tx, person_id: int) -> None:
    """Delete every photo of a person."""
    await tx.execute("DELETE FROM photos WHERE person_id = $1", person_id)


async def prune(tx: Tx, before: datetime) -> None:
    """Delete photos that have waited since before an instant, and those of a report taken back."""
    await tx.execute(
        f"DELETE FROM photos WHERE ({_WAITS} AND kept_at < $1) OR report_id IN "  # noqa: S608 - constant text
        "(SELECT id FROM reports WHERE status = 'superseded' AND reviewed_at < $1)",
        to_text(before),
    )

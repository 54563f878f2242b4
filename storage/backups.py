"""Copies of everything that is kept, as one file that fits both databases.

The file is gzip of JSON lines: what it is of, a line a row, and how many rows there were, so that
a file that was cut short is noticed. It holds names and photos: only its owner may read it.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any, TextIO, cast

from storage.database import Row, StorageError, Store, Tx, to_text
from storage.migrations import ahead, bring, schema_version, steps, tables

#: How many rows are held at a time, so that photos do not fill the memory.
BATCH = 100
_BYTES = "base64"
#: What no copy holds: secrets that are good for one program alone, and what is about to be handled.
LEFT_OUT = ("zalo_oa_tokens", "inbox")


async def backup(store: Store, file: Path, program: str, now: datetime) -> int:
    """Copy everything into a new file; the number of rows.

    Raises StorageError when the file is there already, OSError when it cannot be written.
    """
    if file.exists():
        raise StorageError(f"{file} is there already; name another file")
    part, rows = file.with_name(f"{file.name}.part"), 0
    try:
        async with store.read() as tx:
            with _new(part) as out:
                about = {"program": program, "schema": await schema_version(tx)}
                _write(out, {**about, "made_at": to_text(now)})
                for table, numbered in tables().items():
                    if table in LEFT_OUT:
                        continue
                    async for row in _rows(tx, table, numbered=numbered):
                        _write(out, [table, {key: _plain(row[key]) for key in row.keys()}])  # noqa: SIM118 - rows are no mappings of both drivers
                        rows += 1
                _write(out, {"rows": rows})
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    return rows


async def restore(
    store: Store,
    file: Path,
    program: str,
    now: datetime,
    then: Callable[[Tx], Awaitable[object]] | None = None,
) -> int:
    """Fill a new database from a file; the number of rows. All or nothing, the schema included.

    `then` belongs to it: what is done before anybody sees the rows. Raises StorageError, with a
    sentence, when the database holds anything, or the file is of another program, of a newer
    schema, damaged, or no backup at all.
    """
    with _lines(file) as lines:
        about = next(lines, None)
        if not isinstance(about, dict) or not isinstance(about.get("schema"), int):
            raise StorageError(f"{file} is no backup of this program")
        if about.get("program") != program:
            raise StorageError(
                f"{file} is of the program {about.get('program')!r}, and BOT_PROGRAM is {program!r}"
            )
        schema = about["schema"]
        if schema > steps()[-1][0]:
            raise StorageError(f"{file} was made by a newer version of this program; install it")
        async with store.begin() as tx:
            await bring(tx, store.dialect, now, upto=schema)
            if await schema_version(tx) != schema or await _holds_anything(tx, schema):
                raise StorageError(
                    "BOT_DATABASE_URL: restore needs a new database, and this one is in use; "
                    "move it away or name another"
                )
            rows = await _fill(tx, lines, file, schema)
            # What waited then has gone out since, or has lost its sense.
            await tx.execute("UPDATE outbox SET state = 'failed' WHERE state = 'waiting'")
            if store.dialect == "postgresql":
                await _number_on(tx, schema)
            await bring(tx, store.dialect, now)
            if then is not None:
                await then(tx)
    return rows


@contextmanager
def _new(file: Path) -> Iterator[TextIO]:
    """A new compressed file that only its owner may read."""
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    with file.open("wb") as raw, gzip.open(raw, "wt", encoding="utf-8") as out:
        yield cast("TextIO", out)


def _write(out: TextIO, line: object) -> None:
    out.write(json.dumps(line) + "\n")


def _plain(value: object) -> object:
    return {_BYTES: base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _typed(value: object) -> object:
    return base64.b64decode(value[_BYTES]) if isinstance(value, dict) else value


async def _rows(tx: Tx, table: str, *, numbered: bool) -> AsyncIterator[Row]:
    """Every row of a table; numbered ones in order, since rows may point to earlier ones."""
    if not numbered:
        for row in await tx.fetch(f"SELECT * FROM {table}"):  # noqa: S608 - a table of ours
            yield row
        return
    last = 0
    while some := await tx.fetch(
        f"SELECT * FROM {table} WHERE id > $1 ORDER BY id LIMIT $2",  # noqa: S608 - a table of ours
        last,
        BATCH,
    ):
        for row in some:
            yield row
        last = some[-1]["id"]


@contextmanager
def _lines(file: Path) -> Iterator[Iterator[Any]]:
    """What the lines of a file say; StorageError where it is damaged."""
    try:
        with gzip.open(file, "rt", encoding="utf-8") as written:
            yield (json.loads(line) for line in written)
    except (EOFError, OSError, zlib.error, ValueError, LookupError, TypeError) as error:
        raise StorageError(f"{file} is no backup, or is damaged: {error}") from error


async def _holds_anything(tx: Tx, schema: int) -> bool:
    for table in tables(schema):
        if await tx.fetch_one(f"SELECT 1 AS one FROM {table} LIMIT 1"):  # noqa: S608 - a table of ours
            return True
    return False


async def _fill(tx: Tx, lines: Iterator[Any], file: Path, schema: int) -> int:
    rows, said, known, pointing = 0, None, tables(schema), _Pointing()
    for kind, group in groupby(lines, _kind):
        if kind is None:
            said = next(group)["rows"]
            continue
        table, columns = kind
        if table not in known or not all(column.isidentifier() for column in columns):
            raise StorageError(f"{file} holds {table!r}, which is no table of this program")
        marks = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - looked at above
        while some := [pointing.taken_out(table, row) for _, row in islice(group, BATCH)]:
            await tx.execute_many(sql, [[*map(_typed, row.values())] for row in some])
            rows += len(some)
    if said != rows:
        raise StorageError(f"{file} is cut short after {rows} rows")
    await pointing.put_back(tx)
    return rows


class _Pointing:
    """What rows say of rows that come behind them in a file: it waits until those are there."""

    def __init__(self) -> None:
        self._ahead = ahead()
        self._waiting: list[tuple[str, str, int, object]] = []

    def taken_out(self, table: str, row: dict[str, object]) -> dict[str, object]:
        """A row without it."""
        said = [one for one in self._ahead.get(table, ()) if row.get(one) is not None]
        self._waiting += [(table, one, cast("int", row["id"]), row[one]) for one in said]
        return {**row, **dict.fromkeys(said)}

    async def put_back(self, tx: Tx) -> None:
        """Let the rows say it."""
        for table, column, id_, value in self._waiting:
            await tx.execute(
                f"UPDATE {table} SET {column} = $2 WHERE id = $1",  # noqa: S608 - names of the schema
                id_,
                value,
            )


def _kind(line: Any) -> tuple[str, tuple[str, ...]] | None:
    """Whose row a line is, with its columns; None for the last line."""
    return None if isinstance(line, dict) else (line[0], tuple(line[1]))


async def _number_on(tx: Tx, schema: int) -> None:
    """Let new rows be numbered behind those that were brought back."""
    for table, numbered in tables(schema).items():
        if numbered:
            await tx.fetch(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), MAX(id)) FROM {table}"  # noqa: S608 - a table of ours
            )

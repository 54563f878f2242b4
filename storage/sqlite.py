"""SQLite through aiosqlite: one connection writes, another reads."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path

import aiosqlite

from storage.database import Row, StorageError

#: FULL: what a person was told is saved survives a power cut, not only a crash of the program;
#: a commune has few writes a second and many power cuts.
PRAGMAS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    # What a person has erased is overwritten, not only unlinked.
    "PRAGMA secure_delete=ON",
)
#: How many seconds to wait for others before a file can be opened, and between two looks.
PATIENCE, LOOK_AGAIN = 5.0, 0.02


@lru_cache(maxsize=1024)
def _numbered(sql: str) -> str:
    return re.sub(r"\$(\d+)", r"?\1", sql)


class SqliteTx:
    """One transaction on an SQLite connection."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def execute(self, sql: str, *args: object) -> int:
        """Run one statement; the number of rows it changed."""
        cursor = await self._connection.execute(_numbered(sql), args)
        return cursor.rowcount

    async def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement once per row of arguments."""
        await self._connection.executemany(_numbered(sql), rows)

    async def fetch(self, sql: str, *args: object) -> list[Row]:
        """All rows of a query."""
        return list(await self._connection.execute_fetchall(_numbered(sql), args))  # type: ignore[arg-type]

    async def fetch_one(self, sql: str, *args: object) -> Row | None:
        """The first row of a query, or None."""
        rows = await self.fetch(sql, *args)
        return rows[0] if rows else None

    async def lock(self, name: str) -> None:
        """Nothing to do: BEGIN IMMEDIATE lets one writer in at a time."""

    async def lock_table(self, name: str) -> None:
        """Nothing to do: BEGIN IMMEDIATE lets one writer in at a time."""


class SqliteStore:
    """An open SQLite file."""

    dialect = "sqlite"

    def __init__(self, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self._writer, self._reader = writer, reader
        self._writing, self._reading = asyncio.Lock(), asyncio.Lock()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqliteTx]:
        """A writing transaction."""
        async with self._writing, _transaction(self._writer, "BEGIN IMMEDIATE") as tx:
            yield tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqliteTx]:
        """A reading transaction."""
        async with self._reading, _transaction(self._reader, "BEGIN") as tx:
            yield tx

    async def close(self) -> None:
        """Close both connections."""
        await self._writer.close()
        await self._reader.close()


@asynccontextmanager
async def _transaction(connection: aiosqlite.Connection, begin: str) -> AsyncIterator[SqliteTx]:
    # BEGIN stands inside the try: a cancelled await leaves its statement running in the
    # connection's thread, and the rollback queued behind it must undo it.
    try:
        await _begin(connection, begin)
        yield SqliteTx(connection)
        await connection.commit()
    except BaseException:
        await asyncio.shield(connection.rollback())
        raise


async def _begin(connection: aiosqlite.Connection, begin: str) -> None:
    try:
        await connection.execute(begin)
    except sqlite3.OperationalError as error:
        raise StorageError(f"BOT_DATABASE_URL: the SQLite file is in use: {error}") from error


async def open_sqlite(path: str) -> SqliteStore:
    """Open (making its folder if need be) the SQLite file at `path`; StorageError if impossible."""
    if path in {"", ":memory:"}:
        # Writer and reader would each have a database of their own, and both would be lost.
        raise StorageError("BOT_DATABASE_URL: sqlite:/// needs the path of a file behind it")
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        # Tried here first: a refusal in aiosqlite's thread may outlive the event loop, and then
        # prints a traceback behind our sentence.
        sqlite3.connect(path).close()
        writer = await _connect(path)
        reader = await _connect(path)
        await reader.execute("PRAGMA query_only=ON")
    except (OSError, sqlite3.Error) as error:
        raise StorageError(
            f"BOT_DATABASE_URL: cannot open the SQLite file {path}: {error}"
        ) from error
    return SqliteStore(writer, reader)


async def _connect(path: str) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        await _switch_to_wal(connection)
        for pragma in PRAGMAS:
            await connection.execute(pragma)
    except BaseException:
        await connection.close()
        raise
    return connection


async def _switch_to_wal(connection: aiosqlite.Connection) -> None:
    """Let readers work beside the writer."""
    # SQLite waits for a lock everywhere (busy_timeout) but here: of two programs that open a new
    # file at once, one is refused on the spot.
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while True:
        try:
            await connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(LOOK_AGAIN)
        else:
            return

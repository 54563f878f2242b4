"""PostgreSQL through asyncpg: a small pool, a transaction a connection."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from storage.database import Row, StorageError, TryAgainError, redacted


class PostgresTx:
    """One transaction on a PostgreSQL connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def execute(self, sql: str, *args: object) -> int:
        """Run one statement; the number of rows it changed."""
        status: str = await self._connection.execute(sql, *args)
        last = status.rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0

    async def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement once per row of arguments."""
        await self._connection.executemany(sql, rows)

    async def fetch(self, sql: str, *args: object) -> list[Row]:
        """All rows of a query."""
        return list(await self._connection.fetch(sql, *args))

    async def fetch_one(self, sql: str, *args: object) -> Row | None:
        """The first row of a query, or None."""
        row: Row | None = await self._connection.fetchrow(sql, *args)
        return row

    async def lock(self, name: str) -> None:
        """Hold an advisory lock on `name` until the transaction ends."""
        await self._connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", name
        )

    async def lock_table(self, name: str) -> None:
        """Keep others from writing to a table until the transaction ends."""
        await self._connection.execute(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE")


class PostgresStore:
    """An open pool of PostgreSQL connections."""

    dialect = "postgresql"

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[PostgresTx]:
        """A writing transaction."""
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                yield PostgresTx(connection)
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
            raise TryAgainError(str(error)) from error

    @asynccontextmanager
    async def read(self) -> AsyncIterator[PostgresTx]:
        """A reading transaction over one unchanging picture of the data."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield PostgresTx(connection)

    async def close(self) -> None:
        """Close the pool."""
        await self._pool.close()


async def open_postgres(url: str) -> PostgresStore:
    """Open a pool on the PostgreSQL server behind `url`; StorageError if it cannot be reached."""
    try:
        pool = await asyncpg.create_pool(url, min_size=1, max_size=8)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StorageError(
            f"BOT_DATABASE_URL: cannot reach PostgreSQL at {redacted(url)}: {error}"
        ) from error
    except ValueError:
        # Python quotes what it could not read, which may be a piece of the password.
        raise StorageError(
            f"BOT_DATABASE_URL: cannot reach PostgreSQL at {redacted(url)}: it is not a URL; "
            "signs like / # @ in the password must be written as %2F %23 %40"
        ) from None
    return PostgresStore(pool)

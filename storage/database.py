"""The seam to a database: a `Store` opens transactions, a `Tx` runs SQL inside one.

SQL is written once with `$1` placeholders. Instants are kept as UTC ISO text and days as ISO
text, so both databases compare them the same way and a person can read them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any, Protocol

Row = Mapping[str, Any]


class StorageError(Exception):
    """The database cannot be used as asked; the message is a sentence for the operator."""


class TryAgainError(Exception):
    """The transaction was undone because it met another one; once more, it will pass."""


class Tx(Protocol):
    """One open transaction. Everything done through it is kept together or not at all."""

    async def execute(self, sql: str, *args: object) -> int:
        """Run one statement; the number of rows it changed."""

    async def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement once per row of arguments."""

    async def fetch(self, sql: str, *args: object) -> list[Row]:
        """All rows of a query (or of a statement with RETURNING)."""

    async def fetch_one(self, sql: str, *args: object) -> Row | None:
        """The first row of a query, or None."""

    async def lock(self, name: str) -> None:
        """Keep others who ask for the same name waiting until this transaction ends."""

    async def lock_table(self, name: str) -> None:
        """Keep others from writing to a table until this transaction ends; reading goes on."""


class Store(Protocol):
    """An open database."""

    #: `sqlite` or `postgresql`: the few places where the dialects part ask for it.
    dialect: str

    def begin(self) -> AbstractAsyncContextManager[Tx]:
        """A writing transaction: commits at its end, rolls back on exception or cancellation.

        Raises TryAgainError where the database let another transaction pass instead of it.
        """

    def read(self) -> AbstractAsyncContextManager[Tx]:
        """A reading transaction over one unchanging picture of the data; never blocks writers."""

    async def close(self) -> None:
        """Close every connection."""


def to_text(instant: datetime) -> str:
    """An aware instant as UTC text that sorts in time order; ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("a naive datetime has no place in the database")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    """The instant that `to_text` wrote."""
    return datetime.fromisoformat(text)


def redacted(url: str) -> str:
    """A database URL without its password, fit for a log or an error."""
    # Greedy, because a password may hold an @ that should have been written as %40.
    shown = re.sub(r"(//[^:/@]*:).*@", r"\1***@", url)
    return re.sub(r"([?&]password=)[^&]*", r"\1***", shown)


async def open_store(url: str) -> Store:
    """Open the database behind `url` (`sqlite:///path` or `postgresql://…`).

    Raises StorageError with a sentence naming BOT_DATABASE_URL when it cannot be opened.
    """
    # Imported here so that an installation on SQLite never loads the PostgreSQL driver.
    if url.startswith("sqlite:///"):
        from storage import sqlite

        return await sqlite.open_sqlite(url.removeprefix("sqlite:///"))
    if url.startswith(("postgresql://", "postgres://")):
        from storage import postgres

        return await postgres.open_postgres(url)
    raise StorageError(
        "BOT_DATABASE_URL must begin with sqlite:/// or postgresql://, "
        f"and this one does not: {redacted(url)}"
    )

"""Files that may take long: each is made beside the page, which says how far it has come."""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import IO

from storage.people import Person

log = logging.getLogger(__name__)

#: Who asked, by the rights they have, and for what: the address of the file.
Key = tuple[Person, str]
#: Some of the bytes, and how many rows they are.
Chunks = AsyncIterator[tuple[bytes, int]]

#: So many seconds a file may take before a page says that it is being made: what is asked before,
#: from whom and of what, takes as long.
AT_ONCE = 0.5
#: So many finished files wait to be fetched; when one more comes, the oldest goes.
MOST = 20
#: So many seconds a finished file waits to be fetched: there are names in it, and figures move on.
KEPT = 600.0
_PIECE = 256 * 1024


def _nameless() -> IO[bytes]:
    return tempfile.TemporaryFile(buffering=0)


def _put(file: IO[bytes], some: bytes) -> None:
    if file.write(some) < len(some):  # as much as there was room for
        raise OSError("no room for a whole file")


@dataclass(eq=False, slots=True)
class Work:
    """A file that is being made, out of so many rows; 0 where nobody counts them."""

    total: int
    done: int = 0
    size: int = 0
    failed: bool = False
    #: Without a name, so that it goes with the work.
    file: IO[bytes] = field(default_factory=_nameless, repr=False)
    task: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether it is made."""
        return self.task is not None and self.task.done() and not self.failed

    async def write(self, chunks: Chunks) -> None:
        """Make it."""
        try:
            async for some, rows in chunks:
                await asyncio.to_thread(_put, self.file, some)
                self.size += len(some)
                self.done += rows
        except Exception:
            log.exception("a file of the boards cannot be made")
            self.failed = True

    def __del__(self) -> None:
        self.file.close()

    async def read(self) -> AsyncIterator[bytes]:
        """What was made, a piece at a time; several may read it at once."""
        for at in range(0, self.size, _PIECE):
            yield await asyncio.to_thread(os.pread, self.file.fileno(), _PIECE, at)


class Works:
    """The files of this process that are being made, or wait to be fetched."""

    def __init__(self, patience: float, kept: float = KEPT) -> None:
        """`patience` is how many seconds a file may take before a page says that it is made."""
        self._patience, self._kept = patience, kept
        self._works: dict[Key, Work] = {}

    def get(self, key: Key) -> Work | None:
        """What somebody asked for before, unless it failed."""
        work = self._works.get(key)
        return None if work is None or work.failed else work

    async def stop(self) -> None:
        """Give up what is being made."""
        tasks = [one.task for one in self._works.values() if one.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def begin(self, key: Key, chunks: Chunks, total: int) -> Work:
        """Begin to make a file, in the place of an earlier one; it comes back at once."""
        self._works.pop(key, None)
        finished = [key for key, one in self._works.items() if one.task and one.task.done()]
        for old in finished[: max(len(self._works) + 1 - MOST, 0)]:
            del self._works[old]
        work = self._works[key] = Work(total)
        work.task = asyncio.create_task(work.write(chunks))
        loop = asyncio.get_running_loop()
        work.task.add_done_callback(lambda _: loop.call_later(self._kept, self._forget, key, work))
        await asyncio.wait({work.task}, timeout=self._patience)
        return work

    def _forget(self, key: Key, work: Work) -> None:
        if self._works.get(key) is work:
            del self._works[key]

"""Files of the boards that are made beside the page."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

from bot.web.works import Work, Works
from storage.people import Person
from tests.patience import PATIENCE

MINH = Person(id=1, name="Minh", form="anh", unit="05800", over60=None)
LIST = "/trang/danh-sach-cua-so?cot=in_period"


async def some(content: bytes = b"x") -> AsyncIterator[tuple[bytes, int]]:
    yield content, 1


async def test_a_file_that_nobody_fetches_is_not_kept() -> None:
    works = Works(PATIENCE, kept=0)
    work = await works.begin((MINH, LIST), some(), 1)
    for _ in range(100):
        await asyncio.sleep(0)
    assert works.get((MINH, LIST)) is None
    assert [piece async for piece in work.read()] == [b"x"]  # who reads it reads on


async def test_a_file_that_has_no_room_is_not_handed_out_cut_off() -> None:
    reads, writes = os.pipe()  # takes some of it and no more, as a full disk does
    os.set_blocking(writes, False)
    work = Work(1, file=os.fdopen(writes, "wb", buffering=0))
    await work.write(some(bytes(1 << 20)))
    os.close(reads)
    assert work.failed

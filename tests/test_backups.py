"""Copies of the database: everything comes back, on the same kind of database and on the other."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from handlers.elders.erasing import erase_again
from storage import backups, counts, erasures
from storage.database import StorageError, Store
from storage.migrations import ahead, schema_version, steps, tables
from tests.databases import fresh_schema, opened, unmade
from tests.jpegs import jpeg
from tests.talking import Phone, Village
from tests.test_announcing import announces
from tests.test_erasing import NUMBER, erases
from tests.test_erasing import everything as text_of

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


async def everything(store: Store) -> dict[str, list[list[Any]]]:
    """Every row of every table, in an order of its own."""
    held: dict[str, list[list[Any]]] = {}
    async with store.read() as tx:
        for table in tables():
            rows = await tx.fetch(f"SELECT * FROM {table}")
            held[table] = sorted(([row[key] for key in row.keys()] for row in rows), key=repr)  # noqa: SIM118
    return held


@pytest.fixture
async def lived(village: Village, lan: Phone) -> Village:
    """A village in which something of most kinds has happened."""
    await lan.says("hôm nay tôi trồng 5 cây keo", "đúng", "hôm qua gom 2 bao rác", "đúng", "1")
    await lan.shows("photo", "vườn nhà tôi", jpeg())
    await lan.says("1", "học bài", "1", "1")
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("báo hộ", "Ông Tám 12 cây keo hôm nay", "1")
    await announces(leader, "1")
    await lan.says("/hoi")
    await lan.shows("photo")
    await lan.says("cây này bệnh gì vậy cháu", "1")
    await village.goes_out()
    return village


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
async def test_everything_comes_back(
    lived: Village, target: str, tmp_path: Path, postgres: str
) -> None:
    file = tmp_path / "copy.gz"
    before = await everything(lived.store)
    async with lived.store.read() as tx:
        for table, columns in ahead().items():  # also what points to rows further down in the file
            for column in columns:
                assert await tx.fetch(f"SELECT 1 FROM {table} WHERE {column} IS NOT NULL"), column
    rows = await backups.backup(lived.store, file, "phu_thinh", NOW)
    assert rows == sum(map(len, before.values())) > 20
    assert file.stat().st_mode & 0o077 == 0
    async with fresh_schema(postgres) as schema:
        url = schema if target == "postgresql" else f"sqlite:///{tmp_path}/new.db"
        async with opened(url) as new:
            assert await backups.restore(new, file, "phu_thinh", NOW) == rows
            assert await everything(new) == before
            async with new.read() as tx:
                assert await counts.recount(tx, []) == []
            async with new.begin() as tx:  # new rows are numbered behind the old ones
                made = await tx.fetch_one(
                    "INSERT INTO people (name, form, unit, registered_at)"
                    " VALUES ('Mới', 'bac', 'pt-go-vu', 'x') RETURNING id"
                )
            assert made
            assert made["id"] > max(row[0] for row in before["people"])


async def test_a_database_in_use_is_left_alone(lived: Village, tmp_path: Path) -> None:
    file = tmp_path / "copy.gz"
    await backups.backup(lived.store, file, "phu_thinh", NOW)
    before = await everything(lived.store)
    with pytest.raises(StorageError, match="needs a new database"):
        await backups.restore(lived.store, file, "phu_thinh", NOW)
    assert await everything(lived.store) == before
    with pytest.raises(StorageError, match="is there already"):
        await backups.backup(lived.store, file, "phu_thinh", NOW)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda lines: lines[:-2], "cut short"),
        (lambda lines: [*lines[:-1], b'["robbers", {"id": 1}]', lines[-1]], "no table of this"),
        (lambda lines: [*lines[:-1], b'["people", {"id); DROP": 1}]', lines[-1]], "no table"),
        (lambda lines: [b'{"program": "lai_chau", "schema": 1}', *lines[1:]], "of the program"),
        (lambda _: [b'{"program": "phu_thinh", "schema": 9999}'], "newer version"),
        (lambda _: [b"[]"], "no backup"),
        (lambda _: [b'{"schema": 1}'], "of the program"),
        (lambda lines: [*lines[:-1], b"5", lines[-1]], "damaged"),
        (lambda _: [b"not json"], "is damaged"),
        (lambda _: [], "no backup"),
    ],
)
async def test_what_is_no_whole_copy_is_refused_and_nothing_is_kept(
    spoil: Any, told: str, sqlite_store: Store, phu_thinh: Any, tmp_path: Path
) -> None:
    village = Village(sqlite_store, phu_thinh)
    await village.elder()
    good, bad = tmp_path / "good.gz", tmp_path / "bad.gz"
    await backups.backup(sqlite_store, good, "phu_thinh", NOW)
    lines = gzip.decompress(good.read_bytes()).splitlines()
    bad.write_bytes(gzip.compress(b"\n".join(spoil(lines))))
    async with unmade(f"sqlite:///{tmp_path}/new.db") as new:
        with pytest.raises(StorageError, match=told):
            await backups.restore(new, bad, "phu_thinh", NOW)
        async with new.read() as tx:  # not even the schema
            assert not await tx.fetch("SELECT name FROM sqlite_master")
        assert await backups.restore(new, good, "phu_thinh", NOW)


async def test_a_file_that_is_no_copy_at_all_is_refused(
    sqlite_store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Kính gửi", encoding="utf-8")
    with pytest.raises(StorageError, match="damaged"):
        await backups.restore(sqlite_store, file, "phu_thinh", NOW)


async def test_photos_are_written_as_text_lines(lived: Village, tmp_path: Path) -> None:
    file = tmp_path / "copy.gz"
    await backups.backup(lived.store, file, "phu_thinh", NOW)
    lines = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    assert lines[0]["program"] == "phu_thinh"
    assert lines[-1] == {"rows": len(lines) - 2}
    photos = [row for table, row in lines[1:-1] if table == "photos"]
    assert photos
    assert all("base64" in str(row) for row in photos)


async def test_a_file_with_a_changed_byte_is_refused(sqlite_store: Store, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.gz", tmp_path / "bad.gz"
    await backups.backup(sqlite_store, good, "phu_thinh", NOW)
    written = bytearray(good.read_bytes())
    for place in range(20, 40):
        written[place] = 0
    bad.write_bytes(bytes(written))
    async with opened(f"sqlite:///{tmp_path}/new.db") as new:
        with pytest.raises(StorageError, match="damaged"):
            await backups.restore(new, bad, "phu_thinh", NOW)


async def test_what_waited_is_not_sent_again(village: Village, lan: Phone, tmp_path: Path) -> None:
    leader = await village.staff("leader", "pt-go-vu")
    await leader.says("báo hộ", "Lan 12 cây keo hôm nay", "1")
    file = tmp_path / "copy.gz"
    await backups.backup(village.store, file, "phu_thinh", NOW)
    async with opened(f"sqlite:///{tmp_path}/new.db") as new:
        await backups.restore(new, file, "phu_thinh", NOW)
        async with new.read() as tx:
            assert not await tx.fetch("SELECT id FROM outbox WHERE state = 'waiting'")


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
async def test_a_copy_from_before_a_change_of_the_schema(
    target: str, tmp_path: Path, postgres: str
) -> None:
    file, old = tmp_path / "old.gz", 5
    person = {"id": 7, "name": "Lan", "form": "bac", "unit": "pt-go-vu", "registered_at": "x"}
    lines = [{"program": "phu_thinh", "schema": old}, ["people", person], {"rows": 1}]
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    async with fresh_schema(postgres) as schema:
        url = schema if target == "postgresql" else f"sqlite:///{tmp_path}/new.db"
        async with unmade(url) as new:
            assert await backups.restore(new, file, "phu_thinh", NOW) == 1
            async with new.begin() as tx:
                assert await schema_version(tx) == steps()[-1][0]
                made = await tx.fetch_one(
                    "INSERT INTO people (name, form, unit, registered_at)"
                    " VALUES ('Mới', 'bac', 'pt-go-vu', 'x') RETURNING id"
                )
    assert made
    assert made["id"] == 8


async def test_who_took_everything_back_since_does_not_return(
    lived: Village, tmp_path: Path
) -> None:
    village, hien, mai = lived, await lived.elder("Hiền"), await lived.elder("Mai")
    for phone in (hien, mai):
        await phone.says(f"hôm nay trồng 5 cây keo, gọi {NUMBER} nhé", "1")
        await phone.shows("photo", "", jpeg())
        await phone.says("1", "1")
    leader = village.phone("leader-pt-go-vu-None")
    await leader.says("duyệt")
    leader.heard("Hiền")
    file = tmp_path / "copy.gz"
    await backups.backup(village.store, file, "phu_thinh", NOW)
    await erases(hien)
    await mai.says("dữ liệu", "ảnh của tôi", "đừng giữ ảnh nữa")
    async with village.store.read() as tx:
        taken_back = await erasures.every(tx)
    assert [one.of_photos for one in taken_back] == [False, True]
    library = village.core.library
    async with opened(f"sqlite:///{tmp_path}/new.db") as new:
        await backups.restore(
            new, file, "phu_thinh", NOW, lambda tx: erase_again(tx, library, taken_back)
        )
        assert "Hiền" not in await text_of(new)
        assert "Mai" in await text_of(new)
        async with new.begin() as tx:
            assert await erase_again(tx, library, taken_back) == 0
            left = await tx.fetch("SELECT p.name FROM photos JOIN people p ON p.id = person_id")
            assert await counts.recount(tx, []) == []
    assert {row["name"] for row in left} == {"Lan"}

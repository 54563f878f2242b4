"""What every test can ask for."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from bot import app
from bot.settings import Settings
from content.loader import Content, load
from storage.database import Store
from tests.databases import empty, fresh_schema, make, make_schema, postgres_server, unmade
from tests.offices import Office, building, office
from tests.talking import Phone, Village

# A busy machine is slow; what takes too long is for benchmarks to say.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write golden files anew")


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see no setting of the machine they run on, and no .env."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgres_server(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with its schema made, to be copied."""
    path = tmp_path_factory.mktemp("made") / "bot.db"
    asyncio.run(make(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def made_schema(postgres: str) -> str:
    """A schema on PostgreSQL, made once."""
    return asyncio.run(make_schema(postgres, "made"))


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database of each kind in which nothing is made yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
    else:
        async with fresh_schema(request.getfixturevalue("postgres")) as url:
            yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind, its schema made and without a row."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("made_file"), tmp_path / "bot.db")
        yield f"sqlite:///{tmp_path}/bot.db"
    else:
        url = request.getfixturevalue("made_schema")
        yield url
        asyncio.run(empty(url))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A store of each kind, its schema made."""
    async with unmade(database_url) as store:
        yield store


@pytest.fixture
async def sqlite_store(tmp_path: Path, made_file: Path) -> AsyncIterator[Store]:
    """A store on SQLite, where the kind does not matter."""
    shutil.copyfile(made_file, tmp_path / "bot.db")
    async with unmade(f"sqlite:///{tmp_path}/bot.db") as store:
        yield store


@pytest.fixture(scope="session")
def phu_thinh() -> Content:
    return load("phu_thinh")


@pytest.fixture
def village(store: Store, phu_thinh: Content) -> Village:
    """A running bot, on each kind of database."""
    return Village(store, phu_thinh)


@pytest.fixture
async def lan(village: Village) -> Phone:
    """Bà Lan of xóm Gò Vũ, registered."""
    return await village.elder()


# --- the program as it runs, and the boards of an office


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(bot_database_url=f"sqlite:///{tmp_path}/bot.db", bot_web_port=0)


@pytest.fixture
async def url(settings: Settings) -> AsyncIterator[str]:
    """A running program with its web page."""
    async with app.serve(settings) as address:
        yield address


@pytest.fixture
async def boards(village: Village) -> AsyncIterator[str]:
    """The address of a village's boards."""
    async with building(village) as address:
        yield address


@pytest.fixture
async def desk(boards: str) -> AsyncIterator[Office]:
    """A browser that has never been there."""
    async with office(boards) as one:
        yield one


@pytest.fixture
async def minh(village: Village) -> Phone:
    """An officer of the whole program."""
    return await village.staff("officer")

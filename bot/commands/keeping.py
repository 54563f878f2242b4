"""Commands that look after the database and the settings."""

from __future__ import annotations

from pathlib import Path

import click

from bot import app, doctor, settings
from bot.commands.running import run_to_its_end, with_settings
from bot.settings import Settings
from content.loader import load
from handlers.elders.erasing import erase_again
from handlers.talk.scene import Library
from storage import backups, counts, erasures
from storage.database import StorageError, Tx, open_store
from storage.erasures import Erasure


@click.command(help="Prove that the kept counts equal a full count; --repair replaces them.")
@click.option("--repair", is_flag=True, help="replace the kept counts where they differ")
@with_settings
async def recount(held: Settings, *, repair: bool) -> None:
    """Count everything again."""
    skills = load(held.bot_program).plan.skills
    async with app.open_database(held) as store:
        async with store.read() as tx:
            differences = await counts.recount(tx, skills.required, skills.reported_at)
        if differences and repair:
            async with store.begin() as tx:
                await counts.rebuild(tx, skills.required, skills.reported_at)
    for difference in differences:
        click.echo(difference)
    if differences and not repair:
        raise click.ClickException(f"{len(differences)} counts differ; --repair replaces them")
    click.echo("repaired" if differences else "equal: every kept count is what a full count gives")


@click.command(help="Bring the database up to date.")
@with_settings
async def migrate(held: Settings) -> None:
    """Apply what is missing."""
    async with app.open_database(held):
        click.echo("the database is up to date")


@click.command(help="Copy everything that is kept into a new file; it holds names.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_settings
async def backup(held: Settings, file: Path) -> None:
    """Write the copy."""
    async with app.open_database(held) as store:
        rows = await backups.backup(store, file, held.bot_program, app.now())
    click.echo(f"{rows} rows in {file}; it holds names: keep it where only you can read it")


@click.command(help="Fill a new, empty database from such a file.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replaces", metavar="URL", help="what people took back there stays taken back")
@with_settings
async def restore(held: Settings, file: Path, replaces: str | None) -> None:
    """Bring everything back but what was taken back since."""
    taken_back = await _taken_back(held, replaces) if replaces else []
    again = 0

    async def erase(tx: Tx) -> None:
        nonlocal again
        again = await erase_again(tx, Library(load(held.bot_program)), taken_back)

    store = await open_store(held.bot_database_url)
    try:
        rows = await backups.restore(store, file, held.bot_program, app.now(), erase)
    finally:
        await store.close()
    click.echo(f"{rows} rows are back")
    if replaces:
        click.echo(f"what {again} people took back since is gone again")
    else:
        click.echo(
            "who took everything back since the file was made is here again: "
            "--replaces names the database in which they did",
            err=True,
        )


async def _taken_back(held: Settings, url: str) -> list[Erasure]:
    path = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not path.exists():
        raise StorageError(f"--replaces: there is no file {path}")
    async with (
        app.open_database(held.model_copy(update={"bot_database_url": url})) as store,
        store.read() as tx,
    ):
        return await erasures.every(tx)


@click.command("doctor", help="Explain every setting and say what is missing or wrong.")
def look_over() -> None:
    """Print what `bot.doctor` finds."""
    for line in doctor.explained():
        click.echo(line)

    async def found() -> None:
        async for line in doctor.looked_over(settings.load()):
            click.echo(line)

    run_to_its_end(found())

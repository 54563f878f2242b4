"""Commands for those who write content."""

from __future__ import annotations

from pathlib import Path

import click

from bot import app, checks, settings
from content.loader import load
from content.problems import ContentError
from handlers.reports import pictures


@click.command("check-content", help="Check every content file; print every problem.")
def check_content() -> None:
    """Ask everything of every program's files, as they are today."""
    if found := checks.problems(app.now()):
        raise ContentError(found)
    click.echo("content: no problems")


@click.command(help="Draw the picture of every card, and a sample of every drawing, into a folder.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def draw(folder: Path) -> None:
    """Write PNG files to look at: `ma_qr-2.png` is the second card of that lesson."""
    wanted = {
        f"sample-{Path(name).name}": (name, pictures.tried_with(name)) for name in pictures.names()
    }
    for lesson_id, number, drawn in pictures.of_cards(load(settings.load().bot_program)):
        wanted[f"{lesson_id}-{number + 1}"] = drawn.template, drawn.values
    folder.mkdir(parents=True, exist_ok=True)
    for file, (name, values) in wanted.items():
        try:
            (folder / f"{file}.png").write_bytes(pictures.draw(name, values))
        except ValueError as error:
            raise click.ClickException(f"{file}: {error}") from error
    click.echo(f"{len(wanted)} pictures in {folder}")

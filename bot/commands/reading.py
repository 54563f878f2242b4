"""Commands that show what the bot reads in words."""

from __future__ import annotations

import json
import sys
from datetime import date

import click

from bot import app, settings
from content.loader import load
from handlers.officers.suspect import as_json as suspicion_as_json
from handlers.officers.understand import as_json as understanding_as_json
from handlers.talk.scene import Library, local_day


@click.command(help="Print what the bot reads in a sentence, as JSON; - reads a sentence a line.")
@click.option("--today", help="the day of the sentence, such as 2026-11-21")
@click.argument("text")
def understand(today: str | None, text: str) -> None:
    """Show the reader at work."""
    library = Library(load(settings.load().bot_program))
    try:
        day = date.fromisoformat(today) if today else local_day(app.now())
    except ValueError:
        raise click.UsageError(f"--today: {today!r} is not a day such as 2026-11-21") from None
    sentences = (line.rstrip("\n") for line in sys.stdin) if text == "-" else [text]
    for sentence in sentences:
        read = understanding_as_json(library, sentence, day)
        click.echo(json.dumps(read, ensure_ascii=False))


@click.command(help="Print the signs of a scam in a message, as JSON; - reads a message a line.")
@click.argument("text")
def suspect(text: str) -> None:
    """Show the safety corner at work."""
    library = Library(load(settings.load().bot_program))
    for message in (line.rstrip("\n") for line in sys.stdin) if text == "-" else [text]:
        click.echo(json.dumps(suspicion_as_json(library, message), ensure_ascii=False))

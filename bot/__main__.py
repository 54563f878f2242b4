"""The command line: `python -m bot COMMAND`."""

from __future__ import annotations

import sys

import click

from bot.commands import content, figures, keeping, letting_in, reading, serving, zalo_oa
from bot.settings import SettingsError
from content.problems import ContentError
from storage.database import StorageError


@click.group(help="A chat companion for elderly people, their association and its officers.")
def cli() -> None:
    """Gather the commands."""


for command in (
    serving.run,
    serving.demo,
    serving.talk,
    figures.tally,
    figures.freeze,
    figures.questions_as_csv,
    reading.understand,
    reading.suspect,
    letting_in.invite,
    letting_in.print_cards,
    letting_in.import_,
    content.check_content,
    content.draw,
    keeping.recount,
    keeping.migrate,
    keeping.backup,
    keeping.restore,
    keeping.look_over,
    zalo_oa.zalo_oa,
):
    cli.add_command(command)


def main() -> None:
    """Run a command; every expected error is one sentence on standard error."""
    try:
        cli.main(standalone_mode=False)
    except click.UsageError as error:
        _fail(error.format_message(), 2)
    except click.ClickException as error:
        _fail(error.format_message(), 1)
    except (ContentError, SettingsError, StorageError) as error:
        _fail(str(error), 1)
    except OSError as error:
        _fail(f"{error.filename or 'system'}: {error.strerror or error}", 1)
    except click.Abort:
        sys.exit(130)


def _fail(sentence: str, code: int) -> None:
    click.echo(sentence, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()

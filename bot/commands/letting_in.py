"""Commands that let people in: codes, cards, and lists of members and units."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import click

from bot import app, printing
from bot.commands.running import Result, check_scope, small, with_settings
from bot.settings import Settings
from content.loader import ROOT, Content, load
from content.problems import ContentError
from handlers.leaders.members import importing
from handlers.officers import units
from handlers.reports import lists
from handlers.talk import rights
from handlers.talk.scene import local_day
from storage import invites, members
from storage.cards import Sheet
from storage.people import Grant

#: Letters and digits that nobody confuses on paper or over the phone.
_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@click.command(help="Make a one-time code that gives a role.")
@click.option("--role", type=click.Choice(list(rights.ROLES)), required=True)
@click.option("--unit", callback=small, help="limit the right to this unit and those below it")
@click.option("--agency", help="limit the right to the targets of this agency")
@click.option("--days", type=click.IntRange(1, 90), default=7, help="days until it expires")
@with_settings
async def invite(
    held: Settings, role: str, unit: str | None, agency: str | None, days: int
) -> None:
    """Print the code, then the ways to use it."""
    content = load(held.bot_program)
    check_scope(content, unit, agency)
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(10))
    code = f"{letters[:5]}-{letters[5:]}"
    created = app.now()
    grant = Grant(role=role, unit=unit, agency=agency)
    async with app.open_database(held) as store, store.begin() as tx:
        await invites.add(tx, code, grant, created, created + timedelta(days=days))
    click.echo(code)
    click.echo(f"Trang web: {held.public_url}/?start={code}")
    click.echo(f"Telegram: nhắn cho bot: /start {code}")


@click.command(
    "cards", help="Print a card for each member of a unit, or the unit's poster, as PDF."
)
@click.option("--unit", required=True, callback=small, help="this unit and those below it")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--poster", is_flag=True, help="the poster of the unit instead")
@with_settings
async def print_cards(held: Settings, unit: str, out: Path, *, poster: bool) -> None:
    """Write a PDF to print; it lets whoever holds it in, so only its owner may read it."""
    content = load(held.bot_program)
    check_scope(content, unit, None)
    sheet = Sheet(kind="poster" if poster else "cards", unit=unit)
    async with app.open_database(held) as store:
        url, name = held.public_url, held.telegram_name
        made = await printing.pdf(store, content, sheet, url, name, app.now())
    if made is None:
        raise click.ClickException(f"{unit} has no members yet")
    out.touch(mode=0o600)
    out.write_bytes(made)
    click.echo(f"{out}; a card lets whoever holds it in: hand each to its owner")


@click.group("import", help="Bring a list in from a spreadsheet: all of it, or nothing.")
def import_() -> None:
    """Gather what can be brought in."""


@import_.command("people", help="Add the members of FILE.xlsx; every row that is wrong is told.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--template", is_flag=True, help="write an empty list to FILE instead, to be filled")
@click.option(
    "--same",
    type=click.Choice(["refuse", "keep", "new"]),
    default="refuse",
    help="who has the name, unit and number of somebody there: refuse all, keep the one, add both",
)
@with_settings
async def import_people(
    held: Settings, file: Path, same: importing.Same, *, template: bool
) -> None:
    """Read the list, add its people."""
    content = load(held.bot_program)
    say, first = content.phrases, next(u.name for u in content.units.values() if u.parent)
    if template:
        example = say["importing.example"].format(unit=first).split("|")
        names = importing.columns(content)
        file.write_bytes(lists.template(names, [example], say["importing.about"]))
        click.echo(f"an empty list to fill: {file}")
        return
    people, problems = _list_in(lambda: importing.understood(content, file), content)
    _refuse_for(problems)
    async with app.open_database(held) as store, store.begin() as tx:
        done = await importing.keep(tx, content, people, same, app.now())
    _refuse_for(done.problems)
    click.echo(f"{done.added} people added, {done.kept} were there already")


@import_.command("units", help="Replace the program's units by FILE.xlsx, as units.toml.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--template", is_flag=True, help="write the units of today to FILE instead")
@with_settings
async def import_units(held: Settings, file: Path, *, template: bool) -> None:
    """Read the list, check it whole, and only then put it in the place of the old one."""
    content = load(held.bot_program)
    say, day = content.phrases, local_day(app.now())
    if template:
        rows = units.as_rows(content)
        file.write_bytes(lists.template(units.columns(content), rows, say["importing.about_units"]))
        click.echo(f"the units of today, to be corrected: {file}")
        return
    async with app.open_database(held) as store, store.read() as tx:
        in_use = await members.units_in_use(tx)
    found, problems = _list_in(lambda: units.understood(content, file, in_use), content)
    _refuse_for(problems)
    source = say["importing.units_source"].format(name=file.name, date=f"{day:%d/%m/%Y}")
    target = ROOT / "programs" / held.bot_program / "units.toml"
    before = target.read_text(encoding="utf-8")
    target.write_text(units.as_file(found, source, day), encoding="utf-8")
    try:
        load(held.bot_program)
    except ContentError:
        target.write_text(before, encoding="utf-8")
        raise
    click.echo(f"{len(found)} units in {target}; restart the program to use them")


def _list_in(read: Callable[[], Result], content: Content) -> Result:
    try:
        return read()
    except lists.NotAListError as error:
        raise click.ClickException(content.phrases[error.key].format(**error.values)) from error


def _refuse_for(problems: Sequence[str]) -> None:
    if problems:
        for problem in problems:
            click.echo(problem)
        raise click.ClickException(f"nothing was changed: {len(problems)} problems")

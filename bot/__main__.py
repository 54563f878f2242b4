"""The command line: `python -m bot COMMAND`."""

from __future__ import annotations

import asyncio
import functools
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import click

from bot import app, authorising, checks, doctor, logs, printing, settings, terminal
from bot.channels.zalo_oa_transport import ZaloOaError
from bot.demo import Commune
from bot.settings import Settings, SettingsError
from bot.web.roles import PAGE as ROLES_PAGE
from content.loader import ROOT, Content, load
from content.problems import ContentError
from handlers.elders.erasing import erase_again
from handlers.leaders.members import importing
from handlers.officers import dialogue, units
from handlers.officers.suspect import as_json as suspicion_as_json
from handlers.officers.understand import as_json as understanding_as_json
from handlers.reports import charts, files, freezing, lists, periods, pictures
from handlers.reports.periods import Period
from handlers.talk import rights
from handlers.talk.scene import ZONE, Library, local_day
from storage import backups, counts, erasures, invites, members, questions
from storage.cards import Sheet
from storage.database import StorageError, Tx, open_store
from storage.erasures import Erasure
from storage.people import Grant

Result = TypeVar("Result")


def _small(_context: click.Context, _option: click.Parameter, code: str | None) -> str | None:
    """The code of a unit, in whatever letters it was typed."""
    return code.lower() if code else code


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop  # noqa: PLC0415 - not there on Windows

    return uvloop.run(work)


def _with_settings(
    command: Callable[..., Awaitable[Result]],
) -> Callable[..., Result]:
    """Run an async command with the settings, logging set up."""

    @functools.wraps(command)
    def run(**options: Any) -> Result:
        held = settings.load()
        logs.set_up(held.secrets())

        async def work() -> Result:
            return await command(held, **options)

        return _run(work())

    return run


def _until_signalled() -> asyncio.Event:
    """Set when the program is asked to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    return stop


@click.group(help="A chat companion for elderly people, their association and its officers.")
def cli() -> None:
    """Gather the commands."""


@cli.command(help="Run everything: web chat, Telegram and Zalo if they are set, scheduler.")
@click.option("--only", type=click.Choice(["web", "worker"]), help="one part of several processes")
@_with_settings
async def run(held: Settings, only: app.Part | None) -> None:
    """Serve until a signal comes."""
    if only and not held.bot_database_url.startswith("postgresql://"):
        raise SettingsError("BOT_DATABASE_URL: run --only needs postgresql://…, to be shared.")
    stop = _until_signalled()
    async with app.serve(held, only=only) as url:
        here = url.replace("127.0.0.1", "localhost")
        told = f"Trạng thái tại {here}/healthz" if only == "worker" else f"Trò chuyện tại {here}"
        click.echo(told, err=True)
        await stop.wait()


@cli.command(help="Run on a throw-away database with a commune that does not exist.")
@_with_settings
async def demo(held: Settings) -> None:
    """Make up the commune, then serve until a signal comes."""
    stop = _until_signalled()
    with TemporaryDirectory() as folder:
        alone = held.alone(f"sqlite:///{folder}/demo.db")
        click.echo("Đang dựng làng thử, bác đợi một chút…", err=True)
        async with app.open_database(alone) as store:
            commune = Commune(store, Library(load(alone.bot_program)), alone, app.now())
            roles = await commune.lives()
        async with app.serve(alone, roles=roles) as url:
            here = url.replace("127.0.0.1", "localhost")
            click.echo(f"Chọn vai tại {here}{ROLES_PAGE}", err=True)
            await stop.wait()


@cli.command(help="Talk with the bot in this terminal.")
@click.option("--as", "role", type=click.Choice(["elder", *rights.ROLES]), default="elder")
@click.option("--lesson", metavar="ID", help="try this lesson; nothing is kept")
@_with_settings
async def talk(held: Settings, role: str, lesson: str | None) -> None:
    """The same conversation in a terminal."""
    if lesson is not None:
        await _preview(held, lesson)
        return
    async with app.open_database(held) as store:
        await terminal.talk(store, load(held.bot_program), held, role)


async def _preview(held: Settings, lesson: str) -> None:
    content = load(held.bot_program)
    known = list(content.lessons())
    if lesson not in known:
        near = get_close_matches(lesson, known, n=3, cutoff=0.4)
        told = f"did you mean {', '.join(near)}?" if near else "ids are in content/lessons/*/*/"
        raise click.UsageError(f"--lesson: no lesson has the id {lesson!r}; {told}")
    await terminal.preview(content, held, lesson)


@cli.command(help="Print the tally of a period: 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026 or all.")
@click.option("--period", required=True)
@click.option("--unit", callback=_small, help="only this unit and those below it")
@click.option("--agency", help="only targets this agency leads or coordinates")
@click.option("--format", "form", type=click.Choice(list(files.FORMS)), default="text")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="write to this file")
@click.option("--revision", type=click.IntRange(1), help="an earlier freeze instead of the last")
@click.option("--chart", type=click.Choice(list(charts.CHARTS)), default="targets", help="for png")
@_with_settings
async def tally(
    held: Settings,
    period: str,
    unit: str | None,
    agency: str | None,
    form: str,
    out: Path | None,
    revision: int | None,
    chart: str,
) -> None:
    """Show a period as it was frozen, or count it."""
    content = load(held.bot_program)
    _check_scope(content, unit, agency)
    wanted = _period(content, period)
    if out is None and form in files.BINARY:
        raise click.UsageError(f"--out: a {form} goes to a file; name one")
    now = app.now()
    whole = unit is None and agency is None
    async with app.open_database(held) as store, store.read() as tx:
        try:
            table = await freezing.shown(
                tx,
                content,
                wanted,
                units=content.within(unit) if unit else None,
                agencies=None if agency is None else {agency},
                now=now.astimezone(ZONE),
                today=local_day(now),
                revision=revision,
            )
        except KeyError:
            raise click.UsageError(f"--revision: {period} has no revision {revision}") from None
        frozen = await freezing.kept_text(tx, wanted, revision) if whole else None
    if form == "json" and frozen is not None:
        made = frozen.encode()
    else:
        made = files.make(form, table, content, chart)
    if out is not None:
        out.write_bytes(made)
    else:
        click.echo(made.decode().rstrip("\n"))


def _period(content: Content, key: str) -> Period:
    try:
        return periods.parse(key, content.plan)
    except ValueError:
        raise click.UsageError(
            f"--period: {key!r} is not a period; "
            "use 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026 or all"
        ) from None


@cli.command(help="Freeze the figures of a period that is over; again after corrections.")
@click.option("--period", required=True)
@click.option("--why", default="", help="what was corrected, for a second freeze")
@_with_settings
async def freeze(held: Settings, period: str, why: str) -> None:
    """Keep a period's table for good, as a new revision."""
    content = load(held.bot_program)
    wanted, now = _period(content, period), app.now()
    try:
        async with app.open_database(held) as store, store.begin() as tx:
            number = await freezing.freeze(
                tx, content, wanted, now=now, today=local_day(now), why=why
            )
    except freezing.NotFrozenError as error:
        told = {
            "open": f"{wanted.key} ends on {wanted.end}; it can be frozen from the day after",
            "same": f"{wanted.key} is frozen already, and nothing has changed since",
        }
        raise click.ClickException(told[error.why]) from None
    click.echo(f"{wanted.key}: frozen, revision {number}")


def _check_scope(content: Content, unit: str | None, agency: str | None) -> None:
    if unit is not None and unit not in content.units:
        raise click.UsageError(
            f"--unit: no unit {unit!r} in content/programs/{content.plan.id}/units.toml"
        )
    agencies = [one.key for one in content.plan.agencies]
    if agency is not None and agency not in agencies:
        raise click.UsageError(f"--agency: no agency {agency!r}; there are: {', '.join(agencies)}")


@cli.command("questions", help="Print every question as CSV: subject, age, state; no names.")
@click.option("--unit", callback=_small, help="only this unit and those below it")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="write to this file")
@_with_settings
async def questions_as_csv(held: Settings, unit: str | None, out: Path | None) -> None:
    """List the questions."""
    content = load(held.bot_program)
    _check_scope(content, unit, None)
    async with app.open_database(held) as store, store.read() as tx:
        every = await questions.every(tx)
    units = content.within(unit) if unit else None
    text = dialogue.as_csv(every, content, local_day(app.now()), units)
    if out is None:
        click.echo(text.rstrip("\n"))
    else:
        # Spreadsheets take a file for UTF-8 only when it begins with a byte order mark.
        out.write_text(text, encoding="utf-8-sig", newline="")


@cli.command(help="Print what the bot reads in a sentence, as JSON; - reads a sentence a line.")
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


@cli.command(help="Print the signs of a scam in a message, as JSON; - reads a message a line.")
@click.argument("text")
def suspect(text: str) -> None:
    """Show the safety corner at work."""
    library = Library(load(settings.load().bot_program))
    for message in (line.rstrip("\n") for line in sys.stdin) if text == "-" else [text]:
        click.echo(json.dumps(suspicion_as_json(library, message), ensure_ascii=False))


@cli.command(help="Make a one-time code that gives a role.")
@click.option("--role", type=click.Choice(list(rights.ROLES)), required=True)
@click.option("--unit", callback=_small, help="limit the right to this unit and those below it")
@click.option("--agency", help="limit the right to the targets of this agency")
@click.option("--days", type=click.IntRange(1, 90), default=7, help="days until it expires")
@_with_settings
async def invite(
    held: Settings, role: str, unit: str | None, agency: str | None, days: int
) -> None:
    """Print the code, then the ways to use it."""
    content = load(held.bot_program)
    _check_scope(content, unit, agency)
    code, created = invites.new_code(), app.now()
    grant = Grant(role=role, unit=unit, agency=agency)
    async with app.open_database(held) as store, store.begin() as tx:
        await invites.add(tx, code, grant, created, created + timedelta(days=days))
    click.echo(code)
    click.echo(f"Trang web: {held.public_url}/?start={code}")
    click.echo(f"Telegram: nhắn cho bot: /start {code}")


@cli.command("check-content", help="Check every content file; print every problem.")
def check_content() -> None:
    """Ask everything of every program's files, as they are today."""
    if found := checks.problems(app.now()):
        raise ContentError(found)
    click.echo("content: no problems")


@cli.command(help="Draw the picture of every card, and a sample of every drawing, into a folder.")
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


@cli.command(help="Prove that the kept counts equal a full count; --repair replaces them.")
@click.option("--repair", is_flag=True, help="replace the kept counts where they differ")
@_with_settings
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


@cli.command(help="Bring the database up to date.")
@_with_settings
async def migrate(held: Settings) -> None:
    """Apply what is missing."""
    async with app.open_database(held):
        click.echo("the database is up to date")


@cli.command(help="Copy everything that is kept into a new file; it holds names.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_with_settings
async def backup(held: Settings, file: Path) -> None:
    """Write the copy."""
    async with app.open_database(held) as store:
        rows = await backups.backup(store, file, held.bot_program, app.now())
    click.echo(f"{rows} rows in {file}; it holds names: keep it where only you can read it")


@cli.command(help="Fill a new, empty database from such a file.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replaces", metavar="URL", help="what people took back there stays taken back")
@_with_settings
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


@cli.command("doctor", help="Explain every setting and say what is missing or wrong.")
def look_over() -> None:
    """Print what `bot.doctor` finds."""
    for line in doctor.explained():
        click.echo(line)

    async def found() -> None:
        async for line in doctor.looked_over(settings.load()):
            click.echo(line)

    _run(found())


@cli.group("zalo-oa", help="The Official Account on Zalo.")
def zalo_oa() -> None:
    """Gather its commands."""


@zalo_oa.command(help="Get a human's permission, and from it the tokens.")
@click.option("--redirect", help="the callback address at developers.zalo.me, to the letter")
@_with_settings
async def authorise(held: Settings, redirect: str | None) -> None:
    """Walk through the permission (OAuth v4 with PKCE)."""
    if not held.zalo_oa_app_id:
        raise click.ClickException("ZALO_OA_APP_ID is empty; docs/zalo-oa.md says how to begin")
    asked = authorising.permission(held, redirect or f"{held.public_url}/zalo-oa")
    click.echo("1. Open this address where an administrator of the account is signed in to Zalo:")
    click.echo(asked.url)
    click.echo("2. Choose the account and agree. The page you land on may be empty: that is right.")
    landed = click.prompt("3. Paste the whole address of that page here")
    try:
        await authorising.exchange(held, asked.code(landed), asked.verifier)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    except ZaloOaError as error:
        raise click.ClickException(
            f"Zalo refused ({error}); a code is good for ten minutes and once, so begin again"
        ) from None
    click.echo("The tokens are kept; from now on the program replaces them by itself.")


@cli.command("cards", help="Print a card for each member of a unit, or the unit's poster, as PDF.")
@click.option("--unit", required=True, callback=_small, help="this unit and those below it")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--poster", is_flag=True, help="the poster of the unit instead")
@_with_settings
async def print_cards(held: Settings, unit: str, out: Path, *, poster: bool) -> None:
    """Write a PDF to print; it lets whoever holds it in, so only its owner may read it."""
    content = load(held.bot_program)
    _check_scope(content, unit, None)
    sheet = Sheet(kind="poster" if poster else "cards", unit=unit)
    async with app.open_database(held) as store:
        url, name = held.public_url, held.telegram_name
        made = await printing.pdf(store, content, sheet, url, name, app.now())
    if made is None:
        raise click.ClickException(f"{unit} has no members yet")
    out.touch(mode=0o600)
    out.write_bytes(made)
    click.echo(f"{out}; a card lets whoever holds it in: hand each to its owner")


@cli.group("import", help="Bring a list in from a spreadsheet: all of it, or nothing.")
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
@_with_settings
async def import_people(
    held: Settings, file: Path, same: importing.Same, *, template: bool
) -> None:
    """Read the list, add its people."""
    content = load(held.bot_program)
    if template:
        file.write_bytes(importing.empty_list(content))
        click.echo(f"an empty list to fill: {file}")
        return
    people, problems = _list_in(lambda: importing.understood(content, file.read_bytes()), content)
    _refuse_for(problems)
    async with app.open_database(held) as store, store.begin() as tx:
        done = await importing.keep(tx, content, people, same, app.now())
    _refuse_for(done.problems)
    click.echo(f"{done.added} people added, {done.kept} were there already")


@import_.command("units", help="Replace the program's units by FILE.xlsx, as units.toml.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--template", is_flag=True, help="write the units of today to FILE instead")
@_with_settings
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
    found, problems = _list_in(
        lambda: units.understood(content, file.read_bytes(), in_use), content
    )
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


def _refuse_for(problems: Sequence[object]) -> None:
    if problems:
        for problem in problems:
            click.echo(problem)
        raise click.ClickException(f"nothing was changed: {len(problems)} problems")


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

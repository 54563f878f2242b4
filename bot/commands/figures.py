"""Commands that give figures: the tally, freezing it, and the list of questions."""

from __future__ import annotations

from pathlib import Path

import click

from bot import app
from bot.commands.running import check_scope, small, with_settings
from bot.settings import Settings
from content.loader import Content, load
from handlers.reports import charts, files, freezing, periods
from handlers.reports import questions as asked
from handlers.reports.periods import Period
from handlers.talk.scene import ZONE, local_day
from storage import questions


@click.command(
    help="Print the tally of a period: 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026 or all."
)
@click.option("--period", required=True)
@click.option("--unit", callback=small, help="only this unit and those below it")
@click.option("--agency", help="only targets this agency leads or coordinates")
@click.option("--format", "form", type=click.Choice(list(files.FORMS)), default="text")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="write to this file")
@click.option("--revision", type=click.IntRange(1), help="an earlier freeze instead of the last")
@click.option("--chart", type=click.Choice(list(charts.CHARTS)), default="targets", help="for png")
@with_settings
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
    check_scope(content, unit, agency)
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


@click.command(help="Freeze the figures of a period that is over; again after corrections.")
@click.option("--period", required=True)
@click.option("--why", default="", help="what was corrected, for a second freeze")
@with_settings
async def freeze(held: Settings, period: str, why: str) -> None:
    """Keep a period's table for good, as a new revision."""
    content = load(held.bot_program)
    wanted, now = _period(content, period), app.now()
    try:
        async with app.open_database(held) as store, store.begin() as tx:
            again = await freezing.kept_text(tx, wanted, None) is not None
            reason = why.strip() or (content.phrases["freeze.unexplained"] if again else "")
            number = await freezing.freeze(
                tx, content, wanted, now=now, today=local_day(now), why=reason
            )
    except freezing.NotFrozenError as error:
        told = {
            "open": f"{wanted.key} ends on {wanted.end}; it can be frozen from the day after",
            "same": f"{wanted.key} is frozen already, and nothing has changed since",
        }
        raise click.ClickException(told[error.why]) from None
    click.echo(f"{wanted.key}: frozen, revision {number}")


@click.command("questions", help="Print every question as CSV: subject, age, state; no names.")
@click.option("--unit", callback=small, help="only this unit and those below it")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="write to this file")
@with_settings
async def questions_as_csv(held: Settings, unit: str | None, out: Path | None) -> None:
    """List the questions."""
    content = load(held.bot_program)
    check_scope(content, unit, None)
    async with app.open_database(held) as store, store.read() as tx:
        every = await questions.every(tx)
    units = content.within(unit) if unit else None
    text = asked.as_csv(every, content, local_day(app.now()), units)
    if out is None:
        click.echo(text.rstrip("\n"))
    else:
        # Spreadsheets take a file for UTF-8 only when it begins with a byte order mark.
        out.write_text(text, encoding="utf-8-sig", newline="")

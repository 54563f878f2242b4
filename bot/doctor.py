"""What an operator must know: every setting, what is missing, and whether what is set works."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from bot import app, authorising
from bot.channels import zalo_bot_doctor
from bot.settings import Settings
from content.checks import aged
from content.loader import Content, load
from handlers.talk.scene import local_day


def explained() -> Iterator[str]:
    """Each setting with its meaning; no secret has a default to show."""
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        shown = "" if hasattr(default, "get_secret_value") else f" (default: {default or 'empty'})"
        yield f"{name.upper()}: {field.description}{shown}"


async def looked_over(held: Settings) -> AsyncIterator[str]:
    """What was found, a line each; raises what keeps the program from running."""
    content = load(held.bot_program)
    yield f"content: program {content.plan.id}, {len(content.lessons)} lessons, no problems"
    for problem in aged(content.tracks, local_day(app.now())):
        yield f"old: {problem}"
    async with app.open_database(held) as store:
        yield "database: opens and is up to date"
        async for line in zalo_bot_doctor.look_over(held, store, app.now()):
            yield line
    for line in _missing(content):
        yield line
    if not held.telegram_token.get_secret_value():
        yield "off: Telegram (TELEGRAM_TOKEN is empty)"
    if not held.zalo_oa_app_id:
        yield "off: Zalo Official Account (ZALO_OA_APP_ID is empty)"
        return
    async for line in authorising.look(held):
        yield line


def _missing(content: Content) -> Iterator[str]:
    folder = f"content/programs/{content.plan.id}"
    if not content.plan.help_phone:
        yield f"missing: help_phone in {folder}/plan.toml"
    unchecked = sum(not unit.checked for unit in content.units.values())
    if unchecked:
        yield f"missing: {unchecked} units in {folder}/units.toml wait for an officer's check"
    if waiting := [one.number for one in content.hotlines if not one.checked]:
        numbers = ", ".join(waiting)
        yield (
            f"missing: {numbers} in content/hotlines.toml wait for an officer's check; "
            "nobody is told them before"
        )

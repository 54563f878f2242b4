"""How a command runs: with the settings, inside an event loop, saying what is wrong."""

from __future__ import annotations

import asyncio
import functools
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import click

from bot import logs, settings
from content.loader import Content

Result = TypeVar("Result")


def small(_context: click.Context, _option: click.Parameter, code: str | None) -> str | None:
    """The code of a unit, in whatever letters it was typed."""
    return code.lower() if code else code


def run_to_its_end(work: Coroutine[Any, Any, Result]) -> Result:
    """Do async work in an event loop of its own, the fastest there is; what it gives."""
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop  # noqa: PLC0415 - not there on Windows

    return uvloop.run(work)


def with_settings(
    command: Callable[..., Awaitable[Result]],
) -> Callable[..., Result]:
    """Run an async command with the settings, logging set up."""

    @functools.wraps(command)
    def run(**options: Any) -> Result:
        held = settings.load()
        logs.set_up(held.secrets())

        async def work() -> Result:
            return await command(held, **options)

        return run_to_its_end(work())

    return run


def check_scope(content: Content, unit: str | None, agency: str | None) -> None:
    """Refuse a unit or an agency that the program does not have; UsageError names what there is."""
    if unit is not None and unit not in content.units:
        raise click.UsageError(
            f"--unit: no unit {unit!r} in content/programs/{content.plan.id}/units.toml"
        )
    agencies = [one.key for one in content.plan.agencies]
    if agency is not None and agency not in agencies:
        raise click.UsageError(f"--agency: no agency {agency!r}; there are: {', '.join(agencies)}")

"""Commands for the Official Account on Zalo."""

from __future__ import annotations

import click

from bot import authorising
from bot.channels.zalo_oa_transport import ZaloOaError
from bot.commands.running import with_settings
from bot.settings import Settings


@click.group("zalo-oa", help="The Official Account on Zalo.")
def zalo_oa() -> None:
    """Gather its commands."""


@zalo_oa.command(help="Get a human's permission, and from it the tokens.")
@click.option("--redirect", help="the callback address at developers.zalo.me, to the letter")
@with_settings
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

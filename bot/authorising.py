"""Authorising an Official Account of Zalo, and looking whether everything about it is in place.

A human's permission (OAuth v4 with PKCE) becomes the first pair of tokens, which is kept in the
database; from then on the program replaces it by itself.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from bot import app
from bot.channels import wiring
from bot.channels.zalo_oa_tokens import Tokens
from bot.channels.zalo_oa_transport import ZaloOaApi, ZaloOaError
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Permission:
    """What is asked of the human: to open `url`; the rest proves that the answer is to it."""

    url: str
    verifier: str
    state: str

    def code(self, landed: str) -> str:
        """The code in the address the human landed on; ValueError with what is wrong about it."""
        told = {
            name: values[0] for name, values in parse_qs(urlsplit(landed.strip()).query).items()
        }
        if not told.get("code"):
            raise ValueError("this address holds no code=…; paste all of it, from https:// on")
        if told.get("state") != self.state:
            raise ValueError("this address is of another try; open the address above once more")
        return told["code"]


@asynccontextmanager
async def opened(held: Settings) -> AsyncIterator[tuple[ZaloOaApi, Tokens]]:
    """Zalo's OpenAPI and the tokens, on the database of the settings."""
    async with app.open_database(held) as store:
        api, tokens = wiring.zalo_oa_tokens(held, store, app.now)
        try:
            yield api, tokens
        finally:
            await tokens.close()
            await api.close()


def permission(held: Settings, redirect: str) -> Permission:
    """What to ask of a human; `redirect` is the address as developers.zalo.me has it."""
    verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(12)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    asked = {
        "app_id": held.zalo_oa_app_id,
        "redirect_uri": redirect,
        "code_challenge": challenge.decode(),
        "state": state,
    }
    url = f"{held.zalo_oa_oauth_url.rstrip('/')}/v4/oa/permission?{urlencode(asked)}"
    return Permission(url, verifier, state)


async def exchange(held: Settings, code: str, verifier: str) -> None:
    """Turn a code into tokens and keep them; ZaloOaError when Zalo refuses it."""
    async with opened(held) as (api, tokens):
        await tokens.begin(await api.exchange(code, verifier))


async def look(held: Settings) -> AsyncIterator[str]:
    """What is in place and what is missing, a line each, in the order in which it is set up."""
    async with opened(held) as (api, tokens):
        try:
            told = await tokens.call(api.account)
            yield f"Zalo OA: the tokens are good, for the account {told.get('name', '?')}"
            if told.get("is_verified") is False:
                yield "missing: Zalo OA: the account is not verified, Zalo takes no messages of it"
            if told.get("package_name"):
                yield f"Zalo OA: the package is {told['package_name']}"
            for one in await tokens.call(api.quota):
                kind = one.get("quota_type") or one.get("product_type") or "messages"
                yield f"Zalo OA: {one.get('remain')} of {one.get('total')} messages left ({kind})"
        except ZaloOaError as error:
            if not tokens.problem:
                yield f"missing: Zalo OA: no answer to a question ({error})"
        if tokens.problem:
            yield f"missing: {tokens.problem}"
        yield await _webhook(held, api)


async def _webhook(held: Settings, api: ZaloOaApi) -> str:
    """Whether the webhook is reached from outside, as far as this machine can tell."""
    url = f"{held.public_url}/zalo-oa"
    if not held.public_url.startswith("https://"):
        return "missing: Zalo OA: BOT_PUBLIC_URL has to be an https:// address for the webhook"
    try:
        await api.download(url, 1024)
    except ZaloOaError as error:
        return f"missing: Zalo OA: {url} does not answer ({error}); does the program run behind it?"
    return f"Zalo OA: {url} answers; it has to be the webhook at developers.zalo.me"

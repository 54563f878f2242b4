"""The page of the demo on which a visitor chooses who to be."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, select_autoescape

PAGE = "/thu"


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody a visitor can be: what they do, their name, and a card that lets in as them."""

    key: str
    name: str
    token: str


def routes(roles: Sequence[Role], title: str, cookie: str) -> Sequence[web.RouteDef]:
    """The page, and what its buttons do; `cookie` is what the chat knows a phone by."""
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(),
    )
    tokens = {role.key: role.token for role in roles}

    async def page(_request: web.Request) -> web.Response:
        html = pages.get_template("roles.html").render(title=title, roles=roles)
        return web.Response(text=html, content_type="text/html")

    async def become(request: web.Request) -> web.Response:
        """Be somebody, on a phone that has never been used."""
        token = tokens.get(request.match_info["key"])
        response = web.Response(
            status=303, headers={"Location": f"/?card={token}" if token else "/"}
        )
        response.set_cookie(cookie, secrets.token_urlsafe(24), httponly=True, samesite="Lax")
        # What the last one wrote is kept by the page on the phone.
        response.headers["Clear-Site-Data"] = '"storage"'
        return response

    return [web.get(PAGE, page), web.post(PAGE + "/{key}", become)]

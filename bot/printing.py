"""Cards and posters as PDF: made for the command line, and fetched from a link given in the chat.

The link first shows a page with a button: what only looks at links, as messengers do, must get
nobody's card.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from jinja2 import Environment

from bot.settings import Settings
from content.loader import Content
from handlers.reports import print as printed
from storage import cards, members
from storage.cards import Sheet
from storage.database import Store
from storage.people import Person

#: Letters and digits that nobody confuses; so many of them that nobody guesses a card.
_LETTERS, _LONG = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 20

_PAGE = Environment(autoescape=True).from_string(
    '<!DOCTYPE html><html lang="vi"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="robots" content="noindex"><title>{{ title }}</title>'
    '<link rel="stylesheet" href="/static/chat.css">'
    '<main class="talk"><div class="said bot"><p class="bubble">{{ title }}</p></div>'
    '{% if button %}<form class="write" method="post"><button type="submit">{{ button }}</button>'
    "</form>{% endif %}</main></html>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where people come in: the web page, the Telegram bot by its name, and what opens Zalo.

    Zalo is not known to hand on anything that an address carries, so there people type their unit.
    """

    web: str
    telegram: str = ""
    zalo: str = ""

    @classmethod
    def of(cls, held: Settings) -> Doors:
        """Those that are set."""
        return cls(web=held.public_url, telegram=held.telegram_name, zalo=held.zalo_link)


def token() -> str:
    """A new token for a card."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LONG))


async def pdf(
    store: Store, content: Content, sheet: Sheet, doors: Doors, now: datetime
) -> bytes | None:
    """The PDF of a sheet; None when there is nobody to print a card for."""
    if sheet.kind == "poster":
        return await asyncio.to_thread(_poster, content, sheet.unit, doors)
    async with store.begin() as tx:
        if sheet.member_id is not None:
            one = await members.get(tx, sheet.member_id)
            people = [one.person] if one else []
        else:
            listed = await members.of_units(tx, content.within(sheet.unit))
            people = [one.person for one in listed]
        tokens = [token() for _ in people]
        for person, new in zip(people, tokens, strict=True):
            await cards.add(tx, person.id, new, now)
    if not people:
        return None
    made = [
        _card(content, one, f"{doors.web}/?card={new}")
        for one, new in zip(people, tokens, strict=True)
    ]
    return await asyncio.to_thread(printed.cards, made, content.plan.operator, content.phrases)


def _card(content: Content, person: Person, url: str) -> printed.Card:
    unit = content.units.get(person.unit, content.root_unit).name
    form = content.forms.get(person.form) or next(iter(content.forms.values()))
    return printed.Card(form=form.person, name=person.name, unit=unit, url=url)


def _poster(content: Content, unit: str, doors: Doors) -> bytes:
    say, name = content.phrases, content.units[unit].name
    links = [printed.Link(url=f"{doors.web}/?start={unit}", label=say["print.web"])]
    if doors.zalo:
        then = say["print.zalo_then"].format(unit=name)
        links.append(printed.Link(url=doors.zalo, label=say["print.zalo"], then=then))
    if doors.telegram:
        there = f"https://t.me/{doors.telegram}?start={unit}"
        links.append(printed.Link(url=there, label=say["print.telegram"]))
    steps = [say[f"print.step_{number}"] for number in (1, 2, 3)]
    return printed.poster(name, links, content.plan.operator, steps, say)


def routes(
    store: Store,
    content: Content,
    doors: Doors,
    clock: Callable[[], datetime],
) -> Sequence[web.RouteDef]:
    """The page of a sheet that somebody asked for in the chat, and the sheet itself."""

    async def asked_for(request: web.Request) -> Sheet | None:
        async with store.read() as tx:
            return await cards.asked_for(tx, request.match_info["code"], clock())

    async def page(request: web.Request) -> web.Response:
        sheet = await asked_for(request)
        title = content.phrases["print.page" if sheet else "print.late"]
        button = content.phrases["print.open"] if sheet else None
        html = _PAGE.render(title=title, button=button)
        headers = {"Cache-Control": "no-store"}
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def fetch(request: web.Request) -> web.Response:
        sheet = await asked_for(request)
        made = sheet and await pdf(store, content, sheet, doors, clock())
        if not made:
            html = _PAGE.render(title=content.phrases["print.late"])
            return web.Response(text=html, content_type="text/html", status=404)
        headers = {"Cache-Control": "no-store", "Content-Disposition": "inline; filename=in.pdf"}
        return web.Response(body=made, content_type="application/pdf", headers=headers)

    path = "/sheets/{code:[A-Za-z0-9_-]{16,64}}"
    return [web.get(path, page), web.post(path, fetch)]

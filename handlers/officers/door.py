"""The way from the chat to the officers' boards: a link that lets in once."""

from __future__ import annotations

import secrets

from handlers.talk.flow import Ending, Offer
from handlers.talk.routes import MENU
from handlers.talk.scene import Scene
from storage import visits
from storage.database import Tx


async def page(tx: Tx, scene: Scene, _argument: str) -> Ending:
    """A fresh link for this person; what they see behind it is looked up at every step."""
    assert scene.person is not None  # noqa: S101 - the route needs the right to a tally
    token = secrets.token_urlsafe(24)
    await visits.add_link(tx, token, scene.person.id, scene.now)
    minutes = int(visits.LINK_LASTS.total_seconds() // 60)
    place = f"{scene.library.public_url}/trang/vao/{token}"
    told = scene.reply("board.link", place=place, count=minutes)
    return Ending((told,), (Offer(scene.say("menu.home"), MENU),))

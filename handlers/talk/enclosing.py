"""What somebody sends to be handed on, where the current question takes it: kept, and heard."""

from __future__ import annotations

from dataclasses import replace

from handlers.talk.flow import Said
from handlers.talk.messages import LARGEST, Enclosed, Event
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import tidy
from storage import enclosures
from storage.database import Tx
from storage.enclosures import Kind

#: So many letters of a file's name are kept, its ending among them.
LONGEST_NAME = 80
_KINDS: dict[str | None, Kind] = {"photo": "photo", "voice": "voice", "file": "file"}


async def keep_enclosed(tx: Tx, scene: Scene, event: Event, said: Said) -> Said:
    """The words with what came along, kept; a photo as it was cleaned, all else as it is."""
    person, kind, came = scene.person, _KINDS[event.media], event.enclosed
    assert person is not None  # noqa: S101 - nobody else is asked for anything to hand on
    said = replace(said, media=kind)
    if event.photo is not None:
        came = Enclosed(name="anh.jpg", size=len(event.photo), content=event.photo)
    if came is None:
        return said
    if came.size > LARGEST.get(kind, came.size):
        return replace(said, too_large=came.size)
    if came.content is None:
        return said
    name = tidy(came.name.replace("/", " "))[-LONGEST_NAME:]
    kept = await enclosures.keep(tx, person.id, kind, name, came.content, scene.now)
    return replace(said, enclosure=kept)

"""What may be announced, and for whom it can be: the rules of the chat and of the boards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from handlers.leaders.sending import audience
from handlers.talk import rights
from handlers.talk.flow import Heard, Misheard, Said
from handlers.talk.messages import LARGEST
from handlers.talk.scene import Scene, local_day
from handlers.talk.understanding.text import fold
from storage import announcements, enclosures, mailings
from storage.announcements import UNLEARNT, UNREAD, Announcement
from storage.database import Tx

#: How many letters go out in one message on every channel, whom it is from included.
LONGEST = 2000
#: How far back, and of how many announcements, those can be reached who have not read one.
UNREAD_FOR, MOST_UNREAD = timedelta(days=30), 3
#: So much of an announcement recalls it.
BEGINNING = 24
#: Files that are handed on: what people read. A program sent on as a file could do harm.
READABLE = ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx")
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Whom:
    """For whom somebody can announce now; nobody they reach is in an audience that is left out."""

    #: Some of announcements.AUDIENCES, those who are meant most often first.
    audiences: list[str]
    #: The number of an announcement that some have not read, and what recalls it.
    unread: dict[str, str]


async def whom(tx: Tx, scene: Scene) -> Whom:
    """For whom the person can announce; no audience when they reach nobody."""
    person = scene.person
    assert person is not None  # noqa: S101 - only who may announce is asked
    latest = await announcements.of_author(tx, person.id, scene.now - UNREAD_FOR, MOST_UNREAD)
    unread = {
        str(one.id): _recalled(scene, one)
        for one in latest
        if await _reaches(tx, scene, UNREAD, str(one.id))
    }
    there = {
        name
        for name in announcements.AUDIENCES
        if name not in {UNREAD, UNLEARNT} and await _reaches(tx, scene, name)
    }
    if not there:
        return Whom([], {})
    there |= {UNREAD} if unread else set()
    there |= {UNLEARNT} if announcements.ALL in there else set()
    return Whom([name for name in announcements.AUDIENCES if name in there], unread)


async def _reaches(tx: Tx, scene: Scene, name: str, about: str = "") -> bool:
    return any(await announcements.by_channel(tx, audience(scene, name, about)))


def _recalled(scene: Scene, one: Announcement) -> str:
    day, words = local_day(one.sent_at), " ".join(one.words.split())
    shown = words if len(words) <= BEGINNING else f"{words[:BEGINNING].rstrip()}…"
    return scene.say("announce.unread_one", day=f"{day.day}/{day.month}", words=shown)


def may(scene: Scene) -> bool:
    """Whether the person may announce to anybody."""
    return scene.person is not None and rights.announces(scene.person, scene.content) != set()


def to_all(scene: Scene) -> bool:
    """Whether the person may announce to the whole program, and sees what others announced."""
    return scene.person is not None and rights.announces(scene.person, scene.content) is None


def several_units(scene: Scene) -> bool:
    """Whether the person announces in more than one unit, and may choose among them."""
    assert scene.person is not None  # noqa: S101 - only who may announce is asked
    units = rights.announces(scene.person, scene.content)
    return units is None or len(units) > 1


def hear_words(scene: Scene, said: Said) -> Heard | Misheard:
    """Words that can be announced (`told`), or only something to go with them (`wordless`)."""
    words = "\n".join(said.lines)
    if said.media and (no := refused(scene, said)):
        return no
    if len(words) > LONGEST:
        return Misheard(scene.reply("announce.words_long", count=len(words), most=LONGEST))
    if fold(words):
        return Heard("told", {"words": words})
    if said.enclosure is None:
        return Misheard(scene.reply("announce.words_unclear"))
    return Heard("wordless")


def refused(scene: Scene, said: Said) -> Misheard | None:
    """What came with the words and cannot be handed on, and what to do instead."""
    if said.too_large:
        size, most = said.too_large // _MEGABYTE, LARGEST[said.media or "file"] // _MEGABYTE
        return Misheard(scene.reply(f"announce.large_{said.media}", size=size, most=most))
    if said.enclosure is None:
        return Misheard(scene.reply("announce.not_got"))
    ending = said.enclosure.name.rpartition(".")[2].lower()
    if said.media == "file" and ending not in READABLE:
        return Misheard(scene.reply("announce.not_readable"))
    return None


async def keep(
    tx: Tx,
    scene: Scene,
    *,
    words: str,
    audience: str,
    about: str,
    units: Collection[str],
    enclosed: int | None,
) -> tuple[int, bool]:
    """Keep a draft; its number, and whether what goes with it is still there."""
    person = scene.person
    assert person is not None  # noqa: S101 - only who may announce is asked
    id_ = await mailings.write(
        tx,
        author_id=person.id,
        audience=audience,
        about=about,
        units=units,
        words=words,
        now=scene.now,
    )
    if enclosed is None:
        return id_, True
    return id_, await enclosures.share(tx, enclosed, person.id, mailings.owner(id_))

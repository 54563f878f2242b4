"""An announcement as it reaches a person, and the button that says it was read."""

from __future__ import annotations

from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Reply
from handlers.talk.routes import MENU, READ, number_in
from handlers.talk.scene import Scene
from handlers.talk.sharers import for_whom
from handlers.talk.telling import choice
from storage import announcements, learning
from storage.database import Tx
from storage.people import Address

#: What this kind of evidence is called.
EVIDENCE = "announcement"


def notice(theirs: Scene, here: Address, key: str, by: str, words: str, number: int) -> Reply:
    """Announcement `number` to a person where they read it; `key`: the first time, or again."""
    read_words = tuple(theirs.say("announce.read_words").split(", "))
    read = choice(theirs, 1, theirs.say("announce.read"), f"{READ}:{number}", read_words)
    told = Reply(text=theirs.say(f"announce.{key}", by=by, words=words), choices=(read,))
    return for_whom(theirs, here, told)


async def read(tx: Tx, scene: Scene, argument: str) -> Ending:
    """A person says to have read an announcement (`12`): they were informed."""
    person, number = scene.person, number_in(argument)
    assert person is not None  # noqa: S101 - the route needs a registered person
    home = (Offer(scene.say("menu.home"), MENU),)
    if number is None or not await announcements.mark_read(tx, number, person.id, scene.now):
        return Ending((scene.reply("announce.gone"),), home)
    if person.over60 is not None:  # staff serve the program and are not counted
        await learning.inform(tx, person.id, EVIDENCE, str(number), person.unit, scene.today)
    return Ending((scene.reply("announce.thanks"),), home)

"""An announcement as it reaches a person, and the button that says it was read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Reply
from handlers.talk.routes import MENU, READ, number_in
from handlers.talk.scene import Scene
from handlers.talk.sharers import for_whom
from handlers.talk.telling import choice
from storage import announcements, learning
from storage.addresses import Address
from storage.database import Tx
from storage.enclosures import Enclosure

#: What this kind of evidence is called.
EVIDENCE = "announcement"


@dataclass(frozen=True, slots=True)
class Notice:
    """An announcement for many, the same for each but for how they are addressed."""

    #: Whom it is from.
    by: str
    words: str
    enclosure: Enclosure | None = None
    #: The number of the announcement; 0 while it is only looked at.
    number: int = 0
    #: Whether it comes a second time.
    again: bool = False

    def shown(self, theirs: Scene) -> Reply:
        """Its words and what came with them."""
        key = "announce.again" if self.again else "announce.notice"
        told = Reply(text=theirs.say(key, by=self.by, words=self.words))
        return told.enclosing(self.enclosure, theirs.say("announce.voice_elsewhere"))

    def to(self, theirs: Scene, here: Address) -> Reply:
        """The message to one person where they read it."""
        words = tuple(theirs.say("announce.read_words").split(", "))
        read = choice(theirs, 1, theirs.say("announce.read"), f"{READ}:{self.number}", words)
        return for_whom(theirs, here, replace(self.shown(theirs), choices=(read,)))


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

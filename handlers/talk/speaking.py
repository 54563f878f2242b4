"""What a turn says: its replies as they gather, and what is offered under the last one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.talk.flow import Flow, Offer
from handlers.talk.messages import Choice, Reply
from handlers.talk.routes import MENU, REGISTER, RESUME, WHO, Routes, split
from handlers.talk.scene import Scene, local_day
from handlers.talk.sharers import called
from handlers.talk.state import Talk
from storage import addresses
from storage.database import Tx

#: After this long a reply first gets a line of recap.
RECAP_AFTER = timedelta(hours=6)
#: How many things are offered at a time.
MOST_OFFERED = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """The outcome of one event: what to say, and the talk to keep (None: forget the address)."""

    replies: list[Reply]
    talk: Talk | None
    #: Whom the replies are for; None where that is not plain.
    owner: int | None = None


class Speaking:
    """One event of one person under way: the talk as it changes, and the replies."""

    def __init__(self, routes: Routes, tx: Tx, scene: Scene, talk: Talk, last_at: datetime) -> None:
        self._routes, self._tx, self._scene, self._talk = routes, tx, scene, talk
        self._first_scene = scene
        self._silent_for = scene.now - last_at
        self._away_since = last_at if self._silent_for >= RECAP_AFTER else None
        #: The flow whose place a person stood in until the content or the program changed.
        self._gone: str | None = None
        #: The flow that came to its end last in this turn.
        self._finished: str | None = None
        self.replies: list[Reply] = []
        self.forget = self._named_others = False

    def done(self) -> Turn:
        """The turn as it went; asking who is talking, or meeting someone, names others too."""
        talk, person, before = self._talk, self._scene.person, self._first_scene.person
        others = self._named_others or (talk.at is not None and talk.at.flow in {WHO, REGISTER})
        plain = person and before and person.id == before.id and not others
        owner = person.id if person and plain and not self.forget else None
        return Turn(self.replies, None if self.forget else talk, owner)

    def _say(self, key: str, **values: object) -> None:
        # Who is just registering has chosen how to be called, and is not in the scene yet.
        at = self._talk.at
        form = at.data.get("form") if at and at.flow == REGISTER else None
        scene = self._scene.addressed(form) if form else self._scene
        self.replies.append(scene.reply(key, **values))

    def _recap(self) -> None:
        """Say once in one line what was going on when the person last wrote."""
        frame, away_since, self._away_since = self._talk.at, self._away_since, None
        flow = self._routes.flow(frame) if frame else None
        if away_since and frame and flow:
            what, day = flow.recap(self._scene, frame.data), local_day(away_since)
            self._say("talk.recap", what=what, day=f"{day.day}/{day.month}")

    async def _offer(self, offers: tuple[Offer, ...]) -> None:
        """Put what can be done next under the last reply: three things at most."""
        talk = self._talk
        offers = offers or (Offer(self._scene.say("menu.home"), MENU),)
        talk.held = [frame for frame in talk.held if self._routes.stands(frame)]
        resumable = self._routes.flow(talk.held[0]) if talk.held else None
        if resumable and offers[0].go != RESUME:
            what = resumable.recap(self._scene, talk.held[0].data)
            offers = _with_first(Offer(self._scene.say("talk.resume", what=what), RESUME), offers)
        if self._scene.shared:
            offers = _making_room(offers, await self._change())
        offers = offers[:MOST_OFFERED]
        talk.offered = list(offers)
        choices = tuple(
            Choice(digit=str(place), label=offer.label, payload=f"go:{offer.go}", words=offer.words)
            for place, offer in enumerate(offers, 1)
        )
        if not self.replies:
            self._say("talk.what_next")
        last = self.replies.pop()
        self.replies.append(replace(last, choices=choices))

    async def _menu_offers(self) -> tuple[Offer, ...]:
        menu = self._routes.named(MENU)
        if menu is None or isinstance(menu.to, Flow):
            return ()
        return (await menu.to(self._tx, self._scene, "")).offers

    async def _change(self) -> Offer:
        """Another person on this phone, a tap away."""
        self._named_others = True
        scene, me = self._scene, self._scene.person
        sharers = await addresses.sharing(self._tx, scene.channel, scene.address)
        others = [one for one in sharers if me is None or one.id != me.id]
        if len(others) > 1:
            return Offer(scene.say("sharing.change"), WHO)
        name = called(scene, others[0])
        return Offer(scene.say("sharing.change_to", name=name), f"{WHO}:{others[0].id}")


def _with_first(first: Offer, offers: tuple[Offer, ...]) -> tuple[Offer, ...]:
    """One more offer in front; what is offered about one thing is not pushed out by it."""
    if sum(":" in offer.go for offer in offers) >= MOST_OFFERED:
        return offers
    full = len(offers) >= MOST_OFFERED
    return (first, *(offer for offer in offers if not full or offer.go != MENU))


def _making_room(offers: tuple[Offer, ...], for_one: Offer) -> tuple[Offer, ...]:
    """One more offer at the end; the menu, which is always a word away, goes first."""
    others = [offer for offer in offers if split(offer.go)[0] != WHO]
    if len(others) >= MOST_OFFERED:
        others = [offer for offer in others if offer.go != MENU]
    return (*others[: MOST_OFFERED - 1], for_one)

"""One event in, replies out: commands, buttons, answers to the current question, and free words.

The router knows routes by name only. Nothing here writes but the `finish` of a flow, through the
transaction it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.talk import rights
from handlers.talk.flow import (
    BACK,
    LEFT,
    Ended,
    Ending,
    Flow,
    Frame,
    Heard,
    Misheard,
    Moved,
    Offer,
    Said,
    advance,
    answer,
    ask,
    back,
    choose,
    chosen,
    enter,
    without_courtesy,
)
from handlers.talk.messages import Choice, Event, Reply
from handlers.talk.routes import MENU, REGISTER, REPORT, RESUME, SAFETY, WORDS, Route, Routes
from handlers.talk.scene import Library, Scene, local_day
from handlers.talk.state import Talk
from handlers.talk.understanding.text import fold, tidy
from storage import people
from storage.database import Tx
from storage.people import Person

#: After this long a reply first gets a line of recap.
RECAP_AFTER = timedelta(hours=6)
#: How many half-finished flows are kept aside.
MOST_HELD = 3
#: How many things are offered at a time.
MOST_OFFERED = 3
#: Longer texts are cut for understanding; nobody answers a question with more.
LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Turn:
    """The outcome of one event: what to say, and the talk to keep (None: forget the address)."""

    replies: list[Reply]
    talk: Talk | None


class Router:
    """Made once with every route of the program."""

    def __init__(self, library: Library, routes: Sequence[Route]) -> None:
        self._library = library
        self._routes = Routes(library.content, routes)

    async def handle(
        self, tx: Tx, event: Event, person: Person | None, talk: Talk, last_at: datetime | None
    ) -> Turn:
        """Answer one event of one person, inside the transaction that keeps what it does."""
        scene = Scene(
            self._library,
            event.at,
            event.channel,
            event.address,
            person,
            said_at=event.said_at,
        )
        long_ago = last_at is not None and event.at - last_at >= RECAP_AFTER
        turn = _OneTurn(self._routes, tx, scene, talk, last_at if long_ago else None)
        await turn.take(event)
        return Turn(turn.replies, None if turn.forget else talk)

    def offer(self, talk: Talk, reply: Reply) -> None:
        """Let the choices of a message that was sent from our side be answered by digit and word.

        What the person was in the middle of is set aside, to be offered again.
        """
        if talk.at is not None:
            flow = self._routes.flow(talk.at)
            if flow and flow.holds:
                talk.held = [talk.at, *talk.held][:MOST_HELD]
            talk.at = None
        talk.offered = [
            Offer(choice.label, choice.payload.removeprefix("go:"), choice.words)
            for choice in reply.choices
        ]


class _OneTurn:
    """The working of one event: a talk that changes, and replies that gather."""

    def __init__(
        self, routes: Routes, tx: Tx, scene: Scene, talk: Talk, away_since: datetime | None
    ) -> None:
        self._routes, self._tx, self._scene, self._talk = routes, tx, scene, talk
        self._away_since = away_since
        self.replies: list[Reply] = []
        self.forget = False

    async def take(self, event: Event) -> None:
        """Work out one event."""
        text = tidy(event.text[:LONGEST_TEXT])
        if self._talk.at and self._routes.flow(self._talk.at) is None:
            self._talk.at = None  # a step of an older version of the program: its place is gone
        if event.edited:
            self._say("talk.edited")
        elif event.tap is not None:
            await self._tapped(event.tap)
        elif text.startswith("/"):
            await self._commanded(text)
        else:
            await self._said(Said(text, event.media))

    # --- buttons

    async def _tapped(self, payload: str) -> None:
        talk = self._talk
        kind, _, key = payload.partition(":")
        if kind == "go" and key:
            await self._go(*_split(key))
            return
        flow = self._routes.flow(talk.at) if talk.at else None
        if talk.at and flow and kind == str(talk.asked):
            heard = None if key == BACK else choose(flow, talk.at, self._scene, key)
            if key == BACK or heard:
                talk.last_tap = payload
                await (self._back() if heard is None else self._follow(flow, heard))
                return
        # Two taps on one button are one answer; anything else is an old button, or a forged one.
        self._say("talk.already" if payload == talk.last_tap else "talk.old_button")
        await self._ask_again()

    # --- words

    async def _commanded(self, text: str) -> None:
        name, _, argument = text[1:].partition(" ")
        name = name.partition("@")[0].lower()
        route = self._routes.command(name)
        if name == "huy":
            await self._cancel()
        elif route:
            await self._go(route.name, argument.strip())
        else:
            self._say("talk.unknown_command")
            await self._ask_again()

    async def _said(self, said: Said) -> None:
        talk = self._talk
        flow = self._routes.flow(talk.at) if talk.at else None
        if self._routes.cries_for_help(said.text):
            await self._go(SAFETY, "")
        elif talk.at and flow:
            await self._said_inside(flow, talk.at, said)
        else:
            await self._said_outside(said)

    async def _said_inside(self, flow: Flow, frame: Frame, said: Said) -> None:
        step, routes = flow.steps[frame.step], self._routes
        folded = without_courtesy(fold(said.text), self._scene)
        if routes.means_back(folded):
            await self._back()
            return
        if routes.means_cancel(said.text, to_the_letter=step.takes_anything):
            await self._cancel()
            return
        # A word that names a place to go is not taken for a part of some label.
        route = None if step.takes_anything else routes.by_words(folded)
        heard = answer(flow, frame, self._scene, said, partly=route is None)
        if self._away_since and said.text.isdecimal() and not step.hear:
            # After days nobody knows what "1" was: say where we are, and ask once more.
            await self._ask_again()
        elif isinstance(heard, Heard):
            await self._follow(flow, heard)
        elif route:
            await self._go(route.name, "")
        elif not step.takes_anything and flow.name != REPORT and self._reports(said.text):
            await self._go(REPORT, said.text)
        else:
            self._misheard(said, heard)
            await self._ask_again()

    async def _said_outside(self, said: Said) -> None:
        talk, routes = self._talk, self._routes
        if self._scene.person is None:
            await self._go(REGISTER, f"{WORDS}:{said.text}")
            return
        folded = without_courtesy(fold(said.text), self._scene)
        route = routes.by_words(folded)
        labels = [(offer.label, offer.words) for offer in talk.offered]
        place = chosen(labels, said.text, self._scene, partly=route is None)
        if place is not None:
            await self._go(*_split(talk.offered[place].go))
        elif routes.means_back(folded):
            await self._go(MENU, "")
        elif routes.means_cancel(said.text):
            await self._cancel()
        elif route:
            await self._go(route.name, "")
        elif self._reports(said.text, whole=False):
            await self._go(REPORT, said.text)
        else:
            first_miss = talk.misses == 0
            self._misheard(said, None)
            if first_miss and talk.offered:
                self._offer(tuple(talk.offered))
            else:
                await self._end(Ending(offers=await self._menu_offers()))

    def _reports(self, text: str, *, whole: bool = True) -> bool:
        """Whether a text reports something; if `whole`, with its amount."""
        understood = self._scene.reader.understand(text, self._scene.today)
        items = [item for item in understood.items if item.amount or not whole]
        return understood.negated or bool(items)

    def _misheard(self, said: Said, heard: Misheard | None) -> None:
        talk = self._talk
        talk.misses += 1
        if said.media:
            self._say(f"talk.got_{said.media}")
        elif heard:
            self.replies.append(heard.reply)
        elif talk.at:
            self._say("talk.not_understood")
        else:
            self._say("talk.what_i_can_do")
        if talk.misses == 2:  # twice in a row: offer a human, once
            phone = self._scene.content.plan.help_phone
            self._say("talk.ask_a_human_phone" if phone else "talk.ask_a_human", phone=phone)

    # --- moving

    async def _follow(self, flow: Flow, heard: Heard) -> None:
        talk = self._talk
        assert talk.at is not None  # noqa: S101 - an answer is only followed inside a flow
        talk.misses = 0
        self._recap()
        await self._arrive(flow, advance(flow, talk.at, self._scene, heard))

    async def _arrive(self, flow: Flow, moved: Moved) -> None:
        self.replies.extend(moved.say)
        if isinstance(moved.to, Ended):
            self._talk.at = None
            ended = moved.to
            await self._end(await flow.finish(self._tx, self._scene, ended.data, ended.outcome))
        else:
            self._talk.at = moved.to
            await self._ask_again(first_time=True)

    async def _back(self) -> None:
        talk = self._talk
        flow = self._routes.flow(talk.at) if talk.at else None
        before = back(talk.at) if talk.at else None
        talk.misses = 0
        if before is None and flow and flow.name == REGISTER:
            await self._ask_again()
        elif before is None:
            await self._cancel()
        else:
            talk.at = before
            await self._ask_again()

    async def _cancel(self) -> None:
        talk = self._talk
        flow = self._routes.flow(talk.at) if talk.at else None
        if talk.at and flow:
            frame, talk.at = talk.at, None
            talk.misses = 0
            await self._end(await flow.finish(self._tx, self._scene, frame.data, LEFT))
        else:
            self._say("talk.nothing_to_leave")
            await self._ask_again()

    async def _go(self, name: str, argument: str) -> None:
        """Go to a route, setting the current flow aside if it can be kept."""
        route = self._routes.named(name)
        if name == RESUME:
            await self._resume()
        elif name == WORDS:
            await self._said_outside(Said(argument))
        elif route is None:
            self._say("talk.old_button")
            await self._ask_again()
        elif not rights.may(self._scene.person, route.right):
            await self._refuse(name, argument)
        elif isinstance(route.to, Flow):
            await self._begin(route.to, argument)
        else:
            await self._show(await route.to(self._tx, self._scene, argument))

    async def _show(self, page: Ending) -> None:
        """Show a page; who is still registering goes on with that at once."""
        if self._scene.person is None:
            self.replies.extend(page.replies)
            await self._ask_again()
        else:
            await self._set_aside()
            await self._end(page)

    async def _refuse(self, name: str, argument: str) -> None:
        talk = self._talk
        if self._scene.person is not None:
            self._say("talk.no_right")
            await self._ask_again()
            return
        # The wish is kept, and met as soon as we know each other.
        if talk.at is None:
            await self._go(REGISTER, "")
        else:
            self._say("talk.register_first")
            await self._ask_again()
        if talk.at is not None:
            talk.at.data = {**talk.at.data, "go": f"{name}:{argument}"}

    async def _begin(self, flow: Flow, argument: str) -> None:
        if flow.keeps_place:
            await self._leave_all(flow)
        data = await flow.begin(self._tx, self._scene, argument)
        await self._set_aside()
        if isinstance(data, Ending):
            await self._end(data)
        else:
            await self._arrive(flow, enter(flow, self._scene, data))

    async def _leave_all(self, flow: Flow) -> None:
        """Let a flow keep the places it was left at, before it begins anew."""
        talk = self._talk
        frames = [talk.at, *talk.held] if talk.at else list(talk.held)
        for frame in frames:
            if frame.flow == flow.name and self._routes.flow(frame):
                await flow.finish(self._tx, self._scene, frame.data, LEFT)
        talk.held = [frame for frame in talk.held if frame.flow != flow.name]
        if talk.at and talk.at.flow == flow.name:
            talk.at = None

    async def _set_aside(self) -> None:
        """Leave the current flow: held to be resumed, unless it cannot be or has hardly begun."""
        talk = self._talk
        frame, talk.at = talk.at, None
        talk.misses = 0
        flow = self._routes.flow(frame) if frame else None
        if not frame or not flow or (frame.step == flow.first and not frame.path):
            return
        if flow.holds:
            talk.held = [frame, *talk.held]
            dropped, talk.held = talk.held[MOST_HELD:], talk.held[:MOST_HELD]
        else:
            dropped = [frame]
        for lost in dropped:
            if leaving := self._routes.flow(lost):
                await leaving.finish(self._tx, self._scene, lost.data, LEFT)

    async def _resume(self) -> None:
        talk = self._talk
        while talk.held:
            frame = talk.held.pop(0)
            flow = self._routes.flow(frame)
            if flow:
                await self._set_aside()
                talk.at = frame
                self._say("talk.resumed", what=flow.recap(self._scene, frame.data))
                await self._ask_again()
                return
        self._say("talk.nothing_to_leave")
        await self._ask_again()

    # --- speaking

    def _recap(self) -> None:
        """Say once in one line what was going on when the person last wrote."""
        frame, away_since, self._away_since = self._talk.at, self._away_since, None
        flow = self._routes.flow(frame) if frame else None
        if away_since and frame and flow:
            what, day = flow.recap(self._scene, frame.data), local_day(away_since)
            self._say("talk.recap", what=what, day=f"{day.day}/{day.month}")

    async def _end(self, ending: Ending) -> None:
        self.replies.extend(ending.replies)
        if ending.forget:
            self.forget = True
        elif ending.go is not None:
            here = await people.address(self._tx, self._scene.channel, self._scene.address)
            self._scene = replace(self._scene, person=here.person if here else None)
            await self._go(*_split(ending.go))
        else:
            self._offer(ending.offers)

    async def _menu_offers(self) -> tuple[Offer, ...]:
        menu = self._routes.named(MENU)
        if menu is None or isinstance(menu.to, Flow):
            return ()
        return (await menu.to(self._tx, self._scene, "")).offers

    def _offer(self, offers: tuple[Offer, ...]) -> None:
        """Put what can be done next under the last reply: three things at most."""
        talk = self._talk
        offers = offers or (Offer(self._scene.say("menu.home"), MENU),)
        resumable = self._routes.flow(talk.held[0]) if talk.held else None
        if resumable and offers[0].go != RESUME:
            what = resumable.recap(self._scene, talk.held[0].data)
            offers = (Offer(self._scene.say("talk.resume", what=what), RESUME), *offers)
        offers = offers[:MOST_OFFERED]
        talk.offered = list(offers)
        choices = tuple(
            Choice(digit=str(place), label=offer.label, payload=f"go:{offer.go}", words=offer.words)
            for place, offer in enumerate(offers, 1)
        )
        if not self.replies:
            self._say("talk.what_next")
        last = self.replies.pop()
        self.replies.append(Reply(text=last.text, choices=choices, aloud=last.aloud))

    async def _ask_again(self, *, first_time: bool = False) -> None:
        """Ask the current question under a new number; with none, offer the menu or to register."""
        talk = self._talk
        flow = self._routes.flow(talk.at) if talk.at else None
        if talk.at and flow:
            self._recap()
            talk.asked += 1
            talk.offered = []
            self.replies.extend(ask(flow, talk.at, self._scene, talk.asked, first_time=first_time))
        elif self._scene.person is None:
            await self._go(REGISTER, "")
        else:
            await self._end(Ending(offers=await self._menu_offers()))

    def _say(self, key: str, **values: object) -> None:
        self.replies.append(self._scene.reply(key, **values))


def _split(go: str) -> tuple[str, str]:
    name, _, argument = go.partition(":")
    return name, argument

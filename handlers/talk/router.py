"""One event in, replies out: commands, buttons, answers to the current question, and free words.

The router knows routes by name only. Nothing here writes but the `finish` of a flow, and the
keeping of a photo that came, through the transaction it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.talk import rights
from handlers.talk.flow import (
    BACK,
    LEFT,
    Data,
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
from handlers.talk.routes import (
    MENU,
    PHOTO,
    REGISTER,
    REPORT,
    RESUME,
    SAFETY,
    WHO,
    WORDS,
    Route,
    Routes,
)
from handlers.talk.scene import Library, Scene, local_day
from handlers.talk.sharers import called, introduces, named
from handlers.talk.state import Talk
from handlers.talk.understanding.text import fold, tidy
from storage import people, photos
from storage.database import Tx
from storage.people import Address

#: After this long a reply first gets a line of recap.
RECAP_AFTER = timedelta(hours=6)
#: For so long it is known who is talking on a shared phone; after such a silence nobody knows.
KNOWN_FOR = timedelta(minutes=30)
#: How many half-finished flows are kept aside.
MOST_HELD = 3
#: How many things are offered at a time.
MOST_OFFERED = 3
#: Longer texts are cut for understanding; nobody answers a question with more.
LONGEST_TEXT = 2000
#: A pasted list may be longer; it is read line by line.
LONGEST_LIST = 40_000


@dataclass(frozen=True, slots=True)
class Turn:
    """The outcome of one event: what to say, and the talk to keep (None: forget the address)."""

    replies: list[Reply]
    talk: Talk | None
    #: Whom the replies are for; None where that is not plain.
    owner: int | None = None


class Router:
    """Made once with every route of the program."""

    def __init__(self, library: Library, routes: Sequence[Route]) -> None:
        self._library = library
        self._routes = Routes(library.content, routes)

    async def handle(self, tx: Tx, event: Event, here: Address | None, talk: Talk) -> Turn:
        """Answer one event at an address, inside the transaction that keeps what it does."""
        scene = Scene(
            self._library,
            event.at,
            event.channel,
            event.address,
            here.person if here else None,
            shared=here is not None and here.shared,
            said_at=event.said_at,
        )
        turn = _OneTurn(self._routes, tx, scene, talk, here.last_at if here else event.at)
        await turn.take(event)
        return turn.done()

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
            Offer(choice.label, choice.payload.removeprefix("go:"), choice.words, choice.hears)
            for choice in reply.choices
        ]


class _OneTurn:
    """The working of one event: a talk that changes, and replies that gather."""

    def __init__(self, routes: Routes, tx: Tx, scene: Scene, talk: Talk, last_at: datetime) -> None:
        self._routes, self._tx, self._scene, self._talk = routes, tx, scene, talk
        self._first_scene = scene
        self._silent_for = scene.now - last_at
        self._away_since = last_at if self._silent_for >= RECAP_AFTER else None
        self.replies: list[Reply] = []
        self.forget = self._named_others = False

    def done(self) -> Turn:
        """The turn as it went; asking who is talking, or meeting someone, names others too."""
        talk, person, before = self._talk, self._scene.person, self._first_scene.person
        others = self._named_others or (talk.at is not None and talk.at.flow in {WHO, REGISTER})
        plain = person and before and person.id == before.id and not others
        owner = person.id if person and plain and not self.forget else None
        return Turn(self.replies, None if self.forget else talk, owner)

    async def take(self, event: Event) -> None:
        """Work out one event."""
        text = tidy(event.text[:LONGEST_TEXT])
        if self._talk.at and self._routes.flow(self._talk.at) is None:
            self._talk.at = None  # a step of an older version of the program: its place is gone
        if event.edited:
            self._say("talk.edited")
        elif event.tap is not None:
            await self._tapped(event.tap)
        elif text.startswith("/") and not event.media:
            await self._commanded(text)
        else:
            said = _as_said(event.text)
            if event.media == "photo":
                await self._shown(event.photo, said)
            else:
                await self._said(replace(said, media=event.media))

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
            if heard and self._long_silent(flow):
                options = flow.steps[talk.at.step].ask(self._scene, talk.at.data).options
                label = next(option.label for option in options if option.key == key)
                await self._interrupt(f"{RESUME}:{label}")
                return
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
        elif who := await self._introduced(said.text):
            await self._go(WHO, who)
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
        if not route and self._long_silent(flow):
            await self._interrupt(f"{RESUME}:{_as_told(said)}")
        elif self._away_since and said.text.isdecimal() and not step.hear:
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
        elif self._answers_with_amount(said.text):
            offer = next(offer for offer in talk.offered if offer.hears)
            await self._go(*_split(f"{offer.go}:{said.text}"))
        elif self._reports(said.text, whole=False):
            await self._go(REPORT, said.text)
        else:
            first_miss = talk.misses == 0
            self._misheard(said, None)
            if first_miss and talk.offered:
                await self._offer(tuple(talk.offered))
            else:
                await self._end(Ending(offers=await self._menu_offers()))

    async def _shown(self, photo: bytes | None, said: Said) -> None:
        """A photo came, perhaps with a caption: keep it, and ask about it when there is time."""
        person, at = self._scene.person, self._talk.at
        if person is None:
            self._say("photo.stranger")
        elif photo is None:
            self._say("photo.unclear")
        elif not await photos.keep(self._tx, person.id, photo, self._scene.now):
            self._say("photo.enough", count=photos.MOST)
        elif at is None:
            self._say("photo.kept")
        else:
            self._say("photo.more" if at.flow == PHOTO else "photo.later")
        heeded = self._routes.cries_for_help(said.text) or self._reports(said.text, whole=False)
        flow = self._routes.flow(at) if at else None
        if person and photo and flow and self._long_silent(flow):
            await self._interrupt(PHOTO)
        elif person and photo and at is None and not heeded:
            await self._go(PHOTO, "")
        elif said.text:
            await self._said(said)
        else:
            await self._ask_again()

    def _reports(self, text: str, *, whole: bool = True) -> bool:
        """Whether a text reports something; if `whole`, with its amount."""
        understood = self._scene.reader.understand(text, self._scene.today)
        items = [item for item in understood.items if item.amount or not whole]
        return understood.negated or bool(items)

    def _answers_with_amount(self, text: str) -> bool:
        """Whether a text has the one number that an offer waits for."""
        waits = any(offer.hears for offer in self._talk.offered)
        return waits and len(self._scene.reader.numbers(text)) == 1

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
            await self._finish(flow, moved.to.data, moved.to.outcome)
        else:
            self._talk.at = moved.to
            await self._ask_again(first_time=True)

    async def _finish(self, flow: Flow, data: Data, outcome: str) -> None:
        """End a flow. A photo that came meanwhile is asked about now."""
        ending = await flow.finish(self._tx, self._scene, data, outcome)
        person = self._scene.person
        done = ending.go is None and ending.talks is None and not ending.forget
        if person and flow.name not in {PHOTO, WHO} and done:
            waits = await photos.pending(self._tx, person.id)
            ending = replace(ending, go=PHOTO) if waits else ending
        await self._end(ending)

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
            await self._finish(flow, frame.data, LEFT)
        else:
            self._say("talk.nothing_to_leave")
            await self._ask_again()

    async def _go(self, name: str, argument: str, *, goes_on: bool = False) -> None:
        """Go to a route, setting the current flow aside if it can be kept.

        Unless the talk `goes_on` there by itself, a shared phone first asks who is talking.
        """
        route = self._routes.named(name)
        personal = name == RESUME or (route is not None and route.personal)
        if personal and not goes_on and self._unsure():
            await self._go(WHO, f"{name}:{argument}")
        elif name == RESUME:
            await self._resume(argument)
        elif name == WORDS:
            await self._said_outside(_as_said(argument))
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
        self._away_since = None  # what is left is not recapped, but offered
        flow = self._routes.flow(frame) if frame else None
        if not frame or not flow or (frame.step == flow.first and not frame.path):
            return
        if flow.holds:
            await self._hold(frame)
        else:
            await flow.finish(self._tx, self._scene, frame.data, LEFT)

    async def _hold(self, frame: Frame) -> None:
        """Keep a place to be resumed; the one held longest may have to go."""
        talk = self._talk
        talk.held = [frame, *talk.held]
        dropped, talk.held = talk.held[MOST_HELD:], talk.held[:MOST_HELD]
        for lost in dropped:
            if leaving := self._routes.flow(lost):
                await leaving.finish(self._tx, self._scene, lost.data, LEFT)

    async def _resume(self, words: str) -> None:
        """Go back to the place held last, and hear words there if there are any."""
        talk = self._talk
        while talk.held:
            frame = talk.held.pop(0)
            flow = self._routes.flow(frame)
            if flow:
                await self._set_aside()
                talk.at = frame
                self._say("talk.resumed", what=flow.recap(self._scene, frame.data))
                if words:
                    await self._said_inside(flow, frame, _as_said(words))
                else:
                    await self._ask_again()
                return
        self._say("talk.nothing_to_leave")
        await self._ask_again()

    # --- who is talking, on a shared phone

    def _unsure(self) -> bool:
        """Whether several people use this phone, and none has lately said to be talking."""
        who_at = self._talk.who_at
        return self._scene.shared and (who_at is None or self._scene.now - who_at >= KNOWN_FOR)

    def _long_silent(self, flow: Flow) -> bool:
        """Whether a question waited so long that someone else may be answering it."""
        personal = flow.name not in {WHO, REGISTER}
        return personal and self._silent_for >= KNOWN_FOR and self._unsure()

    async def _interrupt(self, go: str) -> None:
        """Ask who is talking before an answer is heard; the place is held, whatever it is."""
        frame, self._talk.at = self._talk.at, None
        if frame:
            await self._hold(frame)
        await self._go(WHO, go)

    async def _introduced(self, text: str) -> str | None:
        """Who of those who use this phone says to be talking ("tôi là Lan")."""
        frame = self._talk.at
        flow = self._routes.flow(frame) if frame else None
        asked = frame and flow and (flow.name == WHO or flow.steps[frame.step].takes_anything)
        if not self._scene.shared or asked or introduces(self._scene, text) is None:
            return None
        sharers = await people.sharing(self._tx, self._scene.channel, self._scene.address)
        return named(self._scene, {str(one.id): one.name for one in sharers}, text)

    async def _switch(self, person_id: int) -> bool:
        """Let one of those who use this phone talk; whether it was another before.

        What the other was in the middle of is kept for that person.
        """
        talk, scene, before = self._talk, self._scene, self._scene.person
        talk.who_at = scene.now
        if before and before.id == person_id:
            return False
        if before:
            held = talk.places()
            await people.keep_places(self._tx, scene.channel, scene.address, before.id, held)
        held = await people.switch(self._tx, scene.channel, scene.address, person_id)
        talk.take_places(held)
        await self._look_again()
        return True

    async def _forget(self) -> None:
        """Forget the person here; others who use this phone go on with their own."""
        here = await people.address(self._tx, self._scene.channel, self._scene.address)
        if here is None or here.person is None:
            self.forget = True
            return
        await self._switch(here.person.id)
        self._talk.who_at = None
        self._say("sharing.stays", name=called(self._scene, here.person))
        await self._offer(await self._menu_offers())

    async def _look_again(self) -> None:
        here = await people.address(self._tx, self._scene.channel, self._scene.address)
        person, shared = (here.person, here.shared) if here else (None, False)
        self._scene = replace(self._scene, person=person, shared=shared)

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
        go, offers = ending.go, ending.offers
        if ending.forget:
            await self._forget()
            return
        if ending.talks is not None:
            go = _for_another(go) if await self._switch(ending.talks) else go
            offers = offers or await self._menu_offers()
        if go is not None:
            await self._look_again()
            await self._go(*_split(go), goes_on=True)
        else:
            await self._offer(offers)

    async def _menu_offers(self) -> tuple[Offer, ...]:
        menu = self._routes.named(MENU)
        if menu is None or isinstance(menu.to, Flow):
            return ()
        return (await menu.to(self._tx, self._scene, "")).offers

    async def _offer(self, offers: tuple[Offer, ...]) -> None:
        """Put what can be done next under the last reply: three things at most."""
        talk = self._talk
        offers = offers or (Offer(self._scene.say("menu.home"), MENU),)
        resumable = self._routes.flow(talk.held[0]) if talk.held else None
        if resumable and offers[0].go != RESUME:
            what = resumable.recap(self._scene, talk.held[0].data)
            offers = (Offer(self._scene.say("talk.resume", what=what), RESUME), *offers)
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

    async def _change(self) -> Offer:
        """Another person on this phone, a tap away."""
        self._named_others = True
        scene, me = self._scene, self._scene.person
        sharers = await people.sharing(self._tx, scene.channel, scene.address)
        others = [one for one in sharers if me is None or one.id != me.id]
        if len(others) > 1:
            return Offer(scene.say("sharing.change"), WHO)
        name = called(scene, others[0])
        return Offer(scene.say("sharing.change_to", name=name), f"{WHO}:{others[0].id}")

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


def _making_room(offers: tuple[Offer, ...], for_one: Offer) -> tuple[Offer, ...]:
    """One more offer at the end; the menu, which is always a word away, goes first."""
    others = [offer for offer in offers if _split(offer.go)[0] != WHO]
    if len(others) >= MOST_OFFERED:
        others = [offer for offer in others if offer.go != MENU]
    return (*others[: MOST_OFFERED - 1], for_one)


def _as_said(text: str) -> Said:
    lines = tuple(filter(None, map(tidy, text[:LONGEST_LIST].splitlines())))
    return Said(tidy(text[:LONGEST_TEXT]), lines=lines)


def _as_told(said: Said) -> str:
    """The words again, as `_as_said` reads them."""
    return "\n".join(said.lines) or said.text


def _for_another(go: str | None) -> str | None:
    """A wish when it turns out to be another's: places belong to whoever left them."""
    name, argument = _split(go or "")
    if name != RESUME:
        return go
    return f"{WORDS}:{argument}" if argument else None


def _split(go: str) -> tuple[str, str]:
    name, _, argument = go.partition(":")
    return name, argument

"""Where a turn goes: into flows and pages, on and back in them, aside, and home again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

from handlers.talk import rights
from handlers.talk.flow import (
    LEFT,
    Data,
    Ended,
    Ending,
    Flow,
    Frame,
    Heard,
    Moved,
    Said,
    advance,
    ask,
    back,
    enter,
)
from handlers.talk.routes import (
    CONSENT,
    FOR,
    MENU,
    PHOTO,
    REGISTER,
    RESUME,
    THANKS,
    WHO,
    WORDS,
    number_in,
    split,
)
from handlers.talk.sharing import Sharing
from handlers.talk.state import MOST_HELD, MOST_PICTURED
from storage import consents, joining, photos


class Moving(Sharing, ABC):
    """A turn that goes to places by their names, and knows no flow."""

    @abstractmethod
    async def _said_inside(self, flow: Flow, frame: Frame, said: Said) -> None:
        """Hear words where a flow asked for them."""

    @abstractmethod
    async def _said_outside(self, said: Said) -> None:
        """Hear words that answer no question."""

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
            if not moved.stays:
                self._talk.pictured = 0
            await self._ask_again(first_time=True)

    async def _finish(self, flow: Flow, data: Data, outcome: str) -> None:
        """End a flow. A photo that came meanwhile is asked about now."""
        self._finished = flow.name
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
        while before and not self._routes.stands(before):
            before = back(before)
        talk.misses = 0
        if before is None and flow and flow.name == REGISTER:
            await self._ask_again()
        elif before is None:
            await self._cancel()
        else:
            talk.at, talk.pictured = before, 0
            await self._ask_again()

    async def _cancel(self) -> None:
        talk = self._talk
        flow = self._routes.flow(talk.at) if talk.at else None
        if talk.at and flow:
            frame, talk.at = talk.at, None
            talk.misses = 0
            await self._finish(flow, frame.data, LEFT)
        elif talk.held and (held := self._routes.flow(talk.held[0])):
            await self._finish(held, talk.held.pop(0).data, LEFT)
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
        elif personal and not (route and route.owes_nothing) and await self._owes_an_answer():
            await self._go(CONSENT, f"{name}:{argument}", goes_on=True)
        elif name == FOR:
            await self._go_for(argument, asked=goes_on)
        elif name == RESUME:
            await self._resume(argument)
        elif name == WORDS:
            await self._said_outside(Said.of(argument))
        elif route is None:
            self._say("talk.old_button")
            await self._ask_again()
        elif not rights.may(self._scene.person, route.right):
            await self._refuse(name, argument)
        elif isinstance(route.to, Flow):
            await self._begin(route.to, argument)
        else:
            await self._show(await route.to(self._tx, self._scene, argument))

    async def _owes_an_answer(self) -> bool:
        """Whether whoever talks has put off the newest words of consent as often as they can be."""
        asked = await self._asked()
        return asked is not None and asked.holds_up(self._scene.today)

    async def _asked(self) -> consents.Asked | None:
        """How often whoever talks was asked about the newest words; None when nothing is open."""
        person, version = self._scene.person, self._scene.content.plan.consent_version
        return await consents.asked(self._tx, person.id, version) if person else None

    async def _ask_what_is_open(self) -> None:
        """Ask about the newest words of consent, where something is done and nothing else begins.

        Not of whoever may be another person.
        """
        asked = None
        if self._talk.at is None and not self.forget and not self._unsure():
            asked = await self._asked()
        if asked and asked.is_due(self._scene.today):
            await self._go(CONSENT, "", goes_on=True)

    async def _go_for(self, argument: str, *, asked: bool) -> None:
        """Go on for the one person a message from our side was for, and for nobody else."""
        number, go = split(argument)
        me, meant = self._scene.person, number_in(number)
        if me and meant is not None and me.id == await joining.who_is(self._tx, meant):
            await self._go(*split(go))
        elif self._scene.shared and not asked:
            await self._go(WHO, f"{FOR}:{argument}")
        else:
            self._say("talk.for_another")
            await self._ask_again()

    async def _show(self, page: Ending) -> None:
        await self._set_aside()
        await self._end(page)

    async def _meet(self) -> None:
        """Get to know someone, on from where that was left."""
        await self._go(RESUME if self._talk.held else REGISTER, "")

    async def _refuse(self, name: str, argument: str) -> None:
        talk = self._talk
        if self._scene.person is not None:
            self._say("talk.no_right")
            await self._ask_again()
            return
        # The wish is kept, and met as soon as we know each other; a greeting or thanks is none.
        wishes = name not in {MENU, THANKS}
        if talk.at is None or talk.at.flow != REGISTER:
            await self._meet()
        else:
            if wishes:
                self._say("talk.register_first")
            await self._ask_again()
        if talk.at is not None and wishes:
            talk.at.data = {**talk.at.data, "go": f"{name}:{argument}"}

    async def _begin(self, flow: Flow, argument: str) -> None:
        if flow.keeps_place:
            await self._leave_all(flow)
        data = await flow.begin(self._tx, self._scene, argument)
        await self._set_aside()
        if flow.name == REGISTER:
            self._talk.held = [frame for frame in self._talk.held if frame.flow != REGISTER]
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
        """Leave the current flow: held to be resumed, unless it cannot be or has hardly begun.

        Who is not registered yet has nothing but the place in that, so it is always held.
        """
        talk = self._talk
        frame, talk.at = talk.at, None
        talk.misses = 0
        self._away_since = None  # what is left is not recapped, but offered
        flow = self._routes.flow(frame) if frame else None
        if frame and flow and (told := flow.steps[frame.step].unanswered):
            self._say(told)
        if not frame or not flow or (frame.step == flow.first and not frame.path):
            return
        unmet = flow.name == REGISTER and self._scene.person is None
        if flow.holds or unmet:
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
            if flow and not self._routes.stands(frame):
                self._say("talk.gone")
                await self._go(frame.flow, "")
                return
            if flow:
                await self._set_aside()
                talk.at, talk.pictured = frame, 0
                self._say("talk.resumed", what=flow.recap(self._scene, frame.data))
                if words:
                    await self._said_inside(flow, frame, Said.of(words))
                else:
                    await self._ask_again()
                return
        self._say("talk.nothing_to_leave")
        await self._ask_again()

    async def _interrupt(self, go: str) -> None:
        """Ask who is talking before an answer is heard; the place is held, whatever it is."""
        frame, self._talk.at = self._talk.at, None
        if frame:
            await self._hold(frame)
        await self._go(WHO, go)

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
            await self._go(*split(go), goes_on=True)
        elif self._scene.person is None:
            await self._meet()
        else:
            await self._offer(offers)

    async def _ask_again(self, *, first_time: bool = False) -> None:
        """Ask the current question under a new number; with none, offer the menu or to register."""
        talk = self._talk
        flow = self._routes.flow(talk.at) if talk.at else None
        if talk.at and flow:
            self._recap()
            talk.asked += 1
            talk.offered = []
            pictured = talk.pictured < MOST_PICTURED
            asked = ask(
                flow,
                talk.at,
                self._scene,
                talk.asked,
                first_time=first_time,
                pictured=pictured,
            )
            talk.pictured += asked[-1].picture is not None
            self.replies.extend(asked)
        elif self._scene.person is None:
            await self._meet()
        else:
            await self._end(Ending(offers=await self._menu_offers()))


def _for_another(go: str | None) -> str | None:
    """A wish when it turns out to be another's: places belong to whoever left them."""
    name, argument = split(go or "")
    if name != RESUME:
        return go
    return f"{WORDS}:{argument}" if argument else None

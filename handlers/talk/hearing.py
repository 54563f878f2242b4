"""What a turn hears: buttons, commands, answers, words that answer nothing, and photos."""

from __future__ import annotations

from dataclasses import replace

from handlers.talk import rights
from handlers.talk.enclosing import keep_enclosed
from handlers.talk.flow import (
    BACK,
    Ending,
    Flow,
    Frame,
    Heard,
    Misheard,
    Said,
    Step,
    answer,
    choose,
    chosen,
    chosen_inside,
    without_courtesy,
)
from handlers.talk.messages import Event
from handlers.talk.moving import Moving
from handlers.talk.routes import (
    ADD_MEMBERS,
    AGAIN,
    ASK,
    MENU,
    OFFERED,
    PHOTO,
    REGISTER,
    REPORT,
    RESUME,
    SAFETY,
    SHOWN,
    SPOKEN,
    TOLD,
    WHO,
    WORDS,
    Route,
    split,
)
from handlers.talk.understanding.text import fold
from storage import photos


class Hearing(Moving):
    """A turn from its event on."""

    async def take(self, event: Event) -> None:
        """Work out one event."""
        said = Said.of(event.text)
        if self._talk.at and not self._routes.stands(self._talk.at):
            self._gone, self._talk.at = self._talk.at.flow, None
            self._say("talk.gone")
        if event.edited:
            self._say("talk.edited")
        elif event.tap is not None:
            await self._tapped(event.tap)
        elif said.text.startswith("/") and not event.media:
            await self._commanded(said.text)
        elif self._scene.person and event.media in self._routes.takes(self._talk.at):
            await self._said(await keep_enclosed(self._tx, self._scene, event, said))
        elif event.media == "photo":
            await self._shown(event.photo, said)
        elif event.media == "hidden":
            # It may have answered anything, and asking again is no help.
            self._say("talk.got_hidden")
        elif event.media == "file" and self._may_be_a_list(said):
            await self._go(ADD_MEMBERS, AGAIN)
        else:
            await self._said(replace(said, media=event.media))
        if self._finished not in {None, SAFETY}:
            await self._ask_what_is_open()

    def _may_be_a_list(self, said: Said) -> bool:
        """Whether a file that nobody asked for may be a list of members: it was not fetched."""
        return self._talk.at is None and not said.text and rights.may(self._scene.person, "members")

    async def _tapped(self, payload: str) -> None:
        talk = self._talk
        kind, _, key = payload.partition(":")
        if kind == "go" and key:
            await self._go(*split(key))
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
        if self._gone:
            await self._go(self._gone, "")
            return
        # Two taps on one button are one answer; anything else is an old button, or a forged one.
        self._say("talk.already" if payload == talk.last_tap else "talk.old_button")
        await self._ask_again()

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
        warns = flow is not None and talk.at and flow.steps[talk.at.step].for_others
        safe = flow is not None and flow.name == SAFETY
        tells_secret = self._scene.tells_secret(said.text)
        if not (safe or warns) and (tells_secret or self._cries_for_help(said)):
            await self._go(SAFETY, _as_told(said))
        elif self._scene.person and (wish := self._routes.at_once(said.text)) and not warns:
            await self._go(wish.name, "")
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
        if routes.means_home(folded):
            await self._go(MENU, "")
            return
        # A word that names a place to go is not taken for a part of some label.
        route = self._asked_for(said.text) if self._heeds_commands(step, folded) else None
        freely = route is None or not step.names
        heard = answer(flow, frame, self._scene, said, partly=route is None, freely=freely)
        if not route and self._long_silent(flow):
            await self._interrupt(f"{RESUME}:{_as_told(said)}")
        elif self._away_since and self._is_a_digit_of(flow, frame, said):
            # After days nobody knows what "1" was: say where we are, and ask once more.
            await self._ask_again()
        elif isinstance(heard, Heard):
            await self._follow(flow, heard)
        elif route:
            await self._go(route.name, "")
        elif not step.takes_anything and flow.name != REPORT and self._reports(said.text):
            await self._wishes_to_report(flow, frame, said)
        elif flow.name != SAFETY and self._looks_like_a_scam(said):
            await self._go(SAFETY, _as_told(said))
        else:
            self._misheard(said, heard)
            await self._ask_again()

    def _is_a_digit_of(self, flow: Flow, frame: Frame, said: Said) -> bool:
        """Whether a text is nothing but the digit of a choice."""
        options = flow.steps[frame.step].ask(self._scene, frame.data).options
        return said.text in map(str, range(1, len(options) + 1))

    @staticmethod
    def _heeds_commands(step: Step, folded: str) -> bool:
        """Whether words may be a command; one word alone may be a name: Duyệt, Ôn."""
        return not step.takes_anything or (step.names and " " in folded)

    async def _wishes_to_report(self, flow: Flow, frame: Frame, said: Said) -> None:
        """A report in the middle of something else; who is only just registering reports after."""
        if flow.name == REGISTER and self._scene.person is not None:
            frame.data = {**frame.data, "go": f"{REPORT}:{said.text}"}
            self._say("talk.register_first")
            await self._ask_again()
        else:
            await self._go(REPORT, said.text)

    async def _said_outside(self, said: Said) -> None:
        talk, routes = self._talk, self._routes
        folded = without_courtesy(fold(said.text), self._scene)
        route = self._asked_for(said.text)
        if self._scene.person is None:
            if route and route.right == "anyone" and route.name != REGISTER:
                await self._go(route.name, "")
            elif self._looks_like_a_scam(said):
                await self._go(SAFETY, _as_told(said))
            else:
                await self._go(REGISTER, f"{WORDS}:{said.text}")
            return
        if said.enclosure and not self._unsure():
            await self._go(ASK, f"{SPOKEN}:{said.enclosure.id}:{said.text}")
            return
        labels = [(offer.label, offer.words) for offer in talk.offered]
        place = chosen(labels, said.text, self._scene, partly=route is None)
        if place is not None:
            await self._go(*split(talk.offered[place].go))
        elif routes.means_back(folded):
            await self._go(MENU, "")
        elif routes.means_cancel(said.text):
            await self._cancel()
        elif route:
            await self._go(route.name, "")
        elif meant := self._means(said.text):
            await self._go(*meant)
        else:
            await self._understood_nothing(said)

    def _asked_for(self, text: str) -> Route | None:
        """The route a text asks for: whole ("bà con" ends politely too), else without courtesy."""
        said = fold(text)
        return self._routes.by_words(said) or self._routes.by_words(
            without_courtesy(said, self._scene)
        )

    async def _understood_nothing(self, said: Said) -> None:
        """Words that lead nowhere: a message to warn of, or else what can be done is said."""
        talk = self._talk
        first_miss = talk.misses == 0
        if self._looks_like_a_scam(said):
            await self._go(SAFETY, _as_told(said))
            return
        if self._gone:
            await self._go(self._gone, "")
            return
        self._misheard(said, None)
        if first_miss and talk.offered:
            await self._offer(tuple(talk.offered))
        else:
            await self._end(Ending(offers=await self._menu_offers()))

    def _means(self, text: str) -> tuple[str, str] | None:
        """Where a sentence goes that is no choice: to correct, invite, ask or report something."""
        if goes := self._routes.corrects(text) or self._routes.invites(text):
            return goes, text
        if self._answers_with_amount(text):
            offer = next(offer for offer in self._talk.offered if offer.hears)
            return split(f"{offer.go}:{text}")
        if self._routes.asks(text):
            return ASK, f"{TOLD}:{text}"
        if self._reports(text, whole=False):
            return REPORT, text
        if there := self._of_period(text) or self._answers_inside(text):
            return there
        return (ASK, f"{OFFERED}:{text}") if text.endswith("?") and fold(text) else None

    def _of_period(self, text: str) -> tuple[str, str] | None:
        """Where words that go on with a period lead whoever may go there."""
        match self._routes.of_period(text):
            case (route, period) if rights.may(self._scene.person, route.right):
                return route.name, period
        return None

    def _answers_inside(self, text: str) -> tuple[str, str] | None:
        """Where the choice goes that a sentence speaks of."""
        offered = self._talk.offered
        place = chosen_inside([(offer.label, offer.words) for offer in offered], text)
        return None if place is None else split(offered[place].go)

    async def _shown(self, photo: bytes | None, said: Said) -> None:
        """A photo came, perhaps with a caption: keep it, and ask about it when there is time."""
        person, at = self._scene.person, self._talk.at
        if (at and at.flow == SAFETY) or self._cries_for_help(said):
            self._say("safety.photo")  # it may show a code or an account, and is not kept
            await (self._said(said) if said.text else self._ask_again())
            return
        if person is None:
            self._say("photo.stranger")
        elif photo is None:
            self._say("photo.unclear")
        elif not await photos.keep(self._tx, person.id, photo, self._scene.now):
            self._say("photo.enough", count=photos.MOST)
        elif at is None:
            self._say("photo.kept")
        else:
            self._say({PHOTO: "photo.more", ASK: "photo.with_question"}.get(at.flow, "photo.later"))
            if at.flow == ASK:
                at.data = {**at.data, SHOWN: True}
        heeded = self._cries_for_help(said) or self._means(said.text) is not None
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

    def _cries_for_help(self, said: Said) -> bool:
        """Whether someone is being cheated, or wants a code, which no answer of a quiz says."""
        if self._routes.cries_for_help(said.text):
            return True
        at, flow = self._talk.at, self._routes.flow(self._talk.at) if self._talk.at else None
        if not self._scene.library.suspecting.cries(said.text):
            return False
        options = flow.steps[at.step].ask(self._scene, at.data).options if at and flow else ()
        return chosen([(one.label, one.words) for one in options], said.text, self._scene) is None

    def _looks_like_a_scam(self, said: Said) -> bool:
        """Whether words that mean nothing here are a message to warn of; never what reports."""
        found = self._scene.library.suspecting.read(_as_told(said))
        return (found.warn or found.lost) and not self._reports(said.text, whole=False)

    def _answers_with_amount(self, text: str) -> bool:
        """Whether a text has the one number that an offer waits for."""
        waits = any(offer.hears for offer in self._talk.offered)
        return waits and len(self._scene.reader.numbers(text)) == 1

    def _misheard(self, said: Said, heard: Misheard | None) -> None:
        talk = self._talk
        talk.misses += 1
        if said.media and not (talk.at and said.media in self._routes.takes(talk.at)):
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


def _as_told(said: Said) -> str:
    """The words again, as `Said.of` reads them."""
    return "\n".join(said.lines) or said.text

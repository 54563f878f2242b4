"""Several people on one phone: whether it is known who is talking, and letting another talk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.talk.flow import Flow
from handlers.talk.routes import REGISTER, SAFETY, WHO
from handlers.talk.sharers import called, introduces, named
from handlers.talk.speaking import Speaking
from storage import addresses

#: For so long it is known who is talking on a shared phone; after such a silence nobody knows.
KNOWN_FOR = timedelta(minutes=30)
#: How many people may use one phone.
MOST_SHARERS = 5


class Sharing(Speaking):
    """A turn that knows who of those who use a phone is talking."""

    def _unsure(self) -> bool:
        """Whether several people use this phone, and none has lately said to be talking."""
        who_at = self._talk.who_at
        return self._scene.shared and (who_at is None or self._scene.now - who_at >= KNOWN_FOR)

    def _long_silent(self, flow: Flow) -> bool:
        """Whether a question waited so long that someone else may be answering it."""
        personal = flow.name not in {WHO, REGISTER, SAFETY}
        return personal and self._silent_for >= KNOWN_FOR and self._unsure()

    async def _introduced(self, text: str) -> str | None:
        """Who of those who use this phone says to be talking ("tôi là Lan")."""
        frame = self._talk.at
        flow = self._routes.flow(frame) if frame else None
        asked = frame and flow and (flow.name == WHO or flow.steps[frame.step].takes_anything)
        if not self._scene.shared or asked or introduces(self._scene, text) is None:
            return None
        sharers = await addresses.sharing(self._tx, self._scene.channel, self._scene.address)
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
            await addresses.keep_places(self._tx, scene.channel, scene.address, before.id, held)
        held = await addresses.switch(self._tx, scene.channel, scene.address, person_id)
        talk.take_places(held)
        await self._look_again()
        return True

    async def _forget(self) -> None:
        """Forget the person here; others who use this phone go on with their own."""
        here = await addresses.get(self._tx, self._scene.channel, self._scene.address)
        if here is None or here.person is None:
            self.forget = True
            return
        await self._switch(here.person.id)
        self._talk.who_at = None
        self._say("sharing.stays", name=called(self._scene, here.person))
        await self._offer(await self._menu_offers())

    async def _look_again(self) -> None:
        here = await addresses.get(self._tx, self._scene.channel, self._scene.address)
        person, shared = (here.person, here.shared) if here else (None, False)
        self._scene = replace(self._scene, person=person, shared=shared)

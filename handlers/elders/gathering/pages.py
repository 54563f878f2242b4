"""What is coming, and what a person answers to an invitation."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from handlers.elders.gathering.invitation import ANSWERS, answers, told
from handlers.elders.wording import moment_told
from handlers.talk import rights
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Reply
from handlers.talk.routes import COMING, GATHER, GATHERING, INVITED, MENU, Page, number_in, split
from handlers.talk.scene import Scene
from storage import gatherings, reminders
from storage.database import Tx
from storage.gatherings import NO, Gathering, Invited

#: How many are shown at a time, and how many looked through for the one an answer is to.
SHOWN, MOST = 3, 20
#: So long whoever looks after a gathering still sees it, until its result is there.
OVER_SINCE = timedelta(days=7)


async def coming(tx: Tx, scene: Scene, _argument: str) -> Ending:
    """What a person is invited to, and what they look after themself, the nearest first."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    found = {one.to.id: (one.to, INVITED) for one in await _invited(tx, scene)}
    offers: tuple[Offer, ...] = (Offer(scene.say("menu.home"), MENU),)
    units = rights.announces(person, scene.content)
    if units is None or units:
        own = await gatherings.of_units(tx, units, scene.now - OVER_SINCE, MOST)
        found |= {
            one.id: (one, GATHERING) for one in own if one.at > scene.now or one.result is None
        }
        offers = (Offer(scene.say("gather.new"), GATHER), *offers)
    if not found:
        return Ending((scene.reply("gather.none"),), offers)
    nearest = sorted(found.values(), key=lambda each: (each[0].at, each[0].id))[:SHOWN]
    if len(found) == 1:
        return Ending(go=f"{nearest[0][1]}:{nearest[0][0].id}")
    lines = "\n".join(_line(scene, one) for one, _ in nearest)
    each = tuple(
        Offer(
            scene.say("gather.label", date=_date(scene, one), **told(scene, one)),
            f"{to}:{one.id}",
        )
        for one, to in nearest
    )
    return Ending((scene.reply("gather.coming", lines=lines),), each)


def _line(scene: Scene, one: Gathering) -> str:
    key = "gather.line" if one.at > scene.now else "gather.line_over"
    return scene.say(key, **told(scene, one))


def _date(scene: Scene, one: Gathering) -> str:
    return moment_told(scene, one.at).rsplit(" ", 1)[-1]


async def _invited(tx: Tx, scene: Scene) -> list[Invited]:
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    around = rights.covering(person.unit, scene.content)
    return await gatherings.for_person(tx, person.id, around, scene.now, MOST)


async def invited(tx: Tx, scene: Scene, argument: str) -> Ending:
    """One gathering a person is invited to (`12`), or their answer to it (`12:yes:0`)."""
    number, said = split(argument)
    answered, changes = split(said)
    wanted = number_in(number)
    found = [one for one in await _invited(tx, scene) if one.to.id == wanted]
    if not found:
        return await _over(tx, scene, wanted)
    one = found[0]
    if answered in ANSWERS and changes in {"", str(one.to.changes)}:
        return await _answer(tx, scene, one.to, answered)
    key = "gather.shown" if one.answer is None else f"gather.shown_{one.answer}"
    text = scene.say(key, **told(scene, one.to))
    return Ending((Reply(text=text),), answers(scene, one.to))


async def _over(tx: Tx, scene: Scene, wanted: int | None) -> Ending:
    """Why there is nothing to answer any more."""
    one = await gatherings.get(tx, wanted) if wanted is not None else None
    why = "gone" if one is None else "is_off" if one.off_at else "is_over"
    offers = (Offer(scene.say("gather.what_comes"), COMING), Offer(scene.say("menu.home"), MENU))
    return Ending((scene.reply(f"gather.{why}"),), offers)


async def _answer(tx: Tx, scene: Scene, one: Gathering, answered: str) -> Ending:
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    await gatherings.answer(tx, one.id, person.id, answered, scene.now)
    if answered == NO:
        await reminders.drop(tx, person.id, gatherings.outbox_key(one.id, person.id))
    change = Offer(scene.say("gather.change_answer"), f"{INVITED}:{one.id}")
    reply = scene.reply(f"gather.noted_{answered}", **told(scene, one))
    return Ending((reply,), (change, Offer(scene.say("menu.home"), MENU)))


async def _says(answered: str, tx: Tx, scene: Scene, _argument: str) -> Ending:
    """An answer in words, outside of any question: to the nearest invitation still open."""
    found = await _invited(tx, scene)
    if not found:
        home = Offer(scene.say("menu.home"), MENU)
        return Ending((scene.reply("gather.none"),), (home,))
    nearest = next((one for one in found if one.answer is None), found[0])
    return await _answer(tx, scene, nearest.to, answered)


#: The answers as pages: "tôi đi", "tôi bận", "cần người đưa".
SAYS: dict[str, Page] = {ANSWERS[key]: partial(_says, key) for key in ANSWERS}

"""Help that was asked for: who needs it, and noting that it was given."""

from __future__ import annotations

from handlers.elders.lesson.levels import NOT_YET
from handlers.talk import rights
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Reply
from handlers.talk.routes import HELPED, MENU, PRACTISED, number_in
from handlers.talk.scene import Scene
from handlers.talk.telling import choice, tell
from storage import help as help_requests
from storage.database import Tx
from storage.help import HelpRequest

#: How many are offered at a time, before there are more.
SHOWN = 2
_MORE = "from:"


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """Who asks for help, a few at a time (`from:2`); or that one of them was helped (`12`)."""
    number = number_in(argument)
    if number is not None:
        return await _solved(tx, scene, number)
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to help
    units = rights.units(person, "help", scene.content)
    wanted = await help_requests.open_in(
        tx, set(scene.content.units) if units is None else units, person.id
    )
    home = Offer(scene.say("menu.home"), MENU)
    if not wanted:
        return Ending((scene.reply("help.none"),), (home,))
    start = number_in(argument.removeprefix(_MORE)) or 0
    left = wanted[start:] or wanted
    offers = [Offer(_label(scene, one), f"{HELPED}:{one.id}") for one in left[:SHOWN]]
    if len(left) > SHOWN:
        rest = f"{HELPED}:{_MORE}{len(wanted) - len(left) + SHOWN}"
        offers.append(Offer(scene.say("help.next"), rest))
    return Ending((scene.reply("help.list", total=len(wanted)),), (*offers, home))


def _label(scene: Scene, one: HelpRequest) -> str:
    name = f"{scene.content.forms[one.form].person} {one.name}"
    return scene.say("help.done_one", name=name, title=_title(scene, one))


def _title(scene: Scene, one: HelpRequest) -> str:
    lesson = scene.content.lessons.get(one.lesson)
    return scene.fill(lesson.title) if lesson else one.lesson


async def _solved(tx: Tx, scene: Scene, number: int) -> Ending:
    """Note it, and ask the person whether they can do it now."""
    person, one = scene.person, await help_requests.get(tx, number)
    assert person is not None  # noqa: S101 - the route needs the right to help
    home = (Offer(scene.say("menu.home"), MENU),)
    may = one is not None and rights.over(person, "help", one.unit, scene.content)
    if one is None or not may or one.person_id == person.id:
        return Ending((scene.reply("help.none"),), home)
    if not await help_requests.solve(tx, one.id, person.id, scene.now):
        return Ending((scene.reply("help.closed"),), home)
    key = f"helped:{one.id}"
    await tell(tx, scene, one.person_id, key, lambda theirs: _can_you(theirs, one))
    return Ending((scene.reply("help.solved"),), home)


def _can_you(theirs: Scene, one: HelpRequest) -> Reply:
    words, go = theirs.content.vocabulary.answers, f"{PRACTISED}:{one.lesson}"
    return Reply(
        text=theirs.say("help.ask_person", title=_title(theirs, one)),
        choices=(
            choice(theirs, 1, theirs.say("help.can"), go, words.yes),
            choice(theirs, 2, theirs.say("help.cannot"), f"{go}:{NOT_YET}", words.no),
        ),
    )

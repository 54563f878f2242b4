"""The registers as people meet them: who may see and decide an entry, how it is told, the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from content.loader import Content
from content.models.plan import Target
from handlers.reports.scoping import concerns
from handlers.talk import rights
from handlers.talk.flow import Ending, Misheard, Offer, Option, Said
from handlers.talk.routes import MENU
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold
from storage import registers
from storage.database import Tx
from storage.registers import APPROVED, ENDED, PAUSED, PROPOSED, REFUSED, Entry, NewEntry

#: The order in which the page shows states, and how many entries at a time.
ORDER = (PROPOSED, APPROVED, PAUSED, ENDED, REFUSED)
SHOWN = 5


def _targets(content: Content, register: str) -> list[Target]:
    """The targets whose lead approves in a register; none when it is no longer on the list."""
    indicators = {
        one.indicator or one.led_as for one in content.registers if one.key == register
    } - {None}
    return [one for one in content.plan.targets if one.indicator in indicators]


def leads(content: Content, register: str) -> set[str]:
    """The agencies that lead what a register is for."""
    return {target.lead for target in _targets(content, register)}


def may_see(scene: Scene, entry: Entry) -> bool:
    """Leaders see the entries of their units; officers those their agency leads or coordinates."""
    person, content = scene.person, scene.content
    assert person is not None  # noqa: S101 - the page needs a right
    concerned = {
        agency.key
        for agency in content.plan.agencies
        if any(concerns(content, one, agency.key) for one in _targets(content, entry.register))
    }
    return rights.over(person, "propose", entry.unit, content) or rights.for_agencies(
        person, "registers", concerned, entry.unit, content
    )


def may_decide(scene: Scene, entry: Entry) -> bool:
    """Whether this person may change an entry; nobody decides on a proposal of their own."""
    person, content = scene.person, scene.content
    assert person is not None  # noqa: S101 - the routes need the right to registers
    own = entry.state == PROPOSED and entry.proposer_id == person.id
    leading = leads(content, entry.register)
    return not own and rights.for_agencies(person, "registers", leading, entry.unit, content)


def written(day: date) -> str:
    """A day with its year: what stands in a register is read for years."""
    return f"{day.day}/{day.month}/{day.year}"


def told(scene: Scene, entry: NewEntry, people: str = "") -> str:
    """An entry in a few words; `people` where their number is told in another way than digits."""
    unit = scene.content.units.get(entry.unit, scene.content.root_unit).name
    names = {one.key: one.name for one in scene.content.registers}
    return scene.say(
        "registers.entry",
        kind=names.get(entry.register, entry.unit_of_measure),
        name=entry.name,
        place=_place(entry.place, unit),
        since=written(entry.since),
        count=people or entry.people,
    )


def _place(words: str, unit: str) -> str:
    """Where an entry is; a place in words that names its unit says enough."""
    if fold(unit) in fold(words):
        return words
    return f"{words} ({unit})" if words else unit


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """The entries this person may see, waiting ones first, and what can be done with them."""
    person = scene.person
    if not (rights.may(person, "propose") or rights.may(person, "registers")):
        return Ending((scene.reply("talk.no_right"),))
    found = [one for one in await registers.entries(tx, ORDER) if may_see(scene, one)]
    found.sort(key=lambda one: (ORDER.index(one.state), one.id))
    start = int(argument) if argument.isdecimal() else 0
    shown, left = found[start : start + SHOWN], len(found) - start - SHOWN
    lines = "\n".join(_line(scene, one) for one in shown)
    list_ = scene.reply("registers.list", total=len(found), lines=lines)
    more = [Offer(scene.say("registers.more"), f"registers:{start + SHOWN}")] if left > 0 else []
    offers = (*_offers(scene, found), *more, Offer(scene.say("menu.home"), MENU))
    return Ending((list_ if shown else scene.reply("registers.empty"),), offers)


def _line(scene: Scene, entry: Entry) -> str:
    key = f"registers.state_{entry.state}"
    state = scene.say(key, date=written(entry.day), why=entry.reason)
    return scene.say("registers.line", what=told(scene, entry), state=state)


def _offers(scene: Scene, found: Sequence[Entry]) -> list[Offer]:
    mine = [one for one in found if may_decide(scene, one)]
    waiting = sum(one.state == PROPOSED for one in mine)
    standing = any(one.state in {APPROVED, PAUSED} for one in mine)
    offers = []
    if waiting:
        offers.append(Offer(scene.say("registers.approve_some", count=waiting), "approve"))
    if standing:
        offers.append(Offer(scene.say("registers.change_some"), "standing"))
    if rights.may(scene.person, "propose"):
        offers.append(Offer(scene.say("registers.propose_new"), "propose"))
    return offers


def day_options(scene: Scene, earliest: date = date.min) -> tuple[Option, ...]:
    """Today and yesterday to choose from, unless that is too early."""
    yesterday = scene.today - timedelta(days=1)
    today = Option(scene.today.isoformat(), scene.say("registers.today"))
    if yesterday < earliest:
        return (today,)
    return (today, Option(yesterday.isoformat(), scene.say("registers.yesterday")))


def hear_day(scene: Scene, said: Said, earliest: date = date.min) -> date | Misheard:
    """The day in an answer: neither one to come, nor one too early."""
    day = scene.reader.day(said.text, scene.today)
    if day is None:
        return Misheard(scene.reply("registers.day_unclear", example=example_day(scene)))
    if day < earliest:
        return Misheard(scene.reply("registers.day_early", since=written(earliest)))
    return day


def example_day(scene: Scene) -> str:
    """A day some time ago, as it should be typed."""
    return written(scene.today - timedelta(days=20))

"""Pages that only show: the menu and my page."""

from __future__ import annotations

from decimal import Decimal

from handlers.elders.lesson.certificate import earned
from handlers.elders.wording import did_day, what_was_done
from handlers.reports import shares
from handlers.talk import rights
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Picture, Reply
from handlers.talk.routes import CERTIFICATE, CORRECT, MENU, number_in
from handlers.talk.scene import Scene
from handlers.talk.understanding.numbers import in_digits
from storage import learning, reports, skills
from storage.database import Tx
from storage.people import Person

LATEST = 5
#: A message has so many lines at most.
SHORT = 3
#: The levels of skills as they are told, the highest first.
_LEVELS = {
    "confirmed": skills.CONFIRMED,
    "says": skills.SAYS,
    "learnt": skills.LEARNT,
    "left": None,
}
#: How many offers fit under a page, and how many of them come before "more".
MOST_OFFERED, BEFORE_MORE = 3, 2


async def menu(_tx: Tx, scene: Scene, _argument: str) -> Ending:
    """What the bot can do for this person: three things."""
    names = ["tally"] if rights.may(scene.person, "figures") else []
    names += ["duties"] if _duties(scene) else []
    names += ["learn", "report", "mine"]
    return Ending((scene.reply("menu.help"),), _offers(scene, names[:3]))


async def duties(_tx: Tx, scene: Scene, argument: str) -> Ending:
    """What a leader, a helper or an officer does here, a few at a time ("2" goes on)."""
    every, start = _duties(scene), number_in(argument) or 0
    if not every:
        return Ending((scene.reply("talk.no_right"),), (Offer(scene.say("menu.home"), MENU),))
    if start >= len(every):
        start = 0
    left = every[start:]
    shown = _offers(scene, left if len(left) <= MOST_OFFERED else left[:BEFORE_MORE])
    if len(left) > MOST_OFFERED:
        more = Offer(scene.say("menu.duties_more"), f"duties:{start + BEFORE_MORE}")
        return Ending((scene.reply("menu.duties_help"),), (*shown, more))
    return Ending((scene.reply("menu.duties_help"),), shown)


def _duties(scene: Scene) -> list[str]:
    needs: dict[str, tuple[rights.Right, ...]] = {
        "review": ("review",),
        "proxy": ("proxy",),
        "announce": ("announce",),
        "members": ("members",),
        "gather": ("announce",),
        "questions": ("questions",),
        "helped": ("help",),
        "confirm": ("confirm",),
        "registers": ("propose", "registers"),
        "surveys": ("announce",),
        "invite": ("invite",),
    }
    return [
        name
        for name, some in needs.items()
        if any(rights.may(scene.person, right) for right in some)
    ]


def _offers(scene: Scene, names: list[str]) -> tuple[Offer, ...]:
    return tuple(Offer(scene.say(f"menu.{name}"), name) for name in names)


async def mine(tx: Tx, scene: Scene, _argument: str) -> Ending:
    """What I reported and learnt, as a picture to show around and in words; and my unit's part."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    latest = await reports.of_person(tx, person.id, LATEST)
    progress = await learning.progress(tx, person.id)
    lessons = scene.content.lessons
    done = sum(1 for id_ in lessons if id_ in progress and progress[id_].finished)
    planted = sum(
        one.quantity
        for one in await reports.totals(tx, person.id)
        if shares.is_trees(scene.content, one.activity, one.unit_of_measure)
    )
    lines = "\n".join(
        scene.say("mine.line", day=did_day(scene, one.done_on), what=_with_status(scene, one))
        for one in latest
    )
    told = scene.reply("mine.reports", lines=lines) if latest else scene.reply("mine.no_reports")
    skilled = await _skilled(tx, scene, person)
    shown = (
        _drawn(scene, person, int(planted), done, len(lessons)),
        told,
        scene.reply("mine.lessons" if done else "mine.no_lessons", done=done, total=len(lessons)),
        *skilled,
        *await _share(tx, scene, person),
    )
    offers = [
        *((Offer(scene.say("mine.correct"), CORRECT),) if latest else ()),
        *((Offer(scene.say("mine.certificate"), CERTIFICATE),) if earned(scene, progress) else ()),
        Offer(scene.say("mine.privacy"), "privacy"),
    ]
    # The menu is always a word away: where there is much to offer, it goes.
    home = (Offer(scene.say("menu.home"), MENU),) if len(offers) < MOST_OFFERED else ()
    return Ending(shown, (*home, *offers))


async def _skilled(tx: Tx, scene: Scene, person: Person) -> tuple[Reply, ...]:
    """The skills of the plan at the level I have them, a line a level, three lines at most."""
    levels = skills.levels(await skills.of_person(tx, person.id))
    required = scene.content.plan.skills.required
    if levels.keys().isdisjoint(required):
        return ()
    lines = []
    for key, level in _LEVELS.items():
        names = [scene.content.skills[one].name for one in required if levels.get(one) == level]
        if names:
            lines.append(scene.say(f"mine.skills_{key}", names=", ".join(names)))
    return (Reply(text="\n".join(lines[:SHORT])),)


def _drawn(scene: Scene, person: Person, trees: int, lessons: int, of_lessons: int) -> Reply:
    content, today = scene.content, scene.today
    values = {
        "form": scene.form.person,
        "name": person.name,
        "unit": content.units.get(person.unit, content.root_unit).name,
        "trees": trees,
        "lessons": lessons,
        "of_lessons": of_lessons,
        "program": content.plan.name,
        "date": f"{today.day}/{today.month}/{today.year}",
    }
    key = "mine.trees" if trees else "mine.no_trees"
    text = scene.say(key, digits=in_digits(Decimal(trees)))
    return Reply(text=text, picture=Picture(name="my_page", values=values))


async def _share(tx: Tx, scene: Scene, person: Person) -> tuple[Reply, ...]:
    """My unit's trees this year, beside its share of the year's target if all did the same."""
    unit = scene.content.today(scene.content.units.get(person.unit, scene.content.root_unit))
    share = await shares.of_unit(tx, scene.content, unit.code, scene.today)
    if share is None:
        return ()
    key = "mine.share_of_years" if share.of_years else "mine.share"
    told = scene.reply(
        key,
        unit=unit.name,
        reported=in_digits(share.reported),
        units=scene.content.plan.sub_units,
        goal=in_digits(Decimal(share.goal)),
    )
    return (told,)


def _with_status(scene: Scene, report: reports.Report) -> str:
    what = what_was_done(scene, report)
    if report.source == reports.PROXY:
        what = scene.say("mine.by_leader", what=what)
    confirmed = report.status == reports.CONFIRMED
    return scene.say("mine.confirmed", what=what) if confirmed else what


async def thanks(_tx: Tx, scene: Scene, _argument: str) -> Ending:
    """Someone said thank you."""
    return Ending((scene.reply("talk.thanks"),))

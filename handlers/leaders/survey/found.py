"""What people answered so far, in steps of a few people; nothing of a few people alone.

Only who asked sees it, of the units they may announce to today.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from handlers.reports import survey_charts as charts
from handlers.reports import surveys as reports
from handlers.reports.surveys import SMALLEST, Found, Results
from handlers.talk import rights
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Document, Reply
from handlers.talk.routes import MENU, NEW_SURVEY, SURVEYED, number_in, split
from handlers.talk.scene import Scene, local_day
from handlers.talk.understanding.numbers import in_digits
from storage import surveys
from storage.database import Tx
from storage.surveys import NUMBER, WORDS, Question, Survey

#: So long is the bar of the answer given most; so many words are shown at a time.
_LONGEST_BAR, _BAR = 8, "▇"
_SHOWN = 8
#: The files there are.
FILES = ("xlsx", "csv")


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """The latest survey, or one (`12`); or more of it, by the name of a view (`12:units:2`)."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to announce
    named, what = split(argument)
    mine = await surveys.of_author(tx, person.id)
    wanted = number_in(named) if named else next(iter(mine), None)
    survey = await surveys.get(tx, wanted) if wanted in mine and wanted is not None else None
    if survey is None:
        new = Offer(scene.say("survey.new"), NEW_SURVEY)
        key = "surveyed.gone" if named else "surveyed.none"
        return Ending((scene.reply(key),), (new, Offer(scene.say("menu.home"), MENU)))
    if what == "close":
        await surveys.close(tx, survey.id, scene.now)
        return Ending((scene.reply("surveyed.closed"),), _offers(scene, survey, "see"))
    view, _, rest = what.partition(":")
    if view == "more":
        return _more(scene, survey, [id_ for id_ in mine if id_ < survey.id])
    if view == "file":
        return _file(scene, survey, rest)
    units = rights.announces(person, scene.content)
    told = await reports.results(tx, survey, units, scene.today)
    return _VIEWS.get(view, _whole)(scene, told, rest)


def _offers(scene: Scene, survey: Survey, *whats: str) -> tuple[Offer, ...]:
    """Other views of the survey, each by its name."""
    go = f"{SURVEYED}:{survey.id}"
    return tuple(
        Offer(
            scene.say(f"surveyed.{what.replace(':', '_')}"),
            go if what == "see" else f"{go}:{what}",
            tuple(scene.say("surveyed.more_words").split(", ")) if what == "more" else (),
        )
        for what in whats
    )


# --- all of it


def _whole(scene: Scene, told: Results, _rest: str = "") -> Ending:
    survey = told.survey
    asked = local_day(survey.asked_at)
    head = scene.say(
        "surveyed.head",
        what=scene.say(f"announce.to_{survey.audience}"),
        day=f"{asked.day}/{asked.month}",
        state=_until(scene, survey),
        count=told.begun,
        total=told.asked,
    )
    blocks = [head, *(_block(scene, one) for one in told.found)]
    if any(one.answers is None for one in told.found):
        blocks.append(scene.say("surveyed.why", high=SMALLEST))
    elif any(one.waiting for one in told.found):
        blocks.append(scene.say("surveyed.steps", high=SMALLEST))
    views = ["chart"] if any(map(reports.has_chart, told.found)) else []
    views += ["units"] if any(one.units for one in told.found) else []
    views += _to_words(told)
    refresh = Offer(scene.say("surveyed.again"), f"{SURVEYED}:{survey.id}")
    # Two views at most: what people wrote is offered under each of the others too.
    offers = (*_offers(scene, survey, *views[:2]), *(() if len(views) > 1 else (refresh,)))
    text = "\n\n".join(blocks)
    return Ending((Reply(text=text),), (*offers, *_offers(scene, survey, "more")))


def _to_words(told: Results) -> list[str]:
    return ["words"] if any(reports.words(one) for one in told.found) else []


def _until(scene: Scene, survey: Survey) -> str:
    if not survey.is_open(scene.today):
        return scene.say("surveyed.is_closed")
    if survey.last_day is None:
        return scene.say("surveyed.is_open")
    return scene.say("surveyed.open_until", day=f"{survey.last_day.day}/{survey.last_day.month}")


def _block(scene: Scene, one: Found) -> str:
    """One question and its answers, with bars."""
    head = scene.say("surveyed.question", number=one.number, words=one.question.words)
    if one.answers is None:
        count = one.people + one.waiting
        return f"{head}\n{scene.say('surveyed.few' if count else 'surveyed.nobody', count=count)}"
    found = _bars(scene, one.question, one.answers)
    if one.question.kind in {NUMBER, WORDS}:
        found = [scene.say("surveyed.answered", count=one.people), *found]
    if one.skipped:
        found.append(scene.say("surveyed.skipped_by", count=one.skipped))
    if one.waiting:
        found.append(scene.say("surveyed.later_by", count=one.waiting))
    return "\n".join([head, *found])


def _bars(scene: Scene, question: Question, answers: Mapping[str, int]) -> list[str]:
    told = reports.lines(question, answers, scene.content)
    most = max([much for _, much in told if isinstance(much, int)], default=0)
    return [_bar(scene, label, much, most, sum(answers.values())) for label, much in told]


def _bar(scene: Scene, label: str, much: int | Decimal, most: int, people: int) -> str:
    if isinstance(much, Decimal):
        return scene.say("surveyed.figure", label=label, amount=in_digits(much))
    long = -(-much * _LONGEST_BAR // most) if most else 0
    percent = round(Decimal(much) * 100 / people)
    told = scene.say("surveyed.bar", label=label, count=much, percent=percent)
    return f"{_BAR * long} {told}".strip()


# --- as pictures, one question at a time


def _chart(scene: Scene, told: Results, rest: str) -> Ending:
    """The picture of a question (`2`) beside its numbers."""
    number = number_in(rest) or 1
    drawn = [one for one in told.found if reports.has_chart(one)]
    one = next((one for one in drawn if one.number >= number), None)
    if one is None:
        return _whole(scene, told)
    picture = charts.picture(told, one, _until(scene, told.survey), scene.content)
    shown = Reply(text=_block(scene, one), picture=picture)
    after = next((other.number for other in drawn if other.number > one.number), None)
    return Ending((shown,), _on(scene, told, "chart", after))


def _on(scene: Scene, told: Results, view: str, after: int | None) -> tuple[Offer, ...]:
    """The next question in a view, if there is one; what people wrote, and all of it."""
    go = f"{SURVEYED}:{told.survey.id}:{view}:{after}"
    next_ = (Offer(scene.say("surveyed.next"), go),) if after else ()
    return (*next_, *_offers(scene, told.survey, *_to_words(told), "see"))


# --- by unit, one question at a time


def _by_unit(scene: Scene, told: Results, rest: str) -> Ending:
    """What each unit answered to a question (`2`): those that can be shown, the others together."""
    number = number_in(rest) or 1
    split_up = [one for one in told.found if one.units]
    one = next((one for one in split_up if one.number >= number), None)
    if one is None:
        return _whole(scene, told)
    lines = [scene.say("surveyed.question", number=one.number, words=one.question.words)]
    for unit, answers in one.units.items():
        name = scene.content.units.get(unit, scene.content.root_unit).name
        lines.append(scene.say("surveyed.unit", unit=name, count=sum(answers.values())))
        lines[-1] += _in_short(scene, one.question, answers)
    groups, people = one.hidden
    if groups:
        lines.append(scene.say("surveyed.hidden", count=groups, total=people))
    after = next((other.number for other in split_up if other.number > one.number), None)
    return Ending((Reply(text="\n".join(lines)),), _on(scene, told, "units", after))


def _in_short(scene: Scene, question: Question, answers: Mapping[str, int]) -> str:
    told = reports.lines(question, answers, scene.content)
    shown = [f"{label} {in_digits(Decimal(much))}" for label, much in told if much]
    return f": {', '.join(shown)}." if shown else "."


# --- what people wrote


def _words(scene: Scene, told: Results, rest: str) -> Ending:
    """What people wrote to a question (`3`), from some place on (`3:8`); no names."""
    named, _, start = rest.partition(":")
    number, begin = number_in(named) or 1, number_in(start) or 0
    written = [one for one in told.found if reports.words(one)]
    one = next((one for one in written if one.number >= number), None)
    if one is None:
        return _whole(scene, told)
    every = reports.words(one)
    head = scene.say("surveyed.question", number=one.number, words=one.question.words)
    shown = [scene.say("surveyed.word", words=said) for said in every[begin : begin + _SHOWN]]
    go = f"{SURVEYED}:{told.survey.id}:words"
    after = next((other.number for other in written if other.number > one.number), None)
    offers = []
    if begin + _SHOWN < len(every):
        offers.append(Offer(scene.say("surveyed.next"), f"{go}:{one.number}:{begin + _SHOWN}"))
    elif after:
        offers.append(Offer(scene.say("surveyed.next"), f"{go}:{after}"))
    text = "\n".join([head, *shown])
    return Ending((Reply(text=text),), (*offers, *_offers(scene, told.survey, "see", "more")))


#: The views of what was found, by name.
_VIEWS = {"chart": _chart, "units": _by_unit, "words": _words}


# --- the rest


def _more(scene: Scene, survey: Survey, older: list[int]) -> Ending:
    """Files, closing it, and the survey before."""
    offers = list(_offers(scene, survey, "file:xlsx"))
    if survey.is_open(scene.today):
        offers += _offers(scene, survey, "close")
    else:
        offers += _offers(scene, survey, "file:csv")
    if older:
        offers.append(Offer(scene.say("surveyed.older"), f"{SURVEYED}:{older[0]}"))
    else:
        offers += _offers(scene, survey, "see")
    return Ending((scene.reply("surveyed.what"),), tuple(offers))


def _file(scene: Scene, survey: Survey, form: str) -> Ending:
    """A file of all that may be seen; it is made when it goes out."""
    assert scene.person is not None  # noqa: S101 - the route needs the right to announce
    if form not in FILES:
        form = FILES[0]
    units = rights.announces(scene.person, scene.content)
    values = {"survey": survey.id, "units": None if units is None else sorted(units)}
    document = Document(name=f"Hoi-y-kien-{survey.id}.{form}", values=values)
    offers = (*_offers(scene, survey, "see"), Offer(scene.say("menu.home"), MENU))
    return Ending((Reply(text=scene.say("surveyed.file"), document=document),), offers)

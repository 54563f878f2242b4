"""For whom a survey is and until when, and a look at it before it goes out."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from handlers.leaders import sending
from handlers.leaders.survey.questions import how
from handlers.reports.surveys import SMALLEST
from handlers.talk import rights
from handlers.talk.flow import Data, Heard, Misheard, Option, Prompt, Said, Step
from handlers.talk.messages import Reply
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold

#: Whom a survey can ask, of the people of some units; whoever takes part comes first.
AUDIENCES = ("all", "silent", "helpers", "leaders")
#: For how many days answers are taken unless something else is said, and at most.
USUAL_DAYS, MOST_DAYS = 7, 90
_WEEK, _BY_HAND = 7, "by_hand"
#: How many audiences are shown at a time, and how many of them come before the others.
_SHOWN, _BEFORE_MORE, _OTHERS = 3, 2, "others"


# --- for whom


def _known_whom(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told") if data["whom"] else None


def _ask_whom(scene: Scene, data: Data) -> Prompt:
    """Whoever can be reached: a few, and the others a tap away; units are typed."""
    names = [name for name in AUDIENCES if _reached(data, name)]
    pages = [names] if len(names) <= _SHOWN else [names[:_BEFORE_MORE], names[_BEFORE_MORE:]]
    page = min(data["page"], len(pages) - 1)
    options = [Option(name, scene.say(f"announce.to_{name}")) for name in pages[page]]
    if page + 1 < len(pages):
        options.append(Option(_OTHERS, scene.say("announce.others")))
    lines = [scene.say("surveying.whom", scope=sending.scope(scene, data["units"]))]
    if _may(scene) is None or len(_may(scene) or ()) > 1:
        lines.append(scene.say("surveying.where", kind=scene.content.plan.sub_units))
    return Prompt("\n".join(lines), tuple(options))


def _may(scene: Scene) -> set[str] | None:
    assert scene.person is not None  # noqa: S101 - the route needs the right to announce
    return rights.announces(scene.person, scene.content)


def _reached(data: Data, whom: str) -> int:
    """How many of an audience can be reached, in the units that were named."""
    return sum(
        count
        for unit, count in data["reached"][whom].items()
        if not data["within"] or unit in data["within"]
    )


def _choose_whom(_scene: Scene, _data: Data, key: str) -> Heard:
    if key == _OTHERS:
        return Heard("others", {"page": 1})
    return Heard("told", {"whom": key, "page": 0})


def _hear_whom(scene: Scene, data: Data, said: Said) -> Heard | Misheard | None:
    """Units by their names, one or several with commas between them."""
    found = sending.named(scene, said.text)
    if said.media or not any(units for _, units in found):
        return None
    codes = sending.one_each(scene, found)
    if isinstance(codes, Misheard):
        return codes
    within = sorted(sending.within(scene, codes) or ())
    keep = {"units": codes, "within": within, "page": 0}
    if not any(_reached({**data, **keep}, name) for name in AUDIENCES):
        names = sending.scope(scene, codes)
        return Misheard(scene.reply("surveying.where_nobody", names=names))
    return Heard("others", keep)


# --- a look, and what is still to change


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    count = _reached(data, data["whom"])
    whom = scene.say(f"announce.to_{data['whom']}")
    if data["units"]:
        whom += f" ({sending.scope(scene, data['units'])})"
    lines = [scene.say("surveying.sure", whom=whom, count=count, end=_until(scene, data))]
    if count < SMALLEST:
        lines.append(scene.say("surveying.few", count=SMALLEST))
    options = (
        Option("send", scene.say("announce.now"), scene.content.vocabulary.answers.yes),
        Option("until", scene.say("surveying.other_day")),
        Option("fix", scene.say("surveying.fix")),
    )
    asked = "\n".join(
        scene.say("surveying.line", number=number, words=one["words"], what=how(scene, one))
        for number, one in enumerate(data["questions"], 1)
    )
    by, questions = sending.signed(scene), len(data["questions"])
    invited = scene.say("survey.invitation", by=by, count=questions)
    before = (scene.reply("surveying.looks", words=invited), Reply(text=asked))
    return Prompt("\n".join(lines), options, before=before)


def last_day(scene: Scene, data: Data) -> date | None:
    """The last day on which answers are taken; None: until somebody closes it."""
    return scene.today + timedelta(days=data["days"]) if data["days"] else None


def _until(scene: Scene, data: Data) -> str:
    day = last_day(scene, data)
    if day is None:
        return scene.say("surveying.until_closed")
    return scene.say("surveying.until_day", day=f"{day.day}/{day.month}")


def _ask_until(scene: Scene, _data: Data) -> Prompt:
    options = (
        Option("3", scene.say("surveying.days", count=3)),
        Option(str(_WEEK), scene.say("surveying.week")),
        Option(_BY_HAND, scene.say("surveying.by_hand")),
    )
    return Prompt(scene.say("surveying.until"), options)


def _choose_until(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("told", {"days": None if key == _BY_HAND else int(key)})


def _hear_until(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    numbers = scene.reader.numbers(said.text)
    days = numbers[0] if len(numbers) == 1 else Decimal(0)
    if "tuan" in fold(said.text).split():
        days *= _WEEK
    if days % 1 or not 1 <= days <= MOST_DAYS:
        return Misheard(scene.reply("surveying.until_unclear", most=MOST_DAYS))
    return Heard("told", {"days": int(days)})


def reach_steps(then: str) -> dict[str, Step]:
    """The steps from "whom" on, for a flow to take in; `then` is its end; "which" changes words."""
    return {
        "whom": Step(
            ask=_ask_whom,
            known=_known_whom,
            choose=_choose_whom,
            hear=_hear_whom,
            to={"told": "sure", "others": "whom"},
        ),
        "sure": Step(
            ask=_ask_sure,
            to={"send": then, "until": "until", "fix": "which"},
            unanswered="surveying.unsent",
        ),
        "until": Step(ask=_ask_until, choose=_choose_until, hear=_hear_until, to={"told": "sure"}),
    }

"""Asking many people a few questions: each as it is typed, for whom, until when, and a look."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from handlers.elders.survey.asking import invitation
from handlers.elders.survey.wording import labels
from handlers.leaders.sending import audience, scope, signed
from handlers.leaders.survey_draft import MOST_QUESTIONS, drafted, listed, wrong_choices
from handlers.reports.surveys import SMALLEST
from handlers.talk import rights
from handlers.talk.flow import (
    LEFT,
    Data,
    Ending,
    Flow,
    Heard,
    Misheard,
    Offer,
    Option,
    Prompt,
    Said,
    Step,
)
from handlers.talk.messages import Reply
from handlers.talk.routes import MENU, NEW_SURVEY, SURVEYED
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold
from storage import announcements, outbox, surveys
from storage.database import Tx
from storage.surveys import CHOICE, NUMBER, SCALE, WORDS, Question

#: For how many days answers are taken unless something else is said, and at most.
USUAL_DAYS, MOST_DAYS = 7, 90
_WEEK, _BY_HAND = 7, "by_hand"
#: How many audiences are shown at a time, and how many of them come before the others.
SHOWN, BEFORE_MORE = 3, 2
_OTHERS = "others"


async def begin(tx: Tx, scene: Scene, _argument: str) -> Data | Ending:
    """Whom each audience reaches now."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to announce
    if rights.announces(person, scene.content) == set():
        return Ending((scene.reply("talk.no_right"),), (_home(scene),))
    reached = {}
    for name in announcements.AUDIENCES:
        found = await announcements.by_channel(tx, audience(scene, name))
        reached[name] = sum(count for channel, count in found.items() if channel)
    if not any(reached.values()):
        return Ending((scene.reply("announce.nobody"),), (_home(scene),))
    return {"reached": reached, "questions": [], "at": 0, "whom": "", "page": 0, "days": USUAL_DAYS}


def _home(scene: Scene) -> Offer:
    return Offer(scene.say("menu.home"), MENU)


# --- the questions


def _ask_question(scene: Scene, data: Data) -> Prompt:
    return Prompt(scene.say("surveying.again" if data["questions"] else "surveying.first"))


def _hear_question(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    """The question `at`, in the place of what stands there."""
    draft = drafted(scene, said)
    if isinstance(draft, Misheard):
        return draft
    at, before = data["at"], data["questions"]
    keep = {"questions": [*before[:at], draft, *before[at + 1 :]]}
    return Heard("whole" if draft["kind"] else "kindless", keep)


def _ask_kind(scene: Scene, data: Data) -> Prompt:
    pages = [[CHOICE, WORDS, _OTHERS], [SCALE, NUMBER]]
    options = [Option(one, scene.say(f"surveying.kind_{one}")) for one in pages[data["page"]]]
    words = data["questions"][data["at"]]["words"]
    return Prompt(scene.say("surveying.kind", words=words), tuple(options))


def _choose_kind(_scene: Scene, data: Data, key: str) -> Heard:
    if key == _OTHERS:
        return Heard("others", {"page": 1})
    return Heard(CHOICE if key == CHOICE else "told", {**_with(data, kind=key), "page": 0})


def _with(data: Data, **changed: object) -> Data:
    """The question `at`, changed."""
    at, some = data["at"], data["questions"]
    one = {**some[at], "choices": [], **changed}
    return {"questions": [*some[:at], one, *some[at + 1 :]]}


def _ask_choices(scene: Scene, data: Data) -> Prompt:
    return Prompt(scene.say("surveying.choices", words=data["questions"][data["at"]]["words"]))


def _hear_choices(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    choices = listed(list(said.lines)) if not said.media else []
    wrong = wrong_choices(scene, choices)
    return wrong or Heard("told", _with(data, kind=CHOICE, choices=choices))


def _how(scene: Scene, one: Data) -> str:
    shown = labels(scene, one["kind"], one["choices"]) if one["kind"] == CHOICE else []
    return ", ".join(shown) or scene.say(f"surveying.answered_{one['kind']}")


def _ask_more(scene: Scene, data: Data) -> Prompt:
    """The question as it was understood; the next one is simply typed."""
    one, full = data["questions"][data["at"]], len(data["questions"]) >= MOST_QUESTIONS
    shown = scene.say(
        "surveying.drafted", number=data["at"] + 1, words=one["words"], what=_how(scene, one)
    )
    hint = scene.say("surveying.full" if full else "surveying.more", most=MOST_QUESTIONS)
    options = (
        Option("done", scene.say("surveying.done"), tuple(_said(scene, "done_words"))),
        Option("kind", scene.say("surveying.other_kind")),
        Option("again", scene.say("surveying.rewrite")),
    )
    return Prompt(f"{shown}\n{hint}", options)


def _said(scene: Scene, key: str) -> list[str]:
    return scene.say(f"surveying.{key}").split(", ")


def _hear_more(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    if len(data["questions"]) >= MOST_QUESTIONS:
        return Misheard(scene.reply("surveying.too_many", most=MOST_QUESTIONS))
    at = len(data["questions"])
    heard = _hear_question(scene, {**data, "at": at}, said)
    return heard if isinstance(heard, Misheard) else Heard(heard.key, {**heard.keep, "at": at})


# --- for whom


def _known_whom(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told") if data["whom"] else None


def _ask_whom(scene: Scene, data: Data) -> Prompt:
    """Whoever can be reached: a few, and the others a tap away."""
    names = [name for name, count in data["reached"].items() if count]
    pages = [names] if len(names) <= SHOWN else [names[:BEFORE_MORE], names[BEFORE_MORE:]]
    options = [Option(name, scene.say(f"announce.to_{name}")) for name in pages[data["page"]]]
    if data["page"] + 1 < len(pages):
        options.append(Option(_OTHERS, scene.say("announce.others")))
    return Prompt(scene.say("surveying.whom", scope=scope(scene)), tuple(options))


def _choose_whom(_scene: Scene, _data: Data, key: str) -> Heard:
    return (
        Heard("others", {"page": 1}) if key == _OTHERS else Heard("told", {"whom": key, "page": 0})
    )


# --- a look, and what is still to change


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    count = data["reached"][data["whom"]]
    whom = scene.say(f"announce.to_{data['whom']}")
    lines = [scene.say("surveying.sure", whom=whom, count=count, end=_until(scene, data))]
    if count < SMALLEST:
        lines.append(scene.say("surveying.few", count=SMALLEST))
    options = (
        Option("send", scene.say("announce.now"), scene.content.vocabulary.answers.yes),
        Option("until", scene.say("surveying.other_day")),
        Option("fix", scene.say("surveying.fix")),
    )
    asked = "\n".join(
        scene.say("surveying.line", number=number, words=one["words"], what=_how(scene, one))
        for number, one in enumerate(data["questions"], 1)
    )
    invited = scene.say("survey.invitation", by=signed(scene), count=len(data["questions"]))
    before = (Reply(text=scene.say("surveying.looks", words=invited)), Reply(text=asked))
    return Prompt("\n".join(lines), options, before=before)


def _last_day(scene: Scene, data: Data) -> date | None:
    return scene.today + timedelta(days=data["days"]) if data["days"] else None


def _until(scene: Scene, data: Data) -> str:
    day = _last_day(scene, data)
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


def _known_which(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told", {"at": 0}) if len(data["questions"]) == 1 else None


def _ask_which(scene: Scene, data: Data) -> Prompt:
    return Prompt(scene.say("surveying.which", count=len(data["questions"])))


def _hear_which(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    numbers, count = scene.reader.numbers(said.text), len(data["questions"])
    if len(numbers) != 1 or numbers[0] % 1 or not 1 <= numbers[0] <= count:
        return Misheard(scene.reply("surveying.which", count=count))
    return Heard("told", {"at": int(numbers[0]) - 1})


# --- what comes of it


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Fix whom it asks, and put the invitation on its way to all of them."""
    if outcome == LEFT:
        return Ending((scene.reply("surveying.left"),), (_home(scene),))
    assert scene.person is not None  # noqa: S101 - the route needs the right to announce
    # The talk may have waited for weeks: who it reaches is asked anew, and so is the right.
    found = await announcements.recipients(tx, audience(scene, data["whom"]))
    reached = [(one.person, one.here) for one in found if one.here is not None]
    if not reached:
        return Ending((scene.reply("announce.nobody"),), (_home(scene),))
    questions = [
        Question(kind=one["kind"], words=one["words"], choices=tuple(one["choices"]))
        for one in data["questions"]
    ]
    id_ = await surveys.add(
        tx,
        author_id=scene.person.id,
        audience=data["whom"],
        questions=questions,
        last_day=_last_day(scene, data),
        to=found,
        now=scene.now,
    )
    rows = []
    for person, here in reached:
        theirs = Scene(scene.library, scene.now, here.channel, here.address, person)
        body = invitation(theirs, here, signed(scene), len(questions), id_).to_json()
        key = surveys.outbox_key(id_, person.id)
        rows.append((here.channel, here.address, person.id, body, key))
    await outbox.put_many(tx, outbox.BULK, rows, scene.now)
    see = Offer(scene.say("survey.results"), f"{SURVEYED}:{id_}")
    return Ending((scene.reply("surveying.sent", count=len(rows)),), (see, _home(scene)))


_HEARD = {"whole": "more", "kindless": "kind"}
FLOW = Flow(
    name=NEW_SURVEY,
    first="question",
    steps={
        "question": Step(
            ask=_ask_question,
            hear=_hear_question,
            to=_HEARD,
            takes_anything=True,
            for_others=True,
        ),
        "kind": Step(
            ask=_ask_kind,
            choose=_choose_kind,
            to={"others": "kind", CHOICE: "choices", "told": "more"},
        ),
        "choices": Step(
            ask=_ask_choices,
            hear=_hear_choices,
            to={"told": "more"},
            takes_anything=True,
            for_others=True,
        ),
        "more": Step(
            ask=_ask_more,
            hear=_hear_more,
            to={**_HEARD, "done": "whom", "kind": "kind", "again": "question"},
            takes_anything=True,
            for_others=True,
        ),
        "whom": Step(
            ask=_ask_whom,
            known=_known_whom,
            choose=_choose_whom,
            to={"told": "sure", "others": "whom"},
        ),
        "sure": Step(ask=_ask_sure, to={"send": "sent", "until": "until", "fix": "which"}),
        "until": Step(ask=_ask_until, choose=_choose_until, hear=_hear_until, to={"told": "sure"}),
        "which": Step(ask=_ask_which, known=_known_which, hear=_hear_which, to={"told": "more"}),
    },
    ends=frozenset({"sent"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("surveying.recap"),
)

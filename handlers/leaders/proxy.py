"""Reporting for people without a phone, or for a whole group: from one line, or a pasted list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from content.loader import Content
from handlers.elders.wording import amount_of, did_day, done_as_told
from handlers.leaders.doer import DoerReader
from handlers.leaders.intake import MOST_LINES, begin, go_on, mark
from handlers.leaders.pasted import ListReader
from handlers.leaders.rows import Row, new_report, unpack
from handlers.talk import rights
from handlers.talk.choosing import MORE, by_turns, onward
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
    chosen,
)
from handlers.talk.messages import Reply
from handlers.talk.routes import CORRECT, MENU, PROXY
from handlers.talk.scene import Scene
from handlers.talk.telling import tell
from storage import reports
from storage.database import Tx

#: How many read lines are shown.
SHOWN = 8
_SKIP = "-"


# --- the lines


def _known_lines(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told") if data["count"] or data["which"] else None


def _ask_lines(scene: Scene, data: Data) -> Prompt:
    return Prompt(scene.say("proxy.lines"), before=_news(scene, data))


def _hear_lines(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    if not said.text:
        return Misheard(scene.reply("proxy.lines_unclear"))
    return _more(said)


def _more(said: Said) -> Heard:
    return Heard("more", {"text": "\n".join(said.lines)})


def _tells(scene: Scene, said: Said) -> bool:
    """Whether any line tells who did how much."""
    reader = ListReader(scene, DoerReader(scene, (), (), ""))
    return any(reader.tells(line) for line in said.lines)


def _news(scene: Scene, data: Data) -> tuple[Reply, ...]:
    """What of the lines was not read, each with what is wrong about it."""
    cut = (scene.reply("proxy.cut", count=MOST_LINES, left=data["cut"]),) if data["cut"] else ()
    lines = [
        scene.say("proxy.unread_line", words=words, why=scene.say(f"proxy.why_{problem}"))
        for words, problem in data["unread"]
    ]
    if not lines:
        return cut
    if data["unread_more"]:
        lines.append(scene.say("proxy.unread_more", count=data["unread_more"]))
    count = len(data["unread"]) + data["unread_more"]
    return (*cut, scene.reply("proxy.unread", count=count, lines="\n".join(lines)))


# --- who, where several have the name


def _known_which(_scene: Scene, data: Data) -> Heard | None:
    return None if data["which"] else Heard("told")


def _ask_which(scene: Scene, data: Data) -> Prompt:
    (words, people), *_ = data["which"]
    options = [Option(str(id_), name[:1].upper() + name[1:]) for id_, name in people]
    return Prompt(
        scene.say("proxy.which", words=words),
        by_turns(scene, options, data["from"], "proxy.which_more"),
        beside={_SKIP: tuple(scene.say("proxy.which_skip").split(", "))},
        before=_news(scene, data),
    )


def _choose_which(_scene: Scene, data: Data, key: str) -> Heard:
    (words, _), *rest = data["which"]
    if key == MORE:
        told = {"unread": [], "unread_more": 0, "cut": 0}
        return Heard("others", {**onward(data), **told})
    if key == _SKIP:
        return Heard("more", {"text": "", "which": rest})
    return Heard("more", {"text": words, "which": rest, "who": int(key)})


def _hear_which(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    """A whole name, also of somebody who is not shown; or more lines."""
    (_, people), *_ = data["which"]
    place = chosen([(name, ()) for _, name in people], said.text, scene)
    if place is not None and scene.reader.number(said.text) is None:
        return _choose_which(scene, data, str(people[place][0]))
    if len(said.lines) > 1 or _tells(scene, said):
        return _more(said)
    return Misheard(scene.reply("proxy.which_unclear"))


# --- the day


def _known_day(_scene: Scene, data: Data) -> Heard | None:
    told = data["on"] or all(row.on for row in unpack(data["rows"]))
    return Heard("told") if told else None


def _ask_day(scene: Scene, data: Data) -> Prompt:
    return Prompt(
        scene.say("proxy.day", count=data["count"]),
        (
            Option("today", scene.say("report.day_today")),
            Option("yesterday", scene.say("report.day_yesterday")),
        ),
        before=_news(scene, data),
    )


def _choose_day(scene: Scene, _data: Data, key: str) -> Heard:
    return _on(scene.today - timedelta(days=int(key == "yesterday")))


def _on(day: date) -> Heard:
    """The day is known, and what was not read has been said."""
    return Heard("told", {"on": day.isoformat(), "unread": [], "unread_more": 0, "cut": 0})


def _hear_day(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    """More lines, with days of their own perhaps; or the day."""
    day = scene.reader.day(said.text, scene.today)
    if _tells(scene, said) or (day is None and len(said.lines) > 1):
        return _more(said)
    if day is not None:
        return _on(day)
    example = scene.today - timedelta(days=3)
    return Misheard(scene.reply("report.day_unclear", example=f"{example.day}/{example.month}"))


# --- is it right


def _ask_right(scene: Scene, data: Data) -> Prompt:
    rows = unpack(data["rows"])
    told = _right(scene, rows, data["on"], data["called"])
    return Prompt(told, _choices(scene, rows), before=_news(scene, data))


def _right(scene: Scene, rows: list[Row], on: str | None, called: Mapping[str, str]) -> str:
    """The list as it was read, in short: what needs a second look stands first."""
    first = sorted(rows, key=lambda row: not row.doubts)
    shown = [_line(scene, row, on, called) for row in first]
    if len(rows) > SHOWN:
        shown = [*shown[:SHOWN], scene.say("proxy.more", count=len(rows) - SHOWN)]
    again = sum(reports.AGAIN in row.doubts for row in rows)
    if again:
        shown.append(scene.say("proxy.again", count=again))
    total = _totals(scene, rows)
    return scene.say("proxy.right", count=len(rows), total=total, lines="\n".join(shown))


def _choices(scene: Scene, rows: list[Row]) -> tuple[Option, ...]:
    answers = scene.content.vocabulary.answers
    drop = Option("drop", scene.say("proxy.drop"), answers.no)
    if not any(row.private for row in rows):
        return Option("named", scene.say("proxy.yes", count=len(rows)), answers.yes), drop
    named = Option("named", scene.say("proxy.named"))  # a mere "yes" is nobody else's consent
    return named, Option("count", scene.say("proxy.count_only")), drop


def _line(scene: Scene, row: Row, on: str | None, called: Mapping[str, str]) -> str:
    mark = " " + scene.say("proxy.marked") if row.doubts else ""
    name = called.get(str(row.person_id), row.name)
    return scene.say("proxy.line", name=name, what=_what(scene, row, on)) + mark


def _what(scene: Scene, row: Row, on: str | None) -> str:
    activity = scene.content.activity(row.activity)
    amount = amount_of(scene, Decimal(row.quantity), row.measure, row.what)
    return f"{done_as_told(scene, activity, amount)}, {did_day(scene, row.day(on))}"


def _totals(scene: Scene, rows: list[Row]) -> str:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row.activity, row.measure] += Decimal(row.quantity)
    return ", ".join(
        done_as_told(
            scene, scene.content.activity(activity), amount_of(scene, quantity, measure, None)
        )
        for (activity, measure), quantity in sums.items()
    )


def _choose_right(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard(key, {"named": key == "named"})


def _hear_right(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    """More lines: a long list comes in several messages."""
    digits = any(letter.isdecimal() for letter in said.text)
    if digits or len(said.lines) > 1 or _tells(scene, said):
        return _more(said)
    return Misheard(scene.reply("proxy.right_unclear"))


# --- what comes of it


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep every line as a report told by the leader; or read the lines that were typed."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to report for others
    if outcome == "read":
        return Ending(go=f"{PROXY}:{go_on(data)}")
    if outcome == LEFT:
        return Ending((scene.reply("proxy.left"),))
    rows = unpack(data["rows"])
    units = {row.unit for row in rows}
    if not all(rights.over(person, "proxy", unit, scene.content) for unit in units):
        # The list may have waited for weeks.
        return Ending((scene.reply("proxy.no_right"),), (Offer(scene.say("menu.home"), MENU),))
    batch = await reports.next_batch(tx)
    rows = await mark(tx, scene, person, rows, data["on"])
    # All who write several take the counts in one order, so that nobody waits for each other.
    for row in sorted(rows, key=lambda row: row.place(data["on"])):
        new = new_report(row, data["on"], person.id, batch, named=data["named"])
        await reports.add(tx, new, scene.now)
    await _tell_doers(tx, scene, rows, data["on"], batch)
    return _saved(scene, rows, batch)


async def _tell_doers(tx: Tx, scene: Scene, rows: list[Row], on: str | None, batch: int) -> None:
    """Let everyone who can be reached know what was reported for them, and by whom."""
    by = scene.person
    assert by is not None  # noqa: S101 - called by finish only
    theirs: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.person_id and row.person_id != by.id:
            theirs[row.person_id].append(row)
    for person_id, mine in theirs.items():
        done = "\n".join(f"• {_what(scene, row, on)}" for row in mine[:SHOWN])
        message = partial(_told, name=by.name, done=done)
        await tell(tx, scene, person_id, f"proxy:{batch}:{person_id}", message)


def _told(theirs: Scene, *, name: str, done: str) -> Reply:
    return theirs.reply("proxy.told", name=name, lines=done)


def _saved(scene: Scene, rows: list[Row], batch: int) -> Ending:
    saved = scene.reply("proxy.saved", count=len(rows), total=_totals(scene, rows))
    offers = (
        Offer(scene.say("menu.home"), MENU),
        Offer(scene.say("proxy.undo"), f"undo:batch:{batch}"),
        Offer(scene.say("report.change"), CORRECT),
    )
    return Ending((saved,), offers)


def _stands(content: Content, data: Data) -> bool:
    kinds = {one.key for one in content.activities.activities}
    measures = {one.key for one in content.activities.units}
    rows = unpack(data["rows"])
    known = all(row.activity in kinds and row.measure in measures for row in rows)
    return known and "which" in data  # a list that waits since before there was such a question


FLOW = Flow(
    name=PROXY,
    first="lines",
    steps={
        "lines": Step(
            ask=_ask_lines,
            known=_known_lines,
            hear=_hear_lines,
            to={"more": "read", "told": "which"},
            takes_anything=True,
        ),
        "which": Step(
            ask=_ask_which,
            known=_known_which,
            choose=_choose_which,
            hear=_hear_which,
            to={"more": "read", "others": "which", "told": "day"},
        ),
        "day": Step(
            ask=_ask_day,
            known=_known_day,
            choose=_choose_day,
            hear=_hear_day,
            to={"told": "right", "more": "read"},
        ),
        "right": Step(
            ask=_ask_right,
            choose=_choose_right,
            hear=_hear_right,
            to={"named": "saved", "count": "saved", "drop": LEFT, "more": "read"},
        ),
    },
    ends=frozenset({"read", "saved"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("proxy.recap"),
    stands=_stands,
)

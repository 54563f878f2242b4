"""Reporting for people without a phone, or for a whole group: from one line, or a pasted list."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from handlers.elders.wording import amount_of, did_day, done_as_told
from handlers.leaders.pasted import Line, ListReader, Member, as_mapping
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
from handlers.talk.routes import CORRECT, MENU, PROXY
from handlers.talk.scene import Scene, day_begins
from storage import people, reports
from storage.database import Tx
from storage.people import Person

#: More lines than this are a second list.
MOST_LINES = 500
#: How many read lines are shown, and how many that could not be read come back.
SHOWN, SHOWN_UNREAD = 8, 30
SAME_WITHIN = timedelta(days=7)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """Start with nothing, or read what was typed so far, line by line.

    The first line may be the day of them all, as it was told already ("2026-11-21").
    """
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to report for others
    lines = argument.splitlines()
    if not lines:
        return {"lines": []}
    on = lines.pop(0) if _DAY.fullmatch(lines[0]) else None
    content = scene.content
    codes = rights.units(person, "proxy", content)
    units = set(content.units) if codes is None else codes
    members = [Member(*one) for one in await people.members(tx, units)]
    reader = ListReader(scene, members, units, _home(person, units, content.root_unit.code))
    read = [one for line in lines[:MOST_LINES] for one in reader.read(line)]
    good = [one for one in read if not one.problem]
    items = [{**as_mapping(one), "doubts": _large(scene, one)} for one in good]
    await _mark_told_before(tx, scene, person, items)
    return {
        "lines": items,
        "on": on,
        "unread": [[one.words, one.problem] for one in read if one.problem],
        "cut": max(len(lines) - MOST_LINES, 0),
    }


def _home(person: Person, units: set[str], root: str) -> str:
    """Where people belong whose place is not told: where the leader lives, or leads."""
    if person.unit in units:
        return person.unit
    granted = [grant.unit for grant in person.grants if grant.unit in units]
    return granted[0] or root if granted else root


def _large(scene: Scene, line: Line) -> list[str]:
    assert line.amount is not None  # noqa: S101 - only lines that were read
    activity = scene.content.activity(line.activity)
    most = scene.content.plausible_max(activity, line.amount.unit_of_measure)
    # What a group did may well be more than one person can.
    return [reports.LARGE] if not line.group and most and line.amount.quantity > most else []


async def _mark_told_before(tx: Tx, scene: Scene, person: Person, items: list[Data]) -> None:
    """Mark what is like a report of the last days: the same doer, kind and amount."""
    since = day_begins(scene.today - SAME_WITHIN)
    told = await reports.told_since(tx, person.id, since, 2 * MOST_LINES)
    known = {
        (one.person_id or one.on_behalf_of, one.activity, one.quantity, one.unit_of_measure)
        for one in told
    }
    for item in items:
        doer = item["person"] or item["name"]
        if (doer, item["activity"], Decimal(item["quantity"]), item["measure"]) in known:
            item["doubts"] = [*item["doubts"], reports.AGAIN]


# --- the lines


def _known_lines(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told") if data["lines"] else None


def _ask_lines(scene: Scene, data: Data) -> Prompt:
    before = _unread(scene, data)
    return Prompt(scene.say("proxy.lines"), before=before)


def _hear_lines(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    if not said.text:
        return Misheard(scene.reply("proxy.lines_unclear"))
    return Heard("read", {"text": "\n".join(said.lines)})


def _with_more(data: Data, said: Said) -> Data:
    """What was read so far with more lines behind it; what could not be read is typed anew."""
    read = [one["words"] for one in data["lines"]]
    once = [words for before, words in pairwise([None, *read]) if words != before]
    return {"text": "\n".join(filter(None, [data["on"], *once, *said.lines]))}


def _unread(scene: Scene, data: Data) -> tuple[Reply, ...]:
    """The lines that could not be read, each with what is wrong about it."""
    unread = data.get("unread") or []
    if not unread:
        return ()
    lines = [
        scene.say("proxy.unread_line", words=words[:80], why=scene.say(f"proxy.why_{problem}"))
        for words, problem in unread[:SHOWN_UNREAD]
    ]
    if len(unread) > SHOWN_UNREAD:
        lines.append(scene.say("proxy.unread_more", count=len(unread) - SHOWN_UNREAD))
    return (scene.reply("proxy.unread", count=len(unread), lines="\n".join(lines)),)


def _news(scene: Scene, data: Data) -> tuple[Reply, ...]:
    """What of the list was not read, said once."""
    cut = (scene.reply("proxy.cut", count=MOST_LINES, left=data["cut"]),) if data["cut"] else ()
    return (*cut, *_unread(scene, data))


# --- the day


def _known_day(_scene: Scene, data: Data) -> Heard | None:
    told = data.get("on") or all(one["on"] for one in data["lines"])
    return Heard("told") if told else None


def _ask_day(scene: Scene, data: Data) -> Prompt:
    return Prompt(
        scene.say("proxy.day", count=len(data["lines"])),
        (
            Option("today", scene.say("report.day_today")),
            Option("yesterday", scene.say("report.day_yesterday")),
        ),
        before=_news(scene, data),
    )


def _choose_day(scene: Scene, _data: Data, key: str) -> Heard:
    day = scene.today - timedelta(days=int(key == "yesterday"))
    return Heard("told", {"on": day.isoformat()})


def _hear_day(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    day = scene.reader.day(said.text, scene.today)
    if day is not None:
        return Heard("told", {"on": day.isoformat()})
    if len(said.lines) > 1:
        return Heard("more", _with_more(data, said))
    example = scene.today - timedelta(days=3)
    return Misheard(scene.reply("report.day_unclear", example=f"{example.day}/{example.month}"))


# --- is it right


def _ask_right(scene: Scene, data: Data) -> Prompt:
    lines = data["lines"]
    shown = [_line(scene, data, one) for one in lines[:SHOWN]]
    if len(lines) > SHOWN:
        shown.append(scene.say("proxy.more", count=len(lines) - SHOWN))
    text = scene.say(
        "proxy.right", count=len(lines), total=_totals(scene, lines), lines="\n".join(shown)
    )
    options = (
        (Option("named", scene.say("proxy.named")), Option("count", scene.say("proxy.count_only")))
        if any(_needs_consent(one) for one in lines)
        else (Option("named", scene.say("proxy.yes", count=len(lines))),)
    )
    first = Option(options[0].key, options[0].label, scene.content.vocabulary.answers.yes)
    drop = Option("drop", scene.say("proxy.drop"), scene.content.vocabulary.answers.no)
    before = () if data.get("on") else _news(scene, data)
    return Prompt(text, (first, *options[1:], drop), before=before)


def _needs_consent(one: Data) -> bool:
    """Whether the line names someone who has not agreed to be in the book."""
    return one["person"] is None and not one["group"]


def _line(scene: Scene, data: Data, one: Data) -> str:
    activity = scene.content.activity(one["activity"])
    amount = amount_of(scene, Decimal(one["quantity"]), one["measure"], one["what"])
    what = done_as_told(scene, activity, amount)
    day = did_day(scene, date.fromisoformat(one["on"] or data["on"]))
    mark = scene.say("proxy.marked") if one["doubts"] else ""
    return scene.say("proxy.line", name=one["name"], what=what, day=day) + mark


def _totals(scene: Scene, lines: list[Data]) -> str:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in lines:
        sums[one["activity"], one["measure"]] += Decimal(one["quantity"])
    return ", ".join(
        done_as_told(
            scene, scene.content.activity(activity), amount_of(scene, quantity, measure, None)
        )
        for (activity, measure), quantity in sums.items()
    )


def _choose_right(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard(key, {"named": key == "named"})


def _hear_right(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    """More lines: a long list comes in several messages."""
    if any(letter.isdecimal() for letter in said.text) or len(said.lines) > 1:
        return Heard("more", _with_more(data, said))
    return Misheard(scene.reply("proxy.right_unclear"))


# --- what comes of it


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep every line as a report told by the leader; or read the lines that were typed."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to report for others
    if outcome == "read":
        return Ending(go=f"{PROXY}:{data['text']}")
    if outcome == LEFT:
        return Ending((scene.reply("proxy.left"),))
    batch = await reports.next_batch(tx)
    for one in data["lines"]:
        await reports.add(tx, _report(data, one, person, batch), scene.now)
    count = len(data["lines"])
    saved = scene.reply("proxy.saved", count=count, total=_totals(scene, data["lines"]))
    offers = (
        Offer(scene.say("menu.home"), MENU),
        Offer(scene.say("proxy.undo"), f"undo:batch:{batch}"),
        Offer(scene.say("report.change"), CORRECT),
    )
    return Ending((saved,), offers)


def _report(data: Data, one: Data, person: Person, batch: int) -> reports.NewReport:
    named = data["named"] or not _needs_consent(one)
    understood = {key: one[key] for key in ("activity", "quantity", "measure", "what", "on")}
    return reports.NewReport(
        person_id=one["person"],
        reported_by=person.id,
        on_behalf_of=one["name"] if named and one["person"] is None else None,
        unit=one["unit"],
        activity=one["activity"],
        quantity=Decimal(one["quantity"]),
        unit_of_measure=one["measure"],
        what=one["what"],
        done_on=date.fromisoformat(one["on"] or data["on"]),
        source=reports.PROXY,
        words=one["words"] if named else "",
        understood=json.dumps(understood, ensure_ascii=False),
        doubts=tuple(one["doubts"]),
        batch=batch,
    )


FLOW = Flow(
    name=PROXY,
    first="lines",
    steps={
        "lines": Step(
            ask=_ask_lines,
            known=_known_lines,
            hear=_hear_lines,
            to={"read": "read", "told": "day"},
            takes_anything=True,
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
)

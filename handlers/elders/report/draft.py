"""The report under way: what is known of it, and what was known before it began.

It lives in the talk as plain JSON: `activity`, `quantity`, `measure`, `what`, `on` (a day), `words`
(what the person typed), `doubts`, `checks`, `rest` (what else the sentence told), `nothing`;
`replaces` (the report it corrects) and `doer` (whose that is, if another's); `follows` and `most`
(the planting it follows up); `recent` and `before` (what the person reported lately, and did for
the first time).
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from content.models import Activity
from handlers.elders.wording import amount_of
from handlers.reports import periods
from handlers.talk.flow import Data, Ending, Said
from handlers.talk.scene import Scene, day_begins, local_day
from handlers.talk.understanding.reader import Amount, Item, Understanding
from storage import reports
from storage.database import Tx
from storage.people import Person

#: How a report can begin other than with nothing or a sentence; followed by ":" and what it needs.
NOTHING, REST, FIX, FOLLOW = "nothing", "rest", "fix", "follow"
#: Within so many days the same amount may be the same trees.
SAME_WITHIN = timedelta(days=7)
MOST_RECENT = 20
LONGEST_WORDS = 1000
#: An amount beyond this is a slip of the thumb, whatever the activity.
LARGEST = 1_000_000
#: What goes from one item of a sentence to the next.
_TOLD = ("words", "activity", "quantity", "measure", "what", "on", "about", "doubts", "rest")


def activity_of(scene: Scene, data: Data) -> Activity:
    """The activity chosen so far."""
    return scene.content.activity(data["activity"])


def amount_told(scene: Scene, data: Data, *, in_full: bool = False) -> str:
    """The amount told so far, such as "5 cây keo"."""
    return amount_of(
        scene, Decimal(data["quantity"]), data["measure"], data.get("what"), in_full=in_full
    )


def heard_words(data: Data, said: Said) -> Data:
    """The person's words with what was said now, as far as they are kept."""
    words = [*data.get("words", []), said.text]
    return {"words": words if sum(map(len, words)) <= LONGEST_WORDS else words[:-1]}


def amount_data(amount: Amount, *, about: bool = False) -> Data:
    """An amount as the draft keeps it; what was answered about another amount no longer holds."""
    return {
        "quantity": str(amount.quantity),
        "measure": amount.unit_of_measure,
        "what": amount.what,
        "about": about,
        "large": None,
        "new": None,
    }


def fits(scene: Scene, amount: Amount) -> bool:
    """Whether there can be so much: more than nothing, and no half of what is counted whole."""
    whole = scene.content.unit_of_measure(amount.unit_of_measure).whole
    return amount.quantity > 0 and (not whole or amount.quantity % 1 == 0)


def item_data(scene: Scene, item: Item, understood: Understanding) -> Data:
    """One thing that a sentence told."""
    data: Data = {"activity": item.activity}
    if item.amount and fits(scene, item.amount):
        data |= amount_data(item.amount, about=understood.missing == "sure")
    if item.on:
        data["on"] = item.on.isoformat()
    if item.who == "group":
        data["doubts"] = [reports.GROUP]
    return data


def from_sentence(scene: Scene, text: str) -> Data:
    """What a sentence tells: its first item, and the rest to be confirmed after it."""
    understood = scene.reader.understand(text, scene.today)
    data: Data = {"words": [text[:LONGEST_WORDS]] if text else []}
    if understood.negated:
        return {**data, "nothing": True}
    items = [told for item in understood.items for told in _with_what_lives(scene, item)]
    read = [{**data, **item_data(scene, item, understood)} for item in items]
    return {**read[0], "rest": read[1:]} if read else data


def _with_what_lives(scene: Scene, item: Item) -> list[Item]:
    """Planted 20 and lost 3 tells two things: 20 were planted, and 17 are alive today."""
    follow_up = scene.content.activity(item.activity).follow_up
    if not (follow_up and item.amount and item.lost and item.lost < item.amount.quantity):
        return [item]
    alive = replace(item.amount, quantity=item.amount.quantity - item.lost)
    lives = Item(activity=follow_up.activity, amount=alive, on=scene.today, who=item.who)
    return [item, lives]


def from_rest(told: str) -> Data:
    """What a sentence told beyond the report just saved."""
    try:
        rest: dict[str, Any] = json.loads(told)
    except ValueError:  # no button of ours
        return {"words": []}
    return {key: value for key, value in rest.items() if key in _TOLD}


def rest_of(data: Data) -> str:
    """The argument with which the next item of a sentence begins."""
    first, *others = data["rest"]
    return f"{REST}:{json.dumps({**first, 'rest': others}, ensure_ascii=False)}"


def from_week(scene: Scene, week: str) -> Data:
    """Nothing was done in the week that was asked about, however late the button is pressed."""
    try:
        asked = periods.parse(week, scene.content.plan)
    except ValueError:  # no button of ours
        return {"nothing": True}
    return {"nothing": True, "told_by_button": True, "on": min(asked.end, scene.today).isoformat()}


def from_follow_up(scene: Scene, told: str) -> Data:
    """An answer to "how many are still alive?": what was planted, when, and how many if all."""
    planted, _, rest = told.partition(":")
    month, _, rest = rest.partition(":")
    most, _, alive = rest.partition(":")
    known = {one.key: one for one in scene.content.activities.activities}
    followed = known.get(planted)
    if followed is None or followed.follow_up is None or not most.isdecimal():
        return {"words": []}  # no button of ours
    data: Data = {
        "activity": followed.follow_up.activity,
        "follows": f"{planted}:{month}",
        "most": most,
        "on": scene.today.isoformat(),
        "words": [],
    }
    measure = followed.units[0]
    if alive == "all":
        return {**data, "quantity": most, "measure": measure}
    return data | ({**from_sentence_amount(scene, data, alive)} if alive else {})


def from_sentence_amount(scene: Scene, data: Data, text: str) -> Data:
    """The amount in words that answered a question of ours, when they have one."""
    amount = scene.reader.amount(text, activity_of(scene, data))
    if amount is None or not fits(scene, amount) or amount.quantity > Decimal(data["most"]):
        return {"words": [text]}
    return {"words": [text], **amount_data(amount)}


async def from_report(tx: Tx, scene: Scene, number: str) -> Data | Ending:
    """A report of one's own to be corrected, or a refused one to be told again."""
    report = await own_report(tx, scene, number)
    refused = report is not None and report.status == reports.REJECTED
    if refused and report and await reports.is_replaced(tx, report.id):
        refused = False
    if report is None or not (report.stands or refused):
        return Ending((scene.reply("undo.gone"),))
    return {
        "words": [],
        "activity": report.activity,
        "quantity": str(report.quantity),
        "measure": report.unit_of_measure,
        "what": report.what,
        "on": report.done_on.isoformat(),
        "checks": list(report.checks),
        "follows": report.follows,
        "replaces": report.id,
        "doer": report.doer if report.source != reports.SELF else None,
        "fixing": True,
        "large": "",
        "new": True,
    }


async def own_report(tx: Tx, scene: Scene, number: str) -> reports.Report | None:
    """The report with this number, when the person did it or told it; else None."""
    person = scene.person
    report = await reports.get(tx, int(number)) if number.isdecimal() else None
    mine = report and person and person.id in {report.person_id, report.reported_by}
    return report if mine else None


async def known_before(tx: Tx, scene: Scene, person: Person) -> Data:
    """What the person reported lately, and what they did for the first time already."""
    since = day_begins(scene.today - SAME_WITHIN)
    recent = await reports.told_since(tx, person.id, since, MOST_RECENT)
    first = [one.key for one in scene.content.activities.activities if one.amount == "first"]
    before = {key: await reports.ever_did(tx, person.id, key) for key in first}
    return {
        "recent": [
            {
                "id": one.id,
                "activity": one.activity,
                "quantity": str(one.quantity),
                "measure": one.unit_of_measure,
                "what": one.what,
                "on": one.done_on.isoformat(),
                "told": local_day(one.reported_at).isoformat(),
            }
            for one in recent
            if one.person_id == person.id
        ],
        "before": {key: one.done_on.isoformat() for key, one in before.items() if one},
    }


def day_of(data: Data) -> date:
    """The day of the report."""
    return date.fromisoformat(data["on"])

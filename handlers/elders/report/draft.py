"""The report under way: what is known of it, and what was known before it began.

It lives in the talk as plain JSON: `activity`, `quantity`, `measure`, `what`, `on` (a day), `words`
(what the person typed), `checks`, `nothing`; `about` (said roughly), `group` (perhaps of a whole
group), `large` and `again` (what was answered when asked about it); `more` (how many things of the
sentence were told before, and the sentence) and `later` (what is to be reported after it);
`replaces` (the report it corrects), `of` (its activity) and `doer` (whose it is, if another's);
`follows` and `most` (the planting it follows up); `recent` and `before` (what the person reported
lately, and did for the first time).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from content.models.activity import Activity
from handlers.elders.wording import amount_of, done_as_told, whose
from handlers.reports import periods
from handlers.talk.flow import Data, Ending, Heard, Misheard, Said
from handlers.talk.routes import number_in
from handlers.talk.scene import Scene, day_begins, local_day
from handlers.talk.understanding.reader import Amount, Item, Understanding
from handlers.talk.understanding.tokens import Phrases, tokens_of
from storage import reports
from storage.database import Tx
from storage.people import Person

#: How a report can begin other than with nothing or a sentence; followed by ":" and what it needs.
NOTHING, MORE, FIX, FOLLOW = "nothing", "more", "fix", "follow"
#: Within so many days the same amount may be the same trees.
SAME_WITHIN = timedelta(days=7)
MOST_RECENT = 20
LONGEST_WORDS = 1000
#: The answer that every tree is alive.
ALL = "all"
#: An amount beyond this is a slip of the thumb, whatever the activity.
LARGEST = 1_000_000


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
        "again": None,
    }


def fits(scene: Scene, amount: Amount) -> bool:
    """Whether there can be so much: more than nothing, and no half of what is counted whole."""
    whole = scene.content.unit_of_measure(amount.unit_of_measure).whole
    return amount.quantity > 0 and (not whole or amount.quantity % 1 == 0)


def item_data(scene: Scene, item: Item, understood: Understanding) -> Data:
    """One thing that a sentence told."""
    data: Data = {"activity": item.activity, "group": item.who == "group"}
    if item.amount and fits(scene, item.amount):
        data |= amount_data(item.amount, about=understood.missing == "sure")
    if item.on:
        data["on"] = item.on.isoformat()
    return data


def from_sentence(scene: Scene, text: str, told_before: int = 0) -> Data:
    """What a sentence tells next; what a group did comes last."""
    understood = scene.reader.understand(text, scene.today)
    data: Data = {"words": [text[:LONGEST_WORDS]] if text else []}
    if understood.negated:
        return {**data, "nothing": True}
    items = [told for item in understood.items for told in _with_what_lives(scene, item)]
    items.sort(key=lambda item: item.who == "group")
    left = items[told_before:]
    if not left:
        return data
    more = [told_before + 1, text] if len(left) > 1 else None
    return {**data, **item_data(scene, left[0], understood), "more": more}


def _with_what_lives(scene: Scene, item: Item) -> list[Item]:
    """Planted 20 and lost 3 tell two things: 20 were planted, and 17 are alive today."""
    follow_up = scene.content.activity(item.activity).follow_up
    if not (follow_up and item.amount and item.lost and item.lost < item.amount.quantity):
        return [item]
    alive = replace(item.amount, quantity=item.amount.quantity - item.lost)
    lives = Item(activity=follow_up.activity, amount=alive, on=scene.today, who=item.who)
    return [item, lives]


def from_more(scene: Scene, told: str) -> Data:
    """The next thing of a sentence whose first ones have been told."""
    before, _, text = told.partition(":")
    return from_sentence(scene, text, number_in(before) or 0)


def more_of(data: Data) -> str:
    """The argument with which the next thing of the sentence begins."""
    told_before, text = data["more"]
    return f"{MORE}:{told_before}:{text}"


def group_lines(scene: Scene, text: str) -> str:
    """What a sentence tells of a group, as lines of a leader's list; all of it, if only that."""
    items = scene.reader.understand(text, scene.today).items
    of_group = [item for item in items if item.who == "group" and item.amount]
    if len(of_group) == len(items):
        return text
    return "\n".join(_group_line(scene, item) for item in of_group)


def _group_line(scene: Scene, item: Item) -> str:
    assert item.amount is not None  # noqa: S101 - lines are made of amounts
    amount = item.amount
    told = amount_of(scene, amount.quantity, amount.unit_of_measure, amount.what)
    done = done_as_told(scene, scene.content.activity(item.activity), told)
    day = f" {item.on.day}/{item.on.month}/{item.on.year}" if item.on else ""
    return scene.say("report.group_line", what=done) + day


def from_week(scene: Scene, week: str) -> Data:
    """Nothing was done in the week that was asked about, however late the button is pressed."""
    try:
        asked = periods.parse(week, scene.content.plan)
    except ValueError:  # no button of ours
        return {"nothing": True}
    return {"nothing": True, "told_by_button": True, "on": min(asked.end, scene.today).isoformat()}


async def from_follow_up(tx: Tx, scene: Scene, told: str) -> Data | Ending:
    """An answer to "how many are still alive?": of which month's planting, and what was said."""
    planted, _, rest = told.partition(":")
    month, _, alive = rest.partition(":")
    followed = next((o for o in scene.content.activities.activities if o.key == planted), None)
    first = _first_of(month)
    person = scene.person
    if followed is None or followed.follow_up is None or first is None or person is None:
        return {"words": []}  # no button of ours
    measure = followed.units[0]
    most = await reports.done_in(tx, person.id, planted, measure, first, last_of_month(first))
    if not most:
        return Ending((scene.reply("undo.gone"),))
    before = await reports.following(tx, person.id, f"{planted}:{month}")
    data: Data = {
        "activity": followed.follow_up.activity,
        "follows": f"{planted}:{month}",
        "most": str(most),
        "on": scene.today.isoformat(),
        "words": [],
        "again": "",
        "replaces": before.id if before else None,
    }
    if alive == ALL:
        return {**data, "quantity": str(most), "measure": measure}
    amount = alive_of(scene, data, alive) if alive else None
    told_words: Data = {"words": [alive]} if alive else {}
    return {**data, **told_words, **(amount_data(amount) if amount else {}), "again": ""}


def alive_of(scene: Scene, data: Data, text: str) -> Amount | None:
    """How many live, of the trees that are followed up; "3 died" leaves the others alive."""
    amount = scene.reader.amount(text, activity_of(scene, data))
    most = Decimal(data["most"])
    if amount is None or amount.quantity > most or len(scene.reader.numbers(text)) != 1:
        return None
    lost = Phrases(dict.fromkeys(scene.content.vocabulary.talk.lost, True))
    if lost.search(tokens_of(text)):
        amount = replace(amount, quantity=most - amount.quantity)
    return amount if fits(scene, amount) else None


def _first_of(month: str) -> date | None:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        return None


def last_of_month(first: date) -> date:
    """The last day of the month that begins on a day."""
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


async def from_report(tx: Tx, scene: Scene, told: str) -> Data | Ending:
    """A report of one's own to be corrected, or a refused one to be told again.

    Behind its number and a colon there may be words with its new amount.
    """
    number, _, words = told.partition(":")
    report = await own_report(tx, scene, number)
    if report is None or not await can_be_replaced(tx, report):
        return Ending((scene.reply("undo.gone"),))
    kinds = {one.key for one in scene.content.activities.activities}
    data: Data = {
        "words": [],
        "activity": report.activity if report.activity in kinds else None,
        "quantity": str(report.quantity),
        "measure": report.unit_of_measure,
        "what": report.what,
        "on": report.done_on.isoformat(),
        "checks": list(report.checks),
        "follows": report.follows,
        "replaces": report.id,
        "doer": whose(scene, report),
        "of": report.activity,
        "fixing": True,
        "large": "",
        "again": "",
    }
    changed = _changed_to(scene, report, words) if words and data["activity"] else None
    if changed is not None:
        data |= {"quantity": str(changed), "fixing": None, "large": None, "words": [words]}
    return data


def _changed_to(scene: Scene, report: reports.Report, words: str) -> Decimal | None:
    """The one number of some words that is not the report's own, if there can be so much."""
    numbers = [one for one in scene.reader.numbers(words) if one != report.quantity]
    if len(numbers) != 1:
        return None
    amount = Amount(quantity=numbers[0], unit_of_measure=report.unit_of_measure)
    return numbers[0] if fits(scene, amount) and numbers[0] <= LARGEST else None


async def can_be_replaced(tx: Tx, report: reports.Report) -> bool:
    """Whether another report may take its place: it stands, or was refused and not told again."""
    refused = report.status == reports.REJECTED
    return report.stands or (refused and not await reports.is_replaced(tx, report.id))


async def own_report(tx: Tx, scene: Scene, number: str) -> reports.Report | None:
    """The report with this number, when the person did it or told it; else None.

    What someone did who has left is nobody's any more.
    """
    person, id_ = scene.person, number_in(number)
    report = await reports.get(tx, id_) if id_ is not None else None
    mine = report and person and person.id in {report.person_id, report.reported_by}
    left = report and person and report.person_id not in {None, person.id} and not report.doer
    return report if mine and not left else None


async def known_before(tx: Tx, scene: Scene, person: Person) -> Data:
    """What the person reported lately, and what they did for the first time already."""
    since = day_begins(scene.today - SAME_WITHIN)
    recent = await reports.of_person_since(tx, person.id, since, MOST_RECENT)
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
        ],
        "before": {key: one.done_on.isoformat() for key, one in before.items() if one},
    }


def kept_for_later(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    """Another report in the middle of this one: it comes after it; one, and no more."""
    told = scene.reply("report.one_at_a_time")
    if data.get("later") or data.get("more"):
        return Misheard(scene.reply("report.one_more"))
    return Heard("later", {"later": said.text}, (told,))


def day_of(data: Data) -> date:
    """The day of the report."""
    return date.fromisoformat(data["on"])

"""Reporting what was done: by buttons, or in one sentence; always confirmed before it is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from content.models import Activity
from handlers.elders.wording import amount_of, did_day
from handlers.reports import periods
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
    yes_or_no,
)
from handlers.talk.routes import MENU, REPORT
from handlers.talk.scene import Scene
from handlers.talk.understanding.reader import Amount, Item
from storage import outbox, reports
from storage.database import Tx

NOTHING = "nothing"
#: What a sentence told beyond the report just saved.
REST = "rest:"
#: An amount beyond this is a slip of the thumb, whatever the activity.
LARGEST = 1_000_000
LONGEST_WORDS = 1000


async def begin(_tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """Start from nothing, from a kind of activity ("trees"), or from a sentence."""
    if argument.startswith(f"{NOTHING}:"):
        return _nothing_in(scene, argument.removeprefix(f"{NOTHING}:"))
    if argument in {activity.key for activity in scene.content.activities.activities}:
        return {"activity": argument, "words": []}
    if argument.startswith(REST):
        return _rest(argument.removeprefix(REST))
    understood = scene.reader.understand(argument, scene.today)
    data: Data = {"words": [argument[:LONGEST_WORDS]] if argument else []}
    if understood.negated:
        return {**data, "nothing": True}
    read = [{**data, **_item_data(scene, item)} for item in understood.items]
    return {**read[0], "rest": read[1:]} if read else data


def _rest(told: str) -> Data:
    try:
        rest = json.loads(told)
    except ValueError:  # no button of ours
        return {"words": []}
    known = {"words", "activity", "quantity", "measure", "what", "sure", "on", "rest"}
    return {key: value for key, value in rest.items() if key in known}


def _item_data(scene: Scene, item: Item) -> Data:
    data: Data = {"activity": item.activity}
    if item.amount and _whole(scene, item.activity, item.amount) and item.amount.quantity > 0:
        data |= _amount_data(item.amount)
    if item.on:
        data["on"] = item.on.isoformat()
    return data


def _nothing_in(scene: Scene, week: str) -> Data:
    """Nothing was done in the week that was asked about, however late the button is pressed."""
    try:
        asked = periods.parse(week, scene.content.plan)
    except ValueError:  # no button of ours
        return {"nothing": True}
    return {"nothing": True, "told_by_button": True, "on": min(asked.end, scene.today).isoformat()}


def _amount_data(amount: Amount) -> Data:
    return {
        "quantity": str(amount.quantity),
        "measure": amount.unit_of_measure,
        "what": amount.what,
        "sure": False,
    }


def _activity(scene: Scene, data: Data) -> Activity:
    return scene.content.activity(data["activity"])


def _amount(scene: Scene, data: Data, *, in_full: bool = False) -> str:
    return amount_of(
        scene, Decimal(data["quantity"]), data["measure"], data.get("what"), in_full=in_full
    )


def _heard_words(data: Data, said: Said) -> Data:
    words = [*data.get("words", []), said.text]
    return {"words": words if sum(map(len, words)) <= LONGEST_WORDS else words[:-1]}


# --- which activity


def _known_kind(_scene: Scene, data: Data) -> Heard | None:
    if data.get("nothing"):
        return Heard("nothing")
    return Heard("chosen") if data.get("activity") else None


def _ask_kind(scene: Scene, _data: Data) -> Prompt:
    activities = scene.content.activities.activities
    return Prompt(
        scene.say("report.kind"),
        tuple(Option(activity.key, activity.name) for activity in activities),
    )


def _choose_kind(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("chosen", {"activity": key, "quantity": None})


def _hear_kind(scene: Scene, data: Data, said: Said) -> Heard | None:
    understood = scene.reader.understand(said.text, scene.today)
    if understood.negated:
        return Heard("nothing", _heard_words(data, said))
    if not understood.items:
        return None
    item = understood.items[0]
    keep: Data = {"activity": item.activity, "quantity": None, **_heard_words(data, said)}
    if item.amount and item.amount.quantity > 0 and _whole(scene, item.activity, item.amount):
        keep |= _amount_data(item.amount)
    if item.on:
        keep["on"] = item.on.isoformat()
    return Heard("chosen", keep)


# --- how much


def _known_quantity(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told") if data.get("quantity") else None


def _ask_quantity(scene: Scene, data: Data) -> Prompt:
    return Prompt(scene.fill(_activity(scene, data).question))


def _whole(scene: Scene, activity: str, amount: Amount) -> bool:
    counted_in_wholes = scene.content.activity(activity).units == ("cay",)
    return not counted_in_wholes or amount.quantity % 1 == 0


def _hear_quantity(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    activity = _activity(scene, data)
    understood = scene.reader.understand(said.text, scene.today)
    if understood.negated:
        return Heard("nothing", _heard_words(data, said))
    amount = scene.reader.amount(said.text, activity)
    if amount is None:
        return Misheard(scene.reply("report.quantity_unclear", example=activity.example))
    if amount.quantity <= 0:
        return Misheard(scene.reply("report.quantity_zero"))
    if amount.quantity > LARGEST:
        return Misheard(scene.reply("report.quantity_huge"))
    if not _whole(scene, activity.key, amount):
        return Misheard(scene.reply("report.quantity_whole"))
    what = amount.what or data.get("what")
    keep = {**_amount_data(replace(amount, what=what)), **_heard_words(data, said)}
    keep["nothing"] = False
    told_day = scene.reader.day(said.text, scene.today)
    if told_day:
        keep["on"] = told_day.isoformat()
    return Heard("told", keep)


# --- is that much plausible


def _known_size(scene: Scene, data: Data) -> Heard | None:
    if Decimal(data["quantity"]) > LARGEST:
        return Heard("wrong", {"quantity": None}, (scene.reply("report.quantity_huge"),))
    usual = Decimal(data["quantity"]) <= _activity(scene, data).plausible_max
    return Heard("usual") if usual or data.get("sure") else None


def _ask_size(scene: Scene, data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("report.big", amount=_amount(scene, data, in_full=True)),
        ("usual", scene.say("report.big_yes")),
        ("wrong", scene.say("report.big_no")),
    )


def _choose_size(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard(key, {"sure": True} if key == "usual" else {"quantity": None})


# --- when


def _known_day(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told") if data.get("on") else None


def _example_day(scene: Scene) -> str:
    some_days_ago = scene.today - timedelta(days=3)
    return f"{some_days_ago.day}/{some_days_ago.month}"


def _ask_day(scene: Scene, _data: Data) -> Prompt:
    return Prompt(
        scene.say("report.day", example=_example_day(scene)),
        (
            Option("today", scene.say("report.day_today")),
            Option("yesterday", scene.say("report.day_yesterday")),
        ),
    )


def _choose_day(scene: Scene, _data: Data, key: str) -> Heard:
    day = scene.today - timedelta(days=int(key == "yesterday"))
    return Heard("told", {"on": day.isoformat()})


def _hear_day(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    day = scene.reader.day(said.text, scene.today)
    if day is None:
        return Misheard(scene.reply("report.day_unclear", example=_example_day(scene)))
    keep: Data = {"on": day.isoformat(), **_heard_words(data, said)}
    for item in scene.reader.understand(said.text, scene.today).items:
        if item.amount and item.activity != data["activity"]:
            return Misheard(scene.reply("report.one_at_a_time"))
        if item.amount and _whole(scene, item.activity, item.amount) and item.amount.quantity > 0:
            keep |= _amount_data(item.amount)
    return Heard("told", keep)


# --- is it right


def _ask_confirm(scene: Scene, data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say(
            "report.confirm",
            did=_activity(scene, data).did,
            amount=_amount(scene, data, in_full=True),
            day=did_day(scene, date.fromisoformat(data["on"])),
        ),
        ("yes", scene.say("report.confirm_yes")),
        ("fix", scene.say("report.confirm_no")),
    )


def _hear_confirm(scene: Scene, data: Data, said: Said) -> Heard | Misheard | None:
    """A correction in words: another amount, or another day; another report must wait."""
    understood = scene.reader.understand(said.text, scene.today)
    if any(item.activity != data["activity"] for item in understood.items if item.amount):
        return Misheard(scene.reply("report.one_at_a_time"))
    day = scene.reader.day(said.text, scene.today)
    if scene.reader.amount(said.text, _activity(scene, data)) is None:
        return (
            Heard("changed", {"on": day.isoformat(), **_heard_words(data, said)}) if day else None
        )
    heard = _hear_quantity(scene, data, said)
    return Heard("changed", heard.keep) if isinstance(heard, Heard) else heard


def _ask_fix(scene: Scene, _data: Data) -> Prompt:
    return Prompt(
        scene.say("report.fix"),
        (
            Option("quantity", scene.say("report.fix_quantity")),
            Option("day", scene.say("report.fix_day")),
            Option("kind", scene.say("report.fix_kind")),
        ),
    )


def _choose_fix(_scene: Scene, _data: Data, key: str) -> Heard:
    forget = {"quantity": "quantity", "day": "on", "kind": "activity"}
    return Heard(key, {forget[key]: None})


def _known_nothing(_scene: Scene, data: Data) -> Heard | None:
    return Heard("yes") if data.get("told_by_button") else None


def _ask_nothing(scene: Scene, _data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("report.nothing_sure"),
        ("yes", scene.say("report.nothing_yes")),
        ("no", scene.say("report.nothing_no")),
    )


def _choose_nothing(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard(key, {"nothing": key == "yes"})


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the report, or note that nothing was done; both answer the weekly question."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    if outcome == LEFT:
        return Ending((scene.reply("report.left"),))
    await outbox.cancel(tx, weekly_key(scene.today, person.id))
    if outcome == "nothing":
        day = date.fromisoformat(data["on"]) if data.get("on") else scene.today
        await reports.hear(tx, person.id, person.unit, day)
        return Ending((scene.reply("report.nothing"),))
    day = date.fromisoformat(data["on"])
    new = reports.NewReport(
        person_id=person.id,
        unit=person.unit,
        activity=data["activity"],
        quantity=Decimal(data["quantity"]),
        unit_of_measure=data["measure"],
        what=data.get("what"),
        done_on=day,
        source=reports.SELF,
        words="\n".join(data["words"]),
        understood=json.dumps(
            {
                key: data.get(key)
                for key in ("activity", "quantity", "measure", "what", "on", "sure")
            },
            ensure_ascii=False,
        ),
    )
    report_id = await reports.add(tx, new, scene.now)
    saved = scene.reply("report.saved", amount=_amount(scene, data), day=did_day(scene, day))
    if data.get("rest"):
        # The sentence told of more: each is confirmed by itself.
        first, *others = data["rest"]
        following = json.dumps({**first, "rest": others}, ensure_ascii=False)
        return Ending((saved,), go=f"{REPORT}:{REST}{following}")
    return Ending((saved,), (_home(scene), Offer(scene.say("report.undo"), f"undo:{report_id}")))


def _home(scene: Scene) -> Offer:
    return Offer(scene.say("menu.home"), MENU)


def weekly_key(day: date, person_id: int | None = None) -> str:
    """The name of the weekly question of a day's week, for one person or for everyone."""
    year, week, _ = day.isocalendar()
    key = f"weekly:{year}-W{week:02}"
    return key if person_id is None else f"{key}:{person_id}"


def _recap(scene: Scene, data: Data) -> str:
    if not data.get("activity"):
        return scene.say("report.recap")
    return scene.say("report.recap_kind", activity=_activity(scene, data).name.lower())


FLOW = Flow(
    name=REPORT,
    first="kind",
    steps={
        "kind": Step(
            ask=_ask_kind,
            known=_known_kind,
            choose=_choose_kind,
            hear=_hear_kind,
            to={"chosen": "quantity", "nothing": "nothing_sure"},
        ),
        "nothing_sure": Step(
            ask=_ask_nothing,
            known=_known_nothing,
            choose=_choose_nothing,
            to={"yes": "nothing", "no": "kind"},
        ),
        "quantity": Step(
            ask=_ask_quantity,
            known=_known_quantity,
            hear=_hear_quantity,
            to={"told": "day", "nothing": "nothing_sure"},
        ),
        "day": Step(
            ask=_ask_day,
            known=_known_day,
            choose=_choose_day,
            hear=_hear_day,
            to={"told": "size"},
        ),
        "size": Step(
            ask=_ask_size,
            known=_known_size,
            choose=_choose_size,
            to={"usual": "confirm", "wrong": "quantity"},
        ),
        "confirm": Step(
            ask=_ask_confirm,
            hear=_hear_confirm,
            to={"yes": "saved", "fix": "fix", "changed": "size"},
        ),
        "fix": Step(
            ask=_ask_fix,
            choose=_choose_fix,
            to={"quantity": "quantity", "day": "day", "kind": "kind"},
        ),
    },
    ends=frozenset({"saved", "nothing"}),
    begin=begin,
    finish=finish,
    recap=_recap,
)

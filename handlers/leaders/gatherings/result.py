"""What came of a gathering: how many came, what was done; entered once, as reports of its own."""

from __future__ import annotations

import json
from decimal import Decimal

from content.loader import Content
from handlers.elders.gathering.invitation import told
from handlers.elders.wording import amount_of
from handlers.leaders.gatherings.listing import latest, looked_after
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
from handlers.talk.routes import GATHERING, MENU, RESULT
from handlers.talk.scene import Scene, local_day
from storage import attendances, gatherings, reminders, reports
from storage.database import Tx
from storage.gatherings import Gathering
from storage.reports import NewReport

#: The activity of which the people who came are a report.
ATTENDED = "gathering"
#: More than this is a slip of the thumb.
MOST_PEOPLE, MOST = 20_000, 1_000_000
_NOTED, _NONE = "noted", "none"


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """A gathering that has begun (`12`, or the last): who is noted, what was told of that day."""
    one = await (looked_after(tx, scene, argument) if argument else latest(tx, scene))
    if one is None or one.off_at or one.at > scene.now:
        early = one.off_at is None if one else not argument
        key = "gather.result_early" if early else "gather.gone"
        return Ending((scene.reply(key),), (Offer(scene.say("menu.home"), MENU),))
    if entered := await _entered(tx, scene, one):
        return entered
    kinds = scene.content.gathering(one.kind).results
    units = scene.content.within(one.unit)
    day = local_day(one.at)
    before = {key: await reports.told_by_people(tx, units, key, day) for key in kinds}
    return {
        "id": one.id,
        "name": one.name,
        "noted": await attendances.how_many_came(tx, one.id),
        "asks": list(kinds),
        "left": list(kinds),
        "done": {},
        "before": {key: str(quantity) for key, quantity in before.items() if quantity},
        "words": [],
    }


async def _entered(tx: Tx, scene: Scene, one: Gathering) -> Ending | None:
    """What to do where the result is there already, and stands."""
    told_before = await reports.of_batch(tx, one.result) if one.result is not None else []
    if not told_before:
        return None
    person = scene.person
    mine = person is not None and any(each.reported_by == person.id for each in told_before)
    undo = [Offer(scene.say("report.undo"), f"undo:batch:{one.result}")] if mine else []
    reply = scene.reply("gather.result_before", name=one.name)
    return Ending((reply,), (*undo, Offer(scene.say("menu.home"), MENU)))


# --- the people


def _ask_people(scene: Scene, data: Data) -> Prompt:
    options = (
        (Option(_NOTED, scene.say("gather.result_noted", count=data["noted"])),)
        if data["noted"]
        else ()
    )
    return Prompt(scene.say("gather.result_people", name=data["name"]), options)


def _choose_people(_scene: Scene, data: Data, _key: str) -> Heard:
    return Heard("told", {"people": data["noted"]})


def _hear_people(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    numbers = scene.reader.numbers(said.text)
    if len(numbers) != 1 or numbers[0] % 1 or not 0 < numbers[0] <= MOST_PEOPLE:
        return Misheard(scene.reply("gather.result_people_unclear"))
    if numbers[0] < data["noted"]:
        return Misheard(scene.reply("gather.result_fewer", count=data["noted"]))
    return Heard("told", {"people": int(numbers[0]), "words": [*data["words"], said.text]})


# --- what was done


def _known_amount(_scene: Scene, data: Data) -> Heard | None:
    return None if data["left"] else Heard("done")


def _ask_amount(scene: Scene, data: Data) -> Prompt:
    question = scene.fill(scene.content.activity(data["left"][0]).question)
    return Prompt(question, (Option(_NONE, scene.say("gather.result_none")),))


def _choose_amount(_scene: Scene, data: Data, _key: str) -> Heard:
    return Heard("told", {"left": data["left"][1:]})


def _hear_amount(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    key, *left = data["left"]
    activity = scene.content.activity(key)
    amount = scene.reader.amount(said.text, activity)
    unclear = scene.reply("report.quantity_unclear", example=activity.example)
    if amount is None or not 0 < amount.quantity <= MOST:
        return Misheard(unclear)
    if amount.quantity % 1 and scene.content.unit_of_measure(amount.unit_of_measure).whole:
        return Misheard(unclear)
    done = [str(amount.quantity), amount.unit_of_measure, amount.what]
    words = [*data["words"], said.text]
    return Heard("told", {"left": left, "done": {**data["done"], key: done}, "words": words})


# --- is it right


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    amounts = [
        amount_of(scene, Decimal(quantity), measure, what, in_full=True)
        for quantity, measure, what in data["done"].values()
    ]
    told = ", ".join([scene.say("gather.attended", count=data["people"]), *amounts])
    lines = [scene.say("gather.result_sure", name=data["name"], done=told)]
    for key in data["done"]:
        if before := data["before"].get(key):
            measure = scene.content.activity(key).units[0]
            amount = amount_of(scene, Decimal(before), measure, None)
            lines.append(scene.say("gather.result_twice", amount=amount))
    return yes_or_no(
        scene,
        "\n".join(lines),
        ("yes", scene.say("gather.result_yes")),
        ("no", scene.say("gather.rewrite")),
    )


def _choose_sure(_scene: Scene, data: Data, key: str) -> Heard:
    return Heard(key, {} if key == "yes" else {"left": data["asks"], "done": {}, "words": []})


# --- what comes of it


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Keep the result, once, as reports that are reviewed like any other."""
    page = Offer(scene.say("gather.who_comes"), f"{GATHERING}:{data['id']}")
    home = Offer(scene.say("menu.home"), MENU)
    if outcome == LEFT:
        return Ending((scene.reply("gather.result_left"),), (page, home))
    await tx.lock(f"gathering:{data['id']}")
    one = await looked_after(tx, scene, str(data["id"]))
    if one is None or one.off_at:
        return Ending((scene.reply("gather.gone"),), (home,))
    if entered := await _entered(tx, scene, one):
        return entered
    batch = await reports.next_batch(tx)
    once = (str(data["people"]), scene.content.activity(ATTENDED).units[0], None)
    for activity, (quantity, measure, what) in {ATTENDED: once, **data["done"]}.items():
        new = _report(scene, one, data, batch, activity, Decimal(quantity), measure, what)
        await reports.add(tx, new, scene.now)
    await gatherings.has_result(tx, one.id, batch)
    await reminders.drop(tx, one.author_id, gatherings.result_key(one))
    offers = (home, Offer(scene.say("report.undo"), f"undo:batch:{batch}"))
    return Ending((scene.reply("gather.result_saved", **told(scene, one)),), offers)


def _report(
    scene: Scene,
    one: Gathering,
    data: Data,
    batch: int,
    activity: str,
    quantity: Decimal,
    measure: str,
    what: str | None,
) -> NewReport:
    person, content = scene.person, scene.content
    assert person is not None  # noqa: S101 - the route needs the right to announce
    bound = content.plausible_max(content.activity(activity), measure)
    large = bound is not None and quantity > bound * data["people"]
    again = activity in data["before"]
    doubts = {reports.LARGE: large, reports.AGAIN: again}
    understood = {"gathering": one.id, "people": data["people"], "quantity": str(quantity)}
    return NewReport(
        person_id=None,
        reported_by=person.id,
        on_behalf_of=content.gathering(one.kind).label,
        unit=one.unit,
        activity=activity,
        quantity=quantity,
        unit_of_measure=measure,
        what=what,
        done_on=local_day(one.at),
        source=reports.GATHERING,
        words="\n".join(data["words"]),
        understood=json.dumps(understood, ensure_ascii=False),
        doubts=tuple(sorted(key for key, doubted in doubts.items() if doubted)),
        batch=batch,
    )


def _stands(content: Content, data: Data) -> bool:
    return set(data["asks"]) <= {one.key for one in content.activities.activities}


FLOW = Flow(
    name=RESULT,
    first="people",
    steps={
        "people": Step(
            ask=_ask_people, choose=_choose_people, hear=_hear_people, to={"told": "amount"}
        ),
        "amount": Step(
            ask=_ask_amount,
            choose=_choose_amount,
            hear=_hear_amount,
            known=_known_amount,
            to={"told": "amount", "done": "sure"},
        ),
        "sure": Step(ask=_ask_sure, choose=_choose_sure, to={"yes": "saved", "no": "people"}),
    },
    ends=frozenset({"saved"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("gather.result_recap"),
    stands=_stands,
)

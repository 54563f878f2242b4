"""How much was done, and whether that much is plausible."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from handlers.elders.report.draft import (
    LARGEST,
    activity_of,
    alive_of,
    amount_data,
    amount_told,
    fits,
    heard_words,
)
from handlers.talk.flow import Data, Heard, Misheard, Option, Prompt, Said
from handlers.talk.messages import Reply
from handlers.talk.scene import Scene
from handlers.talk.understanding.reader import Amount

#: More lines than this are a list, and no answer to one question.
MOST_LINES = 3


def known(scene: Scene, data: Data) -> Heard | None:
    """Told already, or always one."""
    activity = activity_of(scene, data)
    if activity.amount != "asked":
        return Heard("told", {"quantity": "1", "measure": activity.units[0], "what": None})
    return Heard("told") if data.get("quantity") else None


def ask(scene: Scene, data: Data) -> Prompt:
    """How much; what cannot be weighed is one time."""
    activity = activity_of(scene, data)
    words = tuple(scene.content.phrases["leads.uncounted"].split(", "))
    uncounted = (Option("uncounted", scene.say("report.uncounted"), words),)
    return Prompt(scene.fill(activity.question), uncounted if activity.uncounted else ())


def choose(scene: Scene, data: Data, _key: str) -> Heard:
    """It was neither weighed nor counted."""
    measure = activity_of(scene, data).uncounted
    amount = Amount(quantity=Decimal(1), unit_of_measure=measure or "")
    return Heard("told", amount_data(amount))


def hear(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    """An amount in words; perhaps with its day."""
    activity = activity_of(scene, data)
    understood = scene.reader.understand(said.text, scene.today)
    if understood.negated:
        return Heard("nothing", heard_words(data, said))
    if len(said.lines) > MOST_LINES or len(understood.items) > 1:
        return Misheard(scene.reply("report.one_line"))
    if data.get("most"):
        return _hear_alive(scene, data, said)
    amount = scene.reader.amount(said.text, activity)
    if amount is None:
        return Misheard(scene.reply("report.quantity_unclear", example=activity.example))
    if wrong := _cannot_be(scene, amount):
        return Misheard(wrong)
    amount = replace(amount, what=amount.what or data.get("what"))
    about = understood.missing == "sure"
    keep = {**amount_data(amount, about=about), **heard_words(data, said), "nothing": False}
    told_day = scene.reader.day(said.text, scene.today)
    if told_day:
        keep["on"] = told_day.isoformat()
    return Heard("told", keep)


def _cannot_be(scene: Scene, amount: Amount) -> Reply | None:
    """Why there cannot be so much, and what to do next; None when there can."""
    if amount.quantity <= 0:
        return scene.reply("report.quantity_zero")
    if amount.quantity > LARGEST:
        return scene.reply("report.quantity_huge")
    if not fits(scene, amount):
        return scene.reply("report.quantity_whole")
    return None


def _hear_alive(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    alive = alive_of(scene, data, said.text)
    if alive is None:
        return Misheard(scene.reply("report.more_than_planted", amount=data["most"]))
    return Heard("told", {**amount_data(alive), **heard_words(data, said), "again": ""})


# --- is that much plausible


def known_size(scene: Scene, data: Data) -> Heard | None:
    """An amount as people usually have; or one already said to be right."""
    quantity = Decimal(data["quantity"])
    if quantity > LARGEST:
        return Heard("wrong", {"quantity": None}, (scene.reply("report.quantity_huge"),))
    bound = scene.content.plausible_max(activity_of(scene, data), data["measure"])
    usual = bound is None or quantity <= bound
    return Heard("usual") if usual or data.get("large") is not None else None


def ask_size(scene: Scene, data: Data) -> Prompt:
    """Is it so much? Large amounts can be true, and are marked for whoever reviews."""
    large = activity_of(scene, data).large
    amount = amount_told(scene, data, in_full=True)
    wrong = Option("wrong", scene.say("report.big_no"), scene.content.vocabulary.answers.no)
    if large:
        right = [Option(f"usual:{n}", label) for n, label in enumerate(large.choices)]
        question = scene.fill(large.question, amount=amount)
    else:
        right = [Option("usual:", scene.say("report.big_yes"))]
        question = scene.say("report.big", amount=amount)
    first = replace(right[0], words=scene.content.vocabulary.answers.yes)
    return Prompt(question, (first, *right[1:], wrong))


def choose_size(scene: Scene, data: Data, key: str) -> Heard:
    """Right, with what it is of; or a slip."""
    outcome, _, choice = key.partition(":")
    if outcome == "wrong":
        return Heard("wrong", {"quantity": None})
    large = activity_of(scene, data).large
    said = large.choices[int(choice)] if large and choice else scene.say("report.big_yes")
    return Heard("usual", {"large": said})

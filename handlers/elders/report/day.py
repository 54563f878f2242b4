"""When it was done."""

from __future__ import annotations

from datetime import timedelta

from handlers.elders.report.draft import amount_data, fits, heard_words, kept_for_later
from handlers.talk.flow import Data, Heard, Misheard, Option, Prompt, Said
from handlers.talk.scene import Scene


def known(_scene: Scene, data: Data) -> Heard | None:
    """Told already."""
    return Heard("told") if data.get("on") else None


def _example(scene: Scene) -> str:
    some_days_ago = scene.today - timedelta(days=3)
    return f"{some_days_ago.day}/{some_days_ago.month}"


def ask(scene: Scene, _data: Data) -> Prompt:
    """Today, yesterday, or a day in words."""
    return Prompt(
        scene.say("report.day", example=_example(scene)),
        (
            Option("today", scene.say("report.day_today")),
            Option("yesterday", scene.say("report.day_yesterday")),
        ),
    )


def choose(scene: Scene, _data: Data, key: str) -> Heard:
    """One of the two usual days."""
    day = scene.today - timedelta(days=int(key == "yesterday"))
    return Heard("told", {"on": day.isoformat()})


def hear(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    """A day in words; perhaps with another amount."""
    day = scene.reader.day(said.text, scene.today)
    items = scene.reader.understand(said.text, scene.today).items
    if any(item.amount and item.activity != data["activity"] for item in items):
        return kept_for_later(scene, data, said)
    if day is None:
        return Misheard(scene.reply("report.day_unclear", example=_example(scene)))
    keep: Data = {"on": day.isoformat(), **heard_words(data, said)}
    for item in items:
        if item.amount and fits(scene, item.amount):
            keep |= amount_data(item.amount)
    return Heard("told", keep)

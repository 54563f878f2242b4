"""The tally in the chat."""

from __future__ import annotations

from datetime import timedelta

from handlers.reports import figures, forms, periods
from handlers.talk import rights
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Reply
from handlers.talk.routes import MENU
from handlers.talk.scene import Scene
from storage.database import Tx


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """The tally of a period (this week when none is named), within the officer's own scope."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to a tally
    this_week = periods.week_of(scene.today)
    last_week = periods.week_of(scene.today - timedelta(days=7))
    try:
        period = periods.parse(argument, scene.content.plan) if argument else this_week
    except ValueError:
        return Ending((scene.reply("tally.unknown_period", period=argument[:20]),))
    counted = await figures.tally(
        tx,
        scene.content,
        period,
        units=rights.units(person, "tally", scene.content),
        agencies=rights.agencies(person, "tally", scene.content),
        now=scene.now,
        today=scene.today,
    )
    if not counted.rows:
        return Ending((scene.reply("tally.no_targets"),))
    other, key = (
        (last_week, "tally.last_week")
        if period.key == this_week.key
        else (this_week, "tally.this_week")
    )
    offers = (Offer(scene.say(key), f"tally:{other.key}"), Offer(scene.say("menu.home"), MENU))
    return Ending((Reply(text=forms.as_text(counted, scene.content)),), offers)

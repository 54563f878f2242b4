"""The tally in the chat."""

from __future__ import annotations

from datetime import timedelta

from handlers.officers.sight import seen, told
from handlers.reports import forms, periods, summary
from handlers.talk import rights
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Reply
from handlers.talk.routes import BOARDS, MENU
from handlers.talk.scene import Scene
from storage import mondays
from storage.database import Tx


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """The tally of a period (this week when none is named), within the officer's own scope."""
    this_week = periods.week_of(scene.today)
    last_week = periods.week_of(scene.today - timedelta(days=7))
    try:
        period = this_week
        if argument:
            period = periods.said(argument, scene.today, scene.content.plan)
    except ValueError:
        return Ending((scene.reply("tally.unknown_period", period=argument[:20]),))
    counted = await seen(tx, scene, period)
    if not counted.rows:
        return Ending((scene.reply("tally.no_targets"),))
    if counted.to_come:
        this = Offer(scene.say("tally.this_week"), f"tally:{this_week.key}")
        home = Offer(scene.say("menu.home"), MENU)
        return Ending((Reply(text=summary.lines(counted, scene.content)),), (this, home))
    return Ending(
        (
            told(counted, scene.content),
            Reply(text=forms.as_text(counted, scene.content)),
        ),
        (
            Offer(scene.say("files.get"), f"files:{period.key}"),
            Offer(scene.say("tally.last_week"), f"tally:{last_week.key}")
            if period.key == this_week.key
            else Offer(scene.say("tally.this_week"), f"tally:{this_week.key}"),
            await _last_offer(tx, scene),
        ),
    )


async def _last_offer(tx: Tx, scene: Scene) -> Offer:
    """To be sent it every Monday, for an officer who has not chosen that yet; else the boards."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to a tally
    if rights.may(person, "figures") and not await mondays.chose(tx, person.id):
        return Offer(scene.say("monday.offer"), "monday")
    return Offer(scene.say("board.open"), BOARDS)

"""What a person may see of a tally, and how it is told in short."""

from __future__ import annotations

from content.loader import Content
from handlers.reports import charts, freezing, summary
from handlers.reports.periods import Period
from handlers.reports.tables import Tally
from handlers.talk import rights
from handlers.talk.messages import Reply
from handlers.talk.scene import ZONE, Scene
from storage.database import Tx
from storage.people import Person


async def seen(tx: Tx, scene: Scene, period: Period) -> Tally:
    """A period as far as the person may see it."""
    assert scene.person is not None  # noqa: S101 - the route needs the right to a tally
    units, agencies = scope(scene.person, scene.content)
    return await freezing.shown(
        tx,
        scene.content,
        period,
        units=units,
        agencies=agencies,
        now=scene.now.astimezone(ZONE),
        today=scene.today,
    )


def scope(person: Person, content: Content) -> tuple[list[str] | None, list[str] | None]:
    """The units and the agencies whose figures a person may see; None: all.

    Who is an officer and leads a chi hội too sees what the officer sees: rights that were put
    together would show more than either gives.
    """
    right: rights.Right = "figures" if rights.may(person, "figures") else "tally"
    units, agencies = rights.reach(person, right, content)
    return (
        None if units is None else sorted(units),
        None if agencies is None else sorted(agencies),
    )


def told(counted: Tally, content: Content) -> Reply:
    """What matters in three lines, and the chart of the targets."""
    picture = charts.picture("targets", counted, content)
    return Reply(text=summary.lines(counted, content), picture=picture)

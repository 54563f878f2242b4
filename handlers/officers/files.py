"""The tally as files: a workbook, a draft of the report, and charts."""

from __future__ import annotations

from handlers.officers.sight import scope, seen
from handlers.reports import charts, periods
from handlers.reports.periods import Period
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Document, Reply
from handlers.talk.routes import MENU, split
from handlers.talk.scene import Scene
from storage.database import Tx

#: What the files are called, and the kinds there are.
NAMES = {"xlsx": "Tong-hop", "docx": "Bao-cao"}


async def page(_tx: Tx, scene: Scene, argument: str) -> Ending:
    """Which file of a period (this week when none is named)."""
    period = _period(scene, argument)
    if period is None:
        return Ending((scene.reply("tally.unknown_period", period=argument[:20]),))
    offers = [Offer(scene.say(f"files.{form}"), f"file:{form}:{period.key}") for form in NAMES]
    offers.append(Offer(scene.say("files.charts"), f"charts:{period.key}"))
    return Ending((scene.reply("files.which", label=_label(period)),), tuple(offers))


async def send(_tx: Tx, scene: Scene, argument: str) -> Ending:
    """One file; it is made when it goes out, of what this person may see now."""
    form, key = split(argument)
    period = _period(scene, key)
    if period is None or form not in NAMES:
        return Ending((scene.reply("tally.unknown_period", period=key[:20]),))
    assert scene.person is not None  # noqa: S101 - the route needs the right to a tally
    units, agencies = scope(scene.person, scene.content)
    document = Document(
        name=f"{NAMES[form]}-{period.key}.{form}",
        values={"period": period.key, "units": units, "agencies": agencies},
    )
    text = scene.say(f"files.here_{form}", label=_label(period))
    return Ending((Reply(text=text, document=document),), _others(scene, period))


async def charts_page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """Every chart, as pictures."""
    period = _period(scene, argument)
    if period is None:
        return Ending((scene.reply("tally.unknown_period", period=argument[:20]),))
    counted = await seen(tx, scene, period)
    shown = [
        Reply(
            text=scene.say(f"files.chart_{chart}"),
            picture=charts.picture(chart, counted, scene.content),
        )
        for chart in charts.of(counted)
    ]
    return Ending(tuple(shown), _others(scene, period))


def _period(scene: Scene, key: str) -> Period | None:
    try:
        return periods.parse(key, scene.content.plan) if key else periods.week_of(scene.today)
    except ValueError:
        return None


def _label(period: Period) -> str:
    return period.label[:1].lower() + period.label[1:]


def _others(scene: Scene, period: Period) -> tuple[Offer, ...]:
    files = Offer(scene.say("files.get"), f"files:{period.key}")
    see = Offer(scene.say("files.see"), f"tally:{period.key}")
    return files, see, Offer(scene.say("menu.home"), MENU)

"""The certificate of a finished track: a picture with warm words, to show to the family."""

from __future__ import annotations

from collections.abc import Mapping

from content.loader import LoadedTrack
from handlers.elders.lesson.questions import ENOUGH_RIGHT
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Picture, Reply
from handlers.talk.routes import CERTIFICATE, LEARN, MENU
from handlers.talk.scene import Scene, local_day
from storage import learning
from storage.database import Tx
from storage.learning import Progress

#: How many finished tracks are offered at a time, before there are more.
SHOWN = 2
_MORE = "from:"


def earned(scene: Scene, progress: Mapping[str, Progress]) -> list[LoadedTrack]:
    """The tracks of which a person has learnt every lesson, with enough right answers once."""
    counted = {id_ for id_, one in progress.items() if one.finished and one.right >= ENOUGH_RIGHT}
    return [
        one
        for one in scene.content.tracks
        if one.lessons and counted.issuperset(lesson.id for lesson in one.lessons)
    ]


def drawn(scene: Scene, track: LoadedTrack, progress: Mapping[str, Progress]) -> Reply:
    """The certificate of a finished track, dated on the day it was finished."""
    person, content = scene.person, scene.content
    assert person is not None  # noqa: S101 - the routes that lead here need a registered person
    title = scene.fill(track.track.title)
    instants = [progress[lesson.id].finished_at for lesson in track.lessons]
    day = local_day(max(instant for instant in instants if instant is not None))
    values = {
        "form": scene.form.person,
        "name": person.name,
        "track": title,
        "unit": content.units.get(person.unit, content.root_unit).name,
        "program": content.plan.name,
        "date": f"{day.day}/{day.month}/{day.year}",
    }
    return Reply(
        text=scene.say("certificate.given", title=title),
        picture=Picture(name="certificate", values=values),
    )


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """My certificates: the only one, the one named, or which (`from:2` shows further ones)."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    progress = await learning.progress(tx, person.id)
    tracks = earned(scene, progress)
    home = Offer(scene.say("menu.home"), MENU)
    if not tracks:
        learn = Offer(scene.say("menu.learn"), LEARN)
        return Ending((scene.reply("certificate.none"),), (learn, home))
    named = [one for one in tracks if len(tracks) == 1 or one.track.id == argument]
    if named:
        return Ending((drawn(scene, named[0], progress),), (home,))
    start = argument.removeprefix(_MORE)
    left = tracks[int(start) if start.isdecimal() and len(start) < 4 else 0 :] or tracks
    offers = [
        Offer(scene.fill(one.track.title), f"{CERTIFICATE}:{one.track.id}") for one in left[:SHOWN]
    ]
    if len(left) > SHOWN:
        more = f"{CERTIFICATE}:{_MORE}{len(tracks) - len(left) + SHOWN}"
        offers.append(Offer(scene.say("learn.pick_more"), more))
    return Ending((scene.reply("certificate.which"),), tuple(offers))

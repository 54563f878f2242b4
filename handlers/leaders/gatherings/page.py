"""One gathering as those see it who look after it: who comes, and who must be fetched."""

from __future__ import annotations

from handlers.elders.gatherings import told
from handlers.leaders.gatherings.inviting import own
from handlers.talk import rights
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Reply
from handlers.talk.routes import COMING, GATHERING, MENU, number_in
from handlers.talk.scene import Scene
from storage import gatherings
from storage.database import Tx
from storage.gatherings import RIDE, Gathering

#: So many names are shown.
NAMES = 10


async def looked_after(tx: Tx, scene: Scene, number: str) -> Gathering | None:
    """A gathering of the units whose people the person may invite; None for any other."""
    wanted = number_in(number)
    one = await gatherings.get(tx, wanted) if wanted is not None else None
    return one if one and own(scene, one.unit) else None


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """A gathering (`12`): when and where, how many come, and by name who needs a ride."""
    one = await looked_after(tx, scene, argument)
    home = Offer(scene.say("menu.home"), MENU)
    if one is None:
        comes = Offer(scene.say("gather.what_comes"), COMING)
        return Ending((scene.reply("gather.gone"),), (comes, home))
    refresh = Offer(scene.say("announce.refresh"), f"{GATHERING}:{one.id}")
    return Ending((await who_comes(tx, scene, one),), (refresh, home))


async def who_comes(tx: Tx, scene: Scene, one: Gathering) -> Reply:
    """How many come to a gathering, and who needs a ride: by name for those who may see names."""
    counted = await gatherings.answers(tx, one.id)
    lines = [
        scene.say("gather.head", **told(scene, one)),
        scene.say(
            "gather.answers",
            total=counted.invited,
            yes=counted.yes,
            no=counted.no,
            ride=counted.ride,
            left=counted.open,
        ),
    ]
    if counted.ride and rights.may(scene.person, "names"):
        found = await gatherings.who_answered(tx, one.id, RIDE)
        names = ", ".join(
            f"{scene.content.forms[form].person} {name}" for name, form, _ in found[:NAMES]
        )
        more = scene.say("announce.missed_more", names=names) if len(found) > NAMES else names
        lines.append(scene.say("gather.rides", names=more))
    return Reply(text="\n".join(lines))

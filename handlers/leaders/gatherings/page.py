"""One gathering as those see it who look after it."""

from __future__ import annotations

from handlers.leaders.gatherings.listing import looked_after, who_comes
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Reply
from handlers.talk.routes import CHANGE_GATHERING, COMING, GATHERING, MENU
from handlers.talk.scene import Scene
from storage.database import Tx


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """A gathering (`12`): when and where, how many come, and by name who needs a ride."""
    one = await looked_after(tx, scene, argument)
    home = Offer(scene.say("menu.home"), MENU)
    if one is None:
        comes = Offer(scene.say("gather.what_comes"), COMING)
        return Ending((scene.reply("gather.gone"),), (comes, home))
    refresh = Offer(scene.say("announce.refresh"), f"{GATHERING}:{one.id}")
    offers = [refresh, home]
    if one.off_at is None and one.at > scene.now:
        offers.insert(1, Offer(scene.say("gather.change"), f"{CHANGE_GATHERING}:{one.id}"))
    return Ending((Reply(text=await who_comes(tx, scene, one)),), tuple(offers))

"""One gathering as those see it who look after it."""

from __future__ import annotations

from handlers.leaders.gatherings.listing import looked_after, sees_names, who_comes
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Reply
from handlers.talk.routes import CHANGE_GATHERING, CODE, COMING, GATHERING, MENU, RESULT, ROLL
from handlers.talk.scene import Scene, local_day
from storage.database import Tx
from storage.gatherings import Gathering


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """A gathering (`12`): when and where, how many come, and by name who needs a ride."""
    one = await looked_after(tx, scene, argument)
    home = Offer(scene.say("menu.home"), MENU)
    if one is None:
        comes = Offer(scene.say("gather.what_comes"), COMING)
        return Ending((scene.reply("gather.gone"),), (comes, home))
    reply = Reply(text=await who_comes(tx, scene, one))
    return Ending((reply,), (*_does(scene, one), home))


def _does(scene: Scene, one: Gathering) -> list[Offer]:
    """What can be done about a gathering at its time."""
    refresh = Offer(scene.say("announce.refresh"), f"{GATHERING}:{one.id}")
    if one.off_at is not None:
        return [refresh]
    change = Offer(scene.say("gather.change"), f"{CHANGE_GATHERING}:{one.id}")
    if local_day(one.at) > scene.today:
        return [refresh, change]
    names = sees_names(scene, one)
    roll = [Offer(scene.say("gather.roll_button"), f"{ROLL}:{one.id}")] if names else []
    code = [Offer(scene.say("gather.code_button"), f"{CODE}:{one.id}")] if names else []
    if one.at > scene.now:
        return [*roll, *code, change]
    result = Offer(scene.say("gather.result"), f"{RESULT}:{one.id}")
    return [*roll, *code, result]

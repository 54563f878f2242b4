"""Who comes to a gathering, for those who look after it; and what they are told at its time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from handlers.elders.gathering.invitation import told
from handlers.elders.wording import noted_in
from handlers.leaders.gatherings.inviting import own
from handlers.talk import rights
from handlers.talk.messages import Reply
from handlers.talk.reminding import moment, remind
from handlers.talk.routes import GATHERING, RESULT, number_in
from handlers.talk.scene import Library, Scene, day_begins, local_day
from handlers.talk.telling import choice, tell
from storage import addresses, gatherings, reports
from storage.database import Tx
from storage.gatherings import RIDE, Gathering
from storage.reminders import EVENING

#: So many names are shown; of so many gatherings.
NAMES, LOOKED_AT = 10, 20
#: So long after a gathering began its result is asked for, and until so long after.
OVER_AFTER, ASKED_FOR = timedelta(hours=3), timedelta(days=7)


async def looked_after(tx: Tx, scene: Scene, number: str) -> Gathering | None:
    """A gathering of the units whose people the person may invite; None for any other."""
    wanted = number_in(number)
    one = await gatherings.get(tx, wanted) if wanted is not None else None
    return one if one and own(scene, one.unit) else None


def sees_names(scene: Scene, one: Gathering) -> bool:
    """Whether the person may see by name who comes to a gathering."""
    assert scene.person is not None  # noqa: S101 - asked for someone registered
    return rights.over(scene.person, "names", one.unit, scene.content)


async def latest(tx: Tx, scene: Scene) -> Gathering | None:
    """The gathering one looks after that is today, else the last of this week without a result."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs a registered person
    units = rights.announces(person, scene.content)
    found = await gatherings.of_units(tx, units, scene.now - ASKED_FOR, LOOKED_AT)
    begun = [one for one in found if local_day(one.at) <= scene.today and one.result is None]
    return begun[-1] if begun else None


async def who_comes(tx: Tx, scene: Scene, one: Gathering) -> str:
    """How many come to a gathering, and who needs a ride: by name for those who may see names."""
    counted = await gatherings.answers(tx, one.id)
    lines = [
        scene.say("gather.head_off" if one.off_at else "gather.head", **told(scene, one)),
        scene.say(
            "gather.answers",
            total=counted.invited,
            yes=counted.yes,
            no=counted.no,
            ride=counted.ride,
            left=counted.open,
        ),
    ]
    if counted.ride and sees_names(scene, one):
        found = await gatherings.who_answered(tx, one.id, RIDE)
        names = ", ".join(
            f"{scene.content.forms[form].person} {name}" for name, form, _ in found[:NAMES]
        )
        if len(found) > NAMES:
            left = len(found) - NAMES
            names = scene.say("announce.missed_more", names=names, left=left)
        lines.append(scene.say("gather.rides", names=names))
    if one.result is not None:
        entered = await reports.of_batch(tx, one.result)
        done = ", ".join(noted_in(scene, report) for report in entered)
        lines += [scene.say("gather.result_line", done=done)] if done else []
    return "\n".join(lines)


async def tell_who_comes(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Tell those who invited for tomorrow who comes, `most` at once; to how many."""
    if moment(library, now).clock < EVENING:
        return 0
    tomorrow = local_day(now) + timedelta(days=1)
    begins, ends = day_begins(tomorrow), day_begins(tomorrow + timedelta(days=1))
    put = 0
    for one in await gatherings.to_list(tx, begins, ends, most):
        here = await addresses.latest(tx, one.author_id)
        if here is None or here.person is None:
            continue
        theirs = Scene(library, now, here.channel, here.address, here.person)
        if not own(theirs, one.unit):
            continue
        see = choice(theirs, 1, theirs.say("gather.who_comes"), f"{GATHERING}:{one.id}")
        reply = Reply(text=await who_comes(tx, theirs, one), choices=(see,))
        key = gatherings.list_key(one)
        put += await tell(
            tx, theirs, one.author_id, key, partial(_as_it_is, reply), not_after=one.at
        )
    return put


def _as_it_is(reply: Reply, _theirs: Scene) -> Reply:
    return reply


async def ask_for_results(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Remind those who invited of who came and what was done, `most` at once; how many."""
    put, at = 0, moment(library, now)
    begun = now - ASKED_FOR, now - OVER_AFTER
    for one in await gatherings.without_result(tx, at, *begun, most):
        key, word = gatherings.result_key(one), partial(_result, one)
        put += await remind(tx, library, now, one.author_id, key, word)
    return put


def _result(one: Gathering, theirs: Scene) -> Reply:
    enter = choice(theirs, 1, theirs.say("gather.result"), f"{RESULT}:{one.id}")
    see = choice(theirs, 2, theirs.say("gather.roll_button"), f"{GATHERING}:{one.id}")
    return Reply(text=theirs.say("gather.result_asked", **told(theirs, one)), choices=(enter, see))

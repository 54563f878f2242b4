"""A second person for what goes to many: who is asked, what they answer, and when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.leaders.sending import as_author, hour_of, looks, of, send, signed
from handlers.talk import rights
from handlers.talk.flow import Ending, Offer
from handlers.talk.messages import Reply
from handlers.talk.routes import ANNOUNCE, ANNOUNCED, MAILINGS, MENU, SECOND, number_in, split
from handlers.talk.scene import Library, Scene
from handlers.talk.telling import choice, tell
from storage import addresses, mailings, people
from storage.database import Tx
from storage.mailings import Mailing
from storage.people import Person

#: So long a second person may think about it; so many are asked.
PATIENCE, MOST_ASKED = timedelta(hours=24), 3
#: So many that wait are looked through for one that is somebody's to agree to.
_LOOKED_THROUGH = 100
#: What the second person answers, behind the number of the mailing.
AGREES, REFUSES = "yes", "no"


def is_needed(scene: Scene, count: int) -> bool:
    """Whether what goes to so many people needs a second person."""
    return count > scene.content.plan.announcements.alone_up_to


async def who_may(tx: Tx, scene: Scene, mailing: Mailing) -> list[Person]:
    """Who may agree to a mailing of the person, and can be written to."""
    roles = {role for role, given in rights.ROLES.items() if "announce" in given}
    content, units = scene.content, of(scene, mailing).units or ()
    covering = {content.root_unit.code}.union(*(rights.covering(one, content) for one in units))
    found = [
        person
        for id_ in await people.holders(tx, roles, covering)
        if id_ != mailing.author_id
        and (person := await people.get(tx, id_))
        and _may(scene, person, mailing)
        and await addresses.latest(tx, id_)
    ]
    return found[:MOST_ASKED]


async def names(tx: Tx, scene: Scene, mailing: Mailing) -> list[str]:
    """Who may agree to a mailing of the person, as people know them, each once."""
    found = await who_may(tx, scene, mailing)
    return list(dict.fromkeys(signed(replace(scene, person=one)) for one in found))


def _may(scene: Scene, person: Person, mailing: Mailing) -> bool:
    """Whether a person announces everywhere where a mailing of the scene's person goes."""
    theirs, units = rights.announces(person, scene.content), of(scene, mailing).units
    return theirs is None or (bool(theirs) and units is not None and theirs.issuperset(units))


def until(mailing: Mailing) -> datetime:
    """Until when a second person may answer."""
    patient = mailing.changed_at + PATIENCE
    return min(patient, mailing.due_at or patient)


async def ask(
    tx: Tx, scene: Scene, mailing: Mailing, others: list[Person], count: int
) -> list[str]:
    """Ask them; who is asked, each once."""
    shown = await looks(tx, scene, mailing)
    by = signed(scene)

    def question(theirs: Scene) -> Reply:
        words = theirs.content.vocabulary.answers
        return replace(
            shown,
            text=theirs.say(
                "announce.second_asked",
                by=by,
                count=count,
                moment=hour_of(theirs, mailing),
                words=shown.text,
            ),
            choices=(
                choice(
                    theirs, 1, theirs.say("announce.second_yes"), _go(mailing, AGREES), words.yes
                ),
                choice(
                    theirs, 2, theirs.say("announce.second_no"), _go(mailing, REFUSES), words.no
                ),
            ),
        )

    asked = [
        signed(Scene(scene.library, scene.now, scene.channel, scene.address, person))
        for person in others
        if await tell(
            tx, scene, person.id, f"second:{mailing.id}:{person.id}", question, lane=mailing.lane
        )
    ]
    return list(dict.fromkeys(asked))


def _go(mailing: Mailing, answer: str) -> str:
    return f"{SECOND}:{mailing.id}:{answer}"


async def page(tx: Tx, scene: Scene, argument: str) -> Ending:
    """What a second person says to a mailing: `12:yes`, `12:no`."""
    person, home = scene.person, (Offer(scene.say("menu.home"), MENU),)
    assert person is not None  # noqa: S101 - the route needs the right to announce
    number, answer = split(argument)
    id_ = number_in(number)
    mailing = await mailings.get(tx, id_) if id_ is not None else None
    author = await as_author(tx, scene, mailing) if mailing else None
    if mailing and mailing.author_id == person.id:
        return Ending((scene.reply("announce.second_own"),), home)
    if (
        mailing is None
        or author is None
        or not _may(author, person, mailing)
        or _is_over(mailing, scene.now)
    ):
        return Ending((scene.reply("announce.second_over"),), home)
    if answer not in {AGREES, REFUSES}:
        return Ending((await looks(tx, author, mailing),), home)
    agrees = answer == AGREES
    state = mailings.REFUSED
    if agrees:
        state = mailings.WAITING if mailing.due_at else mailings.SENT
    if not await mailings.move(tx, mailing.id, {mailings.ASKED}, state, scene.now, person.id):
        return Ending((scene.reply("announce.second_over"),), home)
    sent = await send(tx, author, mailing) if state == mailings.SENT else None
    what = "unsent" if state == mailings.SENT and sent is None else state
    await _tell_author(tx, scene, mailing, what, sent.id if sent else None)
    return Ending((scene.reply(f"announce.second_thanks_{answer}"),), home)


async def still_asked(tx: Tx, scene: Scene) -> Ending | None:
    """What waits the longest for the person to agree, shown once more; None when nothing does."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to announce
    for mailing in await mailings.unanswered(tx, scene.now, scene.now, _LOOKED_THROUGH):
        author = await as_author(tx, scene, mailing)
        if author is None or mailing.author_id == person.id or _is_over(mailing, scene.now):
            continue
        if _may(author, person, mailing):
            words = scene.content.vocabulary.answers
            offers = (
                Offer(scene.say("announce.second_yes"), _go(mailing, AGREES), tuple(words.yes)),
                Offer(scene.say("announce.second_no"), _go(mailing, REFUSES), tuple(words.no)),
            )
            said = scene.reply("announce.second_still", by=signed(author))
            return Ending((said, await looks(tx, author, mailing)), offers)
    return None


def _is_over(mailing: Mailing, now: datetime) -> bool:
    return mailing.state != mailings.ASKED or until(mailing) <= now


async def _tell_author(
    tx: Tx, scene: Scene, mailing: Mailing, what: str, sent: int | None = None
) -> None:
    """Tell the author what became of what was asked; `sent`: the announcement, if it goes out."""
    by = signed(scene) if what != mailings.EXPIRED else ""

    def news(theirs: Scene) -> Reply:
        go, label = f"{ANNOUNCE}:{mailing.id}", "announce.rewrite"
        if what == mailings.WAITING:
            go, label = MAILINGS, "announce.coming"
        if sent is not None:
            go, label = f"{ANNOUNCED}:{sent}", "announce.refresh"
        text = theirs.say(f"announce.second_{what}", by=by)
        return Reply(text=text, choices=(choice(theirs, 1, theirs.say(label), go),))

    await tell(tx, scene, mailing.author_id, f"second:{mailing.id}:{what}", news)


async def let_go_unanswered(tx: Tx, library: Library, now: datetime, most: int) -> int:
    """Let what nobody agreed to in time be over, and tell its authors; how many."""
    over = 0
    for mailing in await mailings.unanswered(tx, now - PATIENCE, now, most):
        if not await mailings.move(tx, mailing.id, {mailings.ASKED}, mailings.EXPIRED, now):
            continue  # somebody answered at this very moment
        over += 1
        scene = Scene(library, now, "", "", await people.get(tx, mailing.author_id))
        await _tell_author(tx, scene, mailing, mailings.EXPIRED)
    return over

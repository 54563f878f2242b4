"""With whom a question lies: who is told of it, and what everyone hears of its steps."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from textwrap import shorten

from content.loader import Content
from content.models.subject import Subject
from handlers.talk import rights
from handlers.talk.flow import Data, Misheard, Said
from handlers.talk.messages import PHOTO, Picture, Reply
from handlers.talk.routes import ANSWER, ASK, CLEAR
from handlers.talk.scene import Scene
from handlers.talk.telling import choice, tell
from handlers.talk.understanding.text import fold
from storage import addresses, enclosures, people, photos
from storage.database import Tx
from storage.enclosures import Enclosure, Kind
from storage.people import Person
from storage.questions import ASKED, PASSED, UNCLEAR, Question, Step

#: Behind the number of a question: what to do with it.
REPLY, PASS, BOOK = "reply", "pass", "book"
#: What is asked and answered with beside words; photos have a road of their own.
TAKES: frozenset[Kind] = frozenset({"voice"})
#: The steps in which the asker speaks.
_SAID = {ASKED, UNCLEAR}
#: So many letters of a question recall it to whoever asked.
REMINDED = 80


def subject_of(content: Content, words: str) -> Subject | None:
    """What a question is about, when its words show one thing only."""
    said = f" {fold(words)} "
    found = [
        one for one in content.subjects if any(f" {fold(word)} " in said for word in one.words)
    ]
    return found[0] if len(found) == 1 else None


def named(scene: Scene, desk: str) -> str:
    """With whom a question lies, in words."""
    names = {one.key: one.name for one in scene.content.plan.agencies}
    return names.get(desk) or scene.say("question.leaders")


async def those_at(tx: Tx, content: Content, desk: str, unit: str, but: int) -> list[Person]:
    """Whose questions of one unit at a desk are, of those who can be written to; not one's own.

    For an agency, its own officers come before those who act for every agency.
    """
    roles = {role for role, given in rights.ROLES.items() if "questions" in given}
    holders = await people.holders(tx, roles, rights.covering(unit, content))
    found = [
        person
        for id_ in holders
        if id_ != but
        and (person := await people.get(tx, id_))
        and rights.at_desk(person, desk, unit, content)
        and await addresses.latest(tx, id_)
    ]
    own = [one for one in found if any(grant.agency == desk for grant in one.grants)]
    return own or found


async def first_desk(tx: Tx, content: Content, unit: str, asker: int) -> str:
    """With whom a question begins: the leaders of the unit, or the association where none is."""
    leaders = await those_at(tx, content, rights.LEADERS, unit, asker)
    return rights.LEADERS if leaders else content.plan.questions.association


def asker(scene: Scene, question: Question) -> str:
    """Who asks, for somebody who may see names there; else nobody in particular."""
    me = scene.person
    if me is None or not rights.over(me, "names", question.unit, scene.content):
        return scene.say("question.somebody")
    form = scene.content.forms.get(question.form, scene.form).person
    return f"{form[:1].upper()}{form[1:]} {question.name}"


def told(scene: Scene, question: Question) -> str:
    """Who asks what, as those hear it who are to answer."""
    unit = scene.content.units.get(question.unit, scene.content.root_unit).name
    last = question.asked
    return scene.say(
        "question.unclear" if last.step == UNCLEAR else "question.arrived",
        name=asker(scene, question),
        unit=unit,
        what=scene.content.subject(question.subject).name,
        words=last.words,
    )


async def tell_desk(tx: Tx, scene: Scene, question: Question) -> int:
    """Tell everyone with whom a question lies now that it is there; how many that reached."""
    shown = await photos.of_question(tx, question.id)
    voice = await _voice(tx, question, question.asked)
    reached = 0
    for one in await those_at(tx, scene.content, question.desk, question.unit, question.person_id):
        key = f"question:{question.id}:{question.number}:{one.id}"
        if voice and shown:
            await tell(tx, scene, one.id, f"{key}:photo", partial(photo, shown[-1]))
        reached += await tell(tx, scene, one.id, key, partial(_arrived, question, shown, voice))
    return reached


def _arrived(question: Question, shown: list[int], voice: Enclosure | None, theirs: Scene) -> Reply:
    go = f"{ANSWER}:{question.id}"
    choices = [
        choice(theirs, 1, theirs.say("question.reply"), f"{go}:{REPLY}"),
        choice(theirs, 2, theirs.say("question.pass_on"), f"{go}:{PASS}"),
    ]
    if rights.may(theirs.person, "propose"):
        choices.append(choice(theirs, 3, theirs.say("question.book"), f"{go}:{BOOK}"))
    arrived = Reply(text=told(theirs, question), choices=tuple(choices))
    if shown and not voice:  # a message carries one thing
        arrived = replace(arrived, picture=photo(shown[-1], theirs).picture)
    return arrived.enclosing(voice, theirs.say("question.voice_elsewhere"))


def photo(id_: int, theirs: Scene) -> Reply:
    """A photo of a question, by itself."""
    picture = Picture(name=PHOTO, values={"id": id_})
    return Reply(text=theirs.say("question.photo"), picture=picture)


async def tell_asker(tx: Tx, scene: Scene, question: Question) -> bool:
    """Tell the person what just happened to their question: it was answered, or passed on."""
    key = f"question:{question.id}:{question.number}:{question.person_id}"
    voice = await _voice(tx, question, question.steps[-1])
    return await tell(tx, scene, question.person_id, key, partial(_news, question, voice))


def _news(question: Question, voice: Enclosure | None, theirs: Scene) -> Reply:
    last, asked = question.steps[-1], shorten(question.asked.words, REMINDED, placeholder=" …")
    who = named(theirs, last.desk)
    if last.step == PASSED:
        return theirs.reply("question.news_passed", question=asked, agency=who)
    yes, no = theirs.content.vocabulary.answers.yes, theirs.content.vocabulary.answers.no
    answered = Reply(
        text=theirs.say(
            "question.news_answered",
            question=asked,
            name=who[:1].upper() + who[1:],
            words=last.words,
        ),
        choices=(
            choice(theirs, 1, theirs.say("question.is_clear"), f"{CLEAR}:{question.id}", yes),
            choice(theirs, 2, theirs.say("question.not_clear"), f"{ASK}:{question.id}", no),
        ),
    )
    return answered.enclosing(voice, theirs.say("question.voice_elsewhere"))


# --- what is said aloud


def spoken(scene: Scene, said: Said) -> Data | Misheard:
    """A voice to be handed on, with the words that came along; or why it cannot be."""
    if said.too_large:
        return Misheard(scene.reply("question.voice_long"))
    if said.enclosure is None:
        return Misheard(scene.reply("question.voice_lost"))
    words = said.text or scene.say("question.spoken")
    return {"words": words, "voice": said.enclosure.id}


async def is_lost(tx: Tx, scene: Scene, voice: int | None) -> bool:
    """Whether a voice waited too long to be sent; else it is held until `enclose`."""
    assert scene.person is not None  # noqa: S101 - nobody else is asked for a voice
    return voice is not None and not await enclosures.hand_over(
        tx, voice, scene.person.id, "question"
    )


async def enclose(tx: Tx, scene: Scene, question: Question, voice: int | None) -> None:
    """Let a voice that was sent belong to the last step of a question."""
    if voice is not None and scene.person is not None:
        await enclosures.hand_over(
            tx, voice, scene.person.id, _belonging(question, question.number)
        )


async def voices(tx: Tx, question: Question) -> list[tuple[int, str]]:
    """What the asker said aloud: the number and the name of each voice, oldest first."""
    found = [await _voice(tx, question, one) for one in question.steps if one.step in _SAID]
    return [(one.id, one.name) for one in found if one]


async def _voice(tx: Tx, question: Question, step: Step) -> Enclosure | None:
    number = question.steps.index(step) + 1
    return next(iter(await enclosures.of(tx, _belonging(question, number))), None)


def _belonging(question: Question, number: int) -> str:
    return f"question:{question.id}:{number}"

"""The safety corner: what to do now, reading a suspicious message, whom to call.

Of a message only what was seen in it is kept while the talk goes on, never its words: they may
hold a code or an account, and a link in them must not come back from us.
"""

from __future__ import annotations

from collections.abc import Sequence

from handlers.talk import rights
from handlers.talk.flow import (
    Data,
    Ending,
    Flow,
    Heard,
    Misheard,
    Offer,
    Option,
    Prompt,
    Said,
    Step,
    without_courtesy,
    yes_or_no,
)
from handlers.talk.messages import Reply
from handlers.talk.routes import MENU, SAFETY
from handlers.talk.scene import Scene
from handlers.talk.sharers import labelled
from handlers.talk.suspicion.reading import Suspicion
from handlers.talk.telling import tell, who_holds
from handlers.talk.understanding.text import fold
from storage.database import Tx

#: A message has so many lines at most, and so many signs are named.
SHORT = 3
#: Fewer words without a sign are not taken for a message.
FEWEST_WORDS = 6


async def begin(_tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """Begin with what a person came with, if that is something to warn of."""
    found = scene.library.suspecting.read(argument)
    return _seen(found) if found.warn or found.lost else {}


def _seen(found: Suspicion) -> Data:
    signs = [sign.key for sign in found.signs[:SHORT]] if found.warn else []
    return {"signs": signs, "lost": found.lost}


def _known(scene: Scene, data: Data) -> Heard | None:
    return _read(scene, data) if data else None


def _read(scene: Scene, seen: Data) -> Heard:
    """What was seen in a message: who has lost money is told only what is urgent."""
    if seen["lost"]:
        return Heard("read", say=(scene.reply("safety.lost"), scene.reply("safety.keep")))
    if not seen["signs"]:
        return Heard("read", say=(scene.reply("safety.unseen"),))
    known = {sign.key: sign.why for sign in scene.content.scams.signs}
    named = _in_short([scene.say("safety.sign", why=known[key]) for key in seen["signs"]])
    return Heard("read", say=(scene.reply("safety.suspect"), *named))


def _in_short(lines: Sequence[str]) -> tuple[Reply, ...]:
    parts = [lines[start : start + SHORT] for start in range(0, len(lines), SHORT)]
    return tuple(Reply(text="\n".join(part)) for part in parts)


# --- its questions


def _ask_first(scene: Scene, _data: Data) -> Prompt:
    said = (scene.reply("safety.stop"), scene.reply("safety.keep"))
    return Prompt(scene.say("safety.what"), _choices(scene, "look"), before=said)


def _ask_message(scene: Scene, _data: Data) -> Prompt:
    return Prompt(scene.say("safety.message"))


def _ask_another(scene: Scene, _data: Data) -> Prompt:
    return Prompt(scene.say("safety.again"), _choices(scene, "look_more"))


def _ask_more(scene: Scene, _data: Data) -> Prompt:
    return Prompt(scene.say("safety.more"), _choices(scene, "look"))


def _choices(scene: Scene, look: str) -> tuple[Option, ...]:
    names = ["look", "numbers", *(["leader"] if scene.person else [])]
    labels = {"look": scene.say(f"safety.{look}")}
    return tuple(
        Option(
            name,
            labels.get(name) or scene.say(f"safety.{name}"),
            tuple(scene.say(f"safety.{name}_words").split(", ")),
        )
        for name in names
    )


def _choose(scene: Scene, _data: Data, key: str) -> Heard:
    return Heard(key, say=_numbers(scene) if key == "numbers" else ())


def _numbers(scene: Scene) -> tuple[Reply, ...]:
    """Whom to call or go to; only numbers that an officer found answering."""
    phone = scene.content.plan.help_phone
    lines = [scene.say("safety.bank"), scene.say("safety.police")]
    lines += [
        scene.say("safety.hotline", number=one.number, purpose=one.purpose)
        for one in scene.content.hotlines
        if one.checked
    ]
    lines += [scene.say("safety.program", phone=phone)] if phone else []
    return _in_short(lines)


def _hear(scene: Scene, _data: Data, said: Said) -> Heard | Misheard | None:
    """A message to read, of any length; a few words without a sign, or a report, are none."""
    text = "\n".join(said.lines)
    if not text:
        return None
    if without_courtesy(fold(text), scene) in map(fold, scene.content.vocabulary.answers.no):
        return Heard("done")
    found = scene.library.suspecting.read(text)
    reports = any(one.amount for one in scene.reader.understand(said.text, scene.today).items)
    if found.warn or found.lost or (len(text.split()) >= FEWEST_WORDS and not reports):
        return _read(scene, _seen(found))
    return None if reports else Misheard(scene.reply("safety.whole"))


# --- telling the leader


def _ask_sure(scene: Scene, _data: Data) -> Prompt:
    return yes_or_no(
        scene,
        scene.say("safety.sure", **_who(scene, scene)),
        ("yes", scene.say("safety.sure_yes")),
        ("no", scene.say("safety.sure_no")),
    )


def _hear_sure(scene: Scene, _data: Data, said: Said) -> Heard | None:
    """A message to warn of comes first; whether to tell the leader is a tap away behind it."""
    found = scene.library.suspecting.read("\n".join(said.lines))
    return _read(scene, _seen(found)) if found.warn or found.lost else None


def _who(scene: Scene, theirs: Scene) -> dict[str, str]:
    """The person and the unit, as somebody else reads them."""
    person = scene.person
    assert person is not None  # noqa: S101 - only a registered person is offered this
    unit = scene.content.units.get(person.unit, scene.content.root_unit)
    return {"name": labelled(theirs, person), "unit": unit.name}


async def finish(tx: Tx, scene: Scene, _data: Data, outcome: str) -> Ending:
    """Tell the leaders, once a day, who wants a call; nothing of the message itself."""
    if outcome != "told":
        return Ending((scene.reply("safety.left"),))
    person = scene.person
    assert person is not None  # noqa: S101 - only a registered person is offered this
    reached = [
        await tell(
            tx,
            scene,
            leader,
            f"scam:{person.id}:{scene.today}:{leader}",
            lambda theirs: theirs.reply("safety.wanted", **_who(scene, theirs)),
        )
        for leader in await who_holds(tx, scene, rights.WARNED)
    ]
    phone = scene.content.plan.help_phone
    nobody = "safety.nobody_phone" if phone else "safety.nobody"
    told = scene.reply("safety.told") if any(reached) else scene.reply(nobody, phone=phone)
    onward = Offer(scene.say("safety.look"), SAFETY)
    return Ending((told,), (onward, Offer(scene.say("menu.home"), MENU)))


_TO = {
    "look": "message",
    "numbers": "more",
    "leader": "sure",
    "read": "another",
    "done": "done",
}
FLOW = Flow(
    name=SAFETY,
    first="first",
    steps={
        "first": Step(ask=_ask_first, choose=_choose, hear=_hear, known=_known, to=_TO),
        "message": Step(ask=_ask_message, hear=_hear, to=_TO),
        "another": Step(ask=_ask_another, choose=_choose, hear=_hear, to=_TO),
        "more": Step(ask=_ask_more, choose=_choose, hear=_hear, to=_TO),
        "sure": Step(
            ask=_ask_sure, hear=_hear_sure, to={"yes": "told", "no": "more", "read": "another"}
        ),
    },
    ends=frozenset({"told", "done"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("safety.recap"),
    holds=False,
)

"""When and where: the questions that every flow about gatherings takes in."""

from __future__ import annotations

from datetime import datetime

from handlers.elders.wording import moment_told
from handlers.talk.flow import Data, Heard, Misheard, Option, Prompt, Said, Step
from handlers.talk.scene import ZONE, Scene
from handlers.talk.understanding.text import fold

#: How many moments are shown to choose from; how many letters a place has at most.
SHOWN, LONGEST_PLACE = 3, 120


def _known_when(scene: Scene, data: Data) -> Heard | None:
    """The moment that the first words told."""
    if not data["said"]:
        return None
    heard = _hear_when(scene, data, Said.of(data["said"]))
    return heard if isinstance(heard, Heard) and heard.key == "told" else None


def _ask_when(scene: Scene, data: Data) -> Prompt:
    lacks = data.get("lacks", "")
    return Prompt(scene.say(f"gather.when_{lacks}" if lacks else "gather.when"))


def _hear_when(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    """A day and an hour, told at once or one after the other."""
    now = scene.now.astimezone(ZONE)
    found = scene.reader.moment(said.text, now)
    words = said.text
    if data["when"] and not found.moments and not found.past:
        words = f"{data['when']} {said.text}"
        found = scene.reader.moment(words, now)
    if found.past:
        return Misheard(scene.reply("gather.when_past"))
    if found.lunar:
        return Misheard(scene.reply("gather.when_lunar"))
    if found.moments:
        which = [one.isoformat() for one in found.moments[:SHOWN]]
        return Heard("told", {"which": which, "when": "", "lacks": "", "said": ""})
    if not (found.has_day or found.has_hour):
        return Misheard(scene.reply("gather.when_unclear"))
    return Heard("more", {"when": words, "lacks": "hour" if found.has_day else "day"})


def _known_which(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told", {"at": data["which"][0]}) if len(data["which"]) == 1 else None


def _ask_which(scene: Scene, data: Data) -> Prompt:
    options = tuple(
        Option(one, moment_told(scene, datetime.fromisoformat(one))) for one in data["which"]
    )
    return Prompt(scene.say("gather.which"), options)


def _choose_which(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("told", {"at": key})


def _ask_place(scene: Scene, _data: Data) -> Prompt:
    return Prompt(scene.say("gather.place"))


def _hear_place(scene: Scene, _data: Data, said: Said) -> Heard | Misheard:
    if said.media or not any(letter.isalpha() for letter in said.text):
        return Misheard(scene.reply("gather.place_unclear"))
    if len(said.text) > LONGEST_PLACE:
        return Misheard(scene.reply("gather.long", count=len(said.text), most=LONGEST_PLACE))
    lead = next((one for one in _AT if fold(said.text).startswith(f"{one} ")), "")
    place = " ".join(said.text.split()[len(lead.split()) :])
    return Heard("told", {"place": place})


#: What people say before a place, folded.
_AT = ("o tai", "tai", "o")


def when_steps(then: str) -> dict[str, Step]:
    """The questions from "when" on; they leave the moment as `at`, and `then` is the step after.

    They need `when` and `said` in the data, empty or what was said already.
    """
    return {
        "when": Step(
            ask=_ask_when,
            hear=_hear_when,
            known=_known_when,
            to={"told": "which", "more": "when"},
            takes_anything=True,
        ),
        "which": Step(ask=_ask_which, choose=_choose_which, known=_known_which, to={"told": then}),
    }


def place_steps(then: str) -> dict[str, Step]:
    """The question "place"; it leaves the `place`, and `then` is the step after."""
    asks = Step(
        ask=_ask_place,
        hear=_hear_place,
        to={"told": then},
        takes_anything=True,
        for_others=True,
    )
    return {"place": asks}

"""What stands in the registers: pausing, resuming, ending, or taking a mistaken approval back."""

from __future__ import annotations

from datetime import date

from handlers.officers.news import tell_proposer
from handlers.reports.registers import (
    day_options,
    example_day,
    hear_day,
    may_decide,
    told,
    written,
)
from handlers.talk.choosing import BEFORE_MORE, MORE
from handlers.talk.flow import (
    LEFT,
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
    yes_or_no,
)
from handlers.talk.routes import MENU, WORDS
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold
from storage import registers
from storage.database import Tx
from storage.registers import APPROVED, ENDED, PAUSED, PROPOSED, Entry

#: A longer name is cut where it stands on a button.
LONGEST_LABEL = 40
#: What can be done with an entry, in the order it is offered.
CHANGES = (APPROVED, PAUSED, ENDED, PROPOSED)


async def begin(tx: Tx, scene: Scene, argument: str) -> Data | Ending:
    """What stands and this officer may change, a page at a time: `2` goes on from the third.

    `0:vườn lê` is only what has these words; the one entry that has them needs no choosing.
    """
    start, _, words = argument.partition(":")
    standing = await registers.entries(tx, {APPROVED, PAUSED})
    mine = [one for one in standing if may_decide(scene, one)]
    if not mine:
        return Ending((scene.reply("registers.none_standing"),))
    found = [one for one in mine if not words or _has(scene, one, words)]
    if not found:
        return Ending(go=f"{WORDS}:{words}")
    left = found[int(start) if start.isdecimal() else 0 :]
    page = left if len(left) <= BEFORE_MORE + 1 else left[:BEFORE_MORE]
    return {
        "page": [_kept(scene, one) for one in page],
        "total": len(found),
        "next": len(found) - len(left) + len(page) if page != left else None,
        "words": words,
        "id": found[0].id if words and len(found) == 1 else None,
    }


def _has(scene: Scene, entry: Entry, words: str) -> bool:
    """Whether an entry's name, place or kind has these words."""
    return f" {fold(words)} " in f" {fold(told(scene, entry))} "


def _kept(scene: Scene, entry: Entry) -> Data:
    return {
        "id": entry.id,
        "seen": entry.number,
        "name": entry.name,
        "told": told(scene, entry),
        "state": entry.state,
        "day": entry.day.isoformat(),
        "may": [state for state in CHANGES if entry.may_become(state)],
    }


def _one(data: Data) -> Data:
    return next(one for one in data["page"] if one["id"] == data["id"])


# --- which entry, and what becomes of it


def _known_which(_scene: Scene, data: Data) -> Heard | None:
    return Heard("told") if data["id"] else None


def _ask_which(scene: Scene, data: Data) -> Prompt:
    options = [Option(str(one["id"]), _label(one["name"])) for one in data["page"]]
    if data["next"]:
        options.append(Option(MORE, scene.say("talk.others")))
    return Prompt(scene.say("registers.which_entry", total=data["total"]), tuple(options))


def _label(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"


def _choose_which(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("others") if key == MORE else Heard("told", {"id": int(key)})


def _hear_which(_scene: Scene, _data: Data, said: Said) -> Heard | None:
    """Words to look for in what stands; where they are not found, they meant something else."""
    return Heard("sought", {"words": said.text}) if fold(said.text) else None


def _ask_what(scene: Scene, data: Data) -> Prompt:
    one = _one(data)
    options = tuple(Option(state, scene.say(f"registers.make_{state}")) for state in one["may"])
    return Prompt(scene.say(f"registers.what_{one['state']}", what=one["told"]), options)


def _choose_what(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("undated" if key == PROPOSED else "dated", {"to": key, "on": None})


# --- from which day


def _ask_day(scene: Scene, data: Data) -> Prompt:
    question = scene.say(f"registers.when_{data['to']}")
    text = scene.say("registers.day", question=question, example=example_day(scene))
    return Prompt(text, day_options(scene, date.fromisoformat(_one(data)["day"])))


def _choose_day(_scene: Scene, _data: Data, key: str) -> Heard:
    return Heard("told", {"on": key})


def _hear_day(scene: Scene, data: Data, said: Said) -> Heard | Misheard:
    day = hear_day(scene, said, date.fromisoformat(_one(data)["day"]))
    return day if isinstance(day, Misheard) else Heard("told", {"on": day.isoformat()})


def _ask_sure(scene: Scene, data: Data) -> Prompt:
    day = written(date.fromisoformat(data["on"])) if data["on"] else ""
    question = scene.say(f"registers.sure_{data['to']}", what=_one(data)["told"], date=day)
    return yes_or_no(
        scene, question, ("yes", scene.say("registers.yes")), ("no", scene.say("registers.fix"))
    )


async def finish(tx: Tx, scene: Scene, data: Data, outcome: str) -> Ending:
    """Add the change to the entry's history and tell the proposer."""
    person = scene.person
    assert person is not None  # noqa: S101 - the route needs the right to registers
    if outcome == LEFT:
        return Ending((scene.reply("registers.as_before"),))
    if outcome in {"others", "sought"}:
        start = data["next"] if outcome == "others" else 0
        return Ending(go=f"standing:{start}:{data['words']}")
    one = _one(data)
    entry = await registers.get(tx, one["id"])
    done = (
        entry is not None
        and may_decide(scene, entry)
        and await registers.change(
            tx,
            entry.id,
            seen=one["seen"],
            to=data["to"],
            by=person.id,
            now=scene.now,
            day=date.fromisoformat(data["on"]) if data["on"] else None,
        )
    )
    if done:
        await tell_proposer(tx, scene, one["id"])
    said = scene.reply("registers.kept" if done else "registers.changed")
    offers = (
        Offer(scene.say("registers.change_more"), "standing"),
        Offer(scene.say("registers.see"), "registers"),
        Offer(scene.say("menu.home"), MENU),
    )
    return Ending((said,), offers)


FLOW = Flow(
    name="standing",
    first="which",
    steps={
        "which": Step(
            ask=_ask_which,
            choose=_choose_which,
            hear=_hear_which,
            known=_known_which,
            to={"told": "what", "others": "others", "sought": "sought"},
        ),
        "what": Step(ask=_ask_what, choose=_choose_what, to={"dated": "day", "undated": "sure"}),
        "day": Step(ask=_ask_day, choose=_choose_day, hear=_hear_day, to={"told": "sure"}),
        "sure": Step(ask=_ask_sure, to={"yes": "changed", "no": "what"}),
    },
    ends=frozenset({"changed", "others", "sought"}),
    begin=begin,
    finish=finish,
    recap=lambda scene, _data: scene.say("registers.recap_standing"),
    holds=False,
)

"""A question of a survey as somebody types it: its words, its choices, and how it is answered."""

from __future__ import annotations

import re

from handlers.elders.survey.wording import options
from handlers.talk.checks import mistakable
from handlers.talk.flow import Data, Misheard, Said
from handlers.talk.scene import Scene
from handlers.talk.understanding.text import fold
from storage.surveys import CHOICE, NUMBER, SCALE, WORDS

#: A survey, a question, and a choice are at most so long.
MOST_QUESTIONS, LONGEST, MOST_CHOICES, LONGEST_CHOICE = 10, 200, 5, 40
_BULLET = re.compile(r"^(?:[-•*+]|\d{1,2}[.)]|[a-eA-E][.)])\s+")
_BETWEEN = re.compile(r"\s*[,;/]\s*")


def drafted(scene: Scene, said: Said) -> Data | Misheard:
    """A question as it was typed; its kind is None where that is not plain."""
    if said.media or not fold(said.text):
        return Misheard(scene.reply("surveying.unclear"))
    words, choices = _parted(said.lines)
    if len(words) > LONGEST:
        return Misheard(scene.reply("surveying.long", count=len(words), most=LONGEST))
    kind = CHOICE if choices else _guessed(scene, words)
    if not choices and kind == CHOICE:
        choices = _plain(scene, words)
    wrong = wrong_choices(scene, choices) if choices else None
    return wrong or {"words": words, "kind": kind, "choices": choices}


def _parted(lines: tuple[str, ...]) -> tuple[str, list[str]]:
    """The question, and what can be chosen: in lines below it, or with commas behind its mark."""
    first, below = lines[0], list(lines[1:])
    if len(below) == 1:
        below = listed(below)
    if len(below) > 1:
        return first, listed(below)
    question, mark, rest = " ".join(lines).rpartition("?")
    behind = listed([rest])
    return (f"{question}{mark}", behind) if mark and len(behind) > 1 else (" ".join(lines), [])


def listed(lines: list[str]) -> list[str]:
    """What can be chosen, a line each or with commas between."""
    if len(lines) == 1:
        lines = _BETWEEN.split(lines[0])
    plain = [_BULLET.sub("", line).strip(" .") for line in lines]
    return [one[:1].upper() + one[1:] for one in plain if one]


def wrong_choices(scene: Scene, choices: list[str]) -> Misheard | None:
    """What is wrong with some choices: their number, their length, or one is taken for another."""
    if not 1 < len(choices) <= MOST_CHOICES:
        return Misheard(scene.reply("surveying.choices_count", most=MOST_CHOICES))
    if any(len(one) > LONGEST_CHOICE for one in choices):
        return Misheard(scene.reply("surveying.choices_long", most=LONGEST_CHOICE))
    shown = [option.label for option in options(scene, CHOICE, choices)]
    if any(mistakable(scene, [*shown, scene.say("survey.skip")])):
        return Misheard(scene.reply("surveying.choices_alike"))
    return None


def _guessed(scene: Scene, words: str) -> str | None:
    """How a question is answered, where its words say so."""
    said = f" {fold(words)} "

    def has(key: str) -> bool:
        return any(f" {fold(one)} " in said for one in scene.say(f"surveying.{key}").split(","))

    if has("sounds_scale"):
        return SCALE
    if has("sounds_words"):
        return WORDS
    if has("sounds_number"):
        return NUMBER
    return CHOICE if _plain(scene, words) else None


def _plain(scene: Scene, words: str) -> list[str]:
    """The two answers of a question for yes or no; nothing for any other question."""
    said = fold(words)
    for key in ("not", "not_yet"):
        endings = map(fold, scene.say(f"surveying.sounds_{key}").split(","))
        if any(said.endswith(f" {ending}") for ending in endings):
            return scene.say(f"surveying.answers_{key}").split(", ")
    return []

"""Everything that `python -m bot check-content` asks, of all programs and on all floors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from bot import demo
from bot.channels import telegram
from bot.channels.rendering import utf16_length, with_numbers
from bot.routes import ROUTES
from content import checks
from content.loader import ROOT, Content, programs, read_files
from content.placeholders import filled
from content.problems import ContentError, Problem
from handlers.reports import pictures
from handlers.talk.checks import alike, mistakable, unreachable
from handlers.talk.flow import Flow
from handlers.talk.messages import Choice, Reply
from handlers.talk.routes import Route
from handlers.talk.scene import Library, Scene, address_words, local_day

CODE = Path(__file__).parent.parent
PHRASES = "content/phrases.toml"
#: The longest text of one message. Zalo: https://bot.zapps.me/docs/apis/sendMessage/
LONGEST = {"Zalo": 2000, "Telegram": telegram.LIMITS.text}
#: The longest text under a picture.
LONGEST_CAPTION = {"Telegram": telegram.LONGEST_CAPTION}

#: How code names phrases: whole, or a beginning that it completes; and drawings.
_WHOLE = re.compile(r'"([a-z]+\.[a-z0-9_]+)"')
_BEGUN = re.compile(r'f"([a-z]+\.[a-z_]*)\{')
_DRAWING = re.compile(r'Picture\(name="([a-z_]+)"')


def problems(now: datetime, root: Path = ROOT) -> list[Problem]:
    """Every problem in every content file, each once; `now` says which lessons are too old."""
    every = {program: read_files(program, root) for program in programs(root)}
    found = [problem for files in every.values() for problem in files.problems]
    found += checks.problems(every, root, local_day(now))
    found += flows(ROUTES)
    for files in every.values():
        if content := files.content():
            found += labels(content, now)
            found += messages(content)
            found += phrases(content.phrases)
            found += cards(content)
    found += drawings(root)
    try:
        demo.words(root)
    except ContentError as error:
        found += error.problems
    return list(dict.fromkeys(found))


def labels(content: Content, now: datetime) -> Iterator[Problem]:
    """What is typed must choose what was meant."""
    scene = Scene(Library(content), now=now, channel="", address="", person=None)
    titles = {}
    for file, lesson in checks.lessons(content.tracks):
        titles[file] = lesson.title
        for number, quiz in enumerate(lesson.quiz):
            choices = [filled(choice, address_words(scene.form)) for choice in quiz.choices]
            for told in mistakable(scene, choices):
                yield Problem(file, f"quiz.{number}.choices", told)
    activities = content.activities.activities
    for one in activities:
        for told in mistakable(scene, one.large.choices if one.large else ()):
            yield Problem("content/activities.toml", f"{one.key}.large.choices", told)
    for titled in (titles, {track.file: track.track.title for track in content.tracks}):
        for file, told in alike(titled):
            yield Problem(file, "title", told)
    for file, named in {
        "content/activities.toml": {one.key: one.name for one in activities},
        PHRASES: {f"forms.{key}": form.label for key, form in content.forms.items()},
    }.items():
        for key, told in alike(named):
            yield Problem(file, key, told)


def messages(content: Content) -> Iterator[Problem]:
    """Every message goes out whole on every channel, and a card under a picture too."""
    for file, lesson in checks.lessons(content.tracks):
        for key, text in checks.messages(lesson):
            if key.startswith("cards."):
                yield from _fits(file, key, text, LONGEST_CAPTION)
            yield from _fits(file, key, text, LONGEST)
        for number, quiz in enumerate(lesson.quiz):
            choices = [
                Choice(digit=str(place), label=label, payload="")
                for place, label in enumerate(quiz.choices, 1)
            ]
            shown = with_numbers(Reply(text=quiz.question, choices=tuple(choices)))
            yield from _fits(file, f"quiz.{number}", shown, LONGEST)
    for key, text in content.phrases.items():
        if not key.startswith("words."):
            yield from _fits(PHRASES, f"say.{key}", text, LONGEST)


def _fits(file: str, key: str, text: str, longest: Mapping[str, int]) -> Iterator[Problem]:
    for channel, limit in longest.items():
        if (length := utf16_length(text)) > limit:
            yield Problem(file, key, f"has {length} letters; {channel} takes {limit} here")


def phrases(written: Iterable[str]) -> Iterator[Problem]:
    """Every phrase that is written is said somewhere, and every one that is said is written."""
    written, code = set(written), _code()
    whole, begun = set(_WHOLE.findall(code)), set(_BEGUN.findall(code)) - {"words."}
    parts = {key.partition(".")[0] for key in written}
    for key in sorted(whole - written):
        if key.partition(".")[0] in parts:
            yield Problem(PHRASES, f"say.{key}", "is said somewhere but not written")
    for key in sorted(written - whole):
        # Words for a place are named by its route; phrases.toml holds no others.
        if not key.startswith(("words.", *begun)):
            yield Problem(PHRASES, f"say.{key}", "nobody says this")


def flows(routes: Sequence[Route]) -> Iterator[Problem]:
    """Every step and every end of every flow can be reached."""
    for route in routes:
        if isinstance(route.to, Flow):
            for step, told in unreachable(route.to):
                yield Problem(f"flow {route.to.name}", step, told)


def drawings(root: Path) -> Iterator[Problem]:
    """Every drawing can be drawn, and every one that is shown is there."""
    for told in pictures.problems():
        file, _, what = told.partition(": ")
        yield Problem(file, "", what)
    shown = set(_DRAWING.findall(_code())) - {"photo"}
    for name in sorted(shown):
        if not (root / "pictures" / f"{name}.svg").is_file():
            yield Problem(f"content/pictures/{name}.svg", "", "is missing")


def cards(content: Content) -> Iterator[Problem]:
    """Every picture of a card can be drawn, with words that a phone can show."""
    for told in pictures.problems_of_cards(content):
        file, key, what = told.split(": ", 2)
        yield Problem(file, key, what)


def _code() -> str:
    files = [*(CODE / "handlers").rglob("*.py"), *(CODE / "bot").rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)

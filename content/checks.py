"""What must be true of lessons and words before they go out, beyond the shape of their files.

The program starts without these: a lesson with one long line must not keep anyone from reporting.
`python -m bot check-content` asks all of them. What needs the channels or the talk is asked by the
floors that know them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from content.loader import Files, LoadedTrack
from content.models.lesson import Lesson
from content.models.plan import Plan
from content.models.sources import Sources
from content.problems import Problem
from content.reading import Reading

#: A message is read on a small screen in large letters: so many lines, so many words in each.
MOST_LINES, MOST_WORDS = 3, 15
#: A sentence may run over a line, and no longer.
LONGEST_SENTENCE = 18
#: No Vietnamese syllable has more letters than "nghiêng": a longer word is foreign, or two in one.
LONGEST_WORD = 7
#: What a button shows in one or two lines on a phone.
LONGEST_LABEL = 40

#: Words as they stand on a screen or in the papers are said in “…” or (…), addresses as they are.
_AS_IT_STANDS = re.compile(r"“[^”]*”|\([^)]*\)|\S+\.\S+")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…:;])\s+|(?<=[.!?…:;]”)\s+")
_WORD = re.compile(r"[^\W\d_]+")
_PHONE = re.compile(r"(?<!\d)(?:\+84|0)(?:[ .]?\d){8,10}(?!\d)")
#: Not Bác Hồ, who is called so by everybody.
_WRITTEN_OUT = re.compile(r"(?<!\{)\b[Bb]ác\b(?!\}| Hồ)")
_NUMBER = re.compile(r"\d+")

#: A key of a lesson, and what is wrong there.
Found = Iterator[tuple[str, str]]


def lessons(tracks: Iterable[LoadedTrack]) -> Iterator[tuple[str, Lesson]]:
    """Every lesson with its file."""
    for track in tracks:
        yield from zip(track.files, track.lessons, strict=True)


def messages(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """Everything a lesson says that is a message of its own, by key."""
    for number, card in enumerate(lesson.cards):
        yield f"cards.{number}.text", card.text
    for number, quiz in enumerate(lesson.quiz):
        yield f"quiz.{number}.question", quiz.question
        yield f"quiz.{number}.right", quiz.right
        yield f"quiz.{number}.wrong", quiz.wrong
    yield "practice.text", lesson.practice.text


def labels(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """Everything a lesson says on buttons, by key."""
    yield "title", lesson.title
    for number, quiz in enumerate(lesson.quiz):
        for place, choice in enumerate(quiz.choices):
            yield f"quiz.{number}.choices.{place}", choice


def short_lines(lesson: Lesson) -> Found:
    """At most three lines a message, and fifteen words a line."""
    for key, text in messages(lesson):
        lines = text.splitlines()
        if len(lines) > MOST_LINES:
            yield key, f"has {len(lines)} lines; at most {MOST_LINES}"
        for line in lines:
            if (words := len(line.split())) > MOST_WORDS:
                yield key, f"has a line of {words} words, at most {MOST_WORDS}: {line!r}"


def short_sentences(lesson: Lesson) -> Found:
    """At most eighteen words a sentence."""
    for key, text in messages(lesson):
        for sentence in _SENTENCE_ENDS.split(" ".join(text.split())):
            if (words := len(sentence.split())) > LONGEST_SENTENCE:
                told = f"has a sentence of {words} words, at most {LONGEST_SENTENCE}"
                yield key, f"{told}: {sentence!r}"


def plain_words(lesson: Lesson) -> Found:
    """No word that is longer than Vietnamese words are."""
    for key, text in (*messages(lesson), *labels(lesson)):
        for word in _WORD.findall(_AS_IT_STANDS.sub(" ", text)):
            if len(word) > LONGEST_WORD:
                told = "is no Vietnamese word; say it in Vietnamese, or put it in “…”"
                yield key, f"{word!r} {told}"


def short_labels(lesson: Lesson) -> Found:
    """Titles and choices fit a button."""
    for key, label in labels(lesson):
        if len(label) > LONGEST_LABEL:
            yield key, f"has {len(label)} letters; a button on a phone takes {LONGEST_LABEL}"


def no_phone_numbers(lesson: Lesson) -> Found:
    """A telephone number changes, and belongs in plan.toml, where an officer keeps it."""
    for key, text in messages(lesson):
        if found := _PHONE.search(text):
            yield key, f"has a telephone number ({found[0]}); it belongs in plan.toml"


def addressed_by_form(lesson: Lesson) -> Found:
    """Everybody is called as they like: a form of address is never written out."""
    for key, text in (*messages(lesson), *labels(lesson)):
        if found := _WRITTEN_OUT.search(text):
            told = f"{{{found[0]}}}"
            yield key, f"has {found[0]!r} written out; write {told}, which becomes ông, bà, cụ …"


def answers_move(lesson: Lesson) -> Found:
    """Who always presses the same button must not always be right."""
    if len({quiz.answer for quiz in lesson.quiz}) == 1:
        yield "quiz", f"every right answer is choice {lesson.quiz[0].answer}; move some"


def not_said_by_us(lesson: Lesson) -> Found:
    """A sentence that may be false is somebody's, in quotes: what the bot says itself is true."""
    for number, quiz in enumerate(lesson.quiz):
        if quiz.form == "true_or_false" and "“" not in quiz.question:
            yield f"quiz.{number}.question", "asks whether a sentence is true; put it in “…”"


def reviewed_first(lesson: Lesson) -> Found:
    """A lesson is good for some time after it was reviewed."""
    if lesson.valid_until <= lesson.reviewed_on:
        yield "valid_until", f"{lesson.valid_until} is not after reviewed_on"


LESSON_CHECKS: Sequence[Callable[[Lesson], Found]] = (
    short_lines,
    short_sentences,
    plain_words,
    short_labels,
    no_phone_numbers,
    addressed_by_form,
    answers_move,
    not_said_by_us,
    reviewed_first,
)


def problems(programs: dict[str, Files], root: Path, today: date) -> Iterator[Problem]:
    """Everything that is wrong with what could be read of each program's files."""
    for program, files in programs.items():
        plan_file = f"content/programs/{program}/plan.toml"
        for file, lesson in lessons(files.tracks):
            for check in LESSON_CHECKS:
                yield from _in(file, check(lesson))
        yield from _in(plan_file, skills_taught(files.plan, files.tracks))
        yield from aged(files.tracks, today)
        yield from _in(plan_file, passed_targets(files.plan, today))
    plans = {program: files.plan for program, files in programs.items() if files.plan}
    yield from same_words(plans)
    tracks = next((files.tracks for files in programs.values()), ())
    yield from orders_differ(tracks)
    yield from one_skill(tracks)
    yield from left_out(root)
    yield from known_sources(tracks, root)


def _in(file: str, found: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    return (Problem(file, key, what) for key, what in found)


def aged(tracks: Iterable[LoadedTrack], today: date) -> Iterator[Problem]:
    """Lessons that someone should have looked over again by now."""
    for file, lesson in lessons(tracks):
        if lesson.valid_until < today:
            told = f"{lesson.valid_until} has passed; review the lesson, then set a new day"
            yield Problem(file, "valid_until", told)


def passed_targets(plan: Plan | None, today: date) -> Found:
    """Lessons must not tell a goal whose horizon is over."""
    if plan is None:
        return
    ends = {horizon.id: horizon.end for horizon in plan.horizons}
    passed = [target for target in plan.targets if ends[target.horizon] < today]
    for name, text in plan.lesson_words.items():
        for target in passed:
            if f"{{{target.id}." in text:
                told = f"{target.id} ended on {ends[target.horizon]}; take the target after it"
                yield f"lesson_words.{name}", told


def skills_taught(plan: Plan | None, tracks: Iterable[LoadedTrack]) -> Found:
    """A skill that counts toward a target needs a lesson that teaches it."""
    taught = {lesson.skill for track in tracks for lesson in track.lessons}
    for skill in plan.skills.required if plan else ():
        if skill not in taught:
            yield "skills.required", f"no lesson has the skill {skill!r}"


def same_words(plans: dict[str, Plan]) -> Iterator[Problem]:
    """Every program says each word that lessons may ask for."""
    every = {name for plan in plans.values() for name in plan.lesson_words}
    for program, plan in plans.items():
        for name in sorted(every - plan.lesson_words.keys()):
            told = "another program has this word; lessons need it in all"
            yield Problem(f"content/programs/{program}/plan.toml", f"lesson_words.{name}", told)


def orders_differ(tracks: Iterable[LoadedTrack]) -> Iterator[Problem]:
    """Tracks have ids and places of their own, and so have lessons in a track."""
    tracks = tuple(tracks)
    ids = Counter(one.track.id for one in tracks)
    orders = Counter(one.track.order for one in tracks)
    for one in tracks:
        if ids[one.track.id] > 1:
            yield Problem(one.file, "id", f"another track has the id {one.track.id!r}")
        if orders[one.track.order] > 1:
            yield Problem(one.file, "order", f"another track has the order {one.track.order}")
        folders = {file: Path(file).parent.name for file in one.files}
        numbers = {file: _NUMBER.match(name) for file, name in folders.items()}
        seen = Counter(int(number[0]) for number in numbers.values() if number)
        for file, number in numbers.items():
            if number is None:
                yield Problem(file, "", "its folder must begin with its number, such as 03-")
            elif seen[int(number[0])] > 1:
                yield Problem(file, "", f"another lesson here has the number {number[0]}")


def one_skill(tracks: Iterable[LoadedTrack]) -> Iterator[Problem]:
    """The lessons of a track teach one skill: another is a slip of the pen, and counts nowhere."""
    for track in tracks:
        taught = Counter(lesson.skill for lesson in track.lessons if lesson.skill)
        usual = next((skill for skill, _ in taught.most_common(1)), "")
        for file, lesson in lessons([track]):
            if lesson.skill and lesson.skill != usual:
                yield Problem(file, "skill", f"the other lessons of this track have {usual!r}")


def left_out(root: Path) -> Iterator[Problem]:
    """A folder whose file has another name is read by nobody."""
    for track in sorted(path for path in (root / "lessons").iterdir() if path.is_dir()):
        wanted = [track / "track.toml"]
        wanted += [path / "lesson.toml" for path in sorted(track.iterdir()) if path.is_dir()]
        for path in wanted:
            if not path.is_file():
                yield Problem(f"content/{path.relative_to(root).as_posix()}", "", "is missing")


def known_sources(tracks: Iterable[LoadedTrack], root: Path) -> Iterator[Problem]:
    """Facts come from pages of those whom content/sources.toml lists, with the reason."""
    reading = Reading(root)
    listed = reading.file(root / "sources.toml", Sources)
    yield from reading.problems
    for file, lesson in lessons(tracks):
        for number, source in enumerate(lesson.sources):
            if listed and not listed.names(source.host or ""):
                told = f"{source.host} is not in content/sources.toml"
                yield Problem(file, f"sources.{number}", told)

"""What a survey found, so that nobody can tell what one of a few answered.

While it is open results go on in steps of five people. A group of fewer than five is hidden. What
is hidden must not be found by taking what is shown from the whole either, so others are hidden with
it until those together are two groups and five people.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from content.loader import Content
from handlers.reports import sheets
from handlers.reports.forms import safe
from storage import survey_results
from storage.database import Tx
from storage.survey_results import Count
from storage.surveys import CHOICE, NUMBER, SCALE, WORDS, Question, Survey

#: The columns of the two sheets.
_COLUMNS, _WORDS = ("number", "question", "where", "what", "much"), ("number", "question", "said")
#: A group of fewer people is not shown.
SMALLEST = survey_results.SMALLEST


@dataclass(frozen=True, slots=True)
class Found:
    """What was answered to one question."""

    number: int
    question: Question
    #: How many answered, and how many skipped it, as far as it is shown.
    people: int
    skipped: int
    #: How many more there are while it is open, answered or skipped; they are shown later.
    waiting: int
    #: How many gave each answer; None: too few answered it to show anything.
    answers: Mapping[str, int] | None
    #: The same by unit, of those units that can be shown; empty where there is only one.
    units: Mapping[str, Mapping[str, int]]
    #: How many units, and people in them, are not shown by themselves.
    hidden: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Results:
    """A survey as far as it may be seen now."""

    survey: Survey
    #: How many people it asks, and how many have begun to answer.
    asked: int
    begun: int
    found: tuple[Found, ...]


async def results(tx: Tx, survey: Survey, units: Collection[str] | None, today: date) -> Results:
    """What a survey found in some units (None: everywhere): all of it, or as far as it is shown."""
    closed = not survey.is_open(today)
    counted = await survey_results.counts(tx, survey.id, units, whole=closed)
    found = tuple(
        _found(number, question, [one for one in counted if one.number == number], closed=closed)
        for number, question in enumerate(survey.questions, 1)
    )
    begun = sum(one.people for one in counted if one.number == 1)
    return Results(survey, await survey_results.asked(tx, survey.id, units), begun, found)


def _found(number: int, question: Question, counted: list[Count], *, closed: bool) -> Found:
    by_unit: dict[str, Counter[str]] = {}
    for one in counted:
        if one.answer is not None:
            by_unit.setdefault(one.unit, Counter())[one.answer] += one.people
    whole = sum(by_unit.values(), Counter[str]())
    people = whole.total()
    sizes = {unit: answers.total() for unit, answers in by_unit.items()}
    shown = shown_groups(sizes) if len(sizes) > 1 and people >= SMALLEST else set()
    hidden = sizes.keys() - shown
    without = sum(one.people for one in counted if one.answer is None)
    return Found(
        number=number,
        question=question,
        people=people,
        skipped=without if closed else 0,
        waiting=0 if closed else without,
        answers=whole if people >= SMALLEST else None,
        units={unit: by_unit[unit] for unit in sorted(shown)},
        hidden=(len(hidden), sum(sizes[unit] for unit in hidden)),
    )


def shown_groups(sizes: Mapping[str, int]) -> set[str]:
    """The groups that can be shown beside their whole, the largest that are left."""
    by_size = sorted(sizes, key=lambda group: (sizes[group], group))
    hidden = [group for group in by_size if sizes[group] < SMALLEST]
    while 0 < len(hidden) < len(by_size) and sum(sizes[one] for one in hidden) < SMALLEST:
        hidden = by_size[: len(hidden) + 1]  # of a few alone there are never enough
    return set(by_size) - set(hidden)


def lines(
    question: Question, answers: Mapping[str, int], content: Content
) -> list[tuple[str, int | Decimal]]:
    """What is told of some answers: each choice and how often it was given, or sum and mean.

    Nothing for words.
    """
    say = content.phrases
    if question.kind == CHOICE:
        return [
            (label, answers.get(str(place), 0)) for place, label in enumerate(question.choices, 1)
        ]
    if question.kind == WORDS:
        return []
    people = sum(answers.values())
    total = sum((Decimal(answer) * count for answer, count in answers.items()), Decimal(0))
    mean = (say["surveyed.mean"], round(total / people, 1) if people else Decimal(0))
    if question.kind == NUMBER:
        return [(say["surveyed.sum"], total), mean]
    points = [
        (say["survey.points"].format(count=point), answers.get(str(point), 0))
        for point in range(1, 6)
    ]
    return [*points, mean]


def has_chart(found: Found) -> bool:
    """Whether there is something to draw: how often each of a few answers was given."""
    return found.question.kind in {CHOICE, SCALE} and found.answers is not None


def words(found: Found) -> list[str]:
    """What people wrote, in no order that would tell who or where; nothing while it is hidden.

    The words of who took everything back are nothing.
    """
    if found.question.kind != WORDS or found.answers is None:
        return []
    return sorted(filter(None, found.answers), key=lambda one: (one.casefold(), one))


def table(told: Results, content: Content) -> Iterable[tuple[int, str, str, str, int | Decimal]]:
    """All that may be seen, a figure a line: question, its words, where, what, how much."""
    say = content.phrases
    everywhere = say["surveyed.everywhere"]
    for one in told.found:
        head = (one.number, one.question.words)
        yield *head, everywhere, say["surveyed.people"], one.people
        if one.skipped:
            yield *head, everywhere, say["surveyed.skipped"], one.skipped
        if one.waiting:
            yield *head, everywhere, say["surveyed.later"], one.waiting
        for label, much in lines(one.question, one.answers or {}, content) if one.answers else ():
            yield *head, everywhere, label, much
        for unit, answers in one.units.items():
            name = content.units.get(unit, content.root_unit).name
            yield *head, name, say["surveyed.people"], sum(answers.values())
            for label, much in lines(one.question, answers, content):
                yield *head, name, label, much
        groups, people = one.hidden
        if one.units and groups:
            name = say["surveyed.others"].format(count=groups)
            yield *head, name, say["surveyed.people"], people


def as_csv(told: Results, content: Content) -> str:
    """All that may be seen as CSV, and what people wrote; no names, and nothing of a few."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["question", "words", "unit", "answer", "value"])
    for number, question, unit, label, much in table(told, content):
        writer.writerow([number, safe(question), safe(unit), safe(label), f"{much}"])
    for one in told.found:
        for said in words(one):
            writer.writerow([one.number, safe(one.question.words), "", safe(said), ""])
    return out.getvalue()


def make(form: str, told: Results, content: Content) -> bytes:
    """All that may be seen as the bytes of a csv or an xlsx."""
    say = content.phrases
    if form == "csv":
        # Spreadsheets take a file for UTF-8 only when it begins with a byte order mark.
        return as_csv(told, content).encode("utf-8-sig")
    figures = sheets.Sheet(
        say["surveyed.sheet"], [say[f"surveyed.column_{key}"] for key in _COLUMNS],
        (7, 50, 24, 30, 12), list(table(told, content)),
    )  # fmt: skip
    written = sheets.Sheet(
        say["surveyed.sheet_words"], [say[f"surveyed.column_{key}"] for key in _WORDS],
        (7, 50, 90),
        [(one.number, one.question.words, said) for one in told.found for said in words(one)],
    )  # fmt: skip
    return sheets.make([figures, written])

"""Reads every content file into one `Content`, or says everything that is wrong with them."""

from __future__ import annotations

import string
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar, get_args

from pydantic import BaseModel, ValidationError

from content.models.activity import Activities, Activity, UnitOfMeasure
from content.models.fields import Indicator
from content.models.lesson import Lesson, Track
from content.models.phrases import Form, Phrases
from content.models.plan import Plan, Unit, Units
from content.models.register import Register, Registers
from content.models.skill import Skill, Skills
from content.models.vocabulary import Vocabulary

ROOT = Path(__file__).parent
Model = TypeVar("Model", bound=BaseModel)

#: Placeholders that stand for the forms of address, in every text a person reads.
ADDRESS = frozenset({"bác", "Bác", "cháu", "Cháu"})
#: Further placeholders, which the program fills in phrases.
FILLED = frozenset(
    [
        "activity",
        "age",
        "agency",
        "amount",
        "amounts",
        "cards",
        "code",
        "confirmed",
        "corrected",
        "skills",
        "taken_back",
        "refused",
        "count",
        "cumulative",
        "cumulative_confirmed",
        "date",
        "day",
        "did",
        "digits",
        "done",
        "end",
        "example",
        "goal",
        "high",
        "kind",
        "label",
        "left",
        "lessons",
        "lines",
        "lost",
        "low",
        "measure",
        "name",
        "names",
        "number",
        "operator",
        "period",
        "phone",
        "photos",
        "place",
        "question",
        "questions",
        "reported",
        "reports",
        "right",
        "role",
        "root",
        "scope",
        "since",
        "start",
        "state",
        "title",
        "total",
        "unit",
        "units",
        "what",
        "why",
        "words",
    ]
)


class ContentError(Exception):
    """Content files are wrong; `problems` names each file, key and what was expected."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class LoadedTrack:
    """A track with its lessons, in order."""

    track: Track
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything written for one program."""

    plan: Plan
    units: Mapping[str, Unit]
    activities: Activities
    registers: tuple[Register, ...]
    skills: Mapping[str, Skill]
    vocabulary: Vocabulary
    forms: Mapping[str, Form]
    phrases: Mapping[str, str]
    tracks: tuple[LoadedTrack, ...]

    @property
    def root_unit(self) -> Unit:
        """The unit that all others belong to."""
        return next(unit for unit in self.units.values() if unit.parent is None)

    def within(self, code: str) -> set[str]:
        """The codes of a unit and of every unit below it."""
        found = {code}
        while more := {u.code for u in self.units.values() if u.parent in found} - found:
            found |= more
        return found

    def activity(self, key: str) -> Activity:
        """The activity with this key; KeyError if there is none."""
        return _by_key(self.activities.activities, key)

    def unit_of_measure(self, key: str) -> UnitOfMeasure:
        """The unit of measure with this key; KeyError if there is none."""
        return _by_key(self.activities.units, key)

    def register(self, key: str) -> Register:
        """The register with this key; KeyError if there is none."""
        return _by_key(self.registers, key)

    def converted(self, quantity: Decimal, measure: str, to: str) -> Decimal | None:
        """An amount in another unit of measure, as it holds in the program's region; or None."""
        if measure == to:
            return quantity
        for one in self.unit_of_measure(measure).conversions:
            if one.to == to and one.region in {None, self.plan.region}:
                return quantity * one.times
        return None

    def plausible_max(self, activity: Activity, measure: str) -> Decimal | None:
        """The most of an activity that is plausible, in a unit of measure; None if nothing says."""
        for unit, most in activity.plausible_max.items():
            one = self.converted(Decimal(1), measure, unit)
            if one is not None:
                return most / one
        return None

    def lessons(self) -> dict[str, Lesson]:
        """Every lesson by id, in order of tracks and lessons."""
        return {lesson.id: lesson for track in self.tracks for lesson in track.lessons}

    def teaching(self, skill: str) -> list[Lesson]:
        """The lessons that teach a skill, in order."""
        return [lesson for lesson in self.lessons().values() if lesson.skill == skill]


Keyed = TypeVar("Keyed", Activity, UnitOfMeasure, Register)


def _by_key(things: tuple[Keyed, ...], key: str) -> Keyed:
    for thing in things:
        if thing.key == key:
            return thing
    raise KeyError(key)


def programs(root: Path = ROOT) -> list[str]:
    """The ids of the programs there are."""
    return sorted(path.parent.name for path in (root / "programs").glob("*/plan.toml"))


def load(program: str, root: Path = ROOT) -> Content:
    """Everything for one program; ContentError with every problem in every file."""
    return _Loading(root).content(program)


class _Loading:
    """One run over the files, gathering problems instead of stopping at the first."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._problems: list[str] = []

    def content(self, program: str) -> Content:
        folder = self._root / "programs" / program
        if not folder.is_dir():
            known = ", ".join(programs(self._root))
            raise ContentError(
                [f"BOT_PROGRAM: no program {program!r} in content/programs; there are: {known}"]
            )
        plan = self._read(folder / "plan.toml", Plan)
        units = self._read(folder / "units.toml", Units)
        activities = self._read(self._root / "activities.toml", Activities)
        registers = self._read(self._root / "registers.toml", Registers)
        skills = self._read(self._root / "skills.toml", Skills)
        vocabulary = self._read(self._root / "vocabulary.toml", Vocabulary)
        phrases = self._read(self._root / "phrases.toml", Phrases)
        tracks = self._tracks(skills)
        if units is not None:
            self._check_tree(folder / "units.toml", units)
        if registers is not None and activities is not None:
            self._check_registers(self._root / "registers.toml", registers, activities)
        if plan is not None and skills is not None:
            for key in plan.skills.required:
                self._check_skill(folder / "plan.toml", "skills.required", key, skills)
        if self._problems or not (
            plan and units and activities and registers and skills and vocabulary and phrases
        ):
            raise ContentError(self._problems)
        return Content(
            plan=plan,
            units={unit.code: unit for unit in units.units},
            activities=activities,
            registers=registers.registers,
            skills={skill.key: skill for skill in skills.skills},
            vocabulary=vocabulary,
            forms={form.key: form for form in phrases.forms},
            phrases={
                f"{part}.{key}": text
                for part, texts in phrases.say.items()
                for key, text in texts.items()
            },
            tracks=tracks,
        )

    def _tracks(self, skills: Skills | None) -> tuple[LoadedTrack, ...]:
        loaded: list[LoadedTrack] = []
        seen: dict[str, Path] = {}
        for path in sorted((self._root / "lessons").glob("*/track.toml")):
            track = self._read(path, Track)
            lessons: list[Lesson] = []
            for lesson_path in sorted(path.parent.glob("*/lesson.toml")):
                lesson = self._read(lesson_path, Lesson)
                if lesson is None:
                    continue
                if lesson.id in seen:
                    self._say(
                        lesson_path,
                        "id",
                        f"{lesson.id!r} is already used by {self._name(seen[lesson.id])}",
                    )
                seen[lesson.id] = lesson_path
                if skills is not None:
                    self._check_skill(lesson_path, "skill", lesson.skill, skills)
                lessons.append(lesson)
            if track is not None:
                loaded.append(LoadedTrack(track, tuple(lessons)))
        return tuple(sorted(loaded, key=lambda one: one.track.order))

    def _read(self, path: Path, model: type[Model]) -> Model | None:
        try:
            text = path.read_text(encoding="utf-8")
            data = tomllib.loads(text)
        except OSError as error:
            self._say(path, "", f"cannot be read: {error.strerror}")
            return None
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            self._say(path, "", f"is not correct TOML in UTF-8: {error}")
            return None
        if not unicodedata.is_normalized("NFC", text):
            self._say(path, "", "has letters in two pieces; save it again as Unicode NFC")
        for key, line in _texts(data):
            self._check_placeholders(path, key, line)
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                key = ".".join(str(part) for part in problem["loc"])
                self._say(path, key, problem["msg"].removeprefix("Value error, "))
            return None

    def _check_placeholders(self, path: Path, key: str, text: str) -> None:
        filled = path.name in {"phrases.toml", "activities.toml"}
        known = ADDRESS | FILLED if filled else ADDRESS
        try:
            names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        except ValueError as error:
            self._say(path, key, f"has a brace that opens or closes nothing: {error}")
            return
        for name in names:
            if name not in known:
                self._say(path, key, f"has {{{name}}}, which nothing fills in")

    def _check_skill(self, path: Path, key: str, skill: str, skills: Skills) -> None:
        if skill not in {one.key for one in skills.skills}:
            self._say(path, key, f"content/skills.toml has no skill {skill!r}")

    def _check_tree(self, path: Path, units: Units) -> None:
        codes = [unit.code for unit in units.units]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            self._say(path, code, "two units have this code")
        for unit in units.units:
            if unit.parent is not None and unit.parent not in codes:
                self._say(path, unit.code, f"parent: no unit has the code {unit.parent!r}")
        if sum(unit.parent is None for unit in units.units) != 1:
            self._say(path, "units", "exactly one unit must have no parent")

    def _check_registers(self, path: Path, registers: Registers, activities: Activities) -> None:
        """A count is of one thing: no report may add to what a register counts."""
        reported, indicators = {one.key for one in activities.activities}, set(get_args(Indicator))
        counted = {one.evidence_for for one in activities.activities if one.role == "counts"}
        for one in registers.registers:
            if one.key in reported | (indicators - {one.indicator}):
                self._say(path, f"{one.key}.key", "something else is counted under this name")
            if one.indicator in counted:
                self._say(path, f"{one.key}.indicator", "reports of an activity count toward it")

    def _say(self, path: Path, key: str, what: str) -> None:
        self._problems.append(": ".join(part for part in (self._name(path), key, what) if part))

    def _name(self, path: Path) -> str:
        return f"content/{path.relative_to(self._root).as_posix()}"


def _texts(data: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a TOML document with the path of its key."""
    if isinstance(data, str):
        yield key, data
    elif isinstance(data, dict):
        for name, value in data.items():
            yield from _texts(value, f"{key}.{name}" if key else str(name))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _texts(value, f"{key}.{number}")

"""Reads every content file into one `Content`, or says everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TypeVar, get_args

from content import rough
from content.models.activity import Activities, Activity, UnitOfMeasure
from content.models.fields import Indicator
from content.models.gathering import GatheringKind, GatheringKinds
from content.models.lesson import Lesson, Track
from content.models.occasion import Occasion, Occasions
from content.models.phrases import Form, Phrases
from content.models.plan import Plan, Unit, Units
from content.models.register import Register, Registers
from content.models.scams import Hotline, Hotlines, Messages, Scams
from content.models.skill import Skill, Skills
from content.models.subject import Subject, Subjects
from content.models.vocabulary import Vocabulary
from content.placeholders import ADDRESS, filled
from content.problems import ContentError, Problem
from content.reading import Reading

ROOT = Path(__file__).parent

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
        "counted",
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
        "percent",
        "period",
        "phone",
        "purpose",
        "photos",
        "place",
        "moment",
        "size",
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
        "one",
        "other",
        # Of members, and where they can be reached.
        "by",
        "channel",
        "channels",
        "counts",
        "first",
        "last",
        "reach",
        "reached",
        "silent",
        "unreached",
        "where",
        # Of announcements.
        "free",
        "most",
        "paid",
        "read",
        "sent",
        "waiting",
        "whom",
        # Of gatherings.
        "moment",
        "ride",
        "rides",
        "yes",
        "no",
    ]
)


@dataclass(frozen=True, slots=True)
class LoadedTrack:
    """A track with its lessons, in order."""

    track: Track
    lessons: tuple[Lesson, ...]
    #: The file of the track, and of each lesson.
    file: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    """Everything written for one program."""

    plan: Plan
    units: Mapping[str, Unit]
    activities: Activities
    registers: tuple[Register, ...]
    skills: Mapping[str, Skill]
    subjects: tuple[Subject, ...]
    occasions: tuple[Occasion, ...]
    gatherings: tuple[GatheringKind, ...]
    vocabulary: Vocabulary
    scams: Scams
    scam_messages: Messages
    hotlines: tuple[Hotline, ...]
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

    def today(self, unit: Unit) -> Unit:
        """What became of a unit: itself, or the one it is a part of by now."""
        parent = self.units.get(unit.parent or "")
        return self.today(parent) if unit.until and parent else unit

    def activity(self, key: str) -> Activity:
        """The activity with this key; KeyError if there is none."""
        return _by_key(self.activities.activities, key)

    def unit_of_measure(self, key: str) -> UnitOfMeasure:
        """The unit of measure with this key; KeyError if there is none."""
        return _by_key(self.activities.units, key)

    def register(self, key: str) -> Register:
        """The register with this key; KeyError if there is none."""
        return _by_key(self.registers, key)

    def subject(self, key: str) -> Subject:
        """What a question is about; the last of them for one that is no longer on the list."""
        return next((one for one in self.subjects if one.key == key), self.subjects[-1])

    def gathering(self, key: str) -> GatheringKind:
        """A kind of gathering; the last of them for one that is no longer on the list."""
        return next((one for one in self.gatherings if one.key == key), self.gatherings[-1])

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

    @cached_property
    def lessons(self) -> Mapping[str, Lesson]:
        """Every lesson by id, in order of tracks and lessons."""
        return {lesson.id: lesson for track in self.tracks for lesson in track.lessons}

    def teaching(self, skill: str) -> list[Lesson]:
        """The lessons that teach a skill, in order."""
        return [lesson for lesson in self.lessons.values() if lesson.skill == skill]


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
    files = read_files(program, root)
    content = files.content()
    if content is None or files.problems:
        raise ContentError(files.problems)
    return content


@dataclass(frozen=True, slots=True)
class Files:
    """What could be read of a program's files, and what keeps it from running."""

    plan: Plan | None = None
    units: Units | None = None
    activities: Activities | None = None
    registers: Registers | None = None
    skills: Skills | None = None
    subjects: Subjects | None = None
    occasions: Occasions | None = None
    gatherings: GatheringKinds | None = None
    vocabulary: Vocabulary | None = None
    scams: Scams | None = None
    scam_messages: Messages | None = None
    hotlines: Hotlines | None = None
    phrases: Phrases | None = None
    tracks: tuple[LoadedTrack, ...] = ()
    problems: tuple[Problem, ...] = ()

    def content(self) -> Content | None:
        """What could be read, together; None while a file that everything needs is wrong."""
        plan, units, activities, registers = self.plan, self.units, self.activities, self.registers
        skills, vocabulary, phrases = self.skills, self.vocabulary, self.phrases
        subjects, occasions = self.subjects, self.occasions
        scams, scam_messages, hotlines = self.scams, self.scam_messages, self.hotlines
        gatherings = self.gatherings
        if not (plan and units and activities and registers and skills and vocabulary):
            return None
        if not (phrases and subjects and occasions and gatherings):
            return None
        if not (scams and scam_messages and hotlines):
            return None
        return Content(
            plan=plan,
            units={unit.code: unit for unit in units.units},
            activities=activities,
            registers=registers.registers,
            skills={skill.key: skill for skill in skills.skills},
            subjects=subjects.subjects,
            occasions=occasions.occasions,
            gatherings=gatherings.gatherings,
            vocabulary=vocabulary,
            scams=scams,
            scam_messages=scam_messages,
            hotlines=hotlines.hotlines,
            forms={form.key: form for form in phrases.forms},
            phrases={
                f"{part}.{key}": text
                for part, texts in phrases.say.items()
                for key, text in texts.items()
            },
            tracks=self.tracks,
        )


def read_files(program: str, root: Path = ROOT) -> Files:
    """Every file of one program, as far as it can be read."""
    folder = root / "programs" / program
    if not folder.is_dir():
        known = ", ".join(programs(root))
        told = f"no program {program!r} in content/programs; there are: {known}"
        return Files(problems=(Problem("BOT_PROGRAM", "", told),))
    reading = Reading(root)
    plan = _plan(reading, folder / "plan.toml")
    units = reading.file(folder / "units.toml", Units)
    activities = reading.file(root / "activities.toml", Activities, ADDRESS | FILLED)
    registers = reading.file(root / "registers.toml", Registers)
    skills = reading.file(root / "skills.toml", Skills)
    subjects = reading.file(root / "subjects.toml", Subjects)
    occasions = reading.file(root / "occasions.toml", Occasions, ADDRESS)
    gatherings = reading.file(root / "gatherings.toml", GatheringKinds)
    vocabulary = reading.file(root / "vocabulary.toml", Vocabulary)
    scams = reading.file(root / "scams.toml", Scams)
    scam_messages = reading.file(root / "scam_messages.toml", Messages)
    hotlines = reading.file(root / "hotlines.toml", Hotlines)
    phrases = reading.file(root / "phrases.toml", Phrases, ADDRESS | FILLED)
    tracks = _tracks(reading, plan)
    if units is not None:
        _check_tree(reading, folder / "units.toml", units)
    if gatherings is not None and activities is not None:
        _check_gatherings(reading, root / "gatherings.toml", gatherings, activities)
    if registers is not None and activities is not None:
        _check_registers(reading, root / "registers.toml", registers, activities)
    if plan is not None and skills is not None:
        _check_skills(reading, folder / "plan.toml", plan, tracks, skills)
    return Files(
        plan=plan,
        units=units,
        activities=activities,
        registers=registers,
        skills=skills,
        subjects=subjects,
        occasions=occasions,
        gatherings=gatherings,
        vocabulary=vocabulary,
        scams=scams,
        scam_messages=scam_messages,
        hotlines=hotlines,
        phrases=phrases,
        tracks=tracks,
        problems=tuple(reading.problems),
    )


def _plan(reading: Reading, path: Path) -> Plan | None:
    data = reading.toml(path)
    plan = reading.shaped(path, data, Plan) if data is not None else None
    if plan is not None:
        reading.check_placeholders(path, data, ADDRESS | plan.figures().keys())
    return plan


def _tracks(reading: Reading, plan: Plan | None) -> tuple[LoadedTrack, ...]:
    """Every track, its lessons in the words of the plan's place."""
    loaded: list[LoadedTrack] = []
    seen: dict[str, str] = {}
    for path in sorted((reading.root / "lessons").glob("*/track.toml")):
        track = reading.file(path, Track)
        lessons: list[Lesson] = []
        files: list[str] = []
        for lesson_path in sorted(path.parent.glob("*/lesson.toml")):
            data = reading.toml(lesson_path)
            if data is None:
                continue
            words = plan.words() if plan else {}
            if plan:  # else what a place calls things is not known
                reading.check_placeholders(lesson_path, data, {*ADDRESS, *words})
            data = filled(data, words)
            lesson = reading.shaped(lesson_path, data, Lesson) or rough.lesson(data)
            if lesson.id and lesson.id in seen:
                told = f"{lesson.id!r} is already used by {seen[lesson.id]}"
                reading.say(lesson_path, "id", told)
            seen[lesson.id] = reading.name(lesson_path)
            lessons.append(lesson)
            files.append(seen[lesson.id])
        if track is not None:
            loaded.append(LoadedTrack(track, tuple(lessons), reading.name(path), tuple(files)))
    return tuple(sorted(loaded, key=lambda one: one.track.order))


def _check_skills(
    reading: Reading, path: Path, plan: Plan, tracks: tuple[LoadedTrack, ...], skills: Skills
) -> None:
    """Every skill that is required or taught has a name, and tells what must have been seen."""
    known = {one.key for one in skills.skills}
    for key in plan.skills.required:
        if key not in known:
            reading.say(path, "skills.required", f"content/skills.toml has no skill {key!r}")
    for track in tracks:
        for file, lesson in zip(track.files, track.lessons, strict=True):
            if lesson.skill and lesson.skill not in known:
                told = f"content/skills.toml has no skill {lesson.skill!r}"
                reading.problems.append(Problem(file, "skill", told))


def _check_tree(reading: Reading, path: Path, units: Units) -> None:
    codes = [unit.code for unit in units.units]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        reading.say(path, code, "two units have this code")
    for unit in units.units:
        if unit.parent is not None and unit.parent not in codes:
            reading.say(path, unit.code, f"parent: no unit has the code {unit.parent!r}")
    if sum(unit.parent is None for unit in units.units) != 1:
        reading.say(path, "units", "exactly one unit must have no parent")


def _check_gatherings(
    reading: Reading, path: Path, kinds: GatheringKinds, activities: Activities
) -> None:
    known = {one.key for one in activities.activities}
    for kind in kinds.gatherings:
        for key in sorted(set(kind.results) - known):
            reading.say(path, f"{kind.key}.results", f"no activity has the key {key!r}")


def _check_registers(
    reading: Reading, path: Path, registers: Registers, activities: Activities
) -> None:
    """A count is of one thing: no report may add to what a register counts."""
    reported, indicators = {one.key for one in activities.activities}, set(get_args(Indicator))
    counted = {one.evidence_for for one in activities.activities if one.role == "counts"}
    for one in registers.registers:
        if one.key in reported | (indicators - {one.indicator}):
            reading.say(path, f"{one.key}.key", "something else is counted under this name")
        if one.indicator in counted:
            reading.say(path, f"{one.key}.indicator", "reports of an activity count toward it")

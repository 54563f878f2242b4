"""The shape of a program's plan and of its units."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from content.models.fields import Basis, ClockTime, Indicator, Key, Line, Strict, UnitCode, Weekday
from content.placeholders import filled

#: The name of a placeholder in lessons: words with small letters, such as "cây quê mình".
Word = Annotated[str, StringConstraints(pattern=r"^[^\W\d_]+( [^\W\d_]+)*$", to_lower=True)]


class Agency(Strict):
    """One body the plan names, by the key that targets and officers' rights use."""

    key: Key
    name: Line
    #: How the plan's annex also writes the name.
    also: tuple[Line, ...] = ()
    overall_lead: bool = False


class Horizon(Strict):
    """One column of the plan's annex: a span of days with its own goals."""

    id: Line
    label: Line
    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"end: {self.end} is not after start {self.start}")
        return self


class Target(Strict):
    """One line of the plan's annex, word for word, with what the plan leaves unclear."""

    id: Line
    number: Line
    horizon: Line
    text: Line
    indicator: Indicator
    goal: int = Field(gt=0)
    goal_max: int | None = None
    unit_of_measure: Line
    basis: Basis
    lead: Key
    coordinating: tuple[Line, ...]
    counting: Line
    denominator: Line | None = None
    #: Which people of the roster its share is of.
    roster: Literal["all", "over60", "members"] | None = None
    doubts: tuple[Line, ...] = ()


class SkillRule(Strict):
    """Which skills, at which level, make a person count toward the digital-skill target."""

    required: tuple[Key, ...]
    #: The level that counts: all lessons learnt, what people say they can do, what was confirmed.
    counts: Literal["learnt", "says", "confirmed"]

    @property
    def reported_at(self) -> Literal["learnt", "says"]:
        """The level at which a person counts as reported, before anyone confirms it."""
        return "learnt" if self.counts == "learnt" else "says"


class WeeklyQuestion(Strict):
    """When the weekly question goes out to whoever has not reported."""

    day: Weekday
    at: ClockTime


class OfficialReport(Strict):
    """What stands around an official report: who issues it, who signs it, who receives it."""

    #: Above the issuing body; nothing where the paper names none.
    superior: Line | None = None
    #: The issuing body as it stands at the head, line by line, and in a sentence.
    body: tuple[Line, ...]
    body_name: Line
    #: After the number: BC-UBND.
    code: Line
    place: Line
    #: The plan that is reported on, as it names itself before its title.
    plan: Line
    signed_for: tuple[Line, ...]
    signer: Line
    to: tuple[Line, ...]
    recipients: tuple[Line, ...]


class QuestionRule(Strict):
    """Who answers questions when no leader does, and after how many days each is reminded."""

    #: The agency that is the association.
    association: Key
    leader_days: int = Field(gt=0)
    association_days: int = Field(gt=0)


class AnnouncementRule(Strict):
    """When somebody may not announce alone."""

    #: More people than this, and a second leader or officer must agree.
    alone_up_to: int = Field(gt=0)


class Plan(Strict):
    """One program: a public plan, who runs it here, and its targets."""

    id: Key
    level: Literal["xã", "tỉnh"]
    name: Line
    title: Line
    issuer: Line
    operator: Line
    help_phone: str = ""
    sub_units: Line
    #: Part of the country: it decides how large a sào is.
    region: Line
    species: tuple[Line, ...]
    consent_version: Line
    #: Of the words that ask to keep photos, which change on days of their own.
    photo_consent_version: Line
    skills: SkillRule
    weekly_question: WeeklyQuestion
    #: The last day of a month that is counted in it; nothing: months are those of the calendar.
    months_close_on: int | None = Field(default=None, ge=1, le=27)
    report: OfficialReport
    questions: QuestionRule
    announcements: AnnouncementRule
    agencies: tuple[Agency, ...]
    horizons: tuple[Horizon, ...]
    targets: tuple[Target, ...]
    #: What lessons say differently here than elsewhere, by the placeholder that stands for it.
    lesson_words: dict[Word, Line] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        agencies = {agency.key for agency in self.agencies}
        horizons = {horizon.id for horizon in self.horizons}
        for target in self.targets:
            if target.lead not in agencies:
                raise ValueError(f"targets.{target.id}.lead: no agency has the key {target.lead!r}")
            if (target.basis == "share") != (target.roster is not None):
                raise ValueError(
                    f"targets.{target.id}.roster: a share is of all, over60 or members; "
                    "nothing else is"
                )
            if target.horizon not in horizons:
                raise ValueError(
                    f"targets.{target.id}.horizon: no horizon has the id {target.horizon!r}"
                )
        if self.questions.association not in agencies:
            told = f"no agency has the key {self.questions.association!r}"
            raise ValueError(f"questions.association: {told}")
        if len({target.id for target in self.targets}) != len(self.targets):
            raise ValueError("targets: two targets have the same id")
        return self

    def figures(self) -> dict[str, str]:
        """What lesson_words may take from the targets: {PT-I-3a.goal} and {PT-I-3a.lead}."""
        goals = {f"{one.id}.goal": _rounded(one.goal) for one in self.targets}
        leads = {f"{one.id}.lead": self.agency(one.lead).name for one in self.targets}
        return goals | leads

    def words(self) -> dict[str, str]:
        """What stands in lessons for each of lesson_words, also at the start of a sentence."""
        figures = self.figures()
        words = {name: filled(text, figures) for name, text in self.lesson_words.items()}
        return words | {_capital(name): _capital(text) for name, text in words.items()}

    def leading(self, indicator: Indicator | None) -> str:
        """The agency that leads what is measured by an indicator; else the association."""
        leads = (one.lead for one in self.targets if one.indicator == indicator)
        return next(leads, self.questions.association)

    def agency(self, key: str) -> Agency:
        """The agency with this key; KeyError if the plan has none."""
        for agency in self.agencies:
            if agency.key == key:
                return agency
        raise KeyError(key)


def _rounded(number: int) -> str:
    """A number as people say it: 100 nghìn, 1,5 triệu, 1.234, 90."""
    for size, name in ((1_000_000, "triệu"), (1_000, "nghìn")):
        if number >= size and number % (size // 10) == 0:
            return f"{number / size:g} {name}".replace(".", ",")
    return f"{number:,}".replace(",", ".")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


class Unit(Strict):
    """One xóm, xã, phường or tỉnh; `code` is what a QR carries."""

    code: UnitCode
    name: Line
    parent: UnitCode | None = None
    formed_from: Line | None = None
    #: The last day before it became a part of its parent; what was done in it adds up there.
    until: date | None = None
    checked: bool = True


class Units(Strict):
    """The tree of units of one program; exactly one has no parent."""

    source: Line
    units: tuple[Unit, ...]

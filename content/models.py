"""The shape of every content file: what educators and officers may write, and nothing else.

A key that is not listed here is refused with its file and name, so a typing mistake never hides.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints, model_validator

#: Short enough for any platform's buttons to carry.
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
UnitCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,31}$")]

Indicator = Literal[
    "awareness", "digital_skills", "trees", "waste_models", "organic_models", "jobs"
]
Basis = Literal["per_year", "cumulative", "stock", "share"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Strict(BaseModel):
    """Frozen, and refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


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
    doubts: tuple[Line, ...] = ()


class SkillRule(Strict):
    """Which skills, at which level, make a person count toward the digital-skill target."""

    required: tuple[Key, ...]
    #: The level that counts: what people say they can do, or what someone confirmed.
    counts: Literal["says", "confirmed"]


class WeeklyQuestion(Strict):
    """When the weekly question goes out to whoever has not reported."""

    day: Weekday
    at: ClockTime


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
    skills: SkillRule
    weekly_question: WeeklyQuestion
    agencies: tuple[Agency, ...]
    horizons: tuple[Horizon, ...]
    targets: tuple[Target, ...]

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        agencies = {agency.key for agency in self.agencies}
        horizons = {horizon.id for horizon in self.horizons}
        for target in self.targets:
            if target.lead not in agencies:
                raise ValueError(f"targets.{target.id}.lead: no agency has the key {target.lead!r}")
            if target.horizon not in horizons:
                raise ValueError(
                    f"targets.{target.id}.horizon: no horizon has the id {target.horizon!r}"
                )
        if len({target.id for target in self.targets}) != len(self.targets):
            raise ValueError("targets: two targets have the same id")
        return self

    def agency(self, key: str) -> Agency:
        """The agency with this key; KeyError if the plan has none."""
        for agency in self.agencies:
            if agency.key == key:
                return agency
        raise KeyError(key)


class Unit(Strict):
    """One xóm, xã, phường or tỉnh; `code` is what a QR carries."""

    code: UnitCode
    name: Line
    parent: UnitCode | None = None
    formed_from: Line | None = None
    checked: bool = True


class Units(Strict):
    """The tree of units of one program; exactly one has no parent."""

    source: Line
    units: tuple[Unit, ...]


class Card(Strict):
    """One idea of a lesson: at most three short lines."""

    text: Line


class QuizQuestion(Strict):
    """One question with two or three choices; `answer` counts from 1."""

    question: Line
    choices: Annotated[tuple[Line, ...], Field(min_length=2, max_length=3)]
    answer: int = Field(ge=1, le=3)
    right: Line
    wrong: Line

    @model_validator(mode="after")
    def _answer_exists(self) -> Self:
        if self.answer > len(self.choices):
            raise ValueError(f"answer: {self.answer} is not one of the {len(self.choices)} choices")
        return self


class Practice(Strict):
    """One thing to do oneself after the quiz."""

    text: Line


class Lesson(Strict):
    """One lesson: cards, a bank of quiz questions, one thing to do, and its sources."""

    id: Key
    title: Line
    skill: Key
    reviewed_on: date
    valid_until: date
    sources: Annotated[tuple[HttpUrl, ...], Field(min_length=1)]
    cards: Annotated[tuple[Card, ...], Field(min_length=3, max_length=6)]
    quiz: Annotated[tuple[QuizQuestion, ...], Field(min_length=3)]
    practice: Practice


class Track(Strict):
    """A folder of lessons in order."""

    id: Key
    title: Line
    order: int


class Conversion(Strict):
    """What one unit of measure is in another; `region` where it holds there only."""

    to: Key
    times: Decimal = Field(gt=0)
    region: Line | None = None


class UnitOfMeasure(Strict):
    """How an amount is told: cây, kg, bao and the like."""

    key: Key
    name: Line
    words: tuple[Line, ...]
    #: Counted one by one: there is no half of it.
    whole: bool = False
    #: Whether it has parts ("2 cân rưỡi", "3 ký 2").
    divisible: bool = False
    conversions: tuple[Conversion, ...] = ()


class Group(Strict):
    """A heading under which kinds of report are chosen."""

    key: Key
    name: Line


class Check(Strict):
    """Something asked beside the amount, to be answered yes or no."""

    key: Key
    question: Line


class Checks(Strict):
    """Yes-or-no questions, and the one question that answers them all at once."""

    all: Line
    each: Annotated[tuple[Check, ...], Field(min_length=1)]


class Large(Strict):
    """How an amount above the plausible is asked about; every choice says that it is right."""

    question: Line
    choices: Annotated[tuple[Line, ...], Field(min_length=1, max_length=2)]


class FollowUp(Strict):
    """Asking again some months after a report; the answer is a report of another activity."""

    activity: Key
    months: Annotated[tuple[int, ...], Field(min_length=1)]
    question: Line
    all: Line
    some: Line


class Activity(Strict):
    """One kind of report: what it is called, how it is asked and counted."""

    key: Key
    name: Line
    did: Line
    group: Key | None = None
    #: Asked for; always one; or one, the first time in a person's life.
    amount: Literal["asked", "once", "first"] = "asked"
    units: Annotated[tuple[Key, ...], Field(min_length=1)]
    #: What one report is of when it can be neither weighed nor counted.
    uncounted: Key | None = None
    #: By unit of measure: more than this is asked about and marked for review.
    plausible_max: dict[Key, int] = Field(default_factory=dict)
    large: Large | None = None
    checks: Checks | None = None
    follow_up: FollowUp | None = None
    #: Words that say that it was done, and words that only tell what a sentence is about.
    verbs: tuple[Line, ...]
    words: tuple[Line, ...]
    #: Units of measure that speak of this activity and no other.
    own_units: tuple[Key, ...] = ()
    things: Literal["species"] | None = None
    evidence_for: Indicator
    role: Literal["counts", "supports"]
    #: How much it was, where that is asked.
    question: Line = ""
    example: Line = ""

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if self.amount == "asked" and not (self.question and self.example):
            raise ValueError(f"{self.key}: question and example are needed where amount is asked")
        return self


class Activities(Strict):
    """Every kind of report and every unit of measure."""

    units: tuple[UnitOfMeasure, ...]
    groups: tuple[Group, ...] = ()
    activities: tuple[Activity, ...]

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        units = {unit.key for unit in self.units}
        groups = {group.key for group in self.groups}
        activities = {activity.key for activity in self.activities}
        for one in self.activities:
            named = {
                "units": one.units,
                "own_units": one.own_units,
                "plausible_max": one.plausible_max,
            }
            named["uncounted"] = [one.uncounted] if one.uncounted else []
            for key, keys in named.items():
                for unit in keys:
                    if unit not in units:
                        raise ValueError(
                            f"activities.{one.key}.{key}: no unit has the key {unit!r}"
                        )
            if one.group is not None and one.group not in groups:
                raise ValueError(f"activities.{one.key}.group: no group has the key {one.group!r}")
            if one.follow_up and one.follow_up.activity not in activities:
                raise ValueError(
                    f"activities.{one.key}.follow_up.activity: "
                    f"no activity has the key {one.follow_up.activity!r}"
                )
        for unit_of_measure in self.units:
            for conversion in unit_of_measure.conversions:
                if conversion.to not in units:
                    raise ValueError(
                        f"units.{unit_of_measure.key}.conversions: "
                        f"no unit has the key {conversion.to!r}"
                    )
        return self


class Register(Strict):
    """One approved list: what is asked of a new entry, and how its entries count."""

    key: Key
    name: Line
    unit_of_measure: Line
    #: What its entries add up to; a register without one feeds no target.
    indicator: Indicator | None = None
    #: Who leads the target of this indicator approves here too.
    led_as: Indicator | None = None
    #: Entries that stand on a day; or people, on the day it began, whenever it ends.
    counts: Literal["entries", "people"]
    most_people: int = Field(gt=0)
    ask_name: Line
    ask_since: Line
    ask_people: Line


class Registers(Strict):
    """Every register there is."""

    registers: Annotated[tuple[Register, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        keys = [one.key for one in self.registers]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"registers.{key}: two registers have this key")
        return self


class NumberJoints(Strict):
    """Words between the parts of a number."""

    zero: tuple[Line, ...]
    half: tuple[Line, ...]
    half_alone: tuple[Line, ...]


class NumberWords(Strict):
    """The words numbers are made of."""

    digits: dict[str, int]
    #: Digits that are only said after another part ("hai mươi lăm"), never alone.
    following: dict[str, int]
    scales: dict[str, int]
    #: Scales only behind a figure, alone another word ("một thiên tràm").
    scales_behind: dict[str, int]
    #: Letters that multiply the figures they are glued to (10k).
    short: dict[str, int]
    #: Tens said as one word before their ones ("hăm lăm").
    contracted: dict[str, int]
    joints: NumberJoints


class Classifiers(Strict):
    """Words between a number and its unit that change nothing."""

    words: tuple[Line, ...]


class ApproximateWords(Strict):
    """Ways to say a number without being sure of it."""

    before: tuple[Line, ...]
    #: Only before a bare hundred or ten: "cả trăm".
    before_scale: tuple[Line, ...]
    after: tuple[Line, ...]
    #: Between a number and its unit: "mười mấy cây".
    and_some: tuple[Line, ...]
    or_: tuple[Line, ...] = Field(alias="or")
    #: Words in the place of a number, with the likely number (0: no guess).
    few: dict[str, int]


class NotAmounts(Strict):
    """What makes a number no amount: an age, an hour, a hamlet's number, a person's name."""

    after_these: tuple[Line, ...]
    #: These make it no amount even with a unit behind: "tháng 5 cây nào cũng tốt".
    never_after: tuple[Line, ...]
    before_these: tuple[Line, ...]
    #: Behind these, a number that nothing counts is someone's age.
    ages: tuple[Line, ...]
    people: tuple[Line, ...]
    titles: tuple[Line, ...]


class CalendarWords(Strict):
    """Words that days are told with."""

    ago: tuple[Line, ...]
    ago_before: tuple[Line, ...]
    day_words: tuple[Line, ...]
    week_words: tuple[Line, ...]
    last_week: tuple[Line, ...]
    week_before_last: tuple[Line, ...]
    last_month: tuple[Line, ...]
    this_month: tuple[Line, ...]
    #: Behind a date, it makes it one of this year: "ngày 25/12 này".
    this: tuple[Line, ...]
    lunar_day: tuple[Line, ...]
    full_moon: tuple[Line, ...]
    lunar: tuple[Line, ...]
    #: Behind a day of the moon, it has not come yet: "rằm tới".
    coming: tuple[Line, ...]
    #: What several days of a month are told with: "các ngày 16, 18, 20".
    several: tuple[Line, ...]
    #: Feasts of the moon's calendar: their day and month.
    feasts: dict[str, tuple[int, int]]
    #: Behind a number these tell how long, and no day: "ba ngày nay".
    so_far: tuple[Line, ...]
    vague: tuple[Line, ...]
    recent: tuple[Line, ...]
    next_week: tuple[Line, ...]
    months: dict[str, int]


class AnswerWords(Strict):
    """Ways to answer that hold for every question."""

    yes: tuple[Line, ...]
    no: tuple[Line, ...]
    back: tuple[Line, ...]
    cancel: tuple[Line, ...]
    help: tuple[Line, ...]
    onward: tuple[Line, ...]
    choice: tuple[Line, ...]
    polite: tuple[Line, ...]


class ReceivedWords(Strict):
    """Words that follow what was bought or given into the ground."""

    #: Verbs by which someone comes to have trees, and those by which they are another's again.
    got: tuple[Line, ...]
    gave: tuple[Line, ...]
    #: All of them were planted; or not all, or not surely; and that it happened.
    whole: tuple[Line, ...]
    some: tuple[Line, ...]
    done: tuple[Line, ...]


class TalkWords(Strict):
    """Words that turn the meaning of what stands beside them."""

    not_: tuple[Line, ...] = Field(alias="not")
    any: tuple[Line, ...]
    #: Behind "any", these deny: "được cây nào đâu".
    not_behind: tuple[Line, ...]
    #: There was none of what stands behind these, and what may follow it.
    none: tuple[Line, ...]
    behind_none: tuple[Line, ...]
    done_verbs: tuple[Line, ...]
    nothing: tuple[Line, ...]
    later: tuple[Line, ...]
    not_later: tuple[Line, ...]
    question: tuple[Line, ...]
    #: With these, nothing is asked: "nhặt bao nhiêu ghi bấy nhiêu".
    no_question: tuple[Line, ...]
    #: At the end of a clause, these ask.
    question_end: tuple[Line, ...]
    fix: tuple[Line, ...]
    #: These correct only right before what was meant.
    fix_weak: tuple[Line, ...]
    fix_behind: tuple[Line, ...]
    not_this: tuple[Line, ...]
    instead: tuple[Line, ...]
    #: What makes two amounts of a kind add up.
    more: tuple[Line, ...]
    #: The whole sentence is not sure.
    doubt: tuple[Line, ...]
    #: As well, unless both the wrong and the right amount or day are said.
    amend: tuple[Line, ...]
    #: A number without a unit behind these is money.
    money: tuple[Line, ...]
    #: Words that may stand in a report without a verb, and those that may end any.
    plain: tuple[Line, ...]
    #: What tells that a thing without an amount took place.
    happened: tuple[Line, ...]
    #: Right before an amount of a named tree, these say that it was done.
    achieved: tuple[Line, ...]
    light: tuple[Line, ...]
    lost: tuple[Line, ...]
    alive: tuple[Line, ...]
    total: tuple[Line, ...]
    each: tuple[Line, ...]
    other_verbs: tuple[Line, ...]
    have: tuple[Line, ...]
    #: A clause of these alone says that nothing was done.
    idle: tuple[Line, ...]
    #: What holds as many litres or kilos, when nothing is said to be done.
    holders: tuple[Line, ...]
    not_negation: tuple[Line, ...]
    of_which: tuple[Line, ...]
    #: What was told in one unit is told again in another: "2 bao rác nặng 15 ký".
    measured: tuple[Line, ...]
    breaks: tuple[Line, ...]
    breaks_before_verb: tuple[Line, ...]
    #: Like other verbs, but nothing is done to anything: "ghi cho".
    telling: tuple[Line, ...]


class PeopleWords(Strict):
    """Who did something, and whom one helped."""

    self_: tuple[Line, ...] = Field(alias="self")
    family: tuple[Line, ...]
    group: tuple[Line, ...]
    other: tuple[Line, ...]
    #: Before a name these make someone else of it: "bà Lan".
    titles: tuple[Line, ...]
    names: tuple[Line, ...]
    #: Right before a verb, these did it: "con mua cho".
    young: tuple[Line, ...]
    #: A word of a number before these is no name: "bác năm nay".
    no_name_before: tuple[Line, ...]
    #: Behind a name these make it the speaker's own: "bà Sáu đây".
    this_is_me: tuple[Line, ...]
    #: What follows these is a place or an owner, and did nothing.
    not_who: tuple[Line, ...]
    with_: tuple[Line, ...] = Field(alias="with")
    #: How the people whom one helped are counted.
    counted: tuple[Line, ...]
    #: Ways to say that something was a first, and one's own.
    first_time: tuple[Line, ...]


class SharingWords(Strict):
    """How an amount is told of each of several."""

    each: tuple[Line, ...]
    days: tuple[Line, ...]
    kinds: tuple[Line, ...]
    #: Multiplied only where a number stands before the same word.
    counted: tuple[Line, ...]
    #: Multiplied where any people are counted.
    persons: tuple[Line, ...]
    #: First in a clause, these tell how much there is in each.
    rates: tuple[Line, ...]
    from_: tuple[Line, ...] = Field(alias="from")
    until: tuple[Line, ...]


class Things(Strict):
    """Names of what is planted, so that a report can say what it is of."""

    #: Typed without accents these are other words: "nua" is nữa, and not nứa.
    not_bare: tuple[Line, ...]
    #: Words that end the name of a tree that is not listed.
    ends: tuple[Line, ...]
    #: Other words, but trees behind "cây".
    also: tuple[Line, ...]
    #: What tells the sort behind a name: "bàng vuông".
    qualifiers: tuple[Line, ...]
    #: First in a sentence these are other words.
    not_first: tuple[Line, ...]
    #: What says that everything was of one kind: "toàn sa mộc".
    nothing_but: tuple[Line, ...]
    #: Behind a name that a sentence begins with, these say that it is spoken of.
    owners: tuple[Line, ...]
    species: tuple[Line, ...]


class Vocabulary(Strict):
    """The words the bot understands, whatever the program."""

    numbers: NumberWords
    classifiers: Classifiers
    approximate: ApproximateWords
    not_amounts: NotAmounts
    days: dict[str, int]
    weekdays: dict[str, int]
    calendar: CalendarWords
    answers: AnswerWords
    talk: TalkWords
    received: ReceivedWords
    sharing: SharingWords
    people: PeopleWords
    things: Things
    typing: dict[str, str]


class Form(Strict):
    """A form of address: what the bot calls the person and itself, and how the choice reads."""

    key: Key
    person: Line
    bot: Line
    label: Line


class Phrases(Strict):
    """Everything the bot says outside lessons, by key."""

    forms: Annotated[tuple[Form, ...], Field(min_length=1)]
    say: dict[str, dict[str, str]]

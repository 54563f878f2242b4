"""The shape of the words the bot understands."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from content.models.fields import Line, Strict


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
    #: Of these, typed without accents they are other words.
    not_bare: tuple[Line, ...]
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
    #: Behind these, "sau" typed without accents is behind, and no six.
    no_six_after: tuple[Line, ...]
    #: Words that begin like a number, above all without accents: "văn hóa".
    words: tuple[Line, ...]
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
    #: Before these, "sau" behind a day of the week tells no other week.
    after_event: tuple[Line, ...]
    months: dict[str, int]


class MomentWords(Strict):
    """Words that moments to come are told with."""

    #: How many days from today; how many weeks from this one.
    days: dict[str, int]
    weeks: dict[str, int]
    parts: dict[str, Literal["morning", "noon", "afternoon", "evening"]]
    next_month: tuple[Line, ...]
    hour: tuple[Line, ...]
    half: tuple[Line, ...]
    less: tuple[Line, ...]
    #: These name a day of the moon's calendar.
    lunar: tuple[Line, ...]


class AnswerWords(Strict):
    """Ways to answer that hold for every question."""

    yes: tuple[Line, ...]
    no: tuple[Line, ...]
    home: tuple[Line, ...]
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
    #: With these it was not done, not yet, or by someone else, or only heard of.
    not_done: tuple[Line, ...]
    #: What was tried did not succeed.
    in_vain: tuple[Line, ...]
    none: tuple[Line, ...]
    behind_none: tuple[Line, ...]
    done_verbs: tuple[Line, ...]
    nothing: tuple[Line, ...]
    later: tuple[Line, ...]
    #: Of the words for what is to come, typed without accents these are others.
    later_not_bare: tuple[Line, ...]
    not_later: tuple[Line, ...]
    #: What is told with these is over.
    over: tuple[Line, ...]
    question: tuple[Line, ...]
    #: With these, nothing is asked: "nhặt bao nhiêu ghi bấy nhiêu".
    no_question: tuple[Line, ...]
    #: At the end of a clause, these ask.
    question_end: tuple[Line, ...]
    #: Of these, typed without accents they are other words.
    question_not_bare: tuple[Line, ...]
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
    no_doubt: tuple[Line, ...]
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
    #: Before a name these make two of one.
    couple: tuple[Line, ...]
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
    #: Before a name that a sentence begins with: "số cây keo", "vườn bưởi".
    openings: tuple[Line, ...]
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
    moments: MomentWords
    answers: AnswerWords
    talk: TalkWords
    received: ReceivedWords
    sharing: SharingWords
    people: PeopleWords
    things: Things
    typing: dict[str, str]

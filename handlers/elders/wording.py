"""Amounts, days and names: as they are said to a person, and names as a person says them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from content.loader import Content
from content.models.activity import Activity
from handlers.talk.scene import ZONE, Scene
from handlers.talk.understanding.numbers import in_digits, in_words
from handlers.talk.understanding.text import fold
from storage import consents
from storage.people import Grant
from storage.reminders import Wishes
from storage.reports import GATHERING, SELF, Report

_NOON = 12
#: The parts of a day, and the hour at which each ends.
_PARTS = {"morning": 11, "noon": 13, "afternoon": 18, "evening": 24}

_NOON = 12
#: The parts of a day, and the hour at which each ends.
_PARTS = {"morning": 11, "noon": 13, "afternoon": 18, "evening": 24}


def amount_of(
    scene: Scene, quantity: Decimal, measure: str, what: str | None, *, in_full: bool = False
) -> str:
    """An amount such as "5 cây keo"; in full, "5 (năm) cây keo"."""
    unit = scene.content.unit_of_measure(measure).name
    return scene.say(
        "report.amount_words" if in_full else "report.amount",
        digits=in_digits(quantity),
        words=in_words(quantity),
        measure=f"{unit} {what}" if what else unit,
    )


def did_day(scene: Scene, day: date) -> str:
    """A day such as "hôm nay 21/11"; with its year when that is not this year."""
    written = f"{day.day}/{day.month}" + ("" if day.year == scene.today.year else f"/{day.year}")
    ago = (scene.today - day).days
    key = {0: "report.today", 1: "report.yesterday"}.get(ago, "report.on_day")
    return scene.say(key, date=written)


def told_day(scene: Scene, day: date) -> str:
    """A day of the last week as it is spoken of: "hôm nay", "hôm qua", "hôm thứ Hai 16/11"."""
    ago = (scene.today - day).days
    if not 1 < ago < DAYS_OF_A_WEEK:
        return did_day(scene, day)
    weekday = scene.say("report.weekdays").split(", ")[day.weekday()]
    return scene.say("report.on_weekday", day=weekday, date=f"{day.day}/{day.month}")


def moment_told(scene: Scene, at: datetime) -> str:
    """A moment to come such as "2 giờ 30 chiều thứ Sáu 27/11"."""
    here = at.astimezone(ZONE)
    part = next(key for key, until in _PARTS.items() if here.hour < until)
    hour = here.hour if here.hour <= _NOON else here.hour - _NOON
    return scene.say(
        "gather.moment",
        start=f"{hour} giờ" + (f" {here.minute}" if here.minute else ""),
        state=scene.say(f"gather.part_{part}"),
        day=scene.say("report.weekdays").split(", ")[here.weekday()],
        date=f"{here.day}/{here.month}",
    )


def done_as_told(scene: Scene, activity: Activity, amount: str) -> str:
    """What was done, such as "trồng 5 cây keo"; without the amount where it is always one."""
    if activity.amount != "asked":
        return activity.did
    if "{amount}" in activity.did:
        return scene.fill(activity.did, amount=amount)
    return scene.say("report.done", did=activity.did, amount=amount)


def noted(scene: Scene, activity: Activity, amount: str) -> str:
    """A report as it is noted: "5 cây keo"; what was done, where the amount does not say it."""
    return amount if activity.things else done_as_told(scene, activity, amount)


def right_in_words(scene: Scene, granted: Grant) -> dict[str, str]:
    """A right as its `role` and its `scope`: "trưởng chi hội", "Xóm Gò Vũ"."""
    unit = scene.content.units.get(granted.unit or "", scene.content.root_unit).name
    scope = unit
    if granted.agency:
        agency = scene.content.plan.agency(granted.agency).name
        scope = scene.say("role.scope_agency", unit=unit, agency=agency)
    return {"role": scene.say(f"role.{granted.role}"), "scope": scope}


def whose(scene: Scene, report: Report) -> str | None:
    """Whose report it is, when it was told for someone else; None for one's own."""
    if report.source == SELF:
        return None
    return report.doer or scene.say("report.somebody")


def amount_in(scene: Scene, report: Report) -> str:
    """The amount of a report, such as "5 cây keo"."""
    return amount_of(scene, report.quantity, report.unit_of_measure, report.what)


def noted_in(scene: Scene, report: Report) -> str:
    """A report as it is noted, such as "5 cây keo"."""
    if came := _came(scene, report):
        return came
    return noted(scene, scene.content.activity(report.activity), amount_in(scene, report))


def _came(scene: Scene, report: Report) -> str | None:
    """How many came to a gathering, where a report is that; else None."""
    once = scene.content.activity(report.activity).amount == "once"
    if report.source != GATHERING or not once:
        return None
    return scene.say("gather.attended", count=in_digits(report.quantity))


def what_was_done(scene: Scene, report: Report) -> str:
    """What a report says was done, such as "trồng 5 cây keo"."""
    if came := _came(scene, report):
        return came
    return done_as_told(scene, scene.content.activity(report.activity), amount_in(scene, report))


def who_did_what(scene: Scene, report: Report) -> str:
    """The same with whose report it is, when it was told for someone else."""
    what, doer = what_was_done(scene, report), whose(scene, report)
    return scene.say("review.named", name=doer, what=what) if doer else what


LONGEST_NAME, DAYS_OF_A_WEEK = 60, 7
#: A mobile number has 10 digits, one with a cable 10 or 11.
_PHONE_DIGITS = (10, 11)
#: How people begin when asked for their name, folded; the longest first.
_BEFORE_NAMES = ("toi ten la", "ten toi la", "ten la", "toi la", "toi ten", "ten toi", "ten")


def read_name(scene: Scene, text: str) -> str | None:
    """The name in an answer to "what is your name?", or None when it is no name.

    "toi ten la lan" is Lan, and "Bà Lan" is called bà Lan, not bà Bà Lan.
    """
    words = text.strip(" .,!?").split()
    leads = [lead.split() for lead in (*_BEFORE_NAMES, fold(scene.form.person))]
    for lead in leads:
        if len(words) > len(lead) and [fold(word) for word in words[: len(lead)]] == lead:
            words = words[len(lead) :]
    name = " ".join(words)
    letters = all(letter.isalpha() or letter in " .'-" for letter in name)
    if not name or len(name) > LONGEST_NAME or not letters:
        return None
    return written_well(name)


def written_well(name: str) -> str:
    """A name typed all small or all large as it is written: "tô văn tám" is Tô Văn Tám."""
    return name.title() if name in {name.lower(), name.upper()} else name


def read_phone(text: str) -> str | None:
    """The telephone number in a text as digits from 0 on ("0912345678"); None when it is none."""
    digits = "".join(letter for letter in text if letter.isdigit() and letter.isascii())
    plain = all(letter.isdigit() or letter in " .-+()" for letter in text)
    if digits.startswith("84") and len(digits) > _PHONE_DIGITS[0]:
        digits = f"0{digits[2:]}"
    fits = plain and digits.startswith("0") and len(digits) in _PHONE_DIGITS
    return digits if fits else None


def photo_consent(content: Content) -> str:
    """The name under which the consent to keeping photos, as it is worded now, is recorded."""
    return f"{consents.PHOTOS}{content.plan.photo_consent_version}"


def reminded(scene: Scene, wishes: Wishes) -> str:
    """How a person is reminded, in a sentence."""
    return scene.say(f"remind.is_{wishes.wish}", start=hour_of(scene, wishes))


def hour_of(scene: Scene, wishes: Wishes) -> str:
    """The hour from which on a person is reminded, such as "9 giờ"."""
    hour, _, minutes = (wishes.hour or scene.content.plan.weekly_question.at).partition(":")
    return f"{int(hour)} giờ" + ("" if minutes == "00" else f" {minutes}")

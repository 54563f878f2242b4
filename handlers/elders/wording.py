"""Amounts, days and names: as they are said to a person, and names as a person says them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from handlers.talk.scene import Scene
from handlers.talk.understanding.numbers import in_digits, in_words
from handlers.talk.understanding.text import fold
from storage.reports import Report


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


def what_was_done(scene: Scene, report: Report) -> str:
    """A report such as "trồng 5 cây keo"."""
    amount = amount_of(scene, report.quantity, report.unit_of_measure, report.what)
    return f"{scene.content.activity(report.activity).did} {amount}"


LONGEST_NAME = 60
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
    return name if name != name.lower() else name.title()

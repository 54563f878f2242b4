"""The last questions: is it new, what else, is it right, and what is to be changed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from handlers.elders.report import amount
from handlers.elders.report.draft import (
    SAME_WITHIN,
    activity_of,
    amount_told,
    day_of,
    heard_words,
    kept_for_later,
)
from handlers.elders.wording import did_day, done_as_told, told_day
from handlers.talk.flow import (
    Data,
    Heard,
    Misheard,
    Option,
    Prompt,
    Said,
    without_courtesy,
    yes_or_no,
)
from handlers.talk.scene import Scene
from handlers.talk.understanding.numbers import in_digits
from handlers.talk.understanding.text import fold

# --- is it new, or told before


def known_new(scene: Scene, data: Data) -> Heard | None:
    """Nothing like it was told lately, or it was said to be new."""
    activity = activity_of(scene, data)
    before = data.get("before", {}).get(activity.key)
    if activity.amount == "first" and before and not _corrects(data, activity.key):
        day = did_day(scene, date.fromisoformat(before))
        return Heard("same", say=(scene.reply("report.first_before", did=activity.did, day=day),))
    return Heard("new") if data.get("again") is not None or alike(data) is None else None


def _corrects(data: Data, activity: str) -> bool:
    """Whether the report that is corrected was of this activity itself."""
    return data.get("replaces") is not None and data.get("of") == activity


def alike(data: Data) -> Data | None:
    """A report of the same kind and amount, of these days: perhaps the same trees."""
    for one in data.get("recent", []):
        same = all(one[key] == data[key] for key in ("activity", "measure"))
        same = same and Decimal(one["quantity"]) == Decimal(data["quantity"])
        of_same = one["what"] == data.get("what") or not (one["what"] and data.get("what"))
        apart = abs(day_of(data) - date.fromisoformat(one["on"]))
        # What is done every day, one at a time, is only doubted on its own day.
        near = apart == timedelta() or (apart <= SAME_WITHIN and Decimal(data["quantity"]) > 1)
        if same and of_same and near and one["id"] != data.get("replaces"):
            return dict(one)
    return None


def ask_new(scene: Scene, data: Data) -> Prompt:
    """New, or what was told before?"""
    one = alike(data) or data["recent"][0]
    day = told_day(scene, date.fromisoformat(one["told"]))
    question = scene.say(
        "report.again",
        what=done_as_told(scene, activity_of(scene, data), amount_told(scene, one)),
        day=day[:1].upper() + day[1:],
    )
    return Prompt(
        question,
        (
            Option("new", scene.say("report.again_new")),
            Option("same", scene.say("report.again_same")),
        ),
    )


def choose_new(_scene: Scene, _data: Data, key: str) -> Heard:
    """New, and marked for whoever reviews; or nothing is added."""
    return Heard("same") if key == "same" else Heard("new", {"again": "new"})


# --- what else is to be told


def known_checks(scene: Scene, data: Data) -> Heard | None:
    """Nothing else is asked for this kind, or it was told."""
    told = activity_of(scene, data).checks is None or data.get("checks") is not None
    return Heard("told") if told else None


def ask_checks(scene: Scene, data: Data) -> Prompt:
    """All of them in one question."""
    checks = activity_of(scene, data).checks
    assert checks is not None  # noqa: S101 - else the answer is known
    return yes_or_no(
        scene,
        scene.fill(checks.all),
        ("yes", scene.say("report.checks_yes")),
        ("no", scene.say("report.checks_no")),
    )


def choose_checks(scene: Scene, data: Data, key: str) -> Heard:
    """Every one, or one after another."""
    checks = activity_of(scene, data).checks
    if key == "yes" and checks:
        return Heard("told", {"checks": [one.key for one in checks.each]})
    return Heard("each", {"checked": []})


def known_check(scene: Scene, data: Data) -> Heard | None:
    """The last one was answered."""
    checks = activity_of(scene, data).checks
    if checks and len(data["checked"]) < len(checks.each):
        return None
    return Heard("told", {"checks": [key for key, yes in data["checked"] if yes]})


def ask_check(scene: Scene, data: Data) -> Prompt:
    """One of them."""
    checks = activity_of(scene, data).checks
    assert checks is not None  # noqa: S101 - else the answer is known
    return yes_or_no(
        scene,
        scene.fill(checks.each[len(data["checked"])].question),
        ("yes", scene.say("report.check_yes")),
        ("no", scene.say("report.check_no")),
    )


def choose_check(scene: Scene, data: Data, key: str) -> Heard:
    """Yes or no to one."""
    checks = activity_of(scene, data).checks
    assert checks is not None  # noqa: S101 - else nothing was asked
    one = checks.each[len(data["checked"])].key
    return Heard("next", {"checked": [*data["checked"], [one, key == "yes"]]})


# --- is it right


def known_right(_scene: Scene, data: Data) -> Heard | None:
    """A report that is being corrected is first asked what about it."""
    return Heard("fix", {"fixing": None}) if data.get("fixing") else None


def ask_right(scene: Scene, data: Data) -> Prompt:
    """The whole report in one sentence, its number in digits and in words."""
    words = scene.content.vocabulary.answers
    what = done_as_told(scene, activity_of(scene, data), amount_told(scene, data, in_full=True))
    text = scene.say(
        _how(data),
        name=data.get("doer"),
        what=what,
        day=did_day(scene, day_of(data)),
        **_lost(data),
    )
    fix = scene.say("report.confirm_no")
    return Prompt(
        text,
        (
            Option("yes", scene.say("report.confirm_yes"), words.yes),
            Option("fix", fix, (*words.no, *scene.content.phrases["words.fix"].split(", "))),
        ),
    )


def _how(data: Data) -> str:
    if data.get("most"):
        return "report.confirm_alive"
    if data.get("doer"):
        return "report.confirm_for"
    return "report.confirm_about" if data.get("about") else "report.confirm"


def _lost(data: Data) -> dict[str, str]:
    """How many of what was planted are not alive any more."""
    if not data.get("most"):
        return {}
    alive = Decimal(data["quantity"])
    return {"amount": in_digits(alive), "lost": in_digits(Decimal(data["most"]) - alive)}


def hear_right(scene: Scene, data: Data, said: Said) -> Heard | Misheard | None:
    """A correction in words: another amount, or another day; another report must wait."""
    understood = scene.reader.understand(said.text, scene.today)
    if any(item.activity != data["activity"] for item in understood.items if item.amount):
        return kept_for_later(scene, data, said)
    day = scene.reader.day(said.text, scene.today)
    if scene.reader.amount(said.text, activity_of(scene, data)) is None:
        return Heard("changed", {"on": day.isoformat(), **heard_words(data, said)}) if day else None
    heard = amount.hear(scene, data, said)
    return Heard("changed", heard.keep) if isinstance(heard, Heard) else heard


def hear_fix(scene: Scene, data: Data, said: Said) -> Heard | Misheard | None:
    """The right amount or day at once; or that it was right after all."""
    words = without_courtesy(fold(said.text), scene)
    if any(f" {words}".endswith(f" {fold(yes)}") for yes in scene.content.vocabulary.answers.yes):
        return Heard("right")
    return hear_right(scene, data, said)


def ask_fix(scene: Scene, data: Data) -> Prompt:
    """What about it is to be changed."""
    asked = activity_of(scene, data).amount == "asked"
    return Prompt(
        scene.say("report.fix"),
        (
            *((Option("quantity", scene.say("report.fix_quantity")),) if asked else ()),
            Option("day", scene.say("report.fix_day")),
            Option("kind", scene.say("report.fix_kind")),
        ),
    )


#: What is forgotten, and asked again, when a part is to be changed.
_FORGET = {
    "quantity": ("quantity", "large"),
    "day": ("on",),
    "kind": ("activity", "quantity", "measure", "what", "checks", "large", "follows", "most"),
}


def choose_fix(_scene: Scene, _data: Data, key: str) -> Heard:
    """Forget that part, so that it is asked again."""
    return Heard(key, {**dict.fromkeys(_FORGET[key]), "menu": None, "from": 0})

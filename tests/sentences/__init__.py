"""Labelled sentences: what people say, and what a careful clerk would write down.

A line is a sentence, a tab, and its label. The sentence is said on `TODAY`, a Saturday. A label is

    activity quantity unit [what] [day]     trees 5 cay keo -1
    activity - [day]                        the bot must ask how much
    ... + ...                               several, in the order they are said
    ... ?                                   the bot asks before it counts
    nothing                                 the person says that nothing was done
    none                                    no report at all

`what` is the name of a tree as the lists have it, or as it was typed where they do not.
Units are keys of `content/activities.toml`; a day is 0, -1, -2 … or, from 20 days ago, a date.
`dev.tsv` is learnt from and must hold whole. `test.tsv` is only counted: a sentence that is read
wrong there is mended by its cause with other sentences, never by looking at it.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Literal

from handlers.talk.understanding.reader import Understanding

TODAY = date(2026, 11, 21)
Part = Literal["dev", "test"]
PARTS: tuple[Part, ...] = ("dev", "test")
Verdict = Literal["right", "asked", "not understood", "wrong"]
VERDICTS: tuple[Verdict, ...] = ("right", "asked", "not understood", "wrong")

_ITEM = re.compile(
    r"(?P<activity>\w+) (?:-|(?P<quantity>[\d.]+) (?P<unit>\w+))"
    r"(?: (?P<what>[^\W\d].*?))??(?: (?P<on>0|-\d+|\d{4}-\d\d-\d\d))?"
)


def labelled(part: Part) -> list[tuple[str, str]]:
    """The sentences of one part, with their labels."""
    lines = (Path(__file__).parent / f"{part}.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(sentence, label.strip()) for sentence, label in pairs]


def written(read: Understanding) -> str:
    """A reading as the labels are written."""
    if read.negated:
        return "nothing"
    told = []
    for item in read.items:
        amount = item.amount
        words = [item.activity]
        if amount is None:
            words += ["-"]
        else:
            words += [f"{amount.quantity.normalize():f}", amount.unit_of_measure, amount.what or ""]
        words += [_day(item.on)] if item.on else []
        told.append(" ".join(word for word in words if word))
    return (" + ".join(told) or "none") + (" ?" if read.missing else "")


def verdict(label: str, reading: str) -> Verdict:
    """How a reading stands to its label.

    To ask where the label asks is right. A reading that only leaves out the kind of tree, or the
    day (which the bot then asks for), is not wrong, but not right either. Capitals do not matter.
    """
    label, reading = label.casefold(), reading.casefold()
    if reading == label or (label.endswith("?") and reading.endswith("?")):
        return "right"
    if reading.endswith("?"):
        return "asked"
    if reading == "none" or _leaves_out(label, reading):
        return "not understood"
    return "wrong"


def _leaves_out(label: str, reading: str) -> bool:
    meant, read = label.split(" + "), reading.split(" + ")
    if label.endswith("?") or len(meant) != len(read):
        return False
    return all(map(_is_less, meant, read))


def _is_less(meant: str, read: str) -> bool:
    full, part = _ITEM.fullmatch(meant), _ITEM.fullmatch(read)
    if not full or not part or full["quantity"] is None or part["quantity"] is None:
        return False
    same = all(full[field] == part[field] for field in ("activity", "quantity", "unit"))
    less_exact = part["what"] is None or (full["what"] or "").startswith(part["what"])
    return same and less_exact and part["on"] in {None, full["on"]}


def _day(on: date) -> str:
    ago = (TODAY - on).days
    return str(-ago) if ago < 20 else on.isoformat()

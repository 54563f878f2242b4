r"""Labelled messages: what a careful grandchild would warn of, and what is honest.

A line is `scam` or `honest`, a tab, and the message, with `\n` for a line break. `dev.tsv` is
learnt from and must hold whole. `test.tsv` is only measured, and never tuned to.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from handlers.talk.suspicion.reading import Suspecting

Part = Literal["dev", "test"]
PARTS: tuple[Part, ...] = ("dev", "test")


def labelled(part: str) -> list[tuple[bool, str]]:
    """The messages of one part, each with whether it is a scam."""
    lines = (Path(__file__).parent / f"{part}.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t", 1) for line in lines if line and not line.startswith("#")]
    return [(label == "scam", message.replace("\\n", "\n")) for label, message in pairs]


def mistakes(suspecting: Suspecting, part: str) -> tuple[list[str], list[str]]:
    """The scams of one part that were missed, and the honest messages that were warned of."""
    wrong = [(s, text) for s, text in labelled(part) if suspecting.read(text).warn != s]
    return [text for scam, text in wrong if scam], [text for scam, text in wrong if not scam]

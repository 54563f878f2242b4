r"""Labelled messages: what a careful grandchild would warn of, and what is honest.

A line is `scam` or `honest`, a tab, and the message, with `\n` for a line break. None of them is
learnt from or tuned to: what is to be learnt stands in `content/scam_messages.toml`.
"""

from __future__ import annotations

from pathlib import Path

from handlers.talk.suspicion.reading import Suspecting


def labelled() -> list[tuple[bool, str]]:
    """The messages, each with whether it is a scam."""
    lines = (Path(__file__).parent / "test.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t", 1) for line in lines if line and not line.startswith("#")]
    return [(label == "scam", message.replace("\\n", "\n")) for label, message in pairs]


def mistakes(suspecting: Suspecting) -> tuple[list[str], list[str]]:
    """The scams that were missed, and the honest messages that were warned of."""
    wrong = [(s, text) for s, text in labelled() if suspecting.read(text).warn != s]
    return [text for scam, text in wrong if scam], [text for scam, text in wrong if not scam]

"""How many scams are seen, and how many honest messages are warned of; microseconds for one."""

from __future__ import annotations

import statistics
from time import perf_counter_ns

from content.loader import load
from handlers.talk.scene import Library
from tests.messages import labelled, mistakes


def main() -> None:
    """Print recall and false alarms for the labelled messages, then the time."""
    suspecting = Library(load("phu_thinh")).suspecting
    messages = labelled()
    scams = sum(scam for scam, _ in messages)
    missed, alarmed = mistakes(suspecting)
    recall = 1 - len(missed) / scams
    false = len(alarmed) / (len(messages) - scams)
    print(f"Labelled messages that were not learnt from: {len(messages)}")
    print(f"  recall {recall:.1%}    false alarms {false:.1%}")
    spent = []
    for _, message in messages:
        start = perf_counter_ns()
        suspecting.read(message)
        spent.append((perf_counter_ns() - start) / 1000)
    print(f"  microseconds a message: median {statistics.median(spent):.0f}")

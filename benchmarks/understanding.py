"""How well sentences are understood, and the microseconds for one that was never read before."""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import date
from time import perf_counter_ns

from content.loader import load
from handlers.talk.scene import Library
from handlers.talk.understanding.reader import Reader
from tests.sentences import PARTS, VERDICTS, labelled, verdict, written
from tests.sentences import TODAY as SAID_ON

#: Each {n} becomes another number every time, so that no answer comes from a cache.
SENTENCES = (
    "hôm nay tôi trồng {n} cây keo",
    "hom qua toi trong {n} cay bach dan",
    "Dạ bác trồng được {n} gốc quế sáng nay cháu ạ",
    "{n} cây",
    "trồng hai chục cây mỡ ngày 12/3, còn {n} cây chưa trồng",
    "phân loại rác được {n} bao",
    "nhà tôi phân loại được {n},5 cân rác hôm qua",
    "chưa làm được gì đâu cháu, {n} hôm nữa bác báo",
    "{n} năm nay trời nắng quá, cháu có khỏe không?",
    "trăm rưỡi cây keo, thêm 1.{n} cây bồ đề",
)
TIMES = 300
TODAY = date(2026, 11, 21)


def main() -> None:
    """Print what is understood of each part of the labelled sentences, then the time it takes."""
    reader = Library(load("phu_thinh")).reader
    _print_verdicts(reader)
    _print_times(reader)


def _print_verdicts(reader: Reader) -> None:
    print("Labelled sentences      " + "".join(f"{name:>18}" for name in VERDICTS))
    for part in PARTS:
        pairs = labelled(part)
        found = Counter(
            verdict(label, written(reader.understand(said, SAID_ON))) for said, label in pairs
        )
        told = (f"{found[name]} ({found[name] / len(pairs):.1%})" for name in VERDICTS)
        print(f"  {part:5}{len(pairs):6} sentences " + "".join(f"{one:>18}" for one in told))


def _print_times(reader: Reader) -> None:
    taken: list[float] = []
    for number in range(100, 100 + TIMES):
        for sentence in SENTENCES:
            text = sentence.format(n=number)
            start = perf_counter_ns()
            reader.understand(text, TODAY)
            taken.append((perf_counter_ns() - start) / 1000)
    percentiles = statistics.quantiles(taken, n=100)
    print(f"Understanding a sentence ({len(SENTENCES)} kinds, {len(taken)} sentences, all new)")
    print(f"  median {statistics.median(taken):.0f} µs, p99 {percentiles[-1]:.0f} µs")


if __name__ == "__main__":
    main()

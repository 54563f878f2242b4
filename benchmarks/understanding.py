"""Microseconds to understand a sentence that was never read before."""

from __future__ import annotations

import statistics
from datetime import date
from time import perf_counter_ns

from content.loader import load
from handlers.talk.scene import Library

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
    """Print the median and the 99th percentile."""
    understand = Library(load("phu_thinh")).reader.understand
    taken: list[float] = []
    for number in range(100, 100 + TIMES):
        for sentence in SENTENCES:
            text = sentence.format(n=number)
            start = perf_counter_ns()
            understand(text, TODAY)
            taken.append((perf_counter_ns() - start) / 1000)
    percentiles = statistics.quantiles(taken, n=100)
    print(f"Understanding a sentence ({len(SENTENCES)} kinds, {len(taken)} sentences, all new)")
    print(f"  median {statistics.median(taken):.0f} µs, p99 {percentiles[-1]:.0f} µs")


if __name__ == "__main__":
    main()

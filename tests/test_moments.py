"""Moments to come in people's words: what is plain, what is asked about, what is over."""

from __future__ import annotations

from datetime import datetime

import pytest

from content.loader import Content
from handlers.talk.scene import Library
from handlers.talk.understanding.moments import Coming
from tests.talking import SATURDAY_MORNING


@pytest.fixture(scope="module")
def library(phu_thinh: Content) -> Library:
    return Library(phu_thinh)


def read(library: Library, text: str) -> Coming:
    return library.reader.moment(text, SATURDAY_MORNING)


def at(*moments: tuple[int, int, int, int]) -> tuple[datetime, ...]:
    """Moments by month, day, hour and minute."""
    zone = SATURDAY_MORNING.tzinfo
    return tuple(datetime(2026, *one, tzinfo=zone) for one in moments)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("chiều thứ sáu 2 giờ", (11, 27, 14, 0)),
        ("chieu thu sau 2 gio", (11, 27, 14, 0)),
        ("mai 7h", (11, 22, 7, 0)),
        ("2 rưỡi chiều mai", (11, 22, 14, 30)),
        ("7 giờ 30 sáng thứ hai tuần sau", (11, 23, 7, 30)),
        ("thứ bảy 8h", (11, 28, 8, 0)),
        ("7h30 25/12", (12, 25, 7, 30)),
        ("8 giờ ngày 25 tháng 12", (12, 25, 8, 0)),
        ("14:00 ngày 30", (11, 30, 14, 0)),
        ("9h ngày 5 tháng sau", (12, 5, 9, 0)),
        ("8 giờ kém 15 sáng mai", (11, 22, 7, 45)),
        ("2h chiều thứ 6 27/11", (11, 27, 14, 0)),
        ("tam gio sang mai", (11, 22, 8, 0)),
    ],
)
def test_what_is_plain(library: Library, text: str, moment: tuple[int, int, int, int]) -> None:
    assert read(library, text).moments == at(moment)


def test_what_may_be_two_is_both(library: Library) -> None:
    assert read(library, "thứ bảy 2 giờ").moments == at((11, 21, 14, 0), (11, 28, 14, 0))
    assert read(library, "thứ ba 6 giờ").moments == at((11, 24, 6, 0), (11, 24, 18, 0))
    on_no_such_day = read(library, "2h chiều thứ 6 ngày 28/11")
    assert on_no_such_day.moments == at((11, 27, 14, 0), (11, 28, 14, 0))


@pytest.mark.parametrize(
    "text", ["hôm qua 2 giờ", "20/11 8h", "7 giờ sáng nay", "ngày 20 tháng này"]
)
def test_what_is_over(library: Library, text: str) -> None:
    found = read(library, text)
    assert (found.moments, found.past) == ((), True)


def test_what_is_lacking(library: Library) -> None:
    assert read(library, "chiều thứ sáu") == Coming(has_day=True)
    assert read(library, "10 giờ sáng") == Coming(has_hour=True)
    assert read(library, "31/2 8h") == Coming(has_hour=True)
    assert read(library, "để tôi xem đã") == Coming()
    assert read(library, "rằm này 7 giờ") == Coming(lunar=True)

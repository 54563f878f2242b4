"""Understanding Vietnamese: numbers there and back, days, and whole sentences."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.loader import Content, load
from handlers.talk.scene import Library
from handlers.talk.understanding.numbers import in_digits, in_words
from handlers.talk.understanding.reader import Reader, Understanding
from handlers.talk.understanding.text import fold, tidy

READER = Library(load("phu_thinh")).reader
SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("5", 5), ("1.200", 1200), ("1.200.000", 1200000), ("1,5", 1.5), ("2.5", 2.5),
        ("mười", 10), ("muoi lam", 15), ("hai mươi mốt", 21), ("ba mươi tư", 34),
        ("hai chục", 20), ("2 chục", 20), ("hai chục rưỡi", 25), ("trăm hai", 120),
        ("trăm rưỡi", 150), ("nghìn rưỡi", 1500), ("một trăm linh năm", 105),
        ("một trăm lẻ năm", 105), ("hai ngàn", 2000), ("1 nghìn hai trăm", 1200),
        ("một nghìn không trăm linh năm", 1005), ("ba vạn", 30000),
    ],
)  # fmt: skip
def test_a_number_is_read(said: str, value: float) -> None:
    assert READER.number(said) == Decimal(str(value))


@pytest.mark.parametrize("said", ["", "lắm", "nhiều", "không", "5 6", "hai ba", "1" * 40])
def test_what_is_not_one_number_is_not_read(said: str) -> None:
    assert READER.number(said) is None


@given(st.integers(min_value=1, max_value=999_999_999))
def test_a_number_in_words_is_read_back(value: int) -> None:
    assert READER.number(in_words(Decimal(value))) == value


@given(st.integers(min_value=1, max_value=999_999_999))
def test_a_number_in_digits_is_read_back(value: int) -> None:
    assert READER.number(in_digits(Decimal(value))) == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0", "không"), ("15", "mười lăm"), ("21", "hai mươi mốt"), ("24", "hai mươi tư"),
        ("105", "một trăm linh năm"), ("1005", "một nghìn không trăm linh năm"),
        ("2000", "hai nghìn"), ("2.5", "hai phẩy năm"), ("1000000", "một triệu"),
    ],
)  # fmt: skip
def test_a_number_is_said(value: str, words: str) -> None:
    assert in_words(Decimal(value)) == words


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("hôm nay", "2026-11-21"), ("sang nay", "2026-11-21"), ("hôm qua", "2026-11-20"),
        ("hôm kia", "2026-11-19"), ("18/11", "2026-11-18"), ("ngày 5-3", "2026-03-05"),
        ("25/12", "2025-12-25"), ("1/2/2025", "2025-02-01"),
    ],
)  # fmt: skip
def test_a_day_is_read(said: str, day: str) -> None:
    assert READER.day(said, SATURDAY) == date.fromisoformat(day)


@pytest.mark.parametrize("said", ["", "31/2", "25/12/2026", "hôm nào đó", "99/99"])
def test_a_day_that_is_none_or_to_come_is_not_read(said: str) -> None:
    assert READER.day(said, SATURDAY) is None


@pytest.mark.parametrize(
    ("said", "quantity", "unit", "what", "on"),
    [
        ("hôm nay tôi trồng 5 cây keo", 5, "cay", "keo", "2026-11-21"),
        ("trong muoi lam cay", 15, "cay", None, None),
        ("tôi trồng 1.200 cây bạch đàn hôm qua", 1200, "cay", "bạch đàn", "2026-11-20"),
        ("trồng được hai chục gốc chè", 20, "cay", "chè", None),
        ("tôi trồng 7 keo", 7, "cay", "keo", None),
        ("phân loại rác được 3 cân", 3, "kg", None, None),
        ("phan loai 2,5 kg rac", 2.5, "kg", None, None),
    ],
)
def test_a_report_is_read(
    said: str, quantity: float, unit: str, what: str | None, on: str | None
) -> None:
    [item] = READER.understand(said, SATURDAY).items
    assert item.amount
    assert item.amount.quantity == Decimal(str(quantity))
    assert (item.amount.unit_of_measure, item.amount.what) == (unit, what)
    assert (item.on.isoformat() if item.on else None) == on


@pytest.mark.parametrize(
    "said", ["tôi 68 tuổi", "chào cháu", "gọi 0912345678", "", "nhà số 5 tổ 2"]
)
def test_what_reports_nothing_is_not_read_as_a_report(said: str) -> None:
    read = READER.understand(said, SATURDAY)
    assert not any(item.amount for item in read.items)
    assert not read.negated


def test_a_report_without_its_number_is_asked_about() -> None:
    assert READER.understand("tôi mới trồng cây xong", SATURDAY).missing == "quantity"


def test_saying_that_nothing_was_done_is_understood() -> None:
    assert READER.understand("tuần này bận quá, chưa làm được gì", SATURDAY).negated


def labelled() -> list[tuple[str, str]]:
    """Sentences of many speakers, with what each reports."""
    lines = (Path(__file__).parent / "sentences.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(sentence, label) for sentence, label in pairs]


def written(read: Understanding) -> str:
    """A reading as the labels are written."""
    if read.negated:
        return "nothing"
    told = []
    for item in read.items:
        amount = item.amount
        words = (
            [item.activity, "-"]
            if amount is None
            else [item.activity, f"{amount.quantity.normalize():f}"]
        )
        words += [amount.unit_of_measure, amount.what or ""] if amount else []
        words += [_day(item.on)] if item.on else []
        told.append(" ".join(word for word in words if word))
    return (" + ".join(told) or "none") + (" ?" if read.missing else "")


def _day(on: date) -> str:
    ago = (SATURDAY - on).days
    return str(-ago) if ago < 20 else on.isoformat()


@pytest.mark.parametrize(("sentence", "label"), labelled())
def test_a_sentence_is_understood_as_labelled(sentence: str, label: str) -> None:
    assert written(READER.understand(sentence, SATURDAY)) == label.strip()


@given(st.text(max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    READER.understand(text, SATURDAY)
    assert fold(fold(text)) == fold(text)
    assert tidy(tidy(text)) == tidy(text)


def test_species_of_the_place_are_known(phu_thinh: Content) -> None:
    reader: Reader = Library(phu_thinh).reader
    for name in phu_thinh.plan.species:
        [item] = reader.understand(f"trồng 3 cây {name}", SATURDAY).items
        assert item.amount
        assert item.amount.what == name

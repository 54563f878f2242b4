"""Telling a scam from an honest message: labelled messages, links, and what is only denied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.loader import load
from handlers.talk.scene import Library
from tests.messages import labelled, mistakes

SUSPECTING = Library(load("phu_thinh")).suspecting
#: Of the part that was set apart before any rule was written, as measured the first time.
MISSED_AT_MOST, ALARMED_AT_MOST = 1, 1


@pytest.mark.parametrize(("scam", "message"), labelled("dev"))
def test_a_message_is_told_apart_as_labelled(scam: bool, message: str) -> None:  # noqa: FBT001 - a label
    assert SUSPECTING.read(message).warn == scam


def test_messages_that_were_not_learnt_from_are_told_apart_as_well_as_before() -> None:
    missed, alarmed = mistakes(SUSPECTING, "test")
    assert len(missed) <= MISSED_AT_MOST
    assert len(alarmed) <= ALARMED_AT_MOST


@pytest.mark.parametrize(
    ("message", "sign"),
    [
        ("Vào http://vietcombank-xacthuc.xyz xem", "link_fake"),
        ("xem ở vneid-gov.com nhé", "link_fake"),
        ("bấm vào vietcornbank.com", "link_fake"),
        ("tải tệp dichvucong.apk về", "install"),
    ],
)
def test_a_link_that_pretends_is_seen(message: str, sign: str) -> None:
    seen = SUSPECTING.read(message)
    assert seen.warn
    assert sign in {one.key for one in seen.signs}


@pytest.mark.parametrize(
    "message",
    [
        "Vào https://dichvucong.gov.vn nộp hồ sơ nhé mẹ",
        "Ma OTP cua quy khach la 482913. Tuyet doi khong cung cap cho bat ky ai.",
        "Ngân hàng không bao giờ hỏi mật khẩu, bác đừng đọc cho ai",
        "Mai 8 giờ họp chi hội ở nhà văn hóa",
        "",
    ],
)
def test_an_honest_message_is_left_in_peace(message: str) -> None:
    assert not SUSPECTING.read(message).warn


@given(st.text(max_size=400))
def test_no_message_is_too_strange(text: str) -> None:
    SUSPECTING.read(text)

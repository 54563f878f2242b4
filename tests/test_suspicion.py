"""Telling a scam from an honest message: labelled messages, links, and what is only denied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.loader import load
from handlers.talk.scene import Library
from handlers.talk.suspicion.reading import Suspecting
from tests.messages import mistakes

CONTENT = load("phu_thinh")
SCAMS = CONTENT.scams
SUSPECTING = Library(CONTENT).suspecting
#: As measured the first time.
MISSED_AT_MOST, ALARMED_AT_MOST = 0, 1


def test_messages_that_were_not_learnt_from_are_told_apart_as_well_as_before() -> None:
    missed, alarmed = mistakes(SUSPECTING)
    assert len(missed) <= MISSED_AT_MOST
    assert len(alarmed) <= ALARMED_AT_MOST


def test_a_scam_without_any_known_sign_is_known_by_its_likeness() -> None:
    known = SCAMS.model_copy(update={"signs": SCAMS.signs[-1:]})
    seen = Suspecting(known, CONTENT.scam_messages).read(
        "Chúc mừng bác trúng chiếc xe máy, bác nộp giúp 2 triệu tiền thuế rồi nhận xe ạ"
    )
    assert seen.warn
    assert [sign.key for sign in seen.signs] == ["alike"]


def test_a_code_asked_for_is_warned_of_however_much_is_said_around_it() -> None:
    around = "Mai 8 giờ họp chi hội ở nhà văn hóa, các bác nhớ mang theo nước uống và mũ nón nhé. "
    assert not SUSPECTING.read(around).warn
    assert SUSPECTING.read(f"{around}Bác đọc cho cháu mã OTP nhé.").warn


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

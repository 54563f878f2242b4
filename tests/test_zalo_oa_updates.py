"""What Zalo posts, as the reference shows it and as nobody has seen it, and what it becomes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.hosts import ending_of, on_hosts
from bot.channels.zalo_oa_updates import (
    at_of,
    attached,
    enclosed_of,
    event_of,
    id_of,
    is_from_the_account,
    is_said,
    kind_of,
    person_of,
)

RECORDED = json.loads(Path("tests/fakes/zalo_oa_payloads.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SAID_AT = datetime(2023, 11, 3, 9, 31, 21, 354000, tzinfo=UTC)
LAN = "2512523625412515"
WORDS = st.text("aế#0{[ ", max_size=5) | st.sampled_from(["id", "text", "msg_id", "attachments"])
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=5,
)


def event(update: Any) -> Any:
    return event_of(update, id_of(update, b"body"), NOW)


@pytest.mark.parametrize(
    ("name", "media", "text"),
    [
        ("text", None, "Chào cháu"),
        ("image", "photo", ""),
        ("audio", "voice", ""),
        ("location", "other", ""),
        ("file", "file", ""),
        ("link", None, "http://qua-tang.xyz nhận quà"),
        ("follow", None, "/start"),
    ],
)
def test_what_a_person_did(name: str, media: str | None, text: str) -> None:
    got = event(RECORDED[name])
    assert (got.address, got.at, got.said_at) == (LAN, NOW, SAID_AT)
    assert (got.media, got.text, got.tap) == (media, text, None)
    assert kind_of(RECORDED[name]) == RECORDED[name]["event_name"]


@pytest.mark.parametrize(
    ("name", "person", "kind"),
    [
        ("unfollow", LAN, "unfollow"),
        ("echo", LAN, "oa_send_text"),
        ("seen", None, "user_seen_message"),
        ("group", None, "elsewhere"),
        ("anonymous", None, "elsewhere"),
    ],
)
def test_what_waits_for_no_answer(name: str, person: str | None, kind: str) -> None:
    update = RECORDED[name]
    assert (event(update), person_of(update), kind_of(update)) == (None, person, kind)


def test_a_message_and_its_echo_are_two_things() -> None:
    said, echo = RECORDED["text"], RECORDED["echo"]
    echo = echo | {"message": echo["message"] | {"msg_id": said["message"]["msg_id"]}}
    assert id_of(said, b"") == "zalo_oa:cb31dff1c39642cc1b83"
    assert id_of(echo, b"") != id_of(said, b"")
    assert id_of(RECORDED["follow"], b"1") != id_of(RECORDED["follow"], b"2")


def test_a_tap_comes_back_as_text() -> None:
    told = RECORDED["text"]["message"] | {"text": "#nut 12:yes"}
    got = event(RECORDED["text"] | {"message": told})
    assert (got.tap, got.text) == ("12:yes", "")


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://photo-stal-1.zdn.vn/a.jpg", True),
        ("http://zdn.vn/a.jpg", True),
        ("https://zdn.vn.evil.example/a.jpg", False),
        ("https://evilzdn.vn/a.jpg", False),
        ("https://zdn.vn@evil.example/a.jpg", False),
        ("file://zdn.vn/etc/passwd", False),
        ("https://[zdn.vn/a.jpg", False),
        (None, False),
    ],
)
def test_a_photo_is_fetched_from_zalo_alone(url: str | None, taken: bool) -> None:  # noqa: FBT001
    attachments = [{"type": "image", "payload": {"url": url}}]
    update = RECORDED["image"] | {"message": {"attachments": attachments}}
    assert (on_hosts(attached(update).get("url"), ["zdn.vn"]) is not None) == taken


@pytest.mark.parametrize(
    ("url", "ending"),
    [
        ("https://f.zdn.vn/a.AAC?x=1.mp3", "aac"),
        ("https://f.zdn.vn/a", "m4a"),
        ("https://f.zdn.vn/a.b/c", "m4a"),
        ("https://f.zdn.vn/a.<script>", "m4a"),
        (None, "m4a"),
    ],
)
def test_a_voice_is_named_by_its_ending(url: str | None, ending: str) -> None:
    assert ending_of(url, "m4a") == ending


@pytest.mark.parametrize("told", [None, "", "soon", [], "9" * 40, {}])
def test_a_time_that_is_none_is_now(told: Any) -> None:
    assert at_of({"timestamp": told}, NOW) == NOW
    later = str(int((NOW + timedelta(days=1)).timestamp() * 1000))
    assert at_of({"timestamp": later}, NOW) == NOW


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    update=st.dictionaries(
        st.sampled_from(["event_name", "sender", "recipient", "follower", "message", "timestamp"]),
        ANY,
    ),
    name=st.sampled_from(["user_send_text", "user_send_image", "follow", "oa_send_text", "x"]),
)
def test_nothing_that_comes_breaks_the_reading(update: dict[str, Any], name: str) -> None:
    for one in (update, update | {"event_name": name}):
        got = event(one)
        assert got is None or got.address
        assert kind_of(one)
        assert is_said(one) in {True, False}
        assert is_from_the_account(one) in {True, False}
        assert enclosed_of(one, on_hosts(attached(one).get("url"), ["zdn.vn"])).name

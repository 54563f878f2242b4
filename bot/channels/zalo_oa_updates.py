"""What Zalo posts about an Official Account: whether it is Zalo's, and what it is to the rest."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

from bot.channels.hosts import ending_of
from handlers.talk.messages import Enclosed, Event, MediaKind

Json = dict[str, Any]

CHANNEL = "zalo_oa"
#: How a button's payload begins when it comes back, since it comes back as text.
TAP = "#nut "

_SAID = "user_send_"
_BY_STAFF = "oa_send_"
#: Of what a person sends, what the talk knows by more than that it came.
_MEDIA: dict[str, MediaKind] = {"image": "photo", "audio": "voice", "file": "file"}
#: What a person did that waits for no answer, or what is between Zalo and the account.
_SILENT = (
    *("user_seen_message", "user_received_message", "user_reacted_message", "user_click_chatnow"),
    *("user_submit_info", "user_withdraw", "update_user_info", "oa_reacted_message"),
    *("add_user_to_tag", "remove_user_from_tag", "remove_tag", "oa_send_anonymous_text"),
)
#: Groups, people without an account, and widgets: nobody to talk with.
_ELSEWHERE = ("user_send_group_", "anonymous_send_", "widget_", "oa_send_group_")
KNOWN = (
    *(f"{_SAID}{kind}" for kind in ("text", "image", "audio", "file", "video", "gif", "sticker")),
    *(f"{_SAID}{kind}" for kind in ("link", "location", "business_card")),
    *(f"{_BY_STAFF}{kind}" for kind in ("text", "image", "file", "sticker", "gif", "list")),
    *("follow", "unfollow"),
    *_SILENT,
)


def is_signed(body: bytes, update: Json, header: str, app_id: str, secret_key: str) -> bool:
    """Whether a body is Zalo's: a plain SHA-256 over it as it came, and no HMAC."""
    told = app_id.encode() + body + str(update.get("timestamp", "")).encode() + secret_key.encode()
    expected = f"mac={hashlib.sha256(told).hexdigest()}"
    return hmac.compare_digest(header.encode(errors="surrogateescape"), expected.encode())


def name_of(update: Json) -> str:
    """What happened, as Zalo calls it."""
    return str(update.get("event_name", ""))


def kind_of(update: Json) -> str:
    """The name an update is counted under."""
    name = name_of(update)
    if name.startswith(_ELSEWHERE):
        return "elsewhere"
    return name if name in KNOWN else "unknown"


def id_of(update: Json, body: bytes) -> str:
    """What stays the same when it is delivered again."""
    told = _part(update, "message").get("msg_id")
    known = told if isinstance(told, str) and told else hashlib.sha256(body).hexdigest()[:20]
    # An echo of a message has the id of the message.
    return f"{CHANNEL}:{known}" if is_said(update) else f"{CHANNEL}:{name_of(update)}:{known}"


def is_said(update: Json) -> bool:
    """Whether it is something a person said to the account, whatever it was."""
    name = name_of(update)
    return name.startswith(_SAID) and not name.startswith(_ELSEWHERE)


def is_from_the_account(update: Json) -> bool:
    """Whether it tells what was sent by the account: by us, or by a human of it."""
    name = name_of(update)
    return name.startswith(_BY_STAFF) and name not in _SILENT and not name.startswith(_ELSEWHERE)


def person_of(update: Json) -> str | None:
    """The person it is about; None for nobody to talk with."""
    if is_said(update):
        whom = _part(update, "sender")
    elif is_from_the_account(update):
        whom = _part(update, "recipient")
    elif name_of(update) in {"follow", "unfollow"}:
        whom = _part(update, "follower")
    else:
        return None
    told = whom.get("id")
    return told if isinstance(told, str) and told else None


def at_of(update: Json, now: datetime) -> datetime:
    """When it happened, in Zalo's milliseconds; never later than now."""
    try:
        return min(datetime.fromtimestamp(int(update["timestamp"]) / 1000, UTC), now)
    except (LookupError, TypeError, ValueError, OverflowError, OSError):
        return now


def text_of(update: Json) -> str:
    """The words in it."""
    words = _part(update, "message").get("text")
    return words if isinstance(words, str) else ""


def event_of(update: Json, id_: str, now: datetime) -> Event | None:
    """The event in an update; None for what waits for no answer."""
    address = person_of(update)
    followed = name_of(update) == "follow"
    if address is None or not (is_said(update) or followed):
        return None
    media = None if followed else _media(update)
    text = "/start" if followed else text_of(update)
    tapped = media is None and text.startswith(TAP)
    return Event(
        id=id_,
        channel=CHANNEL,
        address=address,
        at=now,
        said_at=at_of(update, now),
        text="" if tapped else text,
        tap=text.removeprefix(TAP) if tapped else None,
        media=media,
    )


def _media(update: Json) -> MediaKind | None:
    kind = name_of(update).removeprefix(_SAID)
    # A link is a message like any other when its words came along.
    return None if kind in {"text", "link"} and text_of(update) else _MEDIA.get(kind, "other")


def attached(update: Json) -> Json:
    """What is told of the photo, the voice or the file in an update: `url`, and perhaps more."""
    attachments = _part(update, "message").get("attachments")
    first = attachments[0] if isinstance(attachments, list) and attachments else None
    return _part(first, "payload") if isinstance(first, dict) else {}


def enclosed_of(update: Json, url: str | None) -> Enclosed:
    """The voice or the file in an update, which is to be fetched from `url`."""
    if _media(update) == "voice":
        return Enclosed(name=f"loi-noi.{ending_of(url, 'm4a')}", size=0)
    told = attached(update)
    size = str(told.get("size", ""))
    return Enclosed(name=str(told.get("name") or "tep"), size=int(size) if size.isdecimal() else 0)


def _part(of: Json, name: str) -> Json:
    part = of.get(name)
    return part if isinstance(part, dict) else {}

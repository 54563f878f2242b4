"""What a Zalo Bot update is to the rest of the program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from bot.channels.hosts import on_hosts
from handlers.talk.messages import Event, MediaKind

Json = dict[str, Any]

#: Kinds of events by name, as they are counted; any other is counted as `unknown`.
KNOWN = (
    "message.text.received",
    "message.image.received",
    "message.voice.received",
    "message.sticker.received",
    "message.unsupported.received",
    "message.link.received",
    "message.file.received",
)
#: What somebody did who waits for no answer. Seen in others' programs, not in the manual.
SILENT = ("message.reaction.received", "user.follow", "user.unfollow")


def unwrapped(body: Any) -> Json:
    """An update out of the body of a webhook: some come wrapped like an answer, some do not."""
    if isinstance(body, dict) and isinstance(body.get("result"), dict):
        return dict(body["result"])
    return body if isinstance(body, dict) else {}


def kind_of(update: Json) -> str:
    """The name an update is counted under."""
    name = update.get("event_name")
    return name if isinstance(name, str) and name in (*KNOWN, *SILENT) else "unknown"


def event_of(update: Json, now: datetime) -> Event | None:
    """The event in an update; None for a group, for another bot, and for who cannot be answered."""
    message = _part(update, "message")
    chat, sender, address = _part(message, "chat"), _part(message, "from"), whose(update)
    private = str(chat.get("chat_type", "PRIVATE")).upper() == "PRIVATE"
    if address is None or not private or sender.get("is_bot") is True:
        return None
    if kind_of(update) in SILENT:
        return None
    said_at, media = _said_at(message), _media(message)
    words = message.get("text") if media is None else message.get("caption")
    return Event(
        id=f"zalo_bot:{_id(message, update)}",
        channel="zalo_bot",
        address=address,
        at=now,
        text=words if isinstance(words, str) else "",
        media=media,
        said_at=min(said_at, now) if said_at else None,
    )


def url_of(update: Json, hosts: Iterable[str]) -> str | None:
    """The URL of the photo or the voice in an update, if it is on these hosts or below one."""
    message = _part(update, "message")
    # The wire says photo_url, the manual says photo.
    named = ("photo_url", "photo", "voice_url")
    return on_hosts(next((message[name] for name in named if message.get(name)), None), hosts)


def whose(update: Json) -> str | None:
    """The address of who sent an update; None when nobody can be answered."""
    message = _part(update, "message")
    address = _part(message, "chat").get("id") or _part(message, "from").get("id")
    return address if isinstance(address, str) and address else None


def _media(message: Json) -> MediaKind | None:
    """What came, by what is in it: names of events have changed before."""
    if message.get("text"):
        return None
    if message.get("photo_url") or message.get("photo"):
        return "photo"
    if message.get("voice_url"):
        return "voice"
    return "other" if message.get("sticker") else "hidden"


def _id(message: Json, update: Json) -> str:
    """What stays the same when it is delivered again."""
    id_ = message.get("message_id")
    if isinstance(id_, str) and id_:
        return id_
    written = json.dumps(update, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:20]


def _said_at(message: Json) -> datetime | None:
    """When it was said; the platform counts milliseconds."""
    try:
        return datetime.fromtimestamp(message["date"] / 1000, UTC)
    except (LookupError, TypeError, ValueError, OverflowError, OSError):
        return None


def _part(of: Json, name: str) -> Json:
    part = of.get(name)
    return part if isinstance(part, dict) else {}

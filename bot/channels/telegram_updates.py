"""What a Telegram update is to the rest of the program."""

from __future__ import annotations

from datetime import UTC, datetime

from telegram import Message, Update

from handlers.talk.messages import Enclosed, Event, MediaKind

#: The longest side, in pixels, of a photo that is worth fetching.
LONGEST_SIDE = 1280


def event_of(update: Update) -> Event | None:
    """The event in an update, or None for what the bot has no business with (groups, channels)."""
    message, tap = update.message or update.edited_message, None
    if update.callback_query:
        tap = update.callback_query.data or ""
        origin = update.callback_query.message
        message = origin if isinstance(origin, Message) else None
    chat = update.effective_chat
    if chat is None or chat.type != "private" or (message is None and tap is None):
        return None
    return Event(
        id=f"telegram:{update.update_id}",
        channel="telegram",
        address=str(chat.id),
        at=datetime.now(UTC),
        text="" if tap is not None or message is None else message.text or message.caption or "",
        tap=tap,
        media=None if tap is not None or message is None else _media(message),
        edited=update.edited_message is not None,
        said_at=None if tap is not None or message is None else message.date,
    )


def _media(message: Message) -> MediaKind | None:
    if message.text is not None:
        return None
    if message.photo:
        return "photo"
    if message.voice or message.audio:
        return "voice"
    return "file" if message.document else "other"


def photo_of(update: Update) -> str | None:
    """The file_id of a photo that came, in the largest size that is worth fetching."""
    sizes = update.message.photo if update.message else ()
    if not sizes:
        return None
    fits = [one for one in sizes if max(one.width, one.height) <= LONGEST_SIDE]
    return max(fits or sizes[:1], key=lambda one: one.width).file_id


def enclosed_of(update: Update) -> tuple[str, Enclosed] | None:
    """The file_id of a voice or a file that came, and what is known before it is fetched."""
    message = update.message
    if message is None or message.text is not None:
        return None
    if sound := message.voice or message.audio:
        name = getattr(sound, "file_name", None) or "loi-noi.ogg"
        return sound.file_id, Enclosed(name=name, size=sound.file_size or 0)
    if file := message.document:
        return file.file_id, Enclosed(name=file.file_name or "tep", size=file.file_size or 0)
    return None

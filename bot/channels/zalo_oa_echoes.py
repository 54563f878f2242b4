"""Zalo tells of every message that leaves the account: which are the bot's, and which a human's.

Nothing is kept for it. What the bot sends stands in the outbox before it goes out, so an echo is
recognised by its words also after a restart, and by another process.
"""

from __future__ import annotations

from bot.channels.rendering import split, with_numbers
from bot.channels.zalo_oa_updates import CHANNEL, Json, name_of, text_of
from handlers.talk.messages import Reply
from storage import outbox
from storage.database import Tx

#: What an echo tells of is among so many messages.
LATEST = 30


async def is_ours(tx: Tx, update: Json, address: str, limit: int, how: str) -> bool:
    """Whether the bot sent what an echo tells of.

    `limit` is where long texts are parted, `how` what stands under numbered choices.
    """
    lately = [
        Reply.from_json(one.body) for one in await outbox.said_to(tx, CHANNEL, address, 0, LATEST)
    ]
    words = " ".join(text_of(update).split())
    if words:
        return any(words in _parts(one, limit, how) or _has_file(words, one) for one in lately)
    match name_of(update):
        case "oa_send_image":
            return any(reply.picture for reply in lately)
        case "oa_send_file":
            return any(reply.document for reply in lately)
        case "oa_send_text" | "oa_send_list":
            return True  # no words to go by: a template, which humans of an account do not send
        case _:
            return False


def _has_file(words: str, reply: Reply) -> bool:
    """Whether it is a reply with the address of its file below."""
    said = " ".join(reply.text.split())
    return bool(said) and reply.document is not None and words.startswith(said)


def _parts(reply: Reply, limit: int, how: str) -> set[str]:
    """The texts that a reply may have gone out as, each on one line."""
    texts = (reply.text, with_numbers(reply, how))
    return {" ".join(part.split()) for text in texts for part in split(text, limit)}

"""Writing as an Official Account: what a reply becomes, what it costs, and what Zalo refused."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.channels import zalo_oa_errors as errors
from bot.channels.base import SendError
from bot.channels.media import Media
from bot.channels.pace import Pace
from bot.channels.rendering import button_label, split, with_numbers
from bot.channels.zalo_oa_tokens import Tokens
from bot.channels.zalo_oa_transport import Json, ZaloOaApi, ZaloOaError
from bot.channels.zalo_oa_updates import TAP
from bot.documents import Write
from handlers.talk.messages import Choice, Reply
from storage import zalo
from storage.database import Store

log = logging.getLogger(__name__)

#: Buttons of one message, and letters of a button and of what it sends.
MOST_BUTTONS, LONGEST_TITLE, LONGEST_PAYLOAD = 5, 100, 1000
#: The most bytes of a picture.
LARGEST_IMAGE = 1024 * 1024
#: The files that are taken; any other goes as its address.
FILES = (".pdf", ".doc", ".docx")


class Writing:
    """Sends replies, and keeps what is learnt by it of windows and quotas."""

    def __init__(
        self,
        api: ZaloOaApi,
        tokens: Tokens,
        store: Store,
        write: Write,
        media: Media,
        clock: Callable[[], datetime],
        pace: Pace,
        longest: int,
        template_type: str,
        how_to_choose: str,
    ) -> None:
        self._api, self._tokens, self._store = api, tokens, store
        self._write, self._media = write, media
        self._clock, self._pace, self._longest = clock, pace, longest
        self._template_type, self._how_to_choose = template_type, how_to_choose
        #: Why the account cannot send, as a sentence.
        self.problem: str | None = None

    async def send(self, address: str, reply: Reply, image: bytes | None = None) -> None:
        """Send one reply: its picture or file, and its words, a long one in parts."""
        await self._may_write(address)
        carried = await self._carried(address, reply, image)
        told = reply if carried else self._media.below(reply)
        text, buttons = _words_and_buttons(told, self._template_type, self._how_to_choose)
        *first, last = split(text, self._longest)
        messages: list[Json] = [{"text": part} for part in first]
        messages.append({"text": last, **buttons})
        if carried is not None and carried["type"] == "template" and messages == [{"text": text}]:
            messages[0]["attachment"] = carried
        elif carried is not None:
            messages.insert(0, {"attachment": carried})
        for number, message in enumerate(messages):
            if number:
                await self._send_more(address, message)
            else:
                await self._send(address, message)

    async def _may_write(self, address: str) -> None:
        """Raise SendError for what Zalo would refuse, without asking it."""
        now = self._clock()
        async with self._store.read() as tx:
            window, paid = await zalo.window(tx, address), await zalo.paid_left(tx)
        if window is None:
            return  # nothing is known of this person: Zalo knows
        if not window.is_open(now):
            raise SendError("held", "the person has not written for days")
        if not window.is_free(now) and paid == 0:
            raise SendError("held", "no paid messages are left", errors.LONG)

    async def _carried(self, address: str, reply: Reply, image: bytes | None) -> Json | None:
        """The picture or the file of a reply, uploaded; None where Zalo takes none."""
        if image is not None:
            if len(image) > LARGEST_IMAGE:
                log.warning("a picture of %d bytes is too large for Zalo", len(image))
                return None
            ending = "png" if image.startswith(b"\x89PNG") else "jpg"
            named = await self._uploaded(address, "image", f"picture.{ending}", image)
            element = {"media_type": "image", "attachment_id": named}
            shown = {"template_type": "media", "elements": [element]}
            return {"type": "template", "payload": shown} if named else None
        if reply.document is None or not reply.document.name.lower().endswith(FILES):
            return None
        made = await self._write(reply.document)
        if made is None:
            return None
        named = await self._uploaded(address, "file", reply.document.name, made)
        return {"type": "file", "payload": {"token": named}} if named else None

    async def _uploaded(self, address: str, kind: str, name: str, content: bytes) -> str | None:
        """What an upload is called; None when Zalo does not take it."""
        try:
            named = await self._refusable(address, self._api.upload, kind, name, content)
        except SendError as error:
            if error.outcome != "failed":
                raise
            log.warning("Zalo refused a %s, its words go out without it: %s", kind, error)
            return None
        return str(named)

    async def _send_more(self, address: str, message: Json) -> None:
        """Send what follows the first call of a message: refused, it alone is sent once more."""
        while True:
            await self._pace.turn(address)
            try:
                return await self._send(address, message)
            except SendError as error:
                if error.outcome != "retry" or error.retry_after is None:
                    raise
                self._pace.refused(address, error.retry_after, everywhere=error.everywhere)

    async def _send(self, address: str, message: Json) -> None:
        await self._refusable(address, self._api.send, address, message)
        try:
            async with self._store.begin() as tx:
                await zalo.spend(tx, address, self._clock())
        except Exception:
            log.exception("a message that went out could not be counted")  # it must not go twice

    async def _refusable(self, address: str, method: Callable[..., Any], *arguments: Any) -> Any:
        """What a call gave; SendError when Zalo refused, once what that tells is kept."""
        try:
            given = await self._tokens.call(method, *arguments)
        except ZaloOaError as error:
            raise await self._learnt(address, error) from error
        self.problem = None
        return given

    async def _learnt(self, address: str, error: ZaloOaError) -> SendError:
        """What to do about a refusal, once what it tells of the person and the account is kept."""
        code, now = error.code, self._clock()
        found = errors.outcome(error, now)
        async with self._store.begin() as tx:
            window = await zalo.window(tx, address)
            if code in errors.CLOSED:
                await zalo.close(tx, address, now)
            elif code in errors.NOT_FREE:
                await zalo.use_up_free(tx, address)
            elif code in errors.QUOTA:
                await zalo.keep_quota(tx, self._api.app_id, 0, now)
        if code in errors.QUOTA:
            self._trouble(f"Zalo OA: messages or money of the account are used up ({error})")
            if window is not None and not window.is_free(now):
                return SendError("held", str(error), errors.LONG)  # what is free still goes out
        elif code in errors.ACCOUNT:
            self._trouble(f"Zalo OA: {errors.ACCOUNT[code]} ({error})")
        return found

    def _trouble(self, sentence: str) -> None:
        if sentence != self.problem:
            log.warning("%s", sentence)
        self.problem = sentence


def _words_and_buttons(reply: Reply, template_type: str, how: str) -> tuple[str, Json]:
    """A reply as Zalo takes it; choices that do not fit on buttons are numbered lines."""
    choices = reply.choices
    if not choices or not _fit(choices):
        return with_numbers(reply, how), {}
    buttons = [
        {"title": button_label(one), "type": "oa.query.hide", "payload": f"{TAP}{one.payload}"}
        for one in choices
    ]
    named = {"template_type": template_type} if template_type else {}
    return reply.text, {
        "attachment": {"type": "template", "payload": {**named, "buttons": buttons}}
    }


def _fit(choices: Sequence[Choice]) -> bool:
    return len(choices) <= MOST_BUTTONS and all(
        len(button_label(one)) <= LONGEST_TITLE and len(TAP + one.payload) <= LONGEST_PAYLOAD
        for one in choices
    )

"""What Zalo says under HTTP 200, and what is to be done about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.channels.base import SendError
from bot.channels.zalo_oa_tokens import WORTHLESS
from bot.channels.zalo_oa_transport import ZaloOaError
from handlers.talk.scene import ZONE

#: Too many calls in this minute.
RATE = {-32}
#: The account has used up its messages or its money.
QUOTA = {-211, -320, -321}
#: The person has to write before anything goes to them.
CLOSED = {-230, -232}
#: Nothing more is free for the person before they write.
NOT_FREE = {-305, -311}
#: The person has got enough for today.
ENOUGH = {-218}
#: Messages are not taken at night.
NIGHT = {-234}
#: The person left, or is no longer there.
GONE = {-213, -222, -227}
#: Something about the app or the account that only its owner can mend.
ACCOUNT = {
    -202: "the call is not signed as Zalo wants",
    -204: "the Official Account is switched off",
    -205: "there is no such Official Account",
    -209: "the app is not active",
    -212: "the app has not registered this API",
    -219: "the app is switched off",
    -221: "the Official Account is not verified",
    -223: "the app has no permission to send messages",
    -224: "the package of the Official Account does not include this",
    -235: "this kind of Official Account cannot send messages",
    -242: "the proof of the app's secret is wrong",
}

#: Seconds to wait: in a minute's rush; for money, an owner or the next day.
A_WHILE, LONG = 60.0, 3600.0
#: The night ends at this hour of Vietnam.
MORNING = 6


def outcome(error: ZaloOaError, now: datetime) -> SendError:
    """What is to be done about a message that Zalo did not take."""
    told, code = str(error), error.code
    if code in CLOSED | NOT_FREE | ENOUGH:
        return SendError("held", told, LONG if code in ENOUGH else None)
    if code in RATE | QUOTA | NIGHT | ACCOUNT.keys():
        wait = A_WHILE if code in RATE else LONG
        wait = min(wait, _until_morning(now)) if code in NIGHT else wait
        return SendError("retry", told, wait, everywhere=True)
    if code is None or code in WORTHLESS:
        return SendError("retry", told)
    return SendError("stopped" if code in GONE else "failed", told)


def _until_morning(now: datetime) -> float:
    here = now.astimezone(ZONE)
    morning = here.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if morning <= here:
        morning += timedelta(days=1)
    return (morning - here).total_seconds()

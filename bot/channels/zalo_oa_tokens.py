"""The tokens of the Official Account: always a good one at hand, and no refresh token spent twice.

A refresh token buys one pair and is then worth nothing, so what it bought is kept before anything
else is done, and no other task or process may spend it meanwhile. It is spent long before the
access token ends: should a human have to authorise again, there are hours left for it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.channels.pace import PAUSES
from bot.channels.zalo_oa_transport import Json, ZaloOaApi, ZaloOaError
from storage import zalo_tokens
from storage.database import Store
from storage.zalo_tokens import Kept, Pair

log = logging.getLogger(__name__)

Result = TypeVar("Result")

#: A pair is replaced once this part of the time of its access token is left.
SPARE = 0.25
#: After Zalo refused a refresh token it is tried again so much later, and after a start.
REST = timedelta(hours=1)
#: What Zalo says to an access token that is worth nothing: it is wrong, or it has ended.
WORTHLESS = {-216, -220}
#: Zalo's "too many calls", which says nothing about the token.
TOO_MANY = -32
#: What the operator is told to do.
AUTHORISE = "run: python -m bot zalo-oa authorise"


class Tokens:
    """The tokens of one app; `setting` is ZALO_OA_REFRESH_TOKEN, which may begin them."""

    def __init__(
        self,
        api: ZaloOaApi,
        store: Store,
        setting: str,
        clock: Callable[[], datetime],
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        self._api, self._store, self._clock, self._pauses = api, store, clock, pauses
        self._setting, self._seed = setting, hashlib.sha256(setting.encode()).hexdigest()
        self._lock = asyncio.Lock()
        self._rests_until: datetime | None = None
        self._buying: asyncio.Task[Pair] | None = None
        #: Why a human is needed, as a sentence; None when none is.
        self.problem: str | None = None

    async def get(self, refused: str | None = None) -> str:
        """A good access token, another than the one that Zalo `refused`.

        Raises ZaloOaError when there is none: `problem` says whether a human is needed.
        """
        async with self._lock:
            kept, now = await self._kept(), self._clock()
            pair, alive = kept.pair, kept.pair.expires_at > now and kept.pair.access != refused
            due = pair.expires_at - (pair.expires_at - pair.made_at) * SPARE
            if alive and (now < due or self._rests(kept, now)):
                return pair.access
            if self._rests(kept, now):
                raise ZaloOaError(None, "a human has to authorise again")
            try:
                return (await self._bought(kept, now)).access
            except ZaloOaError:
                if alive:
                    return pair.access
                raise

    async def call(self, method: Callable[..., Awaitable[Result]], *arguments: Any) -> Result:
        """What a call gave; made once more with another token when the first is worth nothing."""
        access = await self.get()
        try:
            return await method(access, *arguments)
        except ZaloOaError as error:
            if error.code not in WORTHLESS:
                raise
        return await method(await self.get(access), *arguments)

    async def begin(self, answer: Json) -> None:
        """Begin anew with what a human's permission bought."""
        async with self._store.begin() as tx:
            pair = _pair(answer, self._clock())
            await zalo_tokens.begin(tx, self._api.app_id, pair, self._seed)

    async def close(self) -> None:
        """Wait until a pair that is being bought is kept."""
        if self._buying is not None:
            await asyncio.gather(self._buying, return_exceptions=True)

    async def _kept(self) -> Kept:
        """The pair that is kept; another one that was put into the settings takes its place."""
        app_id, now = self._api.app_id, self._clock()
        async with self._store.read() as tx:
            kept = await zalo_tokens.kept(tx, app_id)
        if self._setting and (kept is None or kept.seed != self._seed):
            pair = Pair(access="", refresh=self._setting, made_at=now, expires_at=now)
            async with self._store.begin() as tx:
                await zalo_tokens.begin(tx, app_id, pair, self._seed)
            kept = Kept(pair=pair, seed=self._seed, spent_at=None, refused=None)
        if kept is None:
            self._needs_a_human("nobody has authorised yet")
            raise ZaloOaError(None, "nobody has authorised yet")
        if kept.refused:
            self._needs_a_human(kept.refused)
        else:
            self.problem = self._rests_until = None
        return kept

    def _rests(self, kept: Kept, now: datetime) -> bool:
        """Whether Zalo refused this refresh token a short while ago."""
        until = self._rests_until
        return kept.refused is not None and until is not None and now < until

    def _needs_a_human(self, why: str) -> None:
        told = f"Zalo OA: a human has to authorise again ({why}); {AUTHORISE}"
        if told != self.problem:
            log.error("%s", told)
        self.problem = told

    async def _bought(self, kept: Kept, now: datetime) -> Pair:
        """Spend the refresh token. Once begun it goes on to the end, whoever stops waiting."""
        async with self._store.begin() as tx:
            if not await zalo_tokens.claim(tx, self._api.app_id, kept.pair.refresh, now):
                raise ZaloOaError(None, "the tokens are being replaced")
        self._buying = asyncio.create_task(self._buy(kept))
        return await asyncio.shield(self._buying)

    async def _buy(self, kept: Kept) -> Pair:
        spent = kept.pair.refresh
        try:
            pair = _pair(await self._api.buy(spent), self._clock())
        except ZaloOaError as error:
            if error.code is None:
                raise  # it may be spent or not: it is tried again once the claim is over
            refused = None if error.code == TOO_MANY else str(error)
            if refused and kept.spent_at:
                refused += "; the program ended while the tokens were being replaced"
            async with self._store.begin() as tx:
                await zalo_tokens.give_back(tx, self._api.app_id, spent, refused)
            if refused:
                self._rests_until = self._clock() + REST
                self._needs_a_human(refused)
            raise
        await self._keep(spent, pair)
        self.problem = None
        return pair

    async def _keep(self, spent: str, pair: Pair) -> None:
        """Keep what was bought: it cannot be bought again, so no trouble gives it up at once."""
        for pause in (*self._pauses, None):
            try:
                async with self._store.begin() as tx:
                    await zalo_tokens.replace(tx, self._api.app_id, spent, pair)
            except Exception:
                if pause is None:
                    raise
                log.exception("the new tokens of the Official Account could not be kept yet")
                await asyncio.sleep(pause)
            else:
                return


def _pair(answer: Json, now: datetime) -> Pair:
    """What was bought; Zalo writes the seconds as text."""
    try:
        lasts = timedelta(seconds=int(answer["expires_in"]))
    except (LookupError, TypeError, ValueError):
        lasts = timedelta(hours=1)  # the shortest that was ever told
    return Pair(
        access=str(answer["access_token"]),
        refresh=str(answer["refresh_token"]),
        made_at=now,
        expires_at=now + lasts,
    )

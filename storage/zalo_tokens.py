"""The tokens of the Zalo Official Account: one row an app, changed by who holds the right to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage.database import Tx, from_text, to_text

#: So long a refresh that somebody began is waited for.
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An access token, and the refresh token that buys the next pair, once."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    made_at: datetime
    #: When the access token ends.
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A pair as it is kept."""

    pair: Pair
    #: The hash of the setting the pairs began with.
    seed: str
    #: When the refresh token was sent to Zalo; what came back is not kept.
    spent_at: datetime | None
    #: Why Zalo does not take the refresh token: a human must authorise again.
    refused: str | None


async def kept(tx: Tx, app_id: str) -> Kept | None:
    """The pair of an app, or None."""
    row = await tx.fetch_one("SELECT * FROM zalo_oa_tokens WHERE app_id = $1", app_id)
    if row is None:
        return None
    return Kept(
        pair=Pair(
            access=row["access_token"],
            refresh=row["refresh_token"],
            made_at=from_text(row["made_at"]),
            expires_at=from_text(row["expires_at"]),
        ),
        seed=row["seed"],
        spent_at=None if row["spent_at"] is None else from_text(row["spent_at"]),
        refused=row["refused"],
    )


async def begin(tx: Tx, app_id: str, pair: Pair, seed: str) -> None:
    """Begin anew with a pair that a human has brought."""
    await tx.execute(
        "INSERT INTO zalo_oa_tokens"
        " (app_id, refresh_token, access_token, seed, made_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (app_id) DO UPDATE"
        " SET refresh_token = excluded.refresh_token, access_token = excluded.access_token,"
        " seed = excluded.seed, made_at = excluded.made_at, expires_at = excluded.expires_at,"
        " spent_at = NULL, refused = NULL",
        app_id,
        pair.refresh,
        pair.access,
        seed,
        to_text(pair.made_at),
        to_text(pair.expires_at),
    )


async def claim(tx: Tx, app_id: str, refresh: str, now: datetime) -> bool:
    """Note, before it is sent, that a refresh token is spent; False while another spends it."""
    return bool(
        await tx.execute(
            "UPDATE zalo_oa_tokens SET spent_at = $3 WHERE app_id = $1 AND refresh_token = $2"
            " AND (spent_at IS NULL OR spent_at <= $4 OR spent_at > $3)",
            app_id,
            refresh,
            to_text(now),
            to_text(now - LEASE),
        )
    )


async def replace(tx: Tx, app_id: str, spent: str, pair: Pair) -> None:
    """Keep the pair that a refresh token bought, unless a human brought another meanwhile."""
    await tx.execute(
        "UPDATE zalo_oa_tokens SET refresh_token = $3, access_token = $4, made_at = $5,"
        " expires_at = $6, spent_at = NULL, refused = NULL"
        " WHERE app_id = $1 AND refresh_token = $2",
        app_id,
        spent,
        pair.refresh,
        pair.access,
        to_text(pair.made_at),
        to_text(pair.expires_at),
    )


async def give_back(tx: Tx, app_id: str, refresh: str, refused: str | None) -> None:
    """Note that a refresh token bought nothing: Zalo was away (None), or refused it."""
    await tx.execute(
        "UPDATE zalo_oa_tokens SET spent_at = NULL, refused = COALESCE($3, refused)"
        " WHERE app_id = $1 AND refresh_token = $2",
        app_id,
        refresh,
        refused,
    )

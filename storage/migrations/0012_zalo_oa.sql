-- What waits until the person writes, since the platform takes nothing for them before. It is due
-- again once the address was used after this instant.
ALTER TABLE outbox ADD COLUMN held_at TEXT;

-- Until when a human of the account talks at an address and the bot keeps silent.
ALTER TABLE addresses ADD COLUMN staff_until TEXT;

-- What a webhook brought, as it came, until it is handled.
CREATE TABLE inbox (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    body TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX inbox_by_time ON inbox (channel, at);

-- The tokens of the Official Account. `seed` is the hash of the setting they began with; `spent_at`
-- says that the refresh token was sent to Zalo and nothing has come back so far; `refused` is why a
-- human must authorise again.
CREATE TABLE zalo_oa_tokens (
    app_id TEXT PRIMARY KEY,
    refresh_token TEXT NOT NULL,
    access_token TEXT NOT NULL,
    seed TEXT NOT NULL,
    made_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    spent_at TEXT,
    refused TEXT
);

-- Until when the Official Account may write to a person, and until when and how often for nothing.
CREATE TABLE zalo_oa_windows (
    address TEXT PRIMARY KEY,
    interacted_at TEXT NOT NULL,
    open_until TEXT NOT NULL,
    free_until TEXT NOT NULL,
    free_left INTEGER NOT NULL
);

-- How many messages beyond the free ones the Official Account has left, as Zalo last said.
CREATE TABLE zalo_oa_quota (
    app_id TEXT PRIMARY KEY,
    paid_left INTEGER NOT NULL,
    asked_at TEXT NOT NULL
);

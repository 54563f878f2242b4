-- Members whom a leader added, with a telephone number where there is one; how somebody left (moved
-- away, died): they take no part from `withdrawn_at` on, and nothing of theirs is erased.
ALTER TABLE people ADD COLUMN phone TEXT;
ALTER TABLE people ADD COLUMN left_as TEXT;
-- Who passed a consent on, when it was not the person who gave it here.
ALTER TABLE consents ADD COLUMN by_id BIGINT REFERENCES people (id);

-- Six digits that let another address be of the same person, typed there within minutes.
CREATE TABLE link_codes (
    person_id BIGINT PRIMARY KEY REFERENCES people (id),
    code_hash TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    wrong INTEGER NOT NULL DEFAULT 0,
    channel TEXT,
    address TEXT
);

-- Printed cards that let a phone in as a person, until they are revoked.
CREATE TABLE cards (
    id {identity},
    person_id BIGINT NOT NULL REFERENCES people (id),
    token_hash TEXT NOT NULL UNIQUE,
    made_at TEXT NOT NULL,
    revoked_at TEXT
);
CREATE INDEX cards_by_person ON cards (person_id);

-- A sheet that a leader asked for in the chat, to be fetched by its code for an hour.
CREATE TABLE sheets (
    code_hash TEXT PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES people (id),
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    member_id BIGINT REFERENCES people (id),
    expires_at TEXT NOT NULL
);

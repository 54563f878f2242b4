-- People, their addresses on channels (with the state of the talk), consents, rights.
CREATE TABLE people (
    id {identity},
    name TEXT NOT NULL,
    form TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_words TEXT,
    over60 INTEGER,
    registered_at TEXT NOT NULL,
    withdrawn_at TEXT
);
CREATE INDEX people_by_unit ON people (unit);

CREATE TABLE addresses (
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    person_id BIGINT REFERENCES people (id),
    talk TEXT NOT NULL,
    last_at TEXT NOT NULL,
    stopped_at TEXT,
    PRIMARY KEY (channel, address)
);
CREATE INDEX addresses_by_person ON addresses (person_id);

CREATE TABLE consents (
    id {identity},
    person_id BIGINT NOT NULL REFERENCES people (id),
    version TEXT NOT NULL,
    given INTEGER NOT NULL,
    channel TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX consents_by_person ON consents (person_id);

CREATE TABLE invites (
    id {identity},
    code_hash TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    unit TEXT,
    agency TEXT,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    used_by BIGINT REFERENCES people (id)
);

CREATE TABLE grants (
    id {identity},
    person_id BIGINT NOT NULL REFERENCES people (id),
    role TEXT NOT NULL,
    unit TEXT,
    agency TEXT,
    granted_at TEXT NOT NULL,
    invite_id BIGINT REFERENCES invites (id)
);
CREATE INDEX grants_by_person ON grants (person_id);

-- What came in (ids only, to count nothing twice) and what goes out (kept until it is sent).
CREATE TABLE events (
    id TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    problem TEXT
);
CREATE INDEX events_by_time ON events (at);

CREATE TABLE outbox (
    id {identity},
    dedupe_key TEXT UNIQUE,
    event_id TEXT,
    person_id BIGINT REFERENCES people (id),
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    lane TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try_at TEXT NOT NULL,
    not_after TEXT,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    problem TEXT
);
CREATE INDEX outbox_by_state ON outbox (state, lane, next_try_at);
CREATE INDEX outbox_by_event ON outbox (event_id);
CREATE INDEX outbox_by_address ON outbox (channel, address, id);

-- What people say was done, and the counts kept beside it in the same transaction.
CREATE TABLE reports (
    id {identity},
    person_id BIGINT REFERENCES people (id),
    unit TEXT NOT NULL,
    activity TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    unit_of_measure TEXT NOT NULL,
    what TEXT,
    done_on TEXT NOT NULL,
    source TEXT NOT NULL,
    words TEXT NOT NULL,
    understood TEXT NOT NULL,
    status TEXT NOT NULL,
    reported_at TEXT NOT NULL,
    reviewer_id BIGINT REFERENCES people (id),
    reviewed_at TEXT,
    reason TEXT
);
CREATE INDEX reports_by_person ON reports (person_id, id);
CREATE INDEX reports_by_unit ON reports (unit, status, done_on);

CREATE TABLE counts (
    measure TEXT NOT NULL,
    unit_of_measure TEXT NOT NULL,
    unit TEXT NOT NULL,
    day TEXT NOT NULL,
    source TEXT NOT NULL,
    reported BIGINT NOT NULL,
    confirmed BIGINT NOT NULL,
    PRIMARY KEY (measure, unit_of_measure, unit, day, source)
);
CREATE INDEX counts_by_day ON counts (day);

CREATE TABLE heard (
    person_id BIGINT NOT NULL REFERENCES people (id),
    day TEXT NOT NULL,
    unit TEXT NOT NULL,
    PRIMARY KEY (person_id, day)
);
CREATE INDEX heard_by_day ON heard (day);

-- What people learn.
CREATE TABLE progress (
    person_id BIGINT NOT NULL REFERENCES people (id),
    lesson TEXT NOT NULL,
    card INTEGER NOT NULL,
    right_answers INTEGER,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    practised_at TEXT,
    PRIMARY KEY (person_id, lesson)
);

CREATE TABLE skills (
    id {identity},
    person_id BIGINT NOT NULL REFERENCES people (id),
    skill TEXT NOT NULL,
    level TEXT NOT NULL,
    unit TEXT NOT NULL,
    day TEXT NOT NULL,
    UNIQUE (person_id, skill, level)
);

CREATE TABLE evidence (
    id {identity},
    person_id BIGINT NOT NULL REFERENCES people (id),
    kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    unit TEXT NOT NULL,
    day TEXT NOT NULL,
    UNIQUE (person_id, kind, ref)
);

-- To what leaders and officers invite, whom, what each answered, and who came. How an invitation
-- went out is in the outbox, under gathering:<id>:<person>. `at` is an instant; `eve` is the day on
-- whose evening people are reminded, if any. `changes` counts how often it was moved; what came of it
-- is in the reports of batch `result`.
CREATE TABLE gatherings (
    id {identity},
    author_id BIGINT NOT NULL REFERENCES people (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    at TEXT NOT NULL,
    place TEXT NOT NULL,
    audience TEXT NOT NULL,
    eve TEXT,
    changes INTEGER NOT NULL,
    off_at TEXT,
    code TEXT,
    result BIGINT
);
CREATE INDEX gatherings_by_author ON gatherings (author_id);
CREATE INDEX gatherings_by_time ON gatherings (at);

CREATE TABLE invitations (
    gathering_id BIGINT NOT NULL REFERENCES gatherings (id),
    person_id BIGINT NOT NULL REFERENCES people (id),
    answer TEXT,
    answered_at TEXT,
    PRIMARY KEY (gathering_id, person_id)
);
CREATE INDEX invitations_by_person ON invitations (person_id);

CREATE TABLE attendances (
    gathering_id BIGINT NOT NULL REFERENCES gatherings (id),
    person_id BIGINT NOT NULL REFERENCES people (id),
    at TEXT NOT NULL,
    PRIMARY KEY (gathering_id, person_id)
);
CREATE INDEX attendances_by_person ON attendances (person_id);

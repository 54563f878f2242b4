-- What leaders and officers announced, to whom, and who said to have read it. How each went out is
-- in the outbox, under announcement:<id>:<person>.
CREATE TABLE announcements (
    id {identity},
    author_id BIGINT NOT NULL REFERENCES people (id),
    audience TEXT NOT NULL,
    words TEXT NOT NULL,
    lane TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    reminded_at TEXT
);
CREATE INDEX announcements_by_author ON announcements (author_id);

CREATE TABLE recipients (
    announcement_id BIGINT NOT NULL REFERENCES announcements (id),
    person_id BIGINT NOT NULL REFERENCES people (id),
    read_at TEXT,
    PRIMARY KEY (announcement_id, person_id)
);
CREATE INDEX recipients_by_person ON recipients (person_id);

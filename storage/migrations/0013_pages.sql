-- The officers' boards: links that let in once, who is in, and who saw, took out or did what there.
CREATE TABLE board_links (
    token_hash TEXT PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES people (id),
    expires_at TEXT NOT NULL,
    used_at TEXT
);
CREATE INDEX board_links_by_person ON board_links (person_id);

CREATE TABLE visits (
    cookie_hash TEXT PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES people (id),
    expires_at TEXT NOT NULL
);
CREATE INDEX visits_by_person ON visits (person_id);

CREATE TABLE board_log (
    id {identity},
    person_id BIGINT NOT NULL REFERENCES people (id),
    at TEXT NOT NULL,
    did TEXT NOT NULL,
    board TEXT NOT NULL,
    asked TEXT NOT NULL,
    scope TEXT NOT NULL
);
CREATE INDEX board_log_by_person ON board_log (person_id);

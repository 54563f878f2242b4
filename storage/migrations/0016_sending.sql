-- Photos, voices and files that somebody sends to be handed on as they are; `belongs_to` is what they
-- are handed on with (mailing:12, question:5). One that belongs to nothing is forgotten after a day.
CREATE TABLE enclosures (
    id {identity},
    person_id BIGINT NOT NULL REFERENCES people (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    content {bytes} NOT NULL,
    belongs_to TEXT,
    kept_at TEXT NOT NULL
);
CREATE INDEX enclosures_by_person ON enclosures (person_id);
CREATE INDEX enclosures_by_belonging ON enclosures (belongs_to);

-- What is to be announced, to whom and when: a draft, waiting for a second person or for its hour;
-- each time it goes out it becomes an announcement. `units`: codes with commas, or all of the author's.
CREATE TABLE mailings (
    id {identity},
    author_id BIGINT NOT NULL REFERENCES people (id),
    audience TEXT NOT NULL,
    about TEXT NOT NULL,
    units TEXT NOT NULL,
    words TEXT NOT NULL,
    lane TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at TEXT,
    weekly INTEGER NOT NULL,
    second_id BIGINT REFERENCES people (id),
    changed_at TEXT NOT NULL
);
CREATE INDEX mailings_by_author ON mailings (author_id);
CREATE INDEX mailings_by_second ON mailings (second_id);
CREATE INDEX mailings_open ON mailings (state, due_at) WHERE state IN ('asked', 'waiting');

-- `due_at` is the hour it was for, so that none goes out twice; `told` how much of it its author was
-- last told to have gone out, in tenths.
ALTER TABLE announcements ADD COLUMN mailing_id BIGINT REFERENCES mailings (id);
ALTER TABLE announcements ADD COLUMN due_at TEXT;
ALTER TABLE announcements ADD COLUMN told INTEGER NOT NULL DEFAULT 10;
CREATE UNIQUE INDEX announcements_by_mailing ON announcements (mailing_id, due_at);

-- What the platform calls a message that may be changed later.
ALTER TABLE outbox ADD COLUMN sent_as TEXT;

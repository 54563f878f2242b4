-- Photos, voices and files that somebody sends to be handed on as they are; `belongs_to` is what they
-- are handed on with (announcement:12, question:5). One that belongs to nothing is forgotten after a day.
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

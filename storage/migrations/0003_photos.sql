-- Photos people send, each shown to nobody but those who review the report it belongs to. One
-- without a report waits: it is attached, declined, or forgotten after a day.
CREATE TABLE photos (
    id {identity},
    person_id BIGINT NOT NULL REFERENCES people (id),
    report_id BIGINT REFERENCES reports (id),
    image {bytes} NOT NULL,
    kept_at TEXT NOT NULL
);
CREATE INDEX photos_by_person ON photos (person_id);
CREATE INDEX photos_by_report ON photos (report_id);

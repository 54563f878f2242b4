-- Who told a report for whom, what it replaces, what is doubtful about it, and every review of it.
ALTER TABLE reports ADD COLUMN reported_by BIGINT REFERENCES people (id);
ALTER TABLE reports ADD COLUMN on_behalf_of TEXT;
ALTER TABLE reports ADD COLUMN replaces BIGINT REFERENCES reports (id);
ALTER TABLE reports ADD COLUMN doubts TEXT NOT NULL DEFAULT '';
ALTER TABLE reports ADD COLUMN checks TEXT NOT NULL DEFAULT '';
ALTER TABLE reports ADD COLUMN follows TEXT;
ALTER TABLE reports ADD COLUMN batch BIGINT;
UPDATE reports SET reported_by = person_id;
CREATE INDEX reports_by_teller ON reports (reported_by, id);
CREATE INDEX reports_by_replaced ON reports (replaces);
CREATE INDEX reports_by_batch ON reports (batch);
CREATE INDEX reports_by_activity ON reports (activity, done_on);
CREATE INDEX reports_by_day ON reports (done_on);
CREATE INDEX reports_unreviewed ON reports (unit, id) WHERE status = 'reported';
-- What went out from our side on a day.
CREATE INDEX outbox_bulk ON outbox (channel, address, created_at) WHERE lane = 'bulk';

CREATE TABLE reviews (
    id {identity},
    report_id BIGINT NOT NULL REFERENCES reports (id),
    status TEXT NOT NULL,
    by_id BIGINT NOT NULL REFERENCES people (id),
    at TEXT NOT NULL,
    reason TEXT
);
CREATE INDEX reviews_by_report ON reviews (report_id);
CREATE INDEX reviews_by_person ON reviews (by_id);
INSERT INTO reviews (report_id, status, by_id, at, reason)
    SELECT id, status, reviewer_id, reviewed_at, reason FROM reports WHERE reviewer_id IS NOT NULL;

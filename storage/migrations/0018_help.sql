-- Who was told of a request for help: where none of them helps any more, somebody else is told.
CREATE TABLE help_told (
    request_id BIGINT NOT NULL REFERENCES help_requests (id) ON DELETE CASCADE,
    person_id BIGINT NOT NULL REFERENCES people (id),
    PRIMARY KEY (request_id, person_id)
);
CREATE INDEX help_told_by_person ON help_told (person_id);
INSERT INTO help_told
SELECT DISTINCT h.id, o.person_id FROM help_requests h
JOIN outbox o ON o.dedupe_key LIKE 'help:' || CAST(h.id AS TEXT) || ':%'
WHERE o.person_id IS NOT NULL;

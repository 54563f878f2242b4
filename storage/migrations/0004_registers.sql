-- The approved lists of models and jobs. An entry never changes; every change of its state is added.
CREATE TABLE register_entries (
    id {identity},
    register TEXT NOT NULL,
    rule TEXT NOT NULL,
    unit_of_measure TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    place TEXT NOT NULL,
    people INTEGER NOT NULL,
    since TEXT NOT NULL,
    words TEXT NOT NULL,
    proposer_id BIGINT NOT NULL REFERENCES people (id)
);
CREATE INDEX register_entries_by_proposer ON register_entries (proposer_id);

CREATE TABLE register_changes (
    entry_id BIGINT NOT NULL REFERENCES register_entries (id),
    number INTEGER NOT NULL,
    was TEXT,
    state TEXT NOT NULL,
    day TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people (id),
    at TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (entry_id, number)
);
CREATE INDEX register_changes_by_person ON register_changes (person_id);

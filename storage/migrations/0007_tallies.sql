-- Tallies as they were frozen, byte for byte; each later one is a revision with what changed and why.
CREATE TABLE freezes (
    period TEXT NOT NULL,
    revision INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    by_id BIGINT REFERENCES people (id),
    last_report BIGINT NOT NULL,
    tally TEXT NOT NULL,
    PRIMARY KEY (period, revision)
);
CREATE INDEX freezes_by_person ON freezes (by_id);

-- How many people a unit really has, as officers entered it. Nothing is overwritten.
CREATE TABLE rosters (
    id {identity},
    unit TEXT NOT NULL,
    kind TEXT NOT NULL,
    people INTEGER NOT NULL,
    day TEXT NOT NULL,
    source TEXT NOT NULL,
    by_id BIGINT NOT NULL REFERENCES people (id),
    at TEXT NOT NULL
);
CREATE INDEX rosters_by_unit ON rosters (unit, kind, day);
CREATE INDEX rosters_by_person ON rosters (by_id);

-- Figures from papers of others, entered by officers; counted on their last day, as a source of their own.
CREATE TABLE outside (
    id {identity},
    measure TEXT NOT NULL,
    unit_of_measure TEXT NOT NULL,
    unit TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    paper TEXT NOT NULL,
    paper_day TEXT NOT NULL,
    source TEXT NOT NULL,
    by_id BIGINT NOT NULL REFERENCES people (id),
    at TEXT NOT NULL,
    taken_back_by BIGINT REFERENCES people (id),
    taken_back_at TEXT
);
CREATE INDEX outside_by_day ON outside (last_day);
CREATE INDEX outside_by_person ON outside (by_id);

-- Who wants last week's tally every Monday morning.
CREATE TABLE mondays (
    person_id BIGINT PRIMARY KEY REFERENCES people (id)
);

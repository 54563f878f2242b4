-- Who confirmed a skill, how and when; what was taken back stays in the book and counts no more.
CREATE TABLE skill_levels (
    id {identity},
    person_id BIGINT NOT NULL REFERENCES people (id),
    skill TEXT NOT NULL,
    level TEXT NOT NULL,
    unit TEXT NOT NULL,
    day TEXT NOT NULL,
    source TEXT,
    by_id BIGINT REFERENCES people (id),
    at TEXT,
    taken_back_at TEXT,
    taken_back_by BIGINT REFERENCES people (id)
);
INSERT INTO skill_levels (person_id, skill, level, unit, day)
    SELECT person_id, skill, level, unit, day FROM skills ORDER BY id;
DROP TABLE skills;
ALTER TABLE skill_levels RENAME TO skills;
CREATE UNIQUE INDEX skills_standing ON skills (person_id, skill, level) WHERE taken_back_at IS NULL;
CREATE INDEX skills_by_confirmer ON skills (by_id);

-- How often a lesson was finished: each time draws other questions.
ALTER TABLE progress ADD COLUMN times INTEGER NOT NULL DEFAULT 0;
UPDATE progress SET times = 1 WHERE finished_at IS NOT NULL;

-- A person who asked for help with the practice of a lesson, and who gave it when.
CREATE TABLE help_requests (
    id {identity},
    person_id BIGINT NOT NULL REFERENCES people (id),
    lesson TEXT NOT NULL,
    unit TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    solved_at TEXT,
    solved_by BIGINT REFERENCES people (id)
);
CREATE UNIQUE INDEX help_requests_open ON help_requests (person_id, lesson) WHERE solved_at IS NULL;
CREATE INDEX help_requests_by_unit ON help_requests (unit) WHERE solved_at IS NULL;

-- When a learnt skill is asked about again: what the scheduler of repetitions remembers, as JSON.
CREATE TABLE recalls (
    person_id BIGINT NOT NULL REFERENCES people (id),
    skill TEXT NOT NULL,
    card TEXT NOT NULL,
    due_on TEXT NOT NULL,
    reminded_on TEXT,
    PRIMARY KEY (person_id, skill)
);
CREATE INDEX recalls_by_day ON recalls (due_on);

-- What leaders and officers ask many people, whom, and what each answered. How each was asked is in
-- the outbox, under survey:<id>:<person>. A question that was skipped has an answer of NULL. Of who
-- took everything back the rows stay without a person, so that nothing is counted anew.
CREATE TABLE surveys (
    id {identity},
    author_id BIGINT NOT NULL REFERENCES people (id),
    audience TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    last_day TEXT,
    closed_at TEXT
);
CREATE INDEX surveys_by_author ON surveys (author_id);

CREATE TABLE survey_questions (
    survey_id BIGINT NOT NULL REFERENCES surveys (id),
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    choices TEXT NOT NULL,
    PRIMARY KEY (survey_id, number)
);

CREATE TABLE respondents (
    id {identity},
    survey_id BIGINT NOT NULL REFERENCES surveys (id),
    person_id BIGINT REFERENCES people (id),
    unit TEXT NOT NULL,
    reminded_at TEXT
);
CREATE UNIQUE INDEX respondents_once ON respondents (survey_id, person_id);
CREATE INDEX respondents_by_person ON respondents (person_id);

CREATE TABLE survey_answers (
    id {identity},
    survey_id BIGINT NOT NULL REFERENCES surveys (id),
    number INTEGER NOT NULL,
    person_id BIGINT REFERENCES people (id),
    unit TEXT NOT NULL,
    answer TEXT,
    at TEXT NOT NULL
);
CREATE UNIQUE INDEX survey_answers_once ON survey_answers (survey_id, person_id, number);
CREATE INDEX survey_answers_by_person ON survey_answers (person_id);

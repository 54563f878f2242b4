-- What people ask, suggest or find hard. A question never changes; every step of it is added: asked,
-- passed on, answered, not clear, chased, closed. `desk` is with whom it lies after the step.
CREATE TABLE questions (
    id {identity},
    person_id BIGINT NOT NULL REFERENCES people (id),
    unit TEXT NOT NULL,
    subject TEXT NOT NULL
);
CREATE INDEX questions_by_person ON questions (person_id);

CREATE TABLE question_steps (
    question_id BIGINT NOT NULL REFERENCES questions (id),
    number INTEGER NOT NULL,
    step TEXT NOT NULL,
    desk TEXT NOT NULL,
    words TEXT NOT NULL,
    by_id BIGINT REFERENCES people (id),
    at TEXT NOT NULL,
    PRIMARY KEY (question_id, number)
);
CREATE INDEX question_steps_by_person ON question_steps (by_id);

ALTER TABLE photos ADD COLUMN question_id BIGINT REFERENCES questions (id);
CREATE INDEX photos_by_question ON photos (question_id);

-- Whom to remind how often: what the person wished, from which hour on, the last reminder, how many
-- went without a word in return, and until which day to rest.
CREATE TABLE reminding (
    person_id BIGINT PRIMARY KEY REFERENCES people (id),
    wish TEXT NOT NULL,
    hour TEXT,
    key TEXT,
    reminded_at TEXT,
    reminded_on TEXT,
    unanswered INTEGER NOT NULL,
    rests_until TEXT
);

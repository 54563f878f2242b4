-- Of two people who turned out to be one: which number is gone, and whose it is now. What went out to
-- the one still names that number.
CREATE TABLE joined (
    later_id BIGINT PRIMARY KEY,
    first_id BIGINT NOT NULL REFERENCES people (id)
);
CREATE INDEX joined_by_first ON joined (first_id);

-- How many codes of gatherings a person typed wrongly on the last day on which that happened.
CREATE TABLE wrong_codes (
    person_id BIGINT PRIMARY KEY REFERENCES people (id),
    day TEXT NOT NULL,
    wrong INTEGER NOT NULL
);

-- How often a person was asked to agree to the newest words of consent, and when last.
CREATE TABLE consent_asks (
    person_id BIGINT PRIMARY KEY REFERENCES people (id),
    version TEXT NOT NULL,
    times INTEGER NOT NULL,
    asked_on TEXT NOT NULL
);

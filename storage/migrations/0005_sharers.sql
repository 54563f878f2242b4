-- Everyone who uses an address, each with the places they left while another talks there; who talks
-- there now is addresses.person_id.
CREATE TABLE sharers (
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    person_id BIGINT NOT NULL REFERENCES people (id),
    held TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (channel, address, person_id)
);
CREATE INDEX sharers_by_person ON sharers (person_id);
INSERT INTO sharers (channel, address, person_id)
    SELECT channel, address, person_id FROM addresses WHERE person_id IS NOT NULL;

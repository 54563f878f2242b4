-- Who is about to send a message has claimed it until an instant; what waits is found at once.
ALTER TABLE outbox ADD COLUMN claimed_until TEXT;
CREATE INDEX outbox_waiting ON outbox (channel, lane, id) WHERE state = 'waiting';
CREATE INDEX outbox_waiting_by_address ON outbox (channel, address, id) WHERE state = 'waiting';

-- Who gave a code in the chat (NULL: it was made on the command line); a code that was not taken yet
-- can be revoked.
ALTER TABLE invites ADD COLUMN given_by BIGINT REFERENCES people (id);
ALTER TABLE invites ADD COLUMN revoked_at TEXT;
